//! What lies in a SQLite file, whatever its tables are.

use std::collections::BTreeMap;
use std::path::Path;

use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use sqlx::{AssertSqlSafe, Connection, Row};

/// Every table's rows, each as one text, in order.
pub type Tables = BTreeMap<String, Vec<String>>;

/// Reads every table that the database has.
///
/// # Panics
/// Where it cannot be read.
pub fn tables(file: &Path) -> Tables {
    on(file, async |connection| {
        let mut found = Tables::new();
        for table in names(connection, "table").await {
            let values = values_of(connection, &table).await;
            let text = format!("SELECT {values} FROM \"{table}\" ORDER BY 1");
            found.insert(table, texts(connection, &text).await);
        }
        found
    })
}

/// The database as statements that make it anew.
///
/// # Panics
/// Where it cannot be read.
pub fn dump(file: &Path) -> String {
    on(file, async |connection| {
        let mut text = String::from("PRAGMA foreign_keys = OFF;\nBEGIN;\n");
        let of = |kind: &str| {
            format!(
                "SELECT sql || ';' FROM sqlite_master WHERE type = '{kind}' AND sql IS NOT NULL \
                 AND name NOT LIKE 'sqlite_%' ORDER BY rowid"
            )
        };
        for statement in texts(connection, &of("table")).await {
            text.push_str(&statement);
            text.push('\n');
        }
        for table in names(connection, "table").await {
            let values = values_of(connection, &table).await;
            let rows = format!(
                "SELECT 'INSERT INTO \"{table}\" VALUES (' || {values} || ');' FROM \"{table}\" \
                 ORDER BY rowid"
            );
            for statement in texts(connection, &rows).await {
                text.push_str(&statement);
                text.push('\n');
            }
        }
        for statement in texts(connection, &of("index")).await {
            text.push_str(&statement);
            text.push('\n');
        }
        text.push_str("COMMIT;\n");
        text
    })
}

/// Makes a database of statements.
///
/// # Panics
/// Where they do not make one.
pub fn load(file: &Path, statements: &str) {
    on(file, async |connection| {
        sqlx::raw_sql(AssertSqlSafe(statements.to_owned()))
            .execute(connection)
            .await
            .expect("a database of the statements");
    });
}

/// Holds a database as another process does that is about to write: nobody else
/// writes while this lasts.
pub struct Lock {
    runtime: tokio::runtime::Runtime,
    connection: SqliteConnection,
}

impl Lock {
    /// # Panics
    /// Where it cannot be had.
    pub fn take(file: &Path) -> Self {
        let runtime = runtime();
        let connection = runtime.block_on(async {
            let mut connection = connect(file).await;
            sqlx::query("BEGIN IMMEDIATE")
                .execute(&mut connection)
                .await
                .expect("the lock");
            connection
        });
        Self {
            runtime,
            connection,
        }
    }

    /// # Panics
    /// Where it was lost.
    pub fn give_back(self) {
        let Self {
            runtime,
            mut connection,
        } = self;
        runtime.block_on(async {
            sqlx::query("ROLLBACK")
                .execute(&mut connection)
                .await
                .expect("the lock");
            connection.close().await.expect("the database is closed");
        });
    }
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime")
}

async fn connect(file: &Path) -> SqliteConnection {
    let options = SqliteConnectOptions::new()
        .filename(file)
        .create_if_missing(true);
    SqliteConnection::connect_with(&options)
        .await
        .expect("the database")
}

fn on<T>(file: &Path, work: impl AsyncFnOnce(&mut SqliteConnection) -> T) -> T {
    runtime().block_on(async {
        let mut connection = connect(file).await;
        let done = work(&mut connection).await;
        connection.close().await.expect("the database is closed");
        done
    })
}

async fn names(connection: &mut SqliteConnection, kind: &str) -> Vec<String> {
    let text = format!(
        "SELECT name FROM sqlite_master WHERE type = '{kind}' AND name NOT LIKE 'sqlite_%' \
         ORDER BY name"
    );
    texts(connection, &text).await
}

/// An expression for all of a row's values, as SQL writes them.
async fn values_of(connection: &mut SqliteConnection, table: &str) -> String {
    let text = format!("SELECT name FROM pragma_table_info('{table}') ORDER BY cid");
    let columns = texts(connection, &text).await;
    let quoted: Vec<String> = columns
        .iter()
        .map(|column| format!("quote(\"{column}\")"))
        .collect();
    quoted.join(" || ', ' || ")
}

async fn texts(connection: &mut SqliteConnection, text: &str) -> Vec<String> {
    let rows = sqlx::query(AssertSqlSafe(text.to_owned()))
        .fetch_all(connection)
        .await
        .expect("rows");
    rows.iter().map(|row| row.get(0)).collect()
}
