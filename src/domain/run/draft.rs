//! A draft: one statement for one message, channel and language, with who wrote
//! its words and what they were made from.

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::item;
use crate::domain::draft::Adapted;
use crate::domain::hex::hex;
use crate::domain::picture::Picture;
use crate::domain::revision;
use crate::domain::time::Timestamp;

/// Characters of a hash that people are shown: enough to compare by eye.
pub const SHORT_HASH: usize = 8;

/// One version of a statement.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Draft {
    pub message: String,
    pub channel: String,
    pub language: String,
    /// Number of the case it is for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub case: Option<String>,
    /// Counted from 1.
    pub version: u32,
    pub text: String,
    /// Names of facts (and other values) that show as a gap in the text.
    pub gaps: Vec<String>,
    /// Names of facts the template asked for, known or not.
    pub used: Vec<String>,
    /// File name of the template.
    pub template: String,
    /// What was done to make it fit a channel it was not written for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub adapted: Option<Adapted>,
    /// Who wrote this version; `None` when the program made it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<String>,
    /// The version that who wrote it had before them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub base: Option<u32>,
    /// What the template gives for it, where the text is another because people
    /// wrote in it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rendered: Option<String>,
    /// Everybody who wrote in it since it was only a rendering.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub writers: Vec<String>,
    /// Who wanted it to be there, beside what the playbook calls for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub asked_by: Option<String>,
    /// The facts whose change made this version.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub changed: Vec<String>,
    /// What it puts right or takes back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub corrects: Option<Corrects>,
    /// What is shown with it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub images: Vec<Picture>,
    /// Everybody who put pictures to it or took them off; none: they are the
    /// playbook's.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub pictured_by: Vec<String>,
}

/// A publication that a later text puts right or takes back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Corrects {
    /// Key of the message that was published.
    pub message: String,
    pub published_at: Timestamp,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// Whether it takes the whole of it back.
    #[serde(default)]
    pub is_retraction: bool,
    /// From 1, among those of the same kind and message.
    pub number: u32,
}

impl Corrects {
    /// `correction-1`, `retraction-1`: what stands behind the message's name.
    pub fn suffix(&self) -> String {
        let kind = if self.is_retraction {
            RETRACTION
        } else {
            CORRECTION
        };
        format!("{kind}-{}", self.number)
    }
}

const CORRECTION: &str = "correction";
const RETRACTION: &str = "retraction";

/// The message that a name such as `holding-correction-1` puts right, whether it
/// takes it back, and its number; `None` for any other name.
pub fn corrected(name: &str) -> Option<(&str, bool, u32)> {
    let (rest, number) = name.rsplit_once('-')?;
    let number = number.parse().ok()?;
    let (message, kind) = rest.rsplit_once('-')?;
    match kind {
        CORRECTION => Some((message, false, number)),
        RETRACTION => Some((message, true, number)),
        _ => None,
    }
}

impl Draft {
    /// `holding.website.nl`, or `reply@2.website.nl` for a case: what people type
    /// to mean this draft.
    pub fn id(&self) -> String {
        format!("{}.{}.{}", self.item(), self.channel, self.language)
    }

    /// Key of the message it is for, with its case. A correction has a key of
    /// its own.
    pub fn item(&self) -> String {
        match &self.corrects {
            None => item::key(&self.message, self.case.as_deref()),
            Some(corrects) => {
                let name = format!("{}-{}", self.message, corrects.suffix());
                item::key(&name, self.case.as_deref())
            }
        }
    }

    /// SHA-256 of the text and its images, in hexadecimal: what is approved.
    pub fn hash(&self) -> String {
        content_hash(&self.text, &self.images)
    }

    /// Places where both a fact and a person changed the text, and nobody has
    /// chosen yet.
    pub fn n_conflicts(&self) -> usize {
        revision::n_conflicts(&self.text)
    }

    /// What the template gives for it.
    pub fn rendering(&self) -> &str {
        self.rendered.as_deref().unwrap_or(&self.text)
    }

    /// Whether this person's words are in it, or it is there because they wanted
    /// it: then another must approve it.
    pub fn is_of(&self, person: &str) -> bool {
        let mut own = self.writers.iter().chain(&self.pictured_by);
        own.any(|writer| writer == person) || self.asked_by.as_deref() == Some(person)
    }
}

/// SHA-256 of a text, in hexadecimal: `printf %s TEXT | sha256sum`.
pub fn hash_of(text: &str) -> String {
    hex(&Sha256::digest(text.as_bytes()))
}

/// SHA-256 of what goes out: of the text alone, or with images of the text and
/// after it for each a zero byte, the hash of its file, a space and its alt text.
/// No text holds a zero byte, so that no text passes for another with an image.
pub fn content_hash(text: &str, images: &[Picture]) -> String {
    if images.is_empty() {
        return hash_of(text);
    }
    let mut whole = text.to_owned();
    for image in images {
        whole.push('\0');
        whole.push_str(&format!("{} {}", image.look.hash, image.alt));
    }
    hash_of(&whole)
}

/// The beginning of a hash, for people.
pub fn short_hash(hash: &str) -> &str {
    hash.get(..SHORT_HASH).unwrap_or(hash)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_correction_has_a_key_of_its_own() {
        let mut draft = Draft {
            message: "holding".into(),
            channel: "website".into(),
            language: "nl".into(),
            case: Some("2".into()),
            ..Draft::default()
        };
        assert_eq!(draft.id(), "holding@2.website.nl");
        draft.corrects = Some(Corrects {
            message: "holding@2".into(),
            published_at: Timestamp::default(),
            url: None,
            is_retraction: true,
            number: 3,
        });
        assert_eq!(draft.id(), "holding-retraction-3@2.website.nl");
        assert_eq!(
            corrected("holding-retraction-3"),
            Some(("holding", true, 3))
        );
        assert_eq!(corrected("holding-note"), None);
    }

    #[test]
    fn what_is_approved_is_the_text_with_its_images() {
        let image = |hash: &str, alt: &str| Picture {
            file: "route.png".into(),
            look: crate::domain::picture::Look {
                kind: crate::domain::picture::Kind::Png,
                width: 1,
                height: 1,
                bytes: 1,
                hash: hash.into(),
                has_place: false,
            },
            alt: alt.into(),
        };
        let hash = |images: &[Picture]| content_hash("Een muis.", images);
        let all = [
            hash(&[]),
            hash(&[image("aa", "De deur")]),
            hash(&[image("aa", "De ingang")]),
            hash(&[image("ab", "De deur")]),
            hash(&[image("aa", "De deur"), image("aa", "De deur")]),
            content_hash("Een muis.\naa De deur", &[]),
        ];
        let distinct: std::collections::BTreeSet<_> = all.iter().collect();
        assert_eq!(distinct.len(), all.len());
        assert_eq!(all[0], hash_of("Een muis."));
    }

    #[test]
    fn the_hash_is_the_one_that_any_tool_gives() {
        let empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
        assert_eq!(hash_of(""), empty);
        assert_eq!(short_hash(empty), "e3b0c442");
    }
}
