//! Reads mentions from a table: CSV, with commas, semicolons or tabs.
//!
//! For exports of other tools, so it takes their habits: spaces after commas,
//! a byte-order mark, a line before the header, times written in many ways,
//! columns with other names, numbers with thousand marks, formulas around links.

use std::io::{BufRead, Read};

use chrono_tz::Tz;
use csv::{ByteRecord, ReaderBuilder, Trim};
use serde_json::Value;

use super::body::without_mark;
use super::encoding;
use super::moments::{Writing, parse_moment};
use super::vocabulary::{COMMON, Preset, language_tag, platform_at, platform_called, same};
use super::wire::{Reject, known_platform};
use crate::domain::mention::{DAY_ONLY, Engagement, Mention, Platform};
use crate::domain::time::Timestamp;

/// What a column can hold; the names are those of the wire, and behind them
/// what is only in tables: a time beside its day, and what stands over a text.
const FIELDS: [&str; 17] = [
    "id",
    "platform",
    "author",
    "author_name",
    "followers",
    "text",
    "url",
    "lang",
    "published_at",
    "kind",
    "in_reply_to",
    "likes",
    "reposts",
    "replies",
    "time",
    "headline",
    "opening",
];

/// Fields that only stand for a header when the table is guessed or a preset.
const N_OWN: usize = 14;

/// Lines that may stand before the header.
const MOST_BEFORE: usize = 5;

/// How a table is to be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reading {
    /// Which header stands for which field, as in `("published_at", "Timestamp")`.
    pub columns: Vec<(String, String)>,
    pub preset: Option<Preset>,
    /// Whether headers that other tools use stand for our fields.
    pub guesses: bool,
    /// Where a time without an offset was read off the clock.
    pub zone: Tz,
    /// Whether `03/02/2026` is the second of March.
    pub month_first: bool,
}

impl Reading {
    /// By our own names and these columns only; times without an offset are UTC.
    pub fn plain(columns: &[(String, String)]) -> Self {
        Self {
            columns: columns.to_vec(),
            preset: None,
            guesses: false,
            zone: Tz::UTC,
            month_first: false,
        }
    }

    /// The same, but what other tools call our fields is known too, and times
    /// without an offset are of a zone.
    pub fn guessed(columns: &[(String, String)], zone: Tz) -> Self {
        Self {
            guesses: true,
            zone,
            ..Self::plain(columns)
        }
    }
}

/// By column: its header, and the field it holds.
type Columns = Vec<(String, Option<&'static str>)>;

/// Counts the quotes that go by: an odd number means that one was never closed.
struct Quotes<R> {
    reader: R,
    is_odd: bool,
    /// Nothing comes any more.
    is_at_end: bool,
}

impl<R: Read> Read for Quotes<R> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let length = self.reader.read(buffer)?;
        let read = buffer.get(..length).unwrap_or_default();
        let n_quotes = read.iter().filter(|byte| **byte == b'"').count();
        self.is_odd ^= n_quotes % 2 == 1;
        self.is_at_end |= length == 0 && !buffer.is_empty();
        Ok(length)
    }
}

/// A table that is being read, row by row.
pub struct Table<R> {
    reader: csv::Reader<Quotes<R>>,
    columns: Columns,
    reading: Reading,
    record: ByteRecord,
    /// The CSV reader counts a `\r\n` only with the row after it.
    late_lines: u64,
    /// Where and why it could not be read further.
    broken_off: Option<Reject>,
}

impl<R: BufRead> Table<R> {
    /// Reads the header.
    pub fn new(mut reader: R, reading: &Reading) -> Result<Self, String> {
        let start = reader.fill_buf().map_err(|error| error.to_string())?;
        let marked = start.len() - without_mark(start).len();
        let delimiter = delimiter_of(&start[marked..]);
        let first_line = start.split(|byte| *byte == b'\n').next();
        let late_lines = u64::from(first_line.is_some_and(|line| line.ends_with(b"\r")));
        reader.consume(marked);
        let mut reader = ReaderBuilder::new()
            .delimiter(delimiter)
            .flexible(true)
            .has_headers(false)
            .trim(Trim::All)
            .from_reader(Quotes {
                reader,
                is_odd: false,
                is_at_end: false,
            });
        let mut reading = reading.clone();
        let columns = find_header(&mut reader, &mut reading)?;
        Ok(Self {
            columns,
            reading,
            reader,
            record: ByteRecord::new(),
            late_lines,
            broken_off: None,
        })
    }

    /// The preset that was given, or that the header gave away.
    pub fn preset(&self) -> Option<Preset> {
        self.reading.preset
    }

    /// Where and why it could not be read further, once all was read.
    pub(super) fn broken_off(self) -> Option<Reject> {
        self.broken_off
    }

    /// Which header stands for which field.
    pub fn mapping(&self) -> Vec<(&'static str, String)> {
        let columns = self.columns.iter();
        columns
            .filter_map(|(header, field)| Some(((*field)?, header.clone())))
            .collect()
    }
}

/// The header, which may have lines before it: `sep=;`, or a title.
fn find_header(
    reader: &mut csv::Reader<impl Read>,
    reading: &mut Reading,
) -> Result<Columns, String> {
    let mut first_error = None;
    let mut record = ByteRecord::new();
    for _ in 0..MOST_BEFORE {
        let has_read = reader.read_byte_record(&mut record);
        if !has_read.map_err(|error| format!("the header cannot be read: {error}"))? {
            break;
        }
        let headers: Vec<String> = record
            .iter()
            .map(|header| encoding::cell(header).into_owned())
            .collect();
        if reading.guesses && reading.preset.is_none() {
            reading.preset = Preset::of(&headers);
        }
        match assign(headers, reading) {
            Ok(columns) => return Ok(columns),
            Err(why) => first_error.get_or_insert(why),
        };
    }
    Err(first_error.unwrap_or_else(|| no_time("")))
}

/// The sign that cuts the header best, outside quotes; `sep=;` names it.
fn delimiter_of(start: &[u8]) -> u8 {
    let named = start.strip_prefix(b"sep=").and_then(|rest| rest.first());
    if let Some(named @ (b',' | b';' | b'\t')) = named {
        return *named;
    }
    let lines = start.split(|byte| *byte == b'\n').take(MOST_BEFORE);
    let mut best = lines.map(best_delimiter).filter(|(_, count)| *count > 0);
    best.next().map_or(b',', |best| best.0)
}

fn best_delimiter(line: &[u8]) -> (u8, usize) {
    let mut counts = [(b',', 0), (b';', 0), (b'\t', 0)];
    let mut in_quotes = false;
    for &byte in line {
        in_quotes ^= byte == b'"';
        for (delimiter, count) in &mut counts {
            *count += usize::from(!in_quotes && byte == *delimiter);
        }
    }
    let [comma, semicolon, tab] = counts;
    [semicolon, tab].into_iter().fold(
        comma,
        |best, next| if next.1 > best.1 { next } else { best },
    )
}

fn assign(headers: Vec<String>, reading: &Reading) -> Result<Columns, String> {
    let known = headers.join(", ");
    let mut columns: Columns = headers.into_iter().map(|header| (header, None)).collect();
    for (field, header) in &reading.columns {
        let field = FIELDS
            .into_iter()
            .find(|known| known == field)
            .ok_or_else(|| {
                format!(
                    "there is no field `{field}`; there are {}",
                    FIELDS.join(", ")
                )
            })?;
        let column = columns
            .iter_mut()
            .find(|(known, _)| known.eq_ignore_ascii_case(header.trim()))
            .ok_or_else(|| format!("there is no column `{header}`; there are {known}"))?;
        column.1 = Some(field);
    }
    for (field, headers) in reading.preset.iter().flat_map(|preset| preset.columns()) {
        give(&mut columns, field, headers);
    }
    for field in &FIELDS[..N_OWN] {
        give(&mut columns, field, &[field]);
    }
    if reading.guesses {
        for (field, headers) in &COMMON {
            give(&mut columns, field, headers);
        }
    }
    let has_time = columns
        .iter()
        .any(|(_, field)| *field == Some("published_at"));
    has_time.then_some(columns).ok_or_else(|| no_time(&known))
}

fn no_time(known: &str) -> String {
    if known.trim().is_empty() {
        return "there is nothing in it".to_owned();
    }
    if known.chars().any(char::is_control) {
        return "this is no text: neither a table nor JSON; save it as CSV first".to_owned();
    }
    format!(
        "no column says when a mention was published; \
         say which one does with --columns published_at=NAME; there are {known}"
    )
}

/// Gives a field, when it has no column, the first of these headers that is free.
fn give(columns: &mut Columns, field: &'static str, headers: &[&str]) {
    if columns.iter().any(|(_, assigned)| *assigned == Some(field)) {
        return;
    }
    for header in headers {
        let free = columns
            .iter_mut()
            .find(|(known, assigned)| assigned.is_none() && same(known, header));
        if let Some(column) = free {
            column.1 = Some(field);
            return;
        }
    }
}

impl<R: Read> Iterator for Table<R> {
    type Item = Result<Mention, Reject>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.broken_off.is_some() {
            return None;
        }
        let read = self.reader.read_byte_record(&mut self.record);
        let line = self
            .record
            .position()
            .map_or(0, |position| position.line() + self.late_lines);
        let line = usize::try_from(line).unwrap_or(usize::MAX);
        match read {
            // All that follows a quote that is never closed looks like one text.
            Ok(true) if self.swallowed_the_rest() => {
                let reason = "a quote is opened here and never closed, so that all that follows \
                              looks like one text";
                let reason = reason.to_owned();
                self.broken_off = Some(Reject { line, reason });
                return None;
            }
            Ok(true) => {}
            Ok(false) => return None,
            Err(error) => {
                let reason = format!("the table cannot be read further: {error}");
                self.broken_off = Some(Reject { line, reason });
                return None;
            }
        }
        Some(self.mention().map_err(|reason| Reject { line, reason }))
    }
}

impl<R: Read> Table<R> {
    /// Whether the row that was just read is the last, goes over several lines, and
    /// ends within quotes.
    fn swallowed_the_rest(&self) -> bool {
        let begins = self.record.position().map_or(0, csv::Position::line);
        let quotes = self.reader.get_ref();
        quotes.is_odd && quotes.is_at_end && self.reader.position().line() > begins + 1
    }
}

impl<R> Table<R> {
    fn mention(&self) -> Result<Mention, String> {
        let mut mention = Mention {
            id: String::new(),
            platform: Platform::Other,
            author: None,
            author_name: None,
            followers: None,
            text: String::new(),
            url: None,
            lang: None,
            published_at: Timestamp::UNIX_EPOCH,
            kind: None,
            in_reply_to: None,
            engagement: Engagement::default(),
            extra: serde_json::Map::new(),
        };
        let (mut day, mut time) = (String::new(), String::new());
        let (mut headline, mut opening) = (String::new(), String::new());
        for ((header, field), cell) in self.columns.iter().zip(&self.record) {
            let cell = encoding::cell(cell);
            let cell = unwrapped(&cell);
            if cell.is_empty() {
                continue;
            }
            match field {
                Some("published_at") => cell.clone_into(&mut day),
                Some("time") => cell.clone_into(&mut time),
                Some("headline") => cell.clone_into(&mut headline),
                Some("opening") => cell.clone_into(&mut opening),
                Some(field) => put(&mut mention, field, cell),
                None => {
                    let value = Value::String(cell.to_owned());
                    mention.extra.insert(format!("column_{header}"), value);
                }
            }
        }
        self.set_time(&mut mention, &day, &time)?;
        mention.text = joined(&[&headline, &opening, &mention.text]);
        if self.reading.preset.is_some() || self.reading.guesses {
            interpret(&mut mention, !headline.is_empty());
        }
        Ok(mention.complete())
    }

    /// From one cell, or from one with the day and one with the time.
    fn set_time(&self, mention: &mut Mention, day: &str, time: &str) -> Result<(), String> {
        if day.is_empty() {
            return Err("the row does not say when it was published".to_owned());
        }
        let writing = Writing {
            zone: self.reading.zone,
            month_first: self.reading.month_first,
        };
        let mut moment = parse_moment(day, writing)?;
        if moment.is_day && !time.is_empty() {
            moment = parse_moment(&format!("{day} {time}"), writing)?;
        }
        if moment.is_day {
            let extra = &mut mention.extra;
            extra.insert(DAY_ONLY.to_owned(), Value::Bool(true));
        }
        mention.published_at = moment.at;
        Ok(())
    }
}

/// What a spreadsheet wraps around a cell: `="123"` keeps a number a text,
/// `=HYPERLINK("url";"words")` is the link, and a `'` keeps a formula from
/// being one. Nothing is ever worked out.
fn unwrapped(cell: &str) -> &str {
    if let Some(inner) = cell
        .strip_prefix("=\"")
        .and_then(|rest| rest.strip_suffix('"'))
    {
        return inner.trim();
    }
    let is_link = cell
        .get(..11)
        .is_some_and(|start| start.eq_ignore_ascii_case("=HYPERLINK("));
    if is_link && let Some(url) = cell.split('"').nth(1) {
        return url.trim();
    }
    match cell.strip_prefix('\'') {
        Some(rest) if rest.starts_with(['=', '+', '-', '@']) => rest,
        _ => cell,
    }
}

/// The pieces of a text, without those that another one holds already.
fn joined(pieces: &[&str]) -> String {
    let mut text = String::new();
    for (number, piece) in pieces.iter().enumerate() {
        let is_in_another = pieces[number + 1..]
            .iter()
            .any(|later| later.contains(piece.trim_end_matches(['.', '…'])));
        if piece.is_empty() || is_in_another || text.contains(piece) {
            continue;
        }
        if !text.is_empty() {
            text.push('\n');
        }
        text.push_str(piece);
    }
    text
}

/// Makes of another tool's words what we call it.
fn interpret(mention: &mut Mention, has_headline: bool) {
    let sent = mention.extra.get("sent_platform").and_then(Value::as_str);
    if mention.platform == Platform::Other {
        let called = sent.and_then(platform_called);
        let at = || mention.url.as_deref().and_then(platform_at);
        // An outlet's name says no platform, but what has a headline is news.
        let news = || (has_headline && sent.is_some()).then_some(Platform::News);
        mention.platform = called.or_else(at).or_else(news).unwrap_or_default();
    }
    if let Some(language) = &mut mention.lang {
        *language = language_tag(language);
    }
    let id = mention.id.trim_matches(['"', '\'', ' ']);
    // A spreadsheet rounds long numbers, and many mentions get the same one.
    let is_rounded = id.contains("E+") && id.replace(',', ".").parse::<f64>().is_ok();
    mention.id = match (is_rounded || id.is_empty(), &mention.url) {
        (false, _) => id.to_owned(),
        (true, Some(url)) => url.clone(),
        (true, None) => String::new(),
    };
}

/// What is not a count or a platform is kept as it stands, as on the wire.
fn put(mention: &mut Mention, field: &str, cell: &str) {
    let owned = cell.to_owned();
    let count = count_of(cell);
    let is_taken = match field {
        "id" => set(&mut mention.id, Some(owned)),
        "platform" => set(&mut mention.platform, known_platform(cell)),
        "author" => set(&mut mention.author, Some(Some(owned))),
        "author_name" => set(&mut mention.author_name, Some(Some(owned))),
        "followers" => set(&mut mention.followers, count.map(Some)),
        "text" => set(&mut mention.text, Some(owned)),
        "url" => set(&mut mention.url, Some(Some(owned))),
        "lang" => set(&mut mention.lang, Some(Some(owned))),
        "kind" => set(&mut mention.kind, Some(Some(owned))),
        "in_reply_to" => set(&mut mention.in_reply_to, Some(Some(owned))),
        "likes" => set(&mut mention.engagement.likes, count),
        "reposts" => set(&mut mention.engagement.reposts, count),
        "replies" => set(&mut mention.engagement.replies, count),
        _ => false,
    };
    if !is_taken {
        let value = Value::String(cell.to_owned());
        mention.extra.insert(format!("sent_{field}"), value);
    }
}

fn set<T>(place: &mut T, value: Option<T>) -> bool {
    value.is_some_and(|value| {
        *place = value;
        true
    })
}

/// A whole number as people and programs write it: `1.234`, `1,234`, `1 234`,
/// `12,5K`, `7.0`. Groups of three are thousands, whatever the sign between.
fn count_of(cell: &str) -> Option<u64> {
    let (digits, factor) = match cell.char_indices().next_back()? {
        (at, 'k' | 'K') => (&cell[..at], 1_000.0),
        (at, 'm' | 'M') => (&cell[..at], 1_000_000.0),
        _ => (cell, 1.0),
    };
    let is_mark = |letter: char| matches!(letter, '.' | ',' | ' ' | '\'' | '\u{a0}' | '\u{202f}');
    let digits = digits.trim();
    let groups: Vec<&str> = digits.split(is_mark).collect();
    if groups
        .iter()
        .any(|group| !group.bytes().all(|byte| byte.is_ascii_digit()))
    {
        return None;
    }
    let are_thousands = groups[1..].iter().all(|group| group.len() == 3);
    if are_thousands && factor == 1.0 {
        return groups.concat().parse().ok();
    }
    let (whole, decimals) = groups.split_at(groups.len() - 1);
    let number: f64 = format!("{}.{}", whole.concat(), decimals.concat())
        .parse()
        .ok()?;
    let number = if groups.len() == 1 {
        digits.parse().ok()?
    } else {
        number
    } * factor;
    (number.fract() == 0.0).then_some(number as u64)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &[u8], columns: &[(&str, &str)], expected: &[&str]) {
        let columns: Vec<(String, String)> = columns
            .iter()
            .map(|(field, header)| ((*field).to_owned(), (*header).to_owned()))
            .collect();
        let read: Vec<String> = match Table::new(text, &Reading::plain(&columns)) {
            Err(reason) => vec![reason],
            Ok(table) => table
                .map(|row| match row {
                    Ok(mention) => format!(
                        "{} {} {} {}",
                        mention.id,
                        mention.published_at.timestamp(),
                        mention.platform.name(),
                        mention.text
                    ),
                    Err(reject) => format!("{}: {}", reject.line, reject.reason),
                })
                .collect(),
        };
        assert_eq!(read.len(), expected.len(), "{read:?}");
        for (read, expected) in read.iter().zip(expected) {
            assert!(read.starts_with(expected), "{read:?} {expected:?}");
        }
    }

    #[test]
    fn a_quote_that_is_never_closed_swallows_nothing_unseen() {
        let rows = |second: &str| {
            format!("published_at,text\n2026-10-01T10:00:00Z,a\n2026-10-01T11:00:00Z,{second}")
        };
        let open = rows("\"b\n\n2026-10-01T12:00:00Z,c\n2026-10-01T13:00:00Z,d\n");
        let mut table = Table::new(open.as_bytes(), &Reading::plain(&[])).unwrap();
        assert_eq!(table.by_ref().filter(Result::is_ok).count(), 1);
        let why = table.broken_off().unwrap();
        assert_eq!(why.line, 3, "{why:?}");
        assert!(why.reason.contains("never closed"), "{why:?}");
        // A text over several lines is fine, also as the last thing in the file.
        for closed in ["\"b\nc\n\nd\"", "\"b\nc\n\"\"d\"\"\"\n", "5\" b\n"] {
            let closed = rows(closed);
            let mut table = Table::new(closed.as_bytes(), &Reading::plain(&[])).unwrap();
            assert_eq!(table.by_ref().filter(Result::is_ok).count(), 2);
            assert_eq!(table.broken_off(), None);
        }
    }

    #[test]
    fn reads_what_other_tools_export() {
        check(
            b"Timestamp, Tweet-ID, Included(Y/N)\n\"Fri Nov 29 18:49:59 +0000 2013\",\"406\",Y\n",
            &[("published_at", "Timestamp"), ("id", "Tweet-ID")],
            &["406 1385750999 other "],
        );
        check(
            "\u{feff}published_at;text;id;platform\r\n2013-11-29 22:51:28;\"a;b\r\n\"\"c\"\"\";1;X\r\nsoon;x;2;\r\n".as_bytes(),
            &[],
            &["1 1385765488 x a;b\r\n\"c\"", "4: `soon` is not a time"],
        );
        check(
            b"id\tpublished_at\n1\t1385765488\n2\n",
            &[],
            &["1 1385765488", "3: the row does not"],
        );
    }

    #[test]
    fn says_what_is_wrong_with_the_table() {
        check(b"a,b\n", &[], &["no column says when"]);
        check(
            b"a,b\n",
            &[("published_at", "c")],
            &["there is no column `c`; there are a, b"],
        );
        check(b"a,b\n", &[("when", "a")], &["there is no field `when`"]);
        check(
            b"published_at,text\n1385765488,pati\xebnt\n1385765488,x\n",
            &[],
            &["d", "d"],
        );
        check(b"", &[], &["there is nothing in it"]);
    }

    fn guessed(text: &str) -> Vec<Mention> {
        let reading = Reading {
            guesses: true,
            zone: Tz::Europe__Amsterdam,
            ..Reading::plain(&[])
        };
        let table = Table::new(text.as_bytes(), &reading).unwrap();
        table.map(|row| row.unwrap()).collect()
    }

    #[test]
    fn reads_an_old_and_a_new_export_of_meltwater() {
        let old = "Date,Headline,URL,Opening Text,Hit Sentence,Source,Influencer,Language,Reach,Tweet Id\n\
                   02-Mar-2026 08:14AM,,https://twitter.com/anna/status/115,,Drie uur wachten,Twitter,@anna,Dutch,\"1,812\",\"\"\"115\"\"\"\n\
                   02-Mar-2026 09:00AM,Druk op de SEH,https://courant.example/1,De wachtkamer zat vol.,De wachtkamer zat vol.,De Courant (Web),J. Jansen,Dutch,20000,\n";
        let read = guessed(old);
        let tweet = &read[0];
        assert_eq!((tweet.id.as_str(), tweet.platform), ("115", Platform::X));
        assert_eq!(
            (tweet.text.as_str(), tweet.followers),
            ("Drie uur wachten", Some(1_812))
        );
        assert_eq!(tweet.lang.as_deref(), Some("nl"));
        assert_eq!(tweet.published_at.to_rfc3339(), "2026-03-02T07:14:00+00:00");
        let article = &read[1];
        assert_eq!(article.id, "https://courant.example/1");
        assert_eq!(article.platform, Platform::News);
        assert_eq!(article.text, "Druk op de SEH\nDe wachtkamer zat vol.");
        let new = "junk\nDate\tTime\tDocument ID\tURL\tSource Name\tAuthor Name\tAuthor Handle\tTitle\tOpening Text\tHit Sentence\n\
                   02-Mar-2026\t08:14 AM\tdoc1\thttps://x.com/a/1\tX\tAnna V\t@anna\t\t\tWachten\n";
        let read = guessed(new);
        assert_eq!(read[0].id, "doc1");
        assert_eq!(read[0].author.as_deref(), Some("@anna"));
        assert_eq!(
            read[0].published_at.to_rfc3339(),
            "2026-03-02T07:14:00+00:00"
        );
    }

    #[test]
    fn guesses_what_dutch_headers_mean() {
        let read = guessed(
            "sep=;\r\nDatum;Tijd;Bericht;Geplaatst door;Volgers;Bron;Link;Likes\r\n\
             02-03-2026;08:14;'=Help;anna;1.234;Twitter;\"=HYPERLINK(\"\"https://x.com/a/1\"\";\"\"open\"\")\";12,5K\r\n",
        );
        let one = &read[0];
        assert_eq!(one.published_at.to_rfc3339(), "2026-03-02T07:14:00+00:00");
        assert_eq!((one.text.as_str(), one.platform), ("=Help", Platform::X));
        assert_eq!(one.url.as_deref(), Some("https://x.com/a/1"));
        assert_eq!((one.followers, one.engagement.likes), (Some(1_234), 12_500));
        let read = guessed("datum,tekst,id\n2026-03-02,a,1.23457E+18\n2026-03-02,b,1.23457E+18\n");
        assert_ne!(read[0].id, read[1].id);
        assert_eq!(read[0].extra[DAY_ONLY], true);
    }

    #[test]
    fn counts_have_marks() {
        for (written, count) in [
            ("812", Some(812)),
            ("1.234.567", Some(1_234_567)),
            ("1 234", Some(1_234)),
            ("5,0", Some(5)),
            ("1,2K", Some(1_200)),
            ("2M", Some(2_000_000)),
            ("2,5", None),
            ("many", None),
            ("-3", None),
            (".", None),
        ] {
            assert_eq!(count_of(written), count, "{written}");
        }
    }
}
