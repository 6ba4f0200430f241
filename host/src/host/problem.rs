//! What is wrong with a field of a request or a document.

/// Where, what, and what would be right.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// JSON pointer (RFC 6901).
    pub pointer: String,
    pub message: String,
}

impl Problem {
    pub fn new(pointer: impl Into<String>, message: impl Into<String>) -> Self {
        Self {
            pointer: pointer.into(),
            message: message.into(),
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
}
