//! Pictures that go with a statement: what a file is by its bytes, and the
//! picture as a draft holds it, with the words for who cannot see it.

pub mod alt;
mod bytes;

use serde::{Deserialize, Serialize};

use super::text::Language;

pub use bytes::{hash_of, look};

/// Folder of an organisation where its pictures stand.
pub const FOLDER: &str = "images/";

/// The largest file that is taken, in bytes: what the most generous channel
/// takes, with room.
pub const LARGEST: usize = 20_000_000;

/// A file over this takes long on a phone with a bad line.
pub const HEAVY: u64 = 5_000_000;

/// A picture of fewer pixels a side shows nothing.
pub const SMALLEST_SIDE: u32 = 50;

/// The longest alternative text that is kept at all, in characters.
pub const LONGEST_ALT: usize = 4_000;

/// Longer than this an alternative text is no description but a text: it belongs
/// beside the picture. Screen readers read it in one breath.
pub const SENSIBLE_ALT: usize = 400;

/// The kinds of file that every channel takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    Png,
    Jpeg,
    Gif,
    Webp,
}

impl Kind {
    /// As it ends a file's name.
    pub fn ending(self) -> &'static str {
        match self {
            Self::Png => "png",
            Self::Jpeg => "jpg",
            Self::Gif => "gif",
            Self::Webp => "webp",
        }
    }
}

/// What a file is, by its bytes alone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Look {
    pub kind: Kind,
    pub width: u32,
    pub height: u32,
    /// Size of the file.
    pub bytes: u64,
    /// SHA-256 of the file, in hexadecimal.
    pub hash: String,
    /// It says where it was taken (EXIF).
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub has_place: bool,
}

/// Why a file is no picture that can go out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NoPicture {
    /// A drawing that can hold scripts, and that no social channel takes.
    #[error("it is an SVG: no social channel takes one, and it can hold scripts")]
    Svg,
    #[error("it is no PNG, JPEG, GIF or WebP")]
    Unknown,
    #[error("it begins as a picture and does not say how large it is: it is damaged")]
    Damaged,
    #[error("it is larger than 20 MB")]
    TooLarge,
}

/// One picture of a draft. What is approved is its bytes, by their hash, and
/// its words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Picture {
    /// What people call it: the file's name, below `images/` with that before it.
    pub file: String,
    #[serde(flatten)]
    pub look: Look,
    /// What it shows, in the language of the draft; empty: nobody wrote it yet.
    pub alt: String,
}

impl Picture {
    /// The name of the copy that is kept: it says what is in it.
    pub fn kept_as(&self) -> String {
        format!("{}.{}", self.look.hash, self.look.kind.ending())
    }
}

/// Whether a kind of channel can show a picture at all.
pub fn can_show(channel: &str) -> bool {
    !matches!(channel, "sms" | "phone" | "nl-alert")
}

/// What a kind of channel takes of pictures, as far as that is known in public.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Limits {
    /// Characters of the alternative text.
    pub alt: Option<usize>,
    /// Whether it refuses a longer one. Where sources differ, or the channel only
    /// advises, it does not.
    pub refuses_alt: bool,
    /// How many pictures one post takes.
    pub number: Option<usize>,
    /// Size of one file.
    pub bytes: Option<u64>,
}

/// Sources: the channels' own help pages, Mastodon's media attachments, Bluesky's
/// app and its lexicon `app.bsky.embed.images`; `docs/review.md` has the table.
pub fn limits(channel: &str) -> Limits {
    let refusing = |alt, bytes| Limits {
        alt: Some(alt),
        refuses_alt: true,
        number: Some(4),
        bytes: Some(bytes),
    };
    let advising = |alt| Limits {
        alt: Some(alt),
        ..Limits::default()
    };
    match channel {
        "x" => refusing(1_000, 5_000_000),
        "mastodon" => refusing(1_500, 16_000_000),
        "bluesky" => refusing(2_000, 1_000_000),
        "linkedin" => advising(1_000),
        "tiktok" => advising(300),
        "instagram" | "facebook" => advising(100),
        _ => Limits::default(),
    }
}

/// The name of a picture, for people and in a file's name: the last part of a
/// path, in letters that are harmless everywhere.
pub fn plain_name(path: &str) -> String {
    let name = path.rsplit(['/', '\\']).next().unwrap_or(path);
    let plain = |letter: char| match letter {
        letter if letter.is_alphanumeric() || "-_.".contains(letter) => letter,
        _ => '-',
    };
    let name: String = name.chars().map(plain).take(100).collect();
    match name.trim_matches('.') {
        "" => "image".to_owned(),
        name => name.to_owned(),
    }
}

/// `1200 × 675, 45 kB`: what a picture is, in words.
pub fn described(look: &Look, language: Language) -> String {
    let (width, height) = (look.width, look.height);
    let size = match look.bytes {
        bytes @ ..1_000 => format!("{bytes} bytes"),
        bytes @ ..1_000_000 => format!("{} kB", bytes.div_ceil(1_000)),
        bytes => {
            let tenths = bytes.div_ceil(100_000);
            let point = match language {
                Language::Nl => ',',
                Language::En => '.',
            };
            format!("{}{point}{} MB", tenths / 10, tenths % 10)
        }
    };
    format!("{} {width} × {height}, {size}", look.kind.ending())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_harmless_and_a_size_reads_well() {
        assert_eq!(plain_name("/tmp/../Route \u{1b}b.png"), "Route--b.png");
        assert_eq!(plain_name(".."), "image");
        let look = Look {
            kind: Kind::Png,
            width: 1200,
            height: 675,
            bytes: 1_240_000,
            hash: String::new(),
            has_place: false,
        };
        assert_eq!(described(&look, Language::Nl), "png 1200 × 675, 1,3 MB");
        assert_eq!(described(&look, Language::En), "png 1200 × 675, 1.3 MB");
    }
}
