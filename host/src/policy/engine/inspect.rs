//! A component before it is compiled: whether it is one, what kind of policy,
//! of which interface version, and whether it imports anything but `log`.

use wasmparser::component_types::{ComponentAnyTypeId, ComponentEntityType};
use wasmparser::{Encoding, Parser, Payload, Validator, WasmFeatures, types::Types};

use super::compile::too_large;
use super::config::FEATURES;
use super::wit::v0_1;
use crate::policy::error::{Code, PolicyError};
use crate::policy::kind::Kind;
use crate::policy::limits::SizeClass;

/// What a component is, by its own names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Identity {
    pub kind: Kind,
    pub interface: Interface,
}

/// An interface version that this server supports.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Interface {
    V0_1,
}

impl Interface {
    const ALL: [Self; 1] = [Self::V0_1];

    pub fn version(self) -> &'static str {
        match self {
            Self::V0_1 => v0_1::VERSION,
        }
    }
}

/// Modules and components within a component, itself included. Interpreters have some
/// dozens.
const PARTS_MAX: usize = 1_000;
/// How deep they may lie within each other. To check and to compile them takes time
/// and memory by the square of it.
const DEPTH_MAX: usize = 16;

/// Walks the whole component.
pub fn inspect(component: &[u8]) -> Result<Identity, PolicyError> {
    if !Parser::is_component(component) {
        let what = match Parser::is_core_wasm(component) {
            true => "it is a core module, not a component",
            false => "it is no WebAssembly",
        };
        return Err(PolicyError::new(Code::PluginBadWasm, what));
    }
    let class = SizeClass::of(component.len()).ok_or_else(too_large)?;
    check_parts(component, class)?;
    let types = validate(component)?;
    let names = top_level_names(component)?;
    let identity = identify(&names.exports)?;
    for import in &names.imports {
        check_import(&types, import)?;
    }
    Ok(identity)
}

/// Before anything is done with them.
fn check_parts(component: &[u8], class: SizeClass) -> Result<(), PolicyError> {
    let too_many = |what: String| Err(PolicyError::new(Code::PluginBadWasm, what));
    let too_large = |what: String| Err(PolicyError::new(Code::PluginTooLarge, what));
    let (functions_max, bytes_max) = (class.functions_max(), class.function_bytes_max());
    let (mut parts, mut depth, mut functions) = (0_usize, 0_usize, 0_usize);
    for payload in Parser::new(0).parse_all(component) {
        match payload {
            Ok(Payload::Version { .. }) => {
                parts += 1;
                depth += 1;
            }
            Ok(Payload::End(_)) => depth = depth.saturating_sub(1),
            Ok(Payload::CodeSectionEntry(body)) => {
                functions += 1;
                let bytes = body.range().len();
                if bytes > bytes_max {
                    return too_large(format!(
                        "one of its functions has {bytes} bytes of at most {bytes_max}; \
                         split it, or build without forced inlining"
                    ));
                }
            }
            Ok(_) => {}
            // The validator comes no further either, and says why.
            Err(_) => break,
        }
        if parts > PARTS_MAX {
            return too_many(format!("it has more than {PARTS_MAX} modules in it"));
        }
        if functions > functions_max {
            return too_large(format!("it has more than {functions_max} functions"));
        }
        if depth > DEPTH_MAX {
            return too_many(format!(
                "it has components within each other, more than {DEPTH_MAX} deep"
            ));
        }
    }
    Ok(())
}

fn validate(component: &[u8]) -> Result<Types, PolicyError> {
    Validator::new_with_features(FEATURES)
        .validate_all(component)
        .map_err(|error| {
            // What is right with every feature uses one that is switched off.
            let everything = Validator::new_with_features(WasmFeatures::all())
                .validate_all(component)
                .is_ok();
            let code = match everything {
                true => Code::PluginUnsupportedFeature,
                false => Code::PluginBadWasm,
            };
            PolicyError::new(
                code,
                format!("{} at byte {}", error.message(), error.offset()),
            )
        })
}

#[derive(Default)]
struct Names {
    imports: Vec<String>,
    exports: Vec<String>,
}

/// Names of the outermost component's imports and exports.
fn top_level_names(component: &[u8]) -> Result<Names, PolicyError> {
    let bad = |error: wasmparser::BinaryReaderError| {
        PolicyError::new(Code::PluginBadWasm, error.to_string())
    };
    let mut names = Names::default();
    let mut depth = 0_usize;
    for payload in Parser::new(0).parse_all(component) {
        match payload.map_err(bad)? {
            Payload::Version { encoding, .. } => {
                depth += 1;
                debug_assert!(depth > 1 || encoding == Encoding::Component);
            }
            Payload::End(_) => depth -= 1,
            Payload::ComponentImportSection(section) if depth == 1 => {
                for import in section {
                    names
                        .imports
                        .push(import.map_err(bad)?.name.name.to_owned());
                }
            }
            Payload::ComponentExportSection(section) if depth == 1 => {
                for export in section {
                    names
                        .exports
                        .push(export.map_err(bad)?.name.name.to_owned());
                }
            }
            _ => {}
        }
    }
    Ok(names)
}

/// The kind and version that the exports name: `stellwerk:matching/policy@0.1.0`.
fn identify(exports: &[String]) -> Result<Identity, PolicyError> {
    let mut found = Vec::new();
    for export in exports {
        let Some((kind, version)) = export
            .strip_prefix("stellwerk:")
            .and_then(|rest| rest.split_once("/policy@"))
        else {
            continue;
        };
        let Some(kind) = Kind::parse(kind) else {
            return Err(PolicyError::new(
                Code::PluginUnsupportedInterface,
                format!("it exports `{export}`, and this server knows no such kind"),
            ));
        };
        found.push((kind, version));
    }
    match found.as_slice() {
        [] => Err(PolicyError::new(
            Code::PluginKindMismatch,
            "it exports no `stellwerk:<kind>/policy` interface",
        )),
        [(kind, version)] => {
            let interface = Interface::ALL
                .into_iter()
                .find(|interface| interface.version() == *version)
                .ok_or_else(|| {
                    let known: Vec<_> = Interface::ALL.map(Interface::version).to_vec();
                    PolicyError::new(
                        Code::PluginUnsupportedInterface,
                        format!(
                            "it was built against {kind} {version}; this server supports {}",
                            known.join(", ")
                        ),
                    )
                })?;
            Ok(Identity {
                kind: *kind,
                interface,
            })
        }
        several => {
            let kinds: Vec<_> = several.iter().map(|(kind, _)| kind.as_str()).collect();
            Err(PolicyError::new(
                Code::PluginKindMismatch,
                format!("it exports several policies: {}", kinds.join(", ")),
            ))
        }
    }
}

/// Types alone are harmless; anything that can be called, held or run is not.
fn check_import(types: &Types, name: &str) -> Result<(), PolicyError> {
    let forbidden = |what: &str| {
        Err(PolicyError::new(
            Code::PluginForbiddenImport,
            format!("it imports the {what}"),
        ))
    };
    let Some(item) = types.component_item_for_import(name) else {
        return forbidden(&format!("unknown `{name}`"));
    };
    let ComponentEntityType::Instance(instance) = item.ty else {
        return match harmful(&item.ty) {
            Some(what) => forbidden(&format!("{what} `{name}`")),
            None => Ok(()),
        };
    };
    for (member, item) in &types[instance].exports {
        if (name, member.as_str()) == (v0_1::LOG, "write") {
            continue;
        }
        if let Some(what) = harmful(&item.ty) {
            return forbidden(&format!("{what} `{name}.{member}`"));
        }
    }
    Ok(())
}

/// What an import is, where it is more than a type.
fn harmful(item: &ComponentEntityType) -> Option<&'static str> {
    match item {
        ComponentEntityType::Func(_) => Some("function"),
        ComponentEntityType::Module(_) => Some("core module"),
        ComponentEntityType::Component(_) => Some("component"),
        ComponentEntityType::Value(_) => Some("value"),
        ComponentEntityType::Instance(_) => Some("nested instance"),
        ComponentEntityType::Type {
            referenced: ComponentAnyTypeId::Resource(_),
            ..
        } => Some("resource"),
        ComponentEntityType::Type { .. } => None,
    }
}
