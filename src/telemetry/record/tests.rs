use std::fmt::Debug;

use super::*;
use crate::event::{RoundOfSearch, RunStart, TaskReport};
use crate::fingerprint::Ingredients;
use crate::pool::{Profile, ProfileKind};
use crate::telemetry::python_json;
use arc_programs::verdict::FullScore;

const AROUND: Surroundings<'_> = Surroundings {
    run_id: "run",
    store: "..",
    data: Some("../tasks"),
    peak_memory_bytes: Some(4096),
    round: None,
};

fn report() -> TaskReport {
    let fingerprint = Ingredients::default().fingerprint();
    let task = "0520fde7".parse().unwrap();
    let mut report = TaskReport::new(task, fingerprint, 10.0, 2);
    report.execution_time = Duration::from_micros(12_345);
    report.inline_time = Duration::from_micros(400);
    report.best.now = 3900;
    report.full_score = FullScore {
        score: 4000,
        unknown_outputs: 0,
    };
    report.results.evaluated = 90;
    report.results.remembered = 7;
    report.filed.solvers = 2;
    report.filed.differs = 1;
    report.new_programs = 5;
    report.chunks = 5;
    report.peak_in_flight = 8;
    report.thread_error = 1;
    report.inlining.success_count = 36;
    report.inlining.count_error("Panic");
    report.inlining.cache_hits = 155;
    report
}

fn run() -> RunStart {
    RunStart {
        run_id: "run".to_owned(),
        tasks: 1,
        profile: Profile {
            kind: ProfileKind::Cpu,
            reason: "asked".to_owned(),
            workers: 4,
            chunk_size: 8,
        },
        workers: 2,
        seed: 7,
        is_random: true,
        round: None,
        data: None,
    }
}

/// The bytes of a record, which others read, and that they are read again.
fn assert_bytes<R: Record + PartialEq + Debug>(record: &R, expected: &str) {
    let line = python_json::line(record);
    assert_eq!(line, format!("{expected}\n"));
    assert_eq!(R::from_line(line.as_bytes()).unwrap(), *record);
}

#[test]
fn the_bytes_of_each_record_are_a_promise() {
    let start = TaskStart::new("then", "run", report().task, 10.0);
    assert_bytes(
        &TimingRecord::Start(start),
        r#"{"timestamp": "then", "run_id": "run", "task_id": "0520fde7", "event": "task_start", "timeout_value": 10.0}"#,
    );
    let end = TaskEnd::new("then", AROUND, &report());
    assert_bytes(
        &TimingRecord::End(end),
        r#"{"timestamp": "then", "run_id": "run", "task_id": "0520fde7", "execution_time": 0.012345, "success": true, "error_type": null, "error_msg": null, "timeout_value": 10.0, "best_score": 3900, "full_score": 4000, "unknown_outputs": 0, "fingerprint": "d41d8cd98f00b204e9800998ecf8427e", "filed_solvers": 2, "filed_differs": 1, "store": "..", "evaluated": 90, "remembered": 7, "new_to_store": 5, "timed_out_samples": 0, "peak_memory_bytes": 4096, "data": "../tasks"}"#,
    );
    let round = RoundOfSearch {
        search_id: "search".to_owned(),
        number: 3,
        of: None,
        new_programs: 31,
    };
    let report_of_round = TaskReport {
        ended_after: Duration::from_micros(1_500_250),
        ..report()
    };
    let in_round = Surroundings {
        round: Some(&round),
        ..AROUND
    };
    let end = TaskEnd::new("then", in_round, &report_of_round);
    assert_bytes(
        &TimingRecord::End(end),
        r#"{"timestamp": "then", "run_id": "run", "task_id": "0520fde7", "execution_time": 0.012345, "success": true, "error_type": null, "error_msg": null, "timeout_value": 10.0, "best_score": 3900, "full_score": 4000, "unknown_outputs": 0, "fingerprint": "d41d8cd98f00b204e9800998ecf8427e", "filed_solvers": 2, "filed_differs": 1, "store": "..", "evaluated": 90, "remembered": 7, "new_to_store": 5, "timed_out_samples": 0, "peak_memory_bytes": 4096, "data": "../tasks", "round_programs": 31, "round_seconds": 1.50025}"#,
    );
    let failed = TaskReport {
        failure: Some("no é".to_owned()),
        ..report()
    };
    assert_bytes(
        &TimingRecord::End(TaskEnd::new("then", AROUND, &failed)),
        r#"{"timestamp": "then", "run_id": "run", "task_id": "0520fde7", "execution_time": 0.012345, "success": false, "error_type": "task_error", "error_msg": "no \u00e9", "timeout_value": 10.0, "best_score": 3900, "full_score": 4000, "unknown_outputs": 0, "fingerprint": "d41d8cd98f00b204e9800998ecf8427e", "filed_solvers": 2, "filed_differs": 1, "store": "..", "evaluated": 90, "remembered": 7, "new_to_store": 5, "timed_out_samples": 0, "peak_memory_bytes": 4096, "data": "../tasks"}"#,
    );
    assert_bytes(
        &TimingRecord::End(TaskEnd::dropped("then", AROUND, &report())),
        r#"{"timestamp": "then", "run_id": "run", "task_id": "0520fde7", "execution_time": 0.012345, "success": false, "error_type": "interrupted", "error_msg": "asked to stop; nothing of it is kept", "timeout_value": 10.0, "best_score": 3900, "full_score": 4000, "unknown_outputs": 0, "fingerprint": "d41d8cd98f00b204e9800998ecf8427e", "filed_solvers": 2, "filed_differs": 1, "store": "..", "evaluated": 90, "remembered": 7, "new_to_store": 5, "timed_out_samples": 0, "peak_memory_bytes": 4096, "data": "../tasks"}"#,
    );
    assert_bytes(
        &TimingRecord::End(TaskEnd::interrupted("then", "run", "0520fde7")),
        r#"{"timestamp": "then", "run_id": "run", "task_id": "0520fde7", "execution_time": 0.0, "success": false, "error_type": "interrupted", "error_msg": "the process ended while it was in hand"}"#,
    );
    assert_bytes(
        &InliningRecord::new("then", &run(), &report()),
        r#"{"timestamp": "then", "run_id": "run", "task_id": "0520fde7", "profile": "cpu", "workers": 2, "chunk_size": 8, "chunks": 5, "peak_in_flight": 8, "total_attempts": 37, "success_count": 36, "timeout_count": 0, "timeout_retry_success": 0, "timeout_retry_fail": 0, "other_errors": 1, "thread_error": 1, "retry_time_ms": 0.0, "cache_hits": 155, "error_types": {"Panic": 1}, "inline_ms": 0.4}"#,
    );
}
