//! The tenant itself.

use super::error::refuse;
use super::{Amendment, Error};
use crate::domain::contract::Manufacturer;
use crate::domain::ids::ManufacturerId;
use crate::domain::text::{self, NAME_CHARS_MAX};
use crate::host::again::on_stale;
use crate::host::{Host, Origin, Problem};

/// What is wrong with a code that somebody has chosen.
pub(super) fn code_problem(code: &str) -> Option<Problem> {
    (!text::is_code(code)).then(|| {
        Problem::new(
            "/code",
            format!(
                "`{}` is no code: 1 to 64 letters, digits, hyphens, dots and underscores",
                text::shown(code)
            ),
        )
    })
}

/// What is wrong with a name.
pub(super) fn name_problem(name: &str) -> Option<Problem> {
    let bad = text::check_line(name, NAME_CHARS_MAX).err()?;
    Some(Problem::new("/name", bad.to_string()))
}

/// What is wrong with a manufacturer's code and name.
pub fn problems(code: &str, name: &str) -> Vec<Problem> {
    code_problem(code)
        .into_iter()
        .chain(name_problem(name))
        .collect()
}

/// Adds a manufacturer.
///
/// # Errors
/// `Taken` when the code is.
pub async fn create(
    host: &Host,
    code: &str,
    name: &str,
    origin: &Origin<Manufacturer>,
) -> Result<Manufacturer, Error> {
    refuse(problems(code, name))?;
    if host.store.manufacturer_by_code(code).await?.is_some() {
        return Err(Error::Taken {
            what: "manufacturer",
            code: code.to_owned(),
        });
    }
    let (manufacturer, amendment) = begin(host, code, name);
    amendment.commit(host, origin, &manufacturer).await?;
    Ok(manufacturer)
}

fn begin(host: &Host, code: &str, name: &str) -> (Manufacturer, Amendment) {
    let now = host.clock.now();
    let manufacturer = Manufacturer {
        id: host.ids.next(now),
        code: code.to_owned(),
        name: name.to_owned(),
        created_at: now,
    };
    let mut amendment = Amendment::of_manufacturer(host, manufacturer.clone());
    amendment.created(format!("manufacturer {code}"));
    (manufacturer, amendment)
}

/// An amendment of the manufacturer of that code, which it adds or renames
/// where need be.
pub async fn amend(host: &Host, code: &str, name: &str) -> Result<Amendment, Error> {
    refuse(problems(code, name))?;
    Ok(match host.store.manufacturer_by_code(code).await? {
        Some(known) => renamed(host, known, name).1,
        None => begin(host, code, name).1,
    })
}

fn renamed(host: &Host, known: Manufacturer, name: &str) -> (Manufacturer, Amendment) {
    let what = format!("manufacturer {} name", known.code);
    let from = known.name.clone();
    let manufacturer = Manufacturer {
        name: name.to_owned(),
        ..known
    };
    let mut amendment = Amendment::of_manufacturer(host, manufacturer.clone());
    amendment.altered(what, &from, name);
    (manufacturer, amendment)
}

/// Gives a manufacturer another name.
pub async fn rename(
    host: &Host,
    id: &ManufacturerId,
    name: &str,
    origin: &Origin<Manufacturer>,
) -> Result<Manufacturer, Error> {
    refuse(name_problem(name).into_iter().collect())?;
    on_stale(|| async {
        let known = host.store.manufacturer(id).await?.ok_or(Error::NotFound {
            what: "manufacturer",
        })?;
        let (manufacturer, amendment) = renamed(host, known, name);
        amendment.commit(host, origin, &manufacturer).await?;
        Ok(manufacturer)
    })
    .await
}
