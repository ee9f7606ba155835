//! What a card may say, and probably does not mean.

use std::collections::BTreeMap;
use std::fmt;

use super::{CallId, Card, Term};
use crate::evaluation::wrong_arguments;

/// Calls of one of the reference's primitives with arguments that it does not take.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WrongCalls {
    /// Number of these calls.
    pub calls: usize,
    /// The first of them.
    pub first: CallId,
    /// What the first has, and what would be right.
    pub problem: String,
}

impl fmt::Display for WrongCalls {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            calls,
            first,
            problem,
        } = self;
        match calls {
            1 => write!(formatter, "{first}: {problem}"),
            calls => write!(formatter, "{first}: {problem}; {calls} calls are like it"),
        }
    }
}

impl Card {
    /// The calls with arguments that their primitives do not take, together for each
    /// primitive, by its name. Each would fail.
    pub fn wrong_calls(&self) -> Vec<WrongCalls> {
        let mut by_name: BTreeMap<&str, WrongCalls> = BTreeMap::new();
        for (id, call) in self.calls() {
            let Term::Name(name) = call.callee else {
                continue;
            };
            let keywords = call.arguments.iter().map(|(keyword, _)| keyword);
            if let Some((primitive, problem)) = wrong_arguments(self.dialect(), name, keywords) {
                let own = by_name.entry(primitive.name).or_insert(WrongCalls {
                    calls: 0,
                    first: id,
                    problem,
                });
                own.calls += 1;
            }
        }
        by_name.into_values().collect()
    }
}

#[cfg(test)]
mod tests {
    use crate::card::CardBuilder;
    use crate::program::parse_expression;

    #[test]
    fn calls_with_wrong_arguments_are_counted_by_their_primitive() {
        let mut builder = CardBuilder::new();
        for expression in [
            "rot90(I, I)",
            "rot90(I, rot90())",
            "add(1, c=2)",
            "add(1, 2)",
        ] {
            let program = parse_expression(expression).unwrap();
            let task = "0520fde7".parse().unwrap();
            builder.add_solver(task, &program, false).unwrap();
        }
        let told: Vec<String> = builder
            .finish()
            .wrong_calls()
            .iter()
            .map(ToString::to_string)
            .collect();
        assert_eq!(
            told,
            [
                "t4: found the keyword `c` for `add`, expected (a, b)",
                "t1: found 2 arguments for `rot90`, expected (grid); 3 calls are like it",
            ]
        );
    }
}
