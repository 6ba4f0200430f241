//! One host at a time is at a contract's money, as long as it gives signs.

use super::world::{Happening, World};
use crate::domain::time::Micros;
use crate::host::Host;
use crate::pay::lane::Lane;
use crate::pay::recompute::Computation;

async fn take<'a>(host: &'a Host, world: &World) -> Option<Lane<'a>> {
    let contract = &world.contract;
    Lane::take(host, &contract.manufacturer, &contract.id)
        .await
        .unwrap()
}

/// Most of a lease goes by.
fn wait(host: &Host) {
    let later = host.clock.now().0 + host.lane_lease_micros * 3 / 4;
    host.clock.advance_to(Micros(later));
}

#[tokio::test]
async fn a_period_may_take_longer_than_a_lease() {
    let world = World::new(12).await;
    world.move_to(5);
    world.happens(&Happening::won(5, "a", 1, 1_000_000)).await;
    world.pay().await;
    let (host, other) = (&world.host, world.host.clone());
    let lane = take(host, &world).await.unwrap();
    let period = lane.period_of(World::day(5)).unwrap();
    let mut computation = Computation::begin(&lane, &period, &period.name)
        .await
        .unwrap();
    for _ in 0..3 {
        wait(host);
        computation.events(0, i64::MAX).await.unwrap();
        assert!(take(&other, &world).await.is_none(), "it is still at work");
    }
    wait(host);
    wait(host);
    assert!(
        take(&other, &world).await.is_some(),
        "nothing was heard of it"
    );
    let too_late = computation.events(0, i64::MAX).await;
    assert!(matches!(too_late, Err(crate::pay::Error::Busy)));
}
