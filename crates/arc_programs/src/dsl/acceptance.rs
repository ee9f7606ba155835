//! Which hints may stand for each other.
//!
//! A mutation puts one value in the place of another; the hints say which ones
//! make sense there. What each accepts besides itself is the reference's table
//! (`HINT_OVERLAPS` in its `constants.py`): numbers of most kinds for each
//! other, grids for tuples, objects for indices. A hint that has no row there
//! accepts anything. So do those that
//! only the original has, most of which are unions of others.

use super::hint::Hint;

impl Hint {
    /// Whether what is hinted as `offered` may stand where this is asked for.
    pub fn accepts(self, offered: Hint) -> bool {
        let accepts_anything = |hint| matches!(hint, Hint::Any | Hint::Missing);
        if self == offered || accepts_anything(self) || accepts_anything(offered) {
            return true;
        }
        self.others().is_none_or(|others| others.contains(&offered))
    }

    /// The other hints that this one accepts; `None` where it accepts all.
    fn others(self) -> Option<&'static [Hint]> {
        use Hint::*;
        Some(match self {
            Tuple | Container | ContainerContainer => &[
                Tuple,
                Container,
                ContainerContainer,
                TupleTuple,
                Grid,
                Samples,
                Indices,
                Object,
                Objects,
            ],
            Callable => &[],
            Boolean => &[Integer, Numerical, F_, FL, R_, R4, R8, A4, A8, C_, I_, J_],
            Integer => &[Boolean, Numerical, F_, FL, R_, R4, R8, C_],
            Numerical => &[Boolean, Integer, F_, FL, R_, R4, R8, C_, IJ],
            F_ => &[Boolean, Integer, Numerical, FL, R_, R4, R8, C_],
            FL => &[Boolean, Integer, Numerical, F_],
            R_ => &[Boolean, Integer, Numerical, F_, R4, R8, C_],
            R4 => &[Boolean, Integer, Numerical, F_, R_, R8, C_],
            R8 => &[Boolean, Integer, Numerical, F_, R_, R4, C_],
            A4 => &[Boolean, Integer, Numerical, A8],
            A8 => &[Boolean, Integer, Numerical, A4],
            C_ => &[Boolean, Integer, Numerical, F_, R_, R4, R8],
            I_ | J_ => &[Boolean, Integer, Numerical],
            IJ => &[Numerical],
            Indices | Object | Objects => &[
                Tuple,
                Container,
                ContainerContainer,
                Indices,
                Object,
                Objects,
            ],
            Grid | Samples | TupleTuple => &[
                Tuple,
                Container,
                ContainerContainer,
                Grid,
                Samples,
                TupleTuple,
            ],
            TTT_iii => &[TupleTuple, Tuple, Container, ContainerContainer],
            Cell => &[Tuple, Container],
            Any | Missing | FrozenSet | IntegerSet | IntegerTuple | IndicesSet | Patch
            | Element | Piece => return None,
        })
    }
}
