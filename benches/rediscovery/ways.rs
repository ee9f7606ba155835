//! The ways of drawing that are compared.

use arc_programs::card::mutation::{ChangeKind, ChangeWeights};
use strum::VariantArray;

/// How a search draws.
pub(crate) struct Way {
    pub(crate) name: String,
    pub(crate) kinds: Kinds,
    pub(crate) solvers: Solvers,
    /// Whether a solver without a mutant left gives its slot to another.
    pub(crate) has_reserve: bool,
}

/// How kinds of change are drawn.
#[derive(Clone, Copy)]
pub(crate) enum Kinds {
    /// None: each argument changes by chance.
    PerArgument,
    By(ChangeWeights),
    /// By what share of the mutants of a kind scored more than their solvers so far,
    /// beginning with these weights.
    Learnt(ChangeWeights),
}

/// How solvers are drawn.
#[derive(Clone, Copy)]
pub(crate) enum Solvers {
    Alike,
    /// The cheaper, the likelier.
    Cheap(Cheap),
    /// The fewer mutants of it were tried, the likelier.
    Fresh,
    /// The likelier, the shorter the time since a mutant of it scored more.
    Promising,
    /// The higher it scores, the likelier.
    Near,
}

/// How cheap solvers come first.
#[derive(Clone, Copy)]
pub(crate) struct Cheap {
    pub(crate) by: Cost,
    /// The part of a mean weight that each has whatever it costs.
    pub(crate) share: f64,
    /// How many are drawn by chance for each that is taken of them; all for 0.
    pub(crate) among: usize,
}

/// What a weight falls with, and the power of it.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Cost {
    /// The number of its distinct expressions.
    Length(f64),
    /// On its own task, which nobody knows who has not evaluated it.
    Steps(f64),
    /// The folder that a store has it in.
    Speed(f64),
    LengthAndSpeed(f64, f64),
}

/// The ways of drawing that are compared.
pub(crate) fn ways() -> Vec<Way> {
    let weights = ChangeWeights::default();
    let way = |name: &str, kinds, solvers| Way {
        name: name.to_owned(),
        kinds,
        solvers,
        has_reserve: false,
    };
    let by_weights = |name: &str, solvers| way(name, Kinds::By(weights), solvers);
    let mut ways = vec![
        way(
            "each argument, as today",
            Kinds::PerArgument,
            Solvers::Alike,
        ),
        way(
            "every solver, kinds alike",
            Kinds::By(alike()),
            Solvers::Alike,
        ),
        by_weights("every solver, by weights", Solvers::Alike),
        way(
            "by weights that learn",
            Kinds::Learnt(weights),
            Solvers::Alike,
        ),
        by_weights("by weights, fresh ones", Solvers::Fresh),
        by_weights("by weights, promising", Solvers::Promising),
        by_weights("by weights, near ones", Solvers::Near),
        Way {
            has_reserve: true,
            ..by_weights("by weights, reserve", Solvers::Alike)
        },
    ];
    for (by, share, among) in [
        (Cost::Length(1.0), 0.0, 0),
        (Cost::Length(1.0), 0.25, 4),
        (Cost::Steps(0.5), 0.0, 2),
        (Cost::Speed(1.0), 0.0, 2),
        (Cost::LengthAndSpeed(0.5, 1.0), 0.0, 0),
        (Cost::LengthAndSpeed(0.5, 1.0), 0.0, 4),
        (Cost::LengthAndSpeed(0.5, 1.0), 0.25, 4),
        // What a search does.
        (Cost::LengthAndSpeed(0.5, 1.0), 0.0, 2),
    ] {
        let name = format!("cheap by {by:?}, share {share}, among {among}");
        let cheap = Cheap { by, share, among };
        ways.push(Way {
            has_reserve: true,
            ..by_weights(&name, Solvers::Cheap(cheap))
        });
    }
    ways
}

/// Weights by which every kind is drawn as often.
pub(crate) fn alike() -> ChangeWeights {
    let kinds = ChangeKind::VARIANTS.iter();
    kinds.fold(ChangeWeights::NONE, |weights, &kind| weights.with(kind, 1))
}
