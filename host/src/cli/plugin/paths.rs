//! Paths of this machine, which have no business in a component: they make two
//! builds of the same sources differ, and tell where the author lives.

use std::path::{Path, PathBuf};

/// Which of this machine's folders a component names.
pub fn found_in(component: &[u8], folders: &[&Path]) -> Vec<String> {
    let home = ["HOME", "CARGO_HOME"]
        .into_iter()
        .filter_map(std::env::var_os)
        .map(PathBuf::from);
    folders
        .iter()
        .map(|folder| folder.to_path_buf())
        .chain(home)
        .filter_map(|folder| named(component, &folder))
        .collect()
}

/// The folder, if the component names something in it.
fn named(component: &[u8], folder: &Path) -> Option<String> {
    let text = format!("{}/", folder.to_str()?);
    (text.len() > 1 && folder.is_absolute() && contains(component, text.as_bytes()))
        .then(|| folder.display().to_string())
}

fn contains(bytes: &[u8], part: &[u8]) -> bool {
    bytes.windows(part.len()).any(|window| window == part)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_of_this_machine_is_found() {
        let component = b"\0asm /work/somewhere/src/lib.rs /crates/serde/src/lib.rs";
        let found = |folder: &str| found_in(component, &[Path::new(folder)]);
        assert_eq!(found("/work/somewhere"), ["/work/somewhere"]);
        assert!(found("/work/some").is_empty());
        assert!(found("/").is_empty());
    }
}
