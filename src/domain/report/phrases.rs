//! What a report says of one publication and of one lesson, in both languages.

use super::model::{LessonRow, PostedText, Promise, Statement};
use super::words::Labels;
use crate::domain::run::impact::PublicEffect;

impl Labels<'_> {
    /// The texts of a publication, and what is to be said of each: those that are the
    /// same in several channels once.
    pub(super) fn texts<'b>(&self, one: &'b Statement) -> Vec<(String, &'b str)> {
        let mut groups: Vec<(Vec<String>, &PostedText)> = Vec::new();
        for text in &one.texts {
            let is_same = |(_, other): &&mut (Vec<String>, &PostedText)| {
                other.text == text.text
                    && other.language == text.language
                    && self.versions(other) == self.versions(text)
            };
            match groups.iter_mut().find(is_same) {
                Some((channels, _)) => channels.push(text.channel.clone()),
                None => groups.push((vec![text.channel.clone()], text)),
            }
        }
        let said = groups.into_iter().map(|(channels, text)| {
            let about = format!(
                "{}, {}: {}",
                self.words.list(&channels),
                text.language,
                self.versions(text)
            );
            let text = match text.text.is_empty() {
                true => self
                    .words
                    .pick("(de tekst is niet bewaard)", "(the text was not kept)"),
                false => text.text.as_str(),
            };
            (about, text)
        });
        said.collect()
    }

    /// Who published and released it.
    pub(super) fn released(&self, one: &Statement) -> String {
        let by = format!("{} {}", self.pick("Geplaatst door", "Published by"), one.by);
        let approved = match (one.approved_by.is_empty(), one.is_preapproved) {
            (false, _) => format!(
                "{} {}",
                self.pick("akkoord van", "released by"),
                self.words.list(&one.approved_by)
            ),
            (true, true) => self
                .pick(
                    "vooraf vrijgegeven in het draaiboek",
                    "released beforehand by the playbook",
                )
                .to_owned(),
            (true, false) => self
                .pick(
                    "zonder akkoord in het logboek",
                    "without a release in the log",
                )
                .to_owned(),
        };
        format!("{by}; {approved}.")
    }

    /// Which version, and what people changed.
    pub(super) fn versions(&self, text: &PostedText) -> String {
        let mut said = format!("{} {}", self.pick("versie", "version"), text.versions);
        if text.edits > 0 {
            said.push_str(", ");
            said.push_str(&match text.edits {
                1 => self
                    .pick("één keer door iemand bewerkt", "edited once")
                    .to_owned(),
                n => format!(
                    "{n} {}",
                    self.pick("keer door iemand bewerkt", "times edited")
                ),
            });
        }
        if text.differs {
            said.push_str(", ");
            said.push_str(self.pick(
                "anders geplaatst dan er akkoord was",
                "posted otherwise than approved",
            ));
        }
        said
    }

    /// What it did to the volume, in one sentence.
    pub(super) fn effect(&self, one: &Statement) -> String {
        let Some(effect) = one.effect else {
            return match one.is_internal {
                true => self
                    .pick(
                        "Intern bericht: geen effect gemeten.",
                        "Internal: no effect measured.",
                    )
                    .to_owned(),
                false => self
                    .pick(
                        "Het effect is niet gemeten.",
                        "The effect was not measured.",
                    )
                    .to_owned(),
            };
        };
        let said = match effect.effect {
            PublicEffect::Amplified => self.pick("Daarna werd het drukker", "It became busier"),
            PublicEffect::Calmed => self.pick("Daarna werd het rustiger", "It became calmer"),
            PublicEffect::Unchanged => self.pick("Daarna veranderde er weinig", "Little changed"),
            PublicEffect::TooLittle => self.pick(
                "Er waren te weinig vermeldingen om iets te zeggen",
                "There were too few mentions to tell",
            ),
        };
        format!(
            "{said}: {} {}, {} {} (#{}).",
            self.words.number(effect.before),
            self.pick(
                "vermeldingen in het uur ervoor",
                "mentions in the hour before"
            ),
            self.words.number(effect.after),
            self.pick("in het uur erna", "in the hour after"),
            effect.seq
        )
    }

    pub(super) fn promise(&self, promise: Promise) -> String {
        let at = self.clock(promise.at);
        let kept = match promise.is_kept {
            Some(true) => self.pick("nagekomen", "kept"),
            Some(false) => self.pick("GEBROKEN", "BROKEN"),
            None => self.pick(
                "niet nagekomen en niet gebroken: de inzet eindigde, of een andere belofte kwam ervoor in de plaats",
                "neither kept nor broken: the run ended, or another promise took its place",
            ),
        };
        let seq = promise.seq.map(|seq| format!(" (#{seq})"));
        format!(
            "{} {at}: {kept}{}.",
            self.pick("Beloofde een update om", "Promised an update at"),
            seq.unwrap_or_default()
        )
    }

    /// How a lesson stands.
    pub(super) fn state(&self, lesson: &LessonRow) -> String {
        match &lesson.how {
            Some(how) => format!("✓ {}: {how}", self.pick("afgehandeld", "seen to")),
            None if lesson.is_overdue => format!("! {}", self.pick("TE LAAT", "OVERDUE")),
            None => self.pick("open", "open").to_owned(),
        }
    }
}
