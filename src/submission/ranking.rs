//! Which outputs are handed in, of all that a task's programs make.

use super::Attempts;
use super::contender::Contender;

/// Attempts at each of so many test samples: the output of the best program that has
/// one, and that of the next whose output is another.
pub(super) fn attempts(mut contenders: Vec<Contender>, samples: usize) -> Vec<Attempts> {
    contenders.sort_by_key(|contender| contender.rank);
    (0..samples)
        .map(|sample| {
            let mut outputs = contenders
                .iter()
                .filter_map(|contender| contender.outputs.get(sample)?.as_ref());
            let first = outputs.next();
            let second = first.and_then(|first| outputs.find(|other| !other.equals(first)));
            Attempts([first, second].map(Option::<&_>::cloned))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use std::cmp::Reverse;
    use std::sync::Arc;

    use arc_programs::value::Grid;
    use proptest::prelude::*;

    use super::super::contender::Rank;
    use super::*;

    /// A program, and the colour of the one cell that it makes of each sample.
    fn contender(rank: (bool, u64, usize, u128), outputs: &[Option<i8>]) -> Contender {
        let (is_exact, score, length, number) = rank;
        let grid = |colour: &Option<i8>| Some(Arc::new(Grid::new(1, 1, vec![(*colour)?])?));
        Contender {
            rank: Rank {
                is_inexact: !is_exact,
                score: Reverse(score),
                length,
                identity: format!("{number:032x}").parse().unwrap(),
            },
            outputs: outputs.iter().map(grid).collect(),
        }
    }

    fn colours(attempts: &[Attempts]) -> Vec<[Option<i8>; 2]> {
        let colour = |grid: &Option<Arc<Grid>>| grid.as_ref().map(|grid| grid.cells()[0]);
        let of = |Attempts(both): &Attempts| both.each_ref().map(colour);
        attempts.iter().map(of).collect()
    }

    #[test]
    fn exactness_goes_before_score_that_before_shortness_and_that_before_the_md5() {
        let ranked = [
            (true, 1000, 90, 9),
            (false, 2000, 10, 1),
            (false, 1999, 8, 8),
            (false, 1999, 9, 1),
            (false, 1999, 9, 2),
        ];
        let colour = |index: usize| Some(i8::try_from(index).unwrap());
        // Whatever the order, the first two of those that are there are taken.
        for start in 0..ranked.len() - 1 {
            let of = |index: usize| contender(ranked[index], &[colour(index)]);
            let contenders = (start..ranked.len()).rev().map(of).collect();
            let taken = colours(&attempts(contenders, 1));
            assert_eq!(taken, [[colour(start), colour(start + 1)]]);
        }
    }

    #[test]
    fn each_sample_has_the_two_best_outputs_that_differ() {
        let contenders = vec![
            contender((true, 9, 1, 1), &[Some(1), None, None, Some(4)]),
            contender((true, 9, 1, 2), &[Some(1), Some(2), None, Some(4)]),
            contender((true, 9, 1, 3), &[Some(3), Some(5), None, None]),
        ];
        let taken = colours(&attempts(contenders, 4));
        let expected = [
            [Some(1), Some(3)],
            [Some(2), Some(5)],
            [None, None],
            [Some(4), None],
        ];
        assert_eq!(taken, expected);
        assert_eq!(colours(&attempts(Vec::new(), 1)), [[None, None]]);
    }

    proptest! {
        #[test]
        fn what_is_taken_depends_on_no_order(
            programs in prop::collection::vec(
                (any::<bool>(), 0..3_u64, 0..3_usize, prop::option::of(0..4_i8)),
                0..12,
            ),
            turn in 0..12_usize,
        ) {
            let mut contenders: Vec<Contender> = programs
                .iter()
                .zip(0..)
                .map(|((exact, score, length, output), number)| {
                    contender((*exact, *score, *length, number), &[*output])
                })
                .collect();
            let taken = colours(&attempts(contenders.clone(), 1));
            contenders.reverse();
            let places = contenders.len().max(1);
            contenders.rotate_left(turn % places);
            prop_assert_eq!(&colours(&attempts(contenders, 1)), &taken);
            // Two where two differ, one where one is there.
            let mut distinct: Vec<i8> = programs.iter().filter_map(|own| own.3).collect();
            distinct.sort_unstable();
            distinct.dedup();
            let number = taken[0].iter().flatten().count();
            prop_assert_eq!(number, distinct.len().min(2));
            prop_assert!(number < 2 || taken[0][0] != taken[0][1]);
        }
    }
}
