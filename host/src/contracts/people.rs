//! People: users, and what ties them to a manufacturer and its partners.

use super::error::refuse;
use super::{Amendment, Error, Tree};
use crate::domain::access::{Membership, Role, User};
use crate::domain::address::{check_email, normal_email};
use crate::domain::ids::{ManufacturerId, PartnerId, UserId};
use crate::domain::text::{self, NAME_CHARS_MAX, shown};
use crate::host::again::on_stale;
use crate::host::{Host, Origin, Problem};

const MEMBERSHIPS_MAX: usize = 100;

/// A role as it is written, with the partner's code where it speaks for one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WantedRole {
    pub role: String,
    pub partner: Option<String>,
}

/// A person as it is wanted.
#[derive(Clone, Debug)]
pub struct Wanted {
    pub email: String,
    pub name: String,
    pub roles: Vec<WantedRole>,
}

/// A user with its memberships of one manufacturer.
#[derive(Clone, Debug)]
pub struct Person {
    pub user: User,
    pub memberships: Vec<Membership>,
    /// Those whom memberships name are among them.
    pub partners: Tree,
}

impl WantedRole {
    /// The role, and the partner that it speaks for.
    pub fn read(&self, partners: &Tree) -> Result<(Role, Option<PartnerId>), Problem> {
        let role = Role::OF_MANUFACTURER
            .into_iter()
            .find(|role| role.as_str() == self.role)
            .ok_or_else(|| {
                let names = Role::OF_MANUFACTURER.map(Role::as_str);
                Problem::new("/role", format!("is none of {}", names.join(", ")))
            })?;
        let partner = match (&self.partner, role.speaks_for_partner()) {
            (None, false) => None,
            (Some(code), true) => Some(
                partners
                    .by_code(code)
                    .ok_or_else(|| {
                        Problem::new("/partner", format!("there is no partner `{}`", shown(code)))
                    })?
                    .id
                    .clone(),
            ),
            (Some(_), false) => {
                return Err(Problem::new(
                    "/partner",
                    "is for the roles partner and agency, which speak for one",
                ));
            }
            (None, true) => {
                return Err(Problem::new(
                    "/partner",
                    format!("is missing: for whom does the {} speak?", role.as_str()),
                ));
            }
        };
        Ok((role, partner))
    }
}

impl Amendment {
    /// A person with its roles, added to those that are there. `pointer` tells
    /// where each of the roles stands.
    pub async fn person(
        &mut self,
        host: &Host,
        partners: &Tree,
        wanted: &Wanted,
        pointer: fn(usize) -> String,
    ) -> Result<Person, Error> {
        let mut problems = Vec::new();
        if let Err(bad) = check_email(&wanted.email) {
            problems.push(Problem::new("/email", bad.to_string()));
        }
        if let Err(bad) = text::check_line(&wanted.name, NAME_CHARS_MAX) {
            problems.push(Problem::new("/name", bad.to_string()));
        }
        if wanted.roles.is_empty() || wanted.roles.len() > MEMBERSHIPS_MAX {
            problems.push(Problem::new(
                "/memberships",
                format!("needs 1 to {MEMBERSHIPS_MAX}: what may the person do?"),
            ));
        }
        let mut roles = Vec::new();
        for (position, wanted) in wanted.roles.iter().enumerate() {
            match wanted.read(partners) {
                Ok(role) => roles.push(role),
                Err(problem) => problems.push(problem.under(&pointer(position))),
            }
        }
        refuse(problems)?;
        let email = normal_email(&wanted.email).unwrap_or_default();
        let user = self.user(host, email, &wanted.name).await?;
        let mut memberships = host
            .store
            .memberships(&self.manufacturer, std::slice::from_ref(&user.id))
            .await?;
        let pending = self.rows.memberships.iter();
        memberships.extend(pending.filter(|row| row.user == user.id).cloned());
        for (role, partner) in roles {
            let membership = Membership {
                user: user.id.clone(),
                manufacturer: self.manufacturer.clone(),
                role,
                partner,
            };
            if memberships.contains(&membership) {
                continue;
            }
            self.created(in_words(&user, &membership, partners));
            self.rows.memberships.push(membership.clone());
            memberships.push(membership);
        }
        Ok(Person {
            user,
            memberships,
            partners: partners.clone(),
        })
    }

    /// The user of that address as the manufacturer knows it, from now on where
    /// it did not. Whether others know it changes nothing of what is written.
    async fn user(&mut self, host: &Host, email: String, name: &str) -> Result<User, Error> {
        if let Some(user) = self.rows.users.iter().find(|user| user.email == email) {
            return Ok(user.clone());
        }
        let known = host.store.user_id_by_email(&email).await?;
        let id = known.unwrap_or_else(|| host.ids.without_order());
        let user = match host.store.user(&self.manufacturer, &id).await? {
            Some(user) => user,
            None => User {
                id,
                email,
                name: name.to_owned(),
                created_at: self.now,
            },
        };
        self.rows.users.push(user.clone());
        Ok(user)
    }
}

fn in_words(user: &User, membership: &Membership, partners: &Tree) -> String {
    let mut text = format!("{} as {}", user.email, membership.role.as_str());
    let partner = membership.partner.as_ref();
    if let Some(partner) = partner.and_then(|id| partners.by_id(id)) {
        text.push_str(&format!(" of {}", partner.code));
    }
    text
}

/// Lets a person in.
pub async fn create(
    host: &Host,
    manufacturer: &ManufacturerId,
    wanted: &Wanted,
    origin: &Origin<Person>,
) -> Result<Person, Error> {
    on_stale(|| async {
        let partners = Tree::load(host, manufacturer).await?;
        let mut amendment = Amendment::new(host, manufacturer);
        let person = amendment
            .person(host, &partners, wanted, |position| {
                format!("/memberships/{position}")
            })
            .await?;
        amendment.commit(host, origin, &person).await?;
        Ok(person)
    })
    .await
}

/// Gives a user of the manufacturer one more role.
pub async fn add_role(
    host: &Host,
    manufacturer: &ManufacturerId,
    user: &UserId,
    role: &WantedRole,
    origin: &Origin<Person>,
) -> Result<Person, Error> {
    on_stale(|| async {
        let user = known(host, manufacturer, user).await?;
        let partners = Tree::load(host, manufacturer).await?;
        let wanted = Wanted {
            email: user.email,
            name: user.name,
            roles: vec![role.clone()],
        };
        let mut amendment = Amendment::new(host, manufacturer);
        let person = amendment
            .person(host, &partners, &wanted, |_| String::new())
            .await?;
        amendment.commit(host, origin, &person).await?;
        Ok(person)
    })
    .await
}

/// Takes a role from a user; the tokens that the user has for it are revoked.
///
/// # Errors
/// `NotFound` when the user does not have it.
pub async fn end_role(
    host: &Host,
    manufacturer: &ManufacturerId,
    user: &UserId,
    role: &WantedRole,
    origin: &Origin<Person>,
) -> Result<Person, Error> {
    on_stale(|| async {
        let user = known(host, manufacturer, user).await?;
        let partners = Tree::load(host, manufacturer).await?;
        let (role, partner) = role
            .read(&partners)
            .map_err(|problem| Error::Invalid(vec![problem]))?;
        let memberships = host
            .store
            .memberships(manufacturer, std::slice::from_ref(&user.id))
            .await?;
        let (ended, memberships): (Vec<_>, Vec<_>) = memberships
            .into_iter()
            .partition(|known| known.role == role && known.partner == partner);
        let Some(ended) = ended.into_iter().next() else {
            return Err(Error::NotFound { what: "membership" });
        };
        let mut amendment = Amendment::new(host, manufacturer);
        amendment.removed(in_words(&user, &ended, &partners));
        let now = amendment.now;
        amendment.rows.memberships_ended.push((ended, now));
        // Those that are there now; the commit ends any that is made meanwhile.
        for token in host.store.tokens_of_user(manufacturer, &user.id).await? {
            if token.role == role && token.partner == partner && token.revoked_at.is_none() {
                amendment.removed(format!("token {}", token.id));
            }
        }
        let person = Person {
            user,
            memberships,
            partners,
        };
        amendment.commit(host, origin, &person).await?;
        Ok(person)
    })
    .await
}

async fn known(host: &Host, manufacturer: &ManufacturerId, user: &UserId) -> Result<User, Error> {
    host.store
        .user(manufacturer, user)
        .await?
        .ok_or(Error::NotFound { what: "user" })
}
