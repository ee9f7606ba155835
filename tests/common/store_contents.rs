//! What a store holds, to compare it with another.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use walkdir::WalkDir;

/// What is under the folders of the store in `out`, by path: of programs what they say, of
/// links where they lead. What a kill has left there is no part of it: unfinished files, and
/// folders that are empty.
pub fn contents(out: &Path) -> BTreeMap<String, String> {
    let parts = [
        "solver_md5",
        "differ_md5",
        "solver_dir",
        "differ_dir",
        "store_dialect.json",
    ];
    let mut contents = BTreeMap::new();
    for entry in parts.iter().flat_map(|part| WalkDir::new(out.join(part))) {
        // It may have none of a part, and instances may be at work.
        let Ok(entry) = entry else { continue };
        let is_unfinished = entry.file_name().to_string_lossy().starts_with('.');
        if entry.file_type().is_dir() || is_unfinished {
            continue;
        }
        let path = entry.path();
        let content = match entry.path_is_symlink() {
            true => fs::read_link(path).expect("a link").display().to_string(),
            false => fs::read_to_string(path).expect("a file"),
        };
        let name = path.strip_prefix(out).expect("below").display();
        contents.insert(name.to_string(), content);
    }
    contents
}
