//! The pool against a plain map.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

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

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn a_map_beside_other_work_is_a_map_and_so_is_one_in_that_work(
        items in prop::collection::vec(any::<u32>(), 0..100),
        workers in 1..5_usize,
        chunk_size in 1..20_usize,
    ) {
        let pool = pool(workers, chunk_size);
        let alone = pool.map(&items, |item| u64::from(*item) * 3);
        let beside = || pool.map(&items, |item| u64::from(*item) * 3);
        let work = |(): &mut (), item: &u32| u64::from(*item) * 3;
        let (mapped, own) = pool.map_beside(&|| false, &items, || (), work, |_| false, beside);
        prop_assert_eq!(&mapped.results, &alone.results);
        prop_assert_eq!(&own.results, &alone.results);
        prop_assert_eq!(mapped.chunks, alone.chunks);
        prop_assert_eq!(mapped.peak_in_flight, alone.peak_in_flight);
    }
}

/// Counts how many are at work at once.
#[derive(Default)]
struct AtWork {
    now: AtomicUsize,
    most: AtomicUsize,
}

impl AtWork {
    fn during<R>(&self, work: impl FnOnce() -> R) -> R {
        let now = self.now.fetch_add(1, Ordering::SeqCst) + 1;
        self.most.fetch_max(now, Ordering::SeqCst);
        let result = work();
        self.now.fetch_sub(1, Ordering::SeqCst);
        result
    }

    fn most(&self) -> usize {
        self.most.load(Ordering::SeqCst)
    }
}

#[test]
fn beside_other_work_are_no_more_workers_than_the_limit_says() {
    let pool = pool(4, 16);
    for limit in [1, 2, 3] {
        pool.limit_to(limit);
        let (at_work, has_ended) = (AtWork::default(), AtomicBool::new(false));
        let wait = || {
            while !has_ended.load(Ordering::SeqCst) {
                std::thread::yield_now();
            }
            std::thread::sleep(std::time::Duration::from_micros(100));
        };
        // The own map has what is left, which is the calling thread.
        let own = || {
            let here = std::thread::current().id();
            let inside = |(): &()| std::thread::current().id() == here;
            let inside = pool.map(&[(); 10], inside);
            has_ended.store(true, Ordering::SeqCst);
            inside.results
        };
        let work = |(): &mut (), (): &()| at_work.during(wait);
        let (mapped, own) = pool.map_beside(&|| false, &[(); 30], || (), work, |_| false, own);
        assert!(mapped.results.iter().all(Result::is_ok));
        assert!(at_work.most() <= limit, "{limit}: {}", at_work.most());
        assert!(
            own.into_iter().all(|is_here| is_here == Ok(true)),
            "{limit}"
        );
    }
}

#[test]
fn a_tool_that_a_panic_has_left_is_not_used_again() {
    let pool = pool(2, 8);
    let items: Vec<usize> = (0..100).collect();
    let work = |uses: &mut usize, item: &usize| {
        *uses += 1;
        if item.is_multiple_of(3) {
            *uses = 1000;
            std::panic::resume_unwind(Box::new("it breaks"));
        }
        *uses
    };
    let (mapped, ()) = pool.map_beside(&|| false, &items, || 0, work, |_| false, || ());
    for (item, result) in items.iter().zip(mapped.results) {
        assert_eq!(result.is_err(), item.is_multiple_of(3));
        assert!(result.unwrap_or(1) <= 100);
    }
}

#[test]
fn a_map_goes_on_while_the_calling_thread_works() {
    let pool = pool(2, 8);
    let done = AtomicUsize::new(0);
    let work = |(): &mut (), (): &()| done.fetch_add(1, Ordering::SeqCst);
    // It would wait for ever for what comes after it.
    let own = || {
        while done.load(Ordering::SeqCst) < 20 {
            std::thread::yield_now();
        }
    };
    let (mapped, ()) = pool.map_beside(&|| false, &[(); 20], || (), work, |_| false, own);
    assert_eq!(mapped.results.len(), 20);
    // Afterwards there are as many workers as before.
    let names = pool.map(&[(); 200], |()| {
        std::thread::sleep(std::time::Duration::from_micros(200));
        std::thread::current().name().map(str::to_owned)
    });
    let names: BTreeSet<_> = names.results.into_iter().map(Result::unwrap).collect();
    assert_eq!(names.len(), 2);
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
    let pool = pool(4, 16);
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

#[test]
fn a_worker_that_finds_no_item_does_spare_work_until_all_that_is_waited_for_is_done() {
    let pool = pool(2, 8);
    let (pieces, has_ended) = (AtomicUsize::new(0), AtomicBool::new(false));
    // Neither an item nor the own work ends before there were some pieces.
    let wait = |least: usize| {
        while pieces.load(Ordering::SeqCst) < least {
            std::thread::yield_now();
        }
    };
    let work = |(): &mut (), least: &usize| wait(*least);
    let spare = |(): &mut ()| {
        assert!(!has_ended.load(Ordering::SeqCst), "nothing is waited for");
        pieces.fetch_add(1, Ordering::SeqCst);
        true
    };
    let own = || wait(50);
    let (mapped, ()) = pool.map_beside(&|| false, &[0, 20], || (), work, spare, own);
    has_ended.store(true, Ordering::SeqCst);
    assert!(mapped.results.iter().all(Result::is_ok));
    assert!(pieces.load(Ordering::SeqCst) >= 50);
    // Where there is none, or it breaks, all is done without it.
    for breaks in [false, true] {
        let spare = |(): &mut ()| {
            if breaks {
                std::panic::resume_unwind(Box::new("it breaks"));
            }
            false
        };
        let (mapped, ()) = pool.map_beside(&|| false, &[0; 20], || (), work, spare, || ());
        assert_eq!(mapped.results, vec![Ok(()); 20]);
    }
    // Nor is it begun after the stop, or waited for by own work that breaks.
    let begun = AtomicUsize::new(0);
    let spare = |(): &mut ()| begun.fetch_add(1, Ordering::SeqCst) < 1_000_000_000;
    let (mapped, ()) = pool.map_beside(&|| true, &[0; 20], || (), work, spare, || ());
    assert_eq!(mapped.results, vec![Err(NotDone::Stopped); 20]);
    assert_eq!(begun.load(Ordering::SeqCst), 0);
    let own = || std::panic::resume_unwind(Box::new("it breaks"));
    let broken = std::panic::AssertUnwindSafe(|| {
        pool.map_beside::<_, (), _, ()>(
            &|| false,
            &[0; 20],
            || (),
            |(), least| wait(*least),
            spare,
            own,
        )
    });
    assert!(std::panic::catch_unwind(broken).is_err());
}

#[test]
fn a_worker_does_spare_work_while_a_long_piece_of_it_is_waited_for() {
    let pool = pool(2, 8);
    // More than are done between the end of the own work and its being seen to have ended.
    const MORE: usize = 10_000;
    let pieces = AtomicUsize::new(0);
    let [is_done, has_waited] = [(); 2].map(|()| AtomicBool::new(false));
    let begun = std::time::Instant::now();
    let patience = std::time::Duration::from_secs(20);
    // As long as nobody does another one, or it is plain that nobody will.
    let wait = |least: usize| {
        while pieces.load(Ordering::SeqCst) < least && begun.elapsed() < patience {
            std::thread::yield_now();
        }
    };
    // The first piece is begun while the own work is waited for, and is the only thing
    // that is waited for from then on.
    let spare = |(): &mut ()| {
        let before = pieces.fetch_add(1, Ordering::SeqCst);
        if before == 0 {
            while !is_done.load(Ordering::SeqCst) {
                std::thread::yield_now();
            }
            wait(pieces.load(Ordering::SeqCst) + MORE);
            has_waited.store(begun.elapsed() < patience, Ordering::SeqCst);
        }
        before < 1_000_000_000
    };
    let own = || {
        wait(1);
        is_done.store(true, Ordering::SeqCst);
    };
    let work = |(): &mut (), (): &()| ();
    let (mapped, ()) = pool.map_beside(&|| false, &[(), ()], || (), work, spare, own);
    assert_eq!(mapped.results, vec![Ok(()); 2]);
    assert!(has_waited.load(Ordering::SeqCst), "{pieces:?}");
}

#[test]
fn two_pieces_of_work_are_both_done_by_a_worker_or_without() {
    for workers in 1..4 {
        let pool = pool(workers, 8);
        let here = std::thread::current().id();
        let other = || std::thread::current().id() == here;
        let own = || pool.map(&[1, 2, 3], |item| item * 2).results.len();
        assert_eq!(pool.both(own, other), (3, workers == 1));
        // Nobody has a worker to spare.
        pool.limit_to(1);
        assert_eq!(pool.both(own, other), (3, true));
    }
}

#[test]
fn a_panic_of_either_of_two_is_that_of_both() {
    let pool = pool(2, 8);
    let panic = || std::panic::resume_unwind(Box::new("on purpose"));
    let both = |own: &(dyn Fn() + Sync), other: &(dyn Fn() + Sync)| {
        let both = std::panic::AssertUnwindSafe(|| pool.both(own, other));
        std::panic::catch_unwind(both).is_err()
    };
    assert!(both(&panic, &|| ()) && both(&|| (), &panic) && !both(&|| (), &|| ()));
    assert_eq!(pool.both(|| 1, || 2), (1, 2));
}
