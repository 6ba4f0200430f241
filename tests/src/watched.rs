//! What a server asks its database for one request, from its log.

use serde_json::Value;

use crate::server::Server;

/// Settings under which a server logs every statement.
pub const STATEMENTS: [(&str, &str); 2] = [
    ("STELLWERK_LOG_FORMAT", "json"),
    ("STELLWERK_LOG_FILTER", "warn,stellwerk=info,sqlx=debug"),
];

impl Server {
    /// The statements of the request of that identifier, each with how many rows
    /// it gave, once the request is answered. In which order is not told:
    /// connections log for themselves.
    pub fn statements(&self, id: &str) -> Option<Vec<(String, i64)>> {
        let lines: Vec<Value> = self
            .log_of(id)
            .iter()
            .filter_map(|line| serde_json::from_str(line).ok())
            .collect();
        let mut statements: Vec<(String, i64)> = lines.iter().filter_map(statement).collect();
        statements.sort();
        let is_answered = |line: &Value| line["fields"]["message"] == "answered";
        lines.iter().any(is_answered).then_some(statements)
    }
}

fn statement(line: &Value) -> Option<(String, i64)> {
    if line["target"] != "sqlx::query" {
        return None;
    }
    let fields = &line["fields"];
    let text = |name: &str| fields[name].as_str().unwrap_or_default().trim();
    let rows = fields["rows_returned"].as_i64().unwrap_or_default();
    Some((
        format!("{} {}", text("summary"), text("db.statement")),
        rows,
    ))
}
