//! Makes plain text of the HTML that feeds hold.
//!
//! Nothing of it is ever shown as HTML, so this need not be a browser: tags go,
//! entities become letters, white space becomes one space.

/// The text that a reader would see.
pub(super) fn plain_text(html: &str) -> String {
    let mut text = String::with_capacity(html.len());
    let mut rest = html;
    while let Some(at) = rest.find(['<', '&']) {
        push_words(&mut text, &rest[..at]);
        rest = &rest[at..];
        rest = if rest.starts_with('<') {
            skip_tag(rest, &mut text)
        } else {
            decode(rest, &mut text)
        };
    }
    push_words(&mut text, rest);
    text.truncate(text.trim_end().len());
    text
}

/// Runs of white space become one space, none at the start.
fn push_words(text: &mut String, words: &str) {
    for letter in words.chars() {
        if !letter.is_whitespace() {
            text.push(letter);
        } else if !text.is_empty() && !text.ends_with(' ') {
            text.push(' ');
        }
    }
}

/// Behind the tag that `html` begins with; a `<` that begins none is text.
fn skip_tag<'a>(html: &'a str, text: &mut String) -> &'a str {
    let inside = &html[1..];
    if let Some(comment) = inside.strip_prefix("!--") {
        return comment.split_once("-->").map_or("", |(_, rest)| rest);
    }
    if !inside
        .starts_with(|next: char| next.is_ascii_alphabetic() || matches!(next, '/' | '!' | '?'))
    {
        text.push('<');
        return inside;
    }
    let Some((tag, rest)) = inside.split_once('>') else {
        return "";
    };
    let name: String = tag
        .chars()
        .take_while(|letter| letter.is_ascii_alphanumeric() || *letter == '/')
        .flat_map(char::to_lowercase)
        .collect();
    match name.as_str() {
        "script" | "style" => behind_closing(rest, &name),
        // Within a word these separate nothing.
        "b" | "/b" | "i" | "/i" | "em" | "/em" | "strong" | "/strong" | "a" | "/a" | "span"
        | "/span" | "u" | "/u" | "mark" | "/mark" | "wbr" => rest,
        _ => {
            push_words(text, " ");
            rest
        }
    }
}

fn behind_closing<'a>(html: &'a str, name: &str) -> &'a str {
    let closing = format!("</{name}");
    let mut rest = html;
    while let Some(at) = rest.find("</") {
        rest = &rest[at..];
        let begin = rest.get(..closing.len()).unwrap_or("");
        if begin.eq_ignore_ascii_case(&closing) {
            return rest.split_once('>').map_or("", |(_, rest)| rest);
        }
        rest = &rest[2..];
    }
    ""
}

/// Behind the entity that `html` begins with; an `&` that begins none is text.
fn decode<'a>(html: &'a str, text: &mut String) -> &'a str {
    let inside = &html[1..];
    let end = inside
        .bytes()
        .take(10)
        .position(|byte| byte == b';')
        .and_then(|end| Some((letter_of(inside.get(..end)?)?, end)));
    match end {
        Some((letter, end)) => {
            push_words(text, letter.encode_utf8(&mut [0; 4]));
            &inside[end + 1..]
        }
        None => {
            text.push('&');
            inside
        }
    }
}

fn letter_of(name: &str) -> Option<char> {
    if let Some(number) = name.strip_prefix('#') {
        let code = match number.strip_prefix(['x', 'X']) {
            Some(hexadecimal) => u32::from_str_radix(hexadecimal, 16).ok()?,
            None => number.parse().ok()?,
        };
        return char::from_u32(code).filter(|letter| *letter != '\0');
    }
    NAMED
        .iter()
        .find(|(known, _)| *known == name)
        .map(|(_, letter)| *letter)
}

/// The ones that newsrooms' systems write in Western European languages.
const NAMED: [(&str, char); 51] = [
    ("amp", '&'),
    ("lt", '<'),
    ("gt", '>'),
    ("quot", '"'),
    ("apos", '\''),
    ("nbsp", ' '),
    ("shy", '\u{ad}'),
    ("euro", '€'),
    ("pound", '£'),
    ("copy", '©'),
    ("reg", '®'),
    ("deg", '°'),
    ("middot", '·'),
    ("bull", '•'),
    ("hellip", '…'),
    ("ndash", '–'),
    ("mdash", '—'),
    ("lsquo", '‘'),
    ("rsquo", '’'),
    ("sbquo", '‚'),
    ("ldquo", '“'),
    ("rdquo", '”'),
    ("bdquo", '„'),
    ("laquo", '«'),
    ("raquo", '»'),
    ("iexcl", '¡'),
    ("iquest", '¿'),
    ("agrave", 'à'),
    ("aacute", 'á'),
    ("acirc", 'â'),
    ("auml", 'ä'),
    ("aring", 'å'),
    ("aelig", 'æ'),
    ("ccedil", 'ç'),
    ("egrave", 'è'),
    ("eacute", 'é'),
    ("ecirc", 'ê'),
    ("euml", 'ë'),
    ("Eacute", 'É'),
    ("iacute", 'í'),
    ("icirc", 'î'),
    ("iuml", 'ï'),
    ("ntilde", 'ñ'),
    ("oacute", 'ó'),
    ("ocirc", 'ô'),
    ("ouml", 'ö'),
    ("oslash", 'ø'),
    ("uacute", 'ú'),
    ("ucirc", 'û'),
    ("uuml", 'ü'),
    ("szlig", 'ß'),
];

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn check(html: &str, expected: &str) {
        assert_eq!(plain_text(html), expected, "{html}");
    }

    #[test]
    fn shows_what_a_reader_sees() {
        check(
            "<p>Pati&euml;nt &amp; <b>z</b>org</p><p>nu\n nu</p>",
            "Patiënt & zorg nu nu",
        );
        check("a<script>if (a </b) {}</ScRiPt >b<!-- <c> -->", "ab");
        check(
            "1 < 2 &c; R&D &#8364;&#x20AC; &#0;",
            "1 < 2 &c; R&D €€ &#0;",
        );
        check("een<br/>twee <img alt='x", "een twee");
        check("&lt;b&gt;", "<b>");
    }

    proptest! {
        #[test]
        fn never_panics(html in "([<>&;#/a-c é]|script|<!--|-->|&#x|amp;){0,20}") {
            plain_text(&html);
        }
    }
}
