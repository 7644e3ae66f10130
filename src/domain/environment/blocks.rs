//! The analysis as plain blocks of text, to paste into a shared crisis system.

use super::{Analysis, Column, Quote, Status, Told};
use crate::domain::text::Language;
use crate::domain::time::Timestamp;
use crate::domain::words::Words;

/// What the blocks are headed by.
#[derive(Debug, Clone, Copy)]
pub struct Head<'a> {
    /// Of the run: its playbook, and its level.
    pub title: &'a str,
    pub level: &'a str,
    /// Which analysis of the run it is, from 1.
    pub number: u32,
    pub at: Timestamp,
    /// The title of the drill.
    pub drill: Option<&'a str>,
}

/// A block a need, with a line between them. Nothing but text: no mark-up, and
/// strangers' words on one line each, behind a sign.
pub fn blocks(words: &Words, head: &Head, analysis: &Analysis) -> String {
    let mut text = heading(words, head, analysis);
    for column in &analysis.columns {
        text.push_str(&block(words, analysis, column));
    }
    text.push_str(&rumours(words, &analysis.rumours));
    text.push_str(&tone(words, analysis));
    text.push_str(&unseen(words, analysis));
    text
}

fn heading(words: &Words, head: &Head, analysis: &Analysis) -> String {
    let mut text = String::new();
    if let Some(drill) = head.drill {
        let exercise = words.pick("OEFENING OEFENING OEFENING", "EXERCISE EXERCISE EXERCISE");
        text.push_str(&format!("{exercise}: {drill}\n"));
    }
    let what = words.pick("OMGEVINGSBEELD", "ENVIRONMENT ANALYSIS");
    text.push_str(&format!(
        "{what} {} - {} ({})\n",
        head.number, head.title, head.level
    ));
    let from = words.clock(analysis.from, head.at);
    let at = words.clock(head.at, head.at);
    let mentions = words.count(analysis.mentions, "mentions");
    text.push_str(&match words.language {
        Language::Nl => format!(
            "Van {from} tot {at}: {mentions}, waarvan {} gelezen.\n\n",
            words.number(analysis.read)
        ),
        Language::En => format!(
            "From {from} until {at}: {mentions}, {} of them read.\n\n",
            words.number(analysis.read)
        ),
    });
    text
}

/// The title of a need, as the doctrine calls it.
pub fn title(words: &Words, need: &str) -> &'static str {
    match need {
        "information" => words.pick("INFORMATIEBEHOEFTE", "NEED FOR INFORMATION"),
        "harm" => words.pick("GEDRAG EN SCHADE", "BEHAVIOUR AND HARM"),
        _ => words.pick("BELEVING EN BETEKENIS", "FEELINGS AND MEANING"),
    }
}

/// `31 van 84 (37%, was 25%)`.
pub fn share(words: &Words, analysis: &Analysis, column: &Column) -> String {
    let percent = |share: f64| words.decimal((share * 100.0).round());
    let (n, all) = (words.number(column.mentions), words.number(analysis.read));
    let of = words.pick("van", "of");
    let Some(share) = analysis.share(column) else {
        return format!("{n} {of} {all}");
    };
    let before = column.before.map_or_else(String::new, |before| {
        format!(", {} {}%", words.pick("was", "was"), percent(before))
    });
    format!("{n} {of} {all} ({}%{before})", percent(share))
}

fn block(words: &Words, analysis: &Analysis, column: &Column) -> String {
    let mut text = format!(
        "{}: {}\n",
        title(words, &column.need),
        share(words, analysis, column)
    );
    for quote in &column.quotes {
        text.push_str(&format!("> {}\n", quoted(words, quote)));
    }
    let advice = words.pick("Advies", "Advice");
    for one in &column.advice {
        text.push_str(&format!("{advice}: {}\n", one.says(words.language)));
    }
    text + "\n"
}

/// `“Is de SEH open?” (X, 12 keer)`.
pub fn quoted(words: &Words, quote: &Quote) -> String {
    let text: Vec<&str> = quote.text.split_whitespace().collect();
    let platform = words.platform(quote.platform);
    let times = match quote.alike {
        0 | 1 => String::new(),
        n => format!(", {} {}", words.number(n), words.pick("keer", "times")),
    };
    format!("“{}” ({platform}{times})", text.join(" "))
}

/// What a person made of a rumour, in a few words.
pub fn status(words: &Words, status: Status) -> &'static str {
    match status {
        Status::Unverified => words.pick("niet nagegaan", "not verified"),
        Status::True => words.pick("klopt", "true"),
        Status::False => words.pick("klopt niet", "not true"),
        Status::Misleading => words.pick("misleidend", "misleading"),
    }
}

fn rumours(words: &Words, rumours: &[Told]) -> String {
    let title = words.pick("GERUCHTEN", "RUMOURS");
    if rumours.is_empty() {
        return format!("{title}: {}\n\n", words.pick("geen gehoord", "none heard"));
    }
    let mut text = format!("{title}\n");
    for rumour in rumours {
        let told = rumour.quotes.first();
        let told = told.map_or_else(String::new, |quote| format!(" {}", quoted(words, quote)));
        text.push_str(&format!(
            "{}.{told} - {}, {}: {}\n",
            rumour.number,
            words.count(rumour.authors, "authors"),
            words.count(rumour.mentions, "mentions"),
            status(words, rumour.status).to_uppercase()
        ));
    }
    text + "\n"
}

/// `62% negatief, 10% positief, 4% onduidelijk`; nothing when nothing was read.
pub fn tones(words: &Words, analysis: &Analysis) -> Option<String> {
    #[expect(clippy::cast_precision_loss, reason = "counts of mentions are small")]
    let percent = |part: u64| {
        let share = part as f64 / analysis.read as f64;
        words.decimal((share * 100.0).round())
    };
    (analysis.read > 0).then(|| {
        format!(
            "{}% {}, {}% {}, {}% {}",
            percent(analysis.negative),
            words.pick("negatief", "negative"),
            percent(analysis.positive),
            words.pick("positief", "positive"),
            percent(analysis.unclear),
            words.pick("onduidelijk", "unclear"),
        )
    })
}

fn tone(words: &Words, analysis: &Analysis) -> String {
    let title = words.pick("TOON", "TONE");
    tones(words, analysis).map_or_else(String::new, |tones| format!("{title}: {tones}\n\n"))
}

fn unseen(words: &Words, analysis: &Analysis) -> String {
    let mut lines = unseen_lines(words, analysis);
    lines.insert(
        0,
        words
            .pick("WAT WIJ NIET ZIEN", "WHAT WE DO NOT SEE")
            .to_owned(),
    );
    lines.join("\n") + "\n"
}

/// What the numbers leave out, a line each.
pub fn unseen_lines(words: &Words, analysis: &Analysis) -> Vec<String> {
    let mut lines = vec![
        words
            .pick(
                "Besloten groepen, privéberichten en wat mensen alleen tegen elkaar zeggen.",
                "Closed groups, private messages, and what people only tell each other.",
            )
            .to_owned(),
    ];
    let unread = analysis.mentions.saturating_sub(analysis.read);
    if unread > 0 {
        let n = words.count(unread, "mentions");
        lines.push(match words.language {
            Language::Nl => format!("Niet gelezen (een andere taal, spam, of nog in de rij): {n}."),
            Language::En => format!("Not read (another language, spam, or still waiting): {n}."),
        });
    }
    if analysis.echo > 0 {
        let n = words.number(analysis.echo);
        lines.push(match words.language {
            Language::Nl => format!("Niet meegeteld: {n} keer onze eigen woorden."),
            Language::En => format!("Not counted: our own words, {n} times."),
        });
    }
    if !analysis.blind.is_empty() {
        let sources = words.list(&analysis.blind);
        lines.push(match words.language {
            Language::Nl => format!("Bronnen die nu niets leveren: {sources}."),
            Language::En => format!("Sources that deliver nothing now: {sources}."),
        });
    }
    lines
}
