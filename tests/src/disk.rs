//! Disks that are full, that fail, and that cannot be written.

use std::io::Write;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

const FILLER: &str = "filler";
const CHUNK_BYTES: usize = 16 * 1024;

/// A disk of a few megabytes in memory. It goes with the test.
pub struct SmallDisk {
    folder: tempfile::TempDir,
}

impl SmallDisk {
    /// None where this user may not mount one, which is said.
    ///
    /// # Panics
    /// Where there is no temporary folder.
    pub fn new(megabytes: u32) -> Option<Self> {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let size = format!("size={megabytes}m,mode=0777");
        let mounted = quiet(
            "mount",
            &["-t", "tmpfs", "-o", &size, "tmpfs"],
            folder.path(),
        );
        if !mounted {
            crate::is_missing(
                "disk",
                "mounting takes root; what is full or read-only is skipped",
            );
            return None;
        }
        Some(Self { folder })
    }

    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    /// Leaves no room at all.
    ///
    /// # Panics
    /// Where the disk does not get full.
    pub fn fill(&self) {
        let mut file = std::fs::File::create(self.filler()).expect("a file");
        let chunk = vec![0; CHUNK_BYTES];
        // By single bytes at the end, so that not a block is left.
        while file.write_all(&chunk).is_ok() {}
        while file.write_all(&[0]).is_ok() {}
    }

    /// Gives the room back.
    ///
    /// # Panics
    /// Where it was not filled.
    pub fn free(&self) {
        std::fs::remove_file(self.filler()).expect("the file that fills the disk");
    }

    /// Lets nothing be written; nothing may be open for it.
    ///
    /// # Panics
    /// Where the disk does not obey.
    pub fn make_read_only(&self) {
        assert!(quiet("mount", &["-o", "remount,ro"], self.path()));
    }

    /// Lets it be written again.
    ///
    /// # Panics
    /// Where the disk does not obey.
    pub fn make_writable(&self) {
        assert!(quiet("mount", &["-o", "remount,rw"], self.path()));
    }

    fn filler(&self) -> PathBuf {
        self.path().join(FILLER)
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let _ = quiet("umount", &["-l"], self.folder.path());
    }
}

/// Whether this user may do everything with every file.
pub fn is_root() -> bool {
    std::fs::metadata("/proc/self").is_ok_and(|of| of.uid() == 0)
}

fn quiet(program: &str, arguments: &[&str], path: &Path) -> bool {
    Command::new(program)
        .args(arguments)
        .arg(path)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success())
}
