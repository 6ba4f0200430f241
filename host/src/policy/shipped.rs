//! The reference plugins, which are part of the program: a machine without any
//! WebAssembly compiler can run them. A test holds them against their sources
//! (`stellwerk plugin ship` brings them up to date).

use std::borrow::Cow;
use std::fs;
use std::io;
use std::path::Path;

/// Names a folder whose components are taken in place of those in the program.
/// For tests of plugins that were just built.
pub const FOLDER_VARIABLE: &str = "STELLWERK_PLUGINS";

/// A component of a reference plugin.
#[derive(Clone, Debug)]
pub struct Shipped {
    /// As in its manifest.
    pub name: &'static str,
    pub component: Cow<'static, [u8]>,
}

/// Lists plugins by the names of their folders.
macro_rules! shipped {
    ($($name:literal),* $(,)?) => {
        /// As committed under `plugins/components/`.
        const SHIPPED: &[(&str, &[u8])] = &[$((
            $name,
            include_bytes!(concat!("../../../plugins/components/", $name, ".wasm")),
        ),)*];
    };
}

shipped![
    "compensation-bonus-malus",
    "compensation-care-first",
    "compensation-flat-split",
    "compensation-lifetime",
    "compensation-points",
    "compensation-tiers",
    "escalation-ladder",
    "matching-weighted",
    "qualification-frequency",
    "qualification-mandatory-fields",
];

/// All reference plugins. Components in a folder, by the name `NAME.wasm`, take
/// precedence.
pub fn all(folder: Option<&Path>) -> io::Result<Vec<Shipped>> {
    SHIPPED
        .iter()
        .map(|(name, component)| {
            Ok(Shipped {
                name,
                component: match folder {
                    Some(folder) => in_folder(folder, name)?.unwrap_or((*component).into()),
                    None => (*component).into(),
                },
            })
        })
        .collect()
}

fn in_folder(folder: &Path, name: &str) -> io::Result<Option<Cow<'static, [u8]>>> {
    match fs::read(folder.join(format!("{name}.wasm"))) {
        Ok(component) => Ok(Some(component.into())),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}
