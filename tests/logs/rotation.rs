//! What rotates: the operators' line goes on, best scores stay, and what an instance has
//! left that died meanwhile is mended.

use std::fs;
use std::os::unix::fs::MetadataExt;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use super::common::{Finished, Workplace, send};
use super::{INLINING, SMALL_LOGS, TIMING, files_of, rounds, stats, succeed, summary};

#[test]
fn the_operators_line_goes_on_across_a_rotation() {
    let workplace = Workplace::new();
    let run = |tasks: &str| {
        let given = ["-c", tasks, "-q", "--log-size", "6000", "--log-files", "20"];
        succeed(&workplace, &given);
    };
    run("1");
    let inode = || fs::metadata(workplace.path(&format!("logs/{INLINING}"))).expect("a log");
    let before = inode().ino();
    let line = r#"tail -f logs/inlining_telemetry.jsonl | grep -o '"thread_error": [0-9]*'"#;
    let watching = Command::new("bash")
        .args(["-c", line])
        .current_dir(workplace.path("."))
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("bash starts");
    let tail = child_of(watching.id(), "tail");
    let is_at = |length: u64| {
        // What it has read is where it stands in the file.
        let place = format!("/proc/{tail}/fdinfo");
        let stands = |entry: std::io::Result<fs::DirEntry>| {
            let text = fs::read_to_string(entry.ok()?.path()).ok()?;
            text.lines()
                .next()?
                .strip_prefix("pos:")?
                .trim()
                .parse()
                .ok()
        };
        let mut places = fs::read_dir(place).expect("a process").filter_map(stands);
        places.any(|place: u64| place == length)
    };
    let wait = || {
        let begun = Instant::now();
        while !is_at(inode().len()) && begun.elapsed() < Duration::from_secs(20) {
            std::thread::sleep(Duration::from_millis(5));
        }
    };
    wait();
    // One task a run, so that it has read each before the next.
    let runs = 30;
    for _ in 0..runs {
        run("1");
        wait();
    }
    assert!(
        files_of(&workplace, "logs", INLINING).len() > 2,
        "it was rotated"
    );
    assert_eq!(inode().ino(), before, "it is the same file");
    send("TERM", tail);
    let told = Finished::from(watching.wait_with_output().expect("bash")).stdout;
    let told: Vec<&str> = told.lines().collect();
    assert_eq!(told, vec!["\"thread_error\": 0"; runs + 1]);
    // The other line.
    let line = r#"grep "can't start new thread" logs/*.log | wc -l"#;
    let found = Finished::of(
        Command::new("bash")
            .args(["-c", line])
            .current_dir(workplace.path(".")),
    );
    assert_eq!(found.stdout.trim(), "0");
}

/// The child with this name of a process.
fn child_of(parent: u32, name: &str) -> u32 {
    let begun = Instant::now();
    while begun.elapsed() < Duration::from_secs(20) {
        let children = fs::read_to_string(format!("/proc/{parent}/task/{parent}/children"));
        for child in children.unwrap_or_default().split_whitespace() {
            let own = fs::read_to_string(format!("/proc/{child}/comm")).unwrap_or_default();
            if own.trim() == name {
                return child.parse().expect("a number");
            }
        }
        std::thread::sleep(Duration::from_millis(2));
    }
    panic!("no {name} was started");
}

#[test]
fn what_rotates_away_takes_no_best_score_with_it() {
    let [bounded, whole] = [(); 2].map(|()| Workplace::new());
    for (workplace, bound) in [(&bounded, &SMALL_LOGS[..]), (&whole, &[])] {
        for round in [&["-c", "3"][..], &["-c", "8"], &["-c", "2"], &["-c", "8"]] {
            succeed(workplace, &[round, bound, &["-q"]].concat());
        }
    }
    for name in [INLINING, TIMING] {
        let files = files_of(&bounded, "logs", name);
        assert_eq!(files.len(), 2, "{files:?}");
        for file in files {
            let path = bounded.path(&format!("logs/{file}"));
            assert!(fs::metadata(path).expect("a log").len() <= 3000);
        }
    }
    assert!(bounded.records(&format!("logs/{TIMING}")).len() < 21 * 2);
    let [own, expected] = [&bounded, &whole].map(|workplace| stats(workplace, &[]));
    assert_eq!(rounds(&own), rounds(&expected));
    assert_eq!(own["best"], expected["best"]);
    assert!(own["solved"].as_u64() >= Some(8), "{own}");
    let risen: Vec<u64> = rounds(&own)
        .iter()
        .filter_map(|round| round["risen"].as_u64())
        .collect();
    assert_eq!(risen, [3, 5, 0, 0]);
    // And nothing that is left looks wrong.
    let diagnosis = succeed(&bounded, &["doctor"]).stdout;
    assert!(diagnosis.ends_with("all is well\n"), "{diagnosis}");
    assert!(!diagnosis.contains("note:"), "{diagnosis}");
}

#[test]
fn what_has_rotated_away_is_run_again() {
    let workplace = Workplace::new();
    let given = [&["-c", "12", "-q"], &SMALL_LOGS[..]].concat();
    succeed(&workplace, &given);
    let left = files_of(&workplace, "logs", TIMING)
        .iter()
        .flat_map(|name| workplace.records(&format!("logs/{name}")))
        .filter(|record| record["success"] == true)
        .count();
    assert!((1..12).contains(&left), "{left}");
    let told = summary(&workplace, &[&given[..], &["--resume"]].concat());
    assert_eq!(told["finished_before"].as_u64(), Some(left as u64));
    assert_eq!(told["tasks"].as_u64(), Some(12 - left as u64));
}

#[test]
fn what_an_instance_has_left_that_died_while_it_rotated_is_found_and_mended() {
    let workplace = Workplace::new();
    succeed(&workplace, &["-c", "3", "-q"]);
    let expected = stats(&workplace, &[]);
    // Copied, and not cut.
    for name in [INLINING, TIMING, "run_batt.log"] {
        let text = workplace.read(&format!("logs/{name}"));
        workplace.write(&format!("logs/{name}.000001"), &text);
    }
    workplace.write(&format!("logs/.unfinished-{TIMING}"), "{");
    assert_eq!(stats(&workplace, &[]), expected);
    assert_eq!(
        summary(&workplace, &["-c", "3", "--resume"])["finished_before"],
        3
    );
    let looked = workplace.run(&["doctor"]);
    assert_eq!(looked.code, Some(3), "{looked:?}");
    assert_eq!(
        looked
            .stdout
            .matches("begins with all that was rotated")
            .count(),
        3
    );
    assert!(
        looked.stdout.contains(" 9 records on ") && looked.stdout.contains(": 4 things to repair"),
        "{looked:?}"
    );
    succeed(&workplace, &["doctor", "--fix"]);
    assert_eq!(workplace.read(&format!("logs/{TIMING}")), "");
    assert!(
        !workplace
            .path(&format!("logs/.unfinished-{TIMING}"))
            .exists()
    );
    let well = succeed(&workplace, &["doctor"]).stdout;
    assert!(
        well.contains(" 9 records on ") && well.contains(": all is well"),
        "{well}"
    );
    assert_eq!(stats(&workplace, &[])["rounds"], expected["rounds"]);
}
