//! What a file or a folder is: ARC tasks, a submission, a card, programs, a store.
//!
//! Asked where something was given for what it is not, so that the message can say
//! what it is: one function tells, whoever asks. It looks at names and at the
//! beginning of a file alone; so a file that is cut off, or damaged further on, is
//! still what it was meant to be, and a huge one costs no more than a small one.

use std::fmt;
use std::fs::{self, File};
use std::io::Read;
use std::path::{Path, PathBuf};

use arc_programs::task::TaskName;
use walkdir::WalkDir;

use crate::library::Role;
use crate::store::Store;
use crate::submission::ATTEMPTS;
use crate::tasks::{is_bundle, is_split};

/// The bytes of a file that are looked at first, and where they do not tell: more than
/// any ARC task has.
const FIRST: u64 = 4 << 10;
const HEAD: u64 = 1 << 20;

/// The entries of a folder that are looked at, and how deep: a store's links are
/// four levels down.
const ENTRIES: usize = 2000;
const DEPTH: usize = 5;

/// Kind of a file or a folder.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileKind {
    /// The JSON of one ARC task.
    Task,
    /// Several ARC tasks: a folder of them, or a bundle.
    Tasks,
    /// Attempts at the test samples of ARC tasks.
    Submission,
    /// A card, in either form.
    Card,
    /// Python with solvers.
    Solvers,
    /// Python with differs.
    Differs,
    /// Python with solvers and differs.
    Programs,
    /// Python with neither.
    Python,
    /// A store.
    Store,
}

impl fmt::Display for FileKind {
    /// A sentence about what is there.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Task => "this is an ARC task",
            Self::Tasks => "these are ARC tasks",
            Self::Submission => "this is a submission",
            Self::Card => "this is a card",
            Self::Solvers => "this is Python with solvers",
            Self::Differs => "this is Python with differs",
            Self::Programs => "this is Python with solvers and differs",
            Self::Python => "this is Python without a solver or a differ",
            Self::Store => "this is a store",
        })
    }
}

/// Error for a file or a folder that is something else than it was given for.
#[derive(Debug, thiserror::Error)]
#[error("{}: {found}, expected {expected}", path.display())]
pub struct WrongKind {
    /// The file or the folder.
    pub path: PathBuf,
    /// What it is.
    pub found: FileKind,
    /// What it was given for.
    pub expected: &'static str,
}

impl WrongKind {
    /// What `path` is, if it is known and none of `suitable`.
    pub(crate) fn of(path: &Path, suitable: &[FileKind], expected: &'static str) -> Option<Self> {
        let found = FileKind::of(path)?;
        let path = path.to_owned();
        (!suitable.contains(&found)).then_some(Self {
            path,
            found,
            expected,
        })
    }
}

impl FileKind {
    /// What is at a path; `None` where nothing is, or nothing that is known.
    pub fn of(path: &Path) -> Option<Self> {
        match path.is_dir() {
            true => of_folder(path),
            false => of_file(path),
        }
    }

    /// The kind of a text in a file of this name.
    pub fn of_text(path: &Path, text: &str) -> Option<Self> {
        let text = text.trim_start_matches('\u{feff}');
        match is_json(text) {
            true => of_json(text),
            false => of_python(path, text),
        }
    }

    /// Whether it has programs of a role.
    pub(crate) fn has(self, role: Role) -> bool {
        match self {
            Self::Programs => true,
            Self::Solvers => role == Role::Solver,
            Self::Differs => role == Role::Differ,
            _ => false,
        }
    }
}

/// The folder in a folder, or in one of its folders, that is of a kind, the first by
/// name, those further out first.
pub(crate) fn within(folder: &Path, kind: FileKind) -> Option<PathBuf> {
    let walk = WalkDir::new(folder).min_depth(1).max_depth(2);
    let mut folders: Vec<(usize, PathBuf)> = walk
        .into_iter()
        .take(ENTRIES)
        .filter_map(Result::ok)
        .filter(|entry| entry.file_type().is_dir())
        .map(|entry| (entry.depth(), entry.into_path()))
        .collect();
    folders.sort();
    let mut paths = folders.into_iter().map(|(_, path)| path);
    paths.find(|path| FileKind::of(path) == Some(kind))
}

fn of_file(path: &Path) -> Option<FileKind> {
    if !path.is_file() {
        return None;
    }
    let file = File::open(path).ok()?;
    let mut bytes = Vec::new();
    (&file).take(FIRST).read_to_end(&mut bytes).ok()?;
    let of_first = of_beginning(&String::from_utf8_lossy(&bytes));
    if of_first.is_some() {
        return of_first;
    }
    (&file).take(HEAD).read_to_end(&mut bytes).ok()?;
    FileKind::of_text(path, &String::from_utf8_lossy(&bytes))
}

/// The kind of JSON whose beginning tells it.
fn of_beginning(text: &str) -> Option<FileKind> {
    let text = text.trim_start_matches('\u{feff}');
    is_json(text).then(|| of_json(text)).flatten()
}

fn is_json(text: &str) -> bool {
    text.trim_start().starts_with(['{', '['])
}

fn of_folder(folder: &Path) -> Option<FileKind> {
    if Store::at(folder).is_there() {
        return Some(FileKind::Store);
    }
    if is_split(folder) {
        return Some(FileKind::Tasks);
    }
    let mut kinds = Kinds::default();
    // Files of any name, of which a few are looked at.
    let mut others = Vec::new();
    for entry in fs::read_dir(folder).ok()?.take(ENTRIES) {
        let path = entry.ok()?.path();
        let name = path.file_name()?.to_string_lossy().into_owned();
        let task = name.strip_suffix(".json").map(str::parse::<TaskName>);
        let is_task = matches!(&task, Some(Ok(name)) if name.is_hexadecimal());
        if is_task || is_bundle(&path) {
            return Some(FileKind::Tasks);
        }
        if let Some(Ok(_)) = task {
            others.push(path);
        }
    }
    others.sort();
    let is_task = |path: &PathBuf| of_file(path) == Some(FileKind::Task);
    if others.iter().take(FEW).any(is_task) {
        return Some(FileKind::Tasks);
    }
    let walk = WalkDir::new(folder).max_depth(DEPTH).sort_by_file_name();
    let files = walk.into_iter().take(ENTRIES).filter_map(Result::ok);
    let modules = files.filter(|entry| {
        let extension = entry.path().extension();
        extension.is_some_and(|own| own == "py") && entry.path().is_file()
    });
    for module in modules.take(FEW) {
        kinds.add(of_file(module.path()));
    }
    kinds.together()
}

/// The files of a folder that are looked at.
const FEW: usize = 16;

/// What the modules of a folder are.
#[derive(Default)]
struct Kinds {
    solvers: bool,
    differs: bool,
    python: bool,
}

impl Kinds {
    fn add(&mut self, kind: Option<FileKind>) {
        self.python |= kind.is_some();
        self.solvers |= kind.is_some_and(|kind| kind.has(Role::Solver));
        self.differs |= kind.is_some_and(|kind| kind.has(Role::Differ));
    }

    fn together(&self) -> Option<FileKind> {
        match (self.solvers, self.differs) {
            (true, true) => Some(FileKind::Programs),
            (true, false) => Some(FileKind::Solvers),
            (false, true) => Some(FileKind::Differs),
            (false, false) => self.python.then_some(FileKind::Python),
        }
    }
}

fn of_python(path: &Path, text: &str) -> Option<FileKind> {
    let mut kinds = Kinds {
        python: path.extension().is_some_and(|extension| extension == "py"),
        ..Kinds::default()
    };
    for line in text.lines() {
        let Some(head) = line.strip_prefix("def ") else {
            continue;
        };
        if head.starts_with("batt(") {
            return Some(FileKind::Card);
        }
        kinds.python = true;
        let is_of = |role: Role| head.starts_with(role.function_name());
        kinds.solvers |= is_of(Role::Solver);
        kinds.differs |= is_of(Role::Differ);
    }
    kinds.together()
}

fn of_json(text: &str) -> Option<FileKind> {
    if is_task(text) {
        return Some(FileKind::Task);
    }
    members(text).find_map(|(name, value)| match (name, value.bytes().next()?) {
        ("calls", b'[') => Some(FileKind::Card),
        ("train" | "test", b'[') => Some(FileKind::Task),
        ("train" | "eval", b'{') => Some(FileKind::Tasks),
        _ if name.parse::<TaskName>().is_err() => None,
        _ if is_task(value) => Some(FileKind::Tasks),
        _ => is_attempts(value).then_some(FileKind::Submission),
    })
}

/// Whether JSON begins as a submission has the attempts at a task: an array of objects
/// whose first member is an attempt.
fn is_attempts(text: &str) -> bool {
    let inner = text.strip_prefix('[').map(str::trim_start);
    let first = inner.and_then(|inner| members(inner).next());
    first.is_some_and(|(name, _)| ATTEMPTS.contains(&name))
}

/// Whether JSON begins as a task does: an object whose first member is one of a task's
/// lists, or an array of samples.
pub(crate) fn is_task(text: &str) -> bool {
    let first_of = |text| members(text).next();
    let text = text.trim_start();
    match text.strip_prefix('[') {
        None => first_of(text).is_some_and(|(name, value)| {
            ["train", "test", "arc-gen"].contains(&name) && value.starts_with('[')
        }),
        Some(inner) => first_of(inner.trim_start())
            .is_some_and(|(name, _)| ["input", "output"].contains(&name)),
    }
}

/// The names of the outermost object's members, each with the text from its value on,
/// as far as the text goes.
fn members(text: &str) -> impl Iterator<Item = (&str, &str)> {
    let bytes = text.as_bytes();
    let (mut depth, mut at) = (0_usize, 0);
    // The last text of the outermost object.
    let mut name = None;
    let is_object = bytes.first() == Some(&b'{');
    std::iter::from_fn(move || {
        while is_object && at < bytes.len() {
            let byte = bytes[at];
            at += 1;
            match byte {
                b'{' | b'[' => depth += 1,
                b'}' | b']' => depth = depth.saturating_sub(1),
                b',' => name = None,
                b'"' => {
                    let start = at;
                    while at < bytes.len() && bytes[at] != b'"' {
                        at += if bytes[at] == b'\\' { 2 } else { 1 };
                    }
                    if depth == 1 {
                        name = text.get(start..at);
                    }
                    at += 1;
                }
                b':' if depth == 1 => {
                    let value = text.get(at..).unwrap_or_default().trim_ascii_start();
                    if let Some(name) = name.take().filter(|_| !value.is_empty()) {
                        return Some((name, value));
                    }
                }
                _ => {}
            }
        }
        None
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> Option<FileKind> {
        FileKind::of_text(Path::new("file"), text)
    }

    #[test]
    fn json_is_told_by_its_outermost_members_even_where_it_is_cut_off() {
        for (text, expected) in [
            (r#"{"train": [{"input": [[1]]"#, Some(FileKind::Task)),
            (r#"{"name": "calls", "test" : []}"#, Some(FileKind::Task)),
            (r#"{"train": {"0520fde7": {"#, Some(FileKind::Tasks)),
            (
                "\u{feff}{\"0520fde7\": {\"train\": []",
                Some(FileKind::Tasks),
            ),
            (r#"{"0520fde7": [[[1]]]}"#, None),
            (r#"[{"input": [[1]], "outp"#, Some(FileKind::Task)),
            (r#"{"arc-gen": [], "train": []"#, Some(FileKind::Task)),
            (r#"{"AboveBelow1": {"test": [{"inp"#, Some(FileKind::Tasks)),
            (r#"{"task001": [{"output": [[1]]"#, Some(FileKind::Tasks)),
            (
                r#"{"0520fde7": [{"attempt_1": [[1]]}"#,
                Some(FileKind::Submission),
            ),
            (
                "{\"a\": [],\n\"b\": [\n{ \"attempt_2\": [",
                Some(FileKind::Submission),
            ),
            // What has members named like tasks, and is none.
            (r#"{"0520fde7": {"attempt_1": [[1]]}}"#, None),
            (r#"{"0520fde7": {"demos": 3}}"#, None),
            (r#"{"name": {"input": [[1]]}, "version": 2}"#, None),
            (r#"{"version": {"minor": {"train": []}}}"#, None),
            (r#"{"version": 1, "calls": [["id"#, Some(FileKind::Card)),
            (r#"{"a": {"calls": []}, "b\"": 1}"#, None),
            (r#"["train"]"#, None),
            ("", None),
        ] {
            assert_eq!(of(text), expected, "{text}");
        }
    }

    #[test]
    fn python_is_told_by_what_it_defines() {
        for (text, expected) in [
            ("def solve_0520fde7(S, I, C):\n", Some(FileKind::Solvers)),
            ("# x\ndef differ(S, I, C):\n", Some(FileKind::Differs)),
            (
                "def differ_a(S, I):\n    return I\n\ndef solve(S, I):\n",
                Some(FileKind::Programs),
            ),
            (
                "def batt(task_id, S, I, C, log_path):\n",
                Some(FileKind::Card),
            ),
            ("def helper():\n", Some(FileKind::Python)),
            ("anything", None),
        ] {
            assert_eq!(of(text), expected, "{text}");
        }
        let named = FileKind::of_text(Path::new("empty.py"), "");
        assert_eq!(named, Some(FileKind::Python));
    }

    #[test]
    fn folders_are_told_by_what_they_hold() {
        let folder = tempfile::tempdir().unwrap();
        let path = |path: &str| folder.path().join(path);
        for (name, text) in [
            ("set/tasks/0520fde7.json", ""),
            ("set/links/solve_0520fde7/1/2/a.py", "def differ(S, I, C):"),
            ("kaggle/arc_challenges.json", ""),
            ("store/solver_md5/a.py", ""),
            ("other/notes.txt", ""),
            ("other/settings.json", "{\"version\": {\"a\": 1}}"),
            ("named/AboveBelow1.json", "{\"test\": [], \"train\": []}"),
        ] {
            let file = path(name);
            fs::create_dir_all(file.parent().unwrap()).unwrap();
            fs::write(file, text).unwrap();
        }
        for (name, expected) in [
            ("set/tasks", Some(FileKind::Tasks)),
            ("set/links", Some(FileKind::Differs)),
            ("kaggle", Some(FileKind::Tasks)),
            ("named", Some(FileKind::Tasks)),
            ("store", Some(FileKind::Store)),
            ("other", None),
            ("missing", None),
        ] {
            assert_eq!(FileKind::of(&path(name)), expected, "{name}");
        }
        assert_eq!(
            within(&path("set"), FileKind::Tasks),
            Some(path("set/tasks"))
        );
        assert_eq!(within(&path(""), FileKind::Store), Some(path("store")));
        assert_eq!(within(&path("store"), FileKind::Tasks), None);
    }
}
