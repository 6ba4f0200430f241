//! One line makes a policy a component.

/// Makes a policy the one that the component answers with: its kind, then its
/// type, once in a crate. The crate takes the SDK with the feature of that kind.
/// Natively it does nothing, so that several policies can stand in one test
/// program.
///
/// ```
/// use stellwerk_plugin_sdk::prelude::*;
/// use stellwerk_plugin_sdk::testing;
///
/// struct Everybody;
/// # impl Policy for Everybody {
/// #     type Config = ();
/// #     fn manifest() -> Manifest {
/// #         Manifest::new("matching-everybody", "0.1.0", "Asks everybody at once.")
/// #     }
/// #     fn configure(_: (), _: &Terms) -> Result<Self, Vec<Problem>> {
/// #         Ok(Self)
/// #     }
/// # }
///
/// impl Matching for Everybody {
///     fn rank(&self, _: &Context, input: &RankInput) -> Result<Ranking, PolicyError> {
///         let mut ranking = Ranking::of(&input.candidates);
///         ranking.offer(0..input.candidates.len());
///         Ok(ranking)
///     }
/// }
///
/// stellwerk_plugin_sdk::export!(matching: Everybody);
///
/// // The same type answers in a test.
/// let input: RankInput = testing::input(r#"{ "candidates": { "keys": [7, 9] } }"#);
/// let ranking = testing::default::<Everybody>().rank(&Context::default(), &input);
/// assert_eq!(ranking.unwrap().groups(), [[0, 1]]);
/// ```
#[macro_export]
macro_rules! export {
    (qualification: $policy:ty) => {
        #[cfg(target_arch = "wasm32")]
        const _: () = {
            // The generated macro takes a name, not a type with arguments.
            type Exported = $crate::wire::qualification::Adapter<$policy>;
            $crate::wire::qualification::export_macro!(Exported with_types_in $crate::wire::qualification);
        };
    };
    (matching: $policy:ty) => {
        #[cfg(target_arch = "wasm32")]
        const _: () = {
            // The generated macro takes a name, not a type with arguments.
            type Exported = $crate::wire::matching::Adapter<$policy>;
            $crate::wire::matching::export_macro!(Exported with_types_in $crate::wire::matching);
        };
    };
    (escalation: $policy:ty) => {
        #[cfg(target_arch = "wasm32")]
        const _: () = {
            // The generated macro takes a name, not a type with arguments.
            type Exported = $crate::wire::escalation::Adapter<$policy>;
            $crate::wire::escalation::export_macro!(Exported with_types_in $crate::wire::escalation);
        };
    };
    (compensation: $policy:ty) => {
        #[cfg(target_arch = "wasm32")]
        const _: () = {
            // The generated macro takes a name, not a type with arguments.
            type Exported = $crate::wire::compensation::Adapter<$policy>;
            $crate::wire::compensation::export_macro!(Exported with_types_in $crate::wire::compensation);
        };
    };
}
