//! File systems: which one a path is on, by what the system says of it (`statfs`) and of
//! its mount, and what is known of its locks.
//!
//! Nothing here is measured. What locks do on this machine is tried ([`crate::lock`]);
//! whether they reach beyond it nobody can try from one machine, and only what is known
//! of the file system and of how it is mounted can be told.

use std::fmt;
use std::fs;
use std::io;
use std::os::unix::fs::MetadataExt;
use std::path::Path;

/// File system of a path: its name, and the options that it is mounted with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileSystem {
    name: String,
    options: Vec<String>,
}

/// The numbers by which Linux knows file systems that stores are met on, and their names
/// as `mount` has them.
const NAMES: [(u64, &str); 19] = [
    (0x6969, "nfs"),
    (0x0BD0_0BD0, "lustre"),
    (0x4750_4653, "gpfs"),
    (0x1983_0326, "beegfs"),
    (0x00C3_6400, "ceph"),
    (0x6573_5546, "fuse"),
    (0xFF53_4D42, "cifs"),
    (0xFE53_4D42, "smb3"),
    (0x0102_1997, "9p"),
    (0x5346_414F, "afs"),
    (0xEF53, "ext4"),
    (0x5846_5342, "xfs"),
    (0x9123_683E, "btrfs"),
    (0x2FC1_2FC1, "zfs"),
    (0x0102_1994, "tmpfs"),
    (0x8584_58F6, "ramfs"),
    (0x794C_7630, "overlay"),
    (0xF2F5_2010, "f2fs"),
    (0x7461_636F, "ocfs2"),
];

impl FileSystem {
    /// The file system that a path is on.
    ///
    /// # Errors
    /// Fails where the system cannot be asked.
    pub fn of(path: &Path) -> io::Result<Self> {
        let kind = rustix::fs::statfs(path)?.f_type;
        // Of 32 bits, with a sign on some machines.
        let kind = kind as u64 & 0xFFFF_FFFF;
        let device = fs::metadata(path)?.dev();
        let mounts = fs::read_to_string("/proc/self/mountinfo").unwrap_or_default();
        Ok(Self::told(kind, device, &mounts))
    }

    fn told(kind: u64, device: u64, mounts: &str) -> Self {
        let device = format!(
            "{}:{}",
            rustix::fs::major(device),
            rustix::fs::minor(device)
        );
        let mount = mounts.lines().find_map(|line| Mount::of(line, &device));
        let known = NAMES.iter().find(|(number, _)| *number == kind);
        let name = match (&mount, known) {
            // It tells versions apart, and what lies behind FUSE.
            (Some(mount), _) => mount.name.clone(),
            (None, Some((_, name))) => (*name).to_owned(),
            (None, None) => format!("a file system of number {kind:#x}"),
        };
        let options = mount.map(|mount| mount.options).unwrap_or_default();
        Self { name, options }
    }

    /// Whether it is known to be of this machine alone: what is asked of it is what is, and
    /// not what was so a while ago.
    pub fn is_of_one_machine(&self) -> bool {
        const OF_ONE_MACHINE: [&str; 10] = [
            "ext2", "ext3", "ext4", "xfs", "btrfs", "zfs", "f2fs", "tmpfs", "ramfs", "overlay",
        ];
        OF_ONE_MACHINE.contains(&self.name.as_str())
    }

    /// What is known of its locks that one has to know who has instances on several
    /// machines; `None` where it is of one machine, or they hold on all.
    pub fn concern(&self) -> Option<&'static str> {
        let has = |option: &str| self.options.iter().any(|own| own == option);
        let family = self.name.split('.').next().unwrap_or_default();
        match family {
            "lustre" if has("localflock") => Some(
                "locks hold on each machine alone (localflock), so instances on several do not keep each other out; give each machine a store of its own, and merge",
            ),
            "lustre" if has("noflock") => Some(
                "it is mounted without locks (noflock); give each instance a store of its own, and merge",
            ),
            "lustre" if has("flock") => None,
            "lustre" => Some(
                "locks hold only where it is mounted with flock; with localflock they hold on each machine alone, which cannot be seen from one",
            ),
            "nfs" | "nfs4" if has("nolock") || has("local_lock=flock") || has("local_lock=all") => {
                Some(
                    "locks hold on each machine alone (nolock or local_lock), so instances on several do not keep each other out; give each machine a store of its own, and merge",
                )
            }
            "nfs" | "nfs4" => Some(
                "folders have no locks, and those of files depend on the server; give each machine a store of its own, and merge",
            ),
            "fuse" | "cifs" | "smb3" | "9p" | "afs" | "beegfs" => Some(
                "whether locks reach other machines depends on how it is set up; give each machine a store of its own, and merge",
            ),
            _ => None,
        }
    }
}

impl fmt::Display for FileSystem {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.name)
    }
}

/// What a line of `/proc/self/mountinfo` says.
struct Mount {
    name: String,
    options: Vec<String>,
}

impl Mount {
    /// Of a line that is about a device; see `proc(5)`.
    fn of(line: &str, device: &str) -> Option<Self> {
        let (front, back) = line.split_once(" - ")?;
        let mut front = front.split(' ');
        let is_own = front.nth(2)? == device;
        let own_options = front.nth(2)?;
        let mut back = back.split(' ');
        let name = back.next()?.to_owned();
        let options = back.nth(1).unwrap_or_default();
        let options = own_options.split(',').chain(options.split(','));
        is_own.then(|| Self {
            name,
            options: options.map(str::to_owned).collect(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(kind: u64, line: &str) -> FileSystem {
        let other = "22 27 0:21 / /proc rw,nosuid shared:5 - proc proc rw";
        FileSystem::told(
            kind,
            rustix::fs::makedev(0, 44),
            &format!("{other}\n{line}\n"),
        )
    }

    #[test]
    fn the_mount_says_what_locks_are_worth() {
        for (line, name, expected) in [
            (
                "36 35 0:44 / /lustre rw,noatime shared:1 - lustre mgs@o2ib:/one rw,localflock",
                "lustre",
                Some("each machine alone"),
            ),
            (
                "36 35 0:44 / /lustre rw - lustre mgs@o2ib:/one rw,flock,lazystatfs",
                "lustre",
                None,
            ),
            (
                "36 35 0:44 / /lustre rw - lustre mgs@o2ib:/one rw,noflock",
                "lustre",
                Some("without locks"),
            ),
            (
                "36 35 0:44 / /lustre rw - lustre mgs@o2ib:/one rw",
                "lustre",
                Some("mounted with flock"),
            ),
            (
                "36 35 0:44 / /home rw - nfs4 server:/home rw,vers=4.2,local_lock=none",
                "nfs4",
                Some("folders have no locks"),
            ),
            (
                "36 35 0:44 / /home rw - nfs server:/home rw,vers=3,nolock",
                "nfs",
                Some("nolock"),
            ),
            (
                "36 35 0:44 / /mnt rw - fuse.sshfs host: rw",
                "fuse.sshfs",
                Some("how it is set up"),
            ),
            (
                "36 35 0:44 / / rw,relatime - ext4 /dev/sda1 rw",
                "ext4",
                None,
            ),
        ] {
            let found = told(0, line);
            assert_eq!(found.to_string(), name);
            match expected {
                Some(part) => assert!(found.concern().unwrap().contains(part), "{line}"),
                None => assert_eq!(found.concern(), None, "{line}"),
            }
        }
    }

    #[test]
    fn what_other_machines_may_change_is_of_more_than_one() {
        let is_of_one = |name: &str| {
            let line = format!("36 35 0:44 / /data rw - {name} device rw");
            told(0, &line).is_of_one_machine()
        };
        assert!(
            ["ext4", "xfs", "tmpfs", "overlay"]
                .into_iter()
                .all(is_of_one)
        );
        let shared = [
            "nfs",
            "nfs4",
            "lustre",
            "fuse.sshfs",
            "cifs",
            "ceph",
            "9p",
            "later",
        ];
        assert!(!shared.into_iter().any(is_of_one));
    }

    #[test]
    fn without_a_mount_its_number_says_what_it_is() {
        assert_eq!(told(0x0BD0_0BD0, "").to_string(), "lustre");
        assert_eq!(
            told(7, "nonsense").to_string(),
            "a file system of number 0x7"
        );
        FileSystem::of(Path::new("/")).unwrap();
    }
}
