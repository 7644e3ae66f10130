//! Reads the pictures of a message, and checks that each is there, can go out and
//! is described for who cannot see it.
//!
//! What only the disk can tell is a warning: an alarm does not wait for a picture.

use std::collections::BTreeMap;

use crate::domain::draft::places;
use crate::domain::organisation::Organisation;
use crate::domain::picture::alt::{Weak, weakness};
use crate::domain::picture::{
    FOLDER, HEAVY, Kind, Look, NoPicture, SENSIBLE_ALT, SMALLEST_SIDE, can_show, limits,
};
use crate::domain::playbook::{Illustration, Message, Playbook};
use crate::domain::text::Text;

use super::fields::Fields;
use super::names::{CHANNEL, Scope, references};
use super::problems::{Problems, Span};
use super::tree::{Node, shortened};
use super::{value, work};

/// What the files below `images/` are, by their path; one that is not there is
/// not in it.
pub type Looks = BTreeMap<String, Result<Look, NoPicture>>;

pub(super) fn pictures(node: &Node, scope: Scope<'_>) -> Option<Vec<Illustration>> {
    let example = "[{ file: images/route.png, alt: \"…\" }]";
    value::list(node, example, scope.problems, |item, _| {
        picture(item, scope)
    })
}

fn picture(item: &Node, scope: Scope<'_>) -> Option<Illustration> {
    let mut fields = Fields::open(item, item.span, "an image", scope.problems)?;
    let file = fields.demand("file", "images/route.png", value::text);
    let alt = fields.demand("alt", "{ nl: \"…\", en: \"…\" }", value::text);
    let channels = fields.read("channels", |node, p| {
        references(node, &CHANNEL, "[website]", &scope.names.channels, p)
    });
    fields.close();
    let (file, alt) = (file?, alt?);
    for (path, at) in texts(&file, item, "file") {
        let name = path.strip_prefix(FOLDER);
        let is_name = |name: &str| {
            let is_harmless = |letter: char| !letter.is_control() && !"/\\".contains(letter);
            !name.is_empty() && !name.starts_with('.') && name.chars().all(is_harmless)
        };
        if !name.is_some_and(is_name) {
            scope.problems.error(
                at,
                "image-path",
                format!("`{}` is no file in {FOLDER}", shortened(path)),
                "put the file in the folder images/ beside draaiboek.yaml, and write images/NAME.png",
            );
        }
    }
    Some(Illustration {
        file,
        alt,
        channels: channels.unwrap_or_default(),
        looks: Vec::new(),
    })
}

/// Each text under a key, with its place.
fn texts<'t>(text: &'t Text, item: &Node, key: &str) -> Vec<(&'t str, Span)> {
    let node = item.get(key).map(|entry| &entry.value);
    let whole = node.map_or(item.span, |node| node.span);
    match text {
        Text::Same(text) => vec![(text, whole)],
        Text::By(texts) => texts
            .iter()
            .map(|(language, text)| {
                let entry = node.and_then(|node| node.get(language));
                (text.as_str(), entry.map_or(whole, |entry| entry.value.span))
            })
            .collect(),
    }
}

/// Looks at the pictures of every message of a playbook without mistakes, and
/// notes what each file is.
pub(super) fn check(
    root: &Node,
    playbook: &mut Playbook,
    organisation: &Organisation,
    looks: &Looks,
    scope: Scope<'_>,
) {
    for (home, _) in work::homes(root)
        .into_iter()
        .filter(|(_, noun)| *noun == "message")
    {
        for entry in home.value.entries() {
            let Some(written) = entry.value.get("images") else {
                continue;
            };
            let Some(message) = playbook.message_mut(&entry.key) else {
                continue;
            };
            let places = places(organisation, message);
            let mut images = std::mem::take(&mut message.images);
            for (image, item) in images.iter_mut().zip(written.value.items()) {
                let one = One {
                    item,
                    organisation,
                    problems: scope.problems,
                    places: &places,
                };
                one.check(image, message, looks);
            }
            message.images = images;
        }
    }
}

/// One picture of one message.
struct One<'a> {
    item: &'a Node,
    organisation: &'a Organisation,
    problems: &'a Problems,
    /// Where the message goes: channel and language.
    places: &'a [(String, String)],
}

impl One<'_> {
    fn kind(&self, channel: &str) -> &str {
        let known = self.organisation.channel(channel);
        known.map_or("", |known| &known.kind)
    }

    fn check(&self, image: &mut Illustration, message: &Message, looks: &Looks) {
        let goes = |(channel, _): &&(String, String)| {
            image.goes_with(channel) && can_show(self.kind(channel))
        };
        let shown: Vec<&(String, String)> = self.places.iter().filter(goes).collect();
        self.channels(image, message, shown.is_empty());
        self.languages(&image.alt, &shown);
        let kinds: Vec<&str> = shown
            .iter()
            .map(|(channel, _)| self.kind(channel))
            .collect();
        for (path, at) in texts(&image.file, self.item, "file") {
            match looks.get(path) {
                None => self.problems.warning(
                    at,
                    "image-missing",
                    format!("there is no file `{}`", shortened(path)),
                    "put it in images/ beside draaiboek.yaml; until then drafts come without it",
                ),
                Some(Err(why)) => self.problems.warning(
                    at,
                    "image-kind",
                    format!("`{}` cannot go out: {why}", shortened(path)),
                    match why {
                        NoPicture::Svg => "export it as PNG",
                        _ => "save it as PNG, JPEG or WebP; until then drafts come without it",
                    },
                ),
                Some(Ok(look)) => {
                    self.size(path, look, at, &kinds);
                    image.looks.push((path.to_owned(), look.clone()));
                }
            }
        }
        let file = image.file.get("", self.organisation.language).to_owned();
        for (alt, at) in texts(&image.alt, self.item, "alt") {
            self.words(alt, &file, at);
            self.length(alt, at, &kinds);
        }
    }

    /// Channels that are named, and show nothing or are not this message's.
    fn channels(&self, image: &Illustration, message: &Message, is_nowhere: bool) {
        let entry = self.item.get("channels");
        let at = entry.map_or(self.item.span, |entry| entry.value.span);
        let mut is_said = false;
        for channel in &image.channels {
            let is_of_message = self.places.iter().any(|(of, _)| of == channel);
            let why = match (is_of_message, can_show(self.kind(channel))) {
                (false, _) => format!("message `{}` does not go to `{channel}`", message.name),
                (true, false) => format!("nobody sees a picture on `{channel}`"),
                (true, true) => continue,
            };
            is_said = true;
            let hint = "take it out of `channels` of this image";
            self.problems.warning(at, "image-channel", why, hint);
        }
        if is_nowhere && !is_said {
            self.problems.warning(
                at,
                "image-channel",
                format!("message `{}` goes to no channel that shows pictures", message.name),
                "give it a channel of another kind than sms, phone or nl-alert, or take the image away",
            );
        }
    }

    /// Every language has its own words for it.
    fn languages(&self, alt: &Text, shown: &[&(String, String)]) {
        let mut languages: Vec<&str> = shown
            .iter()
            .map(|(_, language)| language.as_str())
            .collect();
        languages.sort_unstable();
        languages.dedup();
        let missing: Vec<&str> = match alt {
            Text::Same(_) if languages.len() > 1 => languages,
            Text::Same(_) => return,
            Text::By(texts) => {
                let lacks = |language: &&str| !texts.contains_key(*language);
                languages.into_iter().filter(lacks).collect()
            }
        };
        if missing.is_empty() {
            return;
        }
        let at = self
            .item
            .get("alt")
            .map_or(self.item.span, |entry| entry.value.span);
        self.problems.error(
            at,
            "alt-missing",
            format!(
                "this image has no alt text of its own in {}",
                missing.join(", ")
            ),
            "say in each language what can be seen: alt: { nl: \"…\", en: \"…\" }",
        );
    }

    fn size(&self, path: &str, look: &Look, at: Span, kinds: &[&str]) {
        let refusing = kinds.iter().find(|kind| {
            let limit = limits(kind).bytes;
            limit.is_some_and(|limit| look.bytes > limit)
        });
        let why = if let Some(kind) = refusing {
            Some(format!("`{}` is too large for {kind}", shortened(path)))
        } else if look.bytes > HEAVY {
            Some(format!("`{}` is larger than 5 MB", shortened(path)))
        } else if look.width < SMALLEST_SIDE || look.height < SMALLEST_SIDE {
            let (width, height) = (look.width, look.height);
            Some(format!("`{}` is only {width} × {height}", shortened(path)))
        } else {
            None
        };
        if let Some(why) = why {
            let hint = "some 1200 pixels wide and well under 1 MB goes everywhere";
            self.problems.warning(at, "image-size", why, hint);
        }
        if look.has_place {
            self.problems.warning(
                at,
                "image-place",
                format!("`{}` says where it was taken", shortened(path)),
                "take the place out (EXIF, GPS) before anybody posts it",
            );
        }
        let written = path.rsplit('.').next().unwrap_or_default().to_lowercase();
        let is_named_so = match look.kind {
            Kind::Jpeg => matches!(written.as_str(), "jpg" | "jpeg"),
            kind => written == kind.ending(),
        };
        if !is_named_so {
            self.problems.warning(
                at,
                "image-kind",
                format!(
                    "`{}` is a {} by its content",
                    shortened(path),
                    look.kind.ending()
                ),
                "give the file the ending that fits, or some programs refuse it",
            );
        }
    }

    fn words(&self, alt: &str, file: &str, at: Span) {
        let why = match weakness(alt, file) {
            None => return,
            Some(Weak::FileName) => "this alt text is the name of the file".to_owned(),
            Some(Weak::Empty) => "this alt text does not say what can be seen".to_owned(),
            Some(Weak::SaidAlready(begin)) => {
                format!("this alt text begins with “{begin}”, which a screen reader says already")
            }
        };
        let hint = "say what can be seen and why it is there, as you would on the phone";
        self.problems.warning(at, "alt-words", why, hint);
    }

    fn length(&self, alt: &str, at: Span, kinds: &[&str]) {
        let n_letters = alt.chars().count();
        let tightest = kinds
            .iter()
            .filter_map(|kind| Some((limits(kind).alt?, *kind)))
            .min();
        let why = match tightest {
            Some((limit, kind)) if n_letters > limit => {
                format!("this alt text is {n_letters} characters long, and {kind} takes {limit}")
            }
            _ if n_letters > SENSIBLE_ALT => {
                format!("this alt text is {n_letters} characters long")
            }
            _ => return,
        };
        let hint = "one or two sentences; what needs more belongs in the message itself";
        self.problems.warning(at, "alt-length", why, hint);
    }
}
