//! `stellwerk explain`: why a recorded decision came out as it did.

use std::fmt;

use super::client::{Client, segment};
use super::store::block_on;
use super::target::{Target, not_found};
use super::{CliError, Console, Exit};
use crate::contracts::Tree;
use crate::domain::ids::DecisionId;
use crate::proof::explain::{ExplainError, explain_for};
use crate::proof::explained::{BecauseView, CandidateView, Explanation};
use crate::proof::recorded;

/// In words: the decision's reasons; of a ranking every partner with each term of its
/// score, or what excludes it; of money the formula with its numbers. With --partner
/// also which single values would have put that partner among those asked first: the
/// policy of then is asked again, with one value changed at a time.
#[derive(Debug, clap::Args)]
pub struct Explain {
    /// Identifier of the decision
    decision: String,
    /// Code of a partner that could have been asked
    #[arg(long, value_name = "CODE")]
    partner: Option<String>,
    /// en or de [default: the contract's first]
    #[arg(long, value_name = "LANGUAGE", value_parser = ["en", "de"])]
    language: Option<String>,
    #[command(flatten)]
    target: Target,
}

pub fn run(arguments: &Explain, console: &Console) -> Result<Exit, CliError> {
    let explanation = match arguments.target.server(None)? {
        Some(client) => at_server(arguments, &client)?,
        None => block_on(in_data(arguments))?,
    };
    console.result(&explanation)?;
    Ok(Exit::Done)
}

fn at_server(arguments: &Explain, client: &Client) -> Result<Explanation, CliError> {
    let mut path = format!(
        "/api/v1/decisions/{}/explanation",
        segment(&arguments.decision)
    );
    let named = [
        ("partner", &arguments.partner),
        ("language", &arguments.language),
    ];
    let mut separator = '?';
    for (name, value) in named {
        if let Some(value) = value {
            path.push_str(&format!("{separator}{name}={}", segment(value)));
            separator = '&';
        }
    }
    client.get(&path)
}

async fn in_data(arguments: &Explain) -> Result<Explanation, CliError> {
    let reading = arguments.target.read_data(async |host| {
        let id = DecisionId::from(arguments.decision.as_str());
        let decision = recorded::find(&host.store, &id).await?;
        let language = arguments.language.as_deref();
        let partners = Tree::load(host, &decision.manufacturer).await?;
        let partner = match &arguments.partner {
            Some(code) => {
                let partner = partners.by_code(code);
                Some(partner.ok_or_else(|| not_found("partner", code))?)
            }
            None => None,
        };
        Ok(explain_for(host, &decision, partner, language).await?)
    });
    reading.await
}

impl From<ExplainError> for CliError {
    fn from(error: ExplainError) -> Self {
        match error {
            ExplainError::Store(error) => error.into(),
            ExplainError::NoRanking(_) | ExplainError::NoCandidate => Self::Refused {
                code: "decision.not-about-partner".to_owned(),
                message: error.to_string(),
            },
            ExplainError::Unreadable | ExplainError::Missing(_) => Self::Fault(error.to_string()),
        }
    }
}

impl fmt::Display for Explanation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for reason in &self.why.reasons {
            writeln!(f, "{}", because(reason))?;
        }
        for candidate in &self.why.candidates {
            ranked(f, candidate)?;
        }
        for paid in &self.why.postings {
            writeln!(
                f,
                "{}: {} in {}",
                paid.payee, paid.amount_text, paid.account
            )?;
            if let Some(reason) = &paid.because {
                writeln!(f, "    {}", because(reason))?;
            }
        }
        if let Some(otherwise) = &self.otherwise {
            writeln!(f)?;
            for sentence in &otherwise.sentences {
                writeln!(f, "{sentence}")?;
            }
        }
        Ok(())
    }
}

fn ranked(f: &mut fmt::Formatter<'_>, candidate: &CandidateView) -> fmt::Result {
    let CandidateView {
        partner,
        group,
        excluded,
        score,
        terms,
        ..
    } = candidate;
    match (excluded, group) {
        (Some(excluded), _) => writeln!(f, "{partner}: {}", because(excluded))?,
        (None, Some(group)) => writeln!(f, "{partner}: group {group}, score {score}")?,
        (None, None) => writeln!(f, "{partner}: in no group, score {score}")?,
    }
    for term in terms {
        writeln!(f, "    {} [{}]", term.text, term.weight)?;
    }
    Ok(())
}

fn because(because: &BecauseView) -> String {
    match because.weight {
        0 => because.text.clone(),
        weight => format!("{} [{weight}]", because.text),
    }
}
