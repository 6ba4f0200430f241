//! Lists come page by page. A page's `next` is the cursor of the one after it.

use serde::Deserialize;

const LIMIT_MAX: u32 = 200;
const LIMIT_DEFAULT: u32 = 50;

/// Which page is meant.
#[derive(Debug, Default, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
pub struct PageQuery {
    /// `next` of the page before.
    pub after: Option<String>,
    /// At most 200; 50 if none is given.
    pub limit: Option<u32>,
}

impl PageQuery {
    pub fn limit(&self) -> u32 {
        limit(self.limit)
    }
}

/// Rows on a page.
pub fn limit(asked: Option<u32>) -> u32 {
    asked.unwrap_or(LIMIT_DEFAULT).clamp(1, LIMIT_MAX)
}

/// The cursor of the page after this one; none where it is the last.
pub fn next<T>(rows: &[T], limit: u32, cursor: impl Fn(&T) -> String) -> Option<String> {
    (rows.len() as u32 == limit)
        .then(|| rows.last().map(cursor))
        .flatten()
}
