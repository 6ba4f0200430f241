//! Tables that people read, in Markdown, as what a test expects.

use std::collections::BTreeMap;

/// A table: the heading that it stands under, and its rows.
pub struct Table {
    pub heading: String,
    pub rows: Vec<Row>,
}

/// A row by the names of its columns.
pub struct Row {
    /// What the first column says.
    pub name: String,
    pub cells: BTreeMap<String, String>,
}

impl Row {
    /// The cell of a column.
    ///
    /// # Panics
    /// Where there is no such column.
    pub fn cell(&self, column: &str) -> &str {
        self.cells
            .get(column)
            .unwrap_or_else(|| panic!("{} has no column {column}", self.name))
    }
}

/// The tables of a document.
///
/// # Panics
/// Where a row has more or fewer cells than its table's head.
pub fn tables(document: &str) -> Vec<Table> {
    let mut tables: Vec<Table> = Vec::new();
    let mut heading = String::new();
    let mut columns: Vec<String> = Vec::new();
    for line in document.lines() {
        if let Some(text) = line.strip_prefix("## ") {
            heading = text.to_owned();
        }
        let Some(inner) = line
            .strip_prefix('|')
            .and_then(|line| line.strip_suffix('|'))
        else {
            columns.clear();
            continue;
        };
        let cells: Vec<String> = inner
            .split('|')
            .map(|cell| cell.trim().to_owned())
            .collect();
        if columns.is_empty() {
            columns = cells;
            tables.push(Table {
                heading: heading.clone(),
                rows: Vec::new(),
            });
            continue;
        }
        if cells.iter().all(|cell| cell.starts_with("---")) {
            continue;
        }
        assert_eq!(cells.len(), columns.len(), "{line}");
        let row = Row {
            name: cells[0].clone(),
            cells: columns.iter().cloned().zip(cells).skip(1).collect(),
        };
        if let Some(table) = tables.last_mut() {
            table.rows.push(row);
        }
    }
    tables
}
