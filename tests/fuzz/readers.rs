//! What is asked of every reader of outside data: whatever the bytes, it comes
//! back, with what it could read or an error of one line; what it has read holds
//! together; and nothing outside the folder it was given changes.
//!
//! The functions take bytes, as a fuzzer gives them: `cargo fuzz` those of
//! `fuzz_targets/`, and `tests/fuzz_readers.rs`, within `cargo test`, what it
//! makes of the fixtures by damaging them.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};

use arc_programs::dsl::REFERENCE;
use arc_programs::program::{InlineBudget, Program, parse_module};
use arc_programs::task::MAXIMUM_SIDE;
use run_batt::card_file::read_card;
use run_batt::clock::SystemClock;
use run_batt::doctor::{Treatment, examine};
use run_batt::library::{Library, Role};
use run_batt::one_line::one_line;
use run_batt::store::{Exclusion, Store, Tidying, tidy};
use run_batt::submission::{self, Solution};
use run_batt::tasks::{Split, TaskSource};
use run_batt::telemetry::{History, Owner};

/// Has a reader read bytes.
pub type Reader = fn(&[u8]);

/// Readers and what they are called.
pub const READERS: &[(&str, Reader)] = &[
    ("tasks", tasks),
    ("programs", programs),
    ("cards", cards),
    ("submissions", submissions),
    ("telemetry", telemetry),
    ("store_paths", store_paths),
];

/// Tasks, in every layout that a file can be a part of.
pub fn tasks(data: &[u8]) {
    // A byte of its own between a bundle and its solutions, and between two files.
    let mut parts = data.splitn(2, |&byte| byte == 0);
    let (first, second) = (parts.next().unwrap_or_default(), parts.next());
    for (name, other) in [
        ("0520fde7.json", None),
        ("task001.json", Some("Task001.json")),
        ("tasks.json", None),
        ("Above/Above1.json", Some("Below/Above1.json")),
        ("training/task001.json", Some("evaluation/task001.json")),
        ("arc-agi_test_challenges.json", None),
        (
            "arc-agi_training_challenges.json",
            Some("arc-agi_training_solutions.json"),
        ),
    ] {
        let folder = tempfile::tempdir().expect("a folder");
        let write = |name: &str, content: &[u8]| {
            let path = folder.path().join(name);
            fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
            fs::write(&path, content).expect("a file");
            path
        };
        let path = write(name, first);
        if let (Some(other), Some(second)) = (other, second) {
            write(other, second);
        }
        for path in [folder.path(), &path] {
            let source = match TaskSource::open(path, Split::Both) {
                Ok(source) => source,
                Err(error) => {
                    is_a_line(&error.to_string());
                    continue;
                }
            };
            for notice in source.notices() {
                is_a_line(&notice.to_string());
            }
            for id in source.names().take(20).collect::<Vec<_>>() {
                let task = match source.load(id) {
                    Ok(task) => task,
                    Err(error) => {
                        is_a_line(&error.to_string());
                        continue;
                    }
                };
                let generated = source.load_arc_gen(id).unwrap_or_else(|error| {
                    is_a_line(&error.to_string());
                    Vec::new()
                });
                for sample in task.demo.iter().chain(&task.test).chain(&generated) {
                    for grid in [Some(&sample.input), sample.output.as_ref()]
                        .into_iter()
                        .flatten()
                    {
                        assert!((1..=MAXIMUM_SIDE).contains(&grid.height()));
                        assert!((1..=MAXIMUM_SIDE).contains(&grid.width()));
                        assert!(grid.cells().iter().all(|&cell| cell < 10));
                    }
                }
            }
        }
    }
}

/// A module of programs: what is expanded and read again is the same program.
pub fn programs(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let module = parse_module(&text);
    for skipped in &module.skipped {
        is_a_line(&skipped.to_string());
    }
    // A program with fewer parameters is kept with all three.
    let has_all = |program: &Program| program.parameters().count() == 3;
    for program in module.programs.into_iter().filter(has_all) {
        let identity = program.inline(InlineBudget::DEFAULT).identity;
        let again = parse_module(&program.expanded_file());
        assert!(again.skipped.is_empty(), "{:?}", again.skipped);
        let [again] = &again.programs[..] else {
            panic!("{} programs of one", again.programs.len());
        };
        assert_eq!(again.inline(InlineBudget::DEFAULT).identity, identity);
    }
}

/// A card in either form: what is written and read again is the same card.
pub fn cards(data: &[u8]) {
    let folder = tempfile::tempdir().expect("a folder");
    for name in ["card.json", "card_run.py"] {
        let path = folder.path().join(name);
        fs::write(&path, data).expect("a file");
        let card = match read_card(&path) {
            Ok(card) => card,
            Err(error) => {
                is_a_line(&error.to_string());
                continue;
            }
        };
        let written = card.to_json();
        let path = folder.path().join("again.json");
        fs::write(&path, &written).expect("a file");
        let again = read_card(&path).unwrap_or_else(|error| panic!("{error}: {written}"));
        assert_eq!(again.to_json(), written);
        // It may name what is neither primitive nor constant.
        if let Err(error) = card.plan() {
            is_a_line(&error.to_string());
        }
    }
}

/// A submission, scored against a task of a name that it may have: every grid that is
/// read can be handed in, and all that is wrong is a line.
pub fn submissions(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let submission = match submission::read(&text) {
        Ok(submission) => submission,
        Err(error) => return is_a_line(&error.to_string()),
    };
    let grids = submission
        .tasks
        .values()
        .flat_map(|entry| &entry.samples)
        .flatten()
        .flat_map(|attempts| attempts.0.iter().flatten());
    let mut first = None;
    for grid in grids {
        assert!((1..=MAXIMUM_SIDE).contains(&grid.height()));
        assert!((1..=MAXIMUM_SIDE).contains(&grid.width()));
        assert!(grid.cells().iter().all(|cell| (0..10).contains(cell)));
        first.get_or_insert_with(|| grid.clone());
    }
    let solution = Solution {
        task: "0520fde7".parse().expect("a name"),
        outputs: vec![first, None],
    };
    match submission::score(submission, &[solution]) {
        Ok(scored) => {
            assert!((0.0..=1.0).contains(&scored.score()));
            assert!((0.0..=1.0).contains(&scored.mean_of_tasks()));
            scored
                .problems
                .iter()
                .for_each(|problem| is_a_line(&problem.to_string()));
        }
        Err(error) => is_a_line(&error.to_string()),
    }
}

/// Records of an earlier run, rotated ones, and their repair.
pub fn telemetry(data: &[u8]) {
    let folder = tempfile::tempdir().expect("a folder");
    let logs = folder.path().join("logs");
    fs::create_dir(&logs).expect("a folder");
    // Halves of it, for no record is in two files.
    let (first, second) = data.split_at(data.len() / 2);
    for (name, part) in [
        ("run_batt_timing_stats.jsonl.000001", first),
        ("run_batt_timing_stats.jsonl", second),
        ("inlining_telemetry.jsonl", data),
        ("run_batt_best_scores.jsonl", data),
    ] {
        fs::write(logs.join(name), part).expect("a file");
    }
    let owner = Owner::of(folder.path(), &logs);
    History::read(&logs, &owner).expect("readable files");
    let clock = SystemClock::start();
    let look = |treatment| examine(folder.path(), &logs, treatment, &clock).expect("a diagnosis");
    look(Treatment::Look);
    look(Treatment::Fix(Exclusion::Locks));
    let again = look(Treatment::Look);
    assert!(again.is_sound(), "{again}");
}

/// A store of any names: a line each, which is a path and what is there.
///
/// `path` is a file, `path/` a folder, `path>target` a link.
pub fn store_paths(data: &[u8]) {
    let folder = tempfile::tempdir().expect("a folder");
    let (out, outside) = (folder.path().join("out"), folder.path().join("outside"));
    for path in [&out, &outside] {
        fs::create_dir(path).expect("a folder");
    }
    // What the store would take for its own, if it were inside.
    let program = format!("{:032x}.py", 7);
    for place in ["", "17", "1000/17", "solve_0520fde7/1000/17"] {
        let folder = outside.join(place);
        fs::create_dir_all(&folder).expect("a folder");
        for name in ["mine.py", ".unfinished-x", &program] {
            fs::write(folder.join(name), "def solve(S, I, C):\n    return I\n").expect("a file");
        }
    }
    let text = String::from_utf8_lossy(data);
    for line in text.lines().take(40) {
        let (path, target) = match line.split_once('>') {
            Some((path, target)) => (path, Some(target)),
            None => (line, None),
        };
        // Only the store's owner is hostile here, not its file system.
        let is_inside = path.split('/').all(|part| part != ".." && part.len() < 256);
        if path.starts_with('/') || path.contains('\0') || !is_inside {
            continue;
        }
        let place = out.join(path);
        let Some(around) = place.parent() else {
            continue;
        };
        if fs::create_dir_all(around).is_err() || leads_outside(&out, around) {
            continue;
        }
        let _ = match target {
            Some(target) if !target.contains('\0') => symlink(target, &place),
            _ if path.ends_with('/') => fs::create_dir_all(&place),
            _ => fs::write(&place, "def solve(S, I, C):\n    return rot90(I)\n"),
        };
    }
    let before = contents(&outside);
    use_store(&out);
    assert_eq!(contents(&outside), before, "something outside has changed");
}

/// All that is done with a store; what cannot be done is said in a line.
fn use_store(out: &Path) {
    let store = Store::at(out);
    let said = |result: Result<(), String>| {
        if let Err(error) = result {
            is_a_line(&error);
        }
    };
    for role in [Role::Solver, Role::Differ] {
        for task in store.tasks(role).unwrap_or_default() {
            if let Ok(tree) = store.tree(role, task) {
                tree.foreign()
                    .iter()
                    .for_each(|own| is_a_line(&own.to_string()));
            }
        }
        let folder = match role {
            Role::Solver => "solver_dir",
            Role::Differ => "differ_dir",
        };
        said(
            Library::open(role, &REFERENCE, &[out.join(folder)])
                .map(drop)
                .map_err(|error| error.to_string()),
        );
    }
    said(
        Store::open(out)
            .map_err(|error| error.to_string())
            .and_then(|store| {
                let sharing = store.share().map_err(|error| error.to_string())?;
                let program = "def solve(S, I, C):\n    return rot180(I)\n";
                let task = "0520fde7".parse().expect("an ID");
                let identity = "0123456789abcdef0123456789abcdef".parse().expect("an MD5");
                let standing = run_batt::store::Standing {
                    score: 1000,
                    speed: 17,
                    identity,
                };
                let kept = sharing.keep_sound(Role::Solver, identity, program);
                kept.map_err(|error| error.to_string())?;
                let filed = sharing.file(Role::Solver, task, &[standing]);
                filed.map(drop).map_err(|error| error.to_string())
            }),
    );
    let clock = SystemClock::start();
    for treatment in [Treatment::Look, Treatment::Fix(Exclusion::Locks)] {
        let examined = examine(out, &out.join("logs"), treatment, &clock);
        said(examined.map(drop).map_err(|error| error.to_string()));
    }
    said(
        tidy(out, Tidying::All, Exclusion::Locks)
            .map(drop)
            .map_err(|error| error.to_string()),
    );
    said(
        run_batt::store::clear(out)
            .map(drop)
            .map_err(|error| error.to_string()),
    );
}

fn leads_outside(out: &Path, path: &Path) -> bool {
    let inside = |path: &Path| {
        Some(
            path.canonicalize()
                .ok()?
                .starts_with(out.canonicalize().ok()?),
        )
    };
    inside(path) != Some(true)
}

fn contents(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    walkdir::WalkDir::new(folder)
        .into_iter()
        .map(|entry| entry.expect("an entry").into_path())
        .map(|path| {
            let content = fs::read(&path).unwrap_or_default();
            (path, content)
        })
        .collect()
}

/// An error is a line that somebody can read.
fn is_a_line(text: &str) {
    let text = one_line(text);
    assert!(!text.chars().any(char::is_control), "{text:?}");
    assert!(text.len() < 8100, "{} bytes: {text:.200}", text.len());
}
