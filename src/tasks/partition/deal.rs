//! Deals: of each task of a list, the number of the shard that has it.

use std::cmp::Reverse;
use std::time::Duration;

use md5::{Digest, Md5};

use super::TaskTimes;
use arc_programs::task::TaskName;

/// The first to the first, the second to the second, and from the beginning again.
pub(super) fn slice(tasks: &[TaskName], of: u64) -> Vec<u64> {
    (1..=of).cycle().take(tasks.len()).collect()
}

/// By the MD5 of the task's name, all of its 128 bits as one number, the first byte
/// being the highest, modulo the number of shards, and one more. In Python:
/// `int(hashlib.md5(name.encode()).hexdigest(), 16) % of + 1`.
pub(super) fn hash(tasks: &[TaskName], of: u64) -> Vec<u64> {
    let shard = |task: &TaskName| {
        let digest: [u8; 16] = Md5::digest(task.as_str()).into();
        // Less than a number of 64 bits, so it has no more.
        (u128::from_be_bytes(digest) % u128::from(of)) as u64 + 1
    };
    tasks.iter().map(shard).collect()
}

/// By how long each takes: the longest first, each to the shard that has the least to
/// do so far. A task whose time is not known counts as the mean of those that are.
pub(super) fn balanced(tasks: &[TaskName], of: u64, times: &TaskTimes) -> Vec<u64> {
    let known: Vec<Duration> = tasks
        .iter()
        .filter_map(|own| times.get(own).copied())
        .collect();
    let mean = match u32::try_from(known.len()) {
        Ok(number @ 1..) => known.iter().sum::<Duration>() / number,
        _ => Duration::ZERO,
    };
    let time = |place: usize| times.get(&tasks[place]).copied().unwrap_or(mean);
    let mut places: Vec<usize> = (0..tasks.len()).collect();
    places.sort_by_key(|&place| (Reverse(time(place)), tasks[place]));
    // Shards beyond the number of tasks have none.
    let used = of.min(tasks.len() as u64);
    let mut loads: std::collections::BinaryHeap<_> = (1..=used)
        .map(|number| Reverse((Duration::ZERO, 0_usize, number)))
        .collect();
    let mut shards = vec![0; tasks.len()];
    for place in places {
        let Some(Reverse((load, count, number))) = loads.pop() else {
            break;
        };
        shards[place] = number;
        loads.push(Reverse((load + time(place), count + 1, number)));
    }
    shards
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tasks(names: &[&str]) -> Vec<TaskName> {
        names.iter().map(|name| name.parse().unwrap()).collect()
    }

    #[test]
    fn a_hash_is_what_others_compute() {
        // int(hashlib.md5(b"0520fde7").hexdigest(), 16) % 8 + 1, and so on.
        let names = tasks(&["0520fde7", "007bbfb7", "00d62c1b", "task001"]);
        assert_eq!(hash(&names, 8), [5, 3, 4, 1]);
        assert_eq!(hash(&names, 1000), [365, 515, 804, 753]);
        assert_eq!(hash(&names, 1), [1; 4]);
    }

    #[test]
    fn the_longest_are_spread_and_the_rest_fills_up() {
        let names = tasks(&["a", "b", "c", "d", "e"]);
        let times = [("a", 1), ("b", 1), ("c", 8), ("d", 5), ("e", 4)];
        let times: TaskTimes = times
            .map(|(name, seconds)| (name.parse().unwrap(), Duration::from_secs(seconds)))
            .into();
        // c | d, e | then a beside c, and b where less is.
        assert_eq!(balanced(&names, 2, &times), [1, 1, 1, 2, 2]);
        // Of no known time each counts the same.
        assert_eq!(balanced(&names, 2, &TaskTimes::new()), [1, 2, 1, 2, 1]);
        assert_eq!(balanced(&[], 2, &times), [0; 0]);
    }
}
