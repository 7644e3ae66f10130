//! Whether a reply says again what earlier replies said: the same text to each
//! complaint tells people that nobody reads theirs.
//!
//! Texts are compared as sets of three words in a row (J = shared of all), after
//! links, names and signatures are gone. Bounds as in `docs/review.md`.

use std::collections::HashSet;
use std::hash::{DefaultHasher, Hash, Hasher};

use super::pattern::Pattern;
use crate::domain::query::fold::fold;
use crate::domain::review::about::Reply;
use crate::domain::review::{Both, Hit, Page, Rule, Severity};

pub(super) const RULES: &[Rule] = &[Rule {
    id: "repetition",
    severity: Severity::Warn,
    title: (
        "Een antwoord is niet hetzelfde als de vorige",
        "A reply is not the same as those before",
    ),
    why: (
        "Wie ziet dat iedereen hetzelfde antwoord krijgt, voelt zich niet gehoord.",
        "Who sees that everybody gets the same reply does not feel heard.",
    ),
    look,
}];

/// From here it is the same text.
const SAME: f64 = 0.8;
const SIMILAR: f64 = 0.5;

/// Replies that a new one is compared with.
const REMEMBERED: usize = 20;

/// The third same reply in a row to one person is one too many.
const IN_A_ROW: usize = 2;

/// Shorter texts are alike by chance: a thank you is a thank you.
const FEW_SHINGLES: usize = 3;

/// The words of a text that are its own, three in a row.
#[derive(Debug, Default)]
struct Shingles(HashSet<u64>);

impl Shingles {
    fn of(text: &str) -> Self {
        static LEFT_OUT: Pattern = Pattern::new(
            r"(?:https?://|www\.)\S+|[@#]\S+|\S+@\S+|(?:^|\s)[\^*]\w{1,6}\b|\b\d+/\d+\b|\(\d+/\d+\)",
        );
        let mut plain = String::with_capacity(text.len());
        let mut from = 0;
        for gone in LEFT_OUT.all(text) {
            plain.push_str(&text[from..gone.start]);
            plain.push(' ');
            from = gone.end;
        }
        plain.push_str(&text[from..]);
        let folded = fold(&plain.replace(['’', '\''], ""));
        let words: Vec<&str> = folded
            .split(|letter: char| !letter.is_alphanumeric())
            .filter(|word| !word.is_empty())
            .collect();
        let hash = |three: &[&str]| {
            let mut hasher = DefaultHasher::new();
            three.hash(&mut hasher);
            hasher.finish()
        };
        Self(words.windows(3).map(hash).collect())
    }

    /// Shared of all, 0 to 1; 0 when there is nothing to compare.
    fn likeness(&self, other: &Self) -> f64 {
        let shared = self.0.intersection(&other.0).count();
        let all = self.0.len() + other.0.len() - shared;
        if all == 0 {
            0.0
        } else {
            shared as f64 / all as f64
        }
    }
}

/// How alike two texts are: 1 the same words in the same order, 0 nothing.
pub fn likeness(one: &str, other: &str) -> f64 {
    Shingles::of(one).likeness(&Shingles::of(other))
}

/// The share of replies, 0 to 1, that say the same as one of the twenty before
/// them; 0 for none. From about .4 on an account answers with templates.
pub fn repetition_index<'t>(replies: impl IntoIterator<Item = &'t str>) -> f64 {
    let all: Vec<Shingles> = replies.into_iter().map(Shingles::of).collect();
    let is_repeated = |(at, one): &(usize, &Shingles)| {
        let before = &all[at.saturating_sub(REMEMBERED)..*at];
        before.iter().any(|earlier| one.likeness(earlier) >= SAME)
    };
    let n_repeated = all.iter().enumerate().filter(is_repeated).count();
    if all.is_empty() {
        0.0
    } else {
        n_repeated as f64 / all.len() as f64
    }
}

fn look(page: &Page<'_>) -> Vec<Hit> {
    let ours = Shingles::of(page.text);
    if ours.0.len() < FEW_SHINGLES {
        return Vec::new();
    }
    let replies = &page.about.replies;
    let recent = &replies[replies.len().saturating_sub(REMEMBERED)..];
    let likeness_of = |reply: &Reply| ours.likeness(&Shingles::of(&reply.text));
    let compared: Vec<(f64, &Reply)> = recent.iter().map(|one| (likeness_of(one), one)).collect();
    let Some((closest, _)) = compared
        .iter()
        .copied()
        .max_by(|one, other| one.0.total_cmp(&other.0))
    else {
        return Vec::new();
    };
    if closest < SIMILAR {
        return Vec::new();
    }
    let n_same = compared.iter().filter(|(like, _)| *like >= SAME).count();
    let to_them = compared
        .iter()
        .rev()
        .filter(|(_, reply)| page.about.reply_to.is_some() && reply.to == page.about.reply_to);
    let in_a_row = to_them.take_while(|(like, _)| *like >= SAME).count();
    let (message, severity) = if in_a_row >= IN_A_ROW {
        let message = Both::new(
            format!(
                "Dit is de {}e keer achter elkaar dat deze persoon hetzelfde antwoord krijgt.",
                in_a_row + 1
            ),
            format!(
                "This person would get the same reply {} times in a row.",
                in_a_row + 1
            ),
        );
        (message, Severity::Block)
    } else if closest >= SAME {
        let message = Both::new(
            format!(
                "Dit antwoord is hetzelfde als {n_same} van de laatste {}.",
                compared.len()
            ),
            format!(
                "This reply is the same as {n_same} of the last {}.",
                compared.len()
            ),
        );
        (message, Severity::Warn)
    } else {
        let message = Both::new(
            "Dit antwoord lijkt sterk op een eerder antwoord.",
            "This reply is much like an earlier one.",
        );
        (message, Severity::Note)
    };
    vec![Hit {
        span: 0..0,
        message,
        advice: Both::new(
            "Ga in op wat deze persoon schreef, in eigen woorden, en onderteken met uw naam.",
            "Answer what this person wrote, in your own words, and sign with your name.",
        ),
        severity: Some(severity),
    }]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::review::review;
    use crate::domain::review::rules::tests::about;
    use crate::domain::text::Language;

    const TEMPLATE: &str =
        "Wat vervelend om te lezen. Stuur ons een privébericht, dan kijken wij graag met u mee.";

    #[test]
    fn names_links_and_signatures_make_no_difference() {
        let one = format!("@anna_1 {TEMPLATE} https://x.example/1 ^Kim");
        let other = format!("@bob {TEMPLATE} https://x.example/2 *Jo (1/2)");
        assert!((likeness(&one, &other) - 1.0).abs() < 1e-9);
        assert!(
            likeness(
                TEMPLATE,
                "Wij begrijpen dat u boos bent over de wachttijd van gisteren."
            ) < 0.1
        );
        assert_eq!(likeness("", ""), 0.0);
    }

    #[track_caller]
    fn check(replies: &[(&str, &str)], to: Option<&str>, text: &str, expected: Option<Severity>) {
        let mut about = about(Language::Nl, "reply");
        about.reply_to = to.map(str::to_owned);
        about.replies = replies
            .iter()
            .map(|(to, text)| Reply {
                to: Some((*to).to_owned()),
                text: (*text).to_owned(),
            })
            .collect();
        let remarks = review(text, &about);
        let found = remarks.iter().find(|remark| remark.rule == "repetition");
        assert_eq!(found.map(|remark| remark.severity), expected, "{text}");
    }

    #[test]
    fn the_same_reply_again_is_remarked() {
        let half =
            "Wat vervelend om te lezen. Stuur ons een privébericht, dan kijken wij morgen even.";
        check(&[], None, TEMPLATE, None);
        check(
            &[("a", TEMPLATE)],
            Some("b"),
            TEMPLATE,
            Some(Severity::Warn),
        );
        check(&[("a", half)], Some("b"), TEMPLATE, Some(Severity::Note));
        let twice = [
            ("b", TEMPLATE),
            ("a", "Dank voor uw mooie woorden!"),
            ("b", TEMPLATE),
        ];
        check(&twice, Some("b"), TEMPLATE, Some(Severity::Block));
        check(&twice, Some("c"), TEMPLATE, Some(Severity::Warn));
        check(&[("a", "Dank u wel!")], Some("a"), "Dank u wel!", None);
        check(
            &twice,
            Some("b"),
            "Vandaag om drie uur belt onze arts u terug over uw vraag.",
            None,
        );
    }

    #[test]
    fn the_index_is_the_share_of_repeats() {
        let other = |number: u32| {
            format!(
                "Antwoord nummer {number} gaat over iets heel anders, namelijk {number}{number}."
            )
        };
        let texts = [TEMPLATE.to_owned(), other(1), TEMPLATE.to_owned(), other(2)];
        assert_eq!(repetition_index(texts.iter().map(String::as_str)), 0.25);
        assert_eq!(repetition_index([]), 0.0);
    }
}
