//! Folders that nobody but their owner may look into: there are persons in them,
//! or programs. Elsewhere than on Unix they are as the folder above them.

use std::fs::DirBuilder;
use std::io;
use std::path::Path;

#[cfg(unix)]
const OWNER_ALONE: u32 = 0o700;

/// Makes a folder, and those above it that are missing. One that is there stays as
/// it is: whoever made it may have opened it to others on purpose.
pub fn make_folder(folder: &Path) -> io::Result<()> {
    builder().recursive(true).create(folder)
}

/// Makes a folder that must not be there yet.
pub fn make_new_folder(folder: &Path) -> io::Result<()> {
    builder().create(folder)
}

/// Shuts a folder that may have been there before, open to others.
pub fn shut_folder(folder: &Path) -> io::Result<()> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        std::fs::set_permissions(folder, std::fs::Permissions::from_mode(OWNER_ALONE))?;
    }
    let _ = folder;
    Ok(())
}

fn builder() -> DirBuilder {
    let mut builder = DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, OWNER_ALONE);
    builder
}
