use super::super::best_scores::BestScores;
use super::super::record::Record;
use super::super::rotation::Memory;
use super::*;
use crate::fingerprint::Ingredients;

fn record(run: &str, success: bool, rest: &str) -> String {
    format!(
        "{{\"timestamp\": \"{run}\", \"run_id\": \"{run}\", \"task_id\": \"0520fde7\", \"success\": {success}, {rest}}}\n"
    )
}

fn scores(best: u64) -> String {
    format!("\"best_score\": {best}, \"full_score\": 4000")
}

fn read(logs: &Path) -> History {
    History::read(logs, &Owner::of(logs, logs)).unwrap()
}

fn full_score(history: &History) -> Option<u64> {
    history
        .full_score("0520fde7", || None)
        .map(|full| full.score)
}

fn told(history: &History) -> Vec<(&str, u64, u64)> {
    let told = history.rounds.iter();
    told.map(|round| (round.run_id.as_str(), round.total, round.solved))
        .collect()
}

fn write(logs: &Path, suffix: &str, lines: &str) -> std::path::PathBuf {
    let path = logs.join(format!("{}{suffix}", TimingRecord::FILE));
    std::fs::write(&path, lines).unwrap();
    path
}

#[test]
fn rounds_go_on_when_logs_are_rotated() {
    let logs = tempfile::tempdir().unwrap();
    for (suffix, lines) in [
        ("", record("third", true, &scores(4000))),
        (".1", record("second", true, &scores(3000))),
        ("-20251231", record("first", true, &scores(2000))),
        (
            ".2",
            // Dropped, and of a version that knew no scores.
            record(
                "dropped",
                false,
                "\"error_type\": \"interrupted\", \"best_score\": 9, \"full_score\": 9",
            ) + &record("old", true, "\"execution_time\": 1.0"),
        ),
    ] {
        write(logs.path(), suffix, &lines);
    }
    let history = read(logs.path());
    let expected = [("first", 2000, 0), ("second", 3000, 0), ("third", 4000, 1)];
    assert_eq!(told(&history), expected);
    // None is risen that an earlier round had as well.
    assert!(history.rounds.iter().all(|round| round.risen == 1));
    assert_eq!(full_score(&history), Some(4000));
    assert!(told(&read(&logs.path().join("missing"))).is_empty());
}

#[test]
fn what_has_gone_is_remembered_and_counts_once() {
    let logs = tempfile::tempdir().unwrap();
    let first = record("first", true, &scores(2000)) + &record("second", true, &scores(3000));
    let path = write(logs.path(), ".000001", &first);
    write(logs.path(), "", &record("second", true, &scores(4000)));
    let before = read(logs.path());
    let memory = BestScores {
        logs: logs.path().to_owned(),
    };
    memory.remember(&path, 1).unwrap();
    // An instance that died here has both.
    assert_eq!(read(logs.path()).rounds, before.rounds);
    std::fs::remove_file(path).unwrap();
    let after = read(logs.path());
    assert_eq!(after.rounds, before.rounds);
    assert_eq!(told(&after), [("first", 2000, 0), ("second", 4000, 1)]);
    assert_eq!(full_score(&after), Some(4000));
}

#[test]
fn when_scores_rose_is_known_of_what_has_gone_too() {
    let logs = tempfile::tempdir().unwrap();
    let at = |minute: u32| format!("2026-11-26T10:{minute:02}:00");
    let line = |minute: u32, best: u64| {
        record("run", true, &scores(best)).replacen(
            "\"timestamp\": \"run\"",
            &format!("\"timestamp\": \"{}\"", at(minute)),
            1,
        )
    };
    let gone = write(
        logs.path(),
        ".000001",
        &(line(1, 900) + &line(2, 900) + &line(3, 4000)),
    );
    write(logs.path(), "", &line(4, 4000));
    let told = |history: &History| -> Vec<(String, u64, u64, Verdict)> {
        let rise = |own: &Rise| (own.at.clone(), own.before, own.now, own.verdict);
        history.rises.iter().map(rise).collect()
    };
    let whole = [
        (at(1), 0, 900, Verdict::Open),
        (at(3), 900, 4000, Verdict::Solved),
    ];
    assert_eq!(told(&read(logs.path())), whole);
    let scores = BestScores {
        logs: logs.path().to_owned(),
    };
    scores.remember(&gone, 1).unwrap();
    std::fs::remove_file(&gone).unwrap();
    // A round remembers of a task where it ended, and when.
    assert_eq!(
        told(&read(logs.path())),
        [(at(3), 0, 4000, Verdict::Solved)]
    );
}

#[test]
fn verdicts_follow_what_was_known() {
    let logs = tempfile::tempdir().unwrap();
    let of = |run, best, full, unknown: &str| {
        let scores = format!("\"best_score\": {best}, \"full_score\": {full}{unknown}");
        record(run, true, &scores)
    };
    let lines = [
        // An earlier version's: of three samples the output is known.
        of("earlier", 3000, 4000, ""),
        of("hidden", 3000, 3000, ", \"unknown_outputs\": 1"),
        of("earlier again", 3000, 4000, ""),
        of("known", 3900, 4000, ", \"unknown_outputs\": 0"),
        of("solved", 4000, 4000, ", \"unknown_outputs\": 0"),
        // It could not be run, so nothing is known of it.
        of("failed", 4000, 0, ", \"unknown_outputs\": 0"),
    ];
    write(logs.path(), "", &lines.concat());
    let history = read(logs.path());
    let told = history.rounds.iter();
    let told: Vec<_> = told
        .map(|round| (round.run_id.as_str(), round.solved, round.demos_exact))
        .collect();
    let expected = [
        ("earlier", 0, 0),
        ("hidden", 0, 1),
        ("earlier again", 0, 1),
        ("known", 0, 0),
        ("solved", 1, 0),
        ("failed", 1, 0),
    ];
    assert_eq!(told, expected);
    assert_eq!(full_score(&history), Some(4000));
}

#[test]
fn an_earlier_version_s_full_score_is_told_by_data_of_as_many_samples() {
    let logs = tempfile::tempdir().unwrap();
    let full = |score, unknown_outputs| FullScore {
        score,
        unknown_outputs,
    };
    let told = |record: &str, data: Option<FullScore>| {
        write(logs.path(), "", record);
        read(logs.path()).full_score("0520fde7", || data)
    };
    let earlier = record("run", true, &scores(3000));
    for (data, expected) in [
        (Some(full(3000, 1)), full(3000, 1)),
        (Some(full(4000, 0)), full(4000, 0)),
        (Some(full(3000, 2)), full(4000, 0)),
        (None, full(4000, 0)),
    ] {
        assert_eq!(told(&earlier, data), Some(expected), "{data:?}");
    }
    // What was solved had all outputs known, and what a record says counts.
    let solved = record("run", true, &scores(4000));
    let known = record("run", true, &(scores(3000) + ", \"unknown_outputs\": 0"));
    for record in [solved, known] {
        assert_eq!(told(&record, Some(full(3000, 1))), Some(full(4000, 0)));
    }
    assert_eq!(told("", Some(full(3000, 1))), Some(full(3000, 1)));
}

#[test]
fn two_stores_do_not_mix_and_later_versions_are_counted() {
    let logs = tempfile::tempdir().unwrap();
    let of = |run: &str, store: &str| {
        record(run, true, &format!("{}, \"store\": \"{store}\"", scores(7)))
    };
    let later = of("later", "..").replacen('{', "{\"version\": 2, ", 1);
    let lines = of("own", "..") + &of("other", "../other") + &later + "{}\n";
    write(
        logs.path(),
        "",
        &(lines + &record("unnamed", true, &scores(8))),
    );
    let owner = Owner::of(logs.path().parent().unwrap(), logs.path());
    let history = History::read(logs.path(), &owner).unwrap();
    assert_eq!(told(&history), [("own", 7, 0), ("unnamed", 8, 0)]);
    assert_eq!(history.other_records, 2);
    let history = History::read(logs.path(), &owner.named_alone()).unwrap();
    assert_eq!(told(&history), [("own", 7, 0)]);
}

#[test]
fn rotated_records_count_as_finished_with_the_most_that_was_filed() {
    let logs = tempfile::tempdir().unwrap();
    let of = |name: &str| {
        let mut ingredients = Ingredients::default();
        ingredients.text(name);
        ingredients.fingerprint()
    };
    let line = |name: &str, success: bool, rest: &str| {
        let fingerprint = format!("\"fingerprint\": \"{}\"{rest}", of(name));
        record(name, success, &fingerprint)
    };
    for (suffix, lines) in [
        (
            "",
            line("a", true, ", \"filed_solvers\": 0, \"filed_differs\": 1"),
        ),
        (
            ".1",
            line("a", true, ", \"filed_solvers\": 5, \"filed_differs\": 0"),
        ),
        (".000002", line("old", true, "")),
        ("-20261123", line("failed", false, "")),
    ] {
        write(logs.path(), suffix, &lines);
    }
    let finished = read(logs.path()).finished;
    let (solvers, differs) = (5, 1);
    assert_eq!(finished.len(), 2);
    assert_eq!(finished[&of("a")], FiledCounts { solvers, differs });
    assert_eq!(finished[&of("old")], FiledCounts::default());
}
