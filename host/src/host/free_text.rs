//! What a policy was told in a person's own words, as receipts keep it: encrypted under a
//! key of the lead (ChaCha20-Poly1305, RFC 8439), with what the policy has logged about
//! it. Erasing the person destroys the key; digests and seals are of what is kept, so
//! they hold afterwards, too.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};

use ring::aead::{Aad, CHACHA20_POLY1305, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use serde::{Deserialize, Serialize};

use crate::domain::decision::Decision;
use crate::domain::digest::sha256_of;
use crate::domain::ids::{LeadId, ManufacturerId};
use crate::domain::lead_key::{LeadKey, SECRET_BYTES};
use crate::domain::lifecycle::State;
use crate::policy::{Function, canonical, free_text};
use crate::store::{self, Store};

/// What is encrypted together.
#[derive(Serialize, Deserialize)]
struct Words {
    text: String,
    #[serde(default)]
    log: Vec<String>,
}

/// Why a decision cannot be read in full.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Closed {
    /// The key is gone with the person.
    Erased,
    /// The key is not there though nobody was erased, or it is another one; what is wrong.
    Lost(String),
}

/// A new key; none where this machine gives no random numbers.
pub fn new_key(manufacturer: &ManufacturerId, lead: &LeadId) -> Option<LeadKey> {
    let mut secret = [0; SECRET_BYTES];
    getrandom::fill(&mut secret).ok()?;
    Some(LeadKey {
        manufacturer: manufacturer.clone(),
        lead: lead.clone(),
        secret,
    })
}

/// Encrypts what the decision's policy was told in free text, and its log with it, where
/// it was told any. Whether it was.
///
/// # Errors
/// None but a fault: then nothing has changed, and the decision must not be kept.
pub fn encrypt(decision: &mut Decision, key: &LeadKey) -> Result<bool, Fault> {
    let Some(function) = Function::parse(&decision.function) else {
        return Ok(false);
    };
    let Some(apart) = free_text::apart(function, &decision.input) else {
        return Ok(false);
    };
    let words = Words {
        text: apart.text.clone(),
        log: decision.log.clone(),
    };
    let mut bytes = canonical::to_cbor(&words).map_err(|_| Fault)?;
    let (nonce, of) = bound_to(decision);
    cipher(key)
        .and_then(|cipher| cipher.seal_in_place_append_tag(nonce, of, &mut bytes))
        .map_err(|_| Fault)?;
    decision.input = apart.encrypted(hex::encode(bytes)).map_err(|_| Fault)?;
    decision.log.clear();
    Ok(true)
}

/// A cipher does not fail; this one did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fault;

/// The decision as it was put to the policy, with what it has logged; none where the key
/// is another one, or something was altered.
fn decrypted(
    decision: &Decision,
    encrypted: free_text::Encrypted,
    key: &LeadKey,
) -> Option<Decision> {
    let mut bytes = hex::decode(&encrypted.text).ok()?;
    let (nonce, of) = bound_to(decision);
    let plain = cipher(key)
        .ok()?
        .open_in_place(nonce, of, &mut bytes)
        .ok()?;
    let words: Words = canonical::from_cbor(plain).ok()?;
    Some(Decision {
        input: encrypted.in_plain(words.text).ok()?,
        log: words.log,
        ..decision.clone()
    })
}

fn cipher(key: &LeadKey) -> Result<LessSafeKey, ring::error::Unspecified> {
    UnboundKey::new(&CHACHA20_POLY1305, &key.secret).map(LessSafeKey::new)
}

/// The decision's identifier stands for one text alone, so no nonce is used twice.
fn bound_to(decision: &Decision) -> (Nonce, Aad<Vec<u8>>) {
    let id = decision.id.as_str().as_bytes();
    let mut nonce = [0; NONCE_LEN];
    nonce.copy_from_slice(&sha256_of(&[id])[..NONCE_LEN]);
    (Nonce::assume_unique_for_key(nonce), Aad::from(id.to_vec()))
}

/// What is encrypted in the decision's question, if anything is.
fn encrypted(decision: &Decision) -> Option<free_text::Encrypted> {
    free_text::encrypted(Function::parse(&decision.function)?, &decision.input)
}

/// Whether there is something in it that only the lead's key opens.
pub fn is_encrypted(decision: &Decision) -> bool {
    encrypted(decision).is_some()
}

/// The free text that the policy was told, in a decision that [`Keys::open`] has opened.
pub fn text(decision: &Decision) -> Option<String> {
    let function = Function::parse(&decision.function)?;
    free_text::apart(function, &decision.input).map(|apart| apart.text)
}

/// The keys that some decisions need.
#[derive(Debug, Default)]
pub struct Keys {
    found: HashMap<LeadId, LeadKey>,
    /// Leads whose persons were erased.
    erased: HashSet<LeadId>,
}

impl Keys {
    /// Those that the decisions of a manufacturer need; most need none.
    pub async fn of(
        store: &Store,
        manufacturer: &ManufacturerId,
        decisions: impl Iterator<Item = &Decision>,
    ) -> Result<Self, store::Error> {
        let closed = decisions.filter(|decision| is_encrypted(decision));
        let leads: HashSet<LeadId> = closed.filter_map(|one| one.lead.clone()).collect();
        if leads.is_empty() {
            return Ok(Self::default());
        }
        let leads: Vec<LeadId> = leads.into_iter().collect();
        let keys = store.lead_keys(manufacturer, &leads).await?;
        let found: HashMap<_, _> = keys
            .into_iter()
            .map(|key| (key.lead.clone(), key))
            .collect();
        let missing = leads.iter().filter(|lead| !found.contains_key(*lead));
        let missing: Vec<&LeadId> = missing.collect();
        let leads = store.leads_among(manufacturer, &missing).await?;
        let erased = leads.into_iter().filter(|lead| lead.state == State::Erased);
        Ok(Self {
            erased: erased.map(|lead| lead.id).collect(),
            found,
        })
    }

    /// The decision as it was put to the policy.
    ///
    /// # Errors
    /// Where it has words that cannot be read, or not any more.
    pub fn open<'a>(&self, decision: &'a Decision) -> Result<Cow<'a, Decision>, Closed> {
        let Some(encrypted) = encrypted(decision) else {
            return Ok(Cow::Borrowed(decision));
        };
        let lead = decision.lead.as_ref();
        match lead.and_then(|lead| self.found.get(lead)) {
            Some(key) => decrypted(decision, encrypted, key)
                .map(Cow::Owned)
                .ok_or_else(|| Closed::Lost("a lead's key does not open its free text".to_owned())),
            None if lead.is_some_and(|lead| self.erased.contains(lead)) => Err(Closed::Erased),
            None => Err(Closed::Lost(
                "the key of a lead's free text is not stored".to_owned(),
            )),
        }
    }
}

/// One decision as it was put to the policy.
pub async fn open<'a>(
    store: &Store,
    decision: &'a Decision,
) -> Result<Result<Cow<'a, Decision>, Closed>, store::Error> {
    let keys = Keys::of(store, &decision.manufacturer, [decision].into_iter()).await?;
    Ok(keys.open(decision))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::policy::view;

    fn told() -> Decision {
        let question = json!({
            "context": { "now": { "micros": "0", "offset-seconds": 0, "in-working-time": true } },
            "input": { "lead": {
                "reference": "l", "cycle": 1,
                "attributes": { "contact/note": { "text": "ring twice" } },
            } },
        });
        Decision {
            function: "assess".to_owned(),
            lead: Some("l".into()),
            input: view::question_cbor(Function::Assess, question).unwrap(),
            log: vec!["it says: ring twice".to_owned()],
            ..crate::testing::decision()
        }
    }

    fn keys(key: LeadKey) -> Keys {
        Keys {
            found: HashMap::from([(key.lead.clone(), key)]),
            erased: HashSet::new(),
        }
    }

    #[test]
    fn what_was_told_is_kept_where_the_key_alone_opens_it() {
        let (manufacturer, lead) = ("m".into(), "l".into());
        let key = new_key(&manufacturer, &lead).unwrap();
        let mut kept = told();
        assert_eq!(encrypt(&mut kept, &key), Ok(true));
        assert!(is_encrypted(&kept) && text(&kept).is_none());
        let debug = format!("{kept:?} {}", String::from_utf8_lossy(&kept.input));
        assert!(!debug.contains("ring"), "{debug}");
        let opened = keys(key.clone()).open(&kept).unwrap().into_owned();
        assert_eq!(opened, told());
        assert_eq!(text(&opened).as_deref(), Some("ring twice"));
        // What is encrypted already stays as it is.
        let before = kept.clone();
        assert_eq!(encrypt(&mut kept, &key), Ok(false));
        assert_eq!(kept, before);
    }

    #[test]
    fn without_its_key_it_stays_closed() {
        let (manufacturer, lead) = ("m".into(), "l".into());
        let key = new_key(&manufacturer, &lead).unwrap();
        let mut kept = told();
        encrypt(&mut kept, &key).unwrap();
        let lost =
            |keys: &Keys, decision: &Decision| matches!(keys.open(decision), Err(Closed::Lost(_)));
        assert!(lost(&Keys::default(), &kept));
        assert!(lost(&keys(new_key(&manufacturer, &lead).unwrap()), &kept));
        // Nor does it go into the record of another decision.
        let moved = Decision {
            id: "other".into(),
            ..kept.clone()
        };
        assert!(lost(&keys(key), &moved));
        let erased = Keys {
            erased: HashSet::from([lead]),
            ..Keys::default()
        };
        assert_eq!(erased.open(&kept), Err(Closed::Erased));
        assert!(matches!(erased.open(&told()), Ok(Cow::Borrowed(_))));
    }
}
