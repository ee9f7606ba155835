//! How much memory the process has used, and may use.

use rustix::process::{Resource, getrlimit};

/// The most bytes of memory that the process has had at any time; `None` where
/// the system does not tell.
pub fn peak_bytes() -> Option<u64> {
    status("VmHWM:")
}

/// Bytes that the process may still take: what is left of the limits that a
/// shell sets (`ulimit -v`, `ulimit -d`), and of the container's; `None` where
/// there is no limit.
pub fn bytes_left() -> Option<u64> {
    let limits = [
        (getrlimit(Resource::As).current, "VmSize:"),
        (getrlimit(Resource::Data).current, "VmData:"),
        (limit_of_container(), "VmRSS:"),
    ];
    let left = limits.into_iter().filter_map(|(limit, used)| {
        let used = status(used).unwrap_or(0);
        Some(limit?.saturating_sub(used))
    });
    left.min()
}

/// Bytes that may be taken at once without harm: what the machine has free, and what the
/// limits of [`bytes_left`] leave; a gigabyte where the system does not tell.
pub fn free_bytes() -> u64 {
    const UNTOLD: u64 = 1 << 30;
    let free = kibibytes("/proc/meminfo", "MemAvailable:");
    let both = [free, bytes_left()];
    both.into_iter().flatten().min().unwrap_or(UNTOLD)
}

fn limit_of_container() -> Option<u64> {
    let limit = std::fs::read_to_string("/sys/fs/cgroup/memory.max").ok()?;
    limit.trim().parse().ok()
}

/// An amount of memory that Linux tells of this process, in bytes.
fn status(name: &str) -> Option<u64> {
    kibibytes("/proc/self/status", name)
}

/// An amount of memory that a file of the system tells, in bytes.
fn kibibytes(path: &str, name: &str) -> Option<u64> {
    let status = std::fs::read_to_string(path).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix(name))?;
    let kibibytes: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kibibytes * 1024)
}
