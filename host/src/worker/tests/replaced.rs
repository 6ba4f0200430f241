//! Generations that were replaced.

use super::{MINUTE, MONDAY, World};
use crate::contracts::binding::{self, Wanted, When};
use crate::domain::time::Micros;
use crate::host::Origin;

#[tokio::test]
async fn who_still_uses_what_was_replaced_is_told_of_once() {
    let world = World::new().await;
    let (host, of) = (&world.host, &world.contract);
    let used = host.contract(&of.manufacturer, &of.id).await.unwrap();
    // What a lead of a canary, or one of an earlier cycle, is decided by.
    let derived = std::sync::Arc::new((*used).clone());
    let wanted = Wanted {
        slot: "matching".to_owned(),
        plugin: "matching-weighted".to_owned(),
        configuration: Some(serde_json::json!({ "waves": { "first": 2 } })),
        limits: None,
        comment: "a wider first wave".to_owned(),
        when: When::Default,
    };
    let origin = Origin::host();
    binding::put(host, &of.manufacturer, &of.id, &wanted, None, &origin)
        .await
        .unwrap();
    let now = host.contract(&of.manufacturer, &of.id).await.unwrap();
    assert_eq!(now.slots["matching"].generation, 2);
    drop(used);
    assert_eq!(host.overdue(MINUTE), []);
    host.clock.advance_to(Micros(MONDAY.0 + MINUTE));
    let told = host.overdue(MINUTE);
    assert_eq!(told.len(), 1, "{told:?}");
    assert_eq!(told[0].contract, "heat-pumps");
    assert!(told[0].generations.contains(&"matching 1".to_owned()));
    assert_eq!(host.overdue(MINUTE), []);
    drop(derived);
    assert_eq!(host.overdue(0), []);
}
