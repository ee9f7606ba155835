//! Lines of a log sorted, however many there are: so many as are held in memory at a time
//! go to a file of their own, sorted, and what is in the files is merged as it is read.
//!
//! The logs of a thousand shards are more than one machine holds, so the memory is bounded
//! and the disk is not: what is sorted needs once more the room that its lines will need
//! in the log. The files have no names, where the file system can do without, so that a kill
//! leaves none.

use std::fs::File;
use std::io::{self, BufRead, BufReader, BufWriter, Seek, Write};
use std::marker::PhantomData;
use std::mem;
use std::path::{Path, PathBuf};

use itertools::Itertools;

use super::lines::{Placed, Stamped, stamped};
use crate::atomic_file;

/// The most that is held in memory, in bytes.
const HELD: usize = 64 << 20;

/// What a line takes in memory beside its text, in bytes.
const BESIDE_TEXT: usize = 128;

/// Where a line was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Source {
    /// In the files that are written anew.
    Own,
    /// In files of the same log that others have rotated.
    RotatedByOthers,
    /// In the log of a store that is taken in.
    Offered,
}

impl Source {
    const ALL: [Self; 3] = [Self::Own, Self::RotatedByOthers, Self::Offered];

    /// As the first byte of a line in a file.
    fn byte(self) -> u8 {
        b'0' + self as u8
    }
}

/// A line, and where it was found.
type Found = (Stamped, Source);

/// Lines that are being sorted.
pub(super) struct Sorting<R> {
    /// Where the files are.
    beside: PathBuf,
    most: usize,
    held: Vec<Found>,
    held_bytes: usize,
    files: Vec<File>,
    record: PhantomData<R>,
}

impl<R: Placed> Sorting<R> {
    /// No lines yet; files that they need are on the file system of a log.
    pub(super) fn beside(log: &Path) -> Self {
        Self::holding(HELD, log)
    }

    fn holding(most: usize, log: &Path) -> Self {
        Self {
            beside: log.to_owned(),
            most,
            held: Vec::new(),
            held_bytes: 0,
            files: Vec::new(),
            record: PhantomData,
        }
    }

    /// Adds a line.
    pub(super) fn add(&mut self, line: Stamped, source: Source) -> io::Result<()> {
        self.held_bytes += line.text.len() + BESIDE_TEXT;
        self.held.push((line, source));
        if self.held_bytes > self.most {
            self.put_away()?;
        }
        Ok(())
    }

    /// Writes what is held to a file.
    fn put_away(&mut self) -> io::Result<()> {
        self.held.sort_unstable();
        let file = atomic_file::unnamed(&self.beside)?;
        let mut writer = BufWriter::new(file);
        for (line, source) in self.held.drain(..) {
            writer.write_all(&[source.byte()])?;
            writer.write_all(&line.text)?;
        }
        self.files.push(writer.into_inner()?);
        self.held_bytes = 0;
        Ok(())
    }

    /// All lines, in order.
    pub(super) fn sorted(mut self) -> Sorted<R> {
        self.held.sort_unstable();
        Sorted {
            held: mem::take(&mut self.held),
            files: self.files,
            record: PhantomData,
        }
    }
}

/// Lines in order.
pub(super) struct Sorted<R> {
    held: Vec<Found>,
    files: Vec<File>,
    record: PhantomData<R>,
}

/// A line that is there once, and whether it was found in each source.
pub(super) struct Distinct {
    pub(super) line: Stamped,
    is_in: [bool; Source::ALL.len()],
}

impl Distinct {
    pub(super) fn is_in(&self, source: Source) -> bool {
        self.is_in[source as usize]
    }

    /// Whether it is in none of the log's files yet.
    pub(super) fn is_new(&self) -> bool {
        !self.is_in(Source::Own) && !self.is_in(Source::RotatedByOthers)
    }
}

impl<R: Placed> Sorted<R> {
    /// The lines, each once, from the first on; as often as one likes, one after another.
    pub(super) fn distinct(&mut self) -> io::Result<impl Iterator<Item = io::Result<Distinct>>> {
        type Lines<'a> = Box<dyn Iterator<Item = io::Result<Found>> + 'a>;
        let mut parts: Vec<Lines<'_>> = Vec::new();
        for mut file in &self.files {
            file.rewind()?;
            parts.push(Box::new(read_back::<R>(BufReader::new(file))));
        }
        parts.push(Box::new(self.held.iter().cloned().map(Ok)));
        // An error is first, for it ends everything.
        let is_before = |one: &io::Result<Found>, other: &io::Result<Found>| match (one, other) {
            (Ok(one), Ok(other)) => one <= other,
            (Err(_), _) => true,
            (Ok(_), Err(_)) => false,
        };
        let mut lines = parts.into_iter().kmerge_by(is_before).peekable();
        Ok(std::iter::from_fn(move || {
            let (line, source) = match lines.next()? {
                Ok(found) => found,
                Err(error) => return Some(Err(error)),
            };
            let mut is_in = [false; Source::ALL.len()];
            is_in[source as usize] = true;
            let is_same = |next: &io::Result<Found>| matches!(next, Ok((next, _)) if *next == line);
            while let Some(Ok((_, source))) = lines.next_if(is_same) {
                is_in[source as usize] = true;
            }
            Some(Ok(Distinct { line, is_in }))
        }))
    }
}

/// The lines of a file that was put away.
fn read_back<R: Placed>(mut reader: impl BufRead) -> impl Iterator<Item = io::Result<Found>> {
    std::iter::from_fn(move || {
        let mut text = Vec::new();
        match reader.read_until(b'\n', &mut text) {
            Ok(0) => None,
            Ok(_) => {
                let first = text.remove(0);
                let source = Source::ALL.into_iter().find(|own| own.byte() == first);
                let source = source.ok_or_else(|| io::Error::from(io::ErrorKind::InvalidData));
                Some(source.map(|source| (stamped::<R>(&text), source)))
            }
            Err(error) => Some(Err(error)),
        }
    })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::super::lines::LogLine;
    use super::*;

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn whatever_is_held_at_a_time_they_are_a_set_in_order(
            lines in proptest::collection::vec((0..30_u8, 0..3_u8, 0..3_usize), 0..60),
            most in prop_oneof![Just(0), Just(500), Just(HELD)],
        ) {
            let folder = tempfile::tempdir().unwrap();
            let mut sorting = Sorting::<LogLine>::holding(most, &folder.path().join("log"));
            let mut expected: BTreeMap<Stamped, [bool; 3]> = BTreeMap::new();
            for (time, run, source) in lines {
                let line = stamped::<LogLine>(format!("{time:02} run-{run} began\n").as_bytes());
                expected.entry(line.clone()).or_default()[source] = true;
                sorting.add(line, Source::ALL[source]).unwrap();
            }
            let mut sorted = sorting.sorted();
            for _ in 0..2 {
                let found = sorted.distinct().unwrap().map(Result::unwrap);
                let found: Vec<(Stamped, [bool; 3])> = found
                    .map(|own| {
                        let sources = Source::ALL.map(|source| own.is_in(source));
                        (own.line, sources)
                    })
                    .collect();
                prop_assert_eq!(found, expected.clone().into_iter().collect::<Vec<_>>());
            }
            prop_assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
        }
    }

    #[test]
    fn what_is_put_away_has_no_name_that_a_kill_would_leave() {
        let folder = tempfile::tempdir().unwrap();
        let mut sorting = Sorting::<LogLine>::holding(0, &folder.path().join("log"));
        let seen = atomic_file::testing::unfinished_names_during(folder.path(), || {
            for number in 0..300 {
                let line = format!("{number:03} run began\n");
                let line = stamped::<LogLine>(line.as_bytes());
                sorting.add(line, Source::Own).unwrap();
            }
        });
        assert!(seen.is_empty(), "{seen:?}");
        assert_eq!(sorting.sorted().distinct().unwrap().count(), 300);
    }
}
