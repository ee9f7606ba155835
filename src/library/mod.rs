//! The solvers and the differs: which files hold them, and which task each
//! program is for.
//!
//! A path is a module, `.py`, or a folder of them, as deep as it goes. What
//! lies under the folder of a task, as in a store (module `store::layout`), is
//! for that task. A store may hold a hundred thousand files, so such files are
//! only listed by [`Library::open`] and read by [`TaskFile::read`], when
//! their task's turn comes. Everything else is read at once.
//!
//! Links to files are followed, links to folders are not, unless one is given
//! itself.
//!
//! One damaged function costs that function: it becomes a [`Skipped`].

mod guess;
mod role;
mod skipped;
mod stored;

use std::collections::{BTreeSet, HashMap};
use std::fmt;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

pub use guess::{Basis, Guess, guess_of_paths};
pub(crate) use role::has_head;
pub use role::{Role, check_head};
pub use skipped::{Skipped, SkippedReason};
pub use stored::{BestStored, StoredSolver};
use walkdir::WalkDir;

use crate::file_kind::{FileKind, WrongKind};
use crate::refusal::similar;
use crate::store::Standing;
use crate::store::layout::{identity_in_path, task_in_path};
use crate::text_file::{read_text, what_to_do};
use arc_programs::dsl::{Dialect, REFERENCE};
use arc_programs::program::{Identity, Position, Program, SyntaxError, parse_module};
use arc_programs::task::TaskName;

/// A program of a library, with the head under which the store keeps it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NamedProgram {
    /// Name as it is spoken of: `solve_0520fde7`, `differ_colors_lost`.
    pub name: String,
    /// Program as `solve(S, I, C)` or `differ(S, I, C)`, or with the parameters that its
    /// dialect has.
    pub program: Program,
}

/// A file of programs for one task, not read yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TaskFile {
    role: Role,
    dialect: &'static Dialect,
    task: TaskName,
    path: PathBuf,
    is_kept: bool,
}

/// Content of a file of programs.
#[derive(Debug, Default)]
pub struct FileContent {
    /// Programs of the file that are for its task.
    pub programs: Vec<NamedProgram>,
    /// Functions that cannot be used, or the whole file.
    pub skipped: Vec<Skipped>,
    /// MD5 of the file's text; `None` where it cannot be read.
    pub text: Option<Identity>,
}

/// Library of programs of one role.
#[derive(Debug)]
pub struct Library {
    role: Role,
    dialect: &'static Dialect,
    shared: Vec<Arc<NamedProgram>>,
    by_task: HashMap<TaskName, Vec<Arc<NamedProgram>>>,
    files_by_task: HashMap<TaskName, Vec<TaskFile>>,
    skipped: Vec<Skipped>,
}

/// Error for a path that has no programs of the role that is asked for.
#[derive(Debug, thiserror::Error)]
pub enum LibraryError {
    /// It is missing or cannot be listed.
    #[error(
        "{}: no {role}s can be read there: {reason}{}",
        path.display(),
        what_to_do(reason, similar.as_deref())
    )]
    Unreadable {
        /// The path.
        path: PathBuf,
        /// The role.
        role: Role,
        /// What the system said.
        reason: io::Error,
        /// What stands beside it under nearly its name.
        similar: Option<PathBuf>,
    },
    /// It is something else.
    #[error(transparent)]
    WrongKind(#[from] WrongKind),
    /// Its dialect has no such programs.
    #[error(
        "{}: differs are given, and the dialect {} has none, for its programs do not see the \
         expected output; leave them out",
        path.display(), dialect.name()
    )]
    NoDiffers {
        /// The path.
        path: PathBuf,
        /// The dialect.
        dialect: &'static Dialect,
    },
    /// It has none that can be used.
    #[error(
        "{}: found no {role} that can be used, expected Python functions `{}`{}",
        path.display(), role.form(dialect), Broken(broken)
    )]
    NoProgram {
        /// The path.
        path: PathBuf,
        /// The role.
        role: Role,
        /// The dialect.
        dialect: &'static Dialect,
        /// What had to be skipped there.
        broken: Vec<Skipped>,
    },
}

impl LibraryError {
    /// The path.
    fn path(&self) -> &Path {
        match self {
            Self::Unreadable { path, .. }
            | Self::NoProgram { path, .. }
            | Self::NoDiffers { path, .. } => path,
            Self::WrongKind(wrong) => &wrong.path,
        }
    }
}

/// What had to be skipped, at the end of a sentence: how much, and the first of it.
struct Broken<'a>(&'a [Skipped]);

impl fmt::Display for Broken<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            [] => Ok(()),
            [only] => write!(formatter, "; skipped: {only}"),
            [first, ..] => write!(formatter, "; {} skipped, first: {first}", self.0.len()),
        }
    }
}

impl Library {
    /// A library without programs, of the reference's dialect.
    pub fn new(role: Role) -> Self {
        Self::in_dialect(role, &REFERENCE)
    }

    /// As [`Library::new`], in a dialect.
    pub fn in_dialect(role: Role, dialect: &'static Dialect) -> Self {
        Self {
            role,
            dialect,
            shared: Vec::new(),
            by_task: HashMap::new(),
            files_by_task: HashMap::new(),
            skipped: Vec::new(),
        }
    }

    /// Reads the programs of all `paths`, of a dialect, in their order; within a folder by
    /// name.
    ///
    /// Fails for a path that is not there, and where there are no programs of the
    /// role in any of them, or none in the dialect. What is wrong inside is [`Library::skipped`], a path
    /// without programs too if there are some elsewhere.
    pub fn open(
        role: Role,
        dialect: &'static Dialect,
        paths: &[PathBuf],
    ) -> Result<Self, LibraryError> {
        let mut library = Self::in_dialect(role, dialect);
        if let [path, ..] = paths
            && role == Role::Differ
            && !dialect.has_differs()
        {
            let path = path.clone();
            return Err(LibraryError::NoDiffers { path, dialect });
        }
        let mut without = Vec::new();
        for path in paths {
            let (read, files) = (library.number_of_read(), library.number_of_files());
            let skipped = library.skipped.len();
            library.add_path(path)?;
            let has_read = library.number_of_read() > read;
            let has_files = library.number_of_files() > files;
            if has_read || has_files && !library.is_for_another_role(path) {
                continue;
            }
            let broken = library.skipped.split_off(skipped);
            without.push(library.without_programs(path, broken));
        }
        let found = paths.len() - without.len();
        for error in without {
            match error {
                LibraryError::NoProgram { broken, .. } if found > 0 && !broken.is_empty() => {
                    library.skipped.extend(broken);
                }
                _ if found > 0 => library.skipped.push(Skipped::without_programs(error)),
                _ => return Err(error),
            }
        }
        Ok(library)
    }

    fn number_of_read(&self) -> usize {
        self.shared.len() + self.by_task.values().map(Vec::len).sum::<usize>()
    }

    fn number_of_files(&self) -> usize {
        self.files_by_task.values().map(Vec::len).sum()
    }

    /// Whether a path of files that are not read yet, as a store's tree is, has
    /// programs of another role alone.
    fn is_for_another_role(&self, path: &Path) -> bool {
        let is_other = |kind: FileKind| !kind.has(self.role) && kind != FileKind::Python;
        FileKind::of(path).is_some_and(is_other)
    }

    /// Why a path has no programs.
    fn without_programs(&self, path: &Path, broken: Vec<Skipped>) -> LibraryError {
        let suitable = [self.role.kind(), FileKind::Programs, FileKind::Python];
        match WrongKind::of(path, &suitable, self.role.plural()) {
            Some(wrong) => wrong.into(),
            None => LibraryError::NoProgram {
                path: path.to_owned(),
                role: self.role,
                dialect: self.dialect,
                broken,
            },
        }
    }

    /// The tasks that programs are for.
    pub fn tasks(&self) -> BTreeSet<TaskName> {
        let files = self.files_by_task.keys();
        self.by_task.keys().chain(files).copied().collect()
    }

    /// Whether it has programs for a task alone.
    pub fn has_own(&self, task: TaskName) -> bool {
        !self.of_task(task).is_empty() || !self.files_of_task(task).is_empty()
    }

    /// Adds a file, or all `.py` files under a folder.
    pub fn add_path(&mut self, path: &Path) -> Result<(), LibraryError> {
        self.add(path, false)
    }

    /// Adds what a store has kept by itself, which nobody has given.
    pub fn add_kept(&mut self, path: &Path) -> Result<(), LibraryError> {
        self.add(path, true)
    }

    fn add(&mut self, path: &Path, is_kept: bool) -> Result<(), LibraryError> {
        // What is in a folder may come from anywhere: a link may lead to all the
        // files of the machine.
        let walk = WalkDir::new(path).sort_by_file_name();
        for entry in walk {
            let entry = match entry {
                Ok(entry) => entry,
                Err(reason) if reason.depth() == 0 => {
                    let text = reason.to_string();
                    let reason = reason.into_io_error();
                    let reason = reason.unwrap_or_else(|| io::Error::other(text));
                    return Err(LibraryError::Unreadable {
                        path: path.to_owned(),
                        role: self.role,
                        similar: similar(path, &reason),
                        reason,
                    });
                }
                Err(error) => {
                    self.skipped.push(Skipped::unreadable(error));
                    continue;
                }
            };
            let kind = match entry.path_is_symlink() && entry.depth() > 0 {
                false => entry.file_type(),
                true => match std::fs::metadata(entry.path()) {
                    Ok(metadata) if metadata.is_dir() => {
                        self.skipped.push(Skipped::link_to_folder(entry.path()));
                        continue;
                    }
                    Ok(metadata) => metadata.file_type(),
                    Err(error) => {
                        self.skipped.push(Skipped::dead_link(entry.path(), error));
                        continue;
                    }
                },
            };
            let is_module = kind.is_file()
                && (entry.depth() == 0
                    || entry
                        .path()
                        .extension()
                        .is_some_and(|extension| extension == "py"));
            if !is_module {
                continue;
            }
            match task_in_path(entry.path()) {
                Some(task) => self.files_by_task.entry(task).or_default().push(TaskFile {
                    role: self.role,
                    dialect: self.dialect,
                    task,
                    path: entry.into_path(),
                    is_kept,
                }),
                None => match read_text(entry.path()) {
                    Ok(text) => self.add_text(entry.path(), &text),
                    Err(error) => self.skipped.push(Skipped::unread(entry.path(), error)),
                },
            }
        }
        Ok(())
    }

    /// Adds the programs of a text that stands for a file of the given path.
    pub fn add_text(&mut self, path: &Path, text: &str) {
        let (programs, skipped) = read_programs(self.role, self.dialect, path, text);
        self.skipped.extend(skipped);
        for (task, program) in programs {
            let program = Arc::new(program);
            match task {
                Some(task) => self.by_task.entry(task).or_default().push(program),
                None => self.shared.push(program),
            }
        }
    }

    /// Of the files of a store's tree, keeps for each task only the one that
    /// scores best, the fastest of several. Other files stay.
    pub fn keep_best_stored(&mut self) {
        for files in self.files_by_task.values_mut() {
            let best = files.iter().filter_map(TaskFile::standing).max();
            files.retain(|file| match file.standing() {
                Some(standing) => Some(standing) == best,
                None => true,
            });
        }
    }

    /// Role of its programs.
    pub fn role(&self) -> Role {
        self.role
    }

    /// The dialect of its programs.
    pub fn dialect(&self) -> &'static Dialect {
        self.dialect
    }

    /// Programs for every task: the base differs.
    pub fn shared(&self) -> &[Arc<NamedProgram>] {
        &self.shared
    }

    /// Programs for one task alone that are read already.
    pub fn of_task(&self, task: TaskName) -> &[Arc<NamedProgram>] {
        self.by_task.get(&task).map_or(&[], Vec::as_slice)
    }

    /// Files of programs for one task alone that are still to be read.
    pub fn files_of_task(&self, task: TaskName) -> &[TaskFile] {
        self.files_by_task.get(&task).map_or(&[], Vec::as_slice)
    }

    /// Functions and files that could not be used, of those that were read.
    pub fn skipped(&self) -> &[Skipped] {
        &self.skipped
    }
}

impl TaskFile {
    /// A file of programs of a role, for a task, in a dialect.
    pub fn new(role: Role, dialect: &'static Dialect, task: TaskName, path: PathBuf) -> Self {
        Self {
            role,
            dialect,
            task,
            path,
            is_kept: false,
        }
    }

    /// Whether a store has kept it by itself, and nobody has given it.
    pub fn is_kept(&self) -> bool {
        self.is_kept
    }

    /// Whether its name is the identity of a program, as a store names its files. What is in
    /// it may be another by now.
    pub fn is_named_by_identity(&self) -> bool {
        identity_in_path(&self.path).is_some()
    }

    /// Standing of the file's program, if it lies in a store's tree.
    pub fn standing(&self) -> Option<Standing> {
        Standing::in_path(&self.path)
    }

    /// Reads the file's programs; what cannot be used is told beside them.
    pub fn read(&self) -> FileContent {
        let text = match read_text(&self.path) {
            Ok(text) => text,
            Err(error) => {
                return FileContent {
                    skipped: vec![Skipped::unread(&self.path, error)],
                    ..FileContent::default()
                };
            }
        };
        let (programs, mut skipped) = read_programs(self.role, self.dialect, &self.path, &text);
        let of_task = |(task, program)| match task {
            Some(task) if task != self.task => None,
            _ => Some(program),
        };
        let programs: Vec<NamedProgram> = programs.into_iter().filter_map(of_task).collect();
        if programs.is_empty() && skipped.is_empty() {
            skipped.push(Skipped::without_own(&self.path, self.role, self.task));
        }
        FileContent {
            programs,
            skipped,
            text: Some(Identity::of(&text)),
        }
    }
}

/// A program, and the task it is for unless it is for all.
type ProgramOfTask = (Option<TaskName>, NamedProgram);

/// The programs of a module that have the wanted role, and what could not be
/// used.
fn read_programs(
    role: Role,
    dialect: &Dialect,
    path: &Path,
    text: &str,
) -> (Vec<ProgramOfTask>, Vec<Skipped>) {
    let module = parse_module(text);
    let mut programs: Vec<ProgramOfTask> = Vec::with_capacity(module.programs.len());
    let mut skipped: Vec<Skipped> = module
        .skipped
        .into_iter()
        .map(|error| Skipped::syntax(path, error))
        .collect();
    let mut place_of_name: HashMap<String, usize> = HashMap::new();
    for program in module.programs {
        let assigned = match role::assign(role, dialect, path, task_in_path(path), &program) {
            Ok(Some(assigned)) => assigned,
            Ok(None) => continue,
            Err(error) => {
                skipped.push(Skipped::syntax(path, error));
                continue;
            }
        };
        let head = program.head_position();
        let named = NamedProgram {
            name: assigned.name,
            program: program.renamed(role.function_name(), dialect.parameter_names()),
        };
        match place_of_name.get(&named.name) {
            // As in Python, where the later `def` replaces the earlier.
            Some(&place) => {
                let earlier = std::mem::replace(&mut programs[place], (assigned.task, named));
                let (name, earlier) = (&earlier.1.name, earlier.1.program.head_position());
                skipped.push(Skipped::syntax(path, redefined(name, earlier, head)));
            }
            None => {
                place_of_name.insert(named.name.clone(), programs.len());
                programs.push((assigned.task, named));
            }
        }
    }
    (programs, skipped)
}

/// Error of a function of whose name there is a later one, by the positions of both heads.
pub fn redefined(name: &str, earlier: Position, later: Position) -> SyntaxError {
    SyntaxError {
        position: earlier,
        function: Some(name.to_owned()),
        found: format!("another function of this name at line {}", later.line),
        expected: "one (the later counts, as in Python)".to_owned(),
    }
}
