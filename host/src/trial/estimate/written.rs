//! The file of assumptions with what history tells in place of what was assumed. Comments
//! stay, and beside each number that is changed stands what it comes from.

use std::fmt::Write as _;

use super::{Common, Estimates, Group};

/// Kinds of leads that are told, the commonest ones.
const KINDS_MAX: usize = 20;
/// What is said of history begins so: written again, it is replaced.
const HISTORY: &str = "# From history: ";
const PROVIDERS: &str = "[[providers]]";
const LEADS: &str = "[[leads]]";
const DAYS_A_WEEK: i64 = 7;

/// A table of the file: the comments before it, its header, and its lines.
#[derive(Clone, Debug, Default)]
struct Block {
    before: Vec<String>,
    /// None of what stands before the first table.
    header: Option<String>,
    lines: Vec<String>,
}

/// Puts estimates into a file of assumptions. What history does not tell stays as it is:
/// budgets, costs, efforts, margins, and what comes of care.
///
/// # Errors
/// Says in words where the file is written in a way that nothing can be put into.
pub fn written(text: &str, estimates: &Estimates) -> Result<String, String> {
    let weeks = weeks(text)?;
    let mut blocks = blocks(text);
    if estimates.leads > 0 {
        let count = count_in(weeks, estimates);
        let said = format!(
            "{count} # {} leads in {} days of history",
            estimates.leads, estimates.days
        );
        if !blocks[0].set("lead-count", &said) {
            return Err("lead-count: is not written in a line of its own".to_owned());
        }
    }
    if !estimates.providers.is_empty() {
        let groups = estimates.providers.iter();
        replace(&mut blocks, PROVIDERS, |patterns| {
            groups
                .enumerate()
                .map(|(position, group)| {
                    // What is not known of a group stays what is assumed of it.
                    let own = patterns.get(position).unwrap_or(&patterns[0]);
                    provider(own, position, group)
                })
                .collect()
        })?;
    }
    if !estimates.kinds.is_empty() {
        replace(&mut blocks, LEADS, |patterns| {
            let kinds = estimates.kinds.iter().take(KINDS_MAX);
            kinds.map(|kind| leads(patterns, kind)).collect()
        })?;
    }
    Ok(blocks.iter().map(Block::text).collect())
}

/// How many leads come in during so many weeks, at history's pace.
fn count_in(weeks: i64, estimates: &Estimates) -> i64 {
    let leads = i64::try_from(estimates.leads).unwrap_or(i64::MAX);
    let days = estimates.days.max(1);
    (leads.saturating_mul(weeks * DAYS_A_WEEK) / days).max(1)
}

fn weeks(text: &str) -> Result<i64, String> {
    let table: toml::Table = text
        .parse()
        .map_err(|error: toml::de::Error| error.message().to_owned())?;
    let weeks = table.get("weeks").and_then(toml::Value::as_integer);
    weeks.ok_or_else(|| "weeks: is missing".to_owned())
}

/// The tables of a file. Comments right before a header are the table's that it begins.
fn blocks(text: &str) -> Vec<Block> {
    let mut blocks = vec![Block::default()];
    let mut comments: Vec<String> = Vec::new();
    for line in text.lines() {
        let trimmed = line.trim();
        if trimmed.is_empty() || trimmed.starts_with('#') {
            // What was said of history is said anew.
            if !trimmed.starts_with(HISTORY) {
                comments.push(line.to_owned());
            }
        } else if trimmed.starts_with('[') {
            blocks.push(Block {
                before: std::mem::take(&mut comments),
                header: Some(line.to_owned()),
                lines: Vec::new(),
            });
        } else if let Some(block) = blocks.last_mut() {
            block.lines.append(&mut comments);
            block.lines.push(line.to_owned());
        }
    }
    if let Some(block) = blocks.last_mut() {
        block.lines.append(&mut comments);
    }
    blocks
}

/// Puts others in the place of all tables of that header; what is said before the first one
/// stays there.
fn replace(
    blocks: &mut Vec<Block>,
    header: &str,
    others: impl FnOnce(&[Block]) -> Vec<Block>,
) -> Result<(), String> {
    let is_of = |block: &Block| {
        block
            .header
            .as_deref()
            .is_some_and(|of| of.trim() == header)
    };
    let Some(first) = blocks.iter().position(is_of) else {
        return Err(format!(
            "has no table {header} to put history's numbers into"
        ));
    };
    let patterns: Vec<Block> = blocks
        .iter()
        .filter(|block| is_of(block))
        .cloned()
        .collect();
    let mut others = others(&patterns);
    if let Some(other) = others.first_mut() {
        let said = std::mem::replace(&mut other.before, patterns[0].before.clone());
        other.before.extend(said);
    }
    for other in others.iter_mut().skip(1) {
        other.before.insert(0, String::new());
    }
    blocks.retain(|block| !is_of(block));
    blocks.splice(first..first, others);
    Ok(())
}

fn provider(pattern: &Block, position: usize, group: &Group) -> Block {
    let mut block = pattern.again(position == 0);
    let each = group.leads / group.count.max(1);
    block.set("count", &group.count.to_string());
    block.set("weight", &each.max(1).to_string());
    let mut said = format!("{} leads", group.leads);
    match group.response_hours {
        Some(hours) => {
            block.set("response-hours", &format!("{hours:.2}"));
            let _ = write!(said, ", {} answered after {hours:.2} hours", group.answered);
        }
        None => said.push_str("; how soon they answer is assumed"),
    }
    block.said_of_history(&said);
    block
}

fn leads(patterns: &[Block], kind: &Common) -> Block {
    let is = |pattern: &&Block, key: &str, wanted: &Option<String>| {
        pattern.get(key) == wanted.as_ref().map(|of| quoted(of))
    };
    let alike = |pattern: &&Block| {
        let product = is(pattern, "product", &kind.product);
        let source = is(pattern, "source", &kind.source);
        (product, source)
    };
    // The first one among equals.
    let pattern = patterns.iter().rev().max_by_key(alike);
    let mut block = pattern.map_or_else(Block::default, |of| of.again(false));
    if let Some(source) = &kind.source {
        block.set("source", &quoted(source));
    }
    match &kind.product {
        Some(product) => {
            if !block.set("product", &quoted(product)) {
                block.lines.push(format!("product = {}", quoted(product)));
            }
        }
        None => block.lines.retain(|line| key_of(line) != Some("product")),
    }
    block.set("weight", &kind.leads.to_string());
    let mut said = format!("{} leads", kind.leads);
    if let Some(band) = &kind.band {
        let _ = write!(said, " of the size {band}");
    }
    if let Some(temperature) = kind.temperature {
        block.set("temperature", &quoted(temperature.as_str()));
    }
    if let Some(value) = kind.value {
        block.set("value", &value.to_string());
    }
    if kind.is_told() {
        let _ = write!(said, ", {} of {} that ended were won", kind.won, kind.ended);
        block.set_won(kind.won as f64 * 100.0 / kind.ended as f64);
    } else {
        said.push_str("; too few have ended, what comes of them is assumed");
    }
    block.said_of_history(&said);
    block
}

impl Block {
    /// The same, to be written once more; comments within it are said once.
    fn again(&self, with_comments: bool) -> Self {
        let mut lines = self.lines.clone();
        if !with_comments {
            lines.retain(|line| key_of(line).is_some());
        }
        Self {
            before: Vec::new(),
            header: self.header.clone(),
            lines,
        }
    }

    fn get(&self, key: &str) -> Option<String> {
        let mut lines = self.lines.iter();
        let line = lines.find(|line| key_of(line) == Some(key))?;
        let (_, value) = line.split_once('=')?;
        Some(value.trim().to_owned())
    }

    /// Whether there was such a key.
    fn set(&mut self, key: &str, value: &str) -> bool {
        let mut lines = self.lines.iter_mut();
        match lines.find(|line| key_of(line) == Some(key)) {
            Some(line) => {
                *line = format!("{key} = {value}");
                true
            }
            None => false,
        }
    }

    /// How likely a project that is pursued is won, in per cent; otherwise it is lost.
    fn set_won(&mut self, percent: f64) {
        let key = "pursue-project";
        let Some(work) = self.get(key) else { return };
        let Ok(mut table) = format!("{key} = {work}").parse::<toml::Table>() else {
            return;
        };
        let won = (percent * 10.0).round() / 10.0;
        // With one decimal, as both have to make a whole.
        let lost = ((100.0 - won) * 10.0).round() / 10.0;
        let outcomes = [
            ("won".to_owned(), won.into()),
            ("lost".to_owned(), lost.into()),
        ];
        if let Some(work) = table.get_mut(key).and_then(toml::Value::as_table_mut) {
            let outcomes = toml::Table::from_iter(outcomes);
            work.insert("outcomes-percent".to_owned(), outcomes.into());
            self.set(key, &toml::Value::from(work.clone()).to_string());
        }
    }

    fn said_of_history(&mut self, said: &str) {
        self.before.push(format!("{HISTORY}{said}."));
    }

    fn text(&self) -> String {
        let lines = self.before.iter().chain(&self.header).chain(&self.lines);
        lines.map(|line| format!("{line}\n")).collect()
    }
}

/// The key that a line sets; none of a comment.
fn key_of(line: &str) -> Option<&str> {
    let line = line.trim_start();
    let (key, _) = line.split_once('=').filter(|_| !line.starts_with('#'))?;
    Some(key.trim())
}

fn quoted(text: &str) -> String {
    toml::Value::from(text).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::temperature::Temperature;
    use crate::trial::assumptions::{Assumptions, TEMPLATE};

    fn estimates() -> Estimates {
        let group = |count, response_hours| Group {
            count,
            leads: 60 * count,
            answered: 40,
            response_hours,
        };
        let kind = |source: &str, leads, ended, won| Common {
            source: Some(source.to_owned()),
            product: Some("heat-pump".to_owned()),
            band: Some("large".to_owned()),
            leads,
            temperature: Some(Temperature::Warm),
            value: Some(1_234_500),
            ended,
            won,
        };
        Estimates {
            leads: 300,
            days: 70,
            providers: vec![group(4, Some(2.5)), group(1, None)],
            kinds: vec![kind("trade-fair", 200, 90, 30), kind("new", 100, 19, 9)],
        }
    }

    fn parsed(text: &str) -> Assumptions {
        let measures = ["satisfaction", "rework-share"];
        Assumptions::parse(text, &measures, &[]).unwrap_or_else(|error| panic!("{error:?}\n{text}"))
    }

    #[test]
    fn history_stands_in_place_of_what_was_assumed() {
        let text = written(TEMPLATE, &estimates()).unwrap();
        let found = parsed(&text).parameters;
        // 30 a week for 52 weeks.
        assert_eq!(found.lead_count, 1_560);
        let providers: Vec<_> = found
            .providers
            .iter()
            .map(|of| (of.count, of.response_seconds, of.weight, of.budget))
            .collect();
        assert_eq!(providers, [(4, 9_000, 60, 3_000), (1, 5_400, 60, 3_000)]);
        let [fair, new] = found.kinds.as_slice() else {
            panic!("{text}");
        };
        assert_eq!(
            (fair.source.as_str(), fair.weight, fair.value),
            ("trade-fair", 200, 1_234_500)
        );
        let chances: Vec<i64> = fair
            .pursue_project
            .outcomes
            .iter()
            .map(|of| of.probability)
            .collect();
        assert_eq!(chances.iter().sum::<i64>(), 1_000_000);
        assert!(chances.contains(&333_000), "{chances:?}");
        // Of too few nothing is concluded, and what they are like is taken from others.
        assert_eq!((new.source.as_str(), new.weight), ("new", 100));
        let assumed = parsed(TEMPLATE).parameters.kinds[0].clone();
        assert_eq!(new.pursue_project, assumed.pursue_project);
        assert!(text.contains("# From history: 200 leads of the size large, 30 of 90 that ended"));
        for comment in [
            "# What an hour costs the provider.",
            "# Leads that are alike:",
        ] {
            assert_eq!(text.matches(comment).count(), 1, "{comment}\n{text}");
        }
    }

    #[test]
    fn written_again_it_is_the_same() {
        let once = written(TEMPLATE, &estimates()).unwrap();
        assert_eq!(written(&once, &estimates()).unwrap(), once);
        assert_eq!(written(TEMPLATE, &Estimates::default()).unwrap(), TEMPLATE);
    }

    #[test]
    fn a_file_without_tables_is_refused() {
        let refused = written("weeks = 52\nlead-count = 600\n", &estimates()).unwrap_err();
        assert!(refused.contains("[[providers]]"), "{refused}");
        assert!(written("lead-count = 600\n", &estimates()).is_err());
    }
}
