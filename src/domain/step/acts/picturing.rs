//! Putting images to drafts, giving them other words, and taking them off. Each
//! makes a version: an approval of what was there before does not count for it.

use super::{Hand, NoAct, nearest, no};
use crate::domain::picture::alt::clean;
use crate::domain::picture::{LONGEST_ALT, Look, Picture, can_show, plain_name};
use crate::domain::run::{Draft, Event};

/// More images than this go with no statement.
const MOST_IMAGES: usize = 20;

impl Hand<'_> {
    pub(super) fn attach(
        &self,
        wanted: &str,
        file: &str,
        look: &Look,
        alt: &[(Option<String>, String)],
    ) -> Result<Vec<Event>, NoAct> {
        let (key, _, drafts) = self.drafts(wanted)?;
        let alt = read_alt(alt)?;
        let is_one = drafts.len() == 1;
        self.demand_languages(&alt, &drafts)?;
        let mut events = Vec::new();
        let showing = drafts.iter().filter(|draft| self.shows_images(draft));
        for draft in showing {
            let image = Picture {
                file: plain_name(file),
                look: look.clone(),
                alt: self.alt_for(draft, &alt, is_one),
            };
            let mut images = draft.images.clone();
            let present = images
                .iter()
                .position(|one| one.file == image.file || one.look.hash == image.look.hash);
            match present {
                Some(at) if images[at] == image => continue,
                Some(at) => images[at] = image.clone(),
                None if images.len() >= MOST_IMAGES => {
                    return no(format!(
                        "{} has {MOST_IMAGES} images already: take one off first",
                        draft.id()
                    ));
                }
                None => images.push(image.clone()),
            }
            let draft = self.pictured(draft, images);
            events.push(Event::ImageAttached { draft, image });
        }
        if events.is_empty() {
            return match drafts.iter().any(|draft| self.shows_images(draft)) {
                true => no(format!("`{key}` has this image already, with these words")),
                false => no(format!(
                    "nobody sees an image there: `{key}` goes by sms, phone or NL-Alert"
                )),
            };
        }
        Ok(self.with_lapse(events))
    }

    pub(super) fn detach(&self, wanted: &str, image: &str) -> Result<Vec<Event>, NoAct> {
        let (key, _, drafts) = self.drafts(wanted)?;
        let is_it = |one: &Picture| {
            one.file == image
                || one.file.rsplit('/').next() == Some(image)
                || (image.len() >= 8 && one.look.hash.starts_with(image))
        };
        let mut events = Vec::new();
        for draft in &drafts {
            let Some(taken) = draft.images.iter().find(|one| is_it(one)).cloned() else {
                continue;
            };
            let mut images = draft.images.clone();
            images.retain(|one| *one != taken);
            let draft = self.pictured(draft, images);
            let image = taken;
            events.push(Event::ImageRemoved { draft, image });
        }
        if events.is_empty() {
            let known = drafts.iter().flat_map(|draft| &draft.images);
            let near = nearest(image, known.map(|one| one.file.as_str()));
            return no(format!("`{key}` has no image `{image}`{near}"));
        }
        Ok(self.with_lapse(events))
    }

    fn shows_images(&self, draft: &Draft) -> bool {
        let channel = self.plan.organisation.channel(&draft.channel);
        channel.is_none_or(|channel| can_show(&channel.kind))
    }

    /// Words in a language that no draft has would be said to nobody.
    fn demand_languages(
        &self,
        alt: &[(Option<String>, String)],
        drafts: &[&Draft],
    ) -> Result<(), NoAct> {
        let named = alt.iter().filter_map(|(language, _)| language.as_deref());
        for language in named {
            if !drafts.iter().any(|draft| draft.language == language) {
                return no(format!("no draft that is meant is in `{language}`"));
            }
        }
        Ok(())
    }

    /// What is said of the image in the language of a draft; empty when nothing
    /// is, and then review holds it back.
    fn alt_for(&self, draft: &Draft, alt: &[(Option<String>, String)], is_one: bool) -> String {
        let own = self.plan.organisation.language.tag();
        let fits = |language: &Option<String>| match language.as_deref() {
            Some(language) => language == draft.language,
            None => is_one || draft.language == own,
        };
        let found = alt.iter().find(|(language, _)| fits(language));
        found.map_or_else(String::new, |(_, text)| text.clone())
    }

    /// The next version of a draft, with these images.
    fn pictured(&self, before: &Draft, images: Vec<Picture>) -> Draft {
        let mut pictured_by = before.pictured_by.clone();
        pictured_by.retain(|one| one != self.by);
        pictured_by.push(self.by());
        Draft {
            version: before.version + 1,
            by: Some(self.by()),
            base: Some(before.version),
            changed: Vec::new(),
            images,
            pictured_by,
            ..before.clone()
        }
    }

    /// The same events, and that approvals of what was there before lapsed.
    fn with_lapse(&self, mut events: Vec<Event>) -> Vec<Event> {
        let mut drafts = Vec::new();
        let mut approvers: Vec<String> = Vec::new();
        for event in &events {
            let (Event::ImageAttached { draft, .. } | Event::ImageRemoved { draft, .. }) = event
            else {
                continue;
            };
            let id = draft.id();
            let Some(before) = self.run.drafts.get(&id) else {
                continue;
            };
            let approved = self.run.statements.approved(before);
            if approved.is_empty() || self.run.statements.is_out(before) {
                continue;
            }
            for approval in approved {
                if !approvers.contains(&approval.by) {
                    approvers.push(approval.by.clone());
                }
            }
            drafts.push(id);
        }
        if !drafts.is_empty() {
            events.push(Event::ApprovalLapsed {
                drafts,
                approvers,
                facts: Vec::new(),
                by: Some(self.by()),
            });
        }
        events
    }
}

/// The words as they are kept, by language.
fn read_alt(alt: &[(Option<String>, String)]) -> Result<Vec<(Option<String>, String)>, NoAct> {
    let mut read: Vec<(Option<String>, String)> = Vec::new();
    for (language, text) in alt {
        let text = clean(text);
        if text.is_empty() {
            return no("the alt text is empty: say what can be seen");
        }
        if text.chars().count() > LONGEST_ALT {
            return no("the alt text is longer than 4,000 characters");
        }
        if read.iter().any(|(known, _)| known == language) {
            return no("there are two alt texts for one language: keep one");
        }
        read.push((language.clone(), text));
    }
    Ok(read)
}
