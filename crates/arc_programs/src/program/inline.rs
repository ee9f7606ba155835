//! A program's text for keeping, and its identity: the MD5 of that text.

use std::fmt;
use std::str::FromStr;

use md5::{Digest, Md5};

use super::Program;

/// Budget of inlining: how large an inlined text may become.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InlineBudget {
    /// The most bytes that an inlined text may have.
    pub maximum_bytes: u64,
}

impl InlineBudget {
    /// Four mebibytes: a hundred times the longest inlined text among the
    /// vectors, and written in a few milliseconds.
    pub const DEFAULT: Self = Self {
        maximum_bytes: 4 << 20,
    };

    /// Nothing is to be inlined: every program is kept as raw source, and that is
    /// as it should be.
    pub const NONE: Self = Self { maximum_bytes: 0 };
}

impl Default for InlineBudget {
    fn default() -> Self {
        Self::DEFAULT
    }
}

/// In which form a program's text was taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TextForm {
    /// Every assignment substituted.
    Inlined,
    /// One call a line, because inlining would have exceeded the budget, or was
    /// not wanted.
    Raw,
}

/// A program's text and its identity.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Inlined {
    /// The text.
    pub text: String,
    /// The text's MD5.
    pub identity: Identity,
    /// Whether the budget sufficed.
    pub form: TextForm,
}

impl Program {
    /// Inlines the program, or, where that would exceed `budget`, falls back
    /// to its raw source.
    ///
    /// The reference falls back likewise when half a second has passed, to
    /// whatever text it was given. Here the raw source is the expanded text,
    /// which is the same however the program was written; so a stored file
    /// that is read again has the identity it is named by.
    pub fn inline(&self, budget: InlineBudget) -> Inlined {
        match self.inlined(budget.maximum_bytes) {
            Some(text) => Inlined::new(text, TextForm::Inlined),
            None => self.raw(),
        }
    }

    /// The program's raw source, as [`Program::inline`] falls back to.
    pub fn raw(&self) -> Inlined {
        Inlined::new(self.expanded(), TextForm::Raw)
    }
}

impl Inlined {
    fn new(text: String, form: TextForm) -> Self {
        Self {
            identity: Identity::of(&text),
            text,
            form,
        }
    }
}

/// Identity of a program: the MD5 of its inlined text, shown as 32
/// hexadecimal digits in lower case.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Identity([u8; 16]);

impl Identity {
    /// The MD5 of a text's UTF-8.
    pub fn of(text: &str) -> Self {
        Self(Md5::digest(text.as_bytes()).into())
    }

    /// An MD5 that was computed elsewhere.
    pub fn from_md5(digest: [u8; 16]) -> Self {
        Self(digest)
    }
}

impl fmt::Display for Identity {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{:032x}", u128::from_be_bytes(self.0))
    }
}

impl fmt::Debug for Identity {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Identity({self})")
    }
}

/// The text is no MD5: not 32 hexadecimal digits in lower case.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not an MD5 (32 hexadecimal digits in lower case)")]
pub struct NotAnIdentity(pub String);

impl FromStr for Identity {
    type Err = NotAnIdentity;

    fn from_str(text: &str) -> Result<Self, NotAnIdentity> {
        let is_digits = text.len() == 32
            && text
                .bytes()
                .all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
        match u128::from_str_radix(text, 16) {
            Ok(number) if is_digits => Ok(Self(number.to_be_bytes())),
            _ => Err(NotAnIdentity(text.to_owned())),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_a_budget_every_program_is_raw_and_reads_back() {
        let of = |text: &str| {
            let module = crate::program::parse_module(text);
            module.programs[0].inline(InlineBudget::NONE)
        };
        for text in [
            "def solve(S, I, C):\n    return rot90(rot90(I))\n",
            "def f():\n    return 0\n",
        ] {
            let raw = of(text);
            assert_eq!(raw.form, TextForm::Raw);
            assert_eq!(raw.identity, Identity::of(&raw.text));
            assert_eq!(of(&raw.text), raw);
        }
    }

    #[test]
    fn an_identity_reads_back_as_it_is_shown() {
        let identity = Identity::of("def solve(S, I, C):\n    return I");
        assert_eq!(identity.to_string(), "9e19e98168d44f55d4a970f4ba174424");
        assert_eq!(identity.to_string().parse(), Ok(identity));
        for wrong in [
            "",
            "9E19E98168D44F55D4A970F4BA174424",
            "+e19e98168d44f55d4a970f4ba174424",
        ] {
            assert!(wrong.parse::<Identity>().is_err(), "{wrong}");
        }
    }
}
