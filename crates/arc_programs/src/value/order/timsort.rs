//! The list sort of CPython 3.11, comparison by comparison.
//!
//! Under a partial order the result depends on which elements are compared, so
//! nothing here may be "improved": not the order of the probes of a gallop, not
//! when galloping starts, not which neighbours merge first. The elements are
//! numbers; what they stand for, and whether they have an order, only the
//! closure knows.

use crate::value::Failure;

/// How many wins in a row start galloping, at first.
const MINIMUM_GALLOP: usize = 7;

/// Sorts in place, by "less than".
///
/// # Errors
/// That of the first comparison that fails.
pub(super) fn sort<Less>(items: &mut [u32], less: Less) -> Result<(), Failure>
where
    Less: Fn(u32, u32) -> Result<bool, Failure>,
{
    let length = items.len();
    if length < 2 {
        return Ok(());
    }
    let mut sorter = Sorter {
        items,
        less,
        runs: Vec::new(),
        minimum_gallop: MINIMUM_GALLOP,
    };
    let shortest = shortest_run(length);
    let mut start = 0;
    while start < length {
        let mut run = sorter.natural_run(start)?;
        if run < shortest {
            let forced = shortest.min(length - start);
            sorter.insert(start, start + run, start + forced)?;
            run = forced;
        }
        sorter.push_run(start, run)?;
        start += run;
    }
    sorter.merge_all()
}

/// The length that runs are brought up to: the number's six highest bits,
/// rounded up.
fn shortest_run(mut length: usize) -> usize {
    let mut round_up = 0;
    while length >= 64 {
        round_up |= length & 1;
        length >>= 1;
    }
    length + round_up
}

/// The level in the merge tree of the boundary between two neighbouring runs:
/// the first binary digit in which the midpoints of the runs differ.
fn power(start: usize, left: usize, right: usize, length: usize) -> u32 {
    let mut a = 2 * start + left;
    let mut b = a + left + right;
    let mut power = 0;
    loop {
        power += 1;
        if a >= length {
            a -= length;
            b -= length;
        } else if b >= length {
            return power;
        }
        a *= 2;
        b *= 2;
    }
}

/// Whether a merge goes on taking items one by one or by gallops, or is over.
enum Pace {
    Gallop,
    Done,
}

struct Run {
    start: usize,
    length: usize,
    /// Of the boundary to the next run.
    power: u32,
}

struct Sorter<'items, Less> {
    items: &'items mut [u32],
    less: Less,
    runs: Vec<Run>,
    minimum_gallop: usize,
}

impl<Less> Sorter<'_, Less>
where
    Less: Fn(u32, u32) -> Result<bool, Failure>,
{
    /// The length of the run at `start`, which is ascending afterwards.
    fn natural_run(&mut self, start: usize) -> Result<usize, Failure> {
        let rest = &mut self.items[start..];
        if rest.len() == 1 {
            return Ok(1);
        }
        let descending = (self.less)(rest[1], rest[0])?;
        let mut length = 2;
        while length < rest.len() && (self.less)(rest[length], rest[length - 1])? == descending {
            length += 1;
        }
        if descending {
            rest[..length].reverse();
        }
        Ok(length)
    }

    /// Binary insertion: `start..sorted` is sorted, `start..end` will be.
    fn insert(&mut self, start: usize, sorted: usize, end: usize) -> Result<(), Failure> {
        for next in sorted..end {
            let pivot = self.items[next];
            let (mut left, mut right) = (start, next);
            while left < right {
                let middle = left + (right - left) / 2;
                if (self.less)(pivot, self.items[middle])? {
                    right = middle;
                } else {
                    left = middle + 1;
                }
            }
            self.items[left..=next].rotate_right(1);
        }
        Ok(())
    }

    /// Adds a run, after the merges that are due before it.
    fn push_run(&mut self, start: usize, length: usize) -> Result<(), Failure> {
        if let Some(last) = self.runs.last() {
            let power = power(last.start, last.length, length, self.items.len());
            while self.runs.len() > 1 && self.runs[self.runs.len() - 2].power > power {
                self.merge_at(self.runs.len() - 2)?;
            }
            if let Some(last) = self.runs.last_mut() {
                last.power = power;
            }
        }
        self.runs.push(Run {
            start,
            length,
            power: 0,
        });
        Ok(())
    }

    fn merge_all(&mut self) -> Result<(), Failure> {
        while self.runs.len() > 1 {
            let mut at = self.runs.len() - 2;
            if at > 0 && self.runs[at - 1].length < self.runs[at + 1].length {
                at -= 1;
            }
            self.merge_at(at)?;
        }
        Ok(())
    }

    /// Merges the run at this place with the next one.
    fn merge_at(&mut self, at: usize) -> Result<(), Failure> {
        let right = self.runs.remove(at + 1);
        let start = self.runs[at].start;
        let middle = right.start;
        let end = middle + right.length;
        self.runs[at].length += right.length;

        // What is in place already stays out of the merge.
        let skipped = self.gallop_right(self.items[middle], &self.items[start..middle], 0)?;
        let start = start + skipped;
        if start == middle {
            return Ok(());
        }
        let right_items = &self.items[middle..end];
        let taken = self.gallop_left(self.items[middle - 1], right_items, right_items.len() - 1)?;
        let end = middle + taken;
        if taken == 0 {
            Ok(())
        } else if middle - start <= taken {
            self.merge_low(start, middle, end)
        } else {
            self.merge_high(start, middle, end)
        }
    }

    /// How many of the items are less than the key, searching outwards from
    /// `hint`.
    fn gallop_left(&self, key: u32, items: &[u32], hint: usize) -> Result<usize, Failure> {
        let (mut last, mut offset) = (0, 1);
        let (mut low, mut high);
        if (self.less)(items[hint], key)? {
            let most = items.len() - hint;
            while offset < most && (self.less)(items[hint + offset], key)? {
                last = offset;
                offset = 2 * offset + 1;
            }
            low = hint + last + 1;
            high = hint + offset.min(most);
        } else {
            let most = hint + 1;
            while offset < most && !(self.less)(items[hint - offset], key)? {
                last = offset;
                offset = 2 * offset + 1;
            }
            low = hint + 1 - offset.min(most);
            high = hint - last;
        }
        while low < high {
            let middle = low + (high - low) / 2;
            if (self.less)(items[middle], key)? {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        Ok(high)
    }

    /// How many of the items the key is not less than, searching outwards from
    /// `hint`.
    fn gallop_right(&self, key: u32, items: &[u32], hint: usize) -> Result<usize, Failure> {
        let (mut last, mut offset) = (0, 1);
        let (mut low, mut high);
        if (self.less)(key, items[hint])? {
            let most = hint + 1;
            while offset < most && (self.less)(key, items[hint - offset])? {
                last = offset;
                offset = 2 * offset + 1;
            }
            low = hint + 1 - offset.min(most);
            high = hint - last;
        } else {
            let most = items.len() - hint;
            while offset < most && !(self.less)(key, items[hint + offset])? {
                last = offset;
                offset = 2 * offset + 1;
            }
            low = hint + last + 1;
            high = hint + offset.min(most);
        }
        while low < high {
            let middle = low + (high - low) / 2;
            if (self.less)(key, items[middle])? {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        Ok(high)
    }

    /// Merges `start..middle`, the shorter, with `middle..end`, from the left.
    fn merge_low(&mut self, start: usize, middle: usize, end: usize) -> Result<(), Failure> {
        let left = self.items[start..middle].to_vec();
        let mut merge = Merge {
            left: 0..left.len(),
            right: middle..end,
            to: start,
        };
        self.take_right(&mut merge);
        if !merge.right.is_empty() && merge.left.len() > 1 {
            while let Pace::Gallop = self.step_low(&left, &mut merge)? {
                if let Pace::Done = self.gallop_low(&left, &mut merge)? {
                    break;
                }
            }
        }
        // Where one item of the left run remains it belongs at the very end. None
        // remains where the comparisons contradict each other.
        if merge.right.is_empty() {
            self.items[merge.to..end].copy_from_slice(&left[merge.left]);
        } else if !merge.left.is_empty() {
            self.items.copy_within(merge.right, merge.to);
            if let Some(last) = left.last() {
                self.items[end - 1] = *last;
            }
        }
        Ok(())
    }

    fn take_right(&mut self, merge: &mut Merge) {
        self.items[merge.to] = self.items[merge.right.start];
        merge.right.start += 1;
        merge.to += 1;
    }

    fn take_left(&mut self, left: &[u32], merge: &mut Merge) {
        self.items[merge.to] = left[merge.left.start];
        merge.left.start += 1;
        merge.to += 1;
    }

    /// One by one, until one side wins often.
    fn step_low(&mut self, left: &[u32], merge: &mut Merge) -> Result<Pace, Failure> {
        let (mut left_wins, mut right_wins) = (0, 0);
        loop {
            if (self.less)(self.items[merge.right.start], left[merge.left.start])? {
                self.take_right(merge);
                right_wins += 1;
                left_wins = 0;
                if merge.right.is_empty() {
                    return Ok(Pace::Done);
                }
            } else {
                self.take_left(left, merge);
                left_wins += 1;
                right_wins = 0;
                if merge.left.len() == 1 {
                    return Ok(Pace::Done);
                }
            }
            if left_wins.max(right_wins) >= self.minimum_gallop {
                self.minimum_gallop += 1;
                return Ok(Pace::Gallop);
            }
        }
    }

    /// By gallops, while they pay. `Gallop` means: step again.
    fn gallop_low(&mut self, left: &[u32], merge: &mut Merge) -> Result<Pace, Failure> {
        loop {
            self.minimum_gallop -= usize::from(self.minimum_gallop > 1);
            let key = self.items[merge.right.start];
            let left_wins = self.gallop_right(key, &left[merge.left.clone()], 0)?;
            let taken = merge.left.start..merge.left.start + left_wins;
            self.items[merge.to..merge.to + left_wins].copy_from_slice(&left[taken]);
            merge.left.start += left_wins;
            merge.to += left_wins;
            if left_wins > 0 && merge.left.len() <= 1 {
                return Ok(Pace::Done);
            }
            self.take_right(merge);
            if merge.right.is_empty() {
                return Ok(Pace::Done);
            }
            let key = left[merge.left.start];
            let right_wins = self.gallop_left(key, &self.items[merge.right.clone()], 0)?;
            let taken = merge.right.start..merge.right.start + right_wins;
            self.items.copy_within(taken, merge.to);
            merge.right.start += right_wins;
            merge.to += right_wins;
            if merge.right.is_empty() {
                return Ok(Pace::Done);
            }
            self.take_left(left, merge);
            if merge.left.len() == 1 {
                return Ok(Pace::Done);
            }
            if left_wins < MINIMUM_GALLOP && right_wins < MINIMUM_GALLOP {
                self.minimum_gallop += 1;
                return Ok(Pace::Gallop);
            }
        }
    }

    /// Merges `start..middle` with `middle..end`, the shorter, from the right.
    fn merge_high(&mut self, start: usize, middle: usize, end: usize) -> Result<(), Failure> {
        let right = self.items[middle..end].to_vec();
        let mut merge = Merge {
            left: start..middle,
            right: 0..right.len(),
            to: end,
        };
        self.take_last_left(&mut merge);
        if !merge.left.is_empty() && merge.right.len() > 1 {
            while let Pace::Gallop = self.step_high(&right, &mut merge)? {
                if let Pace::Done = self.gallop_high(&right, &mut merge)? {
                    break;
                }
            }
        }
        // Where one item of the right run remains it belongs at the very start.
        // None remains where the comparisons contradict each other.
        if merge.left.is_empty() {
            self.items[start..merge.to].copy_from_slice(&right[merge.right]);
        } else if !merge.right.is_empty() {
            let shifted = start + merge.right.len();
            self.items.copy_within(merge.left, shifted);
            self.items[start] = right[0];
        }
        Ok(())
    }

    fn take_last_left(&mut self, merge: &mut Merge) {
        merge.to -= 1;
        merge.left.end -= 1;
        self.items[merge.to] = self.items[merge.left.end];
    }

    fn take_last_right(&mut self, right: &[u32], merge: &mut Merge) {
        merge.to -= 1;
        merge.right.end -= 1;
        self.items[merge.to] = right[merge.right.end];
    }

    /// One by one, until one side wins often.
    fn step_high(&mut self, right: &[u32], merge: &mut Merge) -> Result<Pace, Failure> {
        let (mut left_wins, mut right_wins) = (0, 0);
        loop {
            if (self.less)(right[merge.right.end - 1], self.items[merge.left.end - 1])? {
                self.take_last_left(merge);
                left_wins += 1;
                right_wins = 0;
                if merge.left.is_empty() {
                    return Ok(Pace::Done);
                }
            } else {
                self.take_last_right(right, merge);
                right_wins += 1;
                left_wins = 0;
                if merge.right.len() == 1 {
                    return Ok(Pace::Done);
                }
            }
            if left_wins.max(right_wins) >= self.minimum_gallop {
                self.minimum_gallop += 1;
                return Ok(Pace::Gallop);
            }
        }
    }

    /// By gallops, while they pay. `Gallop` means: step again.
    fn gallop_high(&mut self, right: &[u32], merge: &mut Merge) -> Result<Pace, Failure> {
        loop {
            self.minimum_gallop -= usize::from(self.minimum_gallop > 1);
            let key = right[merge.right.end - 1];
            let items = &self.items[merge.left.clone()];
            let kept = self.gallop_right(key, items, items.len() - 1)?;
            let left_wins = merge.left.len() - kept;
            let taken = merge.left.end - left_wins..merge.left.end;
            merge.to -= left_wins;
            merge.left.end -= left_wins;
            self.items.copy_within(taken, merge.to);
            if merge.left.is_empty() {
                return Ok(Pace::Done);
            }
            self.take_last_right(right, merge);
            if merge.right.len() == 1 {
                return Ok(Pace::Done);
            }
            let key = self.items[merge.left.end - 1];
            let items = &right[merge.right.clone()];
            let kept = self.gallop_left(key, items, items.len() - 1)?;
            let right_wins = merge.right.len() - kept;
            let taken = merge.right.end - right_wins..merge.right.end;
            merge.to -= right_wins;
            merge.right.end -= right_wins;
            self.items[merge.to..merge.to + right_wins].copy_from_slice(&right[taken]);
            if right_wins > 0 && merge.right.len() <= 1 {
                return Ok(Pace::Done);
            }
            self.take_last_left(merge);
            if merge.left.is_empty() {
                return Ok(Pace::Done);
            }
            if left_wins < MINIMUM_GALLOP && right_wins < MINIMUM_GALLOP {
                self.minimum_gallop += 1;
                return Ok(Pace::Gallop);
            }
        }
    }
}

/// What is left of a merge: the rest of both runs, and where it goes.
struct Merge {
    left: std::ops::Range<usize>,
    right: std::ops::Range<usize>,
    to: usize,
}
