//! What can go wrong with a policy: one closed list, each code with its owner
//! and what to do next. A code is chosen by the type of what happened and by
//! flags, never by reading a message.

use std::fmt;

/// Who has to act.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Owner {
    /// Who wrote the plugin.
    Author,
    /// Who wrote the configuration.
    Configurer,
    /// Who asked.
    Caller,
    /// Who runs this server.
    Operator,
    /// The authors of Stellwerk.
    Stellwerk,
    /// Nobody: it is an outcome.
    Nobody,
}

impl Owner {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Author => "author",
            Self::Configurer => "configurer",
            Self::Caller => "caller",
            Self::Operator => "operator",
            Self::Stellwerk => "stellwerk",
            Self::Nobody => "nobody",
        }
    }
}

/// Defines the codes with all that is known of them, so that no part of one can
/// be forgotten.
macro_rules! codes {
    ($($variant:ident, $code:literal, $owner:ident, $reproducible:literal, $next:literal;)+) => {
        /// A code of the closed list.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum Code { $($variant,)+ }

        impl Code {
            pub const ALL: &[Self] = &[$(Self::$variant,)+];

            /// The code of that name.
            pub fn parse(text: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|code| code.as_str() == text)
            }

            /// Such as `guest.out_of_fuel`.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $code,)+ }
            }

            pub fn owner(self) -> Owner {
                match self { $(Self::$variant => Owner::$owner,)+ }
            }

            /// Whether the same question to the same plugin ends the same way.
            pub fn reproducible(self) -> bool {
                match self { $(Self::$variant => $reproducible,)+ }
            }

            /// What its owner does next.
            pub fn next_step(self) -> &'static str {
                match self { $(Self::$variant => $next,)+ }
            }
        }
    };
}

codes! {
    PluginTooLarge, "plugin.too_large", Author, true,
        "Make the component smaller: build it with optimisation and without debug information.";
    PluginBadWasm, "plugin.bad_wasm", Author, true,
        "Upload a WebAssembly component, as `stellwerk plugin build` makes it.";
    PluginKindMismatch, "plugin.kind_mismatch", Author, true,
        "Export exactly one `policy` interface, and bind the plugin to a slot of its kind.";
    PluginForbiddenImport, "plugin.forbidden_import", Author, true,
        "Remove the import: a policy may import nothing but `stellwerk:host/log`.";
    PluginUnsupportedInterface, "plugin.unsupported_interface", Author, true,
        "Build the plugin against an interface version that this server supports.";
    PluginUnsupportedFeature, "plugin.unsupported_feature", Author, true,
        "Build the plugin without the WebAssembly feature that is named.";
    PluginBadManifest, "plugin.bad_manifest", Author, true,
        "Correct what `describe` answers; its schema is wit/manifest.schema.json.";
    PluginGoldenFailed, "plugin.golden_failed", Author, true,
        "Correct the policy or the golden example; `stellwerk plugin check` shows the difference.";
    PluginNondeterministic, "plugin.nondeterministic", Author, true,
        "Make `describe`, `configure` and each answer depend on nothing but their input.";
    PluginGoldenTooCostly, "plugin.golden_too_costly", Author, true,
        "Give fewer golden examples, under fewer configurations and terms: each of these is compiled.";
    ConfigInvalid, "config.invalid", Configurer, true,
        "Correct the configuration at the place that is named.";
    ConfigTooLarge, "config.too_large", Configurer, true,
        "Make the configuration smaller.";
    InputInvalid, "input.invalid", Caller, true,
        "Correct the question at the place that is named.";
    InputTooLarge, "input.too_large", Caller, true,
        "Ask about less at once.";
    PolicyNotApplicable, "policy.not_applicable", Nobody, true,
        "Nothing: the contract's default follows.";
    PolicyError, "policy.error", Author, true,
        "Replay the decision with `stellwerk plugin run --from-decision` and correct the policy.";
    GuestTrap, "guest.trap", Author, true,
        "Replay the decision with `stellwerk plugin run --from-decision`; the log names the place.";
    GuestOutOfFuel, "guest.out_of_fuel", Author, true,
        "Do less per decision, or have the contract's fuel limit raised.";
    GuestOutOfMemory, "guest.out_of_memory", Author, true,
        "Use less memory per decision, or have the contract's memory limit raised.";
    GuestOutputInvalid, "guest.output_invalid", Author, true,
        "Answer what the interface allows; the message names the place.";
    GuestOutputTooLarge, "guest.output_too_large", Author, true,
        "Answer less.";
    HostDeadline, "host.deadline", Operator, false,
        "Look at the server's load; the next try may succeed.";
    HostOverloaded, "host.overloaded", Operator, false,
        "Try again later, or give the server more processors.";
    HostInternal, "host.internal", Stellwerk, false,
        "Report it with the server's log.";
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Places that are told of; of more than these only how many there are.
const PROBLEMS_MAX: usize = 100;

/// One thing that is wrong, and where.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Problem {
    /// A JSON pointer (RFC 6901); into the terms when it begins with `terms:`.
    pub pointer: String,
    pub message: String,
}

/// What went wrong. The edge adds generation and decision.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}{code}: {message}", PluginPrefix(.plugin))]
pub struct PolicyError {
    pub code: Code,
    /// What happened, in a sentence for the owner. Never personal data: a
    /// policy is never told any.
    pub message: String,
    /// Each place that is wrong, where there are such.
    pub problems: Vec<Problem>,
    /// Such as `matching-weighted@0.1.0`; none before its name is known.
    pub plugin: Option<String>,
}

impl PolicyError {
    pub fn new(code: Code, message: impl Into<String>) -> Self {
        Self {
            code,
            message: message.into(),
            problems: Vec::new(),
            plugin: None,
        }
    }

    /// An error about places of a document. The message is the first of them.
    pub fn at(code: Code, mut problems: Vec<Problem>) -> Self {
        let message = match problems.as_slice() {
            [] => String::new(),
            [only] => format!("{} {}", place(&only.pointer), only.message),
            [first, rest @ ..] => format!(
                "{} {} (and {} more)",
                place(&first.pointer),
                first.message,
                rest.len()
            ),
        };
        let more = problems.len().saturating_sub(PROBLEMS_MAX);
        if more > 0 {
            problems.truncate(PROBLEMS_MAX);
            problems.push(Problem {
                pointer: String::new(),
                message: format!("and {more} more, which are not told here"),
            });
        }
        Self {
            problems,
            ..Self::new(code, message)
        }
    }

    /// Names the plugin that it is about.
    pub fn of(mut self, plugin: &str) -> Self {
        self.plugin.get_or_insert_with(|| plugin.to_owned());
        self
    }

    pub fn owner(&self) -> Owner {
        self.code.owner()
    }

    pub fn next_step(&self) -> &'static str {
        self.code.next_step()
    }

    pub fn reproducible(&self) -> bool {
        self.code.reproducible()
    }
}

fn place(pointer: &str) -> String {
    match pointer {
        "" => "the document:".to_owned(),
        pointer => format!("{pointer}:"),
    }
}

struct PluginPrefix<'a>(&'a Option<String>);

impl fmt::Display for PluginPrefix<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Some(plugin) => write!(f, "{plugin}: "),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_names_plugin_code_and_place() {
        let error = PolicyError::at(
            Code::ConfigInvalid,
            vec![Problem {
                pointer: "/waves/0".into(),
                message: "is no number".into(),
            }],
        )
        .of("matching-weighted@0.1.0");
        assert_eq!(
            error.to_string(),
            "matching-weighted@0.1.0: config.invalid: /waves/0: is no number"
        );
    }

    #[test]
    fn of_ten_thousand_places_a_hundred_are_told() {
        let problem = Problem {
            pointer: "/waves".into(),
            message: "is no number".into(),
        };
        let error = PolicyError::at(Code::ConfigInvalid, vec![problem; 10_000]);
        assert_eq!(error.message, "/waves: is no number (and 9999 more)");
        assert_eq!(error.problems.len(), 101);
        let last = error.problems.last().unwrap();
        assert_eq!(last.message, "and 9900 more, which are not told here");
    }

    #[test]
    fn only_the_hosts_own_troubles_pass() {
        for code in Code::ALL {
            assert_eq!(code.reproducible(), !code.as_str().starts_with("host."));
        }
    }
}
