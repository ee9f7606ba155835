//! Results in memory, within a bound on bytes.
//!
//! There are two generations: what is new, and what was new before; when the new one is
//! half of the bound, the old one goes and the new one becomes it. What is asked for in
//! the old one is new again, so what is in use stays.

use std::fmt;
use std::sync::{Mutex, PoisonError};

use arc_programs::batt::{ProgramScore, ResultCache, SolverResult};
use arc_programs::digest::Digest;
use arc_programs::value::Value;
use rustc_hash::FxHashMap;

use super::entry::{Score, SolverEntry};
use super::record::Record;

/// Parts that are locked by themselves, so that workers seldom wait for each other.
const SHARDS: usize = 64;

/// Bytes of an entry for each byte of its key and value: what a table leaves free.
const SPACE: usize = 2;

/// Parts of the bound, of which solvers have one: they are fewer than differs on outputs.
const SOLVERS_ARE_ONE_OF: usize = 4;

/// Bytes that an entry takes.
const fn bytes_of_entry<Value>() -> usize {
    (size_of::<(u128, Value)>() + 1) * SPACE
}

/// Bytes that an output takes: a grid of 30 by 30, and what is around it.
const BYTES_OF_OUTPUT: u64 = 1200;

/// A cache of results in memory.
pub struct MemoryCache {
    solvers: Shards<SolverEntry>,
    differs: Shards<Score>,
    /// Outputs, each once however many programs returned it.
    outputs: Shards<Value>,
}

impl MemoryCache {
    /// Bytes from which on it holds any result of either kind.
    pub(super) const LEAST_BYTES: u64 =
        (SOLVERS_ARE_ONE_OF * 2 * SHARDS * bytes_of_entry::<SolverEntry>()) as u64;

    /// One of at most so many bytes, about.
    pub fn of_bytes(bytes: u64) -> Self {
        let of_solvers = bytes / SOLVERS_ARE_ONE_OF as u64;
        Self {
            solvers: Shards::of_bytes(of_solvers),
            differs: Shards::of_bytes(bytes - of_solvers - bytes / 8),
            outputs: Shards::of_entries(bytes / 8 / BYTES_OF_OUTPUT),
        }
    }

    pub(super) fn insert(&self, record: Record) {
        match record {
            Record::Solver(key, entry) => self.solvers.insert(key, entry),
            Record::Differ(key, score) => self.differs.insert(key, score),
        }
    }

    pub(super) fn insert_differs(&self, scores: &[(Digest, Score)]) {
        self.differs.insert_all(scores);
    }

    /// How many results it has.
    pub fn results(&self) -> u64 {
        self.solvers.len() + self.differs.len()
    }
}

impl fmt::Debug for MemoryCache {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("MemoryCache")
            .field("results", &self.results())
            .finish()
    }
}

impl ResultCache for MemoryCache {
    fn solver(&self, key: Digest) -> Option<SolverResult> {
        self.solvers.get(key).map(SolverEntry::unpack)
    }

    fn differ(&self, key: Digest) -> Option<ProgramScore> {
        self.differs.get(key).map(Score::unpack)
    }

    fn solvers(&self, keys: &[Digest]) -> Vec<Option<SolverResult>> {
        let entries = self.solvers.get_all(keys).into_iter();
        entries.map(|own| own.map(SolverEntry::unpack)).collect()
    }

    fn differs(&self, keys: &[Digest]) -> Vec<Option<ProgramScore>> {
        let entries = self.differs.get_all(keys).into_iter();
        entries.map(|own| own.map(Score::unpack)).collect()
    }

    fn output(&self, digest: Digest) -> Option<Value> {
        self.outputs.get(digest)
    }

    fn keep_output(&self, digest: Digest, output: &Value) {
        self.outputs.insert(digest, output.clone());
    }

    fn keep_solver(&self, key: Digest, result: SolverResult) {
        if let Some(entry) = SolverEntry::pack(result) {
            self.solvers.insert(key, entry);
        }
    }

    fn keep_differ(&self, key: Digest, score: ProgramScore) {
        if let Some(score) = Score::pack(score) {
            self.differs.insert(key, score);
        }
    }

    fn keep_differs(&self, scores: &[(Digest, ProgramScore)]) {
        self.insert_differs(&decided(scores));
    }
}

/// The scores that are decided, as they are kept.
pub(super) fn decided(scores: &[(Digest, ProgramScore)]) -> Vec<(Digest, Score)> {
    let decided = |&(key, score): &(Digest, _)| Some((key, Score::pack(score)?));
    scores.iter().filter_map(decided).collect()
}

/// A table in parts, each under a lock of its own.
struct Shards<Entry> {
    shards: Vec<Mutex<Generations<Entry>>>,
    /// How many entries make a generation of a part.
    generation: usize,
}

/// Keys are digests, which need no hash that nobody can foresee.
#[derive(Default)]
struct Generations<Entry> {
    new: FxHashMap<u128, Entry>,
    old: FxHashMap<u128, Entry>,
}

impl<Entry: Clone> Shards<Entry> {
    fn of_bytes(bytes: u64) -> Self {
        Self::of_entries(bytes / bytes_of_entry::<Entry>() as u64)
    }

    fn of_entries(entries: u64) -> Self {
        let entries = usize::try_from(entries).unwrap_or(usize::MAX);
        let generations = || {
            Mutex::new(Generations {
                new: FxHashMap::default(),
                old: FxHashMap::default(),
            })
        };
        Self {
            shards: std::iter::repeat_with(generations).take(SHARDS).collect(),
            generation: entries / SHARDS / 2,
        }
    }

    /// Which part a key is in.
    fn part_of(key: Digest) -> usize {
        (key.number() % SHARDS as u128) as usize
    }

    fn part(&self, part: usize) -> std::sync::MutexGuard<'_, Generations<Entry>> {
        let shard = self.shards[part].lock();
        // A table is whole between any two calls on it.
        shard.unwrap_or_else(PoisonError::into_inner)
    }

    fn get(&self, key: Digest) -> Option<Entry> {
        self.part(Self::part_of(key)).get(key, self.generation)
    }

    /// The same of several keys, in their order: each part is locked once.
    fn get_all(&self, keys: &[Digest]) -> Vec<Option<Entry>> {
        let mut found = vec![None; keys.len()];
        for (part, places) in Places::by_part(keys, |key| Self::part_of(*key)).of_parts() {
            let mut part = self.part(part);
            for &place in places {
                found[place as usize] = part.get(keys[place as usize], self.generation);
            }
        }
        found
    }

    fn insert(&self, key: Digest, value: Entry) {
        let mut part = self.part(Self::part_of(key));
        part.insert(key, value, self.generation);
    }

    /// The same of several entries: each part is locked once.
    fn insert_all(&self, entries: &[(Digest, Entry)]) {
        for (part, places) in Places::by_part(entries, |(key, _)| Self::part_of(*key)).of_parts() {
            let mut part = self.part(part);
            for &place in places {
                let (key, value) = &entries[place as usize];
                part.insert(*key, value.clone(), self.generation);
            }
        }
    }

    fn len(&self) -> u64 {
        let of_shard = |shard: &Mutex<Generations<Entry>>| {
            let shard = shard.lock().unwrap_or_else(PoisonError::into_inner);
            (shard.new.len() + shard.old.len()) as u64
        };
        self.shards.iter().map(of_shard).sum()
    }
}

/// Places in a list, those of a part together, in the order of the list.
struct Places {
    places: Vec<u32>,
    /// Where each part begins, and the last one ends.
    begins: [u32; SHARDS + 1],
}

impl Places {
    fn by_part<T>(list: &[T], part_of: impl Fn(&T) -> usize) -> Self {
        let mut begins = [0; SHARDS + 1];
        for own in list {
            begins[part_of(own) + 1] += 1;
        }
        for part in 0..SHARDS {
            begins[part + 1] += begins[part];
        }
        let mut next = begins;
        let mut places = vec![0; list.len()];
        for (place, own) in (0..).zip(list) {
            let next = &mut next[part_of(own)];
            places[*next as usize] = place;
            *next += 1;
        }
        Self { places, begins }
    }

    /// The parts that have some, and these.
    fn of_parts(&self) -> impl Iterator<Item = (usize, &[u32])> {
        let bounds = self.begins.windows(2).enumerate();
        let parts =
            bounds.map(|(part, own)| (part, &self.places[own[0] as usize..own[1] as usize]));
        parts.filter(|(_, places)| !places.is_empty())
    }
}

impl<Entry: Clone> Generations<Entry> {
    fn get(&mut self, key: Digest, generation: usize) -> Option<Entry> {
        if let Some(value) = self.new.get(&key.number()) {
            return Some(value.clone());
        }
        let value = self.old.remove(&key.number())?;
        self.insert(key, value.clone(), generation);
        Some(value)
    }
}

impl<Entry> Generations<Entry> {
    fn insert(&mut self, key: Digest, value: Entry, generation: usize) {
        if generation == 0 {
            return;
        }
        if self.new.len() >= generation {
            self.old = std::mem::take(&mut self.new);
        }
        self.new.insert(key.number(), value);
    }
}

#[cfg(test)]
mod tests {
    use arc_programs::batt::KnownOutput;
    use proptest::prelude::*;

    use super::*;

    fn score(score: u64, steps: u64, met_limit: bool) -> ProgramScore {
        ProgramScore {
            score,
            steps,
            met_limit,
            is_decided: true,
        }
    }

    #[test]
    fn what_is_kept_is_what_comes_back() {
        let cache = MemoryCache::of_bytes(1 << 20);
        for (place, own) in [
            score(0, 0, false),
            score(1000, 12_000_000, true),
            score(7, u64::from(u32::MAX) + 1, false),
        ]
        .into_iter()
        .enumerate()
        {
            for output in [
                KnownOutput::Nothing,
                KnownOutput::Unknown,
                KnownOutput::Digest(Digest::from(u128::MAX)),
            ] {
                let key = Digest::from(place as u128);
                let result = SolverResult { score: own, output };
                cache.keep_solver(key, result);
                assert_eq!(cache.solver(key), Some(result));
                cache.keep_differ(key, own);
                assert_eq!(cache.differ(key), Some(own));
            }
        }
        assert_eq!(cache.differ(Digest::from(99)), None);
    }

    proptest! {
        /// What is asked for or kept at once comes to what it does one by one, also where
        /// the oldest go for it.
        #[test]
        fn several_at_once_are_as_one_by_one(
            lots in prop::collection::vec((any::<bool>(), prop::collection::vec(0..20_000_u32, 0..300)), 1..60),
        ) {
            let [at_once, alone] = [(); 2].map(|()| MemoryCache::of_bytes(MemoryCache::LEAST_BYTES));
            for (is_kept, numbers) in lots {
                let keys: Vec<Digest> = numbers.iter().map(|own| Digest::from(u128::from(*own))).collect();
                if is_kept {
                    let kept: Vec<_> = keys.iter().zip(&numbers).map(|(key, own)| {
                        (*key, score(u64::from(own % 7), u64::from(*own), false))
                    }).collect();
                    at_once.keep_differs(&kept);
                    for (key, score) in kept {
                        alone.keep_differ(key, score);
                        let result = SolverResult { score, output: KnownOutput::Nothing };
                        at_once.keep_solver(key, result);
                        alone.keep_solver(key, result);
                    }
                } else {
                    let differs: Vec<_> = keys.iter().map(|key| alone.differ(*key)).collect();
                    prop_assert_eq!(at_once.differs(&keys), differs);
                    let solvers: Vec<_> = keys.iter().map(|key| alone.solver(*key)).collect();
                    prop_assert_eq!(at_once.solvers(&keys), solvers);
                }
            }
            prop_assert_eq!(at_once.results(), alone.results());
        }
    }

    #[test]
    fn what_is_not_decided_is_not_kept() {
        let cache = MemoryCache::of_bytes(1 << 20);
        let undecided = ProgramScore {
            is_decided: false,
            ..score(1, 1, false)
        };
        let key = Digest::from(1);
        cache.keep_differ(key, undecided);
        assert_eq!(cache.differ(key), None);
    }

    #[test]
    fn it_stays_within_its_bound_and_keeps_what_is_in_use() {
        let cache = MemoryCache::of_bytes(1 << 20);
        let in_use = Digest::from(0);
        cache.keep_differ(in_use, score(1, 1, false));
        for number in 1..200_000_u128 {
            cache.keep_differ(Digest::from(number), score(2, 2, false));
            if number % 64 == 0 {
                assert!(cache.differ(in_use).is_some(), "{number}");
            }
        }
        let most = (1 << 20) / size_of::<(u128, Score)>() as u64;
        assert!(cache.results() < most, "{}", cache.results());
        assert!(cache.results() > most / 8, "{}", cache.results());
        let none = MemoryCache::of_bytes(100);
        none.keep_differ(in_use, score(1, 1, false));
        assert_eq!(none.results(), 0);
        for (bytes, solvers) in [
            (MemoryCache::LEAST_BYTES, 1),
            (MemoryCache::LEAST_BYTES - 1, 0),
        ] {
            let result = SolverResult {
                score: score(1, 1, false),
                output: KnownOutput::Nothing,
            };
            let least = MemoryCache::of_bytes(bytes);
            least.keep_solver(in_use, result);
            assert_eq!(least.results(), solvers);
        }
    }
}
