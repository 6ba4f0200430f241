//! Claims that come too late, and reports on what is another's.

use serde_json::{Value, json};

use crate::what_goes_wrong_is_said::book::Book;
use crate::what_goes_wrong_is_said::world::{LEADS, World};

pub fn tell(world: &World, book: &mut Book) {
    book.group("CLAIMS AND FEEDBACK");
    let lead = world.lead("white-paper");
    let offers: Vec<String> = (1..=3).map(|partner| world.offer(partner, &lead)).collect();
    let story = world.story(&lead);
    let foreign = format!("/api/v1/offers/{}/claim", offers[0]);
    book.answered(
        "a claim on another partner's offer",
        &world.partner(2).post(&foreign, &json!({})),
    );
    book.answered(
        "a claim on another manufacturer's offer",
        &world.stranger.post(&foreign, &json!({})),
    );
    book.answered(
        "a claim on an offer that there is not",
        &world.claim(1, "nothing"),
    );
    book.answered(
        "a claim that says something",
        &world.partner(1).post(&foreign, &json!({ "why": "mine" })),
    );
    assert_eq!(world.story(&lead), story, "refused claims change nothing");
    assert_eq!(world.claim(1, &offers[0]).status, 200);
    let story = world.story(&lead);
    book.answered(
        "a claim on a lead that is gone",
        &world.claim(2, &offers[1]),
    );

    let feedback = format!("{LEADS}/{lead}/feedback");
    let contacted = json!({ "code": "contacted" });
    book.answered(
        "feedback on another partner's claim",
        &world.partner(2).post(&feedback, &contacted),
    );
    book.answered(
        "feedback on another manufacturer's claim",
        &world.stranger.post(&feedback, &contacted),
    );
    let own = world.partner(1);
    book.answered(
        "feedback that is none",
        &own.post(&feedback, &json!({ "code": "sold" })),
    );
    let hour = jiff::SignedDuration::from_hours(1);
    let early = (jiff::Timestamp::now() - hour).to_string();
    let early = json!({ "code": "contacted", "occurred-at": early });
    book.answered(
        "feedback from before the claim",
        &own.post(&feedback, &early),
    );
    let future = json!({ "code": "contacted", "occurred-at": "2999-01-01T00:00:00Z" });
    book.answered("feedback from the future", &own.post(&feedback, &future));
    let note = json!({ "code": "contacted", "note": "a\u{202e}b" });
    book.answered(
        "feedback with a mark that turns the direction",
        &own.post(&feedback, &note),
    );
    let attribute = json!({ "code": "contacted", "attributes": { "mood": "good" } });
    book.answered(
        "feedback with an attribute that is not declared",
        &own.post(&feedback, &attribute),
    );

    assert_eq!(world.story(&lead), story, "refused reports change nothing");

    // Partner 1 has not reported yet: the gate is shut.
    let next = world.lead("white-paper");
    book.answered(
        "a claim while the gate is shut",
        &world.claim(1, &world.offer(1, &next)),
    );
    assert_eq!(own.post(&feedback, &contacted).status, 200);
    let decline = format!("/api/v1/offers/{}/decline", world.offer(1, &next));
    book.answered(
        "a decline without one of the reasons",
        &own.post(&decline, &json!({ "reason": "rain" })),
    );

    let outcome = format!("{LEADS}/{lead}/outcome");
    let story = world.story(&lead);
    book.answered(
        "an outcome that is none",
        &own.post(&outcome, &json!({ "result": "maybe" })),
    );
    let odd = json!({ "result": "won", "external-id": "D\u{202e}1", "lines": [{ "product": "rocket", "quantity": 1, "value": 1 }] });
    book.answered(
        "a win of what is not in the catalogue",
        &own.post(&outcome, &odd),
    );
    let line = json!({ "product": "rocket", "quantity": 1, "value": i64::MAX, "attributes": { "colour": "red" } });
    let odd = json!({ "result": "sold", "occurred-at": "yesterday", "external-id": " ", "attributes": { "mood": "good" }, "lines": [line] });
    book.answered(
        "an outcome that is wrong everywhere",
        &own.post(&outcome, &odd),
    );
    assert_eq!(world.story(&lead), story, "refused outcomes change nothing");
    let won = |value: i64| json!({ "result": "won", "value": value });
    assert_eq!(own.post(&outcome, &won(2_400_000)).status, 200);
    let story = world.story(&lead);
    book.answered("an outcome twice", &own.post(&outcome, &won(2_400_000)));
    book.answered(
        "an outcome of another value after the first",
        &own.post(&outcome, &won(9_900_000)),
    );
    book.answered(
        "another outcome after the first",
        &own.post(&outcome, &json!({ "result": "lost" })),
    );
    book.answered(
        "feedback after the outcome",
        &own.post(&feedback, &contacted),
    );

    assert_eq!(world.story(&lead), story, "the first outcome stays");
    let ended = world.maker().get(&format!("{LEADS}/{lead}"));
    assert_eq!(ended.text("/state"), "won", "{ended:?}");
    let deals = world.maker().get("/api/v1/deals");
    let deals = deals.body["deals"].as_array().cloned().unwrap_or_default();
    let of_lead = deals.iter().filter(|deal| deal["lead"] == lead.as_str());
    let values: Vec<&Value> = of_lead.map(|deal| &deal["value"]).collect();
    assert_eq!(values, [&json!(2_400_000)], "{deals:?}");

    // A hot lead that nobody works is recalled after two seconds.
    let hot = world.lead("configurator");
    let offer = world.offer(2, &hot);
    assert_eq!(world.claim(2, &offer).status, 200);
    world.until(&hot, |lead| lead.body.get("holder").is_none());
    book.answered(
        "a claim on a lead that was recalled",
        &world.claim(2, &offer),
    );
    let feedback = format!("{LEADS}/{hot}/feedback");
    book.answered(
        "feedback on a lead that was recalled",
        &world.partner(2).post(&feedback, &contacted),
    );
    book.answered(
        "a release of a lead that waits for nobody",
        &world.maker().post(
            &format!("{LEADS}/{next}/release"),
            &json!({ "how": "try-again" }),
        ),
    );
    book.answered(
        "a release for a reason with U+0000",
        &world.maker().post(
            &format!("{LEADS}/{next}/release"),
            &json!({ "how": "reject", "reason": "a\0b" }),
        ),
    );
    book.answered(
        "a release in a way that there is not",
        &world.maker().post(
            &format!("{LEADS}/{next}/release"),
            &json!({ "how": "magic" }),
        ),
    );
}
