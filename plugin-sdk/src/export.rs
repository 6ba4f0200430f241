//! One line makes a policy a component.

/// Exports a policy: `export!(matching: Nearest);`. Natively it does nothing,
/// so that several policies can stand in one test program.
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
