//! A panic in a guest is a bare trap: say first where it came from.

/// Sends message and place of a panic through `log`.
#[cfg_attr(not(target_arch = "wasm32"), allow(dead_code))]
pub(crate) fn install() {
    std::panic::set_hook(Box::new(|panic| {
        crate::log::error(&panic.to_string());
    }));
}
