//! Who may come in, and what to try.

use std::fmt;

use serde::Serialize;

use super::Table;

/// The lead that the print proposes to send in.
const LEAD: &str = r#""product": "heat-pump", "source": "trade-fair", "country": "DE",
    "postcode": "10115", "value": 2500000,
    "attributes": { "building-year": 1974, "consent": true },
    "contact": { "name": "Eva Muster", "email": "eva@example.com", "phone": "+49 30 23125999" }"#;

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Access {
    pub address: String,
    pub contract: String,
    pub tokens: Vec<TokenLine>,
}

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct TokenLine {
    pub role: &'static str,
    pub name: String,
    pub token: String,
}

impl fmt::Display for Access {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let base = format!("http://{}/api/v1", self.address);
        let rows = self
            .tokens
            .iter()
            .map(|line| vec![line.role.to_owned(), line.name.clone(), line.token.clone()])
            .collect();
        let table = Table {
            left: &[0, 1, 2],
            rows,
        };
        writeln!(f, "\nTOKENS\n\n{table}")?;
        let [manufacturer, partner] = ["manufacturer", "partner"].map(|role| {
            let line = self.tokens.iter().find(|line| line.role == role);
            let token = line.map_or("", |line| line.token.as_str());
            format!("-H 'Authorization: Bearer {token}'")
        });
        writeln!(
            f,
            "TRY: read the leads; send one in; and see it offered near Berlin\n"
        )?;
        writeln!(f, "  curl -s '{base}/leads?limit=3' {manufacturer}")?;
        writeln!(
            f,
            "  curl -s {base}/leads {manufacturer} -d '{{\n    \"contract\": \"{}\", {LEAD} }}'",
            self.contract
        )?;
        writeln!(f, "  curl -s {base}/offers {partner}")
    }
}
