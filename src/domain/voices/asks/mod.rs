//! What is put to us and not answered: complaints and questions.
//!
//! Put to us is what names one of our handles (as `@delinde`, or as the hashtag
//! `#delinde`, which is how many address an organisation), what replies to a
//! post of ours, and every review, as a review has no other addressee. That
//! somebody complains *about* us elsewhere is a mention, not an ask: nobody
//! there waits for an answer, and `unanswered` begins with a single one, so it
//! would wake somebody for each grumble of each day.
//!
//! An answer is a reply of ours to it, or a post of ours that names its author
//! afterwards. Answers may come in before what they answer: sources differ.

use std::collections::VecDeque;

use serde::{Deserialize, Serialize};

use super::lexicon::Said;
use super::reading::is_repost;
use crate::domain::mention::{Mention, Platform};
use crate::domain::query::fold::{each_token, fold};

/// How long an ask stays open, in seconds: two weeks. After that no answer will
/// come, and a report has told so.
pub const REMEMBERED: i64 = 14 * 86_400;

/// How long an answer is remembered for an ask that comes in late, in seconds.
pub const ANSWERS_REMEMBERED: i64 = 86_400;

/// Bounds; beyond them the oldest are forgotten.
pub const MOST_ASKS: usize = 5_000;
const MOST_ANSWERS: usize = 5_000;
const MOST_POSTS: usize = 5_000;

/// What is asked of us.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AskKind {
    /// Before a question: who complains in the form of a question complains.
    Complaint,
    Question,
}

impl AskKind {
    /// The name in JSON.
    pub fn name(self) -> &'static str {
        match self {
            Self::Complaint => "complaint",
            Self::Question => "question",
        }
    }

    /// What a text would ask, if it were put to us.
    pub fn of_text(text: &str) -> Option<Self> {
        let said = Said::new(text);
        if said.complaint().is_some() {
            return Some(Self::Complaint);
        }
        said.is_question().then_some(Self::Question)
    }
}

/// Something put to us.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ask {
    /// `Mention::key`.
    pub key: i64,
    pub id: String,
    pub platform: Platform,
    /// `Mention::author_hash`.
    pub author: Option<u64>,
    /// Whom to answer, as written.
    pub handle: Option<String>,
    /// When it was published.
    pub second: i64,
    pub kind: AskKind,
    /// When we answered, in seconds.
    #[serde(default)]
    pub answered_at: Option<i64>,
}

impl Ask {
    /// Whether it waits at a second, for an answer that is due by `due_at`.
    fn waits(&self, due_at: i64, at: i64) -> bool {
        due_at <= at
            && self.second > at - REMEMBERED
            && self.answered_at.is_none_or(|answered_at| at < answered_at)
    }
}

/// What a mention puts to us in itself; `None` when nothing. `our_handles` are
/// without `@`, in lower case. What replies to a post of ours only
/// [`Asks::add`] can tell.
pub fn kind_of(mention: &Mention, our_handles: &[String]) -> Option<AskKind> {
    if is_repost(mention) || !is_put_to_us(mention, our_handles) {
        return None;
    }
    AskKind::of_text(&mention.text)
}

fn is_put_to_us(mention: &Mention, our_handles: &[String]) -> bool {
    mention.platform == Platform::Review || names_us(&mention.text, our_handles)
}

fn names_us(text: &str, our_handles: &[String]) -> bool {
    if !text.contains(SIGNS) {
        return false;
    }
    let folded = fold(text);
    // Nearly all who name somebody name another.
    let may = |name: &String| folded.contains(name.as_str());
    our_handles.iter().any(may)
        && names_of(&folded)
            .iter()
            .any(|name| our_handles.contains(name))
}

/// What stands before a handle or a hashtag.
const SIGNS: [char; 4] = ['@', '#', '＠', '＃'];

/// Handles and hashtags in a text, without their sign.
fn named_in(text: &str) -> Vec<String> {
    if text.contains(SIGNS) {
        names_of(&fold(text))
    } else {
        Vec::new()
    }
}

fn names_of(folded: &str) -> Vec<String> {
    let mut names = Vec::new();
    each_token(folded, |token| {
        if let Some(name) = token.text.strip_prefix(['@', '#']) {
            names.push(name.to_owned());
        }
    });
    names
}

/// What of it is open.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Asks {
    /// The latest second seen.
    newest: i64,
    asks: VecDeque<Ask>,
    answers: VecDeque<Answer>,
    /// Posts of ours by key, to know a reply to them.
    posts: VecDeque<(i64, i64)>,
}

/// A post of ours, as far as it answers.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Answer {
    second: i64,
    platform: Platform,
    /// The key of what it replies to.
    to: Option<i64>,
    /// Whom it names.
    names: Vec<String>,
}

impl Answer {
    fn is_to(&self, ask: &Ask) -> bool {
        if self.to == Some(ask.key) {
            return true;
        }
        let is_after = self.platform == ask.platform && self.second >= ask.second;
        is_after
            && ask
                .handle
                .as_deref()
                .is_some_and(|handle| self.names.contains(&bare(handle)))
    }
}

impl Asks {
    /// One mention of others, in order of arrival: what it asks, if anything.
    /// It is remembered as open unless we have answered it.
    pub fn add(&mut self, mention: &Mention, our_handles: &[String]) -> Option<AskKind> {
        let kind = if self.replies_to_us(mention) && !is_repost(mention) {
            AskKind::of_text(&mention.text)
        } else {
            kind_of(mention, our_handles)
        }?;
        let ask = Ask {
            key: mention.key(),
            id: mention.id.clone(),
            platform: mention.platform,
            author: mention.author_hash(),
            handle: mention.author.clone(),
            second: mention.published_at.timestamp(),
            kind,
            answered_at: None,
        };
        self.pass(ask.second);
        let is_known = self.asks.iter().any(|known| known.key == ask.key);
        let answers = self.answers.iter().filter(|answer| answer.is_to(&ask));
        let answered_at = answers.map(|answer| answer.second).min();
        let ask = Ask { answered_at, ..ask };
        if !is_known && ask.second > self.newest - REMEMBERED {
            if self.asks.len() >= MOST_ASKS {
                self.asks.pop_front();
            }
            self.asks.push_back(ask);
        }
        Some(kind)
    }

    /// A post or a reply of ours; tells how many asks it closes.
    pub fn answered(&mut self, by_ours: &Mention) -> usize {
        let second = by_ours.published_at.timestamp();
        self.pass(second);
        let answer = Answer {
            second,
            platform: by_ours.platform,
            to: by_ours
                .in_reply_to
                .as_deref()
                .map(|id| Mention::key_of(by_ours.platform, id)),
            names: named_in(&by_ours.text),
        };
        let mut n_closed = 0;
        for ask in self.asks.iter_mut().filter(|ask| answer.is_to(ask)) {
            n_closed += usize::from(ask.answered_at.is_none());
            let earlier = ask.answered_at.unwrap_or(second);
            ask.answered_at = Some(earlier.min(second));
        }
        if self.posts.len() >= MOST_POSTS {
            self.posts.pop_front();
        }
        self.posts.push_back((second, by_ours.key()));
        if answer.to.is_some() || !answer.names.is_empty() {
            if self.answers.len() >= MOST_ANSWERS {
                self.answers.pop_front();
            }
            self.answers.push_back(answer);
        }
        n_closed
    }

    /// What is open at second `at`, the longest waiting first; `due` says by
    /// which second an answer to one of a second should have come.
    pub fn open(&self, kind: Option<AskKind>, due: impl Fn(i64) -> i64, at: i64) -> Vec<&Ask> {
        let asks = self.of_kind(kind);
        let mut open: Vec<&Ask> = asks.filter(|ask| ask.waits(due(ask.second), at)).collect();
        open.sort_by_key(|ask| (ask.second, ask.key));
        open
    }

    /// All that is remembered, in the order in which it came.
    pub fn all(&self) -> impl Iterator<Item = &Ask> {
        self.asks.iter()
    }

    fn of_kind(&self, kind: Option<AskKind>) -> impl Iterator<Item = &Ask> {
        let asks = self.asks.iter();
        asks.filter(move |ask| kind.is_none_or(|kind| ask.kind == kind))
    }

    /// When the first was asked that was asked after `second`.
    pub fn first_after(&self, kind: Option<AskKind>, second: i64) -> Option<i64> {
        let seconds = self.of_kind(kind).map(|ask| ask.second);
        seconds.filter(|asked| *asked > second).min()
    }

    /// When what is open next changes, after second `at`.
    pub fn next_change(
        &self,
        kind: Option<AskKind>,
        due: impl Fn(i64) -> i64,
        at: i64,
    ) -> Option<i64> {
        let asks = self.of_kind(kind);
        let edges = asks.flat_map(|ask| {
            let forgotten = ask.second + REMEMBERED;
            [Some(due(ask.second)), ask.answered_at, Some(forgotten)]
        });
        edges.flatten().filter(|edge| *edge > at).min()
    }

    fn replies_to_us(&self, mention: &Mention) -> bool {
        mention.in_reply_to.as_deref().is_some_and(|id| {
            let key = Mention::key_of(mention.platform, id);
            self.posts.iter().any(|(_, post)| *post == key)
        })
    }

    fn pass(&mut self, second: i64) {
        self.newest = self.newest.max(second);
        let before = self.newest - REMEMBERED;
        let is_old = |second: i64| second <= before;
        while self.asks.front().is_some_and(|ask| is_old(ask.second)) {
            self.asks.pop_front();
        }
        while self
            .posts
            .front()
            .is_some_and(|(second, _)| is_old(*second))
        {
            self.posts.pop_front();
        }
        let before = self.newest - ANSWERS_REMEMBERED;
        while self.answers.front().is_some_and(|one| one.second <= before) {
            self.answers.pop_front();
        }
    }
}

/// A handle as [`named_in`] gives it.
fn bare(handle: &str) -> String {
    fold(handle.trim().trim_start_matches('@'))
}

#[cfg(test)]
mod tests;
