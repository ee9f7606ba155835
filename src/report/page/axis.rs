//! Axes of plots: where their ticks are, and what stands there.

use std::ops::Range;

use plotters::coord::ranged1d::{KeyPointHint, NoDefaultFormatting, Ranged, ValueFormatter};

use super::super::moment::tick;

/// Steps between ticks of a time, in seconds, the shortest first: of a clock and of a
/// calendar.
const TIME_STEPS: [f64; 17] = [
    1.0,
    5.0,
    15.0,
    30.0,
    60.0,
    300.0,
    900.0,
    1800.0,
    3600.0,
    7200.0,
    10_800.0,
    21_600.0,
    43_200.0,
    DAY,
    2.0 * DAY,
    7.0 * DAY,
    30.0 * DAY,
];

const DAY: f64 = 86_400.0;

/// What an axis counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Scale {
    /// Seconds of a clock.
    Time,
    /// Anything in whole numbers.
    Count,
    /// Anything.
    Number,
    /// Bytes.
    Bytes,
}

/// Axis of a plot: from where to where, and its ticks.
#[derive(Clone, Debug)]
pub(super) struct Axis {
    range: Range<f64>,
    step: f64,
    scale: Scale,
}

impl Axis {
    /// The axis for a range, with about so many ticks at most.
    pub(super) fn new(range: Range<f64>, scale: Scale, ticks: usize) -> Self {
        let length = (range.end - range.start).max(f64::MIN_POSITIVE);
        let least = length / ticks as f64;
        let step = match scale {
            Scale::Time => time_step(least),
            Scale::Bytes => 2_f64.powf(least.log2().ceil()),
            Scale::Count => round_step(least).max(1.0),
            Scale::Number => round_step(least),
        };
        Self { range, step, scale }
    }

    /// From 0 to a little more than the largest value.
    pub(super) fn up_to(largest: f64, scale: Scale) -> Self {
        let end = if largest > 0.0 { largest * 1.06 } else { 1.0 };
        Self::new(0.0..end, scale, 4)
    }

    fn ticks(&self) -> Vec<f64> {
        let first = (self.range.start / self.step).ceil();
        let ticks = (0..64).map(|number| (first + f64::from(number)) * self.step);
        ticks.take_while(|tick| *tick <= self.range.end).collect()
    }
}

/// The least step of a clock or a calendar that is as long.
fn time_step(least: f64) -> f64 {
    let step = TIME_STEPS.into_iter().find(|step| *step >= least);
    step.unwrap_or_else(|| round_step(least / DAY) * DAY)
}

/// The least of 1, 2, 5, 10, … that is as long.
fn round_step(least: f64) -> f64 {
    let power = 10_f64.powf(least.log10().floor());
    let steps = [1.0, 2.0, 5.0, 10.0].map(|step| step * power);
    let step = steps.into_iter().find(|step| *step >= least * 0.999_999);
    step.unwrap_or(10.0 * power)
}

impl Ranged for Axis {
    type FormatOption = NoDefaultFormatting;
    type ValueType = f64;

    fn map(&self, value: &f64, limit: (i32, i32)) -> i32 {
        let length = (self.range.end - self.range.start).max(f64::MIN_POSITIVE);
        let share = (value - self.range.start) / length;
        limit.0 + (share * f64::from(limit.1 - limit.0)).round() as i32
    }

    fn key_points<Hint: KeyPointHint>(&self, _hint: Hint) -> Vec<f64> {
        self.ticks()
    }

    fn range(&self) -> Range<f64> {
        self.range.clone()
    }
}

impl ValueFormatter<f64> for Axis {
    fn format(value: &f64) -> String {
        value.to_string()
    }

    fn format_ext(&self, value: &f64) -> String {
        match self.scale {
            Scale::Time => tick(*value, self.step),
            Scale::Count => grouped(*value as u64),
            Scale::Number if self.step >= 1.0 => grouped(*value as u64),
            Scale::Number => format!("{value:.*}", decimals(self.step)),
            Scale::Bytes => bytesize::ByteSize(*value as u64)
                .display()
                .iec()
                .to_string(),
        }
    }
}

/// How many digits behind the point a step has.
fn decimals(step: f64) -> usize {
    (-step.log10().floor()).clamp(0.0, 6.0) as usize
}

/// A count in groups of three digits, for people.
pub(super) fn grouped(count: u64) -> String {
    let digits = count.to_string();
    let mut text = String::with_capacity(digits.len() * 4 / 3);
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            // A thin space that does not break.
            text.push('\u{202f}');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ticks(range: Range<f64>, scale: Scale) -> Vec<String> {
        let axis = Axis::new(range, scale, 5);
        axis.ticks()
            .iter()
            .map(|tick| axis.format_ext(tick))
            .collect()
    }

    #[test]
    fn ticks_are_round() {
        let noon = 1_795_694_400.0;
        for (range, scale, expected) in [
            (0.0..7.3, Scale::Count, &["0", "2", "4", "6"][..]),
            (0.0..1.0, Scale::Count, &["0", "1"]),
            (
                0.0..4200.0,
                Scale::Count,
                &[
                    "0",
                    "1\u{202f}000",
                    "2\u{202f}000",
                    "3\u{202f}000",
                    "4\u{202f}000",
                ],
            ),
            (0.0..0.7, Scale::Number, &["0.0", "0.2", "0.4", "0.6"]),
            (0.0..90e6, Scale::Bytes, &["0 B", "32.0 MiB", "64.0 MiB"]),
            (
                noon..noon + 100.0,
                Scale::Time,
                &["12:00:00", "12:00:30", "12:01:00", "12:01:30"],
            ),
            (
                noon..noon + 9000.0,
                Scale::Time,
                &["12:00", "12:30", "13:00", "13:30", "14:00", "14:30"],
            ),
            (
                noon..noon + 4.0 * DAY,
                Scale::Time,
                &["Nov 27", "Nov 28", "Nov 29", "Nov 30"],
            ),
        ] {
            assert_eq!(ticks(range.clone(), scale), expected, "{range:?}");
        }
        // Nothing to see is an axis too.
        assert!(!ticks(noon..noon, Scale::Time).is_empty());
        assert!(ticks(0.0..1e15, Scale::Time).len() <= 64);
    }
}
