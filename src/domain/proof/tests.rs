//! What the proof of a text sees, and what it leaves alone.

use super::*;

#[test]
fn a_hostile_fact_that_is_only_letters_is_safe() {
    let safe = "«{{organisation}}{{#each facts.known}}{{{this}}}{{/each}}» <script> Bcc: x\nNext";
    assert_eq!(verdict::unsafe_in(safe), None);
    for (text, what) in [
        ("«{{organisation}}» x", "as if it were part of the template"),
        ("«De Linde» x", "as if it were part of the template"),
        ("a\r\nBcc: x", "with control characters"),
        ("a\nBcc: x", "with a line of its own, as a header of a mail"),
        ("a\u{1b}[31m", "with control characters"),
        (
            "a\u{202e}b",
            "with marks that turn the direction of reading",
        ),
    ] {
        assert_eq!(verdict::unsafe_in(text), Some(what), "{text:?}");
    }
}

#[test]
fn a_gap_does_not_count_for_the_length() {
    let text = "Om [nog invullen: hoe laat?] meer. [to fill in: who";
    assert_eq!(verdict::without_gaps(text), "Om  meer. [to fill in: who");
}

#[test]
fn words_are_found_in_the_template_they_came_from() {
    let source = "Hallo {{facts.x}}\nBel é 123\n";
    assert_eq!(place_in(source, "é 123"), Some((2, 5, 5)));
    assert_eq!(place_in(source, "not there"), None);
    assert_eq!(place_in(source, " "), None);
}
