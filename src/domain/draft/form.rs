//! Reads the tags of a template: what each asks for, and where it stands.
//!
//! Only the part of handlebars that a statement needs: print, `if`, `unless`,
//! `each`, comments. Own reading, and not the library's, because people need
//! every mistake of a file at its exact place; the library stops at the first.

/// What a tag does with what it names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Form {
    Print,
    /// Only the clock time.
    Time,
    /// The weekday, the day and the month.
    Date,
    /// Only the weekday.
    Day,
    /// Whether it is there (and, for yes or no, whether it is yes).
    If,
    /// Whether it is there, whatever it says.
    Known,
    Each,
    /// A number with its noun: for one, and for any other number.
    Plural(String, String),
    /// At most so many characters, cut at a word.
    Short(usize),
    /// A slot that only a person can fill, for this one reader.
    Personal(String),
}

/// One name a template asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Ask {
    pub(super) form: Form,
    /// Without `../` and `@root.`: everything is looked up from the top.
    pub(super) path: String,
}

/// The name under which the answer to an ask is handed to handlebars.
pub(super) fn value_name(number: usize) -> String {
    format!("v{number}")
}

/// A piece of a template with its place, in bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Word<'a> {
    pub(super) at: usize,
    pub(super) text: &'a str,
}

impl<'a> Word<'a> {
    /// What stands between the quotes, if this is a text in quotes.
    pub(super) fn quoted(self) -> Option<&'a str> {
        let quote = self.text.chars().next().filter(|c| is_quote(*c))?;
        self.text.strip_prefix(quote)?.strip_suffix(quote)
    }
}

fn is_quote(letter: char) -> bool {
    matches!(letter, '"' | '\'')
}

#[derive(Debug, PartialEq, Eq)]
pub(super) enum Piece<'a> {
    Text(&'a str),
    Comment,
    Tag(Tag<'a>),
    /// Looks like a tag and is none that we carry out: message and hint.
    Refused(Word<'a>, &'static str, &'static str),
}

#[derive(Debug, PartialEq, Eq)]
pub(super) struct Tag<'a> {
    /// The whole tag, braces included.
    pub(super) whole: Word<'a>,
    /// `#`, `/`, or a space for a tag without a sign.
    pub(super) sign: char,
    pub(super) words: Vec<Word<'a>>,
    pub(super) trims_before: bool,
    pub(super) trims_after: bool,
}

/// Cuts a template into text and tags.
pub(super) fn pieces(source: &str) -> Vec<Piece<'_>> {
    let mut pieces = Vec::new();
    let mut at = 0;
    while let Some(found) = source[at..].find("{{").map(|offset| at + offset) {
        push_text(source, at, found, &mut pieces);
        let (piece, next) = tag_at(source, found);
        pieces.push(piece);
        at = next;
    }
    push_text(source, at, source.len(), &mut pieces);
    pieces
}

fn push_text<'a>(source: &'a str, from: usize, to: usize, pieces: &mut Vec<Piece<'a>>) {
    let text = &source[from..to];
    let mut rest = from;
    for (offset, _) in text.match_indices("}}") {
        let at = from + offset;
        if at < rest {
            continue;
        }
        push_plain(source, rest, at, pieces);
        pieces.push(Piece::Refused(
            Word { at, text: "}}" },
            "`}}` closes nothing",
            "a tag begins with {{",
        ));
        rest = at + 2;
    }
    if rest < to {
        push_plain(source, rest, to, pieces);
    }
}

/// Groups of names that nobody writes in braces but for a tag.
const GROUPS: [&str; 4] = ["{facts.", "{contacts.", "{roles.", "{case."];

/// Text without `{{` and `}}`: a tag with one brace too few on either side stands in it.
fn push_plain<'a>(source: &'a str, from: usize, to: usize, pieces: &mut Vec<Piece<'a>>) {
    let (mut rest, mut look) = (from, from);
    while let Some(at) = source[look..to].find('{').map(|offset| look + offset) {
        let text = &source[at..to];
        let end = text
            .find(['}', '\n'])
            .filter(|end| text[*end..].starts_with('}'));
        let Some(end) = end.filter(|_| GROUPS.iter().any(|group| text.starts_with(group))) else {
            look = at + 1;
            continue;
        };
        if rest < at {
            pieces.push(Piece::Text(&source[rest..at]));
        }
        let text = &text[..=end];
        pieces.push(Piece::Refused(
            Word { at, text },
            "this stands in single braces, so people read it as it is written",
            "a tag has two on each side, as in {{facts.topic}}",
        ));
        rest = at + end + 1;
        look = rest;
    }
    if rest < to {
        pieces.push(Piece::Text(&source[rest..to]));
    }
}

/// The piece that begins with the `{{` at `at`, and where the next one begins.
fn tag_at(source: &str, at: usize) -> (Piece<'_>, usize) {
    let refuse = |to: usize, message, hint| {
        let text = &source[at..to];
        (Piece::Refused(Word { at, text }, message, hint), to)
    };
    let rest = &source[at..];
    if source[..at].ends_with('\\') {
        return refuse(
            at + 2,
            "a backslash before {{ is not supported",
            "leave the backslash out",
        );
    }
    if rest.starts_with("{{!") {
        let (begins, ends) = if rest.starts_with("{{!--") {
            (5, "--}}")
        } else {
            (3, "}}")
        };
        return match rest[begins..].find(ends) {
            Some(end) => (Piece::Comment, at + begins + end + ends.len()),
            None => refuse(
                at + begins,
                "this comment is never closed",
                "close it as it was opened",
            ),
        };
    }
    let inner = at + 2;
    let close = source[inner..].find("}}").map(|offset| inner + offset);
    let next_open = source[inner..].find("{{").map(|offset| inner + offset);
    let Some(close) = close.filter(|close| next_open.is_none_or(|next| next > *close)) else {
        // A third brace overlaps with the next pair: step over all of them.
        let n_braces = rest.chars().take_while(|letter| *letter == '{').count();
        if n_braces > 2 {
            return more_than_two(source, at, n_braces);
        }
        return refuse(inner, "this {{ is never closed", "close it with }}");
    };
    if rest.starts_with("{{{") {
        return more_than_two(source, at, 3);
    }
    if source[close + 2..].starts_with('}') {
        return refuse(
            close + 3,
            "this tag is closed with a brace too many, and people read that one",
            "close it with }}",
        );
    }
    let whole = Word {
        at,
        text: &source[at..close + 2],
    };
    (tag(source, whole), close + 2)
}

fn more_than_two(source: &str, at: usize, n_braces: usize) -> (Piece<'_>, usize) {
    let after_open = at + n_braces;
    let end = source[after_open..]
        .find("}}")
        .map_or(after_open, |offset| {
            let close = after_open + offset;
            close
                + source[close..]
                    .chars()
                    .take_while(|letter| *letter == '}')
                    .count()
        });
    let word = Word {
        at,
        text: &source[at..end],
    };
    let hint = "write {{…}}: the text is plain, nothing in it is ever changed";
    (Piece::Refused(word, "two braces are enough", hint), end)
}

/// Reads what stands between the braces.
fn tag<'a>(source: &'a str, whole: Word<'a>) -> Piece<'a> {
    let (mut from, mut to) = (whole.at + 2, whole.at + whole.text.len() - 2);
    let trims_before = source[from..to].starts_with('~');
    from += usize::from(trims_before);
    let trims_after = source[from..to].ends_with('~');
    to -= usize::from(trims_after);
    let sign = match source[from..to].chars().next() {
        Some(sign @ ('#' | '/')) => {
            from += 1;
            sign
        }
        Some('>') => {
            return Piece::Refused(
                whole,
                "partials are not supported",
                "put the text in this template itself",
            );
        }
        Some('^') => {
            return Piece::Refused(
                whole,
                "`^` is not supported",
                "write {{else}} or {{#unless …}}",
            );
        }
        Some('&' | '*') => {
            return Piece::Refused(whole, "this kind of tag is not supported", "write {{name}}");
        }
        _ => ' ',
    };
    if source[from..to].trim_start().starts_with(['>', '*']) {
        return Piece::Refused(
            whole,
            "partials are not supported",
            "put the text in this template itself",
        );
    }
    let words = words_between(source, from, to);
    if words.is_empty() {
        return Piece::Refused(
            whole,
            "this tag is empty",
            "write a name in it, or leave it out",
        );
    }
    Piece::Tag(Tag {
        whole,
        sign,
        words,
        trims_before,
        trims_after,
    })
}

/// Words between spaces; a text in quotes is one word, quotes included. A quote
/// that is never closed runs to the end.
fn words_between(source: &str, from: usize, to: usize) -> Vec<Word<'_>> {
    let mut words = Vec::new();
    let mut begun: Option<(usize, Option<char>)> = None;
    for (offset, letter) in source[from..to].char_indices() {
        let at = from + offset;
        match begun {
            None if letter.is_whitespace() => {}
            None => begun = Some((at, Some(letter).filter(|c| is_quote(*c)))),
            Some((start, Some(quote))) if letter == quote => {
                let text = &source[start..at + letter.len_utf8()];
                words.push(Word { at: start, text });
                begun = None;
            }
            Some((start, None)) if letter.is_whitespace() => {
                words.push(Word {
                    at: start,
                    text: &source[start..at],
                });
                begun = None;
            }
            Some(_) => {}
        }
    }
    if let Some((start, _)) = begun {
        words.push(Word {
            at: start,
            text: &source[start..to],
        });
    }
    words
}
