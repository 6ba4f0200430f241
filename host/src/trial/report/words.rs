//! What a report says beside its figures, in each language.

use crate::policy::reason::Language;

/// Texts of a report.
pub struct Words {
    /// Of the page's `lang`.
    pub code: &'static str,
    pub trial: &'static str,
    pub summary: &'static str,
    pub money: &'static str,
    pub partners: &'static str,
    pub periods: &'static str,
    pub components: &'static str,
    pub others: &'static str,
    pub flips: &'static str,
    pub failures: &'static str,
    pub history: &'static str,
    pub lacking: &'static str,
    /// What that means for the figures.
    pub lacking_means: &'static str,
    pub what: &'static str,
    pub name: &'static str,
    pub event: &'static str,
    pub measure: &'static str,
    pub policies: &'static str,
    pub plan: &'static str,
    pub total: &'static str,
    pub difference: &'static str,
    pub partner: &'static str,
    pub period: &'static str,
    pub lead: &'static str,
    pub component: &'static str,
    pub code_of_error: &'static str,
    pub times: &'static str,
    pub file: &'static str,
    pub rows: &'static str,
    pub rejected: &'static str,
    pub slot: &'static str,
    pub policy: &'static str,
    pub digest: &'static str,
    pub in_force: &'static str,
    /// Of a period that is not closed.
    pub provisional: &'static str,
    /// How sure the figures are.
    pub replayed: &'static str,
    pub pinned: &'static str,
}

/// The texts of a language.
pub fn words(language: Language) -> &'static Words {
    match language {
        Language::German => &GERMAN,
        Language::English => &ENGLISH,
    }
}

const GERMAN: Words = Words {
    code: "de",
    trial: "Versuch",
    summary: "Zusammenfassung",
    money: "Geld",
    partners: "Nach Partnern",
    periods: "Nach Abrechnungszeiträumen",
    components: "Nach Bestandteilen",
    others: "Punkte und Stücke",
    flips: "Leads, die anders bezahlt würden",
    failures: "Fragen ohne Antwort",
    history: "Woraus die Vergangenheit stammt",
    lacking: "Was in den Dateien fehlt",
    lacking_means: "Danach richten sich Bestandteile der Pläne, und die Dateien sagen darüber \
                    nichts. Was sie dafür gezahlt hätten, ist nicht in den Summen; eine Messgröße, \
                    die fehlt, zählt als vereinbarungsgemäß.",
    what: "Was",
    name: "Name",
    event: "Ereignis",
    measure: "Messgröße",
    policies: "Womit gerechnet wurde",
    plan: "Plan",
    total: "Summe",
    difference: "gegenüber heute",
    partner: "Partner",
    period: "Zeitraum",
    lead: "Lead",
    component: "Bestandteil",
    code_of_error: "Fehler",
    times: "Anzahl",
    file: "Datei",
    rows: "Zeilen",
    rejected: "abgewiesen",
    slot: "Platz",
    policy: "Regel",
    digest: "Prüfsumme",
    in_force: "heute",
    provisional: "vorläufig, weil der Zeitraum nicht zu Ende ist",
    replayed: "Gerechnet ist, was diese Pläne für das gezahlt hätten, was geschehen ist. Wie sich \
               die Partner unter einem anderen Plan verhalten hätten, sagt das nicht.",
    pinned: "Dieselben Dateien ergeben denselben Bericht, Byte für Byte.",
};

const ENGLISH: Words = Words {
    code: "en",
    trial: "Trial",
    summary: "Summary",
    money: "Money",
    partners: "By partner",
    periods: "By period",
    components: "By component",
    others: "Points and counts",
    flips: "Leads that would be paid otherwise",
    failures: "Questions without an answer",
    history: "Where history comes from",
    lacking: "What the files lack",
    lacking_means: "Components of the plans go by this, and the files say nothing of it. What they \
                    would have paid for it is not in the sums; a measure that is missing counts as \
                    agreed.",
    what: "What",
    name: "Name",
    event: "event",
    measure: "measure",
    policies: "What was reckoned with",
    plan: "Plan",
    total: "Total",
    difference: "against today",
    partner: "Partner",
    period: "Period",
    lead: "Lead",
    component: "Component",
    code_of_error: "Error",
    times: "Times",
    file: "File",
    rows: "Rows",
    rejected: "rejected",
    slot: "Slot",
    policy: "Policy",
    digest: "Digest",
    in_force: "today",
    provisional: "provisional, for the period is not over",
    replayed: "These plans were reckoned over what has happened: what they would have paid for \
               it. How partners would have behaved by another plan it does not say.",
    pinned: "The same files give the same report, byte for byte.",
};
