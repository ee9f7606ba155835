//! The cells of an object as the search visits them, on demand.
//!
//! The tuples that the search for objects yields hold what its sets hold, in the
//! order of its visits. As with the sets, what is in them is known at once, and
//! the order when somebody asks for it.

use std::sync::{Arc, OnceLock};

use super::{Measure, ObjectSearch, Set, Tuple};

/// An object's cells, each once.
pub(super) struct Visited {
    cells: Set,
    search: Arc<ObjectSearch>,
    /// The number of the object, the first found being 0.
    number: usize,
    in_order: OnceLock<Tuple>,
}

impl Visited {
    /// The object with this number of a search, of these cells.
    pub(super) fn new(cells: Set, search: &Arc<ObjectSearch>, number: usize) -> Visited {
        Visited {
            cells,
            search: Arc::clone(search),
            number,
            in_order: OnceLock::new(),
        }
    }

    /// The cells as a set, whose order is not that of the visits.
    #[inline]
    pub(super) fn cells(&self) -> &Set {
        &self.cells
    }

    /// The cells in the order of the visits, in another form.
    pub(super) fn in_order(&self) -> &Tuple {
        self.in_order
            .get_or_init(|| self.search.visits_of(self.number))
    }

    /// The measure of the tuple: that of the set.
    #[inline]
    pub(super) fn measure(&self) -> Measure {
        self.cells.measure()
    }
}
