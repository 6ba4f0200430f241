//! The list of bad inputs, each with its answer.

use std::process::Output;

use stellwerk_tests::Answer;

/// What a refusal says that it is.
const PROBLEM: &str = "application/problem+json";

#[derive(Default)]
pub struct Book {
    text: String,
    /// What differs from run to run, and what stands for it.
    placeholders: Vec<(String, &'static str)>,
    /// What was taken, or answered as if somebody else was to blame.
    faults: Vec<String>,
}

impl Book {
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Answers that are none to bad input.
    pub fn faults(&self) -> &[String] {
        &self.faults
    }

    pub fn group(&mut self, title: &str) {
        if !self.text.is_empty() {
            self.text.push('\n');
        }
        self.text.push_str(&format!("{title}\n"));
    }

    /// Shows another text in the place of this one.
    pub fn hide(&mut self, text: &str, shown: &'static str) {
        self.placeholders.push((text.to_owned(), shown));
    }

    /// What a server has answered, which has to be a problem and nobody's fault.
    pub fn answered(&mut self, what: &str, answer: &Answer) {
        let is_refusal = (400..500).contains(&answer.status)
            && answer.headers.get("content-type").map(String::as_str) == Some(PROBLEM)
            && answer.body["status"] == answer.status
            && !answer.code().is_empty()
            && is_told(answer);
        if !is_refusal {
            self.faults.push(format!("{what}: {answer:?}"));
        }
        let mut said = vec![format!(
            "{} {}: {}",
            answer.status,
            answer.code(),
            answer.text("/title")
        )];
        if let Some(detail) = answer.body["detail"].as_str() {
            said.extend(detail.lines().map(str::to_owned));
        }
        for error in answer.body["errors"].as_array().into_iter().flatten() {
            let pointer = error["pointer"].as_str().unwrap_or_default();
            let message = error["message"].as_str().unwrap_or_default();
            said.push(match (pointer, error["code"].as_str()) {
                ("", _) => message.to_owned(),
                (pointer, None) => format!("{pointer}: {message}"),
                (pointer, Some(code)) => format!("{pointer} ({code}): {message}"),
            });
        }
        self.said(what, &said);
    }

    /// What is taken, though it may look odd.
    pub fn taken(&mut self, what: &str, answer: &Answer) {
        if !(200..300).contains(&answer.status) {
            self.faults.push(format!("{what}: {answer:?}"));
        }
        self.said(what, &[format!("{}: taken", answer.status)]);
    }

    /// What a command has printed, with its exit code.
    pub fn printed(&mut self, what: &str, output: &Output) {
        let stderr = String::from_utf8_lossy(&output.stderr);
        let code = output.status.code().unwrap_or(-1);
        if code <= 1 || !stderr.starts_with("error: ") {
            self.faults.push(format!("{what}: {output:?}"));
        }
        let mut said = vec![format!("exit {code}")];
        said.extend(stderr.lines().map(str::to_owned));
        self.said(what, &said);
    }

    /// Whatever was said; where in a component something is changes with its
    /// encoder.
    pub fn said(&mut self, what: &str, lines: &[String]) {
        self.text.push_str(&format!("\n{what}\n"));
        for line in lines {
            let mut line = line.clone();
            for (text, shown) in &self.placeholders {
                line = line.replace(text, shown);
            }
            if let Some((before, after)) = line.split_once(" at byte ") {
                let after = after.trim_start_matches(|digit: char| digit.is_ascii_digit());
                line = format!("{before} at byte N{after}");
            }
            self.text.push_str(format!("    {line}").trim_end());
            self.text.push('\n');
        }
    }
}

/// Whether it says more than that it is refused: what was wrong, and what to do.
fn is_told(answer: &Answer) -> bool {
    let has_detail = answer.body["detail"].is_string();
    let has_errors = answer.body["errors"][0]["message"].is_string();
    match answer.code() {
        "invalid" => has_errors,
        _ => has_detail || has_errors,
    }
}
