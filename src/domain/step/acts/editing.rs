//! Writing in a draft, and making one that puts right or takes back what was
//! published.

use super::{Hand, NoAct, nearest, no};
use crate::domain::draft::{limit, measure, moment};
use crate::domain::facts::FactValue;
use crate::domain::run::draft::Corrects;
use crate::domain::run::statement::Publication;
use crate::domain::run::{Draft, Event};
use crate::domain::step::drafts::{gap_names, named_gaps};
use crate::domain::text::Language;
use crate::domain::words::Words;

/// The longest text that is taken, in characters: some ten pages.
const LONGEST: usize = 20_000;

impl Hand<'_> {
    /// A new version of one draft, by this person.
    pub(super) fn edit(&self, wanted: &str, base: u32, text: &str) -> Result<Vec<Event>, NoAct> {
        let before = self.one_draft(wanted)?;
        let id = before.id();
        if before.version != base {
            return no(format!(
                "{id} changed meanwhile: you had version {base}, and it is version {} now; `draaiboek draft diff {id} {base}` shows what changed",
                before.version
            ));
        }
        let text = clean(text)?;
        if text == before.text {
            return no(format!("{id} is the same as it was: nothing was changed"));
        }
        let names = gap_names(&before.text, &before.gaps);
        let mut writers = before.writers.clone();
        writers.retain(|one| one != self.by);
        writers.push(self.by());
        let draft = Draft {
            version: base + 1,
            gaps: named_gaps(&text, &names),
            rendered: Some(before.rendering().to_owned()),
            by: Some(self.by()),
            base: Some(base),
            writers,
            changed: Vec::new(),
            text,
            ..before.clone()
        };
        let approved = self.run.statements.approved(before);
        let approvers: Vec<String> = approved.iter().map(|one| one.by.clone()).collect();
        let mut events = vec![Event::DraftEdited { draft }];
        if !approvers.is_empty() && !self.run.statements.is_out(before) {
            events.push(Event::ApprovalLapsed {
                drafts: vec![id],
                approvers,
                facts: Vec::new(),
                by: Some(self.by()),
            });
        }
        Ok(events)
    }

    fn one_draft(&self, wanted: &str) -> Result<&Draft, NoAct> {
        if let Some(draft) = self.run.drafts.get(wanted) {
            return Ok(draft);
        }
        let (_, _, drafts) = self.drafts(wanted)?;
        match drafts[..] {
            [only] => Ok(only),
            _ => {
                let ids: Vec<String> = drafts.iter().map(|draft| draft.id()).collect();
                no(format!("say which of {}", ids.join(", ")))
            }
        }
    }

    /// Drafts that put right what was published of a message, or take it back: one
    /// for each text that stands somewhere, and one for each language of the
    /// organisation's own people beside it.
    pub(super) fn correct(
        &self,
        wanted: &str,
        what: &[(String, String)],
        is_retraction: bool,
    ) -> Result<Vec<Event>, NoAct> {
        let message = self.published(wanted)?;
        let name = message.split('@').next().unwrap_or_default();
        let case = message.split_once('@').map(|(_, case)| case);
        if self.plan.playbook.message(name).is_none() {
            return no(format!("the playbook has no message `{name}`"));
        }
        let what: Vec<(String, String)> = what
            .iter()
            .map(|(language, text)| Ok((language.clone(), clean(text)?)))
            .collect::<Result<_, NoAct>>()?;
        let number = self.next_number(message, is_retraction);
        let mut events = Vec::new();
        for (publication, channel, language) in self.places_of(message, wanted) {
            let corrects = Corrects {
                message: message.to_owned(),
                published_at: publication.at,
                url: publication.url.clone(),
                is_retraction,
                number,
            };
            let text = self.fitting(publication, &channel, &language, &what, is_retraction);
            let mut draft = Draft {
                message: name.to_owned(),
                case: case.map(str::to_owned),
                channel,
                language,
                version: 1,
                gaps: named_gaps(&text, &[]),
                by: Some(self.by()),
                asked_by: Some(self.by()),
                corrects: Some(corrects),
                text,
                ..Draft::default()
            };
            // The words of a retraction are ours; what is right, somebody wrote.
            if !is_retraction || !what.is_empty() {
                draft.writers.push(self.by());
            }
            events.push(Event::DraftEdited { draft });
        }
        Ok(events)
    }

    /// What was published, but for corrections, the latest first.
    fn plain(&self) -> impl Iterator<Item = &Publication> {
        let all = self.run.statements.publications.iter().rev();
        all.filter(|one| one.corrects.is_none())
    }

    /// The message that was published last under this name, or in this draft.
    fn published(&self, wanted: &str) -> Result<&str, NoAct> {
        let begins = format!("{wanted}@");
        let found = self.plain().find(|one| {
            one.message == wanted
                || one.message.starts_with(&begins)
                || one.drafts.iter().any(|id| id == wanted)
        });
        found.map(|one| one.message.as_str()).ok_or_else(|| {
            let known = self.plain().map(|one| one.message.as_str());
            NoAct(format!(
                "`{wanted}` was not published in this run{}",
                nearest(wanted, known)
            ))
        })
    }

    fn next_number(&self, message: &str, is_retraction: bool) -> u32 {
        let drafts = self.run.drafts.values();
        let corrections = drafts.filter_map(|draft| draft.corrects.as_ref());
        let of_kind =
            corrections.filter(|one| one.message == message && one.is_retraction == is_retraction);
        of_kind.map(|one| one.number).max().unwrap_or(0) + 1
    }

    /// Where a message stands, each with what stands there now and in which
    /// language; and in the other languages of the team, in which somebody may
    /// have passed it on. Where one draft is `wanted`, only where that one stands.
    fn places_of(&self, message: &str, wanted: &str) -> Vec<(&Publication, String, String)> {
        let is_draft = |one: &Publication| one.drafts.iter().any(|id| id == wanted);
        let is_one = self.plain().any(is_draft);
        let mut places: Vec<(&Publication, String, String)> = Vec::new();
        let mut add = |publication, channel: &str, language: &str| {
            let is_known =
                |(_, one, other): &(_, String, String)| *one == channel && *other == language;
            if !places.iter().any(is_known) {
                places.push((publication, channel.to_owned(), language.to_owned()));
            }
        };
        let of_message = || self.plain().filter(|one| one.message == message);
        let stands = of_message().flat_map(|one| one.drafts.iter().map(move |id| (one, id)));
        let stands: Vec<(&Publication, &str, &str)> = stands
            .filter(|(_, id)| !is_one || *id == wanted)
            .filter_map(|(one, id)| {
                let mut parts = id.rsplitn(3, '.');
                let (language, channel) = (parts.next()?, parts.next()?);
                Some((one, channel, language))
            })
            .collect();
        for (publication, channel, language) in &stands {
            add(*publication, channel, language);
        }
        let own = self.plan.organisation.language.tag();
        let written = self.plan.organisation.audiences.iter();
        let languages = written.flat_map(|audience| audience.languages.iter().map(String::as_str));
        let languages: Vec<&str> = languages.chain([own]).collect();
        for (publication, channel, _) in &stands {
            for language in &languages {
                if Language::from_tag(language).is_some() {
                    add(*publication, channel, language);
                }
            }
        }
        places
    }

    /// The same text, short where the long one does not fit.
    fn fitting(
        &self,
        publication: &Publication,
        channel: &str,
        language: &str,
        what: &[(String, String)],
        is_retraction: bool,
    ) -> String {
        let long = self.correction(publication, language, what, is_retraction, false);
        let channels = &self.plan.organisation.channels;
        let channel = channels.iter().find(|one| one.key == channel);
        let is_over = channel.is_some_and(|channel| {
            limit(channel).is_some_and(|most| measure(&channel.kind, &long) > most)
        });
        match is_over {
            true => self.correction(publication, language, what, is_retraction, true),
            false => long,
        }
    }

    /// When more is to come, as a text says it.
    fn next_news(&self, words: Words) -> Option<String> {
        match self.run.facts.get("next_update").map(|fact| &fact.value) {
            Some(FactValue::Time(at)) if *at > self.now => {
                Some(moment(words.language, *at, words.zone))
            }
            _ => None,
        }
    }

    /// The words of a correction or a retraction, in one language.
    fn correction(
        &self,
        publication: &Publication,
        language: &str,
        what: &[(String, String)],
        is_retraction: bool,
        is_short: bool,
    ) -> String {
        let organisations = self.plan.organisation.language;
        let words = Words {
            language: Language::from_tag(language).unwrap_or(organisations),
            zone: self.plan.organisation.timezone,
        };
        let says = |nl: &str, en: &str| words.pick(nl, en).to_owned();
        // Always with the day: who reads it may read it tomorrow.
        let then = moment(words.language, publication.at, words.zone);
        let given = what.iter().find(|(tag, _)| tag == language);
        let what = given.map(|(_, text)| text.clone());
        let mut paragraphs: Vec<String> = Vec::new();
        if is_retraction {
            paragraphs.push(says(
                &format!("Wij trekken ons bericht van {then} in."),
                &format!("We withdraw our message of {then}."),
            ));
            paragraphs.push(match is_short {
                true => says(
                    "Wij weten niet zeker of het klopt. Het spijt ons dat wij u verkeerd informeerden.",
                    "We are not sure that it is right. We are sorry that we misinformed you.",
                ),
                false => says(
                    "Wat daarin stond, klopt niet, of wij weten niet zeker of het klopt. Ga er niet meer van uit. Het spijt ons dat wij u verkeerd informeerden.",
                    "What it said is not right, or we are not sure that it is. Please do not rely on it any more. We are sorry that we misinformed you.",
                ),
            });
            paragraphs.extend(what);
            paragraphs.extend(match (self.next_news(words), is_short) {
                (Some(next), _) => Some(says(
                    &format!("Op {next} leest u hier meer."),
                    &format!("On {next} you will read more here."),
                )),
                (None, true) => None,
                (None, false) => Some(says(
                    "Zodra wij meer zeker weten, leest u het hier.",
                    "As soon as we know more for certain, you will read it here.",
                )),
            });
        } else {
            paragraphs.push(says(
                &format!(
                    "Rectificatie: in ons bericht van {then} stond iets dat niet klopt. Dat spijt ons."
                ),
                &format!(
                    "Correction: our message of {then} said something that is not right. We are sorry."
                ),
            ));
            let what = what.unwrap_or_else(|| {
                says(
                    "[nog invullen: wat er had moeten staan]",
                    "[to fill in: what it should have said]",
                )
            });
            paragraphs.push(says(
                &format!("Dit is juist: {what}"),
                &format!("What is right: {what}"),
            ));
        }
        paragraphs.extend(publication.url.as_deref().map(|url| match is_short {
            true => url.to_owned(),
            false => says(
                &format!("Dit gaat over ons bericht: {url}"),
                &format!("This is about our message: {url}"),
            ),
        }));
        paragraphs.join("\n\n")
    }
}

/// A text as it is kept: plain line ends, no controls, no marks that turn the
/// direction of reading, nothing around it.
pub(super) fn clean(text: &str) -> Result<String, NoAct> {
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    let is_kept = |letter: &char| {
        let turns = matches!(letter, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
        *letter == '\n' || *letter == '\t' || !(letter.is_control() || turns)
    };
    let kept: String = text.chars().filter(is_kept).collect();
    let lines: Vec<&str> = kept.lines().map(str::trim_end).collect();
    let kept = lines.join("\n").trim().to_owned();
    if kept.is_empty() {
        return no("the text is empty");
    }
    if kept.chars().count() > LONGEST {
        return no("the text is longer than 20,000 characters");
    }
    Ok(kept)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_kept_without_what_nobody_sees() {
        let text = clean(" Een\r\nmuis \u{1b}[31m\u{202e}.\n\n").unwrap();
        assert_eq!(text, "Een\nmuis [31m.");
        assert!(clean(" \n\u{7}").is_err());
        assert!(clean(&"a".repeat(LONGEST + 1)).is_err());
    }
}
