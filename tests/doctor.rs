//! `run_batt doctor`: every kind of damage made, found, and repaired.

mod common;

use std::fs;
use std::os::unix::fs::symlink;
use std::time::{Duration, SystemTime};

use common::{Finished, Workplace};
use serde_json::Value as Json;

/// The kinds of what the doctor finds, sorted.
fn kinds(finished: &Finished) -> Vec<String> {
    let diagnosis: Json = serde_json::from_str(&finished.stdout)
        .unwrap_or_else(|error| panic!("{error}: {finished:?}"));
    let findings = diagnosis["findings"].as_array().expect("findings");
    let kind = |finding: &Json| finding["kind"].as_str().expect("a kind").to_owned();
    let mut kinds: Vec<String> = findings.iter().map(kind).collect();
    kinds.sort();
    kinds
}

fn examine(workplace: &Workplace, more: &[&str]) -> Finished {
    workplace.run(&[&["doctor", "--format", "json"], more].concat())
}

/// A store with programs and links, and its logs.
fn filled() -> Workplace {
    let workplace = Workplace::new();
    let finished = workplace.run(&["-c", "3"]);
    assert_eq!(finished.code, Some(0), "{finished:?}");
    // The reference names a program that was written without `C` by that, and
    // keeps it with all three parameters.
    let without = "def solve(S, I):\n    return rot90(I)\n";
    let without = workplace.write("without.py", without);
    let named = workplace.run(&["inline", "--md5", "without.py"]).stdout;
    let identity = named.split_whitespace().find(|word| word.len() == 32);
    let name = format!("solver_md5/{}.py", identity.expect("an MD5"));
    workplace.write(
        &name,
        "def solve(S, I, C):\n    O = rot90(I)\n    return O\n",
    );
    fs::remove_file(without).expect("a file");
    workplace
}

/// The paths of the links to solvers, by task.
fn links(workplace: &Workplace) -> Vec<std::path::PathBuf> {
    let walk = walkdir::WalkDir::new(workplace.path("solver_dir")).sort_by_file_name();
    let entries = walk.into_iter().map(|entry| entry.expect("an entry"));
    let links = entries.filter(walkdir::DirEntry::path_is_symlink);
    links.map(walkdir::DirEntry::into_path).collect()
}

#[test]
fn a_sound_store_is_well() {
    let workplace = filled();
    let finished = workplace.run(&["doctor"]);
    assert_eq!(finished.code, Some(0), "{finished:?}");
    assert!(finished.stdout.ends_with("all is well\n"), "{finished:?}");
    assert!(finished.stdout.contains("9 records"), "{finished:?}");
    // A folder without a store is the wrong one, and stays as it is.
    let empty = Workplace::new();
    assert_eq!(empty.run(&["doctor", "--fix"]).code, Some(1));
    assert_eq!(empty.names("."), [""; 0]);
}

#[test]
fn damage_is_found_and_repaired() {
    let workplace = filled();
    let link = links(&workplace).remove(0);
    let identity = link.file_name().expect("a name").to_owned();
    let mut programs = workplace.names("solver_md5");
    programs.retain(|name| *identity != **name);
    let path = |name: &str| workplace.path(&format!("solver_md5/{name}"));

    // Cut off; exchanged; a link to elsewhere; not in its place yet.
    let [cut, exchanged, linked] = [0, 1, 2].map(|place| path(&programs[place]));
    let text = fs::read_to_string(&cut).expect("a program");
    fs::write(&cut, &text[..text.len() / 2]).expect("a file");
    let other = "def solve(S, I, C):\n    return rot270(rot270(rot270(I)))\n";
    fs::write(&exchanged, other).expect("a file");
    let elsewhere = workplace.path("elsewhere.py");
    fs::rename(&linked, &elsewhere).expect("a file");
    symlink(&elsewhere, &linked).expect("a link");
    workplace.write("differ_md5/.unfinished-x", "def");
    // A link that leads elsewhere, and one that leads nowhere.
    fs::remove_file(&link).expect("a link");
    symlink(&elsewhere, &link).expect("a link");
    let dead = link.with_file_name(format!("{:032x}.py", 1));
    symlink("../nowhere.py", &dead).expect("a link");
    // A line that was cut off, and one that is none; a task not ended.
    let timing = workplace.read("logs/run_batt_timing_stats.jsonl");
    let mut lines: Vec<&str> = timing.lines().collect();
    lines.pop();
    lines.insert(1, "{\"timestamp\": \"2026");
    let timing = workplace.write("logs/run_batt_timing_stats.jsonl", lines.join("\n") + "\n");
    let inlining = workplace.read("logs/inlining_telemetry.jsonl");
    let inlining = format!("\u{0}\u{0}\n{inlining}");
    workplace.write("logs/inlining_telemetry.jsonl", inlining);
    workplace.write(&format!("logs/claims/{:032x}", 7), "");
    workplace.write(&format!("logs/claims/{:032x}", 8), "finished\n");
    // What an instance says of itself that nobody has replaced for hours.
    let status = workplace.write("logs/instances/left.json", "{");
    let hours_ago = SystemTime::now() - Duration::from_secs(3 * 3600);
    let file = fs::File::open(&status).expect("a file");
    file.set_modified(hours_ago).expect("a time");
    workplace.write("logs/instances/young.json", "{");
    let mine = workplace.write("solver_md5/notes.txt", "mine");

    let expected = [
        "abandoned_claim",
        "abandoned_status",
        "broken_line",
        "broken_line",
        "damaged_program",
        "dead_link",
        "misnamed_program",
        "record_of_unfinished_task",
        "stray_link",
        "stray_link",
        "unfinished_file",
        "unfinished_task",
    ];
    let before = fs::read_to_string(&timing).expect("records");
    let looked = examine(&workplace, &[]);
    assert_eq!(looked.code, Some(3), "{looked:?}");
    assert_eq!(
        kinds(&looked),
        expected,
        "{}",
        workplace.run(&["doctor"]).stdout
    );
    assert_eq!(
        fs::read_to_string(&timing).expect("records"),
        before,
        "only looked"
    );

    let fixed = examine(&workplace, &["--fix"]);
    assert_eq!(fixed.code, Some(0), "{fixed:?}");
    // What was damaged may have been among the best: those links went too.
    let found = kinds(&fixed);
    let without_links = |kinds: &[String]| -> Vec<String> {
        kinds
            .iter()
            .filter(|kind| *kind != "dead_link")
            .cloned()
            .collect()
    };
    assert_eq!(
        without_links(&found),
        without_links(&expected.map(str::to_owned))
    );
    let again = examine(&workplace, &[]);
    assert_eq!(again.code, Some(0), "{again:?}");
    assert_eq!(kinds(&again), [""; 0]);

    // Nothing that somebody might want is gone.
    assert!(mine.exists() && elsewhere.exists());
    assert!(cut.with_extension("py.damaged").exists());
    assert!(!linked.is_symlink() && linked.exists());
    let target = fs::read_link(&link).expect("a link");
    assert!(target.ends_with(&identity) && target.starts_with("../../../../solver_md5"));
    let all: Vec<String> = workplace.names("solver_md5");
    let has_other =
        |name: &String| fs::read_to_string(path(name)).is_ok_and(|text| text.contains("rot270"));
    assert!(all.iter().any(has_other), "{all:?}");
    assert!(workplace.path(&format!("logs/claims/{:032x}", 8)).exists());
    let last = workplace
        .records("logs/run_batt_timing_stats.jsonl")
        .pop()
        .expect("a record");
    assert_eq!(last["error_type"], "interrupted");
}

#[test]
fn records_of_other_versions_stay_as_they_are_byte_for_byte() {
    let workplace = Workplace::new();
    workplace.write("solver_md5/notes.txt", "");
    // Members that this version does not know, in another order, with other
    // spaces and numbers than it would write, and one twice.
    let kept = concat!(
        r#"{"run_id":"a","task_id":"0520fde7","timestamp":"then","event":"task_start","timeout_value":1e1,"host":"é"}"#,
        "\n",
        r#"{"memory": {"b": 1, "a": [1.50, 18446744073709551616]}, "run_id": "a", "task_id": "0520fde7", "timestamp": "then", "success": true, "memory": null}"#,
        "\n",
        r#"{"timestamp": "then", "task_id": "0520fde7", "event": "task_start", "timeout_value": 10}"#,
        "\n",
        r#"["of another program"]"#,
        "\n",
    );
    let inlining = "{\"wall_ms\":0.10,\"run_id\":\"a\",\"task_id\":\"0520fde7\",\"total_attempts\":1,\"success_count\":1,\"timeout_count\":0,\"other_errors\":0}\n";
    let broken = "{\"timestamp\": \n";
    for (name, kept) in [
        ("logs/run_batt_timing_stats.jsonl", kept),
        ("logs/run_batt_timing_stats.jsonl.1", kept),
        ("logs/inlining_telemetry.jsonl", inlining),
        ("logs/inlining_telemetry.jsonl-20261123", inlining),
    ] {
        workplace.write(name, format!("{broken}{kept}{broken}"));
    }
    let fixed = examine(&workplace, &["--fix"]);
    assert_eq!(fixed.code, Some(0), "{fixed:?}");
    assert_eq!(kinds(&fixed), ["broken_line"; 8]);
    assert_eq!(workplace.read("logs/run_batt_timing_stats.jsonl"), kept);
    assert_eq!(workplace.read("logs/run_batt_timing_stats.jsonl.1"), kept);
    assert_eq!(workplace.read("logs/inlining_telemetry.jsonl"), inlining);
    let rotated = workplace.read("logs/inlining_telemetry.jsonl-20261123");
    assert_eq!(rotated, inlining);
}

#[test]
fn a_task_keeps_its_best_alone() {
    let workplace = filled();
    let task = links(&workplace)[0]
        .ancestors()
        .nth(3)
        .expect("a task")
        .to_owned();
    let program = "def solve(S, I, C):\n    return I\n";
    for number in 0..40_u32 {
        let file = workplace.write(
            "one.py",
            program.replace("return I", &format!("return astuple(I, {number})")),
        );
        let identity = workplace
            .run(&["inline", "--md5", &file.display().to_string()])
            .stdout;
        let identity = identity
            .split_whitespace()
            .find(|word| word.len() == 32)
            .expect("an MD5")
            .to_owned();
        fs::rename(&file, workplace.path(&format!("solver_md5/{identity}.py"))).expect("a program");
        let folder = task.join("1/1");
        fs::create_dir_all(&folder).expect("a folder");
        let target = format!("../../../../solver_md5/{identity}.py");
        symlink(target, folder.join(format!("{identity}.py"))).expect("a link");
    }
    let fixed = examine(&workplace, &["--fix"]);
    let found = kinds(&fixed);
    assert!(found.len() >= 8, "{found:?}");
    assert!(
        found.iter().all(|kind| kind == "beyond_the_best"),
        "{found:?}"
    );
    let left = links(&workplace)
        .iter()
        .filter(|link| link.starts_with(&task))
        .count();
    assert_eq!(left, 32);
}

#[test]
fn tasks_in_the_hands_of_instances_at_work_are_left_to_them() {
    let workplace = Workplace::new();
    workplace.write(
        "slow.py",
        "def solve_0520fde7(S, I, C):\n    x1 = power(increment, 4000000)\n    x2 = x1(size(I))\n    return canvas(x2, UNITY)\n",
    );
    let mut child = workplace
        .command(&["-t", "0520fde7", "--solvers", "slow.py", "--claim"])
        .stdout(std::process::Stdio::null())
        .stderr(std::process::Stdio::null())
        .spawn()
        .expect("the binary starts");
    let timing = workplace.path("logs/run_batt_timing_stats.jsonl");
    while !fs::metadata(&timing).is_ok_and(|file| file.len() > 0) {
        std::thread::sleep(std::time::Duration::from_millis(1));
    }
    let finished = examine(&workplace, &["--fix"]);
    let is_at_work = child.try_wait().expect("a child").is_none();
    child.wait().expect("a child");
    assert_eq!(kinds(&finished), [""; 0], "{finished:?}");
    if is_at_work {
        assert!(
            finished.stdout.contains("instances write to"),
            "{finished:?}"
        );
    }
    assert_eq!(kinds(&examine(&workplace, &[])), [""; 0]);
}
