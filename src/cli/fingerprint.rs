//! Which options decide what comes of a task, and are a part of its fingerprint:
//! every option of a run is either tried here, and changes it, or is named with
//! the reason why it does not.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use arc_programs::program::{InlineBudget, parse_module};
use arc_programs::task::TaskName;
use clap::CommandFactory;
use run_batt::clock::SystemClock;
use run_batt::fingerprint::Fingerprint;
use run_batt::job::{CoreSharing, Resources};
use run_batt::library::Role;
use run_batt::pool::{GpuAnswer, Hardware};
use run_batt::run;
use run_batt::stopwatch::Stopwatch;
use run_batt::store::{Standing, Store};

use super::Cli;

/// The options that decide: each with a command line, and one that differs in it.
const DECIDES: &[(&str, &str, &str)] = &[
    ("task", "", "-t 20"),
    ("timeout", "", "--timeout 9"),
    ("inline_budget", "", "--inline-budget 9"),
    ("out", "", "--out @/other"),
    ("tasks", "", "--tasks @/other_tasks"),
    ("solvers", "--solvers @/turn.py", "--solvers @/flip.py"),
    ("differs", "", "--differs @/differs.py"),
    (
        "dialect",
        "--out @/fresh",
        "--out @/fresh --dialect arc-dsl",
    ),
    ("card", "", "--card @/small.json"),
    ("batt", "", "-b @/small_run"),
    (
        "all_stored",
        "--solvers @/store/solver_dir",
        "--solvers @/store/solver_dir --all-stored",
    ),
    ("draw", "", "--draw 1 --seed 1"),
    (
        "mutation",
        "--draw 1 --seed 1 --mutation 0",
        "--draw 1 --seed 1 --mutation 1",
    ),
    (
        "seed",
        "--draw 1 --seed 1 --mutation 1",
        "--draw 1 --seed 2 --mutation 1",
    ),
    (
        "freeze_solvers",
        "--draw 1 --seed 1 --mutation 1",
        "--draw 1 --seed 1 --mutation 1 --freeze-solvers",
    ),
    (
        "freeze_differs",
        "--draw 1 --seed 1 --mutation 1",
        "--draw 1 --seed 1 --mutation 1 --freeze-differs",
    ),
];

const WHICH: &str = "which tasks are run, and not what comes of one";
const SPEED: &str = "a task comes to the same with any number of workers";
const SHOWN: &str = "what is shown";
const RECORDS: &str = "what is recorded of a task, and whose turn it is";
const NOTHING: &str = "it has no effect";

/// The options that decide nothing: each with a command line that has it, and
/// why.
const LEFT_OUT: &[(&str, &str, &str)] = &[
    ("count", "-c 1", WHICH),
    ("start", "-s 1 --data both", WHICH),
    ("task_ids", "-i 0123abcd", WHICH),
    ("data", "--data both", WHICH),
    ("partition", "--partition slice:1/1", WHICH),
    (
        "times",
        "--partition balanced:1/1 --times @/times.jsonl",
        WHICH,
    ),
    ("logs", "--logs @/other_logs", RECORDS),
    ("log_size", "--log-size 9", RECORDS),
    ("log_files", "--log-files 9", RECORDS),
    ("resume", "--resume", RECORDS),
    ("claim", "--claim", RECORDS),
    ("profile", "--profile gpu", SPEED),
    ("workers", "--workers 3", SPEED),
    ("chunk", "--chunk 3", SPEED),
    ("no_share", "--no-share", SPEED),
    ("dry_run", "--dry-run", SHOWN),
    ("timing", "--timing", SHOWN),
    ("format", "--format json", SHOWN),
    ("quiet", "--quiet", SHOWN),
    ("verbose", "--verbose", SHOWN),
    ("color", "--color never", SHOWN),
    ("heartbeat", "--heartbeat 9s", SHOWN),
    ("cprofile", "--cprofile", NOTHING),
    ("cprofile_top", "--cprofile-top 3", NOTHING),
    ("mega_batch", "--mega-batch", NOTHING),
    ("batch_size", "--batch-size 3", NOTHING),
];

#[test]
fn every_option_is_a_part_of_the_fingerprint_or_left_out_for_a_reason() {
    let mut named: BTreeMap<String, usize> = BTreeMap::new();
    for argument in Cli::command().get_arguments() {
        named.insert(argument.get_id().to_string(), 0);
    }
    let decides = DECIDES.iter().map(|(id, ..)| id);
    for id in decides.chain(LEFT_OUT.iter().map(|(id, ..)| id)) {
        *named
            .get_mut(*id)
            .unwrap_or_else(|| panic!("no option `{id}`")) += 1;
    }
    for (id, times) in named {
        assert_eq!(times, 1, "`{id}` is to be in one of the two lists");
    }
}

#[test]
fn what_decides_changes_the_fingerprint() {
    let scene = Scene::new();
    for (id, line, changed) in DECIDES {
        let [own, again, other] = [line, line, changed].map(|line| scene.fingerprint(line));
        assert_eq!(own, again, "{id}");
        assert_ne!(own, other, "{id}");
    }
}

#[test]
fn what_is_left_out_does_not() {
    let scene = Scene::new();
    let own = scene.fingerprint("");
    for (id, line, reason) in LEFT_OUT {
        assert_eq!(own, scene.fingerprint(line), "{id}: {reason}");
    }
}

/// Tasks, programs and a store in a folder, which `@` stands for.
struct Scene {
    folder: tempfile::TempDir,
}

impl Scene {
    fn new() -> Self {
        let scene = Self {
            folder: tempfile::tempdir().unwrap(),
        };
        let task = |cell: u8| {
            format!(
                r#"{{"train": [{{"input": [[1, 2]], "output": [[2, 1]]}}],
                    "test": [{{"input": [[3, {cell}]], "output": [[{cell}, 3]]}}]}}"#
            )
        };
        scene.write("tasks/training/0123abcd.json", &task(4));
        scene.write("tasks/evaluation/4567abcd.json", &task(5));
        scene.write("other_tasks/training/0123abcd.json", &task(6));
        let program = |function: &str, result: &str| {
            format!("def {function}(S, I, C):\n    return {result}\n")
        };
        let times = r#"{"task_id": "0123abcd", "execution_time": 1.0}"#;
        scene.write("times.jsonl", times);
        scene.write("turn.py", &program("solve_0123abcd", "rot180(I)"));
        scene.write("flip.py", &program("solve_0123abcd", "vmirror_t(I)"));
        scene.write("differs.py", &program("differ_own", "astuple(2, 1)"));
        let cards = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/cards");
        for name in ["small.json", "small_run.py"] {
            fs::copy(cards.join(name), scene.path(name)).unwrap();
        }
        let store = Store::open(&scene.path("store")).unwrap();
        let sharing = store.share().unwrap();
        for (result, score) in [("rot180(rot90(I))", 7), ("hmirror_t(vmirror_t(I))", 8)] {
            let module = parse_module(&program("solve", result));
            let program = module.only_program().unwrap();
            let identity = program.inline(InlineBudget::DEFAULT).identity;
            let text = || program.expanded_file();
            sharing.keep(Role::Solver, identity, text).unwrap();
            let standing = Standing {
                score,
                speed: 20,
                identity,
            };
            sharing.file(Role::Solver, task_id(), &[standing]).unwrap();
        }
        scene
    }

    fn path(&self, path: &str) -> std::path::PathBuf {
        self.folder.path().join(path)
    }

    fn write(&self, path: &str, content: &str) {
        let path = self.path(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
    }

    /// The fingerprint of a task in the run of a command line.
    fn fingerprint(&self, line: &str) -> Fingerprint {
        let line = format!("run_batt --out @/store --logs @/logs --tasks @/tasks {line}");
        let line = line.replace('@', self.folder.path().to_str().unwrap());
        let matches = Cli::command().try_get_matches_from(line.split_whitespace());
        let arguments = Cli::of(&matches.unwrap()).unwrap().run;
        let hardware = Hardware {
            variable: &|_| None,
            ask_gpu: &|| GpuAnswer::None(String::new()),
            cores: 4,
        };
        let profile = arguments.work.profile(&hardware);
        let resources = Resources::within(None, profile, arguments.budget()).unwrap();
        let shard = arguments.which.shard(&|_| None).unwrap();
        let cores = CoreSharing {
            temporary: self.folder.path().to_owned(),
            cores: 4,
        };
        let options = arguments.options(resources, cores, shard, || 0, &|_| None);
        let (clock, mut stopwatch) = (SystemClock::start(), Stopwatch::default());
        let job = options.job("run".to_owned(), &clock, &mut stopwatch);
        let (job, _telemetry) = job.unwrap_or_else(|error| panic!("{line}: {error}"));
        run::fingerprint(&job, task_id()).unwrap()
    }
}

fn task_id() -> TaskName {
    "0123abcd".parse().unwrap()
}
