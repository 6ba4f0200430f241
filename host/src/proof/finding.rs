//! What a check has found to be broken: of each kind the first, and how many.

use std::fmt;

use serde::Serialize;

/// What can be broken.
macro_rules! kinds {
    ($($(#[$doc:meta])* $variant:ident $code:literal,)+) => {
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        pub enum Kind { $($(#[$doc])* $variant,)+ }

        impl Kind {
            /// As printed.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $code,)+ }
            }
        }
    };
}

kinds! {
    /// A decision that was numbered is not there.
    ReceiptMissing "receipt.missing",
    /// A receipt is not the one that was sealed.
    ReceiptAltered "receipt.altered",
    /// More decisions than the manufacturer's feed has counted, or the like.
    ReceiptCount "receipt.count",
    /// What sealed decisions were made with is not stored.
    ComponentMissing "component.missing",
    /// What is stored under a component's digest is another one.
    ComponentAltered "component.altered",
    SealMissing "seal.missing",
    /// A row that cannot be a seal.
    SealUnreadable "seal.unreadable",
    /// It does not begin where the one before it ends.
    SealRange "seal.range",
    /// It does not name the one before it as that is.
    SealChain "seal.chain",
    /// Its leaves are not those of the receipts that were sealed.
    SealLeaves "seal.leaves",
    /// Its root is not the one of its leaves.
    SealRoot "seal.root",
    SealSignature "seal.signature",
    /// It is signed by a key that nobody knows.
    SealKey "seal.key",
    /// The chain does not hold a seal that was noted down.
    SealHead "seal.head",
    EventMissing "event.missing",
    /// It names a decision or a lead that is not there.
    EventSubject "event.subject",
    PostingUnreadable "posting.unreadable",
    /// It names no decision that could have made it.
    PostingDecision "posting.decision",
    PostingEvent "posting.event",
    /// It is not what its decision has answered.
    PostingAmount "posting.amount",
    /// It adjusts a posting of another line, or one that is not there.
    PostingLine "posting.line",
    /// One account holds two units.
    PostingUnit "posting.unit",
    LeadState "lead.state",
    OfferState "offer.state",
    ClaimState "claim.state",
    DealState "deal.state",
}

impl Serialize for Kind {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

/// The first that is broken of a kind.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Finding {
    pub kind: Kind,
    /// Code of the manufacturer.
    pub manufacturer: String,
    /// Which one, and what is wrong with it.
    pub message: String,
    /// How many of the kind there are, this one included.
    pub count: u64,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (kind, more) = (self.kind.as_str(), self.count - 1);
        write!(f, "{kind}: {} ({})", self.message, self.manufacturer)?;
        match more {
            0 => Ok(()),
            more => write!(f, ", and {more} more"),
        }
    }
}

/// What was found of one manufacturer, in the order of kinds.
#[derive(Debug)]
pub(super) struct Findings {
    manufacturer: String,
    found: Vec<Finding>,
}

impl Findings {
    pub fn of(manufacturer: &str) -> Self {
        Self {
            manufacturer: manufacturer.to_owned(),
            found: Vec::new(),
        }
    }

    pub fn add(&mut self, kind: Kind, message: impl FnOnce() -> String) {
        match self.found.iter_mut().find(|finding| finding.kind == kind) {
            Some(finding) => finding.count += 1,
            None => self.found.push(Finding {
                kind,
                manufacturer: self.manufacturer.clone(),
                message: message(),
                count: 1,
            }),
        }
    }

    pub fn finish(mut self) -> Vec<Finding> {
        self.found.sort_by_key(|finding| finding.kind);
        self.found
    }
}
