//! Records taken in: in any order, as often as one likes, each once.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use proptest::prelude::*;

use super::super::best_scores::RoundRecord;
use super::super::files::rotated_path;
use super::super::history::History;
use super::super::record::TaskEnd;
use super::super::{LOG_FILE, python_json};
use super::*;
use std::collections::BTreeSet;

/// The end of a task in a small log: when, in which run, which task, its best score.
type End = (u8, u8, u8, u64);

fn ends() -> impl Strategy<Value = Vec<End>> {
    proptest::collection::vec((0..50_u8, 0..3_u8, 0..4_u8, 0..4_u64), 0..12)
}

fn line((time, run, task, best): End, store: &str) -> String {
    let timestamp = format!("2026-11-26T10:00:{time:02}.000000");
    let end = TaskEnd::interrupted(&timestamp, &format!("run-{run}"), &format!("task{task}"));
    let line = python_json::line(&end).replace("\"interrupted\"", "null");
    let scores = format!(", \"best_score\": {best}, \"full_score\": 4, \"store\": \"{store}\"}}");
    line.replace('}', &scores)
}

/// The logs of a store under a folder, as instances would have written them.
fn log(out: &Path, ends: &[End]) -> PathBuf {
    let logs = out.join("logs");
    fs::create_dir_all(&logs).unwrap();
    let lines: BTreeSet<String> = ends.iter().map(|&end| line(end, "..")).collect();
    let text: String = lines.iter().map(String::as_str).collect();
    fs::write(logs.join(TimingRecord::FILE), text).unwrap();
    let told = |(time, run, task, _): &End| format!("{time:02} run-{run} began {task}\n");
    let told: BTreeSet<String> = ends.iter().map(told).collect();
    let told: String = told.iter().map(String::as_str).collect();
    fs::write(logs.join(LOG_FILE), told).unwrap();
    out.to_owned()
}

/// Takes logs in that are where they usually are.
fn take(out: &Path, others: &[PathBuf]) -> RecordsTakenIn {
    take_in(out, (&LogPlace::OfStore, LogBound::DEFAULT), others, &[]).unwrap()
}

fn files(out: &Path) -> BTreeMap<String, String> {
    let entries = fs::read_dir(out.join("logs")).unwrap().map(Result::unwrap);
    let file = |entry: fs::DirEntry| {
        let name = entry.file_name().into_string().unwrap();
        (name, fs::read_to_string(entry.path()).unwrap())
    };
    entries.map(file).collect()
}

fn merged(parts: &[&[End]]) -> BTreeMap<String, String> {
    let folder = tempfile::tempdir().unwrap();
    let into = folder.path().join("into");
    for (number, ends) in parts.iter().enumerate() {
        let other = log(&folder.path().join(number.to_string()), ends);
        let taken = take(&into, &[other]);
        assert!(
            taken.left_out.is_empty() && taken.of_others == 0,
            "{taken:?}"
        );
    }
    files(&into)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]
    #[test]
    fn it_matters_neither_in_which_order_nor_how_often(
        one in ends(), two in ends(), three in ends(),
    ) {
        let all = merged(&[&one, &two, &three]);
        prop_assert_eq!(&merged(&[&three, &one, &two]), &all);
        prop_assert_eq!(&merged(&[&two, &one, &three, &one]), &all);
        let folder = tempfile::tempdir().unwrap();
        let [first, second, third] = [("1", &one), ("2", &two), ("3", &three)]
            .map(|(name, ends)| log(&folder.path().join(name), ends));
        take(&second, &[third]);
        take(&first, &[second]);
        prop_assert_eq!(&files(&first), &all);
        let expected: BTreeSet<String> =
            [&one, &two, &three].into_iter().flatten().map(|&end| line(end, "..")).collect();
        let expected: String = expected.iter().map(String::as_str).collect();
        prop_assert_eq!(&all[TimingRecord::FILE], &expected);
    }
}

/// A folder with a log that was rotated: what it remembers of its first file, and the rest.
fn rotated(out: &Path, run: &str, gone: &[End], kept: &[End], current: &[End]) -> PathBuf {
    log(out, current);
    let logs = out.join("logs");
    let mut round = python_json::line(&RoundRecord::of_test(run, 1));
    if let Some((_, _, task, best)) = gone.first() {
        let risen =
            format!("\"risen\": {{\"task{task}\": {{\"best_score\": {best}, \"full_score\": 4}}}}");
        round = round.replace("\"risen\": {}", &risen);
    }
    fs::write(logs.join(RoundRecord::FILE), round).unwrap();
    let text = |ends: &[End]| -> String { ends.iter().map(|&end| line(end, "..")).collect() };
    let file = |serial| rotated_path(&logs.join(TimingRecord::FILE), serial);
    fs::write(file(1), text(gone)).unwrap();
    fs::write(file(2), text(kept)).unwrap();
    out.to_owned()
}

fn history(out: &Path) -> History {
    let logs = out.join("logs");
    History::read(&logs, &Owner::of(out, &logs)).unwrap()
}

#[test]
fn what_was_rotated_is_taken_in_and_what_has_gone_is_remembered() {
    let folder = tempfile::tempdir().unwrap();
    let gone = [(1, 0, 3, 4)];
    let (kept, current) = ([(10, 1, 1, 2)], [(20, 2, 1, 3)]);
    let other = rotated(
        &folder.path().join("other"),
        "run-0",
        &gone,
        &kept,
        &current,
    );
    let own = log(&folder.path().join("own"), &[(15, 1, 0, 1)]);
    let into = rotated(
        &folder.path().join("into"),
        "run-9",
        &[],
        &[(5, 1, 2, 1)],
        &[(30, 2, 2, 2)],
    );
    for out in [&own, &into] {
        for times in 0..2 {
            let taken = take(out, std::slice::from_ref(&other));
            // Two records and one line of the log.
            assert_eq!(taken.lines, if times == 0 { 3 } else { 0 }, "{taken:?}");
            let best: BTreeMap<String, u64> = history(out)
                .best_scores()
                .map(|(task, best)| (task.to_owned(), best))
                .collect();
            // Of records that have gone there.
            assert_eq!(best["task3"], 4);
            assert_eq!(best["task1"], 3);
            let rounds = history(out).rounds;
            let tasks: u64 = rounds.iter().map(|round| round.tasks).sum();
            let own = if *out == own { 1 } else { 7 };
            assert_eq!(tasks, own + 2 + 5);
        }
    }
    assert!(
        history(&into)
            .best_scores()
            .any(|(task, _)| task == "task2")
    );
}

#[test]
fn lines_of_other_stores_and_broken_ones_are_left_where_they_are() {
    let folder = tempfile::tempdir().unwrap();
    let other = log(&folder.path().join("other"), &[(1, 0, 1, 1)]);
    let path = other.join("logs").join(TimingRecord::FILE);
    let foreign = line((2, 1, 2, 2), "../../elsewhere");
    let later = "{\"version\": 2, \"timestamp\": \"then\"}\n";
    let text = fs::read_to_string(&path).unwrap() + &foreign + "{\"cut\n" + later + "{\"off";
    fs::write(&path, text).unwrap();
    let into = folder.path().join("into");
    let taken = take(&into, std::slice::from_ref(&other));
    assert_eq!(taken.of_others, 1);
    let places: Vec<u64> = taken.left_out.iter().map(|(_, line, _)| *line).collect();
    assert_eq!(places, [3, 5]);
    let merged = fs::read_to_string(into.join("logs").join(TimingRecord::FILE)).unwrap();
    assert_eq!(merged, line((1, 0, 1, 1), "..") + later);
}

#[test]
fn what_a_kill_has_left_twice_is_there_once_then() {
    let folder = tempfile::tempdir().unwrap();
    let into = folder.path().join("into");
    let other = log(&folder.path().join("other"), &[(1, 0, 1, 1), (9, 0, 2, 1)]);
    log(&into, &[(5, 0, 3, 1)]);
    take(&into, std::slice::from_ref(&other));
    let whole = files(&into);
    // Written anew beside what was there, which has not gone yet.
    let logs = into.join("logs");
    let log = logs.join(TimingRecord::FILE);
    fs::copy(&log, rotated_path(&log, 1)).unwrap();
    take(&into, &[other]);
    assert_eq!(files(&into), whole);
}
