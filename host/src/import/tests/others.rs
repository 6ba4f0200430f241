//! Partners, measures and places.

use super::{World, counted};
use crate::import::Kind;

#[tokio::test]
async fn partners_measures_and_places_go_the_way_of_the_api() {
    let world = World::new().await;
    let mapping = "[fields]\ncode = \"code\"\nname = \"name\"\nlevel = \"level\"\n\
                   parent = \"above\"\npostcode = \"plz\"\ncountry = { constant = \"DE\" }";
    let file = "code,name,level,above,plz\n\
                below,Unten,gold,above,01067\n\
                above,Oben,gold,,20095\n\
                mueller,Müller & Sohn,gold,,14467\n\
                mueller,Müller & Sohn,gold,,14467\n\
                orphan,Waise,gold,nobody,14467\n\
                tin,Blech,tin,,14467\n\
                loop,Kreis,gold,loop,14467\n";
    let (report, rejects) = world.import(Kind::Partners, mapping, file).await;
    assert_eq!(
        rejects,
        [
            "6 above: there is no partner `nobody`",
            "7 level: `tin` is no level; the terms have registered, silver, gold, platinum",
            "8 above: leads in a circle: loop -> loop; leave out one of these parents",
        ]
    );
    assert_eq!(report, counted(3, 1, 3));
    let participants = world
        .host
        .store
        .participants(&world.contract.manufacturer, &world.contract.id)
        .await
        .unwrap();
    let found = |code: &str| {
        participants
            .iter()
            .find(|(_, partner)| partner.code == code)
            .unwrap()
    };
    let (footing, mueller) = found("mueller");
    assert_eq!(mueller.name, "Müller & Sohn");
    assert_eq!(footing.capacity, Some(10), "the mapping says nothing of it");
    assert!(footing.attributes.contains_key("products"));
    assert_eq!(found("below").1.parent, Some(found("above").1.id.clone()));
    assert!(found("above").1.position.is_some(), "the postcode's place");

    let mapping = "[fields]\npartner = \"who\"\nname = { constant = \"rework\" }\nvalue = \"share\"\n\
                   from = \"from\"\nuntil = \"until\"";
    let file = "who,share,from,until\nmueller,0.125,2026-02-01,2026-03-01\n\
                nobody,1,2026-02-01,2026-03-01\nmueller,1,2026-03-01,2026-02-01\n";
    let (report, rejects) = world.import(Kind::Measures, mapping, file).await;
    assert_eq!(
        rejects,
        [
            "3 who: `nobody` is no partner of the contract",
            "4 until: lies before it begins",
        ]
    );
    assert_eq!(report, counted(1, 0, 2));

    let mapping = "[fields]\ncountry = { constant = \"DE\" }\npostcode = \"plz\"\n\
                   latitude = \"lat\"\nlongitude = \"lon\"";
    let file = "plz,lat,lon\n01067,51.06,13.72\n10115,52.532,13.384\n99999,91,0\n";
    let (report, rejects) = world.import(Kind::Places, mapping, file).await;
    assert_eq!(rejects, ["4 lat: has to lie between -90 and 90 degrees"]);
    assert_eq!(report, counted(1, 1, 1));
}
