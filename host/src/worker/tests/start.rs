//! A host that has started.

use super::World;
use crate::domain::ids::HostId;
use crate::worker::start::take_into_use;

#[tokio::test]
async fn what_is_in_force_is_taken_into_use_unless_there_is_too_much_already() {
    let world = World::new().await.restarted().await;
    let id = HostId::from("this");
    take_into_use(&world.host, 0).await;
    assert!(world.host.running(&id).is_empty());
    take_into_use(&world.host, usize::MAX).await;
    let running = world.host.running(&id);
    let rows: Vec<_> = running.values().flatten().collect();
    assert_eq!(rows.len(), 3, "what routes: {rows:?}");
    assert!(rows.iter().all(|row| row.runs && row.generation == 1));
}
