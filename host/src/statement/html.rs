//! A statement as one page that holds everything it needs: it runs nothing, loads
//! nothing, and prints to A4.

use std::fmt::Write;

use super::words::{Words, kind, words};
use super::{Document, Line, Sum};
use crate::domain::account::AccountKind;

/// Readable without colours: what matters is said in words.
const STYLE: &str = include_str!("statement.css");

/// The statement as HTML.
pub fn html(document: &Document) -> String {
    let mut page = Page {
        document,
        words: words(document.language),
        text: String::new(),
    };
    page.head();
    page.overview();
    page.accounts();
    page.lines();
    page.meanings();
    page.text.push_str("</body>\n</html>\n");
    page.text
}

struct Page<'a> {
    document: &'a Document,
    words: &'static Words,
    text: String,
}

impl Page<'_> {
    fn head(&mut self) {
        let Self {
            document, words, ..
        } = self;
        let period = &document.period;
        let title = format!(
            "{} {} · {}",
            words.statement, period.name, document.partner_name
        );
        let last = crate::domain::time::Micros(period.ends.0.saturating_sub(1));
        let days = format!(
            "{}: {} {} {}",
            period.name,
            document.day(period.begins),
            words.to,
            document.day(last)
        );
        let state = match document.is_final() {
            true => words.settled.to_owned(),
            false => format!("{}. {}", words.provisional, words.may_change),
        };
        let partner = format!("{} ({})", document.partner_name, document.partner);
        let facts = [
            (words.manufacturer, &document.manufacturer),
            (words.contract, &document.contract),
            (words.partner, &partner),
            (words.period, &days),
            (words.state, &state),
        ];
        let trials: Vec<(&str, String)> = document
            .trials
            .iter()
            .map(|trial| (document.trial_title(trial), document.trial(trial)))
            .collect();
        let trials = trials.iter().map(|(title, trial)| (*title, trial));
        let facts: String = facts
            .into_iter()
            .chain(trials)
            .map(|(name, value)| format!("<dt>{}</dt><dd>{}</dd>\n", escaped(name), escaped(value)))
            .collect();
        self.text = format!(
            "<!DOCTYPE html>\n<html lang=\"{}\">\n<head>\n<meta charset=\"utf-8\">\n\
             <meta name=\"viewport\" content=\"width=device-width\">\n<title>{}</title>\n\
             <style>\n{STYLE}</style>\n</head>\n<body>\n<h1>{}</h1>\n<dl class=\"facts\">\n{facts}</dl>\n",
            self.words.code,
            escaped(&title),
            escaped(&title)
        );
    }

    fn overview(&mut self) {
        let words = self.words;
        self.section(words.overview);
        let columns = [
            (words.kind, ""),
            (words.carried, NUMBER),
            (words.amount, NUMBER),
            (words.balance, NUMBER),
        ];
        self.begin_table(&columns);
        let language = self.document.language;
        for sum in &self.document.subtotals {
            let name = sum.kind.map_or(words.due, |of| kind(of, language).0);
            self.sum(name, sum);
        }
        self.text.push_str("</tbody>\n<tfoot>\n");
        for sum in &self.document.sums {
            self.sum(words.due, sum);
        }
        self.text.push_str("</tfoot>\n</table>\n");
    }

    fn sum(&mut self, name: &str, sum: &Sum) {
        let amount = |amount| self.document.amount(amount, &sum.unit);
        self.row(&[
            (name, ""),
            (&amount(sum.carried), NUMBER),
            (&amount(sum.amount), NUMBER),
            (&amount(sum.balance), NUMBER),
        ]);
    }

    fn accounts(&mut self) {
        let words = self.words;
        self.section(words.accounts);
        self.begin_table(&[
            (words.account, ""),
            (words.kind, ""),
            (words.carried, NUMBER),
            (words.amount, NUMBER),
            (words.balance, NUMBER),
        ]);
        for total in &self.document.totals {
            let amount = |amount| self.document.amount(amount, &total.unit);
            self.row(&[
                (&format!("{} / {}", total.component, total.account), ""),
                (kind(total.kind, self.document.language).0, ""),
                (&amount(total.carried), NUMBER),
                (&amount(total.amount), NUMBER),
                (&amount(total.carried.saturating_add(total.amount)), NUMBER),
            ]);
        }
        self.text.push_str("</tbody>\n</table>\n");
    }

    fn lines(&mut self) {
        let words = self.words;
        self.section(words.lines);
        if self.document.lines.is_empty() {
            let _ = writeln!(self.text, "<p>{}</p>", escaped(words.no_lines));
            return;
        }
        self.begin_table(&[
            (words.date, ""),
            (words.about, ""),
            (words.rule, ""),
            (words.account, ""),
            (words.amount, NUMBER),
        ]);
        for line in &self.document.lines {
            self.line(line);
        }
        self.text.push_str("</tbody>\n</table>\n");
    }

    fn line(&mut self, line: &Line) {
        let (document, words) = (self.document, self.words);
        let posting = &line.posting;
        let about = match (&posting.lead, &posting.deal) {
            (None, None) => words.settlement.to_owned(),
            (lead, deal) => {
                let lead = lead.as_ref().map(|id| format!("{} {id}", words.lead));
                let deal = deal.as_ref().map(|id| format!("{} {id}", words.deal));
                lead.into_iter().chain(deal).collect::<Vec<_>>().join("\n")
            }
        };
        let references = [
            (words.posting, Some(posting.id.as_str())),
            (
                words.receipt,
                posting.decision.as_ref().map(|id| id.as_str()),
            ),
            (
                words.corrects,
                posting.corrects.as_ref().map(|id| id.as_str()),
            ),
            (
                words.adjusts,
                posting.adjusts.as_ref().map(|id| id.as_str()),
            ),
            (
                words.of_period,
                Some(posting.period.as_str()).filter(|of| *of != document.period.name),
            ),
        ];
        let references: Vec<String> = references
            .iter()
            .filter_map(|(name, id)| Some(format!("{name} {}", (*id)?)))
            .collect();
        let state = match document.is_final() {
            true => words.settled,
            false => words.provisional,
        };
        let disputes: String = line
            .disputes
            .iter()
            .map(|disputed| {
                let (complaint, answer) = document.quarrel(disputed);
                format!(
                    "<p class=\"dispute\">{} {}<br>{}: {}</p>",
                    escaped(words.dispute),
                    escaped(&complaint),
                    escaped(words.answer),
                    escaped(&answer)
                )
            })
            .collect();
        let account = format!(
            "{} / {}\n{}, {state}",
            posting.component,
            posting.account,
            kind(line.kind, document.language).0
        );
        let _ = writeln!(
            self.text,
            "<tr><td>{}</td><td class=\"id\">{}</td><td>{}{disputes}<div class=\"id\">{}</div></td>\
             <td>{}</td><td class=\"number\">{}</td></tr>",
            escaped(&document.day(posting.occurred_at)),
            escaped(&about),
            escaped(&line.text),
            escaped(&references.join("\n")),
            escaped(&account),
            escaped(&document.amount(posting.amount, &posting.unit))
        );
    }

    fn meanings(&mut self) {
        let language = self.document.language;
        let mut kinds: Vec<AccountKind> = self
            .document
            .totals
            .iter()
            .map(|total| total.kind)
            .collect();
        kinds.sort_unstable();
        kinds.dedup();
        if kinds.is_empty() {
            return;
        }
        self.section(self.words.meanings);
        self.text.push_str("<dl class=\"meanings\">\n");
        for of in kinds {
            let (name, meaning) = kind(of, language);
            let _ = writeln!(
                self.text,
                "<dt>{}</dt><dd>{}</dd>",
                escaped(name),
                escaped(meaning)
            );
        }
        self.text.push_str("</dl>\n");
    }

    fn section(&mut self, title: &str) {
        let _ = writeln!(self.text, "<h2>{}</h2>", escaped(title));
    }

    /// With a head that is repeated on each page.
    fn begin_table(&mut self, columns: &[(&str, &str)]) {
        self.text.push_str("<table>\n<thead>\n<tr>");
        for (name, class) in columns {
            let _ = write!(self.text, "<th scope=\"col\"{class}>{}</th>", escaped(name));
        }
        self.text.push_str("</tr>\n</thead>\n<tbody>\n");
    }

    fn row(&mut self, cells: &[(&str, &str)]) {
        self.text.push_str("<tr>");
        for (cell, class) in cells {
            let _ = write!(self.text, "<td{class}>{}</td>", escaped(cell));
        }
        self.text.push_str("</tr>\n");
    }
}

const NUMBER: &str = " class=\"number\"";

/// A text as it may stand in an element or in an attribute, whoever has written it.
pub fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            '\n' => escaped.push_str("<br>"),
            other => escaped.push(other),
        }
    }
    escaped
}
