//! The report, as a command and in a browser.

#![allow(clippy::print_stderr, reason = "a skipped test says so")]

mod browser;
#[path = "../common/mod.rs"]
mod common;
mod opened;

use std::fs;

use common::{Finished, Workplace};
use serde_json::Value as Json;

trait Done {
    fn assert_done(&self);
}

impl Done for Finished {
    fn assert_done(&self) {
        assert_eq!(self.code, Some(0), "{self:?}");
    }
}

/// A workplace whose store under `out` has solved tasks and others.
fn searched(out: &str) -> Workplace {
    let workplace = Workplace::new();
    let of_tasks = ["-c", "8", "-q", "--out", out];
    workplace.run(&of_tasks).assert_done();
    // Cards of few solvers, so that tasks are open.
    let drawn = ["-c", "24", "--draw", "4", "--seed", "5", "-q", "--out", out];
    workplace.run(&drawn).assert_done();
    workplace
}

/// The data that the page's script reads.
fn data(page: &str) -> Json {
    let (_, rest) = page
        .split_once("<script type=\"application/json\"")
        .expect("data");
    let (_, rest) = rest.split_once('>').expect("data");
    let (data, _) = rest.split_once("</script>").expect("data");
    serde_json::from_str(data).expect("JSON")
}

#[test]
fn the_counts_are_those_of_the_statistics() {
    let workplace = searched("store");
    let written = workplace.run(&["report", "--out", "store", "-o", "page.html"]);
    written.assert_done();
    let stats = workplace.run(&["stats", "--out", "store", "--format", "json"]);
    let stats: Json = serde_json::from_str(&stats.stdout).expect("JSON");
    let page = workplace.read("page.html");
    let data = data(&page);
    assert_eq!(data["stats"], stats);
    let solved = stats["solved"].as_u64().expect("a count");
    assert!(
        solved > 0 && stats["tasks"].as_u64() > Some(solved),
        "{stats}"
    );
    let line = format!(
        "page.html: {solved} of {} tasks solved, 2 rounds, ",
        stats["tasks"]
    );
    assert!(written.stdout.starts_with(&line), "{}", written.stdout);
    // The line of solved tasks ends where the search is.
    let timeline = data["timeline"]["by_time"].as_array().expect("a line");
    assert_eq!(timeline.last().expect("a point")["solved"], solved);
    assert_eq!(timeline.last().expect("a point")["total"], stats["total"]);
    for (member, expected) in [("tasks", 32), ("refused_threads", 0), ("failed", 0)] {
        assert_eq!(data["pace"][member], expected, "{member}");
    }
    assert!(data["news"]["new_to_store"].as_u64() > Some(0));
    // Only rounds of a search say how many programs were new to it.
    assert!(data["pace"]["new_programs"].is_null());
    assert!(data["pace"]["peak_memory_bytes"].as_u64() > Some(1 << 20));
    // All of it to standard output is the same page, made a moment later.
    let piped = workplace.run(&["report", "--out", "store", "-o", "-"]);
    assert_eq!(self::data(&piped.stdout)["stats"], stats);
    assert!(piped.stderr.starts_with("run_batt: "), "{}", piped.stderr);
}

#[test]
fn what_is_new_is_new_since_a_date() {
    let workplace = searched("store");
    let news = |since: &str| {
        let report = workplace.run(&["report", "--out", "store", "-o", "-", "--since", since]);
        data(&report.stdout)["news"].clone()
    };
    let all = news("8h");
    assert_eq!(all["rounds"], 2);
    assert_eq!(all["tasks"][0]["kind"], "solved");
    assert_eq!(news("1999-12-31")["tasks"], all["tasks"]);
    let none = news("2999-01-01T12:00");
    assert_eq!(none["since"], "2999-01-01T12:00:00.000000");
    assert_eq!(
        (&none["rounds"], &none["tasks"]),
        (&0.into(), &Json::Array(vec![]))
    );
    let wrong = workplace.run(&["report", "--since", "yesterday"]);
    assert_eq!(wrong.code, Some(2));
    assert!(
        wrong.stderr.contains("expected a date such as 2026-11-20"),
        "{}",
        wrong.stderr
    );
}

#[test]
fn of_what_is_missing_the_rest_is_told() {
    let workplace = searched("store");
    let report = |workplace: &Workplace, arguments: &[&str]| -> (Finished, Json) {
        let all = [&["report", "-o", "page.html"], arguments].concat();
        let finished = workplace.run(&all);
        finished.assert_done();
        let data = data(&workplace.read("page.html"));
        (finished, data)
    };
    // A task that the data lack.
    let first = workplace.path("tasks/007bbfb7.json");
    workplace.write(
        "tasks/007bbfb7.json",
        fs::read(common::fixture("tasks/007bbfb7.json")).expect("a task"),
    );
    let (finished, told) = report(&workplace, &["--out", "store", "--tasks", "tasks"]);
    let lines: Vec<&str> = finished.stderr.lines().collect();
    assert_eq!(lines.len(), 1, "{lines:?}");
    assert!(lines[0].contains("the data lack "), "{lines:?}");
    assert!(first.is_file());
    let drawn = |told: &Json| {
        let tasks = told["tasks"].as_array().expect("tasks").clone();
        let has_samples = |own: &&Json| own["samples"] != Json::Array(vec![]);
        tasks.iter().filter(has_samples).count()
    };
    assert_eq!(drawn(&told), 1);
    assert!(workplace.read("page.html").contains("not in the data"));

    // A store without records.
    let stats = told["stats"].clone();
    fs::rename(
        workplace.path("store/logs"),
        workplace.path("logs-of-store"),
    )
    .expect("a folder");
    let (finished, told) = report(&workplace, &["--out", "store"]);
    assert!(
        finished
            .stderr
            .contains("there are no records of this store in store/logs"),
        "{finished:?}"
    );
    assert_eq!(told["stats"]["solved"], stats["solved"]);
    assert!(drawn(&told) > 1 && told["stats"]["rounds"] == Json::Array(vec![]));

    // Records without a store.
    for folder in ["solver_dir", "solver_md5", "differ_dir", "differ_md5"] {
        fs::remove_dir_all(workplace.path("store").join(folder)).expect("a folder");
    }
    fs::rename(
        workplace.path("logs-of-store"),
        workplace.path("store/logs"),
    )
    .expect("a folder");
    let (finished, told) = report(&workplace, &["--out", "store"]);
    assert!(
        finished.stderr.contains("there is no store under store"),
        "{finished:?}"
    );
    assert_eq!(told["stats"]["rounds"], stats["rounds"]);
    assert!(told["tasks"].as_array().expect("tasks").len() > 8);

    // Neither.
    let nothing = Workplace::new();
    let finished = nothing.run(&["report", "--out", "store"]);
    assert_eq!(finished.code, Some(1));
    assert_eq!(finished.stderr.lines().count(), 1, "{finished:?}");
    assert!(finished.stderr.contains("found no store"), "{finished:?}");
    assert_eq!(nothing.names("."), [""; 0]);
}

#[test]
fn what_cannot_be_written_leaves_nothing_behind() {
    let workplace = searched("store");
    workplace.write("folder/inside", "");
    for (output, reason) in [
        ("missing/page.html", "cannot be written"),
        ("folder", "cannot be written"),
    ] {
        let before = workplace.names("folder");
        let finished = workplace.run(&["report", "--out", "store", "-o", output]);
        assert_eq!(finished.code, Some(1), "{finished:?}");
        assert_eq!(finished.stderr.lines().count(), 1, "{finished:?}");
        assert!(finished.stderr.contains(reason), "{finished:?}");
        assert_eq!(workplace.names("folder"), before);
        assert_eq!(workplace.names("."), ["folder", "store"]);
    }
}

#[test]
fn the_data_of_a_run_are_remembered() {
    let workplace = Workplace::new();
    let task = fs::read(common::fixture("tasks/3c9b0459.json")).expect("a task");
    workplace.write("data/3c9b0459.json", task);
    let run = ["-q", "--tasks", "data", "--out", "store"];
    workplace.run(&run).assert_done();
    // From another folder too.
    let report = workplace
        .command(&["report", "--out", "../store", "-o", "-"])
        .current_dir(workplace.path("data"))
        .output()
        .expect("a report");
    let data = data(&String::from_utf8(report.stdout).expect("UTF-8"));
    let path = workplace.path("data").canonicalize().expect("a folder");
    assert_eq!(data["data"][0], path.to_str().expect("UTF-8"));
    assert_eq!(data["tasks"][0]["samples"][0]["output"], "expected");
}
