//! A curve against its usual, drawn for a page: mentions in time, the band that
//! is usual, stretches in which we could not hear, and marks for what happened.
//!
//! [`figure`] is all a page needs: the picture, its legend and, for who does not
//! see it or wants the numbers, the same as a table. Pages forbid inline style, so
//! everything looks as the classes in `room.css` say (`chart-*`); it reads in
//! black and white, for each mark has a shape of its own and the band has edges.
//!
//! ```
//! use draaiboek::domain::chart::{Band, Chart, Mark, MarkKind, Point, figure};
//! use draaiboek::domain::text::Language;
//! use draaiboek::domain::words::Words;
//!
//! let words = Words::new(Language::En, "Europe/Amsterdam");
//! let mut chart = Chart::new("bakery", "Bakery", words, 0, 7_200);
//! let usual = Some(Band { low: 1.0, mean: 3.0, high: 5.0 });
//! chart.points.push(Point { from: 0, until: 3_600, count: 4, usual, is_running: false });
//! chart.marks.push(Mark { at: 1_800, kind: MarkKind::Phase, label: "Information".to_owned() });
//! assert!(figure(&chart).starts_with("<figure class=\"chart\">"));
//! ```

pub mod axis;

mod draw;

mod table;

use crate::domain::markup::escaped;
use crate::domain::time::Timestamp;
use crate::domain::words::Words;

/// What is usual in a stretch of time, in mentions: four times of five it is
/// between `low` and `high`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Band {
    pub low: f64,
    pub mean: f64,
    pub high: f64,
}

/// What came in a stretch of time; seconds since 1970.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Point {
    pub from: i64,
    pub until: i64,
    pub count: u64,
    /// `None` while nothing is known of what is usual.
    pub usual: Option<Band>,
    /// It is not over yet, so its count still grows: drawn apart.
    pub is_running: bool,
}

/// What happened, each with a shape of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum MarkKind {
    /// It became unusually loud, or a trigger fired.
    Alarm,
    Phase,
    Publication,
}

impl MarkKind {
    /// As it ends the name of a class.
    pub fn name(self) -> &'static str {
        match self {
            Self::Alarm => "alarm",
            Self::Phase => "phase",
            Self::Publication => "publication",
        }
    }

    /// Its shape, as letters have it.
    fn sign(self) -> &'static str {
        match self {
            Self::Alarm => "▼",
            Self::Phase => "■",
            Self::Publication => "●",
        }
    }

    fn word(self, words: Words) -> &'static str {
        match self {
            Self::Alarm => words.pick("alarm", "alarm"),
            Self::Phase => words.pick("fase", "phase"),
            Self::Publication => words.pick("publicatie", "publication"),
        }
    }
}

/// Something that happened at a second since 1970.
#[derive(Debug, Clone, PartialEq)]
pub struct Mark {
    pub at: i64,
    pub kind: MarkKind,
    /// What it was, in the reader's language; may hold anything.
    pub label: String,
}

/// What is drawn. Times are seconds since 1970.
#[derive(Debug, Clone)]
pub struct Chart {
    /// Of its own on the page: names of elements are made of it.
    pub id: String,
    pub title: String,
    pub words: Words,
    pub from: i64,
    pub until: i64,
    /// In order, without overlap.
    pub points: Vec<Point>,
    /// In which nothing could be heard: from, until.
    pub gaps: Vec<(i64, i64)>,
    pub marks: Vec<Mark>,
    /// Of the picture, in its own units; letters are 14 high.
    pub size: (u32, u32),
    /// Whether the numbers stand below it as a table.
    pub has_table: bool,
}

impl Chart {
    /// With nothing in it yet, of the size that fits a phone and a card.
    pub fn new(id: &str, title: &str, words: Words, from: i64, until: i64) -> Self {
        Self {
            id: id.to_owned(),
            title: title.to_owned(),
            words,
            from,
            until: until.max(from.saturating_add(1)),
            points: Vec::new(),
            gaps: Vec::new(),
            marks: Vec::new(),
            size: (480, 200),
            has_table: true,
        }
    }

    /// The letters and digits of `id`.
    fn key(&self) -> String {
        let letter = |letter: char| match letter {
            letter if letter.is_ascii_alphanumeric() => letter,
            _ => '-',
        };
        self.id.chars().map(letter).collect()
    }

    /// In one sentence or two, for who does not see the picture.
    pub fn described(&self) -> String {
        let words = self.words;
        let (nl, en) = ("Van", "From");
        let mut text = format!(
            "{} {} {} {}: ",
            words.pick(nl, en),
            words.full(instant(self.from)),
            words.pick("tot", "to"),
            words.full(instant(self.until)),
        );
        let total = self.points.iter().map(|point| point.count);
        let total = total.fold(0, u64::saturating_add);
        text.push_str(&words.count(total, "mentions"));
        let most = self.points.iter().rev().max_by_key(|point| point.count);
        if let Some(most) = most.filter(|most| most.count > 0) {
            let when = words.full(instant(most.from));
            let n = words.number(most.count);
            let (nl, en) = ("het drukst vanaf", "busiest from");
            text.push_str(&format!("; {} {when}: {n}", words.pick(nl, en)));
            if let Some(usual) = most.usual {
                let (nl, en) = ("gewoon is dan", "usually");
                text.push_str(&format!(", {} {}", words.pick(nl, en), range(usual, words)));
            }
        }
        text.push('.');
        for mark in self.marks.iter().take(20) {
            let (word, when) = (mark.kind.word(words), words.full(instant(mark.at)));
            text.push_str(&format!(" {word}, {when}: {}.", mark.label));
        }
        if !self.gaps.is_empty() {
            let (nl, en) = (
                " Er zijn stukken waarin we niet alles zagen.",
                " There are stretches in which we did not see all.",
            );
            text.push_str(words.pick(nl, en));
        }
        text
    }
}

/// `9–20`: between which whole numbers it usually is.
pub fn range(usual: Band, words: Words) -> String {
    let (low, high) = (whole(usual.low.floor()), whole(usual.high.ceil()));
    match low == high {
        true => words.number(low),
        false => format!("{}–{}", words.number(low), words.number(high)),
    }
}

/// The picture, its legend and, when wanted, its numbers: HTML, in which all text
/// is escaped.
pub fn figure(chart: &Chart) -> String {
    let mut html = String::from("<figure class=\"chart\">\n");
    html.push_str(&draw::picture(chart));
    html.push_str(&legend(chart));
    if chart.has_table {
        html.push_str(&table::table(chart));
    }
    html.push_str("</figure>\n");
    html
}

/// What each shape means; only of what is there.
fn legend(chart: &Chart) -> String {
    let words = chart.words;
    let mut html = String::from("<figcaption class=\"chart-legend\">");
    let mut entry = |class: &str, sign: &str, word: &str| {
        html.push_str(&format!(
            "<span><span class=\"chart-key-{class}\" aria-hidden=\"true\">{sign}</span> {}</span> ",
            escaped(word)
        ));
    };
    let seconds = chart
        .points
        .first()
        .map_or(3_600, |point| point.until - point.from);
    let each = match seconds.div_euclid(3_600) {
        0 => words.pick("vermeldingen", "mentions").to_owned(),
        1 => words
            .pick("vermeldingen per uur", "mentions an hour")
            .to_owned(),
        24 => words
            .pick("vermeldingen per dag", "mentions a day")
            .to_owned(),
        hours => format!(
            "{} {hours} {}",
            words.pick("vermeldingen per", "mentions per"),
            words.pick("uur", "hours")
        ),
    };
    entry("line", "━", &each);
    if chart.points.iter().any(|point| point.usual.is_some()) {
        entry("band", "▒", words.pick("gewoon", "usual"));
    }
    if !chart.gaps.is_empty() {
        entry(
            "gap",
            "▨",
            words.pick("niet alles gezien", "not all was seen"),
        );
    }
    for kind in [MarkKind::Alarm, MarkKind::Phase, MarkKind::Publication] {
        if chart.marks.iter().any(|mark| mark.kind == kind) {
            entry(kind.name(), kind.sign(), kind.word(words));
        }
    }
    html.push_str("</figcaption>\n");
    html
}

/// The moment of a second; of one that no calendar has, 1970.
fn instant(second: i64) -> Timestamp {
    Timestamp::from_timestamp(second, 0).unwrap_or_default()
}

/// Nothing below zero, and nothing that is no number.
fn whole(number: f64) -> u64 {
    // Saturates, and what is no number is 0.
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "rounded, and never below 0"
    )]
    let whole = number.max(0.0) as u64;
    whole
}

#[cfg(test)]
mod tests;
