//! The store: every program is what its name says, and every link leads to its
//! program.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;

use super::{Doctor, DoctorError, FindingKind};
use crate::atomic_file;
use crate::library::Role;
use crate::store::layout::{ProgramFile, set_aside};
use crate::store::{KEPT, Store, StoredProgram, TaskTree, folder, read_program, unlink};
use arc_programs::dsl::Dialect;
use arc_programs::program::Identity;

impl Doctor {
    pub(super) fn store(&mut self, out: &Path) -> Result<(), DoctorError> {
        let store = Store::at(out);
        let _alone = store.alone()?;
        let dialect = self.dialect(&store)?;
        for role in Role::ALL {
            self.programs(&store, dialect, role)?;
            // After the programs: a repair may leave links that lead nowhere.
            for task in store.tasks(role)? {
                self.best(&store, role, &store.tree(role, task)?)?;
            }
        }
        Ok(())
    }

    fn programs(
        &mut self,
        store: &Store,
        dialect: &'static Dialect,
        role: Role,
    ) -> Result<(), DoctorError> {
        let folder = store.programs(role);
        let mut names = folder::names(store.out(), folder).map_err(|reason| DoctorError::Path {
            path: folder.to_owned(),
            reason,
        })?;
        names.sort();
        for name in names {
            let path = folder.join(&name);
            if atomic_file::is_unfinished(&name) {
                let problem = "not in its place yet when its instance died".to_owned();
                let remove = || fs::remove_file(&path);
                self.find(
                    &path,
                    FindingKind::UnfinishedFile,
                    problem,
                    "removed",
                    remove,
                )?;
            } else if let Ok(ProgramFile(identity)) = name.parse() {
                self.diagnosis.programs += 1;
                self.program(store, dialect, role, identity)?;
            }
        }
        Ok(())
    }

    fn program(
        &mut self,
        store: &Store,
        dialect: &'static Dialect,
        role: Role,
        identity: Identity,
    ) -> Result<(), DoctorError> {
        let path = store.path(role, identity);
        let is_link = path.is_symlink();
        let found = read_program(&path, identity);
        let wrong = found.problem(identity);
        if let Some(problem) = found.problem_of_dialect(dialect) {
            let rename = || fs::rename(&path, set_aside(&path));
            let repair = "renamed to .py.damaged";
            return self.find(&path, FindingKind::ForeignProgram, problem, repair, rename);
        }
        match (found, wrong.unwrap_or_default()) {
            (StoredProgram::Named(_), _) if !is_link => Ok(()),
            (StoredProgram::Named(program), _) => {
                let problem = "a symbolic link, expected a file".to_owned();
                let copy = || atomic_file::replace(&path, &program.expanded_file());
                let repair = "replaced by the program";
                self.find(&path, FindingKind::StrayLink, problem, repair, copy)
            }
            (StoredProgram::Other(program, own), problem) => {
                let rename = || {
                    atomic_file::replace(&store.path(role, own), &program.expanded_file())?;
                    fs::remove_file(&path)
                };
                let repair = "kept under its own name";
                self.find(&path, FindingKind::MisnamedProgram, problem, repair, rename)
            }
            (StoredProgram::NoProgram(_), problem) => {
                let rename = || fs::rename(&path, set_aside(&path));
                let repair = "renamed to .py.damaged";
                self.find(&path, FindingKind::DamagedProgram, problem, repair, rename)
            }
        }
    }

    fn best(&mut self, store: &Store, role: Role, tree: &TaskTree) -> Result<(), DoctorError> {
        for foreign in tree.foreign() {
            let path = &foreign.path;
            if foreign.is_dead_link() {
                let problem = "leads nowhere, expected a program".to_owned();
                let remove = || unlink(path);
                self.find(path, FindingKind::DeadLink, problem, "removed", remove)?;
            } else {
                self.diagnosis.notes.push(foreign.to_string());
            }
        }
        let standings = tree.standings();
        self.diagnosis.links += standings.len() as u64;
        // The reference keeps one more; a run lets it go.
        let beyond = match standings.len() {
            count if count <= KEPT + 1 => 0,
            count => count - KEPT,
        };
        for (place, standing) in standings.iter().enumerate() {
            let (path, target) = (tree.path(standing), tree.target(standing));
            if place < beyond {
                let problem = format!("{} programs of a task, expected {KEPT}", standings.len());
                let remove = || unlink(&path);
                self.find(
                    &path,
                    FindingKind::BeyondTheBest,
                    problem,
                    "removed",
                    remove,
                )?;
                continue;
            }
            // A copy, as archives make of links, is as good as one.
            let Ok(found) = fs::read_link(&path) else {
                continue;
            };
            if found == target {
                continue;
            }
            let problem = format!(
                "leads to {}, expected {}",
                found.display(),
                target.display()
            );
            let has_program = store.path(role, standing.identity).exists();
            let repair = if has_program { "led there" } else { "removed" };
            let relink = || {
                fs::remove_file(&path)?;
                match has_program {
                    true => symlink(&target, &path),
                    false => Ok(()),
                }
            };
            self.find(&path, FindingKind::StrayLink, problem, repair, relink)?;
        }
        Ok(())
    }
}
