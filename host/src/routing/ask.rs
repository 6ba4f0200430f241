//! What the policies of routing are asked about a lead. Never personal data, but what the
//! terms allow: see [`crate::host::telling`].

use std::cmp::Reverse;

use super::Error;
use super::draft::Draft;
use crate::domain::attribute::Attributes;
use crate::domain::happening::Event;
use crate::domain::ids::PartnerId;
use crate::domain::lead::{Activity, Lead};
use crate::domain::lead_key::LeadKey;
use crate::domain::offer::OfferState;
use crate::domain::partner::Participant;
use crate::domain::seed;
use crate::domain::time::Micros;
pub(super) use crate::host::Asked;
use crate::host::free_text as encrypted;
pub(super) use crate::host::telling::from_policy;
use crate::host::telling::{self, AsOf};
use crate::policy::question::{
    self, Admission, AdmitInput, Age, AssessInput, Assessment, Context, EscalateInput, Escalation,
    Instant, PastEvent, RankInput, Ranking,
};
use crate::policy::{self, Code, Kind, free_text};
use crate::store::UsingLead;

impl Draft<'_> {
    /// Is this a lead worth a partner's time, and how warm is it?
    pub async fn assess(&mut self, activities: &[Activity]) -> Result<Asked<Assessment>, Error> {
        self.keep_to(Kind::Qualification).await?;
        // It may be new, or elsewhere than before.
        self.seat = telling::seat(self.host, &self.lead).await?;
        let (figures, endings) =
            telling::source(self.host, &self.force, &self.lead, self.now).await?;
        let mut lead = self.told_lead();
        if let Some(text) = telling::free_text(&self.force.terms, &self.contact) {
            let text = question::Value::Text(text.to_owned());
            lead.attributes.insert(free_text::NAME, text);
            let Some(key) = self.lead_key().await? else {
                return Ok(not_kept());
            };
            self.key = Some(key);
        }
        let input = AssessInput {
            lead,
            answers: told(&self.lead.answers, self),
            contact: telling::contact(&self.lead, &self.contact),
            activities: activities
                .iter()
                .map(|activity| PastEvent {
                    code: activity.code.clone(),
                    age: self.age(activity.occurred_at),
                    attributes: told(&activity.attributes, self),
                })
                .collect(),
            duplicates: self.told_duplicates(),
            deals: self.told_deals().await?,
            figures,
            endings,
            encrypted: None,
        };
        self.put("qualification", input, None).await
    }

    /// The lead's key, a new one where it has none; none where this machine gives no
    /// random numbers. The commit rests on the lead's version, so that two hosts do not
    /// make two.
    async fn lead_key(&self) -> Result<Option<LeadKey>, Error> {
        let Lead {
            manufacturer, id, ..
        } = &self.lead;
        let ids = std::slice::from_ref(id);
        let mut kept = self.host.store.lead_keys(manufacturer, ids).await?;
        Ok(kept.pop().or_else(|| encrypted::new_key(manufacturer, id)))
    }

    /// Which partners may take it, in which order and groups, and why?
    pub async fn rank(&mut self, input: RankInput) -> Result<Asked<Ranking>, Error> {
        self.put("matching", input, None).await
    }

    /// What happens now that this has happened?
    pub async fn escalate(
        &mut self,
        code: &str,
        attributes: Attributes,
        since: Micros,
    ) -> Result<Asked<Escalation>, Error> {
        self.keep_to(Kind::Escalation).await?;
        let holder = match &self.claim {
            Some(claim) => {
                let participant = self
                    .host
                    .store
                    .participant(&self.lead.manufacturer, &self.lead.contract, &claim.partner)
                    .await?;
                match participant {
                    Some(participant) => Some(self.told_partner(&participant).await?),
                    None => None,
                }
            }
            None => None,
        };
        let input = EscalateInput {
            lead: self.told_lead(),
            assessed: self.told_assessed(),
            event: PastEvent {
                code: code.to_owned(),
                age: self.age(since),
                attributes: told(&attributes, self),
            },
            since: self.instant(since),
            step: self.lead.step,
            wave: self.lead.wave,
            history: self
                .history
                .iter()
                .rev()
                .map(|event| self.told_event(event))
                .collect(),
            holder,
            medians: telling::stage_medians(self.host, &self.force, &self.lead).await?,
        };
        self.put("escalation", input, None).await
    }

    /// May this partner claim now? A canary admits its share of the partners,
    /// whichever lead they want.
    pub async fn admit(
        &mut self,
        participant: &Participant,
        claim: &Attributes,
    ) -> Result<Asked<Admission>, Error> {
        self.keep_to(Kind::Escalation).await?;
        let admitting = self.force.admitting(&self.snapshot, &participant.partner);
        let of_lead = std::mem::replace(&mut self.force, admitting);
        let admission = self.ask_admission(participant, claim).await;
        self.force = of_lead;
        admission
    }

    async fn ask_admission(
        &mut self,
        participant: &Participant,
        claim: &Attributes,
    ) -> Result<Asked<Admission>, Error> {
        let offer = self
            .offers
            .iter()
            .rev()
            .find(|offer| offer.partner == participant.partner);
        let input = AdmitInput {
            lead: self.told_lead(),
            assessed: self.told_assessed(),
            partner: self.told_partner(participant).await?,
            offer: offer.map_or_else(question::Offer::default, |offer| question::Offer {
                state: Some(told_offer_state(offer.state).to_owned()),
                wave: offer.wave,
                age: self.age(offer.offered_at),
                attributes: question::Attributes::default(),
            }),
            claim: told(claim, self),
        };
        self.put("escalation", input, Some(&participant.partner))
            .await
    }

    /// Asks what is bound to the slot, keeps the decision with what will be
    /// committed, and limits how often one command asks. `partner` is who wants
    /// something; otherwise the question concerns who holds the lead.
    async fn put<I: policy::Asked>(
        &mut self,
        slot: &str,
        input: I,
        partner: Option<&PartnerId>,
    ) -> Result<Asked<I::Answer>, Error> {
        if !self.may_ask() {
            return Ok(Asked::Failed {
                code: "policy.restless",
                detail: "the policies kept asking for the next step without coming to rest"
                    .to_owned(),
                reproducible: true,
            });
        }
        let context = Context {
            now: self.instant(self.now),
            seed: seed::of(
                self.lead.contract.as_str(),
                self.lead.id.as_str(),
                self.lead.cycle,
                I::FUNCTION.kind().as_str(),
            ),
        };
        let beside = self.beside(slot, &input);
        let (answer, decision) = self
            .host
            .ask(&self.force, slot, &context, input, self.now)
            .await?;
        if let Some(mut decision) = decision {
            decision.lead = Some(self.lead.id.clone());
            if let Some(key) = &self.key {
                match encrypted::encrypt(&mut decision, key) {
                    Ok(false) => {}
                    Ok(true) => self.changes.lead_keys.push(key.clone()),
                    Err(encrypted::Fault) => return Ok(not_kept()),
                }
            }
            decision.follows = self.follows.take();
            self.follows = Some(decision.id.clone());
            if let Some(beside) = beside {
                self.put_beside(beside, context, &decision, partner);
            }
            self.changes.decisions.push(decision);
        }
        Ok(answer)
    }

    /// The lead as every policy is told it.
    pub fn told_lead(&self) -> question::Lead {
        telling::lead(&self.as_of(), &self.lead, self.seat)
    }

    /// What qualification found.
    pub fn told_assessed(&self) -> question::Assessed {
        self.lead
            .assessed
            .as_ref()
            .map_or_else(question::Assessed::default, |assessed| question::Assessed {
                temperature: assessed.temperature,
                score: assessed.score,
                expected_value: assessed.expected_value,
                attributes: told(&assessed.attributes, self),
            })
    }

    fn told_event(&self, event: &Event) -> PastEvent {
        PastEvent {
            code: event.code.clone(),
            age: self.age(event.occurred_at),
            attributes: told(&event.attributes, self),
        }
    }

    /// Other leads that are likely the same, the latest first.
    fn told_duplicates(&self) -> Vec<question::Duplicate> {
        let mut found: Vec<(&UsingLead, Vec<String>)> = Vec::new();
        for known in self.likely_same.values() {
            for lead in &known.leads {
                match found.iter_mut().find(|(other, _)| other.lead == lead.lead) {
                    Some((_, agrees)) => agrees.push(known.kind.clone()),
                    None => found.push((lead, vec![known.kind.clone()])),
                }
            }
        }
        found.retain(|(lead, _)| lead.lead != self.lead.id);
        found.sort_by_key(|(lead, _)| (Reverse(lead.received_at), lead.lead.clone()));
        found
            .into_iter()
            .map(|(lead, mut agrees)| {
                agrees.sort();
                question::Duplicate {
                    lead: lead.lead.as_str().to_owned(),
                    state: lead.state.as_str().to_owned(),
                    product: lead.product.clone(),
                    age: self.age(lead.received_at),
                    holder: lead.holder_key,
                    agrees,
                }
            })
            .collect()
    }

    async fn told_deals(&self) -> Result<Vec<question::RegisteredDeal>, Error> {
        let Some(customer) = &self.lead.customer else {
            return Ok(Vec::new());
        };
        let deals = self
            .host
            .store
            .registered_deals(&self.lead.manufacturer, &self.lead.contract, customer)
            .await?;
        Ok(deals
            .into_iter()
            .map(|deal| question::RegisteredDeal {
                deal: deal.id.as_str().to_owned(),
                partner: deal.partner_key,
                product: deal.product,
                age: self.age(deal.registered_at),
            })
            .collect())
    }

    /// A partner with declared attributes, figures and measures.
    pub async fn told_partner(
        &self,
        participant: &Participant,
    ) -> Result<question::Partner, Error> {
        super::candidates::one(self, participant).await
    }

    /// How long ago `then` was, on the clock and in working time.
    pub fn age(&self, then: Micros) -> Age {
        self.as_of().age(then)
    }

    /// `at`, by the contract's clock and calendar.
    pub fn instant(&self, at: Micros) -> Instant {
        self.as_of().instant(at)
    }

    fn as_of(&self) -> AsOf<'_> {
        self.force.as_of(self.now)
    }
}

/// What a policy would be told in free text could not be kept as it has to be, so that
/// nothing is decided.
fn not_kept<A>() -> Asked<A> {
    Asked::Failed {
        code: Code::HostInternal.as_str(),
        detail: "the lead's free text cannot be encrypted on this machine".to_owned(),
        reproducible: false,
    }
}

/// The state of an offer as `admit` is told it.
fn told_offer_state(state: OfferState) -> &'static str {
    match state {
        OfferState::Reopened => "lapsed",
        other => other.as_str(),
    }
}

/// Attributes as policies are told them.
pub(super) fn told(attributes: &Attributes, draft: &Draft<'_>) -> question::Attributes {
    draft.as_of().attributes(attributes)
}
