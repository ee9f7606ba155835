//! Following a store's past while it goes on, without disturbing who writes it.
//!
//! [`History`] reads all logs at once, and keeps others from appending meanwhile. Who
//! looks once a second reads what is new, a part at a time, and locks none of the files
//! that runs append to. So a line may be there in part: it is read when its end is there. A log may be cut under
//! the reader: then what was in it is in the file that it was rotated to, and reading
//! goes on there at the same place. Of a log that others have renamed the file that is
//! open is read to its end.

use std::collections::VecDeque;
use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};

use super::best_scores::{self, RoundRecord};
use super::files::{LogFile, files_of};
use super::history::History;
use super::place::{LogPlace, Owner};
use super::reading::{LONGEST_LINE, Line, ReadError, entries, parse};
use super::record::{Record, TimingRecord};
use super::repetition::repeated_bytes;
use crate::lock::is_at;

/// How much is read at a look, in bytes, about: some milliseconds of work.
const PART: u64 = 4 << 20;

/// How much of a file is held at once.
const PIECE: usize = LONGEST_LINE + 1;

/// Follower of the past of a store, as its logs have it.
#[derive(Debug)]
pub struct Follower {
    logs: PathBuf,
    owner: Owner,
    history: History,
    /// Files that are not read to their end, the oldest first; the last may grow.
    files: VecDeque<Followed>,
    /// The number of the last rotated file that is known.
    serial: u32,
    has_begun: bool,
}

/// A file of records that is open.
#[derive(Debug)]
struct Followed {
    file: File,
    /// Up to where it was read: the beginning of a line.
    place: u64,
    /// Whether that is within a line that is too long to be a record.
    is_within_line: bool,
    is_current: bool,
}

impl Follower {
    /// Follower of the store under `out`, whose logs have this place; nothing is read
    /// yet.
    pub fn of(out: &Path, place: &LogPlace) -> Self {
        let logs = place.folder(out);
        Self {
            owner: Owner::of(out, &logs),
            logs,
            history: History::default(),
            files: VecDeque::new(),
            serial: 0,
            has_begun: false,
        }
    }

    /// The past, as far as it was read. It does not know which tasks are finished.
    pub fn history(&self) -> &History {
        &self.history
    }

    /// Reads on; whether there is more to be read at once.
    ///
    /// # Errors
    /// [`ReadError`] where a file cannot be read.
    pub fn read_on(&mut self) -> Result<bool, ReadError> {
        if !self.has_begun {
            self.has_begun = self.begin()?;
            return Ok(true);
        }
        let logs = self.logs.clone();
        let at_logs = ReadError::at(&logs);
        self.look_for_files().map_err(at_logs)?;
        let mut left = PART;
        while let Some(first) = self.files.front_mut()
            && left > 0
        {
            let (history, owner) = (&mut self.history, &self.owner);
            let take_in = |line: &[u8]| {
                if let Line::Record(TimingRecord::End(end)) = parse(line) {
                    match owner.has(end.store.as_deref()) {
                        true => history.add(&end, &logs),
                        false => history.records_of_others += 1,
                    }
                }
            };
            let read = first.read_piece(take_in).map_err(ReadError::at(&logs))?;
            left = left.saturating_sub(read);
            if read > 0 {
                continue;
            }
            if first.is_current {
                break;
            }
            self.files.pop_front();
        }
        // A search of days has more than there is room for, and nobody asks.
        self.history.finished.clear();
        Ok(left == 0)
    }

    /// Opens all files and takes in what is remembered of others; whether none of them
    /// went meanwhile.
    fn begin(&mut self) -> Result<bool, ReadError> {
        self.history = History::default();
        self.files.clear();
        let remembered = best_scores::remembered(&self.logs)?;
        self.serial = remembered;
        let open = |own: &LogFile| match File::open(&own.path) {
            Ok(file) => Ok(Some(Followed::from_start(file, own.is_current()))),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(ReadError::at(&own.path)(error)),
        };
        let mut files =
            files_of(&self.logs, TimingRecord::FILE).map_err(ReadError::at(&self.logs))?;
        files.retain(|own| own.serial().is_none_or(|serial| serial > remembered));
        for own in &files {
            self.serial = self.serial.max(own.serial().unwrap_or(0));
            let opened = open(own)?;
            if opened.is_none() && !own.is_current() {
                return Ok(false);
            }
            self.files.extend(opened);
        }
        for entry in entries::<RoundRecord>(&self.logs)? {
            match entry?.line {
                Line::Record(record) if record.through > remembered => return Ok(false),
                Line::Record(record) if self.owner.has(record.store.as_deref()) => {
                    self.history.remember(record);
                }
                _ => {}
            }
        }
        self.pass_over_repetition()
            .map_err(ReadError::at(&self.logs))?;
        Ok(true)
    }

    /// Finds out whether the log was rotated since, by this program or by others, or
    /// begun.
    fn look_for_files(&mut self) -> io::Result<()> {
        let files = files_of(&self.logs, TimingRecord::FILE)?;
        let path = self.logs.join(TimingRecord::FILE);
        let rotated = files.iter().filter_map(|own| Some((own.serial()?, own)));
        let rotated: Vec<(u32, &LogFile)> = rotated
            .filter(|(serial, _)| *serial > self.serial)
            .collect();
        let current = self.files.back().filter(|last| last.is_current);
        if !rotated.is_empty() {
            let last = current.map(|last| (last.place, last.is_within_line));
            self.files.pop_back_if(|last| last.is_current);
            for (place, (serial, own)) in rotated.iter().enumerate() {
                self.serial = *serial;
                let mut followed = match File::open(&own.path) {
                    Ok(file) => Followed::from_start(file, false),
                    // It was removed again: its lines are lost to who looks so seldom.
                    Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
                    Err(error) => return Err(error),
                };
                if let (0, Some(last)) = (place, last) {
                    (followed.place, followed.is_within_line) = last;
                }
                self.files.push_back(followed);
            }
            self.open_current(&path)?;
            return self.pass_over_repetition();
        }
        let Some(current) = current else {
            return self.open_current(&path);
        };
        if !is_at(&current.file, &path)? {
            if let Some(last) = self.files.back_mut() {
                last.is_current = false;
            }
            return self.open_current(&path);
        }
        if current.file.metadata()?.len() < current.place
            && let Some(last) = self.files.back_mut()
        {
            (last.place, last.is_within_line) = (0, false);
        }
        Ok(())
    }

    fn open_current(&mut self, path: &Path) -> io::Result<()> {
        match File::open(path) {
            Ok(file) => self.files.push_back(Followed::from_start(file, true)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(error),
        }
        Ok(())
    }

    /// Passes over what the last file has of the one before: it was copied, and is not
    /// cut yet.
    fn pass_over_repetition(&mut self) -> io::Result<()> {
        let mut last = self.files.iter_mut().rev();
        if let (Some(current), Some(before)) = (last.next(), last.next())
            && current.is_current
        {
            current.place = repeated_bytes(&before.file, &current.file)?;
        }
        Ok(())
    }
}

impl Followed {
    fn from_start(file: File, is_current: bool) -> Self {
        Self {
            file,
            place: 0,
            is_within_line: false,
            is_current,
        }
    }

    /// Reads whole lines, as many as are held at once; how many bytes that were.
    fn read_piece(&mut self, mut take_in: impl FnMut(&[u8])) -> io::Result<u64> {
        let mut piece = vec![0; PIECE];
        let mut length = 0;
        while length < piece.len() {
            match self
                .file
                .read_at(&mut piece[length..], self.place + length as u64)
            {
                Ok(0) => break,
                Ok(count) => length += count,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        let piece = &piece[..length];
        let Some(end) = piece.iter().rposition(|&byte| byte == b'\n') else {
            if length < PIECE {
                return Ok(0);
            }
            self.is_within_line = true;
            self.place += length as u64;
            return Ok(length as u64);
        };
        let mut lines = piece[..=end].split_inclusive(|&byte| byte == b'\n');
        if std::mem::take(&mut self.is_within_line) {
            lines.next();
        }
        lines.for_each(&mut take_in);
        self.place += end as u64 + 1;
        Ok(end as u64 + 1)
    }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::io::Write;

    use super::super::append::AppendFile;
    use super::super::best_scores::BestScores;
    use super::super::python_json;
    use super::super::record::TaskEnd;
    use super::super::rotation::LogBound;
    use super::*;

    fn line(run: &str, task: usize, best: u64) -> String {
        let mut end = TaskEnd::interrupted(run, run, &format!("{task:08x}"));
        end.success = true;
        let line = python_json::line(&end).replace("\"interrupted\"", "null");
        let scores =
            format!(", \"best_score\": {best}, \"full_score\": 4000, \"unknown_outputs\": 0}}");
        line.replace('}', &scores)
    }

    fn follower(logs: &Path) -> Follower {
        Follower::of(logs, &LogPlace::Named(logs.to_owned()))
    }

    fn read_all(follower: &mut Follower) {
        while follower.read_on().unwrap() {}
    }

    /// What the follower and who reads all at once say.
    fn both(follower: &Follower, logs: &Path) -> [(usize, u64, u64, usize); 2] {
        let all = History::read(logs, &Owner::of(logs, logs)).unwrap();
        [follower.history(), &all].map(|own| {
            let tasks = own.rounds.iter().map(|round| round.tasks).sum();
            let total = own.rounds.last().map_or(0, |round| round.total);
            (own.rounds.len(), tasks, total, own.rises.len())
        })
    }

    #[test]
    fn what_is_followed_is_what_is_read_at_once_through_any_rotation() {
        for (bytes, files) in [(0, 8), (1000, 8), (1000, 2), (3000, 1)] {
            let logs = tempfile::tempdir().unwrap();
            let path = logs.path().join(TimingRecord::FILE);
            let memory = BestScores {
                logs: logs.path().to_owned(),
            };
            let bound = LogBound { bytes, files };
            let mut follower = follower(logs.path());
            read_all(&mut follower);
            let mut log = AppendFile::open(path).unwrap().within(bound, memory);
            for number in 0..60 {
                let run = format!("run {}", number / 7);
                let best = 1000 * (number as u64 % 5);
                log.append(&line(&run, number % 11, best)).unwrap();
                if number % 2 == 0 {
                    read_all(&mut follower);
                }
            }
            read_all(&mut follower);
            let [followed, all] = both(&follower, logs.path());
            assert_eq!(followed, all, "{bytes} {files}");
            let mut late = self::follower(logs.path());
            read_all(&mut late);
            let [followed, all] = both(&late, logs.path());
            assert_eq!(followed, all, "{bytes} {files}");
        }
    }

    #[test]
    fn a_line_is_read_when_it_is_whole_and_one_that_is_none_is_passed_over() {
        let logs = tempfile::tempdir().unwrap();
        let path = logs.path().join(TimingRecord::FILE);
        let mut file = File::create(&path).unwrap();
        let mut follower = follower(logs.path());
        let tasks = |follower: &mut Follower| {
            read_all(follower);
            let rounds = follower.history().rounds.iter();
            rounds.map(|round| round.tasks).sum::<u64>()
        };
        let record = line("run", 1, 7);
        let (first, second) = record.split_at(30);
        file.write_all(first.as_bytes()).unwrap();
        assert_eq!(tasks(&mut follower), 0);
        file.write_all(second.as_bytes()).unwrap();
        assert_eq!(tasks(&mut follower), 1);
        file.write_all("x".repeat(3 * PIECE).as_bytes()).unwrap();
        assert_eq!(tasks(&mut follower), 1);
        file.write_all(format!("x\n{{\n\n{record}").as_bytes())
            .unwrap();
        assert_eq!(tasks(&mut follower), 2);
        // Others rename it, or remove all.
        fs::rename(&path, path.with_extension("jsonl.1")).unwrap();
        file.write_all(record.as_bytes()).unwrap();
        assert_eq!(tasks(&mut follower), 3);
        fs::write(&path, &record).unwrap();
        assert_eq!(tasks(&mut follower), 4);
        fs::remove_dir_all(logs.path()).unwrap();
        assert_eq!(tasks(&mut follower), 4);
    }
}
