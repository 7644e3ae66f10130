//! Fits a notice into one text message: 160 characters of the alphabet that
//! phones have had since the beginning (GSM 03.38). One letter outside it
//! halves the room.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// What fits into one message.
const ROOM: usize = 160;

const BASIC: &str = "@£$¥èéùìòÇØøÅå_ÆæßÉ !\"#%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà";

/// These take the room of two.
const DOUBLE: &str = "^{}\\[~]|€";

/// What a title needs at least to be understood.
const TITLE: usize = 16;

/// Whether there is room for a title between these.
pub(super) fn has_room(before: &str, after: &str) -> bool {
    length(&plain(before)) + length(&plain(after)) + TITLE <= ROOM
}

/// `title` is cut where the whole would not fit: the words around it are
/// counted out, it can be as long as somebody wrote it.
pub(super) fn message(before: &str, title: &str, after: &str) -> String {
    let (before, title, after) = (plain(before), plain(title), plain(after));
    let whole = format!("{before}{title}{after}");
    if length(&whole) <= ROOM {
        return whole;
    }
    let room = ROOM.saturating_sub(length(&before) + length(&after));
    cut(&format!("{before}{}{after}", cut(&title, room)), ROOM)
}

/// The same in letters that every phone has.
fn plain(text: &str) -> String {
    text.chars().map(letter).collect()
}

fn letter(letter: char) -> String {
    if BASIC.contains(letter) || DOUBLE.contains(letter) {
        return letter.to_string();
    }
    match letter {
        '‘' | '’' | '`' | '´' => "'".to_owned(),
        '“' | '”' | '„' | '«' | '»' => "\"".to_owned(),
        '–' | '—' | '·' | '•' => "-".to_owned(),
        '…' => "...".to_owned(),
        other if other.is_whitespace() => " ".to_owned(),
        other => {
            let bare = other.nfkd().filter(|part| !is_combining_mark(*part));
            bare.map(|part| if BASIC.contains(part) { part } else { '?' })
                .collect()
        }
    }
}

/// The room a text takes.
fn length(text: &str) -> usize {
    let room = |letter| if DOUBLE.contains(letter) { 2 } else { 1 };
    text.chars().map(room).sum()
}

fn cut(text: &str, room: usize) -> String {
    if length(text) <= room {
        return text.to_owned();
    }
    let mut kept = String::new();
    for letter in text.chars() {
        kept.push(letter);
        if length(&kept) + 3 > room {
            kept.pop();
            break;
        }
    }
    let dots = if room < 3 { "" } else { "..." };
    format!("{}{dots}", kept.trim_end())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keeps_what_phones_have_and_replaces_the_rest() {
        assert_eq!(
            message("INCIDENT: ", "“Één café” – überdruk…", " €5"),
            "INCIDENT: \"Één café\" - überdruk... €5"
        );
        assert_eq!(
            message("", "geïnformeerd: coöperatie, 日", ""),
            "geinformeerd: coöperatie, ?"
        );
    }

    #[test]
    fn cuts_the_title_and_not_what_is_around_it() {
        let short = message(
            "CRISIS: ",
            &"lang ".repeat(80),
            ". 42 vermeldingen in 1 uur",
        );
        assert!(
            short.starts_with("CRISIS: lang") && short.ends_with("in 1 uur"),
            "{short}"
        );
        assert!(length(&short) <= 160 && length(&short) > 150, "{short}");
    }

    proptest::proptest! {
        #[test]
        fn it_always_fits(before in "\\PC{0,80}", title in "\\PC{0,300}", after in "\\PC{0,200}") {
            let short = message(&before, &title, &after);
            assert!(length(&short) <= 160, "{short}");
            assert!(short.chars().all(|letter| BASIC.contains(letter) || DOUBLE.contains(letter)));
        }
    }
}
