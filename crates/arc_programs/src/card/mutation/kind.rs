//! The kinds of change that make a solver another one, and how often each is drawn.

use rand::RngExt;
use rand_chacha::ChaCha8Rng;
use strum::VariantArray;

/// Kind of change that makes a mutant of a solver.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, strum::VariantArray)]
pub enum ChangeKind {
    /// A function became another that takes and yields the like.
    Function,
    /// A constant became another of its range, or what the samples tell.
    Constant,
    /// A constant became its neighbour in its range, an integer one more or less.
    Step,
    /// An argument became another call of the solver, or a parameter.
    Variable,
    /// An argument became a constant.
    ToConstant,
    /// An argument became a call of another solver, with all that it needs.
    Graft,
    /// An argument became a new call.
    Insertion,
    /// A call became one of its arguments.
    Removal,
    /// A call was applied to its own result.
    Doubling,
    /// The last call of another solver was applied to the result.
    Composition,
}

impl ChangeKind {
    /// All kinds.
    pub fn all() -> &'static [Self] {
        Self::VARIANTS
    }

    /// Its name in reports.
    pub fn name(self) -> &'static str {
        match self {
            Self::Function => "function",
            Self::Constant => "constant",
            Self::Step => "step",
            Self::Variable => "variable",
            Self::ToConstant => "to constant",
            Self::Graft => "graft",
            Self::Insertion => "insertion",
            Self::Removal => "removal",
            Self::Doubling => "doubling",
            Self::Composition => "composition",
        }
    }

    /// How often it is drawn where nothing else is asked for, against the others;
    /// measured by `cargo bench --bench rediscovery`.
    fn default_weight(self) -> u32 {
        match self {
            Self::Function => 8,
            Self::Variable => 5,
            Self::Constant | Self::Step => 3,
            Self::Removal => 2,
            Self::ToConstant | Self::Graft | Self::Insertion | Self::Doubling => 1,
            // It found a tenth of what a graft finds.
            Self::Composition => 0,
        }
    }
}

/// Weights that kinds of change are drawn by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ChangeWeights([u32; ChangeKind::VARIANTS.len()]);

impl Default for ChangeWeights {
    /// What a measurement found to find most.
    fn default() -> Self {
        let mut weights = Self::NONE;
        for &kind in ChangeKind::VARIANTS {
            weights = weights.with(kind, kind.default_weight());
        }
        weights
    }
}

impl ChangeWeights {
    /// Those by which no kind is drawn.
    pub const NONE: Self = Self([0; ChangeKind::VARIANTS.len()]);

    /// The same with another weight for a kind; with 0 it is never drawn.
    pub fn with(mut self, kind: ChangeKind, weight: u32) -> Self {
        self.0[kind as usize] = weight;
        self
    }

    /// The weight of a kind.
    pub fn of(&self, kind: ChangeKind) -> u32 {
        self.0[kind as usize]
    }

    /// A kind by the weights; `None` where all are 0.
    pub(super) fn draw(&self, random: &mut ChaCha8Rng) -> Option<ChangeKind> {
        let all: u64 = self.0.iter().copied().map(u64::from).sum();
        if all == 0 {
            return None;
        }
        let mut left = random.random_range(0..all);
        let mut kinds = ChangeKind::VARIANTS.iter().copied();
        kinds.find(|&kind| {
            let weight = u64::from(self.of(kind));
            let is_drawn = left < weight;
            left = left.saturating_sub(weight);
            is_drawn
        })
    }
}
