//! What is kept of a person, in English and in German.

use std::fmt::{self, Write};

use crate::domain::time::Micros;
use crate::persons::known::{Fields, Happened, Known, KnownLead};

#[derive(Clone, Copy)]
pub enum Language {
    English,
    German,
}

impl Language {
    pub fn of(code: &str) -> Self {
        match code {
            "de" => Self::German,
            _ => Self::English,
        }
    }

    /// What a code or a name of a field says; itself where nobody has a word for it, such
    /// as those that terms declare.
    fn word(self, code: &str) -> &str {
        let known = WORDS.iter().find(|(known, ..)| *known == code);
        match (self, known) {
            (_, None) => code,
            (Self::English, Some((_, english, _))) => english,
            (Self::German, Some((_, _, german))) => german,
        }
    }
}

/// Codes and names of fields, with what they say in English and in German.
const WORDS: &[(&str, &str, &str)] = &[
    (
        "#title",
        "What is kept of you",
        "Was über Sie gespeichert ist",
    ),
    ("#by", "kept by", "gespeichert bei"),
    ("#as-of", "as of", "Stand"),
    ("#nothing", "Nothing is kept.", "Es ist nichts gespeichert."),
    ("#lead", "Request", "Anfrage"),
    ("#contract", "belongs to", "gehört zu"),
    ("#state", "stands at", "Stand der Dinge"),
    ("#received", "came in", "eingegangen"),
    ("#person", "About you", "Zu Ihrer Person"),
    ("#interest", "What it is about", "Worum es geht"),
    ("#activities", "What you did", "Was Sie getan haben"),
    (
        "#offers",
        "Whom it was offered to, without your name",
        "Wem sie angeboten wurde, ohne Ihren Namen",
    ),
    (
        "#claims",
        "Who held it, and knew your contact",
        "Wer sie hatte und Ihre Kontaktdaten kannte",
    ),
    ("#deals", "What came of it", "Was daraus wurde"),
    (
        "#disputes",
        "What partners have written of its money",
        "Was Partner über das Geld dafür geschrieben haben",
    ),
    ("#events", "What has happened", "Was geschehen ist"),
    (
        "#decisions",
        "What rules decided, and why",
        "Was Regeln entschieden haben, und warum",
    ),
    (
        "#recognised",
        "How another request of yours would be recognised (kept as SHA-256)",
        "Woran eine weitere Anfrage von Ihnen erkannt würde (als SHA-256 gespeichert)",
    ),
    (
        "#answers",
        "Answers to whoever sent it, kept for a day",
        "Antworten an den Absender, einen Tag lang gespeichert",
    ),
    ("name", "name", "Name"),
    ("email", "e-mail address", "E-Mail-Adresse"),
    ("phone", "phone", "Telefon"),
    ("company", "company", "Firma"),
    ("street", "street", "Straße"),
    ("city", "city", "Ort"),
    ("note", "note", "Notiz"),
    (
        "external-id",
        "number of the sender",
        "Nummer des Absenders",
    ),
    ("customer", "customer number", "Kundennummer"),
    ("product", "product", "Produkt"),
    ("source", "source", "Quelle"),
    ("country", "country", "Land"),
    ("postcode", "postcode", "Postleitzahl"),
    ("value", "value in minor units", "Wert in kleinster Einheit"),
    ("provenance", "where it comes from", "Herkunft"),
    ("temperature", "how warm", "wie warm"),
    ("until", "until", "bis"),
    ("reason", "reason", "Grund"),
    ("policy", "rule", "Regel"),
    ("free-text", "was told", "bekam zu lesen"),
    ("complaint", "complaint", "Einwand"),
    ("answer", "answer", "Antwort"),
    (
        "disputed",
        "a line was disputed",
        "eine Zeile wurde beanstandet",
    ),
    ("dispute-answered", "and answered", "und beantwortet"),
    ("outcome", "outcome", "Ergebnis"),
    (
        "company-postcode",
        "company and postcode",
        "Firma und Postleitzahl",
    ),
    ("received", "came in", "eingegangen"),
    ("needs-info", "something is missing", "es fehlt etwas"),
    ("nurturing", "rests", "ruht"),
    (
        "qualified",
        "is worth a partner's time",
        "ist einem Partner die Zeit wert",
    ),
    ("offered", "offered to partners", "Partnern angeboten"),
    (
        "claimed",
        "taken by a partner",
        "von einem Partner übernommen",
    ),
    ("working", "being worked", "in Arbeit"),
    ("won", "business came of it", "ein Auftrag wurde daraus"),
    (
        "lost",
        "no business came of it",
        "kein Auftrag wurde daraus",
    ),
    ("rejected", "goes to no partner", "geht an keinen Partner"),
    ("erased", "erased", "gelöscht"),
    ("open", "open", "offen"),
    ("withdrawn", "withdrawn", "zurückgezogen"),
    ("lapsed", "ran out", "abgelaufen"),
    ("reopened", "open again", "wieder offen"),
    ("declined", "declined", "abgelehnt"),
    ("recalled", "taken back", "zurückgenommen"),
    ("held", "holds it", "hat sie"),
    (
        "nurtured",
        "set aside for later",
        "für später zurückgestellt",
    ),
    (
        "released",
        "sent on by a person",
        "von einem Menschen weitergegeben",
    ),
    ("bad-lead", "not a good request", "keine gute Anfrage"),
    (
        "not-for-me",
        "not for this partner",
        "nichts für diesen Partner",
    ),
    ("no-capacity", "no time", "keine Zeit"),
    ("registered", "registered", "angemeldet"),
    ("cancelled", "called off", "abgesagt"),
    ("changed", "changed by its sender", "vom Absender geändert"),
    (
        "answered",
        "questions were answered",
        "Fragen wurden beantwortet",
    ),
    ("woken", "taken up again", "wieder aufgenommen"),
    (
        "merged",
        "the same as another request",
        "dasselbe wie eine andere Anfrage",
    ),
    (
        "routed",
        "for one partner alone",
        "für einen Partner allein",
    ),
    (
        "unmatched",
        "no partner can take it now",
        "kein Partner kann sie gerade nehmen",
    ),
    (
        "breached",
        "a promised time was missed",
        "eine zugesagte Frist wurde versäumt",
    ),
    ("reminded", "somebody was reminded", "jemand wurde erinnert"),
    ("told", "somebody was told", "jemand wurde benachrichtigt"),
    (
        "extended",
        "a promised time was moved",
        "eine Frist wurde verlängert",
    ),
    (
        "blocked",
        "a partner is blocked for a while",
        "ein Partner ist eine Weile gesperrt",
    ),
    ("queued", "waits for a person", "wartet auf einen Menschen"),
    ("due", "a time has come", "eine Frist ist erreicht"),
    (
        "deal-registered",
        "a partner registered business",
        "ein Partner hat ein Geschäft angemeldet",
    ),
    (
        "contacted",
        "you were spoken with",
        "mit Ihnen wurde gesprochen",
    ),
    (
        "not-reached",
        "you were not reached",
        "Sie wurden nicht erreicht",
    ),
    ("appointment", "an appointment", "ein Termin"),
    (
        "quoted",
        "an offer was made to you",
        "Sie haben ein Angebot bekommen",
    ),
    (
        "care-contact",
        "somebody looked after you",
        "jemand hat sich um Sie gekümmert",
    ),
    (
        "data-complete",
        "all details are there",
        "alle Angaben sind da",
    ),
    (
        "unworked",
        "nobody worked it in time",
        "niemand hat sie rechtzeitig bearbeitet",
    ),
    ("lead.erased", "erased", "gelöscht"),
    (
        "assess",
        "Is it worth a partner's time?",
        "Ist sie einem Partner die Zeit wert?",
    ),
    (
        "rank",
        "Which partners may take it?",
        "Welche Partner dürfen sie nehmen?",
    ),
    (
        "escalate",
        "What follows when nobody acts?",
        "Was folgt, wenn niemand handelt?",
    ),
    (
        "admit",
        "May this partner take it?",
        "Darf dieser Partner sie nehmen?",
    ),
    ("award", "What does it pay?", "Was wird dafür bezahlt?"),
];

/// Everything, as text.
pub fn write(f: &mut fmt::Formatter<'_>, known: &Known, language: Language) -> fmt::Result {
    let word = |code| language.word(code);
    writeln!(f, "{}", word("#title"))?;
    writeln!(f, "  {}: {}", word("#by"), known.manufacturer)?;
    writeln!(f, "  {}: {}", word("#as-of"), at(known.as_of))?;
    if known.leads.is_empty() {
        writeln!(f, "\n{}", word("#nothing"))?;
    }
    for lead in &known.leads {
        write_lead(f, lead, language)?;
    }
    Ok(())
}

fn write_lead(f: &mut fmt::Formatter<'_>, lead: &KnownLead, language: Language) -> fmt::Result {
    let word = |code| language.word(code);
    writeln!(f, "\n{} {}", word("#lead"), lead.id)?;
    writeln!(f, "  {}: {}", word("#contract"), lead.contract)?;
    writeln!(f, "  {}: {}", word("#received"), at(lead.received_at))?;
    writeln!(f, "  {}: {}", word("#state"), word(&lead.state))?;
    for (title, fields) in [("#person", &lead.person), ("#interest", &lead.interest)] {
        if !fields.0.is_empty() {
            writeln!(f, "\n  {}", word(title))?;
        }
        for (name, value) in &fields.0 {
            let value = value.replace('\n', "\n      ");
            writeln!(f, "    {}: {value}", word(name))?;
        }
    }
    for (title, happened) in [
        ("#activities", &lead.activities),
        ("#offers", &lead.offers),
        ("#claims", &lead.claims),
        ("#deals", &lead.deals),
        ("#disputes", &lead.disputes),
        ("#events", &lead.events),
        ("#decisions", &lead.decisions),
    ] {
        if !happened.is_empty() {
            writeln!(f, "\n  {}", word(title))?;
        }
        for one in happened {
            writeln!(f, "    {}", line(one, language))?;
            for reason in &one.reasons {
                writeln!(f, "      {reason}")?;
            }
        }
    }
    if !lead.recognised_by.is_empty() {
        let by = lead.recognised_by.iter().map(|kind| word(kind));
        let by: Vec<&str> = by.collect();
        writeln!(f, "\n  {}: {}", word("#recognised"), by.join(", "))?;
    }
    if lead.kept_answers > 0 {
        writeln!(f, "\n  {}: {}", word("#answers"), lead.kept_answers)?;
    }
    Ok(())
}

fn line(happened: &Happened, language: Language) -> String {
    let Happened {
        at: when,
        what,
        partner,
        more: Fields(more),
        ..
    } = happened;
    let mut line = format!("{}  {}", at(*when), language.word(what));
    if let Some(partner) = partner {
        // Into memory: it cannot fail.
        let _ = write!(line, ", {partner}");
    }
    for (name, value) in more {
        let value = language.word(value).replace('\n', "\n      ");
        let _ = write!(line, "; {}: {value}", language.word(name));
    }
    line
}

/// An instant to the second.
fn at(instant: Micros) -> String {
    Micros(instant.0 - instant.0.rem_euclid(1_000_000)).to_string()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::domain::event::EventCode;
    use crate::domain::lifecycle::State;

    #[test]
    fn every_state_and_every_event_of_a_lead_has_its_words_once() {
        let known: BTreeSet<&str> = WORDS.iter().map(|(code, ..)| *code).collect();
        assert_eq!(known.len(), WORDS.len(), "a word is there twice");
        // Those of periods and rules are no lead's.
        let of_no_lead = [
            "period-closed",
            "policy-failed",
            "generation-stopped",
            "not-reproduced",
        ];
        let events = EventCode::ALL.iter().map(|code| code.as_str());
        let states = State::ALL.into_iter().map(State::as_str);
        let codes = events
            .chain(states)
            .filter(|code| !of_no_lead.contains(code));
        let without: Vec<&str> = codes.filter(|code| !known.contains(code)).collect();
        assert_eq!(without, Vec::<&str>::new());
    }
}
