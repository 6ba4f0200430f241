//! A contract file with as many partners as a test needs, and leads for it.

use serde_json::{Value, json};

/// A lead that the contract takes and offers; `mark` makes it another person's.
pub fn lead(mark: &str) -> Value {
    json!({
        "contract": "pumps",
        "product": "heat-pump",
        "source": "configurator",
        "country": "DE",
        "postcode": "10115",
        "attributes": { "consent": true },
        "contact": { "name": "Eva Muster", "email": format!("eva-{mark}@example.com") },
    })
}

/// The code of the n-th partner.
pub fn partner_code(number: usize) -> String {
    format!("partner-{number}")
}

/// A heat-pump maker's contract, whose first wave asks `first_wave` of
/// `partners` gold partners in one place.
pub fn contract(partners: usize, first_wave: usize) -> String {
    let mut file = format!(
        r#"
[manufacturer]
code = "maker"
name = "Maker"

[contract]
code = "pumps"
name = "Pumps"

[terms]
currency = "EUR"
time-zone = "Europe/Berlin"
country = "DE"
levels = ["silver", "gold"]
value-bands = [{{ name = "all", levels = ["silver", "gold"] }}]
products = [{{ code = "heat-pump", required = ["email"] }}]
sources = [{{ code = "configurator" }}, {{ code = "white-paper" }}]
attributes = [
  {{ name = "consent", of = "lead", type = "flag" }},
  {{ name = "storeys", of = "lead", type = "integer" }},
  {{ name = "birthday", of = "lead", type = "date", personal = true }},
]

[[places]]
country = "DE"
postcode = "10115"
latitude = 52.532
longitude = 13.384

[bindings.qualification]
plugin = "qualification-mandatory-fields"

[bindings.matching]
plugin = "matching-weighted"
configuration = {{ waves = {{ first = {first_wave} }} }}

[bindings.escalation]
plugin = "escalation-ladder"
configuration = {{ gate = {{ open-without-feedback-max = 1000000 }} }}
"#
    );
    for number in 1..=partners {
        file.push_str(&format!(
            r#"
[[partners]]
code = "{}"
name = "Partner {number}"
country = "DE"
postcode = "10115"
level = "gold"
"#,
            partner_code(number)
        ));
    }
    file
}
