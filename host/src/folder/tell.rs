//! One line of the log for each thing that came of a look.

use std::time::Duration;

use super::apply::{Applied, Refused};
use super::document::Place;
use crate::contracts::Error;
use crate::domain::text::shown;

/// The line ends with what a place is: contract and slot.
macro_rules! told {
    ($level:ident, $place:expr, $($text:tt)+) => {
        tracing::$level!(
            manufacturer = shown(&$place.manufacturer),
            contract = shown(&$place.contract),
            slot = $place.slot,
            $($text)+
        )
    };
}

pub fn applied(place: &Place, applied: &Applied, took: Duration) {
    let plugin = applied.plugin.replacen('@', " ", 1);
    let generation = applied.generation;
    if applied.waits {
        told!(
            info,
            place,
            "{plugin}, generation {generation}, waits for a second person to approve it"
        );
    } else if applied.is_known {
        told!(
            info,
            place,
            "in force already: {plugin}, generation {generation}"
        );
    } else {
        let ms = took.as_millis();
        told!(
            info,
            place,
            "reloaded {plugin}, generation {generation}, {ms} ms"
        );
    }
}

pub fn refused(place: &Place, refused: &Refused) {
    let next = match refused {
        Refused::Bad(_) => {
            "Change the files, or take it up again with `stellwerk policy activate`."
        }
        Refused::Agreement(Error::Policy { error, .. }) => error.next_step(),
        Refused::Agreement(Error::NotFound { .. }) => {
            "Correct its code, or make it: it is tried again."
        }
        Refused::Agreement(Error::Store(_) | Error::Busy) => "It is tried again.",
        // They say it themselves.
        Refused::Agreement(_) => "",
    };
    told!(
        error,
        place,
        "not reloaded, what is in force stays: {}. {next}",
        refused.to_string().trim_end_matches('.')
    );
}

/// A file that a binding file names.
pub fn bad_part(place: &Place, problem: &str) {
    told!(
        error,
        place,
        "not reloaded, what is in force stays: {problem}"
    );
}

pub fn as_before(place: &Place) {
    told!(
        info,
        place,
        "the folder says again what it said before; nothing has changed"
    );
}

pub fn gone(place: &Place) {
    told!(
        warn,
        place,
        "no longer in the folder of policies; what is in force stays"
    );
}

pub fn bad_file(file: &str, problem: &str) {
    tracing::error!(
        file = shown(file),
        "not taken, what is in force stays: {problem}"
    );
}

pub fn unreadable(problem: &str) {
    tracing::error!("the folder of policies cannot be read, what is in force stays: {problem}");
}

pub fn unwatched(problem: &str) {
    tracing::warn!(
        "changes in the folder of policies are not heard of at once, but found within 10 s: \
         {problem}"
    );
}
