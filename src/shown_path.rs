//! A path as a person would type it.

use std::path::{Display, Path};

/// The path, without the `./` that a folder `.` puts before what is in it.
pub fn shown(path: &Path) -> Display<'_> {
    match path.strip_prefix(".") {
        Ok(inside) if !inside.as_os_str().is_empty() => inside.display(),
        _ => path.display(),
    }
}
