//! What is read of texts as people write them.

use super::*;

fn read(text: &str) -> Reading {
    Enricher::default().read(text, None)
}

#[test]
fn a_first_look() {
    let reading = read("Al drie uur wachten, schandalig! Weet iemand wat er aan de hand is?");
    assert_eq!(reading.language, Some(Lang::Nl));
    assert_eq!(reading.tone, Tone::Negative);
    assert!(reading.needs.has(Need::Information), "{reading:?}");
    assert!(reading.needs.has(Need::Meaning), "{reading:?}");
}
