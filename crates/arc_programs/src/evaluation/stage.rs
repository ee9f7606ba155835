//! What calls depend on, and so how often they are evaluated.

/// Stage of a call: what it depends on at most. Stages follow each other: a call's
/// arguments are of its own stage or of an earlier one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Stage {
    /// Constants and primitives: evaluated once a card.
    Constants,
    /// The demo samples `S` besides: once a task.
    Samples,
    /// The input `I` besides: once a sample.
    Input,
    /// The expected output `C` besides: once a sample.
    Expected,
}

impl Stage {
    /// All, in order.
    pub const ALL: [Stage; 4] = [
        Stage::Constants,
        Stage::Samples,
        Stage::Input,
        Stage::Expected,
    ];

    /// Name of what it depends on, in the words of a program: nothing, `S`, `I`, `C`.
    pub fn name(self) -> &'static str {
        match self {
            Stage::Constants => "constants",
            Stage::Samples => "S",
            Stage::Input => "I",
            Stage::Expected => "C",
        }
    }
}
