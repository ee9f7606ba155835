//! A result cache on disk, among processes that are killed.

mod common;

use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;
use std::{env, fs, thread};

use arc_programs::batt::{KnownOutput, ProgramScore, ResultCache, SolverResult};
use arc_programs::digest::Digest;
use arc_programs::dsl::REFERENCE;
use run_batt::result_cache::{self, DiskCache, Notice};

/// More than what is on disk takes there, so that nothing is forgotten.
const MEMORY: u64 = 256 << 20;
const DISK: u64 = 8 << 20;

/// The folder and the number of a process that is one of the writers.
const WRITER: &str = "RESULT_CACHE_WRITER";

/// Results of one writer at most.
const MOST: u64 = 200_000;

fn key(number: u64) -> Digest {
    Digest::of_all(&[Digest::from(u128::from(number))])
}

fn result(number: u64) -> SolverResult {
    SolverResult {
        score: ProgramScore {
            score: number % 1001,
            steps: number,
            met_limit: false,
            is_decided: true,
        },
        output: KnownOutput::Digest(key(number + 1)),
    }
}

/// What a writer does until it is killed: this very test file, begun as a process.
#[test]
fn a_writer() {
    let Ok(given) = env::var(WRITER) else { return };
    let (number, folder) = given.split_once(' ').expect("a number and a folder");
    let first = number.parse::<u64>().expect("a number") * MOST;
    let (cache, _) = DiskCache::open(Path::new(folder), &REFERENCE, MEMORY, DISK);
    for number in first..first + MOST {
        cache.keep_solver(key(number), result(number));
        if number % 50 == 49 {
            let refused = cache.flush();
            let is_refused = |notice: &Notice| matches!(notice, Notice::Refused { .. });
            assert!(!refused.iter().any(is_refused), "{refused:?}");
        }
    }
}

fn begin_writer(folder: &Path, number: u64) -> Child {
    let mut command = Command::new(env::current_exe().expect("this test file"));
    command.args(["--exact", "a_writer"]);
    command.env(WRITER, format!("{number} {}", folder.display()));
    command.stdout(Stdio::null()).stderr(Stdio::null());
    command.spawn().expect("this test file again")
}

#[test]
fn writers_that_are_killed_leave_what_they_wrote_and_nothing_wrong() {
    let out = tempfile::tempdir().expect("a temporary folder");
    let folder = result_cache::folder_of(out.path());
    for wave in 0..4 {
        let mut writers: Vec<_> = (0..3)
            .map(|number| begin_writer(&folder, wave * 3 + number))
            .collect();
        for writer in &mut writers {
            // Until there is something of this wave; then at any moment.
            let before = bytes(&folder);
            while bytes(&folder) == before && writer.try_wait().expect("a child").is_none() {
                thread::sleep(Duration::from_millis(1));
            }
            writer.kill().expect("a child");
            writer.wait().expect("a child");
        }
        let (cache, notices) = DiskCache::open(&folder, &REFERENCE, MEMORY, DISK);
        assert!(bytes(&folder) <= DISK);
        let all_cut_off = notices
            .iter()
            .all(|notice| matches!(notice, Notice::Damaged { .. }));
        assert!(all_cut_off, "{notices:?}");
        let mut known = 0;
        for number in 0..(wave + 1) * 3 * MOST {
            if let Some(own) = cache.solver(key(number)) {
                assert_eq!(own, result(number));
                known += 1;
            }
        }
        assert!(known >= 50 && known == cache.results(), "{known}");
        let again = DiskCache::open(&folder, &REFERENCE, MEMORY, DISK).1;
        assert!(again.is_empty(), "{again:?}");
    }
    result_cache::clear(&folder).expect("it can be removed");
    assert!(!fs::exists(&folder).expect("its parent is there"));
}

/// The folder, on a disk that is soon full, of a process that fills it.
const FILLER: &str = "RESULT_CACHE_FILLER";

/// What a process does on a small disk: this very test file, begun as a process.
#[test]
fn a_filler() {
    let Ok(folder) = env::var(FILLER) else { return };
    let folder = Path::new(&folder);
    let (cache, notices) = DiskCache::open(folder, &REFERENCE, MEMORY, DISK);
    assert!(notices.is_empty(), "{notices:?}");
    let mut told = Vec::new();
    for number in 0..20_000 {
        cache.keep_solver(key(number), result(number));
        if number % 1000 == 999 {
            told.extend(cache.flush());
        }
    }
    assert!(matches!(told[..], [Notice::Refused { .. }]), "{told:?}");
    assert!((0..20_000).all(|number| cache.solver(key(number)) == Some(result(number))));
    // What was written before is there, and nothing is torn.
    let (after, notices) = DiskCache::open(folder, &REFERENCE, MEMORY, DISK);
    let is_damaged = |notice: &Notice| matches!(notice, Notice::Damaged { .. });
    assert!(!notices.iter().any(is_damaged), "{notices:?}");
    assert!(after.results() >= 1000, "{}", after.results());
    assert!((0..after.results()).all(|number| after.solver(key(number)) == Some(result(number))));
}

#[test]
fn a_full_disk_is_told_once_and_the_search_goes_on() {
    let out = tempfile::tempdir().expect("a temporary folder");
    // A mount of its own, which goes with the shell.
    let script = r#"mount -t tmpfs -o size=200k disk "$1" || exit 99; shift; "$@""#;
    let mut command = Command::new("unshare");
    command
        .args(["--map-root-user", "--mount", "sh", "-c", script, "sh"])
        .arg(out.path())
        .arg(env::current_exe().expect("this test file"))
        .args(["--exact", "a_filler"])
        .env(FILLER, result_cache::folder_of(out.path()));
    let finished = command.output().expect("unshare, of util-linux");
    assert!(finished.status.success(), "{finished:?}");
}

fn bytes(folder: &Path) -> u64 {
    result_cache::found(folder).expect("a folder").bytes
}
