//! The resources under `/api/v1`: one folder each, one file per action.

mod agreed;
mod apply;
mod audit;
mod bindings;
mod claims;
mod contracts;
mod deals;
mod decisions;
mod differences;
mod disputes;
mod erasures;
mod events;
mod gates;
mod generations;
mod imports;
mod leads;
mod ledger;
mod manufacturers;
mod measures;
mod named;
mod offers;
mod participants;
mod partners;
mod periods;
mod plan_trials;
mod plugins;
mod rollbacks;
mod statements;
mod steps;
mod terms;
mod tokens;
mod trials;
mod users;
mod values;

use utoipa::OpenApi;
use utoipa::openapi::{ComponentsBuilder, OpenApiBuilder};
use utoipa_axum::router::{OpenApiRouter, UtoipaMethodRouter, UtoipaMethodRouterExt};
use utoipa_axum::routes;

use super::body;
use crate::host::Host;
use crate::policy::limits::COMPONENT_BYTES_MAX;

/// A contract as one document, with its partners and places.
const DOCUMENT_BYTES_MAX: usize = 8 * 1024 * 1024;

#[derive(OpenApi)]
#[openapi(info(
    title = "Stellwerk",
    description = "Routes sales leads to the partners who will work them. Every request carries \
        `Authorization: Bearer TOKEN`; what belongs to another tenant is a 404. Amounts are whole \
        minor units of the contract's currency, instants RFC 3339. Errors are problem details \
        (RFC 9457) with a stable `code`. A POST with an `Idempotency-Key` gets the same answer \
        again for 24 hours. What has an `ETag` can be changed with `If-Match`: a 412 says that \
        somebody was faster. Lists come in pages: send `next` as `after`. An operator names the \
        manufacturer that it acts for as `Stellwerk-Manufacturer: CODE`.",
    license(name = "Apache-2.0")
))]
struct Document;

/// All routes, with the document that describes them.
pub fn routes() -> OpenApiRouter<Host> {
    OpenApiRouter::with_openapi(Document::openapi())
        .routes(routes!(leads::create::create, leads::list::list))
        .routes(routes!(leads::get::get, leads::change::change))
        .routes(routes!(leads::timeline::timeline))
        .routes(routes!(leads::answer::answer))
        .routes(routes!(leads::search::search))
        .routes(routes!(leads::release::release))
        .routes(routes!(erasures::create::create, erasures::list::list))
        .routes(routes!(leads::decisions::decisions))
        .routes(routes!(offers::list::list))
        .routes(routes!(offers::claim::claim))
        .routes(routes!(offers::decline::decline))
        .routes(routes!(claims::list::list))
        .routes(routes!(claims::feedback::feedback))
        .routes(routes!(claims::outcome::outcome))
        .routes(routes!(deals::register::register, deals::list::list))
        .routes(routes!(deals::get::get, deals::change::change))
        .routes(routes!(decisions::get::get))
        .routes(routes!(decisions::proof::proof))
        .routes(routes!(decisions::recorded::recorded))
        .routes(routes!(decisions::replay::replay))
        .routes(routes!(decisions::explanation::explanation))
        .routes(routes!(events::list::list))
        .routes(routes!(periods::list::list))
        .routes(routes!(periods::get::get))
        .routes(routes!(periods::close::close))
        .routes(routes!(
            periods::deviations::deviations,
            periods::recalculate::recalculate
        ))
        .routes(routes!(statements::get::get))
        .routes(routes!(ledger::postings::postings))
        .routes(routes!(ledger::balances::balances))
        .routes(routes!(disputes::open::open))
        .routes(routes!(disputes::list::list))
        .routes(routes!(disputes::answer::answer))
        .routes(routes!(tokens::create::create, tokens::list::list))
        .routes(routes!(tokens::revoke::revoke))
        .routes(routes!(users::create::create, users::list::list))
        .routes(routes!(users::get::get))
        .routes(routes!(
            users::add_role::add_role,
            users::end_role::end_role
        ))
        .routes(routes!(
            manufacturers::create::create,
            manufacturers::list::list
        ))
        .routes(routes!(
            manufacturers::get::get,
            manufacturers::rename::rename
        ))
        .routes(routes!(contracts::create::create, contracts::list::list))
        .routes(routes!(contracts::get::get, contracts::change::change))
        .routes(routes!(terms::get::get, terms::put::put))
        .routes(routes!(terms::version::version))
        .routes(routes!(partners::create::create, partners::list::list))
        .routes(routes!(partners::get::get, partners::change::change))
        .routes(routes!(participants::list::list))
        .routes(routes!(
            participants::get::get,
            participants::put::put,
            participants::change::change
        ))
        .routes(routes!(measures::list::list, measures::put::put))
        .routes(routes!(bindings::list::list))
        .merge(with_slashes(
            routes!(bindings::get::get, bindings::put::put),
            "slot",
        ))
        .routes(routes!(contracts::status::status))
        .routes(routes!(generations::create::create))
        .routes(routes!(generations::decided::decided))
        .routes(routes!(differences::get::get))
        .routes(routes!(gates::get::get))
        .routes(routes!(steps::create::create, steps::list::list))
        .routes(routes!(rollbacks::create::create))
        .routes(routes!(trials::get::get))
        .routes(routes!(
            plan_trials::create::create,
            plan_trials::list::list
        ))
        .routes(routes!(plan_trials::get::get))
        .routes(routes!(plan_trials::file::file))
        .routes(routes!(plan_trials::want::stop))
        .routes(routes!(plan_trials::want::resume))
        .routes(routes!(plan_trials::promote::create))
        .routes(routes!(leads::withdraw::withdraw))
        .routes(
            routes!(plugins::upload::upload, plugins::list::list)
                .layer(body::limit(COMPONENT_BYTES_MAX)),
        )
        .routes(routes!(plugins::get::get, plugins::withdraw::withdraw))
        .routes(routes!(plugins::component::component))
        .routes(routes!(apply::create::create).layer(body::limit(DOCUMENT_BYTES_MAX)))
        .routes(
            routes!(imports::create::create).layer(body::limit(imports::create::BODY_BYTES_MAX)),
        )
        .routes(routes!(audit::list::list))
        .routes(routes!(audit::seals::seals))
}

/// Routes whose last parameter may hold slashes, as the name of a slot does. The
/// document shows it as any other.
fn with_slashes(
    (schemas, paths, handlers): UtoipaMethodRouter<Host>,
    parameter: &str,
) -> OpenApiRouter<Host> {
    let path = paths.paths.keys().next().cloned().unwrap_or_default();
    let path = path.replace(&format!("{{{parameter}}}"), &format!("{{*{parameter}}}"));
    let document = OpenApiBuilder::new()
        .paths(paths)
        .components(Some(
            ComponentsBuilder::new().schemas_from_iter(schemas).build(),
        ))
        .build();
    OpenApiRouter::with_openapi(document).route(&path, handlers)
}

/// A statement in JSON, as the API answers it.
pub fn statement(document: &crate::statement::Document) -> Vec<u8> {
    body::rendered(&statements::view::StatementView::of(document))
}

/// The document that describes the API.
pub fn openapi() -> utoipa::openapi::OpenApi {
    routes().into_openapi()
}
