//! What the host is measured against: a server that does nothing but keep, one
//! row a request, committed and on disk before it is answered; and a loader that
//! does nothing but load.

// Each benchmark uses its part.
#![allow(dead_code)]

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use axum::extract::{self, State};
use axum::http::StatusCode;
use axum::routing::post;
use axum::{Json, Router};
use serde_json::Value;
use sqlx::any::AnyPoolOptions;
use sqlx::{AnyPool, AssertSqlSafe, Executor};
use stellwerk_tests::{Database, postgres};

/// Rows that the plain loader writes at once.
const ROWS_A_STATEMENT: usize = 100;

/// A bare server in a process of its own. It ends with the benchmark.
pub struct Bare {
    child: Child,
    pub address: String,
}

impl Bare {
    /// Runs this program once more, as the server of the database at `url`.
    pub fn start(url: &str) -> Self {
        let program = std::env::current_exe().expect("this program");
        let mut child = Command::new(program)
            .args(["--bare", url])
            .stdout(Stdio::piped())
            .spawn()
            .expect("the bare server starts");
        let mut line = String::new();
        BufReader::new(child.stdout.take().expect("its output"))
            .read_line(&mut line)
            .expect("its address");
        Self {
            child,
            address: line.trim().to_owned(),
        }
    }
}

impl Drop for Bare {
    fn drop(&mut self) {
        // Both fail where it has ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A database of its own, of the same kind as a host's.
pub fn url_beside(database: &Database, folder: &Path) -> String {
    match database {
        Database::Sqlite(_) => {
            format!("sqlite://{}?mode=rwc", folder.join("bare.db").display())
        }
        Database::Postgres(_) => postgres().expect("a database"),
    }
}

async fn open(url: &str) -> AnyPool {
    sqlx::any::install_default_drivers();
    let is_sqlite = url.starts_with("sqlite:");
    AnyPoolOptions::new()
        .max_connections(if is_sqlite { 8 } else { 64 })
        .acquire_timeout(Duration::from_secs(60))
        .test_before_acquire(false)
        .after_connect(move |connection, _| {
            Box::pin(async move {
                if is_sqlite {
                    for pragma in [
                        "PRAGMA journal_mode = WAL",
                        "PRAGMA synchronous = FULL",
                        "PRAGMA busy_timeout = 60000",
                    ] {
                        connection.execute(pragma).await?;
                    }
                }
                Ok(())
            })
        })
        .connect(url)
        .await
        .expect("the database")
}

/// Serves where the program was started as a bare server; false otherwise.
pub fn was_asked_to_serve() -> bool {
    let arguments: Vec<String> = std::env::args().collect();
    let [_, flag, url] = arguments.as_slice() else {
        return false;
    };
    if flag != "--bare" {
        return false;
    }
    tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .expect("a runtime")
        .block_on(serve(url));
    true
}

async fn serve(url: &str) {
    let pool = open(url).await;
    pool.execute(
        "CREATE TABLE kept (id TEXT NOT NULL PRIMARY KEY, body TEXT NOT NULL, holder TEXT)",
    )
    .await
    .expect("a table");
    let router = Router::new()
        .route("/api/v1/leads", post(keep))
        .route("/rows/{id}/claim", post(claim))
        .with_state(pool);
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0")
        .await
        .expect("a free port");
    println!("{}", listener.local_addr().expect("an address"));
    axum::serve(listener, router).await.expect("it serves");
}

async fn keep(State(pool): State<AnyPool>, Json(body): Json<Value>) -> (StatusCode, Json<Value>) {
    let id = uuid::Uuid::now_v7().to_string();
    sqlx::query("INSERT INTO kept (id, body) VALUES ($1, $2)")
        .bind(&id)
        .bind(body.to_string())
        .execute(&pool)
        .await
        .expect("a row");
    (StatusCode::CREATED, Json(serde_json::json!({ "id": id })))
}

/// The first one takes it.
async fn claim(
    State(pool): State<AnyPool>,
    extract::Path(id): extract::Path<String>,
) -> StatusCode {
    let taken = sqlx::query("UPDATE kept SET holder = $1 WHERE id = $2 AND holder IS NULL")
        .bind("holder")
        .bind(id)
        .execute(&pool)
        .await
        .expect("a row");
    match taken.rows_affected() {
        0 => StatusCode::CONFLICT,
        _ => StatusCode::OK,
    }
}

/// Loads a CSV file into a table of its own, as its columns are.
pub fn load(url: &str, file: &Path) -> Duration {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime")
        .block_on(async {
            let pool = open(url).await;
            let columns = ["a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k"];
            let table: Vec<String> = columns.iter().map(|name| format!("{name} TEXT")).collect();
            let text = format!("CREATE TABLE loaded ({})", table.join(", "));
            pool.execute(AssertSqlSafe(text)).await.expect("a table");
            let begun = Instant::now();
            let content = std::fs::read_to_string(file).expect("the file");
            let rows: Vec<Vec<&str>> = content
                .lines()
                .skip(1)
                .map(|line| line.split(',').collect())
                .collect();
            for chunk in rows.chunks(ROWS_A_STATEMENT) {
                let width = columns.len();
                let places: Vec<String> = (0..chunk.len())
                    .map(|row| {
                        let places: Vec<String> = (1..=width)
                            .map(|place| format!("${}", row * width + place))
                            .collect();
                        format!("({})", places.join(", "))
                    })
                    .collect();
                let text = format!("INSERT INTO loaded VALUES {}", places.join(", "));
                let mut statement = sqlx::query(AssertSqlSafe(text));
                for value in chunk.iter().flatten() {
                    statement = statement.bind(*value);
                }
                statement.execute(&pool).await.expect("rows");
            }
            begun.elapsed()
        })
}
