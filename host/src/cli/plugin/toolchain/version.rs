//! What a compiler says of itself.

/// The answer to `rustc --verbose --version`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Version {
    /// Such as `rustc 1.96.0 (ac68faa20 2026-05-25)`.
    pub line: String,
    /// Such as `1.96.0`.
    pub release: String,
    /// The commit that it was built from; `unknown` if it does not say.
    pub commit: String,
    pub llvm: String,
}

impl Version {
    pub fn parse(text: &str) -> Option<Self> {
        let field = |name: &str| {
            text.lines()
                .find_map(|line| line.strip_prefix(name)?.strip_prefix(": "))
                .unwrap_or("unknown")
                .to_owned()
        };
        let line = text.lines().next()?;
        line.starts_with("rustc ").then(|| Self {
            line: line
                .strip_suffix(" (built from a source tarball)")
                .unwrap_or(line)
                .to_owned(),
            release: field("release"),
            commit: field("commit-hash"),
            llvm: field("LLVM version"),
        })
    }

    /// Compilers of the same identity make the same bytes of the same sources.
    pub fn identity(&self) -> String {
        format!("{}, LLVM {}", self.line, self.llvm)
    }

    /// Such as `1.96.0-ac68faa20c`.
    pub fn release_and_commit(&self) -> String {
        let commit: String = self.commit.chars().take(10).collect();
        format!("{}-{commit}", self.release)
    }

    /// Whether it is that release or a later one.
    pub fn at_least(&self, release: &str) -> bool {
        numbers(&self.release) >= numbers(release)
    }
}

fn numbers(release: &str) -> Vec<u64> {
    release
        .split('-')
        .next()
        .unwrap_or_default()
        .split('.')
        .map_while(|number| number.parse().ok())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const DEBIAN: &str = "rustc 1.96.0 (ac68faa20 2026-05-25) (built from a source tarball)
binary: rustc
commit-hash: ac68faa20c58cbccd01ee7208bf3b6e93a7d7f96
commit-date: 2026-05-25
host: x86_64-unknown-linux-gnu
release: 1.96.0
LLVM version: 22.1.8
";

    #[test]
    fn a_compiler_is_known_by_release_commit_and_llvm() {
        let version = Version::parse(DEBIAN).unwrap();
        assert_eq!(
            version.identity(),
            "rustc 1.96.0 (ac68faa20 2026-05-25), LLVM 22.1.8"
        );
        assert_eq!(version.release_and_commit(), "1.96.0-ac68faa20c");
    }

    #[test]
    fn releases_are_compared_by_number() {
        let version = Version::parse(DEBIAN).unwrap();
        assert!(version.at_least("1.95"));
        assert!(version.at_least("1.96.0"));
        assert!(version.at_least("1.9"));
        assert!(!version.at_least("1.100"));
    }

    #[test]
    fn another_program_is_no_compiler() {
        assert_eq!(Version::parse("error: unexpected argument"), None);
    }
}
