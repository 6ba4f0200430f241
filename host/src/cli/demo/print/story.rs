//! One lead's way in words.

use std::collections::BTreeMap;
use std::fmt;

use super::heading;
use crate::demo::{Ranked, Story};

/// Characters of a line.
const WIDTH: usize = 100;
/// What stands before the reasons.
const INDENT: &str = "                    ";
/// Partners that are named one by one.
const NAMED_MAX: usize = 4;

pub fn write(f: &mut fmt::Formatter<'_>, story: &Story) -> fmt::Result {
    heading(f, &format!("ONE LEAD'S STORY: {}", story.number))?;
    wrapped(f, "  ", &story.about)?;
    writeln!(f)?;
    for chapter in &story.chapters {
        let at = chapter.at.strftime("%a %d %b %H:%M").to_string();
        writeln!(f, "  {at}  {}", chapter.what)?;
        for why in &chapter.why {
            wrapped(f, INDENT, why)?;
        }
        ranked(f, &chapter.ranked)?;
    }
    Ok(())
}

/// Those that are asked with the terms of their scores; then those that come
/// later, and those that may not be asked, by the reason.
fn ranked(f: &mut fmt::Formatter<'_>, ranked: &[Ranked]) -> fmt::Result {
    for partner in ranked.iter().filter(|partner| partner.wave == Some(0)) {
        let terms: Vec<String> = partner
            .terms
            .iter()
            .map(|(text, weight)| format!("{text} {weight}"))
            .collect();
        let line = format!("{} {} = {}", partner.name, partner.score, terms.join(" + "));
        wrapped(f, INDENT, &line)?;
    }
    let later: Vec<String> = ranked
        .iter()
        .filter(|partner| partner.wave.is_some_and(|wave| wave > 0))
        .map(|partner| format!("{} {}", partner.name, partner.score))
        .collect();
    if !later.is_empty() {
        wrapped(f, INDENT, &format!("Later: {}.", later.join(", ")))?;
    }
    let mut excluded: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for partner in ranked {
        if let Some(reason) = &partner.excluded {
            excluded.entry(reason).or_default().push(&partner.name);
        }
    }
    for (reason, names) in excluded {
        let who = match names.len() {
            ..=NAMED_MAX => names.join(", "),
            count => format!("{count} partners"),
        };
        wrapped(f, INDENT, &format!("Not {who}: {reason}"))?;
    }
    Ok(())
}

/// Writes a text in lines of the width; the first begins with the indent, the
/// others a little after it.
fn wrapped(f: &mut fmt::Formatter<'_>, indent: &str, text: &str) -> fmt::Result {
    let mut line = indent.to_owned();
    let mut is_empty = true;
    for word in text.split(' ') {
        if !is_empty && line.chars().count() + 1 + word.chars().count() > WIDTH {
            writeln!(f, "{line}")?;
            line = format!("{indent}  ");
            is_empty = true;
        }
        if !is_empty {
            line.push(' ');
        }
        line.push_str(word);
        is_empty = false;
    }
    writeln!(f, "{line}")
}
