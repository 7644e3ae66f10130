//! Text from outside as it may stand in XML and HTML, in an element or in an
//! attribute between quotes.

/// Escapes what would be markup. What XML cannot hold at all, and what turns the
/// direction of writing so that it could hide what stands here, becomes a mark;
/// line breaks and tabs stay.
pub fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            '\n' | '\t' => escaped.push(letter),
            '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' => escaped.push('\u{fffd}'),
            '\u{fffe}' | '\u{ffff}' => escaped.push('\u{fffd}'),
            letter if letter.is_control() => escaped.push('\u{fffd}'),
            letter => escaped.push(letter),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::escaped;

    #[test]
    fn text_cannot_leave_its_place() {
        assert_eq!(
            escaped("\"a\" <b> & 'c'\u{1b}[0m\u{202e}\n"),
            "&quot;a&quot; &lt;b&gt; &amp; &#39;c&#39;\u{fffd}[0m\u{fffd}\n"
        );
    }

    proptest! {
        #[test]
        fn nothing_of_it_is_markup(text in any::<String>()) {
            let escaped = escaped(&text);
            prop_assert!(!escaped.contains(['<', '>', '"', '\'']));
            for (place, _) in escaped.match_indices('&') {
                let entities = ["&amp;", "&lt;", "&gt;", "&quot;", "&#39;"];
                prop_assert!(entities.iter().any(|one| escaped[place..].starts_with(one)));
            }
        }
    }
}
