//! Ranks: places in an order.

use crate::value::{Failure, Value};

/// The place that a rank stands for among so many values, 0 the first, -1 the
/// last; `None` where there is none.
///
/// # Errors
/// [`Failure::WrongType`] for what does not compare with numbers.
pub(super) fn place(rank: &Value, count: usize) -> Result<Option<usize>, Failure> {
    if let Value::Float(_) = rank {
        // nan and the infinities compare with numbers, and lie outside.
        return Ok(None);
    }
    let (rank, count) = (rank.integer()?, count as i64);
    let place = if rank < 0 {
        rank.checked_add(count)
    } else {
        Some(rank)
    };
    let place = place.filter(|place| (0..count).contains(place));
    Ok(place.map(|place| place as usize))
}
