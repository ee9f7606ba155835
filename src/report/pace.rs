//! How fast a search went and what it took, of the records that are still there.

use serde::Serialize;

use super::moment::{seconds, timestamp};
use crate::telemetry::{Course, Minute, Span};

/// At most how many slots of time a line has.
const SLOTS: usize = 96;

/// Length of a minute, in seconds.
const MINUTE: f64 = 60.0;

/// Pace of a search.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct PaceStory {
    /// Timestamps of the first and the last task of the records; `None` where there are
    /// none.
    pub from_to: Option<[String; 2]>,
    /// Time in which some run was at work, in seconds.
    pub busy_seconds: f64,
    /// Number of runs, a round of a search being one.
    pub runs: usize,
    /// Most runs at work at the same time, each of an instance of its own.
    pub instances: usize,
    /// Sums over all of it; the memory is the most.
    #[serde(flatten)]
    pub sum: PaceSum,
    /// The same in slots of time as long as each other, where there are several.
    pub slots: Vec<PacePoint>,
    /// Length of a slot, in seconds.
    pub slot_seconds: f64,
}

/// Sums over the tasks of a slot of time.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct PaceSum {
    /// Number of tasks that were run.
    pub tasks: u64,
    /// Number of tasks that could not be run, or were dropped.
    pub failed: u64,
    /// Number of results of programs on samples.
    pub results: Option<u64>,
    /// Number of new programs that rounds of a search had.
    pub new_programs: Option<u64>,
    /// Number of samples on which a call met a limit.
    pub timed_out_samples: Option<u64>,
    /// Most memory of a process, in bytes.
    pub peak_memory_bytes: Option<u64>,
    /// Number of threads that the system refused.
    pub refused_threads: u64,
}

/// Slot of time.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct PacePoint {
    /// Its middle as a point of an axis, in seconds.
    #[serde(skip)]
    pub seconds: f64,
    /// Its beginning, as a timestamp.
    pub at: String,
    /// Most runs at work at the same time.
    pub instances: usize,
    /// Sums of it.
    #[serde(flatten)]
    pub sum: PaceSum,
}

impl PaceStory {
    /// The pace as the records have it.
    pub fn of(course: &Course) -> Self {
        let spans: Vec<[f64; 2]> = course.runs.values().filter_map(points).collect();
        let mut sum = PaceSum::default();
        let mut points: Vec<(f64, &str, &Minute)> = Vec::new();
        for (name, minute) in &course.minutes {
            sum.add(minute);
            if let Some(seconds) = seconds(name) {
                points.push((seconds, name, minute));
            }
        }
        let first = course.runs.values().map(|span| &span.first).min();
        let last = course.runs.values().map(|span| &span.last).max();
        let (slots, slot_seconds) = slots(&points, &spans);
        Self {
            from_to: first
                .zip(last)
                .map(|(first, last)| [first.clone(), last.clone()]),
            busy_seconds: busy(&course.runs.values().filter_map(work).collect::<Vec<_>>()),
            runs: course.runs.len(),
            instances: at_once(&spans, f64::MIN, f64::MAX),
            sum,
            slots,
            slot_seconds,
        }
    }

    /// A count a second, while some run was at work; `None` where that was for no time.
    pub fn a_second(&self, count: u64) -> Option<f64> {
        (self.busy_seconds > 0.0).then(|| count as f64 / self.busy_seconds)
    }
}

impl PaceSum {
    fn add(&mut self, minute: &Minute) {
        let add = |sum: &mut Option<u64>, count: Option<u64>| {
            if let Some(count) = count {
                *sum = Some(sum.unwrap_or(0).saturating_add(count));
            }
        };
        self.tasks += minute.tasks;
        self.failed += minute.failed;
        add(&mut self.results, minute.results);
        add(&mut self.new_programs, minute.new_programs);
        add(&mut self.timed_out_samples, minute.timed_out_samples);
        self.peak_memory_bytes = self.peak_memory_bytes.max(minute.peak_memory_bytes);
        self.refused_threads += minute.refused_threads;
    }
}

/// The minutes in slots that are as long as each other, those without a task too; none
/// of less than two minutes.
fn slots(minutes: &[(f64, &str, &Minute)], spans: &[[f64; 2]]) -> (Vec<PacePoint>, f64) {
    let (Some((first, ..)), Some((last, ..))) = (minutes.first(), minutes.last()) else {
        return (Vec::new(), MINUTE);
    };
    let count = ((last - first) / MINUTE).max(0.0) as usize + 1;
    let minutes_each = count.div_ceil(SLOTS);
    let length = minutes_each as f64 * MINUTE;
    if count < 2 {
        return (Vec::new(), length);
    }
    let mut slots: Vec<PacePoint> = (0..count.div_ceil(minutes_each))
        .map(|place| {
            let begin = first + place as f64 * length;
            PacePoint {
                seconds: begin + length / 2.0,
                at: timestamp(begin),
                instances: at_once(spans, begin, begin + length),
                sum: PaceSum::default(),
            }
        })
        .collect();
    for (seconds, _, minute) in minutes {
        let place = ((seconds - first) / length).max(0.0) as usize;
        if let Some(slot) = slots.get_mut(place) {
            slot.sum.add(minute);
        }
    }
    (slots, length)
}

/// From the end of the first task to that of the last.
fn points(span: &Span) -> Option<[f64; 2]> {
    Some([seconds(&span.first)?, seconds(&span.last)?])
}

/// The same with the time that the first task took.
fn work(span: &Span) -> Option<[f64; 2]> {
    let [first, last] = points(span)?;
    Some([first - span.first_seconds, last])
}

/// How long at least one of these was going on.
fn busy(spans: &[[f64; 2]]) -> f64 {
    let mut spans = spans.to_vec();
    spans.sort_by(|one, other| one[0].total_cmp(&other[0]));
    let mut until = f64::MIN;
    let mut busy = 0.0;
    for [begin, end] in spans {
        busy += (end - begin.max(until)).max(0.0);
        until = until.max(end);
    }
    busy
}

/// The most of these that go on at the same time between two points.
fn at_once(spans: &[[f64; 2]], from: f64, to: f64) -> usize {
    let inside = spans
        .iter()
        .filter(|[begin, end]| *begin < to && *end >= from);
    let mut changes: Vec<(f64, i32)> = inside
        .flat_map(|[begin, end]| [(*begin, 1), (*end, -1)])
        .collect();
    // One that begins when another ends is beside it: of a task each they are points.
    changes.sort_by(|one, other| one.0.total_cmp(&other.0).then(other.1.cmp(&one.1)));
    let (mut now, mut most) = (0_i32, 0_i32);
    for (_, change) in changes {
        now += change;
        most = most.max(now);
    }
    usize::try_from(most).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn span(first: &str, last: &str) -> Span {
        let at = |time: &str| format!("2026-11-26T{time}");
        Span {
            first: at(first),
            last: at(last),
            first_seconds: 1.0,
        }
    }

    #[test]
    fn minutes_are_summed_in_slots_and_runs_are_counted_at_once() {
        let mut course = Course::default();
        for (minute, tasks, refused_threads) in [("10:00", 5, 0), ("10:01", 7, 2), ("13:19", 1, 0)]
        {
            let own = Minute {
                tasks,
                refused_threads,
                new_programs: Some(2),
                peak_memory_bytes: Some(tasks << 20),
                ..Minute::default()
            };
            course.minutes.insert(format!("2026-11-26T{minute}"), own);
        }
        course.minutes.insert(
            "then".to_owned(),
            Minute {
                tasks: 1,
                ..Minute::default()
            },
        );
        course.runs = [
            ("a", span("10:00:01", "10:00:30")),
            ("b", span("10:00:20", "10:01:20")),
            ("c", span("10:00:40", "10:01:10")),
            ("d", span("13:19:00", "13:19:00")),
        ]
        .map(|(run, span)| (run.to_owned(), span))
        .into();
        let story = PaceStory::of(&course);
        assert_eq!((story.runs, story.instances), (4, 2));
        assert_eq!(story.busy_seconds, 80.0 + 1.0);
        assert_eq!((story.sum.tasks, story.sum.refused_threads), (14, 2));
        assert_eq!(story.sum.new_programs, Some(6));
        assert_eq!(story.sum.peak_memory_bytes, Some(7 << 20));
        // 200 minutes: slots of three.
        assert_eq!((story.slots.len(), story.slot_seconds), (67, 180.0));
        assert_eq!(
            (story.slots[0].sum.tasks, story.slots[0].instances),
            (12, 2)
        );
        assert_eq!(
            (story.slots[66].sum.tasks, story.slots[66].instances),
            (1, 1)
        );
        assert_eq!(story.slots[30].instances, 0);
        assert_eq!(
            PaceStory::of(&Course::default()),
            PaceStory {
                slot_seconds: MINUTE,
                ..PaceStory::default()
            }
        );
    }
}
