//! What is decided, on plain data.

mod config;
mod filters;
mod score;
#[cfg(test)]
mod tests;

use stellwerk_plugin_sdk::prelude::*;

pub use config::{Config, Waves, Weights};

/// Weighted score, right size, waves.
pub struct WeightedMatching {
    config: Config,
    columns: Columns,
    states: States,
    levels: Vec<Word>,
    bands: Vec<Band>,
}

/// What is read of each candidate.
struct Columns {
    level: Word,
    distance: Word,
    leave_until: Word,
    blocked_until: Word,
    capacity: Word,
    capacity_used: Word,
    this_cycle: Word,
    certificates: Word,
    country: Word,
    portfolio: Word,
    languages: Word,
    regions: Word,
    won: Word,
    claimed: Word,
    within_sla: Word,
}

/// What may have become of an earlier offer.
struct States {
    lapsed: Word,
    declined: Word,
    recalled: Word,
    offered: Word,
}

struct Band {
    /// The first value beyond it.
    below: Option<Money>,
    /// Whether it is for the level, by the levels' positions.
    levels: Vec<bool>,
}

impl Policy for WeightedMatching {
    type Config = Config;

    fn manifest() -> Manifest {
        let of_partner = |name: &str, about| AttributeUse {
            name: name.to_owned(),
            of: "partner",
            kind: "texts",
            about,
        };
        Manifest::new(
            "matching-weighted",
            env!("CARGO_PKG_VERSION"),
            "Ranks partners by a weighted score, by size of project, and asks them in waves.",
        )
        .attribute(of_partner("products", "products that the partner sells"))
        .attribute(of_partner("language", "languages that the partner speaks"))
        .attribute(of_partner(
            "regions",
            "countries that the partner may work in",
        ))
        .attribute(AttributeUse {
            name: "certificates-asked".to_owned(),
            of: "lead",
            kind: "texts",
            about: "certificates that the project asks for",
        })
        .attribute(AttributeUse {
            name: "language".to_owned(),
            of: "lead",
            kind: "text",
            about: "the contact's language",
        })
        .figure("won")
        .figure("claimed")
        .figure("within-sla")
        .reason(
            "not-in-portfolio",
            "Does not sell the product.",
            "Führt das Produkt nicht.",
        )
        .reason(
            "certificate-missing",
            "Lacks a certificate that the project asks for.",
            "Ein verlangtes Zertifikat fehlt.",
        )
        .reason(
            "language",
            "Does not speak the language.",
            "Spricht die Sprache nicht.",
        )
        .reason(
            "region",
            "May not work in that country.",
            "Darf in diesem Land nicht tätig werden.",
        )
        .reason(
            "blocked",
            "Gets no offers at present.",
            "Erhält zurzeit keine Angebote.",
        )
        .reason("on-leave", "Is on leave.", "Ist abwesend.")
        .reason(
            "no-capacity",
            "Holds as many leads as it wants.",
            "Hat schon so viele Anfragen wie gewünscht.",
        )
        .reason(
            "declined",
            "Has declined this lead.",
            "Hat diese Anfrage abgelehnt.",
        )
        .reason(
            "recalled",
            "The lead was taken back from it.",
            "Die Anfrage wurde zurückgeholt.",
        )
        .reason(
            "wrong-size",
            "Projects of this size are for other levels.",
            "Projekte dieser Größe sind für andere Stufen.",
        )
        .reason(
            "too-far",
            "Is farther away than the limit.",
            "Ist weiter entfernt als erlaubt.",
        )
        .reason(
            "asked-already",
            "Was asked in an earlier wave.",
            "Wurde in einer früheren Runde gefragt.",
        )
        .reason("distance", "How near it is", "Nähe")
        .reason(
            "certificates",
            "Share of the asked certificates",
            "Anteil der verlangten Zertifikate",
        )
        .reason("level", "Level", "Stufe")
        .reason(
            "conversion",
            "Smoothed conversion rate",
            "Geglättete Abschlussquote",
        )
        .reason("capacity", "Free capacity", "Freie Kapazität")
        .reason(
            "diligence",
            "Share of claims contacted in time",
            "Anteil rechtzeitig kontaktierter Anfragen",
        )
        .reason(
            "nobody-left",
            "Nobody is left who may take it.",
            "Es ist niemand übrig, der sie übernehmen darf.",
        )
        .golden(include_str!("../golden/nearest-of-the-right-size.json"))
        .golden(include_str!("../golden/second-wave-after-a-decline.json"))
    }

    fn configure(config: Config, terms: &Terms) -> Result<Self, Vec<Problem>> {
        let problems = config.problems();
        if !problems.is_empty() {
            return Err(problems);
        }
        let levels = terms.levels.iter().map(|level| Word::of(level)).collect();
        let bands = terms
            .value_bands
            .iter()
            .map(|band| Band {
                below: band.below,
                levels: terms
                    .levels
                    .iter()
                    .map(|level| band.levels.contains(level))
                    .collect(),
            })
            .collect();
        let columns = Columns {
            level: Word::of("level"),
            distance: Word::of("distance-km"),
            leave_until: Word::of("leave-until"),
            blocked_until: Word::of("blocked-until"),
            capacity: Word::of("capacity"),
            capacity_used: Word::of("capacity-used"),
            this_cycle: Word::of("this-cycle"),
            certificates: Word::of("certificates"),
            country: Word::of("country"),
            portfolio: attribute(config.portfolio),
            languages: attribute(config.language),
            regions: attribute(config.regions),
            won: Word::of("figure/won@365d"),
            claimed: Word::of("figure/claimed@365d"),
            within_sla: Word::of("figure/within-sla@365d"),
        };
        let states = States {
            lapsed: Word::of("lapsed"),
            declined: Word::of("declined"),
            recalled: Word::of("recalled"),
            offered: Word::of("offered"),
        };
        Ok(Self {
            config,
            columns,
            states,
            levels,
            bands,
        })
    }
}

/// The column of a partner's attribute.
fn attribute(name: Word) -> Word {
    if name.is_none() {
        Word::NONE
    } else {
        Word::of(&format!("attribute/{name}"))
    }
}

impl Matching for WeightedMatching {
    fn rank(&self, context: &Context, input: &RankInput) -> Result<Ranking, PolicyError> {
        let mut ranking = Ranking::of(&input.candidates);
        self.exclude(context, input, &mut ranking);
        self.score(input, &mut ranking);
        let mut order = ranking.eligible();
        // Ties are drawn, never decided by the age of a record.
        order.sort_by_key(|row| {
            let key = input.candidates.key(*row);
            (-ranking.score_of(*row), context.draw(key), key)
        });
        if order.is_empty() {
            ranking.reasons.push(Reason::of("nobody-left"));
        }
        let mut rest = order.into_iter();
        let mut wave = input.wave;
        loop {
            let size = match wave {
                0 | 1 => self.config.waves.first as usize,
                2 => self.config.waves.second as usize,
                _ => usize::MAX,
            };
            let group: Vec<usize> = rest.by_ref().take(size).collect();
            if group.is_empty() {
                return Ok(ranking);
            }
            ranking.offer(group);
            wave += 1;
        }
    }
}
