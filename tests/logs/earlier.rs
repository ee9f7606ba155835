//! Records of earlier and later versions.

use std::fs;

use serde_json::json;

use super::common::Workplace;
use super::{INLINING, SMALL_LOGS, TIMING, rounds, stats, succeed, summary};

/// A record as the version before this one has written it, of `--out store` from
/// the folder above.
fn earlier_record(best: u64) -> String {
    format!(
        "{}\n",
        json!({
            "timestamp": "2026-11-26T05:22:33.745845", "run_id": "earlier",
            "task_id": "0520fde7", "execution_time": 0.01, "success": true,
            "error_type": null, "error_msg": null, "timeout_value": 10.0,
            "best_score": best, "full_score": 4000,
        })
    )
}

#[test]
fn records_that_were_put_elsewhere_are_found_and_told() {
    let workplace = Workplace::new();
    let put = ["-c", "3", "-q", "--out", "store", "--logs", "logs"];
    succeed(&workplace, &put);
    assert!(!workplace.path("store/logs").exists());
    let told = stats(&workplace, &["--out", "store"]);
    assert_eq!(rounds(&told).len(), 1, "{told}");
    assert!(
        told["notes"][0]
            .as_str()
            .expect("a note")
            .starts_with("logs is read too")
    );
    let resumed = workplace.run(&["-c", "4", "--out", "store", "--resume"]);
    assert!(resumed.stdout.contains("3 finished before"), "{resumed:?}");
    assert!(resumed.stderr.contains("logs is read too"), "{resumed:?}");
    // Now it has logs of its own, and what was before counts on.
    assert!(workplace.path("store/logs").exists());
    let told = stats(&workplace, &["--out", "store"]);
    assert_eq!(rounds(&told).len(), 2, "{told}");
    assert_eq!(
        summary(&workplace, &["-c", "4", "--out", "store", "--resume"])["tasks"],
        0
    );
    // Another store has none of it.
    succeed(&workplace, &["-c", "1", "-q", "--out", "other"]);
    let told = stats(&workplace, &["--out", "other"]);
    assert_eq!(rounds(&told).len(), 1, "{told}");
    assert_eq!(told["notes"], json!([]));
    assert_eq!(
        summary(&workplace, &["-c", "4", "--out", "other", "--resume"])["tasks"],
        3
    );
}

#[test]
fn records_of_an_earlier_version_are_a_store_s_where_they_can_be_no_other_s() {
    let count = |best: u64, prepare: &dyn Fn(&Workplace)| {
        let workplace = Workplace::new();
        succeed(&workplace, &["-t", "0520fde7", "-q", "--out", "store"]);
        fs::remove_dir_all(workplace.path("store/logs")).expect("a folder");
        workplace.write(&format!("logs/{TIMING}"), earlier_record(best));
        prepare(&workplace);
        rounds(&stats(&workplace, &["--out", "store"])).len()
    };
    assert_eq!(count(4000, &|_| {}), 1);
    // A better score than the store has; a store where the logs are; logs of its own.
    assert_eq!(count(4001, &|_| {}), 0);
    let with_other = |workplace: &Workplace| {
        workplace.write("solver_dir/notes.txt", "mine");
    };
    assert_eq!(count(4000, &with_other), 0);
    let with_own = |workplace: &Workplace| {
        fs::create_dir(workplace.path("store/logs")).expect("a folder");
    };
    assert_eq!(count(4000, &with_own), 0);
}

#[test]
fn records_of_a_later_version_are_left_alone_and_counted() {
    let workplace = Workplace::new();
    succeed(&workplace, &["-c", "2", "-q"]);
    let later = |text: &str, name: &str| {
        let line = text.lines().last().expect("a record");
        let line = line.replacen('{', "{\"version\": 2, ", 1);
        let path = format!("logs/{name}");
        let content = workplace.read(&path) + &line + "\n";
        workplace.write(&path, &content);
        content
    };
    let timing = later(&workplace.read(&format!("logs/{TIMING}")), TIMING);
    let inlining = later(&workplace.read(&format!("logs/{INLINING}")), INLINING);
    let best = "{\"version\": 2, \"rounds\": \"many\"}\n";
    workplace.write("logs/run_batt_best_scores.jsonl", best);

    let told = stats(&workplace, &[]);
    assert_eq!(told["other_records"], 2, "{told}");
    let text = succeed(&workplace, &["stats"]).stdout;
    assert!(
        text.contains("note: 2 records in the logs are of a later version"),
        "{text}"
    );
    assert_eq!(rounds(&told)[0]["tasks"], 2, "it is no task of the round");
    let resumed = workplace.run(&["-c", "2", "--resume"]);
    assert!(
        resumed.stderr.contains("2 records in the logs"),
        "{resumed:?}"
    );
    assert!(resumed.stdout.contains("2 finished before"), "{resumed:?}");
    let fixed = succeed(&workplace, &["doctor", "--fix"]).stdout;
    assert!(fixed.contains("note: 3 records in the logs"), "{fixed}");
    assert_eq!(workplace.read(&format!("logs/{TIMING}")), timing);
    assert_eq!(workplace.read(&format!("logs/{INLINING}")), inlining);
    // Nor does a rotation touch what it does not understand.
    for _ in 0..4 {
        succeed(&workplace, &[&["-c", "6", "-q"], &SMALL_LOGS[..]].concat());
    }
    let remembered = workplace.read("logs/run_batt_best_scores.jsonl");
    assert!(remembered.starts_with(best), "{remembered}");
    assert!(remembered.lines().count() > 1, "{remembered}");
}
