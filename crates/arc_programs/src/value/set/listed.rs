//! The list of a set's items: there from the start, or made when somebody asks for it.
//!
//! Most lists are there from the start, and there are many of them: the standard library's cell
//! takes a detour of some fifty instructions to be made full. This one is a list that is
//! never empty, for no set of items is, beside a place for one that comes later.

use once_cell::race::OnceBox;

use super::items::Items;

/// Items in the order of rows, columns and colours, once they are known.
pub(super) struct Listed {
    /// Those that were there from the start; none where that was none.
    first: Items,
    later: OnceBox<Items>,
}

impl Listed {
    /// A list that is not known yet.
    #[inline]
    pub(super) fn unknown() -> Listed {
        Listed {
            first: Items::new(),
            later: OnceBox::new(),
        }
    }

    /// The list of these.
    #[inline]
    pub(super) fn of(items: Items) -> Listed {
        let later = match items.is_empty() {
            true => OnceBox::with_value(Box::default()),
            false => OnceBox::new(),
        };
        Listed {
            first: items,
            later,
        }
    }

    /// The items, where they are known.
    #[inline]
    pub(super) fn get(&self) -> Option<&Items> {
        match self.first.is_empty() {
            false => Some(&self.first),
            true => self.later.get(),
        }
    }

    /// The items; where they are not known, those that are listed now. Two threads that ask at
    /// once list the same.
    #[inline]
    pub(super) fn get_or_list(&self, list: impl FnOnce() -> Items) -> &Items {
        match self.first.is_empty() {
            false => &self.first,
            true => self.later.get_or_init(|| Box::new(list())),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::item::Item;
    use super::*;

    #[test]
    fn a_list_is_known_from_the_start_or_made_once() {
        let items = |count| (0..count).filter_map(|row| Item::place(row, 0)).collect();
        for count in [0, 1, 9] {
            let listed = Listed::of(items(count));
            assert_eq!(listed.get(), Some(&items(count)));
            assert_eq!(listed.get_or_list(|| items(5)), &items(count));
        }
        let later = Listed::unknown();
        assert_eq!(later.get(), None);
        assert_eq!(later.get_or_list(|| items(2)), &items(2));
        assert_eq!(later.get_or_list(|| items(5)), &items(2));
    }
}
