//! What happened in a run, as people read it: each event as a sentence, and the
//! log as a story, in Dutch and in English.
//!
//! No match here has a catch-all: the compiler lists what a new event needs.

pub mod names;

mod nl;

mod en;

pub mod reasons;

pub mod story;

mod tale;

pub use names::Names;
pub use story::{Line, story};

use super::run::Logged;
use super::text::Language;
use names::Teller;

/// One sentence: what happened, who did it and why. Times are those of the
/// organisation, with the date where that is not the day it happened.
pub fn sentence(logged: &Logged, names: Names, language: Language) -> String {
    let teller = Teller::new(names, language, logged.at);
    ended(match language {
        Language::Nl => nl::sentence(&logged.event, &teller),
        Language::En => en::sentence(&logged.event, &teller),
    })
}

/// With a full stop, whatever somebody's own words at the end had.
fn ended(said: String) -> String {
    // A title that is a question ends a sentence by itself.
    let said = said.trim_end().replace("?.", "?").replace("!.", "!");
    if said.ends_with(['.', '!', '?', '…', '”']) {
        said
    } else {
        said + "."
    }
}
