//! A program line by line, as it was written.
//!
//! What a program computes is its [`Program`], in which a line that nothing uses is
//! none. Where a failing call ends the program such a line matters, and so does the order
//! of lines: a [`Listing`] has them all, in order of the text. Equal expressions are
//! still one.

use super::Position;
use super::syntax::{Expression, ExpressionId, Program};

/// All lines of a program, in order of its text.
#[derive(Clone, Debug)]
pub struct Listing {
    /// All expressions; the last is not the result.
    program: Program,
    result: ExpressionId,
}

impl Listing {
    pub(super) fn new(program: Program, result: ExpressionId) -> Self {
        Self { program, result }
    }

    /// The function's name.
    pub fn name(&self) -> &str {
        self.program.name()
    }

    /// The names of its parameters, in order.
    pub fn parameters(&self) -> impl ExactSizeIterator<Item = &str> {
        self.program.parameters()
    }

    /// Position of the function's name in the text.
    pub fn head_position(&self) -> Position {
        self.program.head_position()
    }

    /// The expression whose value the program returns.
    pub fn result(&self) -> ExpressionId {
        self.result
    }

    /// The expressions of all lines, in the order in which they are evaluated.
    pub(crate) fn expressions(&self) -> &Program {
        &self.program
    }

    /// The names in it that it does not assign.
    pub fn names(&self) -> impl Iterator<Item = &str> + Clone {
        self.program.expressions().filter_map(|(_, own)| match own {
            Expression::Name(name) => Some(name),
            _ => None,
        })
    }

    /// The program as a function of one call a line, as [`Program::expanded`] writes it,
    /// with the lines that nothing uses.
    pub fn expanded(&self) -> String {
        let unused = self.unused_names();
        self.program.expanded_returning(self.result, &unused)
    }

    /// The names that no call uses, such as that of a line `x1 = name`: one that means
    /// nothing is an error there too.
    fn unused_names(&self) -> Vec<ExpressionId> {
        let mut are_used = vec![false; self.program.expressions().len()];
        let mut names = Vec::new();
        for (id, expression) in self.program.expressions() {
            match expression {
                Expression::Name(_) => names.push(id),
                Expression::Call { callee, arguments } => {
                    are_used[callee.index()] = true;
                    for (_, argument) in arguments.iter() {
                        are_used[argument.index()] = true;
                    }
                }
                _ => {}
            }
        }
        names.retain(|name| !are_used[name.index()]);
        names
    }

    /// Where each call stands, in the order in which they are evaluated.
    pub fn calls(&self) -> impl Iterator<Item = Position> {
        let expressions = self.program.expressions();
        let calls = expressions.filter(|(_, own)| matches!(own, Expression::Call { .. }));
        calls.map(|(id, _)| self.program.position(id))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::program::parse_listings;

    #[test]
    fn every_line_is_listed_in_order() {
        let text = "from dsl import *\n\ndef solve_1(I: Grid) -> Grid:\n    x1 = f(I)\n    \
                    x2 = g(h(x1))\n    return x1\n\ndef broken(:\n\ndef other(I):\n    return I\n";
        let listings = parse_listings(text);
        let [first, second] = listings.as_slice() else {
            panic!("{listings:?}");
        };
        assert_eq!((first.name(), second.name()), ("solve_1", "other"));
        let lines: Vec<u32> = first.calls().map(|position| position.line).collect();
        assert_eq!(lines, [4, 5, 5]);
        assert_eq!(first.parameters().collect::<Vec<_>>(), ["I"]);
        assert_eq!(second.calls().count(), 0);
        let expanded = "def solve_1(I):\n    O = f(I)\n    x1 = h(O)\n    x2 = g(x1)\n    return O";
        assert_eq!(first.expanded(), expanded);
        let again = parse_listings(expanded);
        assert_eq!(again[0].expanded(), expanded);
    }

    #[test]
    fn a_name_that_nothing_uses_stays() {
        let text = "def solve_1(I):\n    x1 = nosuch\n    x2 = (1, 2)\n    x3 = f(I, used)\n    \
                    x4 = used\n    x5 = g(x3, x2, 5)\n    return x3";
        let [listing] = parse_listings(text).try_into().unwrap();
        let expanded = "def solve_1(I):\n    x1 = nosuch\n    O = f(I, used)\n    \
                        x2 = g(O, (1, 2), 5)\n    return O";
        assert_eq!(listing.expanded(), expanded);
        let [again] = parse_listings(expanded).try_into().unwrap();
        assert_eq!(again.expanded(), expanded);
        let names = |listing: &Listing| listing.names().map(str::to_owned).collect::<Vec<_>>();
        assert_eq!(names(&again), names(&listing));
        // The result is a line anyhow.
        let [listing] = parse_listings("def f(I):\n    return I")
            .try_into()
            .unwrap();
        assert_eq!(listing.expanded(), "def f(I):\n    O = I\n    return O");
    }
}
