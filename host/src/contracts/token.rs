//! Tokens: access for programs and people. The secret is in the answer and
//! nowhere else.

use super::people::WantedRole;
use super::{Amendment, Error, Tree};
use crate::access;
use crate::domain::access::{Membership, Role, Token};
use crate::domain::ids::{ManufacturerId, TokenId, UserId};
use crate::domain::text::{self, NAME_CHARS_MAX};
use crate::domain::time::Micros;
use crate::host::again::on_stale;
use crate::host::{Host, Origin};
use crate::store::changes::Guard;

const DAY_MICROS: i64 = 86_400_000_000;
/// How long a token may hold at most.
pub const DAYS_MAX: u32 = 3_650;
/// How long it holds where nothing is said.
pub const DAYS_DEFAULT: u32 = 365;

/// A token as it is wanted.
#[derive(Clone, Debug)]
pub struct Wanted {
    pub role: WantedRole,
    /// The user whose it is; none: a program's.
    pub user: Option<UserId>,
    /// What it is for.
    pub label: String,
    /// Days until it expires.
    pub days: u32,
}

/// A token just made: the only time that its secret is shown.
#[derive(Clone, Debug)]
pub struct Made {
    pub token: Token,
    pub secret: String,
}

/// Makes a token of a manufacturer.
///
/// # Errors
/// `Invalid` where the role lacks its partner, or the user does not have it.
pub async fn create(
    host: &Host,
    manufacturer: &ManufacturerId,
    wanted: &Wanted,
    origin: &Origin<Made>,
) -> Result<Made, Error> {
    check(&wanted.label, wanted.days)?;
    let secret = access::secret()?;
    on_stale(|| async {
        let partners = Tree::load(host, manufacturer).await?;
        let (role, partner) = wanted
            .role
            .read(&partners)
            .map_err(|problem| Error::Invalid(vec![problem]))?;
        let mut amendment = Amendment::new(host, manufacturer);
        if let Some(user) = &wanted.user {
            let membership = Membership {
                user: user.clone(),
                manufacturer: manufacturer.clone(),
                role,
                partner: partner.clone(),
            };
            let memberships = host
                .store
                .memberships(manufacturer, std::slice::from_ref(user))
                .await?;
            if !memberships.contains(&membership) {
                return Err(Error::invalid(
                    "/user",
                    "has no membership of this role; add it first",
                ));
            }
            amendment.rows.guards.push(Guard::Membership(membership));
        }
        let token = Token {
            manufacturer: Some(manufacturer.clone()),
            partner,
            user: wanted.user.clone(),
            ..new(host, &secret, role, &wanted.label, wanted.days)
        };
        amendment.created(format!("token {} as {}", token.id, role.as_str()));
        amendment.rows.tokens.push(token.clone());
        let made = Made {
            token,
            secret: secret.clone(),
        };
        amendment.commit(host, origin, &made).await?;
        Ok(made)
    })
    .await
}

/// Makes an operator's token, which is no manufacturer's.
pub async fn create_for_operator(host: &Host, label: &str, days: u32) -> Result<Made, Error> {
    check(label, days)?;
    let secret = access::secret()?;
    let token = new(host, &secret, Role::Operator, label, days);
    host.store.add_operator_token(&token).await?;
    Ok(Made { token, secret })
}

fn check(label: &str, days: u32) -> Result<(), Error> {
    if !label.is_empty() {
        text::check_line(label, NAME_CHARS_MAX)
            .map_err(|bad| Error::invalid("/label", bad.to_string()))?;
    }
    if !(1..=DAYS_MAX).contains(&days) {
        return Err(Error::invalid(
            "/days",
            format!("has to lie between 1 and {DAYS_MAX}"),
        ));
    }
    Ok(())
}

fn new(host: &Host, secret: &str, role: Role, label: &str, days: u32) -> Token {
    let now = host.clock.now();
    Token {
        id: host.ids.next(now),
        hash: access::hash(secret),
        role,
        manufacturer: None,
        partner: None,
        user: None,
        label: label.to_owned(),
        created_at: now,
        expires_at: Micros(now.0.saturating_add(i64::from(days) * DAY_MICROS)),
        revoked_at: None,
    }
}

/// Revokes a token of the manufacturer; once is enough.
pub async fn revoke(
    host: &Host,
    manufacturer: &ManufacturerId,
    id: &TokenId,
    origin: &Origin<Token>,
) -> Result<Token, Error> {
    on_stale(|| async {
        let mut token = host
            .store
            .token(Some(manufacturer), id)
            .await?
            .ok_or(Error::NotFound { what: "token" })?;
        let mut amendment = Amendment::new(host, manufacturer);
        if token.revoked_at.is_none() {
            token.revoked_at = Some(amendment.now);
            amendment.removed(format!("token {id}"));
            amendment.rows.tokens.push(token.clone());
        }
        amendment.commit(host, origin, &token).await?;
        Ok(token)
    })
    .await
}

/// Revokes an operator's token.
pub async fn revoke_of_operator(host: &Host, id: &TokenId) -> Result<(), Error> {
    let now = host.clock.now();
    if host.store.revoke_operator_token(id, now).await? {
        Ok(())
    } else {
        Err(Error::NotFound { what: "token" })
    }
}
