//! Counts in sentences.

/// A count of what a word means: `1 task`, `2 tasks`.
pub fn counted(count: impl TryInto<u64>, word: &str) -> String {
    match count.try_into() {
        Ok(1) => format!("1 {word}"),
        Ok(count) => format!("{count} {word}s"),
        Err(_) => format!("more {word}s than can be counted"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_is_not_many() {
        assert_eq!(counted(0_u64, "task"), "0 tasks");
        assert_eq!(counted(1_usize, "task"), "1 task");
        assert_eq!(counted(2_u64, "task"), "2 tasks");
    }
}
