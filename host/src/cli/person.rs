//! Whom a command is about.

use clap::Args;

use super::CliError;
use crate::domain::ids::LeadId;
use crate::persons::find::{Named, Reach};

/// A person, by one of these.
#[derive(Debug, Args)]
#[group(id = "who", multiple = false)]
pub struct Person {
    /// Identifier of one of the person's leads
    #[arg(long, value_name = "LEAD")]
    pub lead: Option<String>,
    /// The person's e-mail address
    #[arg(long, value_name = "ADDRESS")]
    pub email: Option<String>,
    /// The person's phone number, in any notation: with the country's code, or of a
    /// contract's country
    #[arg(long, value_name = "NUMBER")]
    pub phone: Option<String>,
}

impl Person {
    /// By what the person is named.
    pub fn named(&self) -> Result<Named, CliError> {
        match (&self.lead, &self.email, &self.phone) {
            (Some(lead), ..) => Ok(Named::Lead(LeadId::from(lead.as_str()))),
            (_, Some(email), _) => Ok(Named::Email(email.clone())),
            (.., Some(phone)) => Ok(Named::Phone(phone.clone())),
            (None, None, None) => Err(CliError::Usage(
                "name the person by --email, --phone or --lead".to_owned(),
            )),
        }
    }
}

/// How far `--exactly` goes.
pub fn reach(exactly: bool) -> Reach {
    match exactly {
        true => Reach::Named,
        false => Reach::Person,
    }
}
