//! Why a recorded decision came out as it did, and what would have had to be different
//! for a partner.

use super::explained::{Explanation, Numbers, OtherwiseView, WhyView};
use super::makers::Makers;
use super::otherwise::otherwise;
use crate::contracts::Tree;
use crate::domain::decision::Decision;
use crate::domain::partner::Partner;
use crate::domain::terms::Terms;
use crate::host::Host;
use crate::policy::question::{Question, RankInput};
use crate::policy::reason::Language;
use crate::policy::why::{Words, why};
use crate::policy::{Function, Manifest, canonical};
use crate::store;

/// Why nothing can be explained.
#[derive(Debug, thiserror::Error)]
pub enum ExplainError {
    /// What the decision names is stored with it, so this is a fault.
    #[error("the recorded decision cannot be read")]
    Unreadable,
    #[error("only a ranking asks one partner rather than another; this is of {0}")]
    NoRanking(String),
    #[error("the partner was not among those that could have been asked")]
    NoCandidate,
    #[error("the policy cannot be asked again: {0}")]
    Missing(String),
    #[error(transparent)]
    Store(#[from] store::Error),
}

/// In whose words it is told.
struct Speaker {
    manifest: Manifest,
    language: Language,
    currency: String,
}

impl Speaker {
    /// The plugin that answered, in a language by its code; without one the contract's
    /// first.
    async fn of(
        host: &Host,
        decision: &Decision,
        language: Option<&str>,
    ) -> Result<Self, ExplainError> {
        let owner = &decision.manufacturer;
        let record = host.store.plugin(owner, &decision.plugin_digest).await?;
        let manifest = record.and_then(|record| Manifest::parse(&record.manifest).ok());
        let terms = host
            .store
            .terms(owner, &decision.contract, decision.terms_version)
            .await?;
        let terms = terms.and_then(|terms| Terms::kept(&terms.document).ok());
        let (Some(manifest), Some(terms)) = (manifest, terms) else {
            return Err(ExplainError::Unreadable);
        };
        let language = language.or(terms.languages.first().map(String::as_str));
        Ok(Self {
            manifest,
            language: Language::of(language.unwrap_or_default()),
            currency: terms.currency,
        })
    }

    fn words(&self) -> Words<'_> {
        Words {
            manifest: &self.manifest,
            language: self.language,
            currency: &self.currency,
        }
    }
}

/// What stands behind the answer, in the words of the plugin that gave it.
pub async fn explain(
    host: &Host,
    decision: &Decision,
    language: Option<&str>,
) -> Result<WhyView, ExplainError> {
    let function = function(decision)?;
    let speaker = Speaker::of(host, decision, language).await?;
    let why = why(speaker.words(), function, &decision.input, &decision.output)
        .map_err(|_| ExplainError::Unreadable)?;
    let partners = Tree::load(host, &decision.manufacturer).await?;
    Ok(WhyView::of(why, &partners))
}

/// The same, and what would have had to be different for a partner, where one is named.
pub async fn explain_for(
    host: &Host,
    decision: &Decision,
    partner: Option<&Partner>,
    language: Option<&str>,
) -> Result<Explanation, ExplainError> {
    let otherwise = match partner {
        Some(partner) => {
            Some(for_partner(host, decision, partner, Numbers::InFull, language).await?)
        }
        None => None,
    };
    Ok(Explanation {
        why: explain(host, decision, language).await?,
        otherwise,
    })
}

/// As the partner itself may read it: nothing of others, and of numbers the direction.
pub async fn explain_to(
    host: &Host,
    decision: &Decision,
    partner: &Partner,
    language: Option<&str>,
) -> Result<Explanation, ExplainError> {
    let numbers = Numbers::DirectionAlone;
    let otherwise = for_partner(host, decision, partner, numbers, language).await?;
    let mut why = explain(host, decision, language).await?;
    why.reasons.clear();
    why.candidates
        .retain(|candidate| candidate.key == partner.key);
    Ok(Explanation {
        why,
        otherwise: Some(otherwise),
    })
}

/// What would have had to be different for the partner to be among those that are asked
/// first. The policy of then is asked, in the sandbox, with one value of the partner's
/// changed at a time.
async fn for_partner(
    host: &Host,
    decision: &Decision,
    partner: &Partner,
    numbers: Numbers,
    language: Option<&str>,
) -> Result<OtherwiseView, ExplainError> {
    if function(decision)? != Function::Rank {
        return Err(ExplainError::NoRanking(decision.function.clone()));
    }
    let question: Question<RankInput> =
        canonical::from_cbor(&decision.input).map_err(|_| ExplainError::Unreadable)?;
    let keys = &question.input.candidates.keys;
    let row = keys.iter().position(|key| *key == partner.key);
    let row = row.ok_or(ExplainError::NoCandidate)?;
    let speaker = Speaker::of(host, decision, language).await?;
    let maker = Makers::of_at_most(1).of(host, decision).await?;
    let maker = maker.map_err(ExplainError::Missing)?;
    let searching = tokio::task::spawn_blocking(move || {
        otherwise(&question, row, |question| {
            let Question { context, input } = question.clone();
            let decided = maker.bound.ask_blocking(&maker.limits, context, input);
            decided.ok().map(|decided| decided.answer)
        })
    });
    let found = searching
        .await
        .map_err(|error| ExplainError::Missing(error.to_string()))?;
    Ok(OtherwiseView::of(
        found,
        &partner.code,
        numbers,
        speaker.language,
        &speaker.currency,
    ))
}

fn function(decision: &Decision) -> Result<Function, ExplainError> {
    Function::parse(&decision.function).ok_or(ExplainError::Unreadable)
}
