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
    /// Attributes that policies were asked without.
    pub unread_means: &'static str,
    pub low: &'static str,
    pub high: &'static str,
    pub assumed: &'static str,
    pub assumed_means: &'static str,
    pub lacks_offers: &'static str,
    pub unjoined_means: &'static str,
    pub lacking_in: &'static str,
    pub what: &'static str,
    pub name: &'static str,
    pub policies: &'static str,
    pub plan: &'static str,
    pub total: &'static str,
    pub difference: &'static str,
    pub against_paid: &'static str,
    pub against_paid_means: &'static str,
    pub was_paid: &'static str,
    pub by_plan: &'static str,
    /// Between two columns beside it.
    pub difference_only: &'static str,
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
    pub statements: &'static str,
    pub account: &'static str,
    /// Than the budget allows.
    pub over_budget: &'static str,
    pub behaviour: &'static str,
    pub simulated: &'static str,
    pub why_unworked: &'static str,
    pub unworked: &'static str,
    pub with_hours: &'static str,
    pub data_complete: &'static str,
    pub cared_for: &'static str,
    pub deals: &'static str,
    pub payout: &'static str,
    pub provider_margin: &'static str,
    pub manufacturer_margin: &'static str,
    pub best_habit: &'static str,
    pub may_be_chance: &'static str,
    pub unanswered: &'static str,
    pub map: &'static str,
    pub map_means: &'static str,
    pub budget: &'static str,
    pub cost: &'static str,
    pub best_at_margin: &'static str,
    pub flaws: &'static str,
    pub flaws_mean: &'static str,
    pub assumptions: &'static str,
    pub providers: &'static str,
    pub hours_a_week: &'static str,
    pub cost_per_hour: &'static str,
    pub source: &'static str,
    pub temperature: &'static str,
    pub product: &'static str,
    pub weight: &'static str,
    pub value: &'static str,
    pub project_margin: &'static str,
    pub keep_data: &'static str,
    pub care_contact: &'static str,
    pub pursue_project: &'static str,
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
                    nichts. Jeder Plan wurde deshalb mit so wenig und mit so viel davon gerechnet, \
                    wie es sein kann: Meldungen zu keinem Lead und zu jedem, sobald er übernommen \
                    war, Messgrößen von 0 bis zu einer Million. Was er zahlt, liegt dazwischen; in \
                    allen anderen Tabellen ist nichts davon geschehen, und Messgrößen sind wie \
                    vereinbart. In trial.toml kann unter [assume] stehen, was gelten soll.",
    unread_means: "Diese Merkmale lesen Regeln, und keine Datei nennt sie; gefragt wurde ohne sie. \
                   Eine Spalte in der Zuordnung der Datei füllt sie, oder ein fester Wert wie \
                   { constant = \"…\" }.",
    low: "mindestens",
    high: "höchstens",
    assumed: "angenommen",
    assumed_means: "Das wird angenommen, wo die Dateien darüber nichts sagen:",
    lacks_offers: "Wem und wann ein Lead angeboten wurde, sagen die Dateien nicht: Er gilt als dem \
                   angeboten, der ihn hatte, als dieser ihn übernahm. Was ein anderer daraus \
                   gemacht hätte, steht unten mit einer unteren und einer oberen Grenze.",
    unjoined_means: "Diese Namen stehen auf der einen Seite und fehlen auf der anderen. Was in \
                     einer Zeile fehlt, die deshalb abgewiesen wurde, ist in keiner Zahl:",
    lacking_in: "fehlt in",
    what: "Was",
    name: "Name",
    policies: "Womit gerechnet wurde",
    plan: "Plan",
    total: "Summe",
    difference: "gegenüber heute",
    against_paid: "Gegenüber dem, was gezahlt wurde",
    against_paid_means: "Was bis zum Ende der Vergangenheit wirklich gebucht ist, und was die Pläne \
                         dafür ergeben. Wo der heutige Plan davon abweicht, sagen die Dateien nicht \
                         alles, galten damals andere Regeln, oder ein Zeitraum ist noch nicht \
                         abgeschlossen.",
    was_paid: "gezahlt",
    by_plan: "nach dem Plan",
    difference_only: "Unterschied",
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
    behaviour: "Was die Beteiligten täten",
    simulated: "Eine Simulation: die Regeln der Pläne sind echt, die Welt ist angenommen. Anbieter \
                bearbeiten nichts, was weniger zahlt, als die Stunden kosten, und zuerst, was je \
                Stunde am meisten zahlt. Die Spannen sagen, was in einer solchen Welt der Zufall \
                macht (95 %), und nichts darüber, ob die Annahmen stimmen.",
    why_unworked: "Was mit freien Stunden liegen bleibt, erklärt kein Zeitbudget: es zahlt \
                   weniger, als die Arbeit daran kostet.",
    unworked: "Unbearbeitet",
    with_hours: "davon mit freien Stunden",
    data_complete: "Daten vollständig",
    cared_for: "Betreute Kunden",
    deals: "Geschäfte",
    payout: "Zahlung",
    provider_margin: "bleibt den Anbietern",
    manufacturer_margin: "bleibt dem Hersteller",
    best_habit: "Welche Gewohnheit am meisten einbrächte",
    may_be_chance: "kann Zufall sein",
    unanswered: "Fragen der Simulation, die ein Bestandteil nicht beantwortet hat; er zahlt dafür \
                 nichts.",
    map: "Wo sich das Urteil ändert",
    map_means: "Dieselben Pläne mit anderen Stunden je Woche, anderen Kosten je Stunde und einer \
                anderen Marge der Projekte, jeweils im Verhältnis zu den Annahmen.",
    budget: "Stunden",
    cost: "Kosten",
    best_at_margin: "Am besten für den Hersteller bei Marge",
    flaws: "Was an den Plänen faul ist",
    flaws_mean: "Jeder Plan wurde nach kleinen, erfundenen Zeiträumen gefragt, und danach, was \
                 sich ändert, wenn eines anders ist. Gezeigt ist je das kleinste Beispiel, das \
                 gefunden wurde.",
    assumptions: "Was angenommen ist",
    providers: "Anbieter",
    hours_a_week: "Stunden je Woche",
    cost_per_hour: "Kosten je Stunde",
    source: "Quelle",
    temperature: "Wärme",
    product: "Produkt",
    weight: "Anteil",
    value: "Wert",
    project_margin: "Marge",
    keep_data: "Daten pflegen",
    care_contact: "Betreuen",
    pursue_project: "Projekt verfolgen",
    statements: "Abrechnungen nebeneinander",
    account: "Konto",
    over_budget: "gegenüber dem Budget",
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
    lacking_means: "Components of the plans go by this, and the files say nothing of it. So each \
                    plan was played with as little and as much of it as there may be: reports on \
                    no lead, and on every one as soon as it was claimed, measures from 0 to a \
                    million. What it pays lies between; in all other tables none of it has \
                    happened, and measures are as agreed. In trial.toml [assume] may say what is \
                    to be taken for it.",
    unread_means: "Policies read these attributes, and no file tells them; they were asked without. \
                   A column in the file's mapping fills them in, or a fixed value such as \
                   { constant = \"…\" }.",
    low: "at least",
    high: "at most",
    assumed: "assumed",
    assumed_means: "This is assumed where the files say nothing of it:",
    lacks_offers: "To whom a lead was offered, and when, the files do not say: it counts as offered \
                   to who had it, when that partner claimed it. What others would have made of it \
                   stands below with a lower and an upper bound.",
    unjoined_means: "These names stand on one side and are missing on the other. Rows that were \
                     rejected for it are in no figure:",
    lacking_in: "missing in",
    what: "What",
    name: "Name",
    policies: "What was reckoned with",
    plan: "Plan",
    total: "Total",
    difference: "against today",
    against_paid: "Against what was paid",
    against_paid_means: "What is really booked up to the end of history, and what the plans come \
                         to for it. Where the plan of today differs from that, the files do not \
                         tell everything, other rules held then, or a period is not closed yet.",
    was_paid: "paid",
    by_plan: "by the plan",
    difference_only: "Difference",
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
    behaviour: "What people would do",
    simulated: "A simulation: the plans' rules are real, the world is assumed. Providers work \
                nothing that pays less than its hours cost, and first what pays most an hour. The \
                intervals say what chance does in such a world (95 %), and nothing of whether the \
                assumptions are right.",
    why_unworked: "What stays unworked with hours to spare is explained by no budget of hours: it \
                   pays less than the work on it costs.",
    unworked: "Unworked",
    with_hours: "of these with hours to spare",
    data_complete: "Data complete",
    cared_for: "Customers cared for",
    deals: "Deals",
    payout: "Pay",
    provider_margin: "left to the providers",
    manufacturer_margin: "left to the manufacturer",
    best_habit: "Which habit would pay best",
    may_be_chance: "may be chance",
    unanswered: "Questions of the simulation that a component did not answer; it pays nothing for \
                 them.",
    map: "Where the verdict changes",
    map_means: "The same plans with other hours a week, another cost per hour and another margin \
                of projects, each in relation to what is assumed.",
    budget: "Hours",
    cost: "Cost",
    best_at_margin: "Best for the manufacturer at margin",
    flaws: "What is wrong with the plans",
    flaws_mean: "Each plan was asked about small made-up periods, and what changes where one thing \
                 is otherwise. Shown is the smallest example that was found of each.",
    assumptions: "What is assumed",
    providers: "Providers",
    hours_a_week: "Hours a week",
    cost_per_hour: "Cost per hour",
    source: "Source",
    temperature: "Warmth",
    product: "Product",
    weight: "Share",
    value: "Value",
    project_margin: "Margin",
    keep_data: "Keep data",
    care_contact: "Care",
    pursue_project: "Pursue project",
    statements: "Statements side by side",
    account: "Account",
    over_budget: "against the budget",
};
