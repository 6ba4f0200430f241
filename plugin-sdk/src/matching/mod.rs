//! Which partners may take the lead, in which order and groups, and why?

mod ranking;

use crate::{Assessed, Context, Lead, Policy, PolicyError, Table};

pub use ranking::Ranking;

/// A matching policy.
///
/// ```
/// use stellwerk_plugin_sdk::prelude::*;
/// use stellwerk_plugin_sdk::testing;
///
/// /// Whoever holds the fewest leads is asked.
/// struct LeastLoaded {
///     open: Word,
/// }
/// # impl Policy for LeastLoaded {
/// #     type Config = ();
/// #     fn manifest() -> Manifest {
/// #         Manifest::new("matching-load", "0.1.0", "Asks whoever holds least.").figure("open")
/// #     }
/// #     fn configure(_: (), _: &Terms) -> Result<Self, Vec<Problem>> {
/// #         Ok(Self { open: Word::of("figure/open") })
/// #     }
/// # }
///
/// impl Matching for LeastLoaded {
///     fn rank(&self, _context: &Context, input: &RankInput) -> Result<Ranking, PolicyError> {
///         let candidates = &input.candidates;
///         let open = candidates.integers(self.open);
///         let mut ranking = Ranking::of(candidates);
///         ranking.offer((0..candidates.len()).min_by_key(|row| open.get(*row)));
///         Ok(ranking)
///     }
/// }
///
/// let input: RankInput = testing::input(
///     r#"{ "candidates": { "keys": [7, 9], "columns": {
///         "figure/open": { "integers": [4, 1] } } } }"#,
/// );
/// let ranking = testing::default::<LeastLoaded>().rank(&Context::default(), &input).unwrap();
/// assert_eq!(ranking.groups(), [[1]]);
/// ```
pub trait Matching: Policy {
    /// Asked when a lead is qualified, a wave lapses, somebody declines, or a
    /// claim is recalled.
    ///
    /// # Errors
    /// Why there is no ranking.
    fn rank(&self, context: &Context, input: &RankInput) -> Result<Ranking, PolicyError>;
}

/// What `rank` is told.
///
/// ```
/// use stellwerk_plugin_sdk::prelude::*;
/// use stellwerk_plugin_sdk::testing;
///
/// let input: RankInput = testing::input(
///     r#"{
///         "lead": { "product": "heat-pump", "value": 2500000 },
///         "assessed": { "temperature": "hot" },
///         "wave": 2,
///         "candidates": { "keys": [7, 9, 12], "columns": {
///             "this-cycle": { "texts": ["lapsed", null, null] } } }
///     }"#,
/// );
/// // In the second wave those are asked that were not asked in the first.
/// let this_cycle = input.candidates.texts(Word::of("this-cycle"));
/// let fresh = (0..input.candidates.len()).filter(|row| this_cycle.get(*row).is_none());
/// assert_eq!((input.wave, fresh.count()), (2, 2));
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(
    not(target_arch = "wasm32"),
    derive(serde::Serialize, serde::Deserialize),
    serde(deny_unknown_fields, default)
)]
pub struct RankInput {
    pub lead: Lead,
    pub assessed: Assessed,
    /// The wave to be made; the first is 1.
    pub wave: u32,
    /// All partners of the contract that could be asked, with the columns that the
    /// policy's words name; wit/columns.md has those of the host.
    pub candidates: Table,
}
