//! What is said of routing beside its figures, in each language.

use crate::policy::reason::Language;

/// Texts of what rules of routing would have decided.
pub struct Words {
    pub qualification: &'static str,
    pub confusion: [&'static str; 8],
    /// What is not in the table's figures.
    pub unknown: &'static str,
    pub tenth: &'static str,
    pub lift: &'static str,
    /// What stands in the table of tenths.
    pub in_tenths: &'static str,
    pub matching: &'static str,
    /// What history does not know.
    pub bounds: &'static str,
    pub offers: [&'static str; 11],
    /// How the figures of fairness are reckoned.
    pub fairness: &'static str,
    pub levels: &'static str,
    pub partner: &'static str,
    pub level: &'static str,
    pub offered: &'static str,
    pub error: &'static str,
    pub others: &'static str,
    pub flips: [&'static str; 4],
    pub escalation: &'static str,
    /// Where no file tells when leads were offered, and when worked.
    pub untimed: &'static str,
    /// At whose pace it is reckoned.
    pub timed: &'static str,
    pub waves: &'static str,
    pub ladder: [&'static str; 9],
}

/// The texts of a language.
pub fn words(language: Language) -> &'static Words {
    match language {
        Language::German => &GERMAN,
        Language::English => &ENGLISH,
    }
}

const GERMAN: Words = Words {
    qualification: "Welche Leads hinausgegangen wären",
    confusion: [
        "Leads",
        "hinausgegeben",
        "gewonnen, hinausgegeben",
        "gewonnen, zurückgehalten",
        "verloren, hinausgegeben",
        "verloren, zurückgehalten",
        "Ausgang unbekannt",
        "ohne Antwort",
    ],
    unknown: "Leads, deren Ausgang niemand kennt, stehen für sich und zählen in keinem Anteil.",
    tenth: "Zehntel",
    lift: "gewonnene Leads je Zehntel nach Punkten, im Verhältnis zum Schnitt (1 = Schnitt)",
    in_tenths: "Im Verhältnis zum Schnitt, in Klammern gewonnene Leads von allen des Zehntels. \
                Leads mit gleichen Punkten teilen sich, was davon gewonnen wurde.",
    matching: "Wem sie angeboten worden wären",
    bounds: "Gerechnet ist die erste Runde. Wie ein Partner einen Lead bearbeitet hätte, der ihm \
             nicht angeboten wurde, weiß die Vergangenheit nicht. Darum eine untere und eine \
             obere Grenze: unten nur, was der einzige gefragte Partner wirklich gewonnen hat; oben \
             dazu jeder Lead, für den auch jemand anderes gefragt worden wäre.",
    offers: [
        "qualifiziert",
        "angeboten",
        "anders als heute",
        "auch dem wirklichen Bearbeiter",
        "gewonnen mindestens",
        "gewonnen höchstens",
        "nie gefragt",
        "längstes Warten (Leads)",
        "größte Abweichung (Angebote)",
        "Gini",
        "Entfernung (km)",
    ],
    fairness: "Abweichung: Angebote über dem Anteil, den ein Partner bekommen hätte, wenn alle, \
               die für einen Lead in Frage kommen, gleich wären. Gini: 0, wenn alle gleich viel \
               bekommen, gegen 1, wenn einer alles bekommt.",
    levels: "Angebote nach Stufen",
    partner: "Partner",
    level: "Stufe",
    offered: "Angebote",
    error: "Abweichung",
    others: "Die ersten Leads, die anderen angeboten worden wären:",
    flips: ["Plan", "Lead", "heute", "nach diesem Plan"],
    escalation: "Was geschehen wäre, wenn niemand handelt",
    untimed: "Die Dateien sagen nicht, wann Leads angeboten (offered-at) und erstmals bearbeitet \
              wurden (contacted-at …): was geschehen wäre, lässt sich nicht rechnen.",
    timed: "Gerechnet ist mit den Zeiten, zu denen wirklich übernommen und berichtet wurde. Ob \
            eine andere Leiter jemanden schneller gemacht hätte, weiß die Vergangenheit nicht; \
            was auf das Zurücknehmen eines Leads gefolgt wäre, auch nicht.",
    waves: "weitere Runden",
    ladder: [
        "angeboten",
        "zu spät übernommen",
        "weitere Runden",
        "Meldungen an den Hersteller",
        "am Ende der Leiter",
        "übernommen",
        "zu spät kontaktiert",
        "zurückgenommen",
        "Erinnerungen",
    ],
};

const ENGLISH: Words = Words {
    qualification: "Which leads would have gone out",
    confusion: [
        "Leads",
        "sent out",
        "won, sent out",
        "won, held back",
        "lost, sent out",
        "lost, held back",
        "ending unknown",
        "without an answer",
    ],
    unknown: "Leads of which nobody knows how they ended are counted apart, and in no share.",
    tenth: "Tenth",
    lift: "leads won in each tenth by score, against the average (1 = average)",
    in_tenths: "Against the average, in brackets the leads won of all of the tenth. Leads of the \
                same score share what was won of them.",
    matching: "To whom they would have been offered",
    bounds: "Reckoned is the first wave. How a partner would have worked a lead that it was not \
             offered history cannot know. So there is a lower and an upper bound: at least what \
             was really won by the only partner that would have been asked; at most, besides, \
             every lead for which somebody else would have been asked, too.",
    offers: [
        "qualified",
        "offered",
        "otherwise than today",
        "also to the real holder",
        "won at least",
        "won at most",
        "never asked",
        "longest wait (leads)",
        "largest error (offers)",
        "Gini",
        "distance (km)",
    ],
    fairness: "Error: offers beyond the part that a partner would have got, had all who are \
               eligible for a lead been equal. Gini: 0 where all get as much, towards 1 where one \
               gets everything.",
    levels: "Offers by level",
    partner: "Partner",
    level: "Level",
    offered: "offers",
    error: "error",
    others: "The first leads that would have been offered to others:",
    flips: ["Plan", "Lead", "today", "by this plan"],
    escalation: "What would have followed when nobody acts",
    untimed: "The files do not tell when leads were offered (offered-at), and when they were first \
              worked (contacted-at …): what would have followed cannot be reckoned.",
    timed: "Reckoned by the times at which leads were really claimed and reported on. Whether \
            another ladder would have made anybody faster history cannot know, nor what would \
            have come after a lead was taken back.",
    waves: "further waves",
    ladder: [
        "offered",
        "claimed too late",
        "further waves",
        "manufacturer told",
        "end of the ladder",
        "claimed",
        "contacted too late",
        "taken back",
        "reminders",
    ],
};
