//! How a search got to where it is: solved tasks and total score, by time and by round.

use serde::Serialize;

use super::moment::seconds;
use crate::telemetry::{Rise, Round};
use arc_programs::verdict::Verdict;

/// The most points of each line, besides those at which a task was solved: more are not
/// told apart on a page.
const POINTS: usize = 600;

/// Timeline of a search.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Timeline {
    /// Standing at each rise of a best score, in the order of time; those without a
    /// time are left out.
    pub by_time: Vec<TimePoint>,
    /// Standing after each round.
    pub by_round: Vec<RoundPoint>,
    /// Number of rises whose records say no time.
    pub without_time: usize,
}

/// Standing of a search at a moment.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct TimePoint {
    /// Timestamp.
    pub at: String,
    /// The same as a point of an axis, in seconds.
    #[serde(skip)]
    pub seconds: f64,
    /// Number of tasks solved.
    pub solved: u64,
    /// Number of tasks with a solver that is exact on all demos, where test outputs are
    /// not known.
    pub demos_exact: u64,
    /// Sum of the best scores.
    pub total: u64,
    /// Tasks that were solved, or exact on all demos, for the first time then.
    pub found: Vec<String>,
}

/// Standing of a search after a round.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct RoundPoint {
    /// Number of the round, the first being 1.
    pub round: u64,
    /// Number of tasks solved.
    pub solved: u64,
    /// As [`TimePoint::demos_exact`].
    pub demos_exact: u64,
    /// Sum of the best scores.
    pub total: u64,
}

impl Timeline {
    /// The timeline of a history that rose so, in these rounds.
    pub fn of(rises: &[Rise], rounds: &[Round]) -> Self {
        let by_time = points(rises);
        let has_time = |rise: &&Rise| seconds(&rise.at).is_some();
        Self {
            without_time: rises.len() - rises.iter().filter(has_time).count(),
            by_time: thinned(by_time),
            by_round: by_round(rounds),
        }
    }

    /// Whether some task was exact on its demos alone at some time.
    pub fn has_demos_exact(&self) -> bool {
        self.by_time.iter().any(|point| point.demos_exact > 0)
            || self.by_round.iter().any(|point| point.demos_exact > 0)
    }
}

/// The rises in the order of time: what is remembered of several runs at once stands run
/// by run, and a clock may have been put back. What has no time was before.
fn points(rises: &[Rise]) -> Vec<TimePoint> {
    let mut in_time: Vec<(Option<f64>, &Rise)> =
        rises.iter().map(|rise| (seconds(&rise.at), rise)).collect();
    let key = |seconds: Option<f64>| seconds.unwrap_or(f64::MIN);
    in_time.sort_by(|(one, _), (other, _)| key(*one).total_cmp(&key(*other)));
    let (mut solved, mut demos_exact, mut total) = (0_i64, 0_i64, 0_u64);
    let mut points: Vec<TimePoint> = Vec::with_capacity(rises.len());
    for (seconds, rise) in in_time {
        for (counted, count) in [
            (Verdict::Solved, &mut solved),
            (Verdict::DemosExact, &mut demos_exact),
        ] {
            *count += i64::from(rise.verdict == counted);
            *count -= i64::from(rise.verdict_before == counted);
        }
        total += rise.now - rise.before;
        let Some(seconds) = seconds else { continue };
        let is_found = rise.verdict > rise.verdict_before;
        points.push(TimePoint {
            at: rise.at.clone(),
            seconds,
            // Out of order, what ends a verdict may come before what began it.
            solved: solved.try_into().unwrap_or(0),
            demos_exact: demos_exact.try_into().unwrap_or(0),
            total,
            found: is_found.then(|| rise.task.clone()).into_iter().collect(),
        });
    }
    points
}

/// The same line by fewer points: all at which something was found, the first and the
/// last, and of the others one in so many.
fn thinned(points: Vec<TimePoint>) -> Vec<TimePoint> {
    let (first, last) = match (points.first(), points.last()) {
        (Some(first), Some(last)) => (first.seconds, last.seconds),
        _ => return points,
    };
    let slot = |point: &TimePoint| {
        let share = (point.seconds - first) / (last - first).max(1e-6);
        (share * POINTS as f64) as usize
    };
    let mut kept: Vec<TimePoint> = Vec::new();
    for point in points {
        match kept.last_mut() {
            Some(before)
                if point.found.is_empty()
                    && before.found.is_empty()
                    && slot(before) == slot(&point) =>
            {
                *before = point;
            }
            _ => kept.push(point),
        }
    }
    kept
}

fn by_round(rounds: &[Round]) -> Vec<RoundPoint> {
    let mut number = 0;
    let mut points: Vec<RoundPoint> = Vec::new();
    for round in rounds {
        number += round.rounds;
        points.push(RoundPoint {
            round: number,
            solved: round.solved,
            demos_exact: round.demos_exact,
            total: round.total,
        });
    }
    // Of a straight piece its ends are enough.
    let standing = |point: &RoundPoint| (point.solved, point.demos_exact, point.total);
    let mut kept: Vec<RoundPoint> = Vec::new();
    for point in points {
        if let [.., before, last] = &*kept
            && standing(before) == standing(last)
            && standing(last) == standing(&point)
        {
            kept.pop();
        }
        kept.push(point);
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rise(task: &str, at: &str, before: u64, now: u64, verdict: Verdict) -> Rise {
        Rise {
            task: task.to_owned(),
            at: at.to_owned(),
            round: 0,
            before,
            now,
            verdict_before: Verdict::Open,
            verdict,
        }
    }

    #[test]
    fn the_line_rises_when_scores_do() {
        let rises = [
            rise("a", "2026-11-26T10:00:00", 0, 900, Verdict::Open),
            rise("b", "2026-11-26T10:01:00", 0, 4000, Verdict::Solved),
            rise("c", "then", 0, 3000, Verdict::Solved),
            // Of a run that is remembered after those.
            rise("d", "2026-11-26T09:00:00", 0, 2000, Verdict::DemosExact),
        ];
        let timeline = Timeline::of(&rises, &[]);
        let told = |point: &TimePoint| {
            (
                point.solved,
                point.demos_exact,
                point.total,
                point.found.concat(),
            )
        };
        let told: Vec<_> = timeline.by_time.iter().map(told).collect();
        assert_eq!(
            told,
            [
                (1, 1, 5000, "d".to_owned()),
                (1, 1, 5900, String::new()),
                (2, 1, 9900, "b".to_owned()),
            ]
        );
        let times: Vec<f64> = timeline.by_time.iter().map(|own| own.seconds).collect();
        assert!(times.is_sorted());
        assert_eq!(timeline.without_time, 1);
        assert!(timeline.has_demos_exact());
    }

    #[test]
    fn a_long_line_keeps_what_was_found_and_its_end() {
        let second = |place: usize| {
            format!(
                "2026-11-26T{:02}:{:02}:{:02}",
                place / 3600,
                place / 60 % 60,
                place % 60
            )
        };
        let mut rises: Vec<Rise> = (0..20_000)
            .map(|place| {
                rise(
                    "a",
                    &second(place),
                    place as u64,
                    place as u64 + 1,
                    Verdict::Open,
                )
            })
            .collect();
        rises[777].verdict = Verdict::Solved;
        rises[778].verdict_before = Verdict::Solved;
        let points = Timeline::of(&rises, &[]).by_time;
        assert!(points.len() < POINTS + 8, "{}", points.len());
        assert!(points.iter().any(|point| point.found == ["a"]));
        assert_eq!(points.last().unwrap().total, 20_000);
    }

    #[test]
    fn rounds_without_a_rise_are_a_straight_piece() {
        let round = |rounds, solved, total| Round {
            run_id: String::new(),
            began: String::new(),
            rounds,
            tasks: 1,
            risen: 0,
            solved,
            demos_exact: 0,
            total,
            pace: None,
        };
        let rounds = [
            round(1, 1, 10),
            round(1, 1, 10),
            round(5, 1, 10),
            round(1, 1, 10),
            round(1, 2, 20),
        ];
        let points = Timeline::of(&[], &rounds).by_round;
        let told: Vec<_> = points.iter().map(|own| (own.round, own.solved)).collect();
        assert_eq!(told, [(1, 1), (8, 1), (9, 2)]);
    }
}
