//! Counts and sizes in sentences.

/// A count of what a word means: `1 task`, `2 tasks`.
pub fn counted(count: impl TryInto<u64>, word: &str) -> String {
    match count.try_into() {
        Ok(1) => format!("1 {word}"),
        Ok(count) => format!("{count} {word}s"),
        Err(_) => format!("more {word}s than can be counted"),
    }
}

/// A size in its largest unit that is not too large: `0.3 kB`, `12.0 MB`.
pub fn size(bytes: u64) -> String {
    match bytes {
        ..1_000_000 => format!("{:.1} kB", bytes as f64 / 1e3),
        _ => format!("{:.1} MB", bytes as f64 / 1e6),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_have_a_unit() {
        assert_eq!(size(288), "0.3 kB");
        assert_eq!(size(32 << 20), "33.6 MB");
    }

    #[test]
    fn one_is_not_many() {
        assert_eq!(counted(0_u64, "task"), "0 tasks");
        assert_eq!(counted(1_usize, "task"), "1 task");
        assert_eq!(counted(2_u64, "task"), "2 tasks");
    }
}
