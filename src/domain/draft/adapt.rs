//! Fits a text into a channel that has no text of its own: the closest text is
//! borrowed, cut at the end of a sentence, and written in the letters of a text
//! message.
//!
//! What was done is kept beside the draft, so that a person sees that nobody
//! wrote this text for this channel.

use serde::{Deserialize, Serialize};
use unicode_normalization::UnicodeNormalization;
use unicode_segmentation::UnicodeSegmentation;

use crate::domain::organisation::{Channel, Organisation};
use crate::domain::playbook::StatementTemplate;
use crate::domain::review::rules::length::{Unit as Counted, length};

/// What was done to a text to make it fit.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Adapted {
    /// The channel that its template was written for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<String>,
    /// Sentences were left out.
    #[serde(default, skip_serializing_if = "is_false")]
    pub is_cut: bool,
    /// Letters were replaced by those of a text message.
    #[serde(default, skip_serializing_if = "is_false")]
    pub is_respelt: bool,
}

fn is_false(value: &bool) -> bool {
    !value
}

impl Adapted {
    /// In words, for who works with the draft: "cut to fit".
    pub fn words(&self) -> String {
        let mut parts = Vec::new();
        if let Some(from) = &self.from {
            parts.push(format!("from the text for {from}"));
        }
        if self.is_cut {
            parts.push("cut to fit".to_owned());
        }
        if self.is_respelt {
            parts.push("in plain letters".to_owned());
        }
        parts.join(", ")
    }
}

/// The kinds that hold one short public text; a text for one of them is closer
/// to another than the long text is. Text messages are not among them: a text
/// for staff must never be lent to the public.
const SHORT: [&str; 3] = ["x", "bluesky", "mastodon"];

/// The template for a channel: its own, else that of another short public
/// channel, else the general one.
pub fn closest<'a>(
    templates: &'a [StatementTemplate],
    name: &str,
    language: &str,
    channel: &str,
    organisation: &Organisation,
) -> Option<&'a StatementTemplate> {
    let kind = |key: &str| {
        let found = organisation.channels.iter().find(|one| one.key == key);
        found.map(|one| one.kind.as_str())
    };
    let fits =
        |template: &&StatementTemplate| template.name == name && template.language == language;
    let of = |wanted: Option<&str>| {
        let mut all = templates.iter().filter(fits);
        all.find(|template| template.channel.as_deref() == wanted)
    };
    let is_short = |key: &str| kind(key).is_some_and(|kind| SHORT.contains(&kind));
    let borrowed = || {
        let mut all = templates.iter().filter(fits);
        let lent =
            |template: &&StatementTemplate| template.channel.as_deref().is_some_and(is_short);
        is_short(channel).then(|| all.find(lent)).flatten()
    };
    of(Some(channel)).or_else(borrowed).or_else(|| of(None))
}

/// What no statement would reach is no limit here: nothing is cut for it.
const FAR: usize = 10_000;

/// The longest text of a channel, as its measure counts; `None`: no limit that
/// a statement would meet.
pub fn limit(channel: &Channel) -> Option<usize> {
    let written = channel
        .limit
        .map(|limit| usize::try_from(limit).unwrap_or(usize::MAX));
    let usual = length("", &channel.kind).limit;
    written.or(usual.filter(|limit| *limit < FAR))
}

/// How long a text is on a kind of channel, as that counts. A text message with
/// letters of its own alphabet alone is the measure of all: others cost more.
pub fn measure(kind: &str, text: &str) -> usize {
    let measured = length(text, kind);
    match (measured.unit, measured.limit) {
        (Counted::Utf16 | Counted::PagesUtf16, Some(limit)) => {
            let plain = length("", kind).limit.unwrap_or(limit);
            (measured.used * plain).div_ceil(limit)
        }
        _ => measured.used,
    }
}

/// The text as it goes on this channel; `true`s say what was done to it. Only a
/// text that was not written for the channel is cut.
pub(super) fn fit(text: &str, channel: &Channel, may_cut: bool) -> (String, Adapted) {
    let mut adapted = Adapted::default();
    let mut fitted = text.to_owned();
    if matches!(channel.kind.as_str(), "sms" | "nl-alert") {
        fitted = respelt(&fitted);
        adapted.is_respelt = fitted != text;
    }
    if let Some(longest) = limit(channel).filter(|_| may_cut) {
        let length = |text: &str| measure(&channel.kind, text);
        if length(&fitted) > longest {
            fitted = cut(&fitted, longest, &length);
            adapted.is_cut = true;
        }
    }
    (fitted, adapted)
}

/// Whether every text goes on this channel as it is.
pub fn is_roomy(organisation: &Organisation, channel: &str) -> bool {
    let channel = organisation.channels.iter().find(|one| one.key == channel);
    channel.is_none_or(|one| one.kind != "sms" && limit(one).is_none())
}

/// The letters of a text message beside ASCII; any other makes it cost double.
const GSM: &str = "@£$¥èéùìòÇØøÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ¤¡ÄÖÑÜ§¿äöñüà€";

/// In the letters of a text message, where there is one that reads the same;
/// other scripts stay as they are.
pub(super) fn respelt(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    for letter in text.nfc() {
        match letter {
            '`' => plain.push('\''),
            _ if letter.is_ascii() || GSM.contains(letter) => plain.push(letter),
            '‘' | '’' | '‚' | '′' => plain.push('\''),
            '“' | '”' | '„' | '«' | '»' => plain.push('"'),
            '–' | '—' | '−' | '•' => plain.push('-'),
            '…' => plain.push_str("..."),
            '\u{a0}' | '\u{202f}' | '\u{2009}' => plain.push(' '),
            _ => {
                let base: String = std::iter::once(letter)
                    .nfd()
                    .filter(|part| !unicode_normalization::char::is_combining_mark(*part))
                    .collect();
                if base.is_ascii() && !base.is_empty() {
                    plain.push_str(&base);
                } else {
                    plain.push(letter);
                }
            }
        }
    }
    plain
}

/// A sentence or an item of a list, with what stands before it.
struct Unit<'a> {
    before: &'static str,
    text: &'a str,
    /// Says nothing without what follows.
    is_heading: bool,
}

/// Whole sentences from the beginning, as many as fit, and the sentence with the
/// last link: where there is more to read is what a short text is for.
fn cut(text: &str, longest: usize, length: &dyn Fn(&str) -> usize) -> String {
    let units = units(text);
    let link = units.iter().rposition(|unit| unit.text.contains("://"));
    let mut kept: Vec<usize> = link.into_iter().collect();
    if length(&joined(&units, &kept)) > longest {
        kept.clear();
    }
    for place in 0..units.len() {
        if units[place].is_heading || kept.contains(&place) {
            continue;
        }
        let mut longer = kept.clone();
        longer.push(place);
        // A heading comes with the first of what stands under it.
        if place > 0 && units[place - 1].is_heading {
            longer.push(place - 1);
        }
        longer.sort_unstable();
        if length(&joined(&units, &longer)) > longest {
            break;
        }
        kept = longer;
    }
    let fitted = joined(&units, &kept);
    if fitted.is_empty() {
        return by_words(text, longest, length);
    }
    fitted
}

/// Not even a sentence fits: as many words as do, and a sign that more follows.
fn by_words(text: &str, longest: usize, length: &dyn Fn(&str) -> usize) -> String {
    let mut fitted = String::new();
    for word in text.split_whitespace() {
        let gap = if fitted.is_empty() { "" } else { " " };
        let longer = format!("{fitted}{gap}{word}");
        if length(&format!("{longer}...")) > longest {
            break;
        }
        fitted = longer;
    }
    fitted + "..."
}

fn units(text: &str) -> Vec<Unit<'_>> {
    let mut units: Vec<Unit<'_>> = Vec::new();
    let mut before = "";
    let mut lines = text.lines().peekable();
    while let Some(line) = lines.next() {
        if line.is_empty() {
            before = "\n\n";
            continue;
        }
        let is_item = |line: &str| line.starts_with("- ");
        let is_heading = !is_item(line) && lines.peek().is_some_and(|next| is_item(next));
        if is_item(line) {
            units.push(Unit {
                before,
                text: line,
                is_heading: false,
            });
        } else {
            let sentences = line.split_sentence_bounds().map(str::trim);
            for sentence in sentences.filter(|sentence| !sentence.is_empty()) {
                units.push(Unit {
                    before,
                    text: sentence,
                    is_heading: false,
                });
                before = " ";
            }
            if let Some(last) = units.last_mut() {
                last.is_heading = is_heading;
            }
        }
        before = "\n";
    }
    units
}

fn joined(units: &[Unit<'_>], kept: &[usize]) -> String {
    let mut text = String::new();
    let mut last: Option<usize> = None;
    for place in kept {
        let unit = &units[*place];
        text.push_str(match last {
            None => "",
            Some(last) if last + 1 == *place => unit.before,
            // Something was left out: on a line of its own it does not look as
            // if the two belong together.
            Some(_) => "\n",
        });
        text.push_str(unit.text);
        last = Some(*place);
    }
    text
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn channel(kind: &str, limit: Option<u64>) -> Channel {
        Channel {
            key: kind.to_owned(),
            kind: kind.to_owned(),
            title: None,
            url: None,
            account: None,
            limit,
        }
    }

    fn fitted(text: &str, kind: &str, limit: u64) -> (String, Adapted) {
        fit(text, &channel(kind, Some(limit)), true)
    }

    const TEXT: &str = "Wij leven mee. Dit weten wij:\n- a is dicht\n- b is open\n\n\
        Wij zoeken het uit. Om 14.30 uur leest u meer op https://www.delinde.example/actueel. Bel ons.";

    #[test]
    fn whole_sentences_are_kept_and_so_is_the_link() {
        let (text, adapted) = fitted(TEXT, "bluesky", 95);
        assert_eq!(
            text,
            "Wij leven mee.\nOm 14.30 uur leest u meer op https://www.delinde.example/actueel."
        );
        assert_eq!(adapted.words(), "cut to fit");
        let (text, _) = fitted("Kop:\n- een\n- twee\n- drie", "mastodon", 16);
        assert_eq!(text, "Kop:\n- een");
        let (text, adapted) = fitted(TEXT, "bluesky", 500);
        assert_eq!((text.as_str(), adapted), (TEXT, Adapted::default()));
    }

    #[test]
    fn a_text_message_gets_its_own_letters() {
        let (text, adapted) = fitted("Patiënten: ’t is één… 👩‍⚕️ € Ω", "sms", 160);
        assert_eq!(text, "Patienten: 't is één... 👩‍⚕️ € Ω");
        assert_eq!(adapted.words(), "in plain letters");
        assert_eq!(measure("sms", "€a"), 3);
    }

    #[test]
    fn what_was_written_for_the_channel_is_never_cut() {
        let long = "Lang. ".repeat(80);
        let (text, adapted) = fit(&long, &channel("x", None), false);
        assert_eq!((text, adapted), (long, Adapted::default()));
    }

    #[test]
    fn a_link_counts_as_its_platform_counts_it() {
        let link = format!("https://www.example.nl/{}", "a".repeat(60));
        assert_eq!(measure("x", &format!("Lees {link} nu")), 5 + 23 + 3);
        assert_eq!(measure("mastodon", &link), 23);
        assert_eq!(measure("bluesky", &link), link.chars().count());
        assert_eq!(measure("x", "漢"), 2);
    }

    proptest! {
        #[test]
        fn it_always_fits_and_nothing_is_made_up(text in "([\\PC\n.!? -]{0,12}|https://a\\.example |Wij doen dit\\. ){0,30}", limit in 20_u64..200) {
            for kind in ["x", "bluesky", "mastodon", "sms"] {
                let (fitted, _) = fitted(&text, kind, limit);
                prop_assert!(measure(kind, &fitted) <= usize::try_from(limit).unwrap());
                let source = if kind == "sms" { respelt(&text) } else { text.clone() };
                for word in fitted.trim_end_matches("...").split_whitespace() {
                    prop_assert!(source.contains(word), "{word} in {source}");
                }
            }
        }
    }
}
