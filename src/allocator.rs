//! The command's allocator, and what becomes of it where a user limits memory.
//!
//! mimalloc sets addresses aside before anything is in them, a gigabyte at once, or 128 MiB
//! where that is refused; and the C library's allocator, of which little is asked now, does so
//! for each thread. Where addresses are limited (`ulimit -v`, `ulimit -d`) both would take
//! from a run what it is to work with. They have settings for that, which they read from the
//! environment before `main`: so such a process begins once more, with these.

use std::os::unix::process::CommandExt;
use std::process::Command;

use mimalloc::MiMalloc;
use rustix::process::{Resource, getrlimit};

use crate::commands::environment;

#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

/// mimalloc's setting that nothing is set aside: what is asked for is asked of the system.
const NOTHING_ASIDE: (&str, &str) = ("MIMALLOC_DISALLOW_ARENA_ALLOC", "1");

/// The C library's, that its threads share what they have.
const NOTHING_FOR_THREADS: (&str, &str) = ("MALLOC_ARENA_MAX", "1");

/// Begins the process once more where addresses are limited, so that the allocators heed it;
/// before there is a thread, or a file is open. Children inherit the settings as they do the
/// limit.
pub fn heed_limits() {
    let limits = [Resource::As, Resource::Data].map(|own| getrlimit(own).current);
    if limits == [None, None] || environment(NOTHING_ASIDE.0).is_some() {
        return;
    }
    let mut arguments = std::env::args_os();
    // By its own path, for the system names the process by it.
    if let (Ok(program), Some(name)) = (std::env::current_exe(), arguments.next()) {
        // It comes back only where that is refused: then it goes on as it is.
        let _ = Command::new(program)
            .arg0(name)
            .args(arguments)
            .envs([NOTHING_ASIDE, NOTHING_FOR_THREADS])
            .exec();
    }
}
