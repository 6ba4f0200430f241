//! A migration runs while a host of the version before goes on serving, so it
//! adds and takes nothing away.

use std::path::Path;

/// The first schema: there was nothing before it.
const FIRST: &str = "0001_core.sql";
const WHY: &str = "a host of the version before still reads and writes by the old schema while \
    this runs. Add beside it, and remove what is old one release later, when nobody uses it";

/// What is wrong with a migration, statement by statement.
fn problems(text: &str) -> Vec<String> {
    let plain: Vec<&str> = text
        .lines()
        .map(|line| line.split("--").next().unwrap_or_default())
        .collect();
    let plain = plain.join(" ").to_uppercase();
    let statements: Vec<String> = plain
        .split(';')
        .map(|statement| statement.split_whitespace().collect::<Vec<_>>().join(" "))
        .filter(|statement| !statement.is_empty())
        .collect();
    let new = New::of(&statements);
    statements
        .iter()
        .filter_map(|statement| objection(statement, &new).map(|why| format!("{statement}: {why}")))
        .collect()
}

/// What a migration makes: no host of the version before knows it.
struct New<'a> {
    tables: Vec<&'a str>,
    /// Of tables that were there, with the table.
    columns: Vec<(&'a str, &'a str)>,
}

impl<'a> New<'a> {
    fn of(statements: &'a [String]) -> Self {
        let created = |statement: &'a String| {
            let rest = statement.strip_prefix("CREATE TABLE ")?;
            Some(first_name(rest))
        };
        let added = |statement: &'a String| {
            let (table, column) = addition(statement)?;
            Some((table, first_name(column)))
        };
        Self {
            tables: statements.iter().filter_map(created).collect(),
            columns: statements.iter().filter_map(added).collect(),
        }
    }

    /// Whether an index leaves rows out that do not have a new column, as the version
    /// before writes them.
    fn is_alone_in(&self, index: &str) -> bool {
        let mut columns = self.columns.iter();
        columns.any(|(table, column)| {
            index.contains(&format!(" ON {table} ("))
                && index.ends_with(&format!(" WHERE {column} IS NOT NULL"))
        })
    }

    /// Whether it fills in new columns alone, where they are still missing.
    fn is_filled_by(&self, update: &str) -> bool {
        let Some((table, rest)) = update.split_once(" SET ") else {
            return false;
        };
        if self.tables.contains(&table) {
            return true;
        }
        let Some((set, condition)) = rest.split_once(" WHERE ") else {
            return false;
        };
        // A comma within an expression makes this too strict, which is told.
        let mut columns = set.split(',').map(|one| first_name(one.trim()));
        columns.all(|column| {
            let is_missing = format!("{column} IS NULL");
            self.columns.contains(&(table, column)) && condition.contains(&is_missing)
        })
    }
}

/// Table and column, with what is said of it, that a statement adds.
fn addition(statement: &str) -> Option<(&str, &str)> {
    statement
        .strip_prefix("ALTER TABLE ")?
        .split_once(" ADD COLUMN ")
}

fn first_name(text: &str) -> &str {
    let end = text.find([' ', '(', '=']).unwrap_or(text.len());
    &text[..end]
}

fn objection(statement: &str, new: &New<'_>) -> Option<&'static str> {
    if statement.starts_with("CREATE TABLE ") || statement.starts_with("CREATE INDEX ") {
        return None;
    }
    if let Some(rest) = statement.strip_prefix("CREATE UNIQUE INDEX ") {
        let table = rest.split(" ON ").nth(1).map(first_name);
        let is_new = table.is_some_and(|table| new.tables.contains(&table));
        return match is_new || new.is_alone_in(rest) {
            true => None,
            false => Some("refuses rows that the version before may write"),
        };
    }
    if statement.starts_with("ALTER TABLE ") {
        let Some((table, column)) = addition(statement) else {
            return Some("changes what is there");
        };
        if new.tables.contains(&table) {
            return None;
        }
        let is_bound = column.contains("NOT NULL") || column.contains(" CHECK");
        if is_bound && !column.contains(" DEFAULT ") {
            return Some("has no default for the rows that the version before writes");
        }
        if column.contains(" UNIQUE") || column.contains(" REFERENCES ") {
            return Some("refuses rows that the version before may write");
        }
        return None;
    }
    if let Some(update) = statement.strip_prefix("UPDATE ") {
        return match new.is_filled_by(update) {
            true => None,
            false => Some(
                "changes more than columns that this migration adds, WHERE each of them IS NULL",
            ),
        };
    }
    if let Some(rest) = statement.strip_prefix("INSERT INTO ") {
        return match new.tables.contains(&first_name(rest)) {
            true => None,
            false => Some("makes rows that the version before reads"),
        };
    }
    Some("is not known to be harmless")
}

#[test]
fn every_migration_after_the_first_only_adds() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations");
    let mut files: Vec<_> = std::fs::read_dir(folder)
        .expect("the migrations")
        .flatten()
        .map(|entry| entry.path())
        .collect();
    files.sort();
    assert!(files.first().is_some_and(|first| first.ends_with(FIRST)));
    for file in &files[1..] {
        let text = std::fs::read_to_string(file).expect("a migration");
        let problems = problems(&text);
        let (name, said) = (file.display(), problems.join("\n"));
        assert!(problems.is_empty(), "{name}: {WHY}.\n{said}");
    }
}

#[test]
fn what_breaks_the_version_before_is_told() {
    for good in [
        "CREATE TABLE hook (id TEXT NOT NULL PRIMARY KEY); CREATE UNIQUE INDEX h ON hook (id);",
        "ALTER TABLE lead ADD COLUMN score BIGINT; -- DROP nothing",
        "ALTER TABLE lead ADD COLUMN seen SMALLINT NOT NULL DEFAULT 0 CHECK (seen IN (0, 1));",
        "ALTER TABLE lead ADD COLUMN score BIGINT; UPDATE lead SET score = 0 WHERE score IS NULL;",
        "CREATE TABLE hook (id TEXT); ALTER TABLE hook ADD COLUMN of TEXT NOT NULL; \
         INSERT INTO hook (id, of) SELECT id, code FROM contract; UPDATE hook SET of = id;",
        "CREATE INDEX lead_score ON lead (manufacturer, score);",
        "ALTER TABLE lead ADD COLUMN score BIGINT; \
         CREATE UNIQUE INDEX lead_score ON lead (score) WHERE score IS NOT NULL;",
    ] {
        assert_eq!(problems(good), Vec::<String>::new(), "{good}");
    }
    for bad in [
        "DROP TABLE lead;",
        "drop index lead_manual;",
        "ALTER TABLE lead DROP COLUMN value;",
        "ALTER TABLE lead RENAME COLUMN value TO amount;",
        "ALTER TABLE lead RENAME TO enquiry;",
        "ALTER TABLE lead ALTER COLUMN value SET NOT NULL;",
        "ALTER TABLE lead ADD COLUMN score BIGINT NOT NULL;",
        "ALTER TABLE lead ADD COLUMN parent TEXT REFERENCES lead (id);",
        "CREATE UNIQUE INDEX lead_customer ON lead (manufacturer, customer);",
        "ALTER TABLE lead ADD COLUMN score BIGINT; CREATE UNIQUE INDEX l ON lead (score);",
        "ALTER TABLE lead ADD COLUMN score BIGINT; \
         CREATE UNIQUE INDEX l ON lead (value) WHERE value IS NOT NULL;",
        "ALTER TABLE lead ADD COLUMN score BIGINT CHECK (score > value);",
        "UPDATE lead SET value = NULL;",
        "UPDATE lead SET score = 0 WHERE score IS NULL;",
        "ALTER TABLE lead ADD COLUMN score BIGINT; UPDATE lead SET score = 0;",
        "ALTER TABLE lead ADD COLUMN score BIGINT; \
         UPDATE lead SET score = 0, value = 1 WHERE score IS NULL AND value IS NULL;",
        "ALTER TABLE lead ADD COLUMN score BIGINT; UPDATE deal SET score = 0 WHERE score IS NULL;",
        "INSERT INTO contract (id) SELECT id FROM lead;",
        "DELETE FROM lead;",
        "CREATE TRIGGER t AFTER INSERT ON lead BEGIN SELECT 1; END;",
    ] {
        assert!(!problems(bad).is_empty(), "{bad}");
    }
}
