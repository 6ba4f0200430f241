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
    let made: Vec<&str> = statements
        .iter()
        .filter_map(|statement| statement.strip_prefix("CREATE TABLE "))
        .filter_map(|rest| rest.split([' ', '(']).next())
        .collect();
    statements
        .iter()
        .filter_map(|statement| {
            objection(statement, &made).map(|why| format!("{statement}: {why}"))
        })
        .collect()
}

/// `made`: tables of the same migration, which no older host knows.
fn objection(statement: &str, made: &[&str]) -> Option<&'static str> {
    if statement.starts_with("CREATE TABLE ") || statement.starts_with("CREATE INDEX ") {
        return None;
    }
    if let Some(rest) = statement.strip_prefix("CREATE UNIQUE INDEX ") {
        let table = rest
            .split(" ON ")
            .nth(1)
            .and_then(|on| on.split([' ', '(']).next());
        return match table.is_some_and(|table| made.contains(&table)) {
            true => None,
            false => Some("refuses rows that the version before may write"),
        };
    }
    if let Some(rest) = statement.strip_prefix("ALTER TABLE ") {
        let Some((_, column)) = rest.split_once(" ADD COLUMN ") else {
            return Some("changes what is there");
        };
        if column.contains("NOT NULL") && !column.contains(" DEFAULT ") {
            return Some("has no default for the rows that the version before writes");
        }
        if column.contains(" UNIQUE") || column.contains(" REFERENCES ") {
            return Some("refuses rows that the version before may write");
        }
        return None;
    }
    if statement.starts_with("INSERT ") || statement.starts_with("UPDATE ") {
        return None;
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
        "UPDATE lead SET score = 0 WHERE score IS NULL;",
        "CREATE INDEX lead_score ON lead (manufacturer, score);",
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
        "DELETE FROM lead;",
        "CREATE TRIGGER t AFTER INSERT ON lead BEGIN SELECT 1; END;",
    ] {
        assert!(!problems(bad).is_empty(), "{bad}");
    }
}
