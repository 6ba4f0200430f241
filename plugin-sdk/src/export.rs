//! One line makes a policy a component.

/// Exports a policy: `export!(matching: Nearest);`. Natively it does nothing,
/// so that several policies can stand in one test program.
#[macro_export]
macro_rules! export {
    (qualification: $policy:ty) => {
        #[cfg(target_arch = "wasm32")]
        $crate::wire::qualification::export_macro!($crate::wire::qualification::Adapter<$policy> with_types_in $crate::wire::qualification);
    };
    (matching: $policy:ty) => {
        #[cfg(target_arch = "wasm32")]
        $crate::wire::matching::export_macro!($crate::wire::matching::Adapter<$policy> with_types_in $crate::wire::matching);
    };
    (escalation: $policy:ty) => {
        #[cfg(target_arch = "wasm32")]
        $crate::wire::escalation::export_macro!($crate::wire::escalation::Adapter<$policy> with_types_in $crate::wire::escalation);
    };
    (compensation: $policy:ty) => {
        #[cfg(target_arch = "wasm32")]
        $crate::wire::compensation::export_macro!($crate::wire::compensation::Adapter<$policy> with_types_in $crate::wire::compensation);
    };
}
