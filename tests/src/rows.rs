//! What lies in the tables of a server's database.

use sqlx::{AnyConnection, AssertSqlSafe, Connection, Row};

use crate::Database;

impl Database {
    /// Columns of a table, or of what follows FROM, as texts.
    ///
    /// # Panics
    /// Where they cannot be read.
    pub fn rows<const N: usize>(&self, columns: [&str; N], from: &str) -> Vec<[Option<String>; N]> {
        let columns = columns.map(|column| format!("CAST({column} AS TEXT)"));
        let text = format!("SELECT {} FROM {from}", columns.join(", "));
        self.on(async |connection| {
            let rows = sqlx::query(AssertSqlSafe(text))
                .fetch_all(connection)
                .await
                .expect("rows");
            rows.iter()
                .map(|row| std::array::from_fn(|place| row.get(place)))
                .collect()
        })
    }

    fn on<T>(&self, work: impl AsyncFnOnce(&mut AnyConnection) -> T) -> T {
        sqlx::any::install_default_drivers();
        let url = match self {
            Self::Sqlite(folder) => {
                format!("sqlite://{}", folder.join("stellwerk.db").display())
            }
            Self::Postgres(url) => url.clone(),
        };
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .expect("a runtime");
        runtime.block_on(async {
            let mut connection = AnyConnection::connect(&url).await.expect("the database");
            let done = work(&mut connection).await;
            connection.close().await.expect("the database is closed");
            done
        })
    }

    /// Runs a statement.
    ///
    /// # Panics
    /// Where it fails.
    pub fn execute(&self, statement: &str) {
        self.on(async |connection| {
            sqlx::query(AssertSqlSafe(statement.to_owned()))
                .execute(connection)
                .await
                .expect("the statement");
        });
    }

    /// How many rows there are.
    ///
    /// # Panics
    /// Where they cannot be counted.
    pub fn count(&self, from: &str) -> u64 {
        let [[count]] = self.rows(["count(*)"], from).try_into().unwrap_or_default();
        count.and_then(|count| count.parse().ok()).expect("a count")
    }
}
