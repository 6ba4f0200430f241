//! What is wrong with a field of a request or a document.

/// Where, what, and what would be right.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// JSON pointer (RFC 6901).
    pub pointer: String,
    pub message: String,
    /// Where programs may want to tell it from other mistakes in the same place.
    pub mistake: Option<Mistake>,
}

/// Mistakes with a code of their own; the README lists them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mistake {
    /// It has happened longer ago than the terms allow.
    TooFarBack,
    /// A deal that nobody has won is to be called off.
    NeverWon,
    /// A deal is to be called off before it was won.
    BeforeTheWin,
    /// What money is reckoned by is to change, and some is reckoned by it.
    ReckonedBy,
}

impl Mistake {
    pub const ALL: [Self; 4] = [
        Self::TooFarBack,
        Self::NeverWon,
        Self::BeforeTheWin,
        Self::ReckonedBy,
    ];

    /// Stable; what programs read.
    pub fn code(self) -> &'static str {
        match self {
            Self::TooFarBack => "event.too-far-back",
            Self::NeverWon => "deal.never-won",
            Self::BeforeTheWin => "deal.before-the-win",
            Self::ReckonedBy => "terms.reckoned-by",
        }
    }
}

impl Problem {
    pub fn new(pointer: impl Into<String>, message: impl Into<String>) -> Self {
        Self {
            pointer: pointer.into(),
            message: message.into(),
            mistake: None,
        }
    }

    /// The same, with the code of a mistake.
    pub fn coded(self, mistake: Mistake) -> Self {
        Self {
            mistake: Some(mistake),
            ..self
        }
    }

    /// The same, seen from a document that holds what it is about at `prefix`.
    pub fn under(mut self, prefix: &str) -> Self {
        self.pointer.insert_str(0, prefix);
        self
    }

    /// The place as people write it in a file: `partners[1].parent`.
    pub fn place(&self) -> String {
        let mut place = String::new();
        for segment in self.pointer.split('/').skip(1) {
            if !segment.is_empty() && segment.bytes().all(|byte| byte.is_ascii_digit()) {
                place.push_str(&format!("[{segment}]"));
                continue;
            }
            if !place.is_empty() {
                place.push('.');
            }
            place.push_str(&segment.replace("~1", "/").replace("~0", "~"));
        }
        place
    }
}

/// A name as a segment of a JSON pointer.
pub fn segment(name: &str) -> String {
    name.replace('~', "~0").replace('/', "~1")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_reads_as_it_is_written() {
        for (pointer, place) in [
            ("", ""),
            ("/terms/currency", "terms.currency"),
            ("/partners/1/parent", "partners[1].parent"),
            (
                "/bindings/compensation~1bonus/plugin",
                "bindings.compensation/bonus.plugin",
            ),
        ] {
            assert_eq!(Problem::new(pointer, "").place(), place);
        }
    }

    #[test]
    fn the_readme_lists_every_mistake_with_a_code() {
        let readme = include_str!("../../../README.md");
        let listed: Vec<&str> = readme
            .lines()
            .skip_while(|line| !line.starts_with("| a field's `code` "))
            .skip(2)
            .map_while(|line| line.strip_prefix("| `")?.split('`').next())
            .collect();
        assert_eq!(listed, Mistake::ALL.map(Mistake::code));
    }
}
