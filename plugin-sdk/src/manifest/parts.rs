//! What a manifest is made of.

use serde::Serialize;

/// An attribute that the policy reads.
///
/// ```
/// use stellwerk_plugin_sdk::prelude::*;
/// use stellwerk_plugin_sdk::testing;
///
/// let building_year = AttributeUse {
///     name: "building-year".to_owned(),
///     of: "lead",
///     kind: "integer",
///     about: "houses before 1978 are warmed by a larger pump",
/// };
/// // It is told by that name, to the policies whose words name it.
/// let lead: Lead =
///     testing::input(r#"{ "attributes": { "building-year": { "integer": 1974 } } }"#);
/// assert_eq!(lead.attributes.integer(Word::of(&building_year.name)), Some(1974));
/// ```
#[derive(Clone, Debug, Serialize)]
pub struct AttributeUse {
    /// As the contract's terms declare it.
    pub name: String,
    /// Whose it is: lead, partner, claim, deal, customer, event, line, source.
    pub of: &'static str,
    /// text, texts, integer, number, flag, money, date.
    #[serde(rename = "type")]
    pub kind: &'static str,
    /// What it is, or what follows from it, for those who configure.
    /// What it is, or what follows from it, to those who configure.
    pub about: &'static str,
}

/// What an account counts.
///
/// ```
/// use stellwerk_plugin_sdk::prelude::*;
/// // Points for a lead that was worked; what they are worth in money is settled later.
/// let points = Account {
///     name: "cold-points".to_owned(),
///     unit: Unit::Points,
///     holder: "partner",
///     resets: Resets::Year,
///     kind: "points",
///     about: "for working cold leads",
/// };
/// let mut earnings = Earnings::none();
/// earnings.post(Word::of(&points.name), Holder::Partner(0), 25, Reason::of("cold-worked"));
/// assert_eq!(earnings.postings[0].amount, 25);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Unit {
    /// Minor units of the contract's currency.
    Money,
    /// Worth what the plan says they are.
    Points,
    /// So many of something.
    Count,
}

/// When an account begins anew, at 0.
///
/// ```
/// use stellwerk_plugin_sdk::prelude::*;
/// use stellwerk_plugin_sdk::testing;
///
/// // What is accumulated for a tier counts from the quarter's first day.
/// let accumulated = Account {
///     name: "sales".to_owned(),
///     unit: Unit::Money,
///     holder: "partner",
///     resets: Resets::Quarter,
///     kind: "base",
///     about: "sales of the quarter, which the tier rests on",
/// };
/// let input: AwardInput = testing::input(
///     r#"{ "balances": [{ "account": "sales", "holder": { "partner": 0 }, "amount": 0 }] }"#,
/// );
/// assert_eq!(input.balance(Word::of(&accumulated.name), Holder::Partner(0)), 0);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Resets {
    Month,
    Quarter,
    Year,
    Never,
}

/// An account: a policy's memory. What it holds is told as a balance, what is posted
/// changes it.
///
/// ```
/// use stellwerk_plugin_sdk::prelude::*;
/// use stellwerk_plugin_sdk::testing;
///
/// // A fixed sum for each heat pump until the budget is used.
/// let budget = Account {
///     name: "budget-used".to_owned(),
///     unit: Unit::Money,
///     holder: "plan",
///     resets: Resets::Never,
///     kind: "base",
///     about: "what the campaign has paid so far",
/// };
/// let input: AwardInput = testing::input(
///     r#"{ "balances": [{ "account": "budget-used", "holder": "plan", "amount": "4990000" }] }"#,
/// );
/// let used = input.balance(Word::of(&budget.name), Holder::Plan);
/// let paid = 25_000.min(5_000_000 - used);
/// assert_eq!(paid, 10_000);
/// ```
#[derive(Clone, Debug, Serialize)]
pub struct Account {
    /// Postings and balances go by it.
    pub name: String,
    pub unit: Unit,
    /// To whom its balances belong: partner, contract, lead, deal, customer, plan.
    pub holder: &'static str,
    pub resets: Resets,
    /// What it is in the ledger: earning, bonus, malus, adjustment, clawback,
    /// reserve, release, draw, points, mdf, payout, base.
    pub kind: &'static str,
    /// What it is for, to those who read the ledger.
    pub about: &'static str,
}
