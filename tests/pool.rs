//! The pool against a plain map.

use std::collections::BTreeSet;

use proptest::prelude::*;
use run_batt::pool::{Panicked, Pool, Profile, ProfileKind};

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
        let expected: Vec<Result<u64, Panicked>> = items
            .iter()
            .map(|&(index, item)| match panicking.contains(&index) {
                true => Err(Panicked(format!("item {index}"))),
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
