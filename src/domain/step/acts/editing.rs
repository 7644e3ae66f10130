//! Writing in a draft, and making one that puts right or takes back what was
//! published.

use super::{Hand, NoAct, nearest, no};
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

    /// Drafts that put right what was published last of a message, or take it
    /// back: one for each text that went out, and one for each language of the
    /// organisation's own people beside it.
    pub(super) fn correct(
        &self,
        wanted: &str,
        what: &[(String, String)],
        is_retraction: bool,
    ) -> Result<Vec<Event>, NoAct> {
        let publication = self.publication(wanted)?;
        let name = publication.message.split('@').next().unwrap_or_default();
        let case = publication.message.split_once('@').map(|(_, case)| case);
        if self.plan.playbook.message(name).is_none() {
            return no(format!("the playbook has no message `{name}`"));
        }
        let what: Vec<(String, String)> = what
            .iter()
            .map(|(language, text)| Ok((language.clone(), clean(text)?)))
            .collect::<Result<_, NoAct>>()?;
        let number = self.next_number(&publication.message, is_retraction);
        let mut events = Vec::new();
        for (channel, language) in self.places_of(publication) {
            let corrects = Corrects {
                message: publication.message.clone(),
                published_at: publication.at,
                url: publication.url.clone(),
                is_retraction,
                number,
            };
            let text = self.correction(publication, &language, &what, is_retraction);
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

    /// The latest publication of a message, or of the draft that is named.
    fn publication(&self, wanted: &str) -> Result<&Publication, NoAct> {
        let all = self.run.statements.publications.iter();
        let mut plain = all.rev().filter(|one| one.corrects.is_none());
        let begins = format!("{wanted}@");
        let found = plain.find(|one| {
            one.message == wanted
                || one.message.starts_with(&begins)
                || one.drafts.iter().any(|id| id == wanted)
        });
        found.ok_or_else(|| {
            let all = self.run.statements.publications.iter();
            let known = all.map(|one| one.message.as_str());
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

    /// Where it went, in the language it had there; and in the other languages of
    /// the team, in which somebody may have passed it on.
    fn places_of(&self, publication: &Publication) -> Vec<(String, String)> {
        let mut places: Vec<(String, String)> = Vec::new();
        for id in &publication.drafts {
            let mut parts = id.rsplitn(3, '.');
            if let (Some(language), Some(channel)) = (parts.next(), parts.next()) {
                places.push((channel.to_owned(), language.to_owned()));
            }
        }
        let channels: Vec<String> = places.iter().map(|(channel, _)| channel.clone()).collect();
        let own = self.plan.organisation.language.tag().to_owned();
        let written = self.plan.organisation.audiences.iter();
        let languages = written.flat_map(|audience| audience.languages.iter().cloned());
        let languages: Vec<String> = languages.chain([own]).collect();
        for channel in channels {
            for language in &languages {
                let place = (channel.clone(), language.clone());
                if Language::from_tag(language).is_some() && !places.contains(&place) {
                    places.push(place);
                }
            }
        }
        places
    }

    /// The words of a correction or a retraction, in one language.
    fn correction(
        &self,
        publication: &Publication,
        language: &str,
        what: &[(String, String)],
        is_retraction: bool,
    ) -> String {
        let organisations = self.plan.organisation.language;
        let language_of = Language::from_tag(language).unwrap_or(organisations);
        let words = Words {
            language: language_of,
            zone: self.plan.organisation.timezone,
        };
        let says = |nl: &str, en: &str| words.pick(nl, en).to_owned();
        // Always with the day: who reads it may read it tomorrow.
        let then = words.full(publication.at);
        let given = what.iter().find(|(tag, _)| tag == language);
        let what = given.map(|(_, text)| text.clone());
        let url = publication.url.as_deref();
        let link = url.map(|url| match language_of {
            Language::Nl => format!("Het bericht waar het om gaat: {url}"),
            Language::En => format!("The message in question: {url}"),
        });
        let mut paragraphs: Vec<String> = Vec::new();
        match is_retraction {
            true => {
                paragraphs.push(match language_of {
                    Language::Nl => format!("Wij trekken ons bericht van {then} in."),
                    Language::En => format!("We withdraw our message of {then}."),
                });
                paragraphs.push(says(
                    "Wat daarin stond, klopt niet, of wij weten niet zeker of het klopt. Ga er niet meer van uit. Het spijt ons als u daardoor verkeerd bent geïnformeerd.",
                    "What it said is not right, or we are not sure that it is. Please do not rely on it any more. We are sorry if it misinformed you.",
                ));
                paragraphs.extend(what);
                paragraphs.push(says(
                    "Zodra wij meer zeker weten, leest u het hier.",
                    "As soon as we know more for certain, you will read it here.",
                ));
            }
            false => {
                paragraphs.push(match language_of {
                    Language::Nl => format!(
                        "Rectificatie: in ons bericht van {then} stond iets dat niet klopt. Dat spijt ons."
                    ),
                    Language::En => format!(
                        "Correction: our message of {then} said something that is not right. We are sorry."
                    ),
                });
                let what = what.unwrap_or_else(|| {
                    says(
                        "[nog invullen: wat er had moeten staan]",
                        "[to fill in: what it should have said]",
                    )
                });
                paragraphs.push(match language_of {
                    Language::Nl => format!("Het goede is: {what}"),
                    Language::En => format!("What is right: {what}"),
                });
            }
        }
        paragraphs.extend(link);
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
