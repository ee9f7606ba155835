use arc_programs::dsl::REFERENCE;
use std::fs;
use std::os::unix::fs::PermissionsExt;

use arc_programs::batt::KnownOutput;
use proptest::prelude::*;

use super::*;

const MEMORY: u64 = 64 << 20;
const DISK: u64 = 16 << 20;

fn score(number: u64) -> ProgramScore {
    ProgramScore {
        score: number % 1001,
        steps: number,
        met_limit: number.is_multiple_of(2),
        is_decided: true,
    }
}

fn result(number: u64) -> SolverResult {
    SolverResult {
        score: score(number),
        output: match number % 3 {
            0 => KnownOutput::Nothing,
            1 => KnownOutput::Unknown,
            _ => KnownOutput::Digest(Digest::from(u128::MAX - u128::from(number))),
        },
    }
}

fn key(number: u64) -> Digest {
    Digest::of_all(&[Digest::from(u128::from(number))])
}

/// A cache in a folder of which there is nothing to tell.
fn opened(folder: &Path) -> DiskCache {
    let (cache, notices) = DiskCache::open(folder, &REFERENCE, MEMORY, DISK);
    assert!(notices.is_empty(), "{notices:?}");
    cache
}

fn keep(cache: &DiskCache, numbers: std::ops::Range<u64>) {
    for number in numbers {
        cache.keep_solver(key(number), result(number));
        cache.keep_differ(key(number), score(number));
    }
}

fn flush(cache: &DiskCache) {
    let notices = cache.flush();
    assert!(notices.is_empty(), "{notices:?}");
}

/// How many of the results are there, of which each is the one that was kept.
fn known(cache: &DiskCache, numbers: std::ops::Range<u64>) -> u64 {
    let mut known = 0;
    for number in numbers {
        if let Some(own) = cache.solver(key(number)) {
            assert_eq!(own, result(number));
            known += 1;
        }
        if let Some(own) = cache.differ(key(number)) {
            assert_eq!(own, score(number));
            known += 1;
        }
    }
    known
}

fn segments(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap();
    let mut paths: Vec<_> = entries.map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    paths
}

fn bytes_in(folder: &Path) -> u64 {
    found(folder).unwrap().bytes
}

#[test]
fn what_one_search_has_found_the_next_one_knows() {
    let out = tempfile::tempdir().unwrap();
    let folder = folder_of(out.path());
    let first = opened(&folder);
    keep(&first, 0..3000);
    assert_eq!(known(&first, 0..3000), 6000);
    flush(&first);
    let beside = opened(&folder);
    assert_eq!(known(&beside, 0..3000), 6000);
    drop(first);
    let next = opened(&folder);
    assert_eq!(known(&next, 0..3000), 6000);
    assert_eq!(known(&next, 3000..6000), 0);
    // Who has found nothing leaves nothing.
    flush(&next);
    assert_eq!(segments(&folder).len(), 1);
}

#[test]
fn instances_learn_from_each_other_by_rounds() {
    let out = tempfile::tempdir().unwrap();
    let [first, second] = [(); 2].map(|()| opened(out.path()));
    keep(&first, 0..100);
    flush(&first);
    assert_eq!(known(&second, 0..100), 0);
    flush(&second);
    assert_eq!(known(&second, 0..100), 200);
    keep(&first, 100..150);
    flush(&first);
    flush(&second);
    assert_eq!(known(&second, 0..150), 300);
}

#[test]
fn eight_instances_at_once_lose_nothing() {
    for instances in [2_u64, 8] {
        let out = tempfile::tempdir().unwrap();
        std::thread::scope(|scope| {
            for instance in 0..instances {
                let folder = out.path();
                scope.spawn(move || {
                    let cache = opened(folder);
                    for round in 0..5 {
                        let first = instance * 1000 + round * 200;
                        keep(&cache, first..first + 150);
                        flush(&cache);
                    }
                    assert!(known(&cache, 0..8000) >= 1500);
                });
            }
        });
        let after = opened(out.path());
        assert_eq!(known(&after, 0..8000), instances * 1500);
    }
}

#[test]
fn segments_of_the_dead_are_made_one_and_those_of_the_living_are_not() {
    let out = tempfile::tempdir().unwrap();
    let living = opened(out.path());
    keep(&living, 0..10);
    flush(&living);
    for instance in 1..20_u64 {
        let cache = opened(out.path());
        // What two have found is kept once.
        keep(&cache, instance * 10..instance * 10 + 20);
        flush(&cache);
    }
    // One was killed while it made them one.
    let unfinished = out.path().join(".unfinished-compacted.segment");
    fs::write(&unfinished, "half").unwrap();
    let after = opened(out.path());
    assert!(!unfinished.exists());
    assert_eq!(known(&after, 0..210), 420);
    let left = segments(out.path());
    assert!(left.len() < 12, "{left:?}");
    let compacted = left.iter().filter(|path| path.ends_with(files::COMPACTED));
    assert_eq!(compacted.count(), 1, "{left:?}");
    keep(&living, 300..310);
    flush(&living);
    assert_eq!(known(&opened(out.path()), 0..310), 440);
}

#[test]
fn the_bound_holds_and_the_oldest_go_first() {
    let out = tempfile::tempdir().unwrap();
    let bound = DiskCache::LEAST_BYTES_ON_DISK;
    let instances = [(); 3].map(|()| DiskCache::open(out.path(), &REFERENCE, MEMORY, bound).0);
    let rounds = 100;
    for round in 0..rounds {
        let cache = &instances[round as usize % 3];
        keep(cache, round * 1000..(round + 1) * 1000);
        flush(cache);
        assert!(bytes_in(out.path()) <= bound, "{round}");
    }
    assert!(bytes_in(out.path()) > bound / 4);
    let (after, _) = DiskCache::open(out.path(), &REFERENCE, MEMORY, bound);
    let last = (rounds - 10) * 1000..rounds * 1000;
    assert_eq!(known(&after, last), 20_000);
    assert_eq!(known(&after, 0..10_000), 0);
    drop(instances);
    // A smaller bound than what is there.
    keep(&after, 0..60_000);
    flush(&after);
    let larger = bytes_in(out.path());
    drop(after);
    let (_, notices) = DiskCache::open(out.path(), &REFERENCE, MEMORY, bound);
    assert!(notices.is_empty(), "{notices:?}");
    assert!(bytes_in(out.path()) <= bound.min(larger));
}

#[test]
fn instances_that_fill_the_bound_are_told_of_once() {
    let out = tempfile::tempdir().unwrap();
    let bound = DiskCache::LEAST_BYTES_ON_DISK;
    let instances: Vec<_> = (0..10)
        .map(|_| DiskCache::open(out.path(), &REFERENCE, MEMORY, bound).0)
        .collect();
    let mut told = [0; 10];
    for round in 0..2 {
        for (instance, cache) in instances.iter().enumerate() {
            let first = (round * 10 + instance as u64) * 7000;
            keep(cache, first..first + 7000);
            told[instance] += cache.flush().len();
            assert!(bytes_in(out.path()) <= bound);
        }
    }
    assert!(told.iter().all(|told| *told <= 1), "{told:?}");
    assert!(told.contains(&1), "{told:?}");
}

#[test]
fn what_is_of_another_version_is_told_once_and_made_anew() {
    let out = tempfile::tempdir().unwrap();
    let meaning = Digest::from(1);
    let (other, _) = DiskCache::open_as(Version { meaning }, out.path(), MEMORY, DISK);
    keep(&other, 0..100);
    flush(&other);
    let (beside, notices) = DiskCache::open(out.path(), &REFERENCE, MEMORY, DISK);
    assert_eq!(known(&beside, 0..100), 0);
    assert!(
        matches!(notices[..], [Notice::OtherVersion { segments: 1, .. }]),
        "{notices:?}"
    );
    keep(&other, 100..200);
    flush(&other);
    flush(&beside);
    assert_eq!(known(&beside, 0..200), 0);
    drop(other);
    let (_, notices) = DiskCache::open(out.path(), &REFERENCE, MEMORY, DISK);
    assert_eq!(notices.len(), 1);
    assert_eq!(segments(out.path()).len(), 0);
    opened(out.path());
}

#[test]
fn a_bound_that_is_too_small_is_told() {
    let out = tempfile::tempdir().unwrap();
    let folder = folder_of(out.path());
    for (memory, disk, expected) in [
        (100, DISK, "100 bytes of memory are too few"),
        (MEMORY, 100, "100 bytes on disk are too few"),
    ] {
        let (cache, notices) = DiskCache::open(&folder, &REFERENCE, memory, disk);
        let told: Vec<_> = notices.iter().map(Notice::to_string).collect();
        assert!(told.len() == 1 && told[0].starts_with(expected), "{told:?}");
        keep(&cache, 0..10);
        assert_eq!(known(&cache, 0..10), if memory == MEMORY { 20 } else { 0 });
        flush(&cache);
    }
    for (memory, disk) in [(0, DISK), (MEMORY, 0)] {
        let (_, notices) = DiskCache::open(&folder, &REFERENCE, memory, disk);
        assert!(notices.is_empty(), "{notices:?}");
    }
    assert!(!folder.exists());
}

#[test]
fn a_folder_that_cannot_be_written_is_told_and_read() {
    let out = tempfile::tempdir().unwrap();
    let folder = folder_of(out.path());
    fs::write(&folder, "").unwrap();
    let (cache, notices) = DiskCache::open(&folder, &REFERENCE, MEMORY, DISK);
    let [Notice::Refused { path, .. }] = &notices[..] else {
        panic!("{notices:?}");
    };
    assert_eq!(path, &folder);
    keep(&cache, 0..10);
    flush(&cache);
    assert_eq!(known(&cache, 0..10), 20);
    fs::remove_file(&folder).unwrap();
    std::os::unix::fs::symlink(out.path(), &folder).unwrap();
    let (_, notices) = DiskCache::open(&folder, &REFERENCE, MEMORY, DISK);
    assert!(
        notices[0].to_string().contains("symbolic link"),
        "{notices:?}"
    );
    assert_eq!(clear(&folder).unwrap(), SegmentFiles::default());
    fs::remove_file(&folder).unwrap();

    let writer = opened(&folder);
    keep(&writer, 0..10);
    flush(&writer);
    drop(writer);
    fs::set_permissions(&folder, fs::Permissions::from_mode(0o555)).unwrap();
    let is_root = fs::write(folder.join("any"), "").is_ok();
    let (cache, notices) = DiskCache::open(&folder, &REFERENCE, MEMORY, DISK);
    assert_eq!(known(&cache, 0..10), 20);
    assert_eq!(notices.len(), usize::from(!is_root), "{notices:?}");
    fs::set_permissions(&folder, fs::Permissions::from_mode(0o755)).unwrap();
}

#[test]
fn what_is_refused_at_work_is_told_once() {
    let out = tempfile::tempdir().unwrap();
    let folder = folder_of(out.path());
    let cache = opened(&folder);
    keep(&cache, 0..10);
    flush(&cache);
    clear(&folder).unwrap();
    fs::write(&folder, "").unwrap();
    keep(&cache, 10..20);
    assert_eq!(cache.flush().len(), 1);
    keep(&cache, 20..30);
    flush(&cache);
    assert_eq!(known(&cache, 0..30), 60);
}

#[test]
fn what_is_cleared_at_work_begins_anew() {
    let out = tempfile::tempdir().unwrap();
    let folder = folder_of(out.path());
    let cache = opened(&folder);
    keep(&cache, 0..10);
    flush(&cache);
    let foreign = folder.join("notes.segment");
    fs::write(&foreign, "").unwrap();
    fs::write(folder.join(".unfinished-compacted.segment"), "half").unwrap();
    let cleared = clear(&folder).unwrap();
    assert_eq!(cleared.files, 2);
    assert_eq!(segments(&folder), std::slice::from_ref(&foreign));
    fs::remove_file(foreign).unwrap();
    clear(&folder).unwrap();
    assert!(!folder.exists());
    flush(&cache);
    keep(&cache, 10..20);
    flush(&cache);
    assert_eq!(known(&opened(&folder), 0..20), 20);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn after_any_damage_it_yields_what_was_kept_or_nothing(
        rounds in prop::collection::vec(1_u64..60, 1..5),
        place in any::<prop::sample::Index>(),
        flipped in prop::option::of(1_u8..=255),
    ) {
        let out = tempfile::tempdir().unwrap();
        let cache = opened(out.path());
        let mut kept = 0;
        for number in rounds {
            keep(&cache, kept..kept + number);
            flush(&cache);
            kept += number;
        }
        drop(cache);
        let [path] = &segments(out.path())[..] else { panic!("one segment") };
        let mut bytes = fs::read(path).unwrap();
        let place = place.index(bytes.len());
        match flipped {
            Some(flipped) => bytes[place] ^= flipped,
            None => bytes.truncate(place),
        }
        fs::write(path, &bytes).unwrap();
        let (cache, notices) = DiskCache::open(out.path(), &REFERENCE, MEMORY, DISK);
        let after = known(&cache, 0..kept);
        prop_assert!(notices.len() <= 1, "{:?}", notices);
        prop_assert!(notices.len() == 1 || flipped.is_none());
        // It is told once, and what is sound stays.
        drop(cache);
        prop_assert_eq!(known(&opened(out.path()), 0..kept), after);
    }
}
