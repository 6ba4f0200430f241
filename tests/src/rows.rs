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

    /// The bytes of a column, in the one row that there is.
    ///
    /// # Panics
    /// Where there is none.
    pub fn bytes(&self, column: &str, from: &str) -> Vec<u8> {
        let column = self.hexadecimal(column);
        let [bytes] = self.rows([column.as_str()], from).pop().expect("a row");
        hex::decode(bytes.expect("bytes")).expect("hexadecimal digits")
    }

    /// A column of bytes, as hexadecimal digits.
    pub(crate) fn hexadecimal(&self, column: &str) -> String {
        match self {
            Self::Sqlite(_) => format!("hex({column})"),
            Self::Postgres(_) => format!("encode({column}, 'hex')"),
        }
    }

    /// Bytes as a statement takes them.
    pub fn literal(&self, bytes: &[u8]) -> String {
        let bytes = hex::encode(bytes);
        match self {
            Self::Sqlite(_) => format!("X'{bytes}'"),
            Self::Postgres(_) => format!("'\\x{bytes}'::bytea"),
        }
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
