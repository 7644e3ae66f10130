//! What a query can ask of a mention beside the words of its text.

use std::cmp::Ordering;
use std::fmt;
use std::sync::Arc;

use super::accounts::Accounts;
use super::bare_handle;
use super::fold::{each_token, fold};
use super::links::{is_under, links, readable};
use crate::domain::mention::{Mention, Platform};

/// One question; what was written with several values is several fields.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Field {
    Platform(Platform),
    /// The account: lower case, without the `@`.
    Author(String),
    /// The account, or the name that is shown: its words, folded.
    AuthorName(String),
    /// A language tag in lower case; without a region it stands for all of them.
    Language(String),
    /// The key of a source.
    Source(String),
    Is(Kind),
    /// Followers of the author; never of who does not say how many.
    Followers(Relation, u64),
    /// Lower-case host, perhaps with the beginning of a path.
    Site(String),
    /// A folded word in a link.
    LinkWord(String),
    /// A link stands in the text.
    HasLink,
    /// One or more emoji stand in the text, side by side; see [`emoji`].
    Sign(String),
    /// An account or site of a list.
    By(String, Arc<Accounts>),
}

/// What sort of text a mention is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Post,
    Repost,
    Reply,
    Article,
    Review,
}

impl Kind {
    pub(super) const ALL: [Self; 5] = [
        Self::Post,
        Self::Repost,
        Self::Reply,
        Self::Article,
        Self::Review,
    ];

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Post => "post",
            Self::Repost => "repost",
            Self::Reply => "reply",
            Self::Article => "article",
            Self::Review => "review",
        }
    }

    /// What the source says, else what shows: `RT @`, an answer, the platform.
    /// `None` when the source says something that we do not know.
    pub(super) fn of(mention: &Mention) -> Option<Self> {
        let said = mention.kind.as_deref().map(str::trim).unwrap_or_default();
        let kind = Self::ALL
            .into_iter()
            .find(|kind| kind.name().eq_ignore_ascii_case(said));
        match kind {
            None if !said.is_empty() => None,
            Some(kind) if kind != Self::Post => Some(kind),
            _ if mention.text.trim_start().starts_with("RT @") => Some(Self::Repost),
            _ if mention.in_reply_to.is_some() => Some(Self::Reply),
            Some(kind) => Some(kind),
            None => Some(match mention.platform {
                Platform::News | Platform::Blog => Self::Article,
                Platform::Review => Self::Review,
                _ => Self::Post,
            }),
        }
    }
}

/// How a number is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Relation {
    Above,
    AtLeast,
    Below,
    AtMost,
    Equal,
}

impl Relation {
    /// As it is written.
    pub(super) fn sign(self) -> &'static str {
        match self {
            Self::Above => ">",
            Self::AtLeast => ">=",
            Self::Below => "<",
            Self::AtMost => "<=",
            Self::Equal => "=",
        }
    }

    fn holds(self, number: u64, bound: u64) -> bool {
        match number.cmp(&bound) {
            Ordering::Less => matches!(self, Self::Below | Self::AtMost),
            Ordering::Equal => matches!(self, Self::AtLeast | Self::AtMost | Self::Equal),
            Ordering::Greater => matches!(self, Self::Above | Self::AtLeast),
        }
    }
}

impl Field {
    /// Whether it is so of a mention that came from this source.
    pub(super) fn holds(&self, mention: &Mention, source: &str) -> bool {
        match self {
            Self::Platform(platform) => mention.platform == *platform,
            Self::Author(author) => is_account(mention, author),
            Self::AuthorName(name) => {
                is_account(mention, name)
                    || [&mention.author_name, &mention.author]
                        .into_iter()
                        .flatten()
                        .any(|shown| words_of(shown) == *name)
            }
            Self::Language(language) => mention.lang.as_deref().is_some_and(|tag| {
                let tag = tag.replace('_', "-");
                let first = tag.split('-').next().unwrap_or_default();
                tag.eq_ignore_ascii_case(language) || first.eq_ignore_ascii_case(language)
            }),
            Self::Source(key) => source == key,
            Self::Is(kind) => Kind::of(mention) == Some(*kind),
            Self::Followers(relation, bound) => mention
                .followers
                .is_some_and(|number| relation.holds(number, *bound)),
            Self::Site(site) => urls(mention).any(|url| is_under(url, site)),
            Self::LinkWord(word) => urls(mention).any(|url| has_word(url, word)),
            Self::HasLink => links(&mention.text).next().is_some(),
            Self::Sign(sign) => has_sign(&mention.text, sign),
            Self::By(_, accounts) => accounts.has(mention),
        }
    }

    /// What the mention has instead, for somebody who wonders.
    pub(super) fn found_in(&self, mention: &Mention, source: &str) -> String {
        let or_none = |value: Option<&str>| value.unwrap_or("not given").to_owned();
        match self {
            Self::Platform(_) => mention.platform.name().to_owned(),
            Self::Author(_) | Self::By(..) => or_none(mention.author.as_deref()),
            Self::AuthorName(_) => {
                or_none(mention.author_name.as_deref().or(mention.author.as_deref()))
            }
            Self::Language(_) => or_none(mention.lang.as_deref()),
            Self::Source(_) if source.is_empty() => or_none(None),
            Self::Source(_) => source.to_owned(),
            Self::Sign(_) => "not in the text".to_owned(),
            Self::Is(_) => or_none(
                Kind::of(mention)
                    .map(Kind::name)
                    .or(mention.kind.as_deref()),
            ),
            Self::Followers(..) => mention
                .followers
                .map_or_else(|| or_none(None), |number| number.to_string()),
            Self::Site(_) | Self::LinkWord(_) | Self::HasLink => {
                let all: Vec<&str> = match self {
                    Self::HasLink => links(&mention.text).collect(),
                    _ => urls(mention).collect(),
                };
                if all.is_empty() {
                    "no link".to_owned()
                } else {
                    all.join(", ")
                }
            }
        }
    }
}

/// What was written, when it is nothing but emoji: without what only says whether
/// they are shown in colour.
pub(super) fn emoji(written: &str) -> Option<String> {
    let is_one = |letter: char| {
        matches!(letter,
            '\u{1f000}'..='\u{1faff}' | '\u{2600}'..='\u{27bf}' | '\u{2b00}'..='\u{2bff}'
            | '\u{2190}'..='\u{21ff}' | '\u{2300}'..='\u{23ff}' | '\u{203c}' | '\u{2049}')
    };
    let is_part = |letter: char| is_one(letter) || matches!(letter, '\u{200d}' | COLOUR);
    let trimmed = written.trim();
    let is_emoji = trimmed.chars().any(is_one) && trimmed.chars().all(is_part);
    is_emoji.then(|| trimmed.replace(COLOUR, ""))
}

/// Asks for an emoji in colour; apps leave it out or put it in.
const COLOUR: char = '\u{fe0f}';

fn has_sign(text: &str, sign: &str) -> bool {
    match text.contains(COLOUR) {
        true => text.replace(COLOUR, "").contains(sign),
        false => text.contains(sign),
    }
}

fn is_account(mention: &Mention, handle: &str) -> bool {
    let author = mention.author.as_deref();
    author.is_some_and(|written| bare_handle(written) == handle)
}

/// Folded words with a space between, so that signs and emoji do not matter.
pub(super) fn words_of(text: &str) -> String {
    let folded = fold(text);
    let mut words = Vec::new();
    each_token(&folded, |token| {
        words.push(token.text.trim_start_matches(['#', '@']))
    });
    words.join(" ")
}

/// The address of the mention itself, and those in its text.
pub(super) fn urls(mention: &Mention) -> impl Iterator<Item = &str> {
    mention
        .url
        .as_deref()
        .into_iter()
        .chain(links(&mention.text))
}

fn has_word(url: &str, word: &str) -> bool {
    let folded = fold(readable(url));
    let mut has = false;
    each_token(&folded, |token| {
        let bare = token.text.trim_start_matches(['#', '@']);
        has |= bare == word || bare.split('_').any(|part| part == word);
    });
    has
}

/// Can be written without quotes.
fn is_simple(value: &str) -> bool {
    let fits = |letter: char| letter.is_alphanumeric() || "_-.@".contains(letter);
    value.chars().all(fits)
}

impl fmt::Display for Field {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Platform(platform) => write!(f, "platform:{}", platform.name()),
            Self::Author(handle) if is_simple(handle) => write!(f, "author:{handle}"),
            Self::Author(handle) => write!(f, "author:\"@{handle}\""),
            Self::AuthorName(name) => write!(f, "author:\"{name}\""),
            Self::Language(tag) => write!(f, "lang:{tag}"),
            Self::Source(key) if is_simple(key) => write!(f, "source:{key}"),
            Self::Source(key) => write!(f, "source:\"{key}\""),
            Self::Is(kind) => write!(f, "is:{}", kind.name()),
            Self::Followers(relation, bound) => write!(f, "followers{}{bound}", relation.sign()),
            Self::Site(site) => write!(f, "url:\"{site}\""),
            Self::LinkWord(word) => write!(f, "url:{word}"),
            Self::HasLink => f.write_str("has:link"),
            Self::Sign(sign) => f.write_str(sign),
            Self::By(list, _) => write!(f, "by:{list}"),
        }
    }
}
