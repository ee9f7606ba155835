//! `run_batt search`: rounds, until an end.

use std::path::{Path, PathBuf};

use anyhow::Context;
use run_batt::clock::SystemClock;
use run_batt::event::Reporter;
use run_batt::instances::Activity;
use run_batt::search::{
    Chance, Goal, Next, OnSolved, Search, SearchOptions, SearchSummary, first_round,
};
use run_batt::stopwatch::Stopwatch;

use super::machine::environment;
use super::run::print_summary;
use super::surroundings::{Surroundings, new_id, publish};
use super::{ExitStatus, dry_run};
use crate::cli::{Format, SearchArguments, SummariesArgument};
use crate::terminal::{Progress, coloured, print_result};

pub fn execute(arguments: &SearchArguments) -> anyhow::Result<ExitStatus> {
    let clock = SystemClock::start();
    let mut stopwatch = Stopwatch::default();
    let surroundings = Surroundings::find(&arguments.work, arguments.budget())?;
    let shown = surroundings.shown(&arguments.show);
    let Surroundings {
        interrupt,
        resources,
        sharing,
        publication,
    } = surroundings;
    let shard = arguments.which.shard(&environment)?;
    let seed = arguments.seed(&shard);
    let options = arguments.options(resources, sharing, shard, &environment);
    let (out, place) = (options.out.clone(), options.logs.place.clone());
    let rounds = options.rounds(&clock, &mut stopwatch)?;
    let mut rounds = rounds.context("a search draws, and nothing is to be drawn")?;
    let chance = Chance {
        seed: rand::random,
        id: new_id,
    };
    let goal = arguments.wanted().map(|wanted| {
        let selectable = rounds.selectable()?;
        let goal = Goal::new(&wanted, rounds.tasks(), rounds.store(), &selectable)?;
        Ok::<_, anyhow::Error>(goal)
    });
    let options = SearchOptions {
        seed,
        ends: arguments.ends(),
        goal: goal.transpose()?,
        on_solved: on_solved(arguments)?,
    };
    if arguments.show.dry_run {
        let mut job = first_round(&rounds, options, &clock, chance)?;
        job.notices.extend(arguments.which.left_out(&job.left_out));
        return dry_run::show(&job, arguments.show.format);
    }
    let telemetry = rounds.open()?;
    let publisher = publish(&publication, Activity::Search, &out, &place);
    let mut reporters: Vec<Box<dyn Reporter>> = vec![
        Box::new(telemetry),
        Box::new(publisher),
        Box::new(Progress::new(shown, publication)),
    ];
    let mut search = Search::begin(rounds, options, &clock, &interrupt, chance, &mut reporters)?;
    let mut is_first = true;
    let ending = loop {
        let mut round = match search.next(&mut stopwatch)? {
            Next::Round(round) => round,
            Next::End(ending) => break ending,
        };
        if std::mem::take(&mut is_first)
            && let Some(notice) = arguments.which.left_out(round.left_out())
        {
            round.add_notice(notice);
        }
        if arguments.rounds.dates {
            print_result(&format!("{}\n", clock.date()))?;
        }
        let summary = search.run(*round, &mut stopwatch, &mut reporters)?;
        if arguments.rounds.summaries != SummariesArgument::Search {
            print_summary(
                &summary,
                &stopwatch,
                &arguments.show,
                &arguments.given,
                DRAWN,
            )?;
        }
        stopwatch = Stopwatch::default();
    };
    let summary = search.end(ending, &mut reporters)?;
    if arguments.rounds.summaries != SummariesArgument::Rounds {
        print_search(&summary, arguments.show.format)?;
    }
    Ok(match interrupt.signal() {
        Some(signal) => ExitStatus::Interrupted(signal),
        None if summary.is_complete() => ExitStatus::Done,
        None => ExitStatus::Incomplete,
    })
}

/// How an interrupted search goes on.
const DRAWN: &str = "the same command goes on with this round";

fn on_solved(arguments: &SearchArguments) -> anyhow::Result<Option<OnSolved>> {
    let path = environment("PATH").unwrap_or_default();
    let folders: Vec<PathBuf> = std::env::split_paths(&path).collect();
    let folders = folders.iter().map(PathBuf::as_path);
    let command = arguments.on_solved().map(PathBuf::as_path);
    let found = command.map(|command: &Path| OnSolved::new(command, folders));
    found.transpose().context("--on-solved")
}

fn print_search(summary: &SearchSummary, format: Format) -> anyhow::Result<()> {
    let text = match format {
        Format::Json => serde_json::to_string(summary)?,
        Format::Text => {
            let lines: Vec<String> = summary.lines().iter().map(coloured).collect();
            lines.join("\n")
        }
    };
    print_result(&format!("{text}\n"))?;
    Ok(())
}
