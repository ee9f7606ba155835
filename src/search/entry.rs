//! What a journal holds, as text: a line that says its version and the MD5 of the next
//! line, which is the rest as JSON.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use arc_programs::card::Card;
use arc_programs::program::Identity;
use arc_programs::task::TaskName;
use serde::{Deserialize, Serialize};

use super::ending::RoundTimes;
use crate::job::DrawnRound;

/// How the first line begins, before the version.
const TITLE: &str = "run_batt search journal";

/// A change that another version would misunderstand raises it.
const VERSION: u64 = 1;

/// What is known of a search that goes on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The fingerprint of the command, as text.
    pub command: String,
    /// Names the search in the log.
    pub search_id: String,
    /// The seed that all others follow from.
    pub seed: u64,
    /// Number of rounds that are done.
    pub rounds_done: u64,
    /// The times of the last of them.
    pub times: RoundTimes,
    /// The tasks for which a command was run, as they were solved for the first time.
    pub told_solved: BTreeSet<TaskName>,
    /// The round in hand; `None` between two.
    pub in_hand: Option<RoundInHand>,
}

/// A round that has begun.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RoundInHand {
    /// Its run ID, under which its records are.
    pub run_id: String,
    /// All that was drawn for it.
    pub drawn: DrawnRound,
}

/// Why a text is no journal that can be gone on with.
#[derive(Debug, thiserror::Error)]
pub enum EntryError {
    /// It is of another version.
    #[error("found version {0}, expected {VERSION}")]
    Version(String),
    /// It does not begin as a journal does.
    #[error("found no journal of a search")]
    NoJournal,
    /// It is not what was written.
    #[error("cut off or damaged: {0}")]
    Damaged(String),
}

#[derive(Serialize, Deserialize)]
struct Body {
    command: String,
    search_id: String,
    seed: u64,
    rounds_done: u64,
    round_milliseconds: Vec<u64>,
    /// Earlier versions had none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    told_solved: Vec<String>,
    round: Option<RoundBody>,
}

#[derive(Serialize, Deserialize)]
struct RoundBody {
    run_id: String,
    seed: u64,
    tasks: Vec<String>,
    left_out: Vec<String>,
    card: String,
}

impl Entry {
    /// As a text.
    pub fn to_text(&self) -> String {
        let milliseconds = |time: &Duration| u64::try_from(time.as_millis()).unwrap_or(u64::MAX);
        let body = Body {
            command: self.command.clone(),
            search_id: self.search_id.clone(),
            seed: self.seed,
            rounds_done: self.rounds_done,
            round_milliseconds: self.times.all().iter().map(milliseconds).collect(),
            told_solved: texts(&self.told_solved),
            round: self.in_hand.as_ref().map(RoundBody::of),
        };
        // Numbers and texts: there is nothing that JSON could not write.
        let body = serde_json::to_string(&body).unwrap_or_default();
        format!("{TITLE} {VERSION} {}\n{body}\n", Identity::of(&body))
    }

    /// Out of a text.
    ///
    /// # Errors
    /// [`EntryError`] where it is not what was written.
    pub fn from_text(text: &str) -> Result<Self, EntryError> {
        let rest = text.strip_prefix(TITLE).ok_or(EntryError::NoJournal)?;
        let (first, body) = rest
            .split_once('\n')
            .ok_or_else(|| damaged("its first line does not end"))?;
        let mut words = first.split_ascii_whitespace();
        let (version, md5) = (words.next(), words.next());
        if version != Some(&VERSION.to_string()) {
            return Err(EntryError::Version(version.unwrap_or("none").to_owned()));
        }
        let body = body.strip_suffix('\n').unwrap_or(body);
        if md5 != Some(&Identity::of(body).to_string()) {
            return Err(damaged("its MD5 is another"));
        }
        let body: Body = serde_json::from_str(body).map_err(damaged)?;
        let times = body.round_milliseconds.into_iter();
        Ok(Self {
            command: body.command,
            search_id: body.search_id,
            seed: body.seed,
            rounds_done: body.rounds_done,
            times: RoundTimes::new(times.map(Duration::from_millis)),
            told_solved: names(body.told_solved)?,
            in_hand: body.round.map(RoundBody::in_hand).transpose()?,
        })
    }
}

impl RoundBody {
    fn of(round: &RoundInHand) -> Self {
        let RoundInHand { run_id, drawn } = round;
        let DrawnRound {
            seed,
            card,
            selected,
            left_out,
            // They were told.
            notices: _,
        } = drawn;
        Self {
            run_id: run_id.clone(),
            seed: *seed,
            tasks: texts(selected),
            left_out: texts(left_out),
            card: card.to_json(),
        }
    }

    fn in_hand(self) -> Result<RoundInHand, EntryError> {
        let card = Card::from_text("the journal's card.json", &self.card).map_err(damaged)?;
        Ok(RoundInHand {
            run_id: self.run_id,
            drawn: DrawnRound {
                seed: self.seed,
                card: Arc::new(card),
                selected: names(self.tasks)?,
                left_out: names(self.left_out)?,
                notices: Vec::new(),
            },
        })
    }
}

fn texts<'a>(tasks: impl IntoIterator<Item = &'a TaskName>) -> Vec<String> {
    tasks.into_iter().map(ToString::to_string).collect()
}

fn names<Tasks: FromIterator<TaskName>>(texts: Vec<String>) -> Result<Tasks, EntryError> {
    let tasks = texts.iter().map(|name| name.parse().map_err(damaged));
    tasks.collect()
}

fn damaged(problem: impl ToString) -> EntryError {
    EntryError::Damaged(problem.to_string())
}

#[cfg(test)]
mod tests {
    use arc_programs::card::mutation::{DrawnSolver, MutationOptions, make_card};
    use arc_programs::program::parse_module;
    use arc_programs::task::Task;

    use super::*;
    use crate::fingerprint::Ingredients;

    const TASK: &str = r#"{"train": [{"input": [[1]], "output": [[2]]}], "test": [{"input": [[3]], "output": [[4]]}]}"#;

    fn entry(seed: u64) -> Entry {
        let task = Task::from_json("0123abcd".parse().unwrap(), TASK).unwrap();
        let module = parse_module(
            "def solve(S, I, C):\n    x1 = rot90(I)\n    x2 = fill(x1, 5, astuple(0, -1))\n    return hconcat(x2, I)\n",
        );
        let solver = DrawnSolver {
            task: &task,
            program: &module.only_program().unwrap(),
        };
        let options = MutationOptions {
            probability: 0.3,
            freeze_solvers: false,
            freeze_differs: false,
            every_solver: None,
            seed,
        };
        let card = make_card(&[solver, solver], &[], options).unwrap();
        Entry {
            command: "command".to_owned(),
            search_id: "search".to_owned(),
            seed: u64::MAX,
            rounds_done: 3,
            times: RoundTimes::new([Duration::from_millis(7)]),
            told_solved: [task.name].into(),
            in_hand: Some(RoundInHand {
                run_id: "run".to_owned(),
                drawn: DrawnRound {
                    seed,
                    card: Arc::new(card),
                    selected: vec![task.name],
                    left_out: Vec::new(),
                    notices: Vec::new(),
                },
            }),
        }
    }

    #[test]
    fn what_is_written_is_read_and_its_card_is_the_same() {
        let fingerprint = |entry: &Entry| {
            let mut ingredients = Ingredients::default();
            let drawn = &entry.in_hand.as_ref().unwrap().drawn;
            ingredients.card(&drawn.card);
            (ingredients.fingerprint(), drawn.new_programs())
        };
        for seed in 0..50 {
            let entry = entry(seed);
            let read = Entry::from_text(&entry.to_text()).unwrap();
            assert_eq!(read, entry);
            assert_eq!(fingerprint(&read), fingerprint(&entry));
        }
        let between = Entry {
            in_hand: None,
            ..entry(0)
        };
        assert_eq!(Entry::from_text(&between.to_text()).unwrap(), between);
    }

    #[test]
    fn what_is_cut_off_or_changed_anywhere_is_no_journal() {
        let text = entry(7).to_text();
        // But for the last newline.
        for end in 0..text.len() - 1 {
            assert!(Entry::from_text(&text[..end]).is_err(), "{end}");
        }
        for place in 0..text.len() - 1 {
            let mut bytes = text.clone().into_bytes();
            bytes[place] ^= 1;
            let changed = String::from_utf8(bytes).unwrap();
            assert!(Entry::from_text(&changed).is_err(), "{place}");
        }
    }
}
