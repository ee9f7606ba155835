//! `run_batt watch`: the instances of a store, while they are at work.
//!
//! The edge of [`crate::watch`]: once a second it reads what the instances say, and what
//! came to the records since; between, it waits for keys. It keeps no run waiting and
//! writes nothing.

mod data;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use anyhow::{Context, anyhow};
use console::Term;
use run_batt::clock::{Clock, SystemClock, time_of_files};
use run_batt::instances::{Machine, PlainText, Said, found, stop};
use run_batt::interrupt::Interrupt;
use run_batt::shown_path::shown;
use run_batt::store::Store;
use run_batt::telemetry::{Follower, LogPlace};
use signal_hook::consts::SIGTSTP;
use signal_hook::flag;

use self::data::Data;
use super::ExitStatus;
use crate::cli::WatchArguments;
use crate::terminal::{Screen, paint, print_error, print_result};
use crate::watch::{Find, Instance, Past, Seen, State, Strange, Wish, draw, page};

/// How often it is looked.
const LOOK: Duration = Duration::from_secs(1);

/// How long a key is waited for at once, so that signals are minded.
const WAIT: Duration = Duration::from_millis(200);

/// The columns of a page that nobody's terminal bounds.
const COLUMNS: u16 = 100;

pub fn execute(arguments: &WatchArguments) -> anyhow::Result<ExitStatus> {
    let out = arguments.output.store.out();
    let place = arguments.output.place();
    if !place.folder(out).is_dir() {
        Store::existing(out)?;
    }
    let mut watch = Watch::of(out, &place);
    if arguments.once {
        while watch.read_on()? {}
        let columns = Term::stdout()
            .size_checked()
            .map_or(COLUMNS, |(_, columns)| columns);
        watch.look();
        print_result(&page(&watch.seen, columns))?;
        return Ok(ExitStatus::Done);
    }
    if !Screen::is_there() {
        let problem = anyhow!("watch needs a terminal, for its keys and to draw on");
        print_error(&problem, Some("--once prints the same once, as text"));
        return Ok(ExitStatus::Usage);
    }
    let interrupt = Interrupt::listen().context("signals cannot be listened to")?;
    let suspended = Arc::new(AtomicBool::new(false));
    flag::register(SIGTSTP, Arc::clone(&suspended)).context("signals cannot be listened to")?;
    let mut screen = Screen::enter().context("the terminal cannot be drawn on")?;
    let mut data = Data::new(out, arguments.tasks.clone());
    let signal = watch.show(&mut screen, &mut data, &interrupt, &suspended)?;
    Ok(signal.map_or(ExitStatus::Done, ExitStatus::Interrupted))
}

/// What is looked at, and what was seen.
struct Watch {
    logs: PathBuf,
    /// The store, from the folder of the logs.
    store: String,
    here: Machine,
    clock: SystemClock,
    follower: Follower,
    seen: Seen,
}

impl Watch {
    fn of(out: &Path, place: &LogPlace) -> Self {
        Self {
            logs: place.folder(out),
            store: place.store_from(out),
            here: Machine::here(),
            clock: SystemClock::start(),
            follower: Follower::of(out, place),
            seen: Seen {
                store: shown(out).to_string().as_str().into(),
                past: Past {
                    is_partly_read: true,
                    ..Past::default()
                },
                ..Seen::default()
            },
        }
    }

    /// Draws what is seen and does what the keys say, until that is to end; the signal
    /// that ended it, if one did.
    fn show(
        &mut self,
        screen: &mut Screen,
        data: &mut Data,
        interrupt: &Interrupt,
        suspended: &AtomicBool,
    ) -> anyhow::Result<Option<i32>> {
        let mut state = State::default();
        let mut looked: Option<Duration> = None;
        loop {
            let now = self.clock.elapsed();
            if looked.is_none_or(|looked| now >= looked + LOOK) {
                looked = Some(now);
                self.look();
            }
            // A long past is read in parts, so that keys are minded meanwhile.
            let is_time_to_read = self.seen.past.is_partly_read || looked == Some(now);
            if is_time_to_read && let Err(error) = self.read_on() {
                self.seen.problem = Some(error.to_string().as_str().into());
            }
            let task = state.task(&self.seen);
            let history = self.follower.history();
            let task = task.map(|task| data.show(&task, history, self.seen.past.finds.first()));
            let drawn = screen.draw(|frame| draw(frame, &self.seen, &mut state, task, paint()));
            drawn.context("the terminal cannot be drawn on")?;
            if let Some(signal) = interrupt.signal() {
                return Ok(Some(signal));
            }
            let wait = match self.seen.past.is_partly_read {
                true => Duration::ZERO,
                false => WAIT,
            };
            let key = Screen::key(wait).context("the terminal's keys cannot be read")?;
            let wish = match suspended.swap(false, Ordering::Relaxed) {
                true => Some(Wish::Suspend),
                false => key.and_then(|key| state.press(key, &self.seen)),
            };
            match wish {
                None => {}
                Some(Wish::Quit) => return Ok(None),
                Some(Wish::Suspend) => screen.suspend().context("the terminal is gone")?,
                Some(Wish::Redraw) => screen.redraw().context("the terminal is gone")?,
                Some(Wish::Stop(process)) => {
                    let stopped = stop(&process, &self.here, &self.logs);
                    state.said = Some(match stopped {
                        Ok(()) => format!("process {} was asked to stop", process.id),
                        Err(error) => error.to_string(),
                    });
                }
            }
        }
    }

    /// Reads what the instances say now.
    fn look(&mut self) {
        self.seen.now = self.clock.timestamp();
        self.seen.problem = None;
        let found = match found(&self.logs, time_of_files()) {
            Ok(found) => found,
            Err(error) => {
                let problem = format!("{}: cannot be read: {error}", self.logs.display());
                self.seen.problem = Some(problem.as_str().into());
                return;
            }
        };
        self.seen.instances.clear();
        self.seen.strange.clear();
        for own in found {
            let name = own.path.file_name().unwrap_or_default().to_string_lossy();
            let mut add_strange = |what: String| {
                self.seen.strange.push(Strange {
                    name: PlainText::from(name.as_ref()),
                    what,
                });
            };
            match own.said {
                Said::Status(status) if *status.store == *self.store => {
                    self.seen.instances.push(Instance {
                        presence: status.process.presence(&self.here),
                        name: name.into_owned(),
                        age: own.age,
                        status: *status,
                    });
                }
                Said::Later(version) => add_strange(format!("of a later version, {version}")),
                Said::Broken => add_strange("cannot be read".to_owned()),
                // Of another store that has the same logs; or about to be renamed.
                Said::Status(_) | Said::Unfinished => {}
            }
        }
    }

    /// Reads on in the records; whether there is more to be read at once.
    fn read_on(&mut self) -> anyhow::Result<bool> {
        let has_more = self.follower.read_on();
        let past = &mut self.seen.past;
        past.is_partly_read = *has_more.as_ref().unwrap_or(&false);
        let history = self.follower.history();
        past.rounds = history.rounds.iter().map(|round| round.rounds).sum();
        past.tasks = history.best_scores().count();
        if let Some(last) = history.rounds.last() {
            (past.solved, past.demos_exact) = (last.solved, last.demos_exact);
            past.total = last.total;
        }
        past.series.go_on(&history.rises);
        past.finds = Find::latest(&history.rises);
        Ok(has_more?)
    }
}
