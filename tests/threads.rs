//! How many threads a run has, and what happens when it gets none.

mod common;

use std::fmt::Write;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::CommandExt;
use std::process::{Command, Stdio};

use common::{Finished, OWN_FILES, SMALL_TASK, Workplace};

const DIFFERS: usize = 1000;

/// A task with a thousand differs, each a program of its own.
fn workplace_of_a_thousand_differs() -> Workplace {
    let workplace = Workplace::new();
    workplace.write("tasks/0520fde7.json", SMALL_TASK);
    workplace.write(
        "solvers.py",
        "def solve_0520fde7(S, I, C):\n    return rot90(I)\n",
    );
    let mut differs = String::new();
    for number in 0..DIFFERS {
        let _ = write!(
            differs,
            "def differ_{number}(S, I, C):\n    x0 = add(I, {number})\n"
        );
        for line in 1..12 {
            let _ = writeln!(differs, "    x{line} = astuple(x{0}, x{0})", line - 1);
        }
        differs += "    return x11\n\n";
    }
    workplace.write("differs.py", differs);
    workplace
}

fn threads_of(process: u32) -> Option<usize> {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("Threads:"))?;
    line.trim().parse().ok()
}

/// The most threads that a run was seen to have, from its start to its end.
fn most_threads(workplace: &Workplace, workers: usize) -> usize {
    let workers = workers.to_string();
    let arguments = [&OWN_FILES[..], &["--no-share", "--workers", &workers]].concat();
    let mut child = workplace
        .command(&arguments)
        .stdout(Stdio::null())
        .spawn()
        .expect("the binary starts");
    let mut most = 0;
    while child.try_wait().expect("a child").is_none() {
        most = most.max(threads_of(child.id()).unwrap_or(0));
    }
    assert!(child.wait().expect("a child").success());
    most
}

#[test]
fn a_thousand_differs_need_no_more_threads_than_workers_and_three() {
    for workers in [1, 2, 4] {
        // A run may be over before anybody looked at its workers; of many, one
        // is not.
        let seen = (0..100).find_map(|_| {
            let workplace = workplace_of_a_thousand_differs();
            let most = most_threads(&workplace, workers);
            assert!(most <= workers + 3, "{most} threads for {workers} workers");
            (most >= workers).then_some(workplace)
        });
        let workplace = seen.expect("a run whose workers were seen");

        let record = &workplace.records("logs/inlining_telemetry.jsonl")[0];
        assert_eq!(record["total_attempts"], DIFFERS as u64 + 1);
        assert_eq!(record["success_count"], DIFFERS as u64 + 1);
        assert_eq!(record["thread_error"], 0);
        let chunk = (4 * workers).max(8) as u64;
        assert_eq!(record["peak_in_flight"], chunk);
        assert_eq!(record["chunks"], (DIFFERS as u64 + 1).div_ceil(chunk));
        assert_eq!(workplace.names("differ_md5").len(), DIFFERS);
    }
}

#[test]
fn refused_threads_are_counted_and_nothing_is_lost() {
    let workplace = workplace_of_a_thousand_differs();
    // Another user's process needs to reach the binary and the folder.
    let binary = workplace.executable("run_batt", env!("CARGO_BIN_EXE_run_batt"));
    let open = std::fs::Permissions::from_mode(0o777);
    std::fs::set_permissions(workplace.path("."), open).expect("permissions");
    let mut command = Command::new("prlimit");
    command
        .arg("--nproc=1")
        .arg(binary)
        .args(OWN_FILES)
        .current_dir(workplace.path("."))
        .env("EXPECT_GPU", "0");
    let is_root = std::fs::metadata("/proc/self").is_ok_and(|own| {
        use std::os::unix::fs::MetadataExt;
        own.uid() == 0
    });
    if is_root {
        // The limit does not bind root; any other user will do.
        command.uid(65_534).gid(65_534);
    }
    let finished = Finished::of(&mut command);
    assert_eq!(finished.code, Some(0), "{finished:?}");
    let record = &workplace.records("logs/inlining_telemetry.jsonl")[0];
    assert!(record["thread_error"].as_u64() > Some(0), "{record}");
    assert_eq!(record["workers"], 1);
    assert_eq!(record["success_count"], DIFFERS as u64 + 1);
    assert_eq!(workplace.names("differ_md5").len(), DIFFERS);
    let log = workplace.read("logs/run_batt.log");
    assert!(!log.contains("can't start new thread"));
    assert!(finished.stdout.contains("refused"), "{}", finished.stdout);
}
