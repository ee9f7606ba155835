//! What earlier versions have written into the logs is resumed: nothing that they
//! have finished is run again.

mod common;

use common::{Workplace, repository};

/// Command lines, each with the record that the version before `job` and `run`
/// were taken apart has written for its task.
const RECORDS: [(&str, &str); 4] = [
    (
        "",
        r#"{"timestamp": "2026-11-26T05:22:33.745845", "run_id": "01a2164e-3469-7001-86ff-7768390f61ca", "task_id": "0520fde7", "execution_time": 0.016501, "success": true, "error_type": null, "error_msg": null, "timeout_value": 10.0, "best_score": 4000, "full_score": 4000, "fingerprint": "d95b7c89557c878cf6f7cce93038768e"}"#,
    ),
    (
        "--timeout 3.5 --inline-budget 999",
        r#"{"timestamp": "2026-11-26T05:22:33.831062", "run_id": "01a2164e-34d9-716c-aa17-b01deb1070bd", "task_id": "0520fde7", "execution_time": 0.000881, "success": true, "error_type": null, "error_msg": null, "timeout_value": 3.5, "best_score": 4000, "full_score": 4000, "fingerprint": "ecd3828099241cdcf7557e6a59043d2c"}"#,
    ),
    (
        "--out other",
        r#"{"timestamp": "2026-11-26T05:22:33.894577", "run_id": "01a2164e-3500-7016-93aa-a889d5ceba62", "task_id": "0520fde7", "execution_time": 0.025045, "success": true, "error_type": null, "error_msg": null, "timeout_value": 10.0, "best_score": 4000, "full_score": 4000, "fingerprint": "6c68688efb592dd9e6e7a1bd51b83e8e"}"#,
    ),
    (
        "--card @/fixtures/cards/small.json",
        r#"{"timestamp": "2026-11-26T05:22:33.902664", "run_id": "01a2164e-352b-7319-9c06-79daafbe39fc", "task_id": "0520fde7", "execution_time": 0.00155, "success": true, "error_type": null, "error_msg": null, "timeout_value": 10.0, "best_score": 4000, "full_score": 4000, "fingerprint": "fd8402774626a6def8301090180e45ba"}"#,
    ),
];

#[test]
fn what_an_earlier_version_has_finished_is_passed_over() {
    let repository = repository();
    let repository = repository.to_str().expect("a path in UTF-8");
    for (options, record) in RECORDS {
        let workplace = Workplace::new();
        let line = format!("-t 0520fde7 --format json --resume {options}");
        let line = line.replace('@', repository);
        let arguments: Vec<&str> = line.split_whitespace().collect();
        let finished_before = || {
            let finished = workplace.run(&arguments);
            let summary: serde_json::Value =
                serde_json::from_str(&finished.stdout).expect("a summary");
            summary["finished_before"].as_u64().expect("a number")
        };
        workplace.write("logs/run_batt_timing_stats.jsonl", format!("{record}\n"));
        assert_eq!(finished_before(), 1, "{options}");
        // And not because of anything else.
        workplace.write("logs/run_batt_timing_stats.jsonl", "");
        assert_eq!(finished_before(), 0, "{options}");
    }
}
