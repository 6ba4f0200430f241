//! Debian's package archive, read without root.

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use super::debian::DebianError;
use crate::cli::Console;
use crate::cli::process;

const ASK_MAX: Duration = Duration::from_secs(60);
const UPDATE_MAX: Duration = Duration::from_secs(180);
/// About 135 MB.
const DOWNLOAD_MAX: Duration = Duration::from_secs(900);

/// Downloads the packages and those they depend on that are not installed, as
/// files into a folder. Where the system's package lists do not know them, or
/// are out of date, lists of our own are fetched.
pub fn download(
    packages: &[&str],
    folder: &Path,
    own_lists: &Path,
    console: &Console,
) -> Result<Vec<PathBuf>, DebianError> {
    let system = Archive {
        options: Vec::new(),
    };
    match system.download(packages, folder, console) {
        Ok(files) => Ok(files),
        Err(DebianError::Failed { .. }) => {
            console.step("Fetching Debian's package lists");
            // What came by the old lists may be of other versions.
            fs::remove_dir_all(folder)
                .and_then(|()| fs::create_dir(folder))
                .map_err(DebianError::io(folder))?;
            Archive::with_own_lists(own_lists)?.download(packages, folder, console)
        }
        Err(error) => Err(error),
    }
}

/// The archive as known by one set of package lists.
struct Archive {
    options: Vec<OsString>,
}

impl Archive {
    fn with_own_lists(folder: &Path) -> Result<Self, DebianError> {
        let (lists, cache) = (folder.join("lists"), folder.join("cache"));
        for part in [lists.join("partial"), cache.join("archives/partial")] {
            fs::create_dir_all(&part).map_err(DebianError::io(&part))?;
        }
        let mut options = Vec::new();
        for (name, path) in [("Dir::State::lists=", &lists), ("Dir::Cache=", &cache)] {
            let mut option = OsString::from(name);
            option.push(path);
            options.extend(["-o".into(), option]);
        }
        // Root would otherwise download as a user who cannot enter the folder.
        options.extend(["-o".into(), "APT::Sandbox::User=root".into()]);
        let archive = Self { options };
        archive.run(&["update"], None, UPDATE_MAX)?;
        Ok(archive)
    }

    fn download(
        &self,
        packages: &[&str],
        folder: &Path,
        console: &Console,
    ) -> Result<Vec<PathBuf>, DebianError> {
        // Simulated, so that apt says what is missing here and changes nothing.
        let mut simulate = vec![
            "install",
            "--simulate",
            "--reinstall",
            "--no-install-recommends",
        ];
        simulate.extend(packages);
        let plan = self.run(&simulate, None, ASK_MAX)?;
        let versions: Vec<String> = plan.lines().filter_map(package).collect();
        console.step(format!(
            "Downloading {} of Debian's packages: {}",
            versions.len(),
            versions.join(" ")
        ));
        let mut download = vec!["download"];
        download.extend(versions.iter().map(String::as_str));
        self.run(&download, Some(folder), DOWNLOAD_MAX)?;
        let mut files: Vec<PathBuf> = folder
            .read_dir()
            .map_err(DebianError::io(folder))?
            .flatten()
            .map(|entry| entry.path())
            .filter(|file| file.extension().is_some_and(|extension| extension == "deb"))
            .collect();
        files.sort();
        Ok(files)
    }

    fn run(
        &self,
        arguments: &[&str],
        folder: Option<&Path>,
        time_max: Duration,
    ) -> Result<String, DebianError> {
        let mut command = Command::new("apt-get");
        command
            .env("LC_ALL", "C")
            .args(&self.options)
            .args(arguments);
        if let Some(folder) = folder {
            command.current_dir(folder);
        }
        let ended = process::run(&mut command, time_max)?;
        if ended.status.success() {
            Ok(ended.stdout)
        } else {
            Err(DebianError::failed("apt-get", ended.last_line()))
        }
    }
}

/// `name=version` of a line of a simulated installation, such as
/// `Inst lld-22 (1:22.1.8-1~deb12u1 Debian-Security:12 [amd64])`; a version in
/// brackets before it is the one that is installed.
fn package(line: &str) -> Option<String> {
    let mut words = line.strip_prefix("Inst ")?.split(' ');
    let name = words.next()?;
    let version = words.find_map(|word| word.strip_prefix('('))?;
    Some(format!("{name}={version}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_apt_would_install_is_read() {
        assert_eq!(
            package("Inst lld-22 (1:22.1.8-1~deb12u1 Debian-Security:12/oldstable [amd64])"),
            Some("lld-22=1:22.1.8-1~deb12u1".into())
        );
        assert_eq!(
            package("Inst libxml2 [2.9.14] (2.9.15 Debian:12.1 [amd64]) []"),
            Some("libxml2=2.9.15".into())
        );
        assert_eq!(
            package("Conf lld-22 (1:22.1.8-1~deb12u1 Debian [amd64])"),
            None
        );
        assert_eq!(package("Reading package lists..."), None);
    }
}
