//! Publishing how an instance stands.
//!
//! A consumer of events keeps the status ([`Publisher`]); whoever has time once a second
//! writes it ([`Publication::publish`]), on a thread that is there anyway. Neither waits
//! for the other: what is slow is the disk, and it is written to while nobody holds the
//! status.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use super::status::Activity;
use super::{ENDING, Machine, Process, Status, folder_of};
use crate::atomic_file;
use crate::event::{Event, ReportError, Reporter};
use crate::store::folder;
use crate::telemetry::path_from;

/// How often a status is replaced.
const PERIOD: Duration = Duration::from_secs(1);

/// Publication of an instance's status; of none until it has [begun](Self::begin). A
/// clone is the same publication.
#[derive(Clone, Debug, Default)]
pub struct Publication {
    status: Arc<Mutex<Option<Status>>>,
    place: Arc<Mutex<Place>>,
}

/// Where it is published.
#[derive(Debug, Default)]
enum Place {
    #[default]
    None,
    File {
        logs: PathBuf,
        path: PathBuf,
        /// The time since which the instance counts.
        begun: Duration,
        /// When it was written last, or that was tried.
        tried: Option<Duration>,
        is_refusal_told: bool,
    },
}

/// Takes in the events of an instance for its publication, and removes its file when it
/// is dropped.
#[derive(Debug)]
pub struct Publisher(Publication);

impl Publication {
    /// How often it is to be published.
    pub const PERIOD: Duration = PERIOD;

    /// Begins to publish in the logs of the store under `out`, as `id`, which no other
    /// instance has. Nothing is written before a second is over: what takes less need
    /// not be seen.
    pub fn begin(
        &self,
        activity: Activity,
        (out, logs): (&Path, &Path),
        id: &str,
        now: Duration,
    ) -> Publisher {
        let process = Process::this(&Machine::here());
        let status = Status::of(process, activity, &path_from(logs, out));
        *lock(&self.status) = Some(status);
        *lock(&self.place) = Place::File {
            path: folder_of(logs).join(format!("{id}{ENDING}")),
            logs: logs.to_owned(),
            begun: now,
            tried: None,
            is_refusal_told: false,
        };
        Publisher(self.clone())
    }

    /// Replaces the file, if it is time to.
    ///
    /// # Errors
    /// [`ReportError`] where it cannot be written, the first time; later it is tried
    /// again without a word.
    pub fn publish(&self, now: Duration) -> Result<(), ReportError> {
        let mut place = lock(&self.place);
        let Place::File {
            logs,
            path,
            begun,
            tried,
            is_refusal_told,
        } = &mut *place
        else {
            return Ok(());
        };
        // Whoever beats once a second is at times a little early.
        let waited = now.saturating_sub(tried.unwrap_or(*begun));
        if waited + PERIOD / 10 < PERIOD {
            return Ok(());
        }
        *tried = Some(now);
        let told = lock(&self.status)
            .as_ref()
            .map(|own| own.at(now.saturating_sub(*begun)));
        let Some(status) = told else { return Ok(()) };
        match write(logs, path, &status.text()) {
            Err(reason) if !std::mem::replace(is_refusal_told, true) => Err(ReportError {
                path: path.clone(),
                reason,
            }),
            _ => Ok(()),
        }
    }

    /// Removes the file; it is not written any more.
    pub fn withdraw(&self) {
        remove(&mut lock(&self.place));
    }

    /// The same for who cannot wait, as at the end of a process: where the file is being
    /// written it stays.
    pub fn withdraw_at_once(&self) {
        if let Ok(mut place) = self.place.try_lock() {
            remove(&mut place);
        }
    }
}

impl Reporter for Publisher {
    fn report(&mut self, timestamp: &str, event: &Event<'_>) -> Result<(), ReportError> {
        if let Some(status) = &mut *lock(&self.0.status) {
            status.take_in(timestamp, event);
        }
        Ok(())
    }
}

impl Drop for Publisher {
    fn drop(&mut self) {
        self.0.withdraw();
    }
}

fn lock<T>(shared: &Mutex<T>) -> MutexGuard<'_, T> {
    shared.lock().unwrap_or_else(PoisonError::into_inner)
}

fn write(logs: &Path, path: &Path, text: &str) -> io::Result<()> {
    // Somebody may have removed the folder, and another instance does in its end.
    folder::make(logs, &folder_of(logs))?;
    let mut file = atomic_file::begin_alone(path, atomic_file::usual_permissions())?;
    io::Write::write_all(&mut file, text.as_bytes())?;
    file.persist(path)?;
    Ok(())
}

fn remove(place: &mut Place) {
    if let Place::File {
        logs, path, tried, ..
    } = std::mem::take(place)
        && tried.is_some()
    {
        // What cannot be removed is left, and found by `doctor`.
        let _ = fs::remove_file(path);
        // The last one closes the door.
        let _ = fs::remove_dir(folder_of(&logs));
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Found, Said};
    use super::*;

    fn found(logs: &Path) -> Vec<Found> {
        super::super::found(logs, std::time::SystemTime::now()).unwrap()
    }

    fn seconds(seconds: u64) -> Duration {
        Duration::from_secs(seconds)
    }

    #[test]
    fn a_file_is_there_from_the_first_second_to_the_end() {
        let out = tempfile::tempdir().unwrap();
        let logs = out.path().join("logs");
        let publication = Publication::default();
        publication.publish(seconds(9)).unwrap();
        let begin = || publication.begin(Activity::Run, (out.path(), &logs), "id", seconds(9));
        drop(begin());
        assert!(
            !logs.exists(),
            "what takes less than a second writes nothing"
        );
        let mut publisher = begin();
        publication.publish(seconds(9)).unwrap();
        assert!(found(&logs).is_empty());
        publication.publish(seconds(10)).unwrap();
        publisher.report("then", &Event::Notice("a")).unwrap();
        let told = || match &found(&logs)[..] {
            [own] => match &own.said {
                Said::Status(status) => (status.seconds, status.problems.len()),
                other => panic!("{other:?}"),
            },
            other => panic!("{other:?}"),
        };
        assert_eq!(told(), (1.0, 0));
        publication.publish(seconds(11)).unwrap();
        assert_eq!(told(), (2.0, 1));
        drop(publisher);
        publication.publish(seconds(13)).unwrap();
        assert!(logs.exists() && !folder_of(&logs).exists());
    }

    #[test]
    fn that_it_cannot_be_written_is_told_once() {
        let out = tempfile::tempdir().unwrap();
        let in_the_way = out.path().join(super::super::FOLDER);
        fs::write(&in_the_way, "").unwrap();
        let publication = Publication::default();
        let here = (out.path(), out.path());
        let _publisher = publication.begin(Activity::Run, here, "id", seconds(0));
        let told = publication.publish(seconds(1)).unwrap_err().to_string();
        assert!(told.contains("cannot be written"), "{told}");
        publication.publish(seconds(2)).unwrap();
        fs::remove_file(&in_the_way).unwrap();
        publication.publish(seconds(3)).unwrap();
        assert_eq!(found(out.path()).len(), 1);
    }
}
