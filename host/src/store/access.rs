//! Users, memberships and tokens.

use sqlx::any::AnyRow;

use super::sql::{Columns, bind, statement};
use super::{Error, Store};
use crate::domain::access::{Membership, Role, Token, User};
use crate::domain::ids::{ManufacturerId, TokenId};
use crate::domain::time::Micros;

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

impl Store {
    pub async fn add_token(&self, token: &Token) -> Result<(), Error> {
        let mut query = statement(format!(
            "INSERT INTO token ({TOKEN_COLUMNS}) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)"
        ));
        for value in [
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
        ] {
            query = bind(query, value);
        }
        query.execute(&self.pool).await?;
        Ok(())
    }

    /// The token with that hash, whatever its state.
    pub async fn token_by_hash(&self, hash: &str) -> Result<Option<Token>, Error> {
        let row = statement(format!("SELECT {TOKEN_COLUMNS} FROM token WHERE hash = $1"))
            .bind(hash)
            .fetch_optional(&self.pool)
            .await?;
        row.as_ref().map(read_token).transpose()
    }

    /// The tokens of a manufacturer, or the operators' own; oldest first.
    pub async fn tokens(&self, manufacturer: Option<&ManufacturerId>) -> Result<Vec<Token>, Error> {
        let rows = statement(format!(
            "SELECT {TOKEN_COLUMNS} FROM token WHERE manufacturer IS NOT DISTINCT FROM $1 \
             ORDER BY created_at, id"
        ))
        .bind(manufacturer.map(|id| id.as_str().to_owned()))
        .fetch_all(&self.pool)
        .await?;
        rows.iter().map(read_token).collect()
    }

    /// Revokes a token of the manufacturer; false where there is no such.
    pub async fn revoke_token(
        &self,
        manufacturer: Option<&ManufacturerId>,
        id: &TokenId,
        at: Micros,
    ) -> Result<bool, Error> {
        let done = sqlx::query(
            "UPDATE token SET revoked_at = COALESCE(revoked_at, $3) \
             WHERE id = $2 AND manufacturer IS NOT DISTINCT FROM $1",
        )
        .bind(manufacturer.map(|id| id.as_str().to_owned()))
        .bind(id.as_str())
        .bind(at.0)
        .execute(&self.pool)
        .await?;
        Ok(done.rows_affected() > 0)
    }

    /// Adds a user, or finds the one with that address.
    pub async fn add_user(&self, user: &User) -> Result<User, Error> {
        sqlx::query(
            "INSERT INTO user_account (id, email, name, created_at) VALUES ($1, $2, $3, $4) \
             ON CONFLICT (email) DO NOTHING",
        )
        .bind(user.id.as_str())
        .bind(user.email.as_str())
        .bind(user.name.as_str())
        .bind(user.created_at.0)
        .execute(&self.pool)
        .await?;
        let row =
            sqlx::query("SELECT id, email, name, created_at FROM user_account WHERE email = $1")
                .bind(user.email.as_str())
                .fetch_one(&self.pool)
                .await?;
        read_user(&row)
    }

    /// Adds a membership; nothing happens where it is there.
    pub async fn add_membership(&self, membership: &Membership) -> Result<(), Error> {
        sqlx::query(
            "INSERT INTO membership (manufacturer, user_account, role, partner) \
             VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING",
        )
        .bind(membership.manufacturer.as_str())
        .bind(membership.user.as_str())
        .bind(membership.role.as_str())
        .bind(membership.partner.as_ref().map_or("", |id| id.as_str()))
        .execute(&self.pool)
        .await?;
        Ok(())
    }

    /// The users of a manufacturer with their memberships, by address.
    pub async fn memberships(
        &self,
        manufacturer: &ManufacturerId,
    ) -> Result<Vec<(User, Membership)>, Error> {
        let rows = sqlx::query(
            "SELECT u.id AS id, u.email AS email, u.name AS name, u.created_at AS created_at, \
             m.role AS role, m.partner AS partner \
             FROM membership m JOIN user_account u ON u.id = m.user_account \
             WHERE m.manufacturer = $1 ORDER BY u.email, m.role, m.partner",
        )
        .bind(manufacturer.as_str())
        .fetch_all(&self.pool)
        .await?;
        rows.iter()
            .map(|row| {
                let user = read_user(row)?;
                let row = Columns(row);
                let partner = row.text("partner")?;
                let membership = Membership {
                    user: user.id.clone(),
                    manufacturer: manufacturer.clone(),
                    role: row.code("role", Role::parse)?,
                    partner: (!partner.is_empty()).then(|| partner.into()),
                };
                Ok((user, membership))
            })
            .collect()
    }
}
