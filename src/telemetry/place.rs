//! Where the logs of a store are, and which of their records are its own.
//!
//! Logs are under the store, so that each store has its own. They may be put
//! elsewhere, by an option or by earlier versions, which had them under the current
//! folder for every store: so a record says where its store is, as a path from the
//! logs' folder, which holds when both are moved together.

use std::path::{Component, Path, PathBuf};

use crate::words::path_text;

/// The folder of logs, under that of a store.
const FOLDER: &str = "logs";

/// Place of a store's logs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LogPlace {
    /// This folder, which the user has named.
    Named(PathBuf),
    /// Under the store.
    OfStore,
}

impl LogPlace {
    /// The folder of the logs of the store under `out`.
    pub fn folder(&self, out: &Path) -> PathBuf {
        match self {
            Self::Named(folder) => folder.clone(),
            // As operators type it.
            Self::OfStore if out == Path::new(".") => PathBuf::from(FOLDER),
            Self::OfStore => out.join(FOLDER),
        }
    }

    /// The path of the store under `out` from the folder of its logs, by which what is
    /// in them names it.
    pub fn store_from(&self, out: &Path) -> String {
        path_from(&self.folder(out), out)
    }

    /// Where an earlier version has put the logs of the store under `out`, if that is
    /// elsewhere: under the current folder.
    pub(super) fn earlier_folder(&self, out: &Path) -> Option<PathBuf> {
        let earlier = PathBuf::from(FOLDER);
        let is_elsewhere = absolute(&self.folder(out)) != absolute(&earlier);
        (*self == Self::OfStore && is_elsewhere && earlier.is_dir()).then_some(earlier)
    }
}

/// Owner of records: a store, by the records that name it and those that name
/// none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Owner {
    store: String,
    /// As earlier versions named it, where that is another text: it may be another store's.
    earlier: Option<String>,
    has_named: bool,
    has_unnamed: bool,
}

impl Owner {
    /// The store under `out`, for the logs in a folder. Records that name no store, as
    /// earlier versions wrote them, are its own.
    pub fn of(out: &Path, logs: &Path) -> Self {
        let path = way_from(logs, out);
        let (store, earlier) = (path_text(&path), path.to_string_lossy());
        Self {
            earlier: (*earlier != store).then(|| earlier.into_owned()),
            store,
            has_named: true,
            has_unnamed: true,
        }
    }

    /// The same without records that name no store.
    pub(super) fn named_alone(self) -> Self {
        Self {
            has_unnamed: false,
            ..self
        }
    }

    /// The same without records that name the store.
    pub(super) fn unnamed_alone(self) -> Self {
        Self {
            has_named: false,
            ..self
        }
    }

    /// Whether a record that names this store is its own.
    pub(super) fn has(&self, store: Option<&str>) -> bool {
        match store {
            Some(store) => {
                self.has_named && (store == self.store || Some(store) == self.earlier.as_deref())
            }
            None => self.has_unnamed,
        }
    }
}

/// A path from the folder of logs, as text.
pub(crate) fn path_from(logs: &Path, out: &Path) -> String {
    path_text(&way_from(logs, out))
}

fn way_from(logs: &Path, out: &Path) -> PathBuf {
    let (logs, out) = (absolute(logs), absolute(out));
    let (mut from, mut to) = (logs.components().peekable(), out.components().peekable());
    while from.peek().is_some() && from.peek() == to.peek() {
        from.next();
        to.next();
    }
    let path: PathBuf = from.map(|_| Component::ParentDir).chain(to).collect();
    match path.as_os_str().is_empty() {
        true => PathBuf::from("."),
        false => path,
    }
}

/// The path from the root, without links where it is there.
fn absolute(path: &Path) -> PathBuf {
    let plain = || std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    path.canonicalize().unwrap_or_else(|_| plain())
}

#[cfg(test)]
mod tests {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;

    use super::*;

    #[test]
    fn logs_are_under_their_store_unless_they_are_named() {
        let named = LogPlace::Named(PathBuf::from("elsewhere"));
        for (place, out, expected) in [
            (&LogPlace::OfStore, ".", "logs"),
            (&LogPlace::OfStore, "store", "store/logs"),
            (&named, "store", "elsewhere"),
        ] {
            assert_eq!(place.folder(Path::new(out)), Path::new(expected));
        }
        assert_eq!(named.earlier_folder(Path::new("store")), None);
        assert_eq!(LogPlace::OfStore.earlier_folder(Path::new(".")), None);
    }

    #[test]
    fn a_store_is_named_from_its_logs_and_moves_with_them() {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| {
            let path = folder.path().join(name);
            std::fs::create_dir_all(&path).unwrap();
            path
        };
        for (logs, out, expected) in [
            ("logs", ".", ".."),
            ("store/logs", "store", ".."),
            ("logs", "store", "../store"),
            ("one", "one", "."),
            ("a/b", "c/d", "../../c/d"),
            ("store", "store/inside", "inside"),
        ] {
            assert_eq!(path_from(&path(logs), &path(out)), expected, "{logs} {out}");
        }
        let owner = Owner::of(&path("store"), &path("logs"));
        assert!(owner.has(Some("../store")) && owner.has(None));
        assert!(!owner.has(Some("..")));
        assert!(!owner.clone().named_alone().has(None));
        assert!(!owner.unnamed_alone().has(Some("../store")));
    }

    #[test]
    fn stores_whose_names_are_not_utf_8_are_told_apart() {
        let folder = Path::new("/nowhere");
        let store = |byte: u8| folder.join(OsStr::from_bytes(&[b's', byte]));
        let [one, other] = [0xfe, 0xff].map(|byte| Owner::of(&store(byte), folder));
        let [of_one, of_other] = [0xfe, 0xff].map(|byte| path_from(folder, &store(byte)));
        assert_ne!(of_one, of_other);
        assert!(one.has(Some(&of_one)) && !one.has(Some(&of_other)));
        assert!(other.has(Some(&of_other)) && !other.has(Some(&of_one)));
        // As earlier versions named both.
        assert!(one.has(Some("s\u{fffd}")) && other.has(Some("s\u{fffd}")));
        assert!(!Owner::of(&folder.join("s"), folder).has(Some("s\u{fffd}")));
    }
}
