//! What a statement says beside its lines, in each language.

use crate::domain::account::AccountKind;
use crate::policy::reason::Language;

/// Texts of a statement.
pub struct Words {
    /// Of the page's `lang`.
    pub code: &'static str,
    pub statement: &'static str,
    pub manufacturer: &'static str,
    pub contract: &'static str,
    pub partner: &'static str,
    pub period: &'static str,
    /// Its first and its last day.
    pub to: &'static str,
    pub state: &'static str,
    pub provisional: &'static str,
    pub settled: &'static str,
    /// What a provisional statement is told with.
    pub may_change: &'static str,
    pub overview: &'static str,
    pub accounts: &'static str,
    pub lines: &'static str,
    pub no_lines: &'static str,
    pub kind: &'static str,
    pub component: &'static str,
    pub account: &'static str,
    pub unit: &'static str,
    pub carried: &'static str,
    pub amount: &'static str,
    pub balance: &'static str,
    pub due: &'static str,
    pub row: &'static str,
    pub line: &'static str,
    pub date: &'static str,
    pub about: &'static str,
    pub lead: &'static str,
    pub deal: &'static str,
    pub settlement: &'static str,
    pub rule: &'static str,
    pub receipt: &'static str,
    pub posting: &'static str,
    pub corrects: &'static str,
    pub adjusts: &'static str,
    pub of_period: &'static str,
    pub meanings: &'static str,
}

/// The texts of a language.
pub fn words(language: Language) -> &'static Words {
    match language {
        Language::English => &ENGLISH,
        Language::German => &GERMAN,
    }
}

const ENGLISH: Words = Words {
    code: "en",
    statement: "Statement",
    manufacturer: "Manufacturer",
    contract: "Contract",
    partner: "Partner",
    period: "Period",
    to: "to",
    state: "State",
    provisional: "provisional",
    settled: "final",
    may_change: "The period is not closed yet: until then the amounts may change.",
    overview: "What it comes to",
    accounts: "Accounts",
    lines: "Lines",
    no_lines: "Nothing was booked in this period.",
    kind: "Kind",
    component: "Component",
    account: "Account",
    unit: "Unit",
    carried: "Carried forward",
    amount: "Amount",
    balance: "Balance",
    due: "Sum",
    row: "Row",
    line: "Line",
    date: "Date",
    about: "For",
    lead: "Lead",
    deal: "Deal",
    settlement: "Settlement of the period",
    rule: "Rule",
    receipt: "Receipt",
    posting: "Posting",
    corrects: "Corrects",
    adjusts: "Adjusts",
    of_period: "Of the period",
    meanings: "What the kinds mean",
};

const GERMAN: Words = Words {
    code: "de",
    statement: "Abrechnung",
    manufacturer: "Hersteller",
    contract: "Vertrag",
    partner: "Partner",
    period: "Zeitraum",
    to: "bis",
    state: "Stand",
    provisional: "vorläufig",
    settled: "endgültig",
    may_change: "Der Zeitraum ist noch nicht abgeschlossen: Bis dahin können sich die Beträge ändern.",
    overview: "Zusammenfassung",
    accounts: "Konten",
    lines: "Posten",
    no_lines: "In diesem Zeitraum wurde nichts gebucht.",
    kind: "Art",
    component: "Komponente",
    account: "Konto",
    unit: "Einheit",
    carried: "Übertrag",
    amount: "Betrag",
    balance: "Saldo",
    due: "Summe",
    row: "Zeile",
    line: "Posten",
    date: "Datum",
    about: "Wofür",
    lead: "Anfrage",
    deal: "Geschäft",
    settlement: "Abschluss des Zeitraums",
    rule: "Regel",
    receipt: "Beleg",
    posting: "Buchung",
    corrects: "Berichtigt",
    adjusts: "Gleicht an",
    of_period: "Aus dem Zeitraum",
    meanings: "Was die Arten bedeuten",
};

/// The name of a kind of account, and what it means.
pub fn kind(kind: AccountKind, language: Language) -> (&'static str, &'static str) {
    use AccountKind::*;
    match (language, kind) {
        (Language::English, Earning) => ("Earning", "Earned with business or work."),
        (Language::English, Bonus) => ("Bonus", "Paid on top, for results that were agreed on."),
        (Language::English, Malus) => ("Malus", "Taken off, because results were missed."),
        (Language::English, Adjustment) => ("Adjustment", "Put right, by agreement."),
        (Language::English, Clawback) => (
            "Clawback",
            "Taken back of what was paid, because business did not last.",
        ),
        (Language::English, Reserve) => (
            "Reserve",
            "Held back of what was earned, until a liability ends.",
        ),
        (Language::English, Release) => ("Release", "Given out of what was held back."),
        (Language::English, Draw) => (
            "Draw",
            "Paid in advance, and recovered from what is earned later.",
        ),
        (Language::English, Points) => ("Points", "Collected, and worth something later."),
        (Language::English, Mdf) => ("MDF", "Budget for marketing (market development funds)."),
        (Language::English, Payout) => ("Payout", "Paid out: it lowers what is due."),
        (Language::English, Base) => (
            "Basis",
            "What the plan remembers to reckon with; due to nobody, and in no sum.",
        ),
        (Language::German, Earning) => ("Verdienst", "Mit Geschäften oder Arbeit verdient."),
        (Language::German, Bonus) => ("Bonus", "Zusätzlich, für vereinbarte Ergebnisse."),
        (Language::German, Malus) => ("Malus", "Abgezogen, weil Ergebnisse verfehlt wurden."),
        (Language::German, Adjustment) => ("Berichtigung", "Nach Absprache richtiggestellt."),
        (Language::German, Clawback) => (
            "Rückforderung",
            "Von Gezahltem zurückgenommen, weil das Geschäft nicht gehalten hat.",
        ),
        (Language::German, Reserve) => (
            "Rücklage",
            "Von Verdientem einbehalten, bis eine Haftung endet.",
        ),
        (Language::German, Release) => ("Freigabe", "Aus Einbehaltenem ausgezahlt."),
        (Language::German, Draw) => (
            "Vorschuss",
            "Im Voraus gezahlt und mit späterem Verdienst verrechnet.",
        ),
        (Language::German, Points) => ("Punkte", "Gesammelt und später etwas wert."),
        (Language::German, Mdf) => ("WKZ", "Werbekostenzuschuss: Budget für Werbung."),
        (Language::German, Payout) => ("Auszahlung", "Ausgezahlt: mindert, was offen ist."),
        (Language::German, Base) => (
            "Bemessung",
            "Womit der Plan rechnet; steht niemandem zu und in keiner Summe.",
        ),
    }
}
