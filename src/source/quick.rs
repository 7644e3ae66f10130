//! Reads the usual mention in one pass, straight into its place: an object of known
//! fields that hold texts and whole numbers. Whatever else a line may be, an error too, is
//! left to [`super::wire`], which says what is wrong with it: this gives the same or nothing.

use super::sent::Field;
use super::wire::{instant, known_platform};
use crate::domain::mention::{Engagement, Mention, Platform};

/// Reads one object; false when it is not the usual, and then the mention means nothing.
pub(super) fn read(line: &str, mention: &mut Mention) -> bool {
    let mut from = Scanner { line, at: 0 };
    from.mention(mention).is_some()
}

/// A bit for each field that came.
#[derive(Default)]
struct Seen(u16);

impl Seen {
    /// False when it came before.
    fn add(&mut self, field: Field) -> bool {
        let is_new = !self.has(field);
        self.0 |= 1 << field as u16;
        is_new
    }

    fn has(&self, field: Field) -> bool {
        self.0 & 1 << field as u16 != 0
    }
}

struct Scanner<'a> {
    line: &'a str,
    at: usize,
}

impl<'a> Scanner<'a> {
    fn mention(&mut self, mention: &mut Mention) -> Option<()> {
        self.skip(b'{')?;
        let mut seen = Seen::default();
        loop {
            let field = self.field()?;
            if !seen.add(field) {
                return None;
            }
            self.skip(b':')?;
            self.value(field, mention)?;
            match self.next()? {
                b',' => {}
                b'}' => break,
                _ => return None,
            }
        }
        if self.peek().is_some() || !seen.has(Field::Text) || !seen.has(Field::PublishedAt) {
            return None;
        }
        clear_others(&seen, mention);
        mention.ensure_id();
        Some(())
    }

    fn field(&mut self) -> Option<Field> {
        Field::named(self.plain_text()?)
    }

    fn value(&mut self, field: Field, mention: &mut Mention) -> Option<()> {
        match field {
            Field::Id => self.text(&mut mention.id)?,
            Field::Text => self.text(&mut mention.text)?,
            Field::Author => self.text_or_null(&mut mention.author)?,
            Field::AuthorName => self.text_or_null(&mut mention.author_name)?,
            Field::Url => self.text_or_null(&mut mention.url)?,
            Field::Lang => self.text_or_null(&mut mention.lang)?,
            Field::Kind => self.text_or_null(&mut mention.kind)?,
            Field::InReplyTo => self.text_or_null(&mut mention.in_reply_to)?,
            Field::Followers => {
                mention.followers = match self.peek()? {
                    b'n' => self.null().map(|()| None)?,
                    _ => Some(self.whole()?),
                };
            }
            Field::Platform => mention.platform = known_platform(self.plain_text()?)?,
            Field::PublishedAt => mention.published_at = instant(self.plain_text()?).ok()?,
            Field::Engagement => mention.engagement = self.engagement()?,
        }
        Some(())
    }

    fn engagement(&mut self) -> Option<Engagement> {
        let mut counts = Engagement::default();
        let mut n_fields = 0;
        self.skip(b'{')?;
        loop {
            let place = match self.plain_text()? {
                "likes" => &mut counts.likes,
                "reposts" => &mut counts.reposts,
                "replies" => &mut counts.replies,
                _ => return None,
            };
            self.skip(b':')?;
            *place = self.whole()?;
            n_fields += 1;
            match self.next()? {
                b',' if n_fields < 3 => {}
                b'}' => return Some(counts),
                _ => return None,
            }
        }
    }

    fn bytes(&self) -> &'a [u8] {
        self.line.as_bytes()
    }

    /// The next byte that is no white space, which is left where it is.
    #[inline]
    fn peek(&mut self) -> Option<u8> {
        loop {
            let byte = *self.bytes().get(self.at)?;
            if !matches!(byte, b' ' | b'\t' | b'\r' | b'\n') {
                return Some(byte);
            }
            self.at += 1;
        }
    }

    #[inline]
    fn next(&mut self) -> Option<u8> {
        let byte = self.peek()?;
        self.at += 1;
        Some(byte)
    }

    #[inline]
    fn skip(&mut self, byte: u8) -> Option<()> {
        (self.next()? == byte).then_some(())
    }

    fn null(&mut self) -> Option<()> {
        let is_null = self.bytes().get(self.at..)?.starts_with(b"null");
        self.at += 4;
        is_null.then_some(())
    }

    /// A whole number of at most 19 digits, as JSON writes it.
    fn whole(&mut self) -> Option<u64> {
        let first = self.peek()?;
        let digits = &self.bytes()[self.at..];
        let n_digits = digits.iter().take_while(|byte| byte.is_ascii_digit());
        let n_digits = n_digits.count();
        let is_fine = (1..=19).contains(&n_digits) && (first != b'0' || n_digits == 1);
        if !is_fine || matches!(digits.get(n_digits), Some(b'.' | b'e' | b'E')) {
            return None;
        }
        self.at += n_digits;
        let digits = digits[..n_digits].iter();
        Some(digits.fold(0, |sum, digit| sum * 10 + u64::from(digit - b'0')))
    }

    /// A text in which nothing is escaped.
    #[inline]
    fn plain_text(&mut self) -> Option<&'a str> {
        self.skip(b'"')?;
        let begin = self.at;
        let end = end_of_plain(self.bytes(), begin);
        self.at = end + 1;
        match self.bytes().get(end)? {
            b'"' => self.line.get(begin..end),
            _ => None,
        }
    }

    fn text_or_null(&mut self, place: &mut Option<String>) -> Option<()> {
        if self.peek()? == b'n' {
            *place = None;
            return self.null();
        }
        self.text(place.get_or_insert_default())
    }

    fn text(&mut self, place: &mut String) -> Option<()> {
        self.skip(b'"')?;
        place.clear();
        loop {
            let begin = self.at;
            self.at = end_of_plain(self.bytes(), begin);
            place.push_str(self.line.get(begin..self.at)?);
            let special = *self.bytes().get(self.at)?;
            self.at += 1;
            match special {
                b'"' => return Some(()),
                b'\\' => place.push(self.escaped()?),
                _ => return None,
            }
        }
    }

    /// What stands behind a backslash.
    fn escaped(&mut self) -> Option<char> {
        let letter = *self.bytes().get(self.at)?;
        self.at += 1;
        Some(match letter {
            b'"' | b'\\' | b'/' => char::from(letter),
            b'n' => '\n',
            b't' => '\t',
            b'r' => '\r',
            b'b' => '\u{8}',
            b'f' => '\u{c}',
            b'u' => {
                let unit = self.unit()?;
                if !(0xd800..0xdc00).contains(&unit) {
                    // None for the second half of a pair by itself.
                    return char::from_u32(unit);
                }
                let more = self.bytes().get(self.at..)?;
                if !more.starts_with(b"\\u") {
                    return None;
                }
                self.at += 2;
                let second = self.unit()?;
                if !(0xdc00..0xe000).contains(&second) {
                    return None;
                }
                char::from_u32(0x1_0000 + ((unit - 0xd800) << 10) + (second - 0xdc00))?
            }
            _ => return None,
        })
    }

    /// Four hexadecimal digits.
    fn unit(&mut self) -> Option<u32> {
        let digits = self.bytes().get(self.at..self.at + 4)?;
        self.at += 4;
        digits.iter().try_fold(0, |unit, digit| {
            Some(unit << 4 | char::from(*digit).to_digit(16)?)
        })
    }
}

/// What did not come, and what an earlier mention left in its place.
fn clear_others(seen: &Seen, mention: &mut Mention) {
    let texts = [
        (Field::Author, &mut mention.author),
        (Field::AuthorName, &mut mention.author_name),
        (Field::Url, &mut mention.url),
        (Field::Lang, &mut mention.lang),
        (Field::Kind, &mut mention.kind),
        (Field::InReplyTo, &mut mention.in_reply_to),
    ];
    for (field, place) in texts {
        if !seen.has(field) {
            *place = None;
        }
    }
    if !seen.has(Field::Id) {
        mention.id.clear();
    }
    if !seen.has(Field::Platform) {
        mention.platform = Platform::Other;
    }
    if !seen.has(Field::Followers) {
        mention.followers = None;
    }
    if !seen.has(Field::Engagement) {
        mention.engagement = Engagement::default();
    }
    mention.extra.clear();
}

/// Where the first quote, backslash or control character stands from `at` on; the length
/// when there is none.
#[inline]
fn end_of_plain(bytes: &[u8], mut at: usize) -> usize {
    const ONES: u64 = u64::MAX / 0xff;
    const HIGH: u64 = ONES << 7;
    let (eights, rest) = bytes.get(at..).unwrap_or_default().as_chunks::<8>();
    for eight in eights {
        let eight = u64::from_le_bytes(*eight);
        // In each, the lowest high bit is that of the first byte that is meant: what is
        // carried away from a byte only reaches those behind it.
        let control = eight.wrapping_sub(ONES * 0x20);
        let quote = (eight ^ (ONES * u64::from(b'"'))).wrapping_sub(ONES);
        let backslash = (eight ^ (ONES * u64::from(b'\\'))).wrapping_sub(ONES);
        let found = (control | quote | backslash) & !eight & HIGH;
        if found != 0 {
            return at + found.trailing_zeros() as usize / 8;
        }
        at += 8;
    }
    let is_special = |byte: &u8| matches!(byte, b'"' | b'\\' | 0..0x20);
    at + rest.iter().position(is_special).unwrap_or(rest.len())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::source::wire::read_slowly;

    /// Whatever this reads, the slow way reads the same; says whether it did.
    fn check(line: &str) -> bool {
        // What was there before must not show.
        let before = r#"{"id":"9","platform":"x","author":"a","author_name":"b","followers":1,"text":"c",
            "url":"d","lang":"nl","published_at":"2020-01-01T00:00:00Z","kind":"post",
            "in_reply_to":"e","engagement":{"likes":1,"reposts":2,"replies":3},"more":true}"#;
        let mut quick = Mention::default();
        read_slowly(before, &mut quick).unwrap();
        let is_read = read(line, &mut quick);
        if is_read {
            let mut slow = Mention::default();
            assert_eq!(read_slowly(line, &mut slow), Ok(()), "{line}");
            assert_eq!(quick, slow, "{line}");
        }
        is_read
    }

    #[test]
    fn what_is_usual_is_read() {
        for line in [
            r#"{"text":"","published_at":"2026-03-02T08:14:09+01:00"}"#,
            r#" { "text" : "a" , "published_at" : "2026-03-02T08:14:09.25Z" , "author":null } "#,
            r#"{"id":"m1","platform":"X","author":"anna","followers":812,"text":"Drie uur\n\"wachten\" \u00e9\u00e9n \ud83d\ude21 caf\u00e9 https:\/\/t.example\/1 é 😡","url":"https://x.example/1","lang":"nl","published_at":"2026-03-02T07:14:09Z"}"#,
            r#"{"text":"a","published_at":"2026-03-02T07:14:09Z","kind":"reply","in_reply_to":"7","author_name":"Anna","engagement":{"likes":3,"reposts":0,"replies":9999999999999999999}}"#,
        ] {
            assert!(check(line), "{line}");
        }
    }

    #[test]
    fn what_is_not_is_left() {
        let with =
            |more: &str| format!(r#"{{"text":"a","published_at":"2026-03-02T07:14:09Z",{more}}}"#);
        for more in [
            r#""text":"b""#,
            r#""mood":1"#,
            r#""id":7"#,
            r#""followers":"812""#,
            r#""followers":-1"#,
            r#""followers":012"#,
            r#""followers":1e3"#,
            r#""followers":99999999999999999999"#,
            r#""platform":"hyves""#,
            r#""engagement":{"likes":1,"views":2}"#,
            r#""engagement":{}"#,
            r#""author":"\ud83d""#,
            r#""author":"\ude21""#,
            r#""author":"\x""#,
            "\"author\":\"a\tb\"",
            r#""author":"a"#,
            r#""\u0069d":"1""#,
            "",
        ] {
            assert!(!check(&with(more)), "{more}");
        }
        assert!(!check(r#"{"text":"a","published_at":"yesterday"}"#));
        assert!(!check(r#"{"text":"a"}"#) && !check("{}") && !check(""));
        let whole = with(r#""id":"1""#);
        assert!(check(&whole) && !check(&format!("{whole}x")));
        for end in (0..whole.len()).filter(|end| *end < whole.len()) {
            assert!(!check(&whole[..end]), "{end}");
        }
    }

    fn value() -> impl Strategy<Value = String> {
        let text = r#"([a-z éß😡]|\\n|\\"|\\\\|\\/|\\u00e9|\\ud83d\\ude21|\\u12|\\ud83d){0,9}"#;
        prop_oneof![
            6 => text.prop_map(|text| format!("\"{text}\"")),
            2 => "[0-9]{1,22}",
            2 => Just(r#""2026-03-02T08:14:09+01:00""#.to_owned()),
            2 => "\"20[0-9]{2}-[01][0-9]-[0-3][0-9]T[0-2][0-9]:[0-6][0-9]:[0-6][0-9]Z\"",
            1 => "\"(x|X|news|Twitter| blog |hyves)\"",
            1 => "(null|true|-1|1[.]5|\\[\\]|nul|\\{\"likes\":[0-9],\"replies\":\"?[0-9]\"?\\})",
        ]
    }

    proptest! {
        #[test]
        fn it_gives_the_same_or_nothing(
            fields in proptest::collection::vec((0..14_usize, value(), "[ \n\t]?"), 0..8),
            text in value(),
            at in value(),
        ) {
            const NAMES: [&str; 14] = [
                "id", "platform", "author", "author_name", "followers", "url", "lang", "kind",
                "in_reply_to", "engagement", "text", "published_at", "views", "i\\u0064",
            ];
            let fields = fields.iter().map(|(name, value, space)| {
                format!("{space}\"{}\"{space}:{space}{value}{space}", NAMES[*name])
            });
            let must = [format!("\"text\":{text}"), format!("\"published_at\":{at}")];
            let all: Vec<String> = must.into_iter().chain(fields).collect();
            check(&format!("{{{}}}", all.join(",")));
        }

        #[test]
        fn it_reads_whatever_we_write(
            texts in proptest::collection::vec(proptest::option::of(any::<String>()), 6),
            text in any::<String>(),
            second in 0..4_000_000_000_i64,
            (followers, likes) in (proptest::option::of(0..u64::from(u32::MAX)), 0..99_u64),
        ) {
            let mut texts = texts.into_iter();
            let mut next = || texts.next().flatten();
            let mention = Mention {
                author: next(),
                author_name: next(),
                url: next(),
                lang: next(),
                kind: next(),
                in_reply_to: next(),
                text,
                followers,
                published_at: chrono::DateTime::from_timestamp(second, 0).unwrap(),
                engagement: Engagement { likes, ..Engagement::default() },
                ..Mention::default()
            };
            prop_assert!(check(&serde_json::to_string(&mention.complete()).unwrap()));
        }

        #[test]
        fn a_special_byte_is_found_where_it_stands(
            bytes in proptest::collection::vec(any::<u8>(), 0..40),
            from in 0..45_usize,
        ) {
            let special = |byte: &u8| matches!(byte, b'"' | b'\\') || *byte < 0x20;
            let from = from.min(bytes.len());
            let slow = bytes[from..].iter().position(special);
            prop_assert_eq!(end_of_plain(&bytes, from), slow.map_or(bytes.len(), |at| from + at));
        }
    }
}
