//! The mentions that an alert shows: the loudest, the first, and what tells
//! most, never two with the same words.

use std::cmp::Reverse;
use std::collections::{BTreeMap, HashMap};

use serde::{Deserialize, Serialize};

use super::recent::Recent;
use crate::domain::mention::{Mention, Platform};
use crate::domain::time::Timestamp;
use crate::domain::voices::Note;

/// The most telling mentions that an alert shows.
const MOST_QUOTES: usize = 3;

/// Longer texts are cut: an alert shows less, and evidence stays small.
const LONGEST_TEXT: usize = 500;
const LONGEST_NAME: usize = 80;
/// A longer address is left out: half of one leads nowhere.
const LONGEST_URL: usize = 300;

/// A mention as it is shown to the team: somebody else's words.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Quote {
    pub platform: Platform,
    pub author: Option<String>,
    pub followers: Option<u64>,
    pub text: String,
    pub url: Option<String>,
    pub published_at: Timestamp,
    /// How many of the recent mentions say nearly the same, this one included;
    /// 0 in old logs.
    #[serde(skip_serializing_if = "is_none")]
    pub alike: u64,
    /// With it the storm began.
    #[serde(skip_serializing_if = "is_not")]
    pub is_first: bool,
    /// Seen by most, with most done with it.
    #[serde(skip_serializing_if = "is_not")]
    pub is_loudest: bool,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "as serde asks it")]
fn is_none(many: &u64) -> bool {
    *many == 0
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "as serde asks it")]
fn is_not(flag: &bool) -> bool {
    !*flag
}

/// Mentions that say nearly the same.
struct Group<'a> {
    /// The one that tells most.
    best: &'a Mention,
    /// How many were looked at, and how many there are by the notes.
    n_seen: u64,
    n_noted: u64,
    /// Whether one of them is what the rule asks for.
    is_asked: bool,
}

impl Group<'_> {
    fn alike(&self) -> u64 {
        self.n_seen.max(self.n_noted)
    }
}

impl Recent<'_> {
    /// The mentions that tell most: a text that many repeat is shown once, what
    /// the rule asks for comes first, and what many saw or repeated next.
    pub(super) fn quotes(&self) -> Vec<Quote> {
        let began_at = self.first_at;
        let notes = self.by_author_and_second();
        let sizes = self.cluster_sizes();
        let mut groups: BTreeMap<String, Group> = BTreeMap::new();
        let mut clusters: HashMap<u64, String> = HashMap::new();
        let mut first: Option<(&Mention, String)> = None;
        for mention in self.latest(began_at) {
            let note = notes.get(&who_and_when(mention));
            let cluster = note.map(|note| note.cluster);
            let bare = bare_words(&mention.text);
            // Of one cluster, or with the same words: the same group.
            let key = match cluster {
                Some(cluster) => clusters.entry(cluster).or_insert(bare).clone(),
                None => bare,
            };
            let second = mention.published_at.timestamp();
            if Some(second) == began_at && first.is_none() {
                first = Some((mention, key.clone()));
            }
            let alike = cluster.and_then(|cluster| sizes.get(&cluster)).copied();
            let is_asked = note.is_some_and(|note| self.is_asked(note));
            let group = groups.entry(key).or_insert(Group {
                best: mention,
                n_seen: 0,
                n_noted: 0,
                is_asked,
            });
            group.n_seen += 1;
            group.n_noted = group.n_noted.max(alike.unwrap_or(0));
            if (is_asked, weight(mention)) > (group.is_asked, weight(group.best)) {
                group.best = mention;
            }
            group.is_asked |= is_asked;
        }
        if let Some((mention, key)) = &first
            && let Some(group) = groups.get_mut(key)
        {
            // Where it began is worth more than who repeated it.
            group.best = mention;
        }
        pick(groups, first.map(|(mention, _)| mention), self.loud_from)
    }

    fn by_author_and_second(&self) -> HashMap<(i64, Option<u64>, Platform), &Note> {
        let notes = self.notes();
        notes
            .map(|note| ((note.second, note.author, note.platform), note))
            .collect()
    }

    fn latest(&self, began_at: Option<i64>) -> impl Iterator<Item = &Mention> {
        let latest = self.heard.latest.iter().map(AsRef::as_ref);
        latest.filter(move |mention: &&Mention| {
            let second = mention.published_at.timestamp();
            let is_inside = self.at - self.within < second && second <= self.at;
            (is_inside || Some(second) == began_at) && !mention.text.trim().is_empty()
        })
    }
}

/// What finds the note of a mention again.
fn who_and_when(mention: &Mention) -> (i64, Option<u64>, Platform) {
    let second = mention.published_at.timestamp();
    (second, mention.author_hash(), mention.platform)
}

fn pick(
    groups: BTreeMap<String, Group>,
    first: Option<&Mention>,
    loud_from: Option<i64>,
) -> Vec<Quote> {
    // What was said before it became loud has nothing to do with it.
    let is_before = |group: &Group| Some(group.best.published_at.timestamp()) < loud_from;
    let is_first = |group: &Group| first.is_some_and(|first| std::ptr::eq(first, group.best));
    let mut groups: Vec<Group> = groups.into_values().collect();
    let loudest = groups.iter().map(|group| loudness(group.best)).max();
    let loudest = loudest.filter(|loudest| *loudest > 1 && groups.len() > 1);
    // Equal weights keep the order of publication, so that the same input
    // always quotes the same mentions.
    groups.sort_by_key(|group| {
        (
            Reverse(group.is_asked),
            is_before(group),
            Reverse(weight(group.best) + 20 * (group.alike() - 1).min(100)),
            group.best.published_at,
            group.best.id.clone(),
        )
    });
    let is_loudest = |group: &Group| Some(loudness(group.best)) == loudest;
    // The loudest and the first have a place; the rest goes by weight.
    let mut chosen: Vec<usize> = Vec::new();
    chosen.extend(groups.iter().position(|group| group.is_asked));
    chosen.extend(groups.iter().position(is_loudest));
    chosen.extend(groups.iter().position(is_first));
    chosen.extend(0..groups.len());
    let mut places: Vec<usize> = Vec::new();
    for place in chosen {
        if places.len() < MOST_QUOTES && !places.contains(&place) {
            places.push(place);
        }
    }
    places.sort_unstable();
    let mut has_loudest = false;
    let quotes = places.into_iter().filter_map(|place| groups.get(place));
    quotes
        .map(|group| Quote {
            alike: group.alike(),
            is_first: is_first(group),
            is_loudest: is_loudest(group) && !std::mem::replace(&mut has_loudest, true),
            ..quote(group.best)
        })
        .collect()
}

/// How many may have seen it, times what they did with it.
fn loudness(mention: &Mention) -> u64 {
    let engagement = mention.engagement;
    let reactions = engagement
        .likes
        .saturating_add(engagement.reposts)
        .saturating_add(engagement.replies);
    let reach = mention.followers.unwrap_or(0);
    reach
        .saturating_add(1)
        .saturating_mul(reactions.saturating_add(1))
}

/// How much a mention tells: how many may have seen it, and did something with
/// it. Followers count by their order of magnitude, so that one large account
/// does not drown what a hundred people passed on.
fn weight(mention: &Mention) -> u64 {
    let reach = mention
        .followers
        .unwrap_or(0)
        .checked_ilog2()
        .map_or(0, u64::from);
    let engagement = mention.engagement;
    let engagement = engagement
        .likes
        .saturating_add(engagement.reposts.saturating_mul(3))
        .saturating_add(engagement.replies.saturating_mul(2));
    10 * reach + engagement.min(2_000)
}

/// The words of a text without links, handles and case, to see that two texts
/// are the same; the mark of a repost is left out too.
fn bare_words(text: &str) -> String {
    let words = text
        .split_whitespace()
        .filter(|word| !word.starts_with("http") && !word.starts_with('@'));
    let words = words.filter(|word| *word != "RT").map(|word| {
        word.chars()
            .filter(|letter| letter.is_alphanumeric())
            .flat_map(char::to_lowercase)
            .collect::<String>()
    });
    words
        .filter(|word| !word.is_empty())
        .collect::<Vec<_>>()
        .join(" ")
}

fn quote(mention: &Mention) -> Quote {
    let author = mention.author.as_deref();
    let url = mention.url.as_ref();
    Quote {
        platform: mention.platform,
        author: author.map(|author| cut(author, LONGEST_NAME)),
        followers: mention.followers,
        text: cut(&mention.text, LONGEST_TEXT),
        url: url.filter(|url| url.len() <= LONGEST_URL).cloned(),
        published_at: mention.published_at,
        ..Quote::default()
    }
}

fn cut(text: &str, longest: usize) -> String {
    match text.char_indices().nth(longest) {
        None => text.to_owned(),
        Some((end, _)) => format!("{}…", text[..end].trim_end()),
    }
}
