//! The cells of an object as the search visits them, on demand.
//!
//! The tuples that the search for objects yields hold what its sets hold, in the
//! order of its visits. Their number is known at once; what is in them, and the order,
//! when somebody asks for it: of most objects only the size is asked.

use std::sync::{Arc, OnceLock};

use super::patch::Kind;
use super::{Failure, Measure, ObjectSearch, Set, Tuple};

/// An object's cells, each once.
pub(super) struct Visited {
    search: Arc<ObjectSearch>,
    /// The number of the object, the first row by row being 0.
    number: usize,
    cells: OnceLock<Set>,
    in_order: OnceLock<Tuple>,
}

impl Visited {
    /// The object with this number of a search.
    ///
    /// # Errors
    /// As [`Tuple::new`].
    pub(super) fn new(search: &Arc<ObjectSearch>, number: usize) -> Result<Visited, Failure> {
        let visited = Visited {
            search: Arc::clone(search),
            number,
            cells: OnceLock::new(),
            in_order: OnceLock::new(),
        };
        visited.measure().checked()?;
        Ok(visited)
    }

    /// The number of cells.
    #[inline]
    pub(super) fn len(&self) -> usize {
        self.search.size_of_object(self.number)
    }

    /// What the cells are.
    pub(super) fn kind(&self) -> Kind {
        self.search.kind()
    }

    /// The cells as a set, whose order is not that of the visits.
    #[inline]
    pub(super) fn cells(&self) -> &Set {
        self.cells
            .get_or_init(|| self.search.cells_of_object(self.number))
    }

    /// The cells in the order of the visits, in another form.
    pub(super) fn in_order(&self) -> &Tuple {
        self.in_order
            .get_or_init(|| self.search.visits_of(self.number))
    }

    /// The measure of the tuple: that of the set.
    #[inline]
    pub(super) fn measure(&self) -> Measure {
        self.search.kind().measure_of(self.len())
    }
}
