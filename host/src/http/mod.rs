//! The way in over HTTP.
//!
//! Architecture invariant: nothing outside this folder knows axum, and nothing
//! in it decides: handlers parse, authorise, call a use-case, and answer.

mod address;
mod admin;
mod api;
mod auth;
mod body;
mod connections;
mod crowd;
mod document;
mod door;
mod drain;
mod guests;
mod headers;
mod idempotency;
mod network;
mod paging;
mod problem;
mod query;
mod rate;
mod server;
mod settings;
mod stream;
mod time;
mod version;

pub use admin::serve_admin;
pub use api::{openapi, statement};
pub use server::{Front, check_public_url, serve};
pub use settings::HttpSettings;
