//! The resources under `/api/v1`: one folder each, one file per action.

mod claims;
mod decisions;
mod events;
mod leads;
mod ledger;
mod offers;
mod periods;
mod statements;
mod tokens;
mod values;

use utoipa::OpenApi;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::host::Host;
pub use values::instant;

#[derive(OpenApi)]
#[openapi(info(
    title = "Stellwerk",
    description = "Routes sales leads to the partners who will work them. Every request carries \
        `Authorization: Bearer TOKEN`; what belongs to another tenant is a 404. Amounts are whole \
        minor units of the contract's currency, instants RFC 3339. Errors are problem details \
        (RFC 9457) with a stable `code`. A request with an `Idempotency-Key` gets the same answer \
        again for 24 hours.",
    license(name = "Apache-2.0")
))]
struct Document;

/// All routes, with the document that describes them.
pub fn routes() -> OpenApiRouter<Host> {
    OpenApiRouter::with_openapi(Document::openapi())
        .routes(routes!(leads::create::create, leads::list::list))
        .routes(routes!(leads::get::get))
        .routes(routes!(leads::timeline::timeline))
        .routes(routes!(leads::answer::answer))
        .routes(routes!(leads::release::release))
        .routes(routes!(leads::decisions::decisions))
        .routes(routes!(offers::list::list))
        .routes(routes!(offers::claim::claim))
        .routes(routes!(offers::decline::decline))
        .routes(routes!(claims::list::list))
        .routes(routes!(claims::feedback::feedback))
        .routes(routes!(claims::outcome::outcome))
        .routes(routes!(decisions::get::get))
        .routes(routes!(events::list::list))
        .routes(routes!(periods::list::list))
        .routes(routes!(periods::close::close))
        .routes(routes!(statements::get::get))
        .routes(routes!(ledger::postings::postings))
        .routes(routes!(ledger::balances::balances))
        .routes(routes!(tokens::create::create))
}

/// The document that describes the API.
pub fn openapi() -> utoipa::openapi::OpenApi {
    routes().into_openapi()
}
