mod attainment;
mod sales;

use stellwerk_plugin_sdk::testing;

use super::*;

fn with(config: Config) -> TiersPlan {
    TiersPlan::configure(config, &testing::terms())
        .unwrap_or_else(|problems| panic!("{problems:?}"))
}

fn pointers(config: &str) -> Vec<String> {
    let problems = testing::configured::<TiersPlan>(config).err();
    let problems = problems.unwrap_or_default().into_iter();
    problems.map(|problem| problem.pointer).collect()
}

#[test]
fn golden_examples_come_out() {
    testing::golden_compensation::<TiersPlan>();
}

#[test]
fn tiers_with_gaps_or_out_of_order_are_refused() {
    let gap = r#"{ "sales": { "tiers": { "marginal": [{ "from": 5, "rate": 1 }] } } }"#;
    assert_eq!(pointers(gap), ["/sales/tiers/marginal"]);
    let order = r#"{ "sales": { "tiers": { "slab": [
        { "from": 0, "rate": 1 }, { "from": 9, "rate": 2 }, { "from": 9, "rate": 3 }] } } }"#;
    assert_eq!(pointers(order), ["/sales/tiers/slab/2/from"]);
    let amounts = r#"{ "sales": { "tiers": { "interpolated": [
        { "to": 0, "amount": -1 }] } } }"#;
    let of = "/sales/tiers/interpolated/0";
    assert_eq!(
        pointers(amounts),
        [format!("{of}/to"), format!("{of}/amount")]
    );
    let none = r#"{ "sales": { "tiers": { "interpolated": [] } } }"#;
    assert_eq!(pointers(none), ["/sales/tiers/interpolated"]);
}

#[test]
fn attainment_that_cannot_be_is_refused() {
    let config = r#"{ "attainment": { "nominal": -1, "goals": [], "accelerators": [
        { "from": 2, "factor": 1 }, { "from": 1, "factor": 1 }] } }"#;
    let of = ["nominal", "goals", "accelerators/1/from"];
    assert_eq!(
        pointers(config),
        of.map(|name| format!("/attainment/{name}"))
    );
}
