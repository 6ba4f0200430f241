//! Seals: a manufacturer's decisions, closed batch by batch. Each seal names the
//! root over the receipts of its batch and the seal before it, and is signed; so
//! nothing that is sealed can be changed, left out or put in between unseen.

use std::fmt;

use super::digest::{Hash, sha256_of};
use super::ids::ManufacturerId;
use super::time::Micros;

/// What receipts and seals are made by today; `host/seals.md` describes it.
pub const FORM: i64 = 1;
/// Decisions under one seal.
pub const DECISIONS_MAX: usize = 4_096;
/// What the first seal names as the one before it.
pub const NONE_BEFORE: Hash = [0; 32];

/// A batch of decisions, closed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seal {
    pub manufacturer: ManufacturerId,
    /// 1, 2, 3, … without gaps.
    pub number: i64,
    /// By which rules receipts are digested and the seal is written.
    pub form: i64,
    /// Numbers of its first and last decision.
    pub first: i64,
    pub last: i64,
    /// Of the tree over the digests of its receipts.
    pub root: Hash,
    /// Hash of the seal before it.
    pub previous: Hash,
    pub sealed_at: Micros,
    /// Whose signature it is: ed25519.
    pub public_key: Hash,
    /// Of the statement.
    pub signature: Vec<u8>,
}

impl Seal {
    /// What is signed.
    pub fn statement(&self) -> String {
        let Self {
            manufacturer,
            number,
            form,
            first,
            last,
            root,
            previous,
            sealed_at,
            public_key,
            signature: _,
        } = self;
        let (root, previous) = (hex::encode(root), hex::encode(previous));
        let (key, at) = (hex::encode(public_key), sealed_at.0);
        format!(
            "stellwerk seal {form}\nmanufacturer {manufacturer}\nnumber {number}\n\
             decisions {first} {last}\nroot {root}\nprevious {previous}\nat {at}\nkey {key}\n"
        )
    }

    /// What the next seal names.
    pub fn hash(&self) -> Hash {
        sha256_of(&[self.statement().as_bytes()])
    }

    /// How many decisions it closes.
    pub fn count(&self) -> usize {
        let count = self.last.saturating_sub(self.first).saturating_add(1);
        usize::try_from(count).unwrap_or_default()
    }

    /// What the seal is to be remembered by.
    pub fn head(&self) -> Head {
        Head {
            number: self.number,
            hash: self.hash(),
        }
    }
}

/// The end of a chain at some time. Whoever has noted it down can tell later
/// whether the chain still holds what it held then: of decisions that were cut off
/// together with their seals nothing else tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Head {
    pub number: i64,
    pub hash: Hash,
}

impl Head {
    /// Number and hash, such as 12:8f0c….
    pub fn parse(text: &str) -> Option<Self> {
        let (number, hash) = text.split_once(':')?;
        Some(Self {
            number: number.parse().ok().filter(|number| *number > 0)?,
            hash: hex::decode(hash).ok()?.try_into().ok()?,
        })
    }
}

impl fmt::Display for Head {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.number, hex::encode(self.hash))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seal() -> Seal {
        Seal {
            manufacturer: "m".into(),
            number: 3,
            form: FORM,
            first: 11,
            last: 20,
            root: [1; 32],
            previous: [2; 32],
            sealed_at: Micros(1_772_442_000_000_000),
            public_key: [3; 32],
            signature: Vec::new(),
        }
    }

    #[test]
    fn what_is_signed_never_changes() {
        let ones = "01".repeat(32);
        let (twos, threes) = ("02".repeat(32), "03".repeat(32));
        assert_eq!(
            seal().statement(),
            format!(
                "stellwerk seal 1\nmanufacturer m\nnumber 3\ndecisions 11 20\nroot {ones}\n\
                 previous {twos}\nat 1772442000000000\nkey {threes}\n"
            )
        );
        assert_eq!(seal().count(), 10);
    }

    #[test]
    fn whatever_differs_gives_another_hash() {
        let alter: [fn(&mut Seal); 9] = [
            |seal| seal.manufacturer = "n".into(),
            |seal| seal.number = 4,
            |seal| seal.form = 2,
            |seal| seal.first = 12,
            |seal| seal.last = 21,
            |seal| seal.root[31] = 0,
            |seal| seal.previous[0] = 0,
            |seal| seal.sealed_at.0 += 1,
            |seal| seal.public_key[7] = 0,
        ];
        for alter in alter {
            let mut altered = seal();
            alter(&mut altered);
            assert_ne!(altered.hash(), seal().hash(), "{altered:?}");
        }
    }

    #[test]
    fn a_head_is_read_as_it_is_written() {
        let head = seal().head();
        assert_eq!(Head::parse(&head.to_string()), Some(head));
        for wrong in ["", "3", "3:", "0:00", "x:00", "3:zz", "-1:00"] {
            assert_eq!(Head::parse(wrong), None, "{wrong}");
        }
    }
}
