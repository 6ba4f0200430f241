//! Users, memberships and tokens.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use sqlx::AnyConnection;
use sqlx::any::AnyRow;

use super::changes::Changes;
use super::sql::{
    Bind, Columns, IDS_AT_ONCE, OnConflict, Rows, bind, fetch, numbered, padded, statement,
};
use super::{Error, Store};
use crate::domain::access::{Membership, Role, Token, User};
use crate::domain::ids::{ManufacturerId, TokenId, UserId};
use crate::domain::time::Micros;

const USER_COLUMNS: &str = "id, email, name, created_at";
/// A user as a manufacturer ($1) knows it. A host of the version before keeps no
/// acquaintance; what others call the person stays hidden then, too.
const KNOWN_USER: &str = "SELECT u.id AS id, u.email AS email, COALESCE(a.name, u.email) AS name, \
    COALESCE(a.since, u.created_at) AS created_at FROM user_account u \
    LEFT JOIN acquaintance a ON a.manufacturer = $1 AND a.user_account = u.id";
const TOKEN_COLUMNS: &str = "id, hash, role, manufacturer, partner, user_account, label, \
    created_at, expires_at, revoked_at";

fn read_token(row: &AnyRow) -> Result<Token, Error> {
    let row = Columns(row);
    Ok(Token {
        id: row.text("id")?.into(),
        hash: row.text("hash")?,
        role: row.code("role", Role::parse)?,
        manufacturer: row.maybe_text("manufacturer")?.map(Into::into),
        partner: row.maybe_text("partner")?.map(Into::into),
        user: row.maybe_text("user_account")?.map(Into::into),
        label: row.text("label")?,
        created_at: Micros(row.integer("created_at")?),
        expires_at: Micros(row.integer("expires_at")?),
        revoked_at: row.maybe_integer("revoked_at")?.map(Micros),
    })
}

fn read_user(row: &AnyRow) -> Result<User, Error> {
    let row = Columns(row);
    Ok(User {
        id: row.text("id")?.into(),
        email: row.text("email")?,
        name: row.text("name")?,
        created_at: Micros(row.integer("created_at")?),
    })
}

pub(super) fn user_rows(rows: Vec<Vec<Bind>>) -> Rows {
    Rows {
        table: "user_account",
        columns: USER_COLUMNS,
        key_columns: 1,
        // A person is one user for all manufacturers.
        on_conflict: OnConflict::Keep,
        rows,
    }
}

pub(super) fn user_values(user: &User) -> Vec<Bind> {
    vec![
        user.id.as_str().into(),
        user.email.as_str().into(),
        user.name.as_str().into(),
        user.created_at.0.into(),
    ]
}

/// What the manufacturer calls those whom it lets in.
pub(super) fn acquaintance_rows(rows: Vec<Vec<Bind>>) -> Rows {
    Rows {
        table: "acquaintance",
        columns: "manufacturer, user_account, name, since",
        key_columns: 2,
        on_conflict: OnConflict::Keep,
        rows,
    }
}

pub(super) fn acquaintance_values(manufacturer: &str, user: &User) -> Vec<Bind> {
    vec![
        manufacturer.into(),
        user.id.as_str().into(),
        user.name.as_str().into(),
        user.created_at.0.into(),
    ]
}

fn membership_rows(rows: Vec<Vec<Bind>>) -> Rows {
    Rows {
        table: "membership",
        columns: "manufacturer, user_account, role, partner",
        key_columns: 4,
        on_conflict: OnConflict::Keep,
        rows,
    }
}

/// A key has no missing parts.
fn membership_key(membership: &Membership) -> [&str; 4] {
    [
        membership.manufacturer.as_str(),
        membership.user.as_str(),
        membership.role.as_str(),
        membership.partner.as_ref().map_or("", |id| id.as_str()),
    ]
}

/// What commands leave of each membership: the last word on it counts.
pub(super) async fn write_memberships<'c>(
    connection: &mut AnyConnection,
    commands: impl Iterator<Item = &'c Changes>,
) -> Result<(), Error> {
    let mut begun = BTreeSet::new();
    let mut ended = BTreeMap::new();
    for changes in commands {
        for (membership, at) in &changes.memberships_ended {
            let key = membership_key(membership);
            begun.remove(&key);
            ended.insert(key, *at);
        }
        begun.extend(changes.memberships.iter().map(membership_key));
    }
    for (key, at) in ended {
        end_membership(connection, key, at).await?;
    }
    if begun.is_empty() {
        return Ok(());
    }
    let rows = begun
        .into_iter()
        .map(|key| key.map(Bind::from).to_vec())
        .collect();
    membership_rows(rows).write(connection).await
}

async fn end_membership(
    connection: &mut AnyConnection,
    [manufacturer, user, role, partner]: [&str; 4],
    at: Micros,
) -> Result<(), Error> {
    sqlx::query(
        "DELETE FROM membership \
         WHERE manufacturer = $1 AND user_account = $2 AND role = $3 AND partner = $4",
    )
    .bind(manufacturer)
    .bind(user)
    .bind(role)
    .bind(partner)
    .execute(&mut *connection)
    .await?;
    sqlx::query(
        "UPDATE token SET revoked_at = $5 WHERE manufacturer = $1 AND user_account = $2 \
         AND role = $3 AND COALESCE(partner, '') = $4 AND revoked_at IS NULL",
    )
    .bind(manufacturer)
    .bind(user)
    .bind(role)
    .bind(partner)
    .bind(at.0)
    .execute(connection)
    .await?;
    Ok(())
}

pub(super) fn token_rows(rows: Vec<Vec<Bind>>) -> Rows {
    Rows {
        table: "token",
        columns: TOKEN_COLUMNS,
        key_columns: 1,
        on_conflict: OnConflict::Replace("id"),
        rows,
    }
}

pub(super) fn token_values(token: &Token) -> Vec<Bind> {
    vec![
        token.id.as_str().into(),
        token.hash.as_str().into(),
        token.role.as_str().into(),
        token.manufacturer.as_ref().map(|id| id.as_str()).into(),
        token.partner.as_ref().map(|id| id.as_str()).into(),
        token.user.as_ref().map(|id| id.as_str()).into(),
        token.label.as_str().into(),
        token.created_at.0.into(),
        token.expires_at.0.into(),
        token.revoked_at.map(|at| at.0).into(),
    ]
}

fn read_membership(row: &AnyRow) -> Result<Membership, Error> {
    let row = Columns(row);
    let partner = row.text("partner")?;
    Ok(Membership {
        user: row.text("user_account")?.into(),
        manufacturer: row.text("manufacturer")?.into(),
        role: row.code("role", Role::parse)?,
        partner: (!partner.is_empty()).then(|| partner.into()),
    })
}

impl Store {
    /// Adds a token that no manufacturer's commit can hold: an operator's.
    pub async fn add_operator_token(&self, token: &Token) -> Result<(), Error> {
        let mut query = statement(format!(
            "INSERT INTO token ({TOKEN_COLUMNS}) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)"
        ));
        for value in token_values(token) {
            query = bind(query, value);
        }
        query.execute(&self.pool).await?;
        Ok(())
    }

    /// The tokens with these hashes, by hash, whatever their state.
    pub async fn tokens_by_hashes(
        &self,
        hashes: Vec<String>,
    ) -> Result<HashMap<String, Token>, Error> {
        let mut found = HashMap::with_capacity(hashes.len());
        for chunk in hashes.chunks(IDS_AT_ONCE) {
            let hashes = padded(chunk);
            let text = format!(
                "SELECT {TOKEN_COLUMNS} FROM token WHERE hash IN ({})",
                numbered(1, hashes.len())
            );
            let values = hashes.into_iter().map(Bind::from).collect();
            for row in fetch(self, text, values).await? {
                let token = read_token(&row)?;
                found.insert(token.hash.clone(), token);
            }
        }
        Ok(found)
    }

    /// A token of the manufacturer, or an operator's.
    pub async fn token(
        &self,
        manufacturer: Option<&ManufacturerId>,
        id: &TokenId,
    ) -> Result<Option<Token>, Error> {
        let row = statement(format!(
            "SELECT {TOKEN_COLUMNS} FROM token \
             WHERE id = $2 AND manufacturer IS NOT DISTINCT FROM $1"
        ))
        .bind(manufacturer.map(|id| id.as_str().to_owned()))
        .bind(id.as_str())
        .fetch_optional(&self.pool)
        .await?;
        row.as_ref().map(read_token).transpose()
    }

    /// The tokens of a manufacturer, or the operators' own, after one; in the
    /// order in which they were made.
    pub async fn tokens(
        &self,
        manufacturer: Option<&ManufacturerId>,
        after: Option<&TokenId>,
        limit: u32,
    ) -> Result<Vec<Token>, Error> {
        let rows = statement(format!(
            "SELECT {TOKEN_COLUMNS} FROM token WHERE manufacturer IS NOT DISTINCT FROM $1 \
             AND id > $2 ORDER BY id LIMIT $3"
        ))
        .bind(manufacturer.map(|id| id.as_str().to_owned()))
        .bind(after.map_or("", |id| id.as_str()).to_owned())
        .bind(i64::from(limit))
        .fetch_all(&self.pool)
        .await?;
        rows.iter().map(read_token).collect()
    }

    /// The tokens of the manufacturer that are tied to the user.
    pub async fn tokens_of_user(
        &self,
        manufacturer: &ManufacturerId,
        user: &UserId,
    ) -> Result<Vec<Token>, Error> {
        let rows = statement(format!(
            "SELECT {TOKEN_COLUMNS} FROM token \
             WHERE manufacturer = $1 AND user_account = $2 ORDER BY id"
        ))
        .bind(manufacturer.as_str())
        .bind(user.as_str())
        .fetch_all(&self.pool)
        .await?;
        rows.iter().map(read_token).collect()
    }

    /// Revokes an operator's token; false where there is no such.
    pub async fn revoke_operator_token(&self, id: &TokenId, at: Micros) -> Result<bool, Error> {
        let done = sqlx::query(
            "UPDATE token SET revoked_at = COALESCE(revoked_at, $2) \
             WHERE id = $1 AND manufacturer IS NULL",
        )
        .bind(id.as_str())
        .bind(at.0)
        .execute(&self.pool)
        .await?;
        Ok(done.rows_affected() > 0)
    }

    /// The identifier of the user with that address, whoever knows it.
    pub async fn user_id_by_email(&self, email: &str) -> Result<Option<UserId>, Error> {
        let row = sqlx::query("SELECT id FROM user_account WHERE email = $1")
            .bind(email)
            .fetch_optional(&self.pool)
            .await?;
        row.map(|row| Ok(Columns(&row).text("id")?.into()))
            .transpose()
    }

    /// A user of the manufacturer: one with a membership.
    pub async fn user(
        &self,
        manufacturer: &ManufacturerId,
        id: &UserId,
    ) -> Result<Option<User>, Error> {
        let row = statement(format!(
            "{KNOWN_USER} WHERE u.id = $2 AND u.id IN \
             (SELECT user_account FROM membership WHERE manufacturer = $1)"
        ))
        .bind(manufacturer.as_str())
        .bind(id.as_str())
        .fetch_optional(&self.pool)
        .await?;
        row.as_ref().map(read_user).transpose()
    }

    /// The users of the manufacturer after an address, in the order of these.
    pub async fn users(
        &self,
        manufacturer: &ManufacturerId,
        after: Option<&str>,
        limit: u32,
    ) -> Result<Vec<User>, Error> {
        let rows = statement(format!(
            "{KNOWN_USER} WHERE u.email > $2 AND u.id IN \
             (SELECT user_account FROM membership WHERE manufacturer = $1) \
             ORDER BY u.email LIMIT $3"
        ))
        .bind(manufacturer.as_str())
        .bind(after.unwrap_or_default().to_owned())
        .bind(i64::from(limit))
        .fetch_all(&self.pool)
        .await?;
        rows.iter().map(read_user).collect()
    }

    /// The memberships that users have with the manufacturer.
    pub async fn memberships(
        &self,
        manufacturer: &ManufacturerId,
        users: &[UserId],
    ) -> Result<Vec<Membership>, Error> {
        if users.is_empty() {
            return Ok(Vec::new());
        }
        let mut query = statement(format!(
            "SELECT manufacturer, user_account, role, partner FROM membership \
             WHERE manufacturer = $1 AND user_account IN ({}) \
             ORDER BY user_account, role, partner",
            numbered(2, users.len())
        ))
        .bind(manufacturer.as_str());
        for user in users {
            query = query.bind(user.as_str().to_owned());
        }
        let rows = query.fetch_all(&self.pool).await?;
        rows.iter().map(read_membership).collect()
    }
}
