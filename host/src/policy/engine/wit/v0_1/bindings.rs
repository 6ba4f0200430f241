//! What the WIT packages 0.1.0 are in Rust.

/// The types that all kinds share.
pub mod shared {
    wasmtime::component::bindgen!({
        path: "../wit",
        world: "stellwerk:wit/shared@0.1.0",
    });
}

pub mod qualification {
    wasmtime::component::bindgen!({
        path: "../wit",
        world: "stellwerk:qualification/qualification@0.1.0",
        with: {
            "stellwerk:types": super::shared::stellwerk::types,
        },
    });
}

pub mod matching {
    wasmtime::component::bindgen!({
        path: "../wit",
        world: "stellwerk:matching/matching@0.1.0",
        with: {
            "stellwerk:types": super::shared::stellwerk::types,
        },
    });
}

pub mod escalation {
    wasmtime::component::bindgen!({
        path: "../wit",
        world: "stellwerk:escalation/escalation@0.1.0",
        with: {
            "stellwerk:types": super::shared::stellwerk::types,
        },
    });
}

pub mod compensation {
    wasmtime::component::bindgen!({
        path: "../wit",
        world: "stellwerk:compensation/compensation@0.1.0",
        with: {
            "stellwerk:types": super::shared::stellwerk::types,
        },
    });
}
