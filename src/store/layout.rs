//! The layout of a store: the name of every folder and file under `--out`, how
//! it is written and how it is read.
//!
//! ```text
//! solver_md5/<md5>.py                                  a program
//! solver_dir/solve_<task>/<score>/<speed>/<md5>.py     a link to it
//! differ_md5/<md5>.py                                  the same for differs
//! differ_dir/solve_<task>/<score>/<speed>/<md5>.py
//! store_dialect.json                                   what their names mean, unless
//!                                                      it is what the reference means
//! ```
//!
//! Names are canonical: what is read is what would be written, so `007` is no
//! score, and nothing has two names. The rest of the house asks this module; it
//! knows neither the names nor their order. The layout is a promise, held by
//! tests that have it as literals: the reference's stores have it too, and
//! stores outlive versions.
//!
//! Here are names alone. Which of them are there is asked of the
//! [`Store`](super::Store).

use std::cmp::Ordering;
use std::fmt;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use crate::library::Role;
use arc_programs::program::Identity;
use arc_programs::task::TaskName;

/// The check of a name at a level of folders.
pub(super) type Level = fn(&str) -> Result<(), NotOfTheStore>;

/// The levels under a task's folder, from the outside in; the last is a link's.
pub(super) const TASK_LEVELS: [Level; 3] = [
    check::<ScoreFolder>,
    check::<SpeedFolder>,
    check::<ProgramFile>,
];

/// The levels under a folder of links.
pub(super) const LINK_LEVELS: [Level; 4] = [
    check::<TaskFolder>,
    TASK_LEVELS[0],
    TASK_LEVELS[1],
    TASK_LEVELS[2],
];

/// The only level under a folder of programs.
pub(super) const PROGRAM_LEVELS: [Level; 1] = [check::<ProgramFile>];

/// How many of the folders around a link are of its standing, and go with the
/// last link in them.
pub(super) const STANDING_FOLDERS: usize = TASK_LEVELS.len() - 1;

/// Place of a folder in a task's: its own, that of a score, or of a speed in one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Place {
    Task,
    Score(u64),
    Speed(u64, u32),
}

/// What a name in a task's folder, or in one in it, is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Named {
    Folder(Place),
    Link(Standing),
}

impl Place {
    /// What a name here is of.
    pub(super) fn named(self, name: &str) -> Result<Named, NotOfTheStore> {
        Ok(match self {
            Self::Task => Named::Folder(Self::Score(name.parse::<ScoreFolder>()?.0)),
            Self::Score(score) => Named::Folder(Self::Speed(score, name.parse::<SpeedFolder>()?.0)),
            Self::Speed(score, speed) => Named::Link(Standing {
                score,
                speed,
                identity: name.parse::<ProgramFile>()?.0,
            }),
        })
    }

    /// Whether links are in it, and no folders.
    pub(super) fn has_links(self) -> bool {
        matches!(self, Self::Speed(..))
    }

    /// The place that it is in.
    pub(super) fn around(self) -> Option<Self> {
        match self {
            Self::Task => None,
            Self::Score(_) => Some(Self::Task),
            Self::Speed(score, _) => Some(Self::Score(score)),
        }
    }

    /// Its name in the place around it.
    pub(super) fn name(self) -> String {
        match self {
            Self::Task => String::new(),
            Self::Score(score) => ScoreFolder(score).to_string(),
            Self::Speed(_, speed) => SpeedFolder(speed).to_string(),
        }
    }

    /// Where it is once a folder has another place, whether it is that folder or in it;
    /// `None` where it is elsewhere.
    pub(super) fn moved(self, from: Self, to: Self) -> Option<Self> {
        match (self, from, to) {
            _ if self == from => Some(to),
            (Self::Speed(score, speed), Self::Score(from), Self::Score(to)) => {
                (score == from).then_some(Self::Speed(to, speed))
            }
            _ => None,
        }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::Task => Ok(()),
            Self::Score(score) => ScoreFolder(score).fmt(formatter),
            Self::Speed(score, speed) => {
                write!(formatter, "{}/{}", ScoreFolder(score), SpeedFolder(speed))
            }
        }
    }
}

/// A name that the layout does not give, and what was found instead.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct NotOfTheStore(pub(super) &'static str);

fn check<Name: FromStr<Err = NotOfTheStore>>(name: &str) -> Result<(), NotOfTheStore> {
    name.parse::<Name>().map(drop)
}

/// Name of the folder that has the programs of a role.
pub(super) fn programs(role: Role) -> &'static str {
    match role {
        Role::Solver => "solver_md5",
        Role::Differ => "differ_md5",
    }
}

/// Name of the folder that has the links to the best programs of a role.
pub(super) fn links(role: Role) -> &'static str {
    match role {
        Role::Solver => "solver_dir",
        Role::Differ => "differ_dir",
    }
}

/// Name of the file that says the dialect of a store's programs, where it is not the
/// reference's.
pub(super) const DIALECT: &str = "store_dialect.json";

/// Names of the folders that are a store, all of them.
pub(super) fn folders() -> [&'static str; 4] {
    let [solver, differ] = Role::ALL;
    [
        programs(solver),
        links(solver),
        programs(differ),
        links(differ),
    ]
}

/// What a link to a program holds: the way there from the link's own folder.
pub(super) fn target(role: Role, identity: Identity) -> PathBuf {
    format!("{}{}", way_to_programs(role), ProgramFile(identity)).into()
}

/// The way from a link's own folder into that of the programs of a role.
pub(super) fn way_to_programs(role: Role) -> String {
    let up = "../".repeat(LINK_LEVELS.len());
    format!("{up}{}/", programs(role))
}

/// Where a file is set aside that is no program, so that it is none of the
/// store's any more.
pub(crate) fn set_aside(path: &Path) -> PathBuf {
    path.with_extension("py.damaged")
}

/// The task that the innermost folder of a task around a file names.
pub fn task_in_path(path: &Path) -> Option<TaskName> {
    let names = path.parent()?.components().rev();
    let mut names = names.filter_map(|name| name.as_os_str().to_str());
    names.find_map(|name| Some(name.parse::<TaskFolder>().ok()?.0))
}

/// The program that a file of this name holds.
pub(crate) fn identity_in_path(path: &Path) -> Option<Identity> {
    let name = path.file_name()?.to_str()?;
    Some(name.parse::<ProgramFile>().ok()?.0)
}

/// The folder of a task's links: `solve_<task>`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct TaskFolder(pub(crate) TaskName);

impl fmt::Display for TaskFolder {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "solve_{}", self.0)
    }
}

impl FromStr for TaskFolder {
    type Err = NotOfTheStore;

    fn from_str(name: &str) -> Result<Self, NotOfTheStore> {
        let task = name.strip_prefix("solve_").and_then(|id| id.parse().ok());
        let task = task.map(Self);
        task.ok_or(NotOfTheStore("found no task as its name"))
    }
}

/// The file of a program, or a link to it: `<md5>.py`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct ProgramFile(pub(crate) Identity);

impl fmt::Display for ProgramFile {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}.py", self.0)
    }
}

impl FromStr for ProgramFile {
    type Err = NotOfTheStore;

    fn from_str(name: &str) -> Result<Self, NotOfTheStore> {
        let identity = name.strip_suffix(".py").and_then(|md5| md5.parse().ok());
        let file = identity.map(Self);
        file.ok_or(NotOfTheStore("found no MD5 and `.py` as its name"))
    }
}

/// The folder of a score.
struct ScoreFolder(u64);

impl fmt::Display for ScoreFolder {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}", self.0)
    }
}

impl FromStr for ScoreFolder {
    type Err = NotOfTheStore;

    fn from_str(name: &str) -> Result<Self, NotOfTheStore> {
        let score = number(name).map(Self);
        score.ok_or(NotOfTheStore("found no score as its name"))
    }
}

/// The folder of a speed, within that of a score.
struct SpeedFolder(u32);

impl fmt::Display for SpeedFolder {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}", self.0)
    }
}

impl FromStr for SpeedFolder {
    type Err = NotOfTheStore;

    fn from_str(name: &str) -> Result<Self, NotOfTheStore> {
        let speed = number(name).map(Self);
        speed.ok_or(NotOfTheStore("found no speed as its name"))
    }
}

/// The number that is written like this.
fn number<Number: FromStr + ToString>(name: &str) -> Option<Number> {
    let number = name.parse::<Number>().ok()?;
    (number.to_string() == name).then_some(number)
}

/// Standing of a program among those of its task: the better the greater. As a
/// path under the task's folder: `<score>/<speed>/<md5>.py`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Standing {
    /// Score, summed over the task's samples.
    pub score: u64,
    /// Speed bucket: the higher the faster.
    pub speed: u32,
    /// Identity of the program.
    pub identity: Identity,
}

impl Standing {
    /// The places of the folders around its link, the innermost first.
    pub(super) fn places(&self) -> [Place; STANDING_FOLDERS] {
        let Self { score, speed, .. } = *self;
        [Place::Speed(score, speed), Place::Score(score)]
    }

    /// The standing that the end of a path says.
    pub(crate) fn in_path(path: &Path) -> Option<Self> {
        let mut names = path.iter().rev().map(|name| name.to_str());
        let (file, speed, score) = (names.next()??, names.next()??, names.next()??);
        Some(Self {
            score: score.parse::<ScoreFolder>().ok()?.0,
            speed: speed.parse::<SpeedFolder>().ok()?.0,
            identity: file.parse::<ProgramFile>().ok()?.0,
        })
    }
}

impl fmt::Display for Standing {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [place, _] = self.places();
        write!(formatter, "{place}/{}", ProgramFile(self.identity))
    }
}

impl PartialOrd for Standing {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Standing {
    fn cmp(&self, other: &Self) -> Ordering {
        let key = |standing: &Self| (standing.score, standing.speed, standing.identity);
        key(self).cmp(&key(other))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::store::Store;

    /// A path without `..`, which each takes a folder away.
    fn plain(path: &Path) -> PathBuf {
        path.iter().fold(PathBuf::new(), |mut plain, name| {
            match name == ".." {
                true => drop(plain.pop()),
                false => plain.push(name),
            }
            plain
        })
    }

    #[test]
    fn the_layout_is_a_promise() {
        let identity = "0123456789abcdef0123456789abcdef".parse().unwrap();
        let task = "0520fde7".parse().unwrap();
        let (score, speed) = (3000, 17);
        let standing = Standing {
            score,
            speed,
            identity,
        };
        let store = Store::at(Path::new("out"));
        let tree = |role| store.tree(role, task).unwrap();
        let text = |path: PathBuf| path.to_str().unwrap().to_owned();
        for (role, program, link) in [
            (
                Role::Solver,
                "out/solver_md5/0123456789abcdef0123456789abcdef.py",
                "out/solver_dir/solve_0520fde7/3000/17/0123456789abcdef0123456789abcdef.py",
            ),
            (
                Role::Differ,
                "out/differ_md5/0123456789abcdef0123456789abcdef.py",
                "out/differ_dir/solve_0520fde7/3000/17/0123456789abcdef0123456789abcdef.py",
            ),
        ] {
            assert_eq!(text(store.path(role, identity)), program);
            assert_eq!(text(tree(role).path(&standing)), link);
            let target = program.replace("out/", "../../../../");
            assert_eq!(text(tree(role).target(&standing)), target);
        }
        let aside = set_aside(&store.path(Role::Solver, identity));
        assert_eq!(
            text(aside),
            "out/solver_md5/0123456789abcdef0123456789abcdef.py.damaged"
        );
    }

    #[test]
    fn a_name_that_the_store_would_not_give_says_nothing() {
        let md5 = "0123456789abcdef0123456789abcdef";
        for name in [
            format!("1000/17/{md5}"),
            format!("1000/17/{md5}.py.damaged"),
            format!("1000/17/{}.py", md5.to_uppercase()),
            format!("007/17/{md5}.py"),
            format!("1000/+17/{md5}.py"),
            format!("1000/4294967296/{md5}.py"),
            format!("best/17/{md5}.py"),
            format!("17/{md5}.py"),
        ] {
            assert_eq!(Standing::in_path(Path::new(&name)), None, "{name}");
        }
        for name in ["solve_.520fde7", "solve__520fde7", "0520fde7", "solve_", ""] {
            assert!(check::<TaskFolder>(name).is_err(), "{name}");
        }
    }

    proptest! {
        #[test]
        fn what_a_path_says_is_what_it_was_made_of(
            is_solver in any::<bool>(),
            task in "[0-9A-Za-z][0-9A-Za-z_.-]{6,30}",
            score in any::<u64>(),
            speed in any::<u32>(),
            identity in any::<u128>(),
        ) {
            let role = if is_solver { Role::Solver } else { Role::Differ };
            // A few are devices'.
            let Ok(task) = task.parse::<TaskName>() else { return Ok(()) };
            let identity: Identity = format!("{identity:032x}").parse().unwrap();
            let standing = Standing { score, speed, identity };
            let store = Store::at(Path::new("some/solve_00000000/out"));
            let tree = store.tree(role, task).unwrap();
            let link = tree.path(&standing);
            prop_assert_eq!(task_in_path(&link), Some(task));
            prop_assert_eq!(Standing::in_path(&link), Some(standing));
            prop_assert_eq!(identity_in_path(&link), Some(identity));
            // And each of its names is one of its level.
            let names = link.strip_prefix(store.links(role)).unwrap();
            prop_assert_eq!(names.iter().count(), LINK_LEVELS.len());
            for (name, check) in names.iter().zip(LINK_LEVELS) {
                prop_assert_eq!(check(name.to_str().unwrap()), Ok(()));
            }
            // It leads to the program.
            let program = store.path(role, identity);
            let target = link.parent().unwrap().join(tree.target(&standing));
            prop_assert_eq!(plain(&target), &*program);
            prop_assert_eq!(identity_in_path(&program), Some(identity));
            prop_assert_eq!(Standing::in_path(&program), None);
        }

        #[test]
        fn what_is_read_is_what_would_be_written(
            score in "[0-9+ ]{1,3}",
            speed in "[0-9]{1,11}",
            md5 in "[0-9a-fA-F]{31,33}",
        ) {
            let path = format!("{score}/{speed}/{md5}.py");
            if let Some(standing) = Standing::in_path(Path::new(&path)) {
                prop_assert_eq!(standing.to_string(), path);
            }
        }
    }
}
