//! The texts of a playbook as they would go out, with a line to write on where a
//! fact is missing; who may release them, and where they go.

use std::sync::LazyLock;

use regex::Regex;

use super::Binder;
use super::page::{Page, blank};
use crate::domain::draft::{Setting, closest, places, render_whole};
use crate::domain::facts::FactSheet;
use crate::domain::markup::escaped;
use crate::domain::organisation::Channel;
use crate::domain::plainly::{Plainly, one_line};
use crate::domain::playbook::{Aim, Message, Playbook, StatementTemplate};

/// A text is long when it takes more than this many letters: it may be broken
/// over two sheets.
const LONG: usize = 1_400;

/// A text and the places it goes to.
struct Printed {
    language: String,
    text: String,
    channels: Vec<String>,
}

impl Binder<'_> {
    pub(super) fn texts(&self, page: &mut Page, plainly: &Plainly<'_>) {
        let playbook = plainly.playbook;
        if playbook.messages().next().is_none() {
            return;
        }
        page.raw(&format!(
            "<h3 class=\"fresh\">{}</h3>",
            escaped(self.pick("Teksten om in te vullen", "Texts to fill in"))
        ));
        page.text(
            "p",
            self.pick(
                "Vul elke lege regel in, of streep de zin door. Blijft er iets leeg, dan gaat de tekst niet uit.",
                "Fill in every empty line, or cross the sentence out. When anything stays empty, the text does not go out.",
            ),
        );
        for (aim, message) in playbook.messages() {
            self.message(page, plainly, aim, message);
        }
    }

    fn message(&self, page: &mut Page, plainly: &Plainly<'_>, aim: Option<Aim>, message: &Message) {
        page.text("h4", &plainly.text(&message.title));
        let audiences: Vec<String> = message.to.iter().map(|key| plainly.audience(key)).collect();
        let about = format!(
            "{} {}. {}: {}.",
            self.pick("Aan", "To"),
            self.words.list(&audiences),
            self.pick("Schrijft en plaatst", "Writes and posts it"),
            plainly.role(&message.role)
        );
        page.text("p", &about);
        if !message.agree_with.is_empty() {
            for partner in &message.agree_with {
                let label = format!(
                    "{} {}",
                    self.pick("Afgestemd met", "Agreed with"),
                    plainly.partner(partner)
                );
                page.raw(&self.signature(&label));
            }
        }
        if message.preapproved {
            let said = format!(
                "{} {}.",
                plainly.role(&message.role),
                self.pick(
                    "mag dit zonder akkoord plaatsen",
                    "may post this without approval"
                )
            );
            page.text("p", &said);
        } else {
            for role in &message.approve {
                let label = format!(
                    "{} {}",
                    self.pick("Akkoord", "Approved by"),
                    plainly.role(role)
                );
                page.raw(&self.signature(&label));
            }
            if plainly.playbook.four_eyes {
                page.text(
                    "p.small",
                    self.pick(
                        "Wie schreef, tekent niet: vier ogen.",
                        "Who wrote does not sign: four eyes.",
                    ),
                );
            }
        }
        for printed in self.printed(plainly, aim, message) {
            let language = self.words.language(&printed.language);
            let channels = printed.channels.join("; ");
            page.text("p.where", &format!("{language} – {channels}"));
            let long = if printed.text.chars().count() > LONG {
                " long"
            } else {
                ""
            };
            page.raw(&format!(
                "<div class=\"statement{long}\" lang=\"{}\">{}</div>",
                escaped(&printed.language),
                with_blanks(&printed.text)
            ));
        }
    }

    /// Each different text once, with all places it goes to.
    fn printed(&self, plainly: &Plainly<'_>, aim: Option<Aim>, message: &Message) -> Vec<Printed> {
        let mut all: Vec<Printed> = Vec::new();
        for (channel, language) in places(self.organisation, message) {
            let text = match self.rendered(plainly.playbook, aim, message, &channel, &language) {
                Ok(text) => text,
                // What cannot be rendered is told, and never keeps the rest from paper.
                Err(why) => format!(
                    "[{}: {why}]",
                    self.pick(
                        "deze tekst kan niet worden gemaakt",
                        "this text cannot be made"
                    )
                ),
            };
            let place = self.place(plainly, &channel);
            let like = all
                .iter_mut()
                .find(|one| one.language == language && one.text == text);
            match like {
                Some(known) => known.channels.push(place),
                None => all.push(Printed {
                    language,
                    text,
                    channels: vec![place],
                }),
            }
        }
        all
    }

    /// `Eigen site (https://…)`: what it is called, and where it is.
    fn place(&self, plainly: &Plainly<'_>, key: &str) -> String {
        let title = plainly.channel(key);
        let known = self.organisation.channel(key);
        let at = known.and_then(|Channel { account, url, .. }| account.as_ref().or(url.as_ref()));
        let mut said = match at {
            Some(at) => format!("{title} ({})", one_line(at)),
            None => title,
        };
        if let Some(limit) = known.and_then(crate::domain::draft::limit) {
            let letters = self.pick("tekens", "characters");
            said.push_str(&format!(
                ", {} {limit} {letters}",
                self.pick("hoogstens", "at most")
            ));
        }
        said
    }

    fn rendered(
        &self,
        playbook: &Playbook,
        aim: Option<Aim>,
        message: &Message,
        channel: &str,
        language: &str,
    ) -> Result<String, String> {
        let organisation = self.organisation;
        let name = &message.template;
        let found = closest(self.templates, name, language, channel, organisation)
            .ok_or_else(|| format!("{name}.{language}.hbs"))?;
        let template = timeless(found, language, message);
        let others: Vec<StatementTemplate> = self
            .templates
            .iter()
            .filter(|one| one.name == *name)
            .map(|one| timeless(one, &one.language, message))
            .collect();
        let facts = FactSheet::new();
        let setting = Setting {
            organisation,
            playbook,
            facts: &facts,
            phases_open: aim.as_slice(),
            level: playbook.levels.last().map_or("", |level| &level.name),
            case: None,
            now: self.now,
        };
        render_whole(&template, &others, message, (channel, language), &setting)
            .map(|rendered| rendered.text)
            .map_err(|problem| format!("{}: {problem}", found.file))
    }
}

/// Tags whose value is of the day of printing, with what stands below the line
/// instead, in Dutch and English; whether only in a reply.
type OfToday = (Regex, [&'static str; 2], bool);

/// Read once: each takes as long as a whole text.
static OF_TODAY: LazyLock<Vec<OfToday>> = LazyLock::new(|| {
    let tags = [
        (r"(?:date\s+)?today", ["datum", "date"], false),
        (r"date\s+now", ["datum", "date"], false),
        (r"day\s+(?:now|today)", ["dag", "day"], false),
        (r"(?:time\s+)?now", ["tijd", "time"], false),
        ("level", ["niveau", "level"], false),
        (
            "signature",
            ["je voornaam en onze naam", "your first name and our name"],
            true,
        ),
    ];
    let read = tags.into_iter().filter_map(|(tag, words, in_reply)| {
        let whole = Regex::new(&format!(r"\{{\{{~?\s*{tag}\s*~?\}}\}}"));
        Some((whole.ok()?, words, in_reply))
    });
    read.collect()
});

/// The template with a gap for what would be of the day of printing: the time, the
/// date, the level, and in a reply the name of who happens to be on duty now.
fn timeless(template: &StatementTemplate, language: &str, message: &Message) -> StatementTemplate {
    let is_reply = message.kind == "reply" || message.per_case;
    let mut source = template.source.to_string();
    for (tag, [nl, en], in_reply) in OF_TODAY.iter() {
        if *in_reply && !is_reply {
            continue;
        }
        let what = if language == "nl" { nl } else { en };
        let gap = format!("{{{{personal \"{what}\"}}}}");
        source = tag.replace_all(&source, regex::NoExpand(&gap)).into_owned();
    }
    StatementTemplate {
        source: source.into(),
        ..template.clone()
    }
}

/// Empty lines below the first of a list.
const MORE_ITEMS: usize = 2;

/// How a gap begins in a rendered text, in each language that has words for it.
const GAPS: [&str; 2] = ["[nog invullen: ", "[to fill in: "];

/// A text as markup, with a line to write on for each gap.
fn with_blanks(text: &str) -> String {
    let mut markup = String::new();
    let mut rest = text;
    while let Some((at, begins)) = GAPS
        .iter()
        .filter_map(|begins| Some((rest.find(begins)?, begins)))
        .min()
    {
        let inner = at + begins.len();
        let Some(end) = rest[inner..].find(']') else {
            break;
        };
        let before = &rest[..at];
        markup.push_str(&escaped(before));
        markup.push_str(&blank(&rest[inner..inner + end]));
        rest = &rest[inner + end + 1..];
        // A list of which nothing is known yet has room for more than one thing.
        let is_item = before == "- " || before.ends_with("\n- ");
        if is_item && (rest.is_empty() || rest.starts_with('\n')) {
            for _ in 0..MORE_ITEMS {
                markup.push_str("\n- ");
                markup.push_str(&blank(""));
            }
        }
    }
    markup.push_str(&escaped(rest));
    markup
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gaps_become_lines_to_write_on() {
        let markup = with_blanks("Om [nog invullen: de tijd <x>] & later [geen gat]");
        assert_eq!(
            markup,
            format!("Om {} &amp; later [geen gat]", blank("de tijd <x>"))
        );
        assert_eq!(with_blanks("[to fill in: no end"), "[to fill in: no end");
        let list = with_blanks("Known:\n- [to fill in: what]\nEnd");
        assert_eq!(list.matches("class=\"line\"").count(), 1 + MORE_ITEMS);
        assert!(list.ends_with("\nEnd"), "{list}");
    }

    #[test]
    fn nothing_of_the_day_of_printing_stands_in_a_text() {
        let template = StatementTemplate {
            file: "a.nl.hbs".to_owned(),
            name: "a".to_owned(),
            language: "nl".to_owned(),
            channel: None,
            source: "{{today}} {{ time now }} {{date now}} {{day today}} {{level}} {{signature}}"
                .into(),
        };
        let reply = Message {
            kind: "reply".to_owned(),
            ..Message::default()
        };
        assert_eq!(
            &*timeless(&template, "nl", &reply).source,
            "{{personal \"datum\"}} {{personal \"tijd\"}} {{personal \"datum\"}} {{personal \"dag\"}} {{personal \"niveau\"}} {{personal \"je voornaam en onze naam\"}}"
        );
        let plain = timeless(&template, "en", &Message::default()).source;
        assert!(
            plain.ends_with("{{personal \"level\"}} {{signature}}"),
            "{plain}"
        );
    }
}
