//! The seed of each round, out of the search's.
//!
//! The first round has the seed of the search itself: a search of one round draws what
//! `run_batt --draw` draws by that seed. Each later one has a number of a stream of
//! ChaCha8 that is for seeds alone, at a place that follows from the round: so it can be
//! had without those before it, and what one round draws changes no other.
//!
//! Searches of shards are to differ too, and each is to go on with its journal when it is
//! started again: where no seed is given, theirs follow from the number of the shard.

use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// The stream of a seed's numbers that the seeds of rounds are; programs, mutations and
/// tasks are drawn from others.
const ROUNDS: u64 = 3;

/// The stream of a seed's numbers that the seeds of shards are.
const SHARDS: u64 = 4;

/// Words of the stream that a seed takes.
const WORDS: u128 = 2;

/// The seed of the round after so many others.
pub(super) fn of_round(search: u64, rounds_before: u64) -> u64 {
    if rounds_before == 0 {
        return search;
    }
    at(search, ROUNDS, rounds_before)
}

/// Seed of the search of a shard, by its number, where none is given: another for each,
/// and the same each time.
pub fn seed_of_shard(number: u64) -> u64 {
    at(0, SHARDS, number)
}

fn at(seed: u64, stream: u64, place: u64) -> u64 {
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    random.set_stream(stream);
    random.set_word_pos(u128::from(place) * WORDS);
    random.next_u64()
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn each_round_has_its_own_and_the_same_each_time() {
        assert_eq!(of_round(7, 0), 7);
        let seeds = |search| (0..1000).map(move |round| of_round(search, round));
        let all: HashSet<u64> = seeds(7).chain(seeds(8)).collect();
        assert_eq!(all.len(), 2000);
        // Searches of earlier versions go on with these.
        let told = [1713045363199913294, 18059454136845528042];
        assert_eq!([of_round(7, 1), of_round(7, 2)], told);
    }
}
