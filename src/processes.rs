//! Processes of this machine, as Linux tells them under `/proc`: when each started, and by
//! which start of the machine and among which numbers it is known.
//!
//! A number of a process is given again, so it says whose it is only with the time at which
//! its process started. Elsewhere than on Linux a process is one of which nothing is known.

use std::fs::{self, File};
use std::io;
use std::os::unix::fs::MetadataExt;

use rustix::io::Errno;
use rustix::process::{Pid, test_kill_process};

/// Place of a process's start among the fields of its `stat`, behind its name.
const START: usize = 19;

/// What is to be seen of a process.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Seen {
    /// When it started.
    Started(u64),
    /// It is not there, or has ended and waits for its parent to ask how.
    Nothing,
    /// It is there, and says nothing.
    Hidden,
}

/// ID of this start of the machine.
pub(crate) fn boot() -> Option<String> {
    line("/proc/sys/kernel/random/boot_id")
}

/// Name of what gives processes their numbers here, as each container has its own.
pub(crate) fn namespace() -> Option<String> {
    let namespace = fs::read_link("/proc/self/ns/pid").ok()?;
    Some(namespace.to_string_lossy().into_owned())
}

/// The text of a file of one line; `None` where it is not there or says nothing.
pub(crate) fn line(path: &str) -> Option<String> {
    let text = fs::read_to_string(path).ok()?;
    Some(text.trim().to_owned()).filter(|text| !text.is_empty())
}

/// What is to be seen of the process of a number.
pub(crate) fn see(id: u32) -> Seen {
    match fs::read_to_string(format!("/proc/{id}/stat")) {
        Ok(stat) => started(&stat),
        Err(_) => {
            let number = i32::try_from(id).ok().and_then(Pid::from_raw);
            match number.map(test_kill_process) {
                None | Some(Err(Errno::SRCH)) => Seen::Nothing,
                Some(_) => Seen::Hidden,
            }
        }
    }
}

/// The processes that took the locks (flock) on a file, whoever shares them now; empty where
/// there are none, or the system does not say.
pub(crate) fn lockers(file: &File) -> io::Result<Vec<u32>> {
    let own = file.metadata()?;
    let (major, minor) = (rustix::fs::major(own.dev()), rustix::fs::minor(own.dev()));
    let locks = fs::read_to_string("/proc/locks").unwrap_or_default();
    let file = format!("{major:02x}:{minor:02x}:{}", own.ino());
    let lines = locks.lines();
    Ok(lines.filter_map(|line| locker(line, &file)).collect())
}

/// The process that has a lock on a file, as a line of the system's says: `1: FLOCK ADVISORY
/// WRITE 7 fe:00:4711 0 EOF`. Who waits for one has an arrow behind the number.
fn locker(line: &str, file: &str) -> Option<u32> {
    let mut words = line.split_whitespace().skip(1);
    (words.next()? == "FLOCK").then_some(())?;
    let (_advisory, _kind, id) = (words.next()?, words.next()?, words.next()?);
    (words.next()? == file).then_some(())?;
    id.parse().ok()
}

/// What the `stat` of a process says: `7 (a name) S 1 …`.
fn started(stat: &str) -> Seen {
    // The name may have anything in it.
    let Some((_, rest)) = stat.rsplit_once(") ") else {
        return Seen::Hidden;
    };
    let fields: Vec<&str> = rest.split(' ').collect();
    let started = fields.get(START).and_then(|field| field.parse().ok());
    match (fields.first(), started) {
        // It has ended, and nobody has asked for how yet.
        (Some(&("Z" | "X")), _) => Seen::Nothing,
        (_, Some(started)) => Seen::Started(started),
        _ => Seen::Hidden,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_took_a_lock_is_found_and_who_waits_for_it_is_not() {
        let file = tempfile::tempfile().unwrap();
        assert!(lockers(&file).unwrap().is_empty());
        file.lock().unwrap();
        assert_eq!(lockers(&file).unwrap(), [std::process::id()]);
        let other = tempfile::tempfile().unwrap();
        assert!(lockers(&other).unwrap().is_empty());
        let line = "2: FLOCK  ADVISORY  READ 7 fe:00:47 0 EOF";
        assert_eq!(locker(line, "fe:00:47"), Some(7));
        for (line, file) in [
            ("2: -> FLOCK  ADVISORY  READ 7 fe:00:47 0 EOF", "fe:00:47"),
            ("2: POSIX  ADVISORY  READ 7 fe:00:47 0 EOF", "fe:00:47"),
            ("2: FLOCK  ADVISORY  READ -1 fe:00:47 0 EOF", "fe:00:47"),
            (line, "fe:00:4"),
            ("", "fe:00:47"),
        ] {
            assert_eq!(locker(line, file), None, "{line}");
        }
    }

    #[test]
    fn the_start_is_found_behind_any_name() {
        let rest = "S 1 1 1 0 -1 4194560 1 0 0 0 1 2 3 4 20 0 1 0 4711 1000 1";
        for name in ["a", "a) S 9", "((", ""] {
            let stat = format!("7 ({name}) {rest}");
            assert!(matches!(started(&stat), Seen::Started(4711)), "{stat}");
        }
        let ended = format!("7 (a) {}", rest.replacen('S', "Z", 1));
        assert!(matches!(started(&ended), Seen::Nothing));
        assert!(matches!(started("7"), Seen::Hidden));
    }
}
