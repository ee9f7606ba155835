//! A count over time, in as many columns as there are.

use arc_programs::verdict::Verdict;
use jiff::civil::DateTime;
use run_batt::telemetry::Rise;

/// How many tasks were solved, or exact on their demos, over time.
///
/// It goes on where it stopped, so that a past of weeks is gone through once.
#[derive(Clone, Debug, Default)]
pub struct Series {
    /// Seconds, and the count from then on; in the order of time.
    points: Vec<(i64, u64)>,
    count: u64,
    /// How many of the rises are in it.
    taken: usize,
}

impl Series {
    /// Takes in the rises that came since.
    pub fn go_on(&mut self, rises: &[Rise]) {
        if rises.len() < self.taken {
            *self = Self::default();
        }
        for rise in &rises[self.taken..] {
            self.taken += 1;
            let counts = |verdict| u64::from(verdict != Verdict::Open);
            let before = counts(rise.verdict_before);
            self.count = (self.count + counts(rise.verdict)).saturating_sub(before);
            // Instances write in turn, and clocks go back.
            let last = self.points.last().map_or(i64::MIN, |(time, _)| *time);
            let time = seconds(&rise.at).unwrap_or(last).max(last);
            match self.points.last_mut() {
                Some((own, count)) if *own == time => *count = self.count,
                _ => self.points.push((time, self.count)),
            }
        }
    }

    /// The count at the end of each of so many equal spans, from the first rise to now.
    pub fn columns(&self, now: &str, columns: usize) -> Vec<u64> {
        let Some(((begin, _), (last, _))) = self.points.first().zip(self.points.last()) else {
            return Vec::new();
        };
        let end = seconds(now).unwrap_or(*last).max(*last);
        let span = end.saturating_sub(*begin).max(1) as f64;
        let at = |column: usize| {
            let time = *begin as f64 + span * (column + 1) as f64 / columns as f64;
            let after = self.points.partition_point(|(own, _)| *own as f64 <= time);
            self.points[..after].last().map_or(0, |(_, count)| *count)
        };
        (0..columns).map(at).collect()
    }

    /// When it begins.
    pub fn begin(&self) -> Option<DateTime> {
        let (first, _) = self.points.first()?;
        let time = DateTime::constant(1970, 1, 1, 0, 0, 0, 0);
        time.checked_add(jiff::SignedDuration::from_secs(*first))
            .ok()
    }
}

/// Seconds since 1970, by the local date and time.
fn seconds(timestamp: &str) -> Option<i64> {
    let time: DateTime = timestamp.parse().ok()?;
    Some(
        time.duration_since(DateTime::constant(1970, 1, 1, 0, 0, 0, 0))
            .as_secs(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rise(at: &str, verdict_before: Verdict, verdict: Verdict) -> Rise {
        Rise {
            task: "0520fde7".to_owned(),
            at: at.to_owned(),
            round: 0,
            before: 0,
            now: 1,
            verdict_before,
            verdict,
        }
    }

    #[test]
    fn it_is_the_same_in_parts_and_at_once() {
        use Verdict::{DemosExact, Open, Solved};
        let rises = [
            rise("2026-11-26T10:00:00.5", Open, Solved),
            rise("2026-11-26T10:00:10", Open, Open),
            rise("2026-11-26T10:00:40", Open, DemosExact),
            rise("garbage", Open, Solved),
            rise("2026-11-26T09:00:00", DemosExact, Open),
            rise("2026-11-26T10:01:20", Open, Solved),
        ];
        let mut whole = Series::default();
        whole.go_on(&rises);
        let now = "2026-11-26T10:01:40";
        assert_eq!(whole.columns(now, 5), [1, 2, 2, 3, 3]);
        assert_eq!(whole.columns("", 2), [2, 3]);
        assert_eq!(whole.begin().unwrap().to_string(), "2026-11-26T10:00:00");
        let mut parts = Series::default();
        for end in 0..=rises.len() {
            parts.go_on(&rises[..end]);
        }
        assert_eq!(parts.points, whole.points);
        // The logs were removed meanwhile.
        parts.go_on(&[]);
        assert!(parts.columns(now, 5).is_empty());
    }
}
