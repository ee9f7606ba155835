//! Removing from a store what is of no use.
//!
//! Programs over 10 kB go with the links to them, for such a program is one that
//! mutations have bloated; then links that lead nowhere, folders that are empty,
//! and programs that nothing links to. What the store did not put there stays,
//! as in [`clear`](super::clear()).

use std::collections::{HashMap, HashSet};
use std::fmt;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use walkdir::WalkDir;

use super::layout::{LINK_LEVELS, ProgramFile, identity_in_path};
use super::{AloneError, Exclusion, Store, StoreError, folder};
use crate::library::Role;
use arc_programs::program::Identity;

/// Size of the largest program that stays, in bytes.
pub const MAXIMUM_PROGRAM_BYTES: u64 = 10_240;

/// Extent of tidying: what is removed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tidying {
    /// All that is of no use.
    All,
    /// All but programs over [`MAXIMUM_PROGRAM_BYTES`], which stay if they are
    /// linked: what a search leaves behind each round.
    Unlinked,
}

/// Outcome of tidying: what was removed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tidied {
    /// Number of programs over [`MAXIMUM_PROGRAM_BYTES`].
    pub large: u64,
    /// Number of programs that nothing linked to.
    pub unlinked: u64,
    /// Number of links that led nowhere, those to large programs included.
    pub links: u64,
    /// Number of empty folders.
    pub folders: u64,
}

impl fmt::Display for Tidied {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            formatter,
            "removed {} programs over 10 kB, {} programs that nothing linked to, {} links that led nowhere, {} empty folders",
            self.large, self.unlinked, self.links, self.folders
        )
    }
}

/// Tidies the store under `out`, while no instance adds to it, which is kept out by this.
/// What is not there is no error.
pub fn tidy(out: &Path, what: Tidying, exclusion: Exclusion) -> Result<Tidied, AloneError> {
    let store = Store::at(out);
    let _alone = store.alone_for_sure(exclusion)?;
    let mut tidied = Tidied::default();
    for role in Role::ALL {
        let (links, folder) = (store.links(role), store.programs(role));
        if what == Tidying::All {
            tidied
                .remove_large(out, folder)
                .map_err(StoreError::unwritable(folder))?;
        }
        let kept = programs(out, folder).map_err(StoreError::unreadable(folder))?;
        let linked = tidied
            .tidy_links(out, &links, &kept)
            .map_err(StoreError::unwritable(&links))?;
        tidied
            .remove_unlinked(&kept, &linked)
            .map_err(StoreError::unwritable(folder))?;
    }
    Ok(tidied)
}

impl Tidied {
    fn remove_large(&mut self, out: &Path, folder: &Path) -> io::Result<()> {
        for path in programs(out, folder)?.into_values() {
            if fs::symlink_metadata(&path)?.len() > MAXIMUM_PROGRAM_BYTES {
                fs::remove_file(&path)?;
                self.large += 1;
            }
        }
        Ok(())
    }

    fn remove_unlinked(
        &mut self,
        kept: &HashMap<Identity, PathBuf>,
        linked: &HashSet<Identity>,
    ) -> io::Result<()> {
        for (identity, path) in kept {
            if !linked.contains(identity) {
                fs::remove_file(path)?;
                self.unlinked += 1;
            }
        }
        Ok(())
    }

    /// Tidies the folders of all tasks; the programs that are linked.
    fn tidy_links(
        &mut self,
        out: &Path,
        links: &Path,
        kept: &HashMap<Identity, PathBuf>,
    ) -> io::Result<HashSet<Identity>> {
        let mut linked = HashSet::new();
        if folder::names(out, links)?.is_empty() {
            return Ok(linked);
        }
        let is_own = |entry: &walkdir::DirEntry| {
            let name = entry.file_name().to_str().unwrap_or_default();
            // Depth 0 is the folder of all.
            let level = entry.depth().checked_sub(1);
            level.is_none_or(|level| LINK_LEVELS[level](name).is_ok())
        };
        // A folder comes after what is in it.
        let walk = WalkDir::new(links)
            .min_depth(1)
            .max_depth(LINK_LEVELS.len());
        let mut entries = Vec::new();
        for entry in walk.into_iter().filter_entry(is_own) {
            entries.push(entry?);
        }
        // How many entries stay in the folder in hand, and in those around it.
        let mut staying = [0_usize; LINK_LEVELS.len() + 1];
        for entry in entries.iter().rev() {
            let path = entry.path();
            let stays = match entry.depth() {
                depth if depth == LINK_LEVELS.len() => {
                    let identity = identity_in_path(path);
                    let is_kept = identity.is_some_and(|identity| kept.contains_key(&identity));
                    // A link that leads elsewhere, as the reference's do, is asked.
                    let is_sound = is_kept || path.exists();
                    if is_sound {
                        linked.extend(identity);
                    } else {
                        fs::remove_file(path)?;
                        self.links += 1;
                    }
                    is_sound
                }
                // What is in it and not the store's was not looked at.
                depth if staying[depth + 1] == 0 && entry.file_type().is_dir() => {
                    match fs::remove_dir(path) {
                        Ok(()) => {
                            self.folders += 1;
                            false
                        }
                        Err(error) if error.kind() == io::ErrorKind::DirectoryNotEmpty => true,
                        Err(error) => return Err(error),
                    }
                }
                _ => true,
            };
            let depth = entry.depth();
            if let Some(inside) = staying.get_mut(depth + 1) {
                *inside = 0;
            }
            staying[depth] += usize::from(stays);
        }
        Ok(linked)
    }
}

/// The programs in a folder, by their names.
pub(super) fn programs(out: &Path, folder: &Path) -> io::Result<HashMap<Identity, PathBuf>> {
    let names = folder::names(out, folder)?;
    let program = |name: &String| {
        let ProgramFile(identity) = name.parse().ok()?;
        Some((identity, folder.join(name)))
    };
    Ok(names.iter().filter_map(program).collect())
}
