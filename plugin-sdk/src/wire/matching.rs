//! The border of matching policies.

use std::marker::PhantomData;

use super::{convert, guest};
use crate::matching::Matching;

mod bindings {
    wit_bindgen::generate!({
        world: "stellwerk:matching/matching@0.1.0",
        path: "../wit",
        with: {
            "stellwerk:types/values@0.1.0": crate::wire::shared::values,
            "stellwerk:types/tables@0.1.0": crate::wire::shared::tables,
            "stellwerk:types/parties@0.1.0": crate::wire::shared::parties,
            "stellwerk:types/calls@0.1.0": crate::wire::shared::calls,
        },
        generate_all,
        pub_export_macro: true,
        export_macro_name: "__export_matching",
        default_bindings_module: "$crate::wire::matching",
    });
}

pub use bindings::__export_matching as export_macro;
pub use bindings::*;

use super::shared::calls::{Context, PolicyError, Problem};
use bindings::exports::stellwerk::matching::policy as wire;

/// Stands for the policy at the border.
pub struct Adapter<P>(PhantomData<P>);

impl<P: Matching> wire::Guest for Adapter<P> {
    fn describe() -> String {
        guest::describe::<P>("matching")
    }

    fn configure(config: String, terms: String) -> Result<Vec<String>, Vec<Problem>> {
        guest::configure::<P>(&config, &terms, crate::matching::Ranking::WORDS)
    }

    fn rank(context: Context, input: wire::RankInput) -> Result<wire::Ranking, PolicyError> {
        let (policy, context) = guest::begin::<P>(context)?;
        let input = crate::matching::RankInput {
            lead: convert::lead(input.lead),
            assessed: convert::assessed(input.assessed),
            wave: input.wave,
            candidates: convert::table(input.candidates),
        };
        let ranking = policy.rank(&context, &input).map_err(convert::error)?;
        Ok(wire::Ranking {
            outcome: convert::case(ranking.outcome),
            groups: ranking.groups,
            excluded: convert::words(ranking.excluded),
            scores: ranking.scores,
            terms: convert::terms(ranking.terms),
            counters: ranking.counters,
            reasons: convert::reasons(ranking.reasons),
            words: crate::word::added(),
        })
    }
}
