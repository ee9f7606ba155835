//! The pool against a plain map.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicUsize, Ordering};

use proptest::prelude::*;
use run_batt::pool::{NotDone, Pool, Profile, ProfileKind};

fn pool(workers: usize, chunk_size: usize) -> Pool {
    Pool::new(&Profile {
        kind: ProfileKind::Cpu,
        reason: "a test".to_owned(),
        workers,
        chunk_size,
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn a_chunked_map_is_a_map(
        items in prop::collection::vec(any::<u32>(), 0..200),
        panicking in prop::collection::btree_set(0..200_usize, 0..20),
        workers in 1..6_usize,
        chunk_size in 1..40_usize,
    ) {
        let items: Vec<(usize, u32)> = items.into_iter().enumerate().collect();
        let work = |&(index, item): &(usize, u32)| {
            if panicking.contains(&index) {
                std::panic::resume_unwind(Box::new(format!("item {index}")));
            }
            u64::from(item) * 3
        };
        let pool = pool(workers, chunk_size);
        let mapped = pool.map(&items, work);
        let expected: Vec<Result<u64, NotDone>> = items
            .iter()
            .map(|&(index, item)| match panicking.contains(&index) {
                true => Err(NotDone::Panicked(format!("item {index}"))),
                false => Ok(u64::from(item) * 3),
            })
            .collect();
        prop_assert_eq!(mapped.results, expected);
        prop_assert_eq!(mapped.chunks, items.len().div_ceil(chunk_size));
        prop_assert_eq!(mapped.peak_in_flight, items.len().min(chunk_size));
    }
}

#[test]
fn work_is_done_by_as_many_threads_as_there_are_workers() {
    let pool = pool(3, 30);
    let items = [(); 300];
    let mapped = pool.map(&items, |()| {
        std::thread::sleep(std::time::Duration::from_micros(200));
        std::thread::current().name().map(str::to_owned)
    });
    let names: BTreeSet<_> = mapped.results.into_iter().map(Result::unwrap).collect();
    let expected = ["worker-0", "worker-1", "worker-2"].map(|name| Some(name.to_owned()));
    assert_eq!(names, BTreeSet::from(expected));
}

#[test]
fn no_more_work_at_once_than_the_limit_says() {
    let mut pool = pool(4, 16);
    for limit in [1, 2, 3] {
        pool.limit_to(limit);
        let at_work = AtomicUsize::new(0);
        let mapped = pool.map(&[(); 100], |()| {
            let now = at_work.fetch_add(1, Ordering::Relaxed) + 1;
            std::thread::sleep(std::time::Duration::from_micros(100));
            at_work.fetch_sub(1, Ordering::Relaxed);
            now
        });
        let most = mapped.results.into_iter().map(Result::unwrap).max();
        assert!(most <= Some(limit), "{most:?} at once, {limit} allowed");
    }
}

#[test]
fn nothing_is_begun_after_the_stop() {
    let pool = pool(2, 8);
    let begun = AtomicUsize::new(0);
    let is_stopped = || begun.load(Ordering::Relaxed) >= 20;
    let mapped = pool.map_until(&is_stopped, &[(); 100], |()| {
        begun.fetch_add(1, Ordering::Relaxed);
    });
    let done = mapped
        .results
        .iter()
        .filter(|result| result.is_ok())
        .count();
    // Two workers may both have looked before either began.
    assert!((20..=21).contains(&done), "{done} done");
    assert_eq!(mapped.results.len(), 100);
    assert_eq!(mapped.results[99], Err(NotDone::Stopped));
}
