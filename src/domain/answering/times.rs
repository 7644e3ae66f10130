//! How fast and how often we answer what was put to us, and how much of what we
//! say is an answer at all. For a page, for `run show`, and for the after-action
//! report.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::CaseKind;
use crate::domain::drill::score::spread::Spread;
use crate::domain::heard::Asked;
use crate::domain::mention::{Mention, Platform};
use crate::domain::review::rules::repetition::repetition_index;
use crate::domain::run::Run;
use crate::domain::voices::asks::{Ask, AskKind, Asks};

/// What was put to us on one platform, and how long our answers took.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Pace {
    pub platform: Platform,
    pub n_questions: u64,
    pub n_complaints: u64,
    pub n_answered: u64,
    /// From being asked to our answer, of those that were answered.
    #[serde(flatten)]
    pub took: Spread,
}

/// How we answered; the model behind every place that shows it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Answering {
    /// By platform, in their order; only those where something was put to us.
    pub platforms: Vec<Pace>,
    pub n_asked: u64,
    pub n_answered: u64,
    /// Over all platforms.
    pub took: Spread,
    /// Posts of ours that answer somebody, and posts that answer nobody.
    pub n_answers: u64,
    pub n_broadcasts: u64,
    pub cases: Cases,
    /// The share of replies to cases that repeat an earlier one, 0 to 1; `None`
    /// without any reply.
    pub repetition: Option<f64>,
}

/// How the cases of a run stand.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Cases {
    pub n_complaints: u64,
    /// Complaints that were closed, each with an outcome that was told.
    pub n_told: u64,
    /// Complaints that need no outcome: it was decided to ignore them.
    pub n_ignored: u64,
    /// Numbers of the cases that wait for us, the longest first.
    pub waiting: Vec<String>,
    /// From opening a complaint to telling its outcome.
    pub took: Spread,
}

impl Cases {
    /// The share of complaints that ended with an outcome, 0 to 1; `None` when
    /// there was none to end.
    pub fn share_told(&self) -> Option<f64> {
        let n_due = self.n_complaints - self.n_ignored;
        (n_due > 0).then(|| self.n_told as f64 / n_due as f64)
    }
}

/// How a run was answered. `said` is what was put to us and what we posted, in any
/// order; `handles` are our accounts as `own_handles` gives them; what was
/// published before second `since` or after second `until` does not count.
pub fn answering(
    run: &Run,
    said: &[Asked],
    handles: &[String],
    (since, until): (i64, i64),
) -> Answering {
    let asks = asks_in(said, handles);
    let within = |second: i64| second >= since && second <= until;
    let asks: Vec<&Ask> = asks.iter().filter(|ask| within(ask.second)).collect();
    let answered: BTreeSet<i64> = said
        .iter()
        .filter_map(|one| match one {
            Asked::Theirs(mention) => Some(mention.key()),
            Asked::Ours(..) => None,
        })
        .collect();
    let mut keys = BTreeSet::new();
    let ours = said.iter().filter_map(|one| match one {
        Asked::Ours(mention, _) => Some(mention),
        Asked::Theirs(_) => None,
    });
    let ours = ours.filter(|mention| within(mention.published_at.timestamp()));
    // What two watches bring is one post.
    let ours: Vec<_> = ours.filter(|mention| keys.insert(mention.key())).collect();
    let is_answer = |mention: &&&std::sync::Arc<Mention>| is_to_somebody(mention, &answered);
    let n_answers = ours.iter().filter(is_answer).count() as u64;
    let replies: Vec<&str> = replies_of(run).collect();
    Answering {
        platforms: paces(&asks),
        n_asked: asks.len() as u64,
        n_answered: n_answered(&asks),
        took: Spread::of(lengths(&asks)),
        n_answers,
        n_broadcasts: ours.len() as u64 - n_answers,
        cases: cases(run),
        repetition: (!replies.is_empty()).then(|| repetition_index(replies)),
    }
}

/// What was put to us, with when it was answered.
fn asks_in(said: &[Asked], handles: &[String]) -> Vec<Ask> {
    let mut in_order: Vec<&Asked> = said.iter().collect();
    let second = |one: &Asked| match one {
        Asked::Theirs(mention) | Asked::Ours(mention, _) => {
            (mention.published_at.timestamp(), mention.key())
        }
    };
    in_order.sort_by_key(|one| second(one));
    let mut asks = Asks::default();
    for one in in_order {
        match one {
            Asked::Theirs(mention) => {
                asks.add(mention, handles);
            }
            Asked::Ours(mention, _) => {
                asks.answered(mention);
            }
        }
    }
    asks.all().cloned().collect()
}

/// Whether a post of ours answers somebody: it replies to what somebody else
/// wrote, or to what we never saw, or begins with whom it is for.
fn is_to_somebody(mention: &Mention, theirs: &BTreeSet<i64>) -> bool {
    let to = mention.in_reply_to.as_deref();
    let to = to.map(|id| Mention::key_of(mention.platform, id));
    to.is_some_and(|key| theirs.contains(&key))
        || mention.kind.as_deref() == Some("reply")
        || mention.text.trim_start().starts_with('@')
}

fn paces(asks: &[&Ask]) -> Vec<Pace> {
    let mut by_platform: BTreeMap<usize, Vec<&Ask>> = BTreeMap::new();
    for ask in asks {
        let mut places = Platform::ALL.iter();
        let place = places.position(|one| *one == ask.platform);
        by_platform
            .entry(place.unwrap_or(Platform::ALL.len()))
            .or_default()
            .push(ask);
    }
    let paces = by_platform.into_values().map(|asks| Pace {
        platform: asks.first().map(|ask| ask.platform).unwrap_or_default(),
        n_questions: n_of(&asks, AskKind::Question),
        n_complaints: n_of(&asks, AskKind::Complaint),
        n_answered: n_answered(&asks),
        took: Spread::of(lengths(&asks)),
    });
    paces.collect()
}

fn n_of(asks: &[&Ask], kind: AskKind) -> u64 {
    asks.iter().filter(|ask| ask.kind == kind).count() as u64
}

fn n_answered(asks: &[&Ask]) -> u64 {
    let answered = asks.iter().filter(|ask| ask.answered_at.is_some());
    answered.count() as u64
}

fn lengths(asks: &[&Ask]) -> Vec<u64> {
    let took = asks
        .iter()
        .filter_map(|ask| Some(ask.answered_at? - ask.second));
    took.map(|length| length.max(0).cast_unsigned()).collect()
}

/// How the cases of a run stand.
pub fn cases(run: &Run) -> Cases {
    let complaints = run
        .cases
        .values()
        .filter(|case| case.kind == CaseKind::Complaint);
    let told = complaints.clone().filter_map(|case| {
        let closed = case.closed.as_ref()?;
        let told = closed.told.as_ref()?;
        Some(
            (told.at - case.opened_at)
                .num_seconds()
                .max(0)
                .cast_unsigned(),
        )
    });
    let took: Vec<u64> = told.collect();
    let ignored = complaints.clone().filter(|case| {
        let closed = case.closed.as_ref();
        closed.is_some_and(|closed| closed.told.is_none())
    });
    let mut waiting: Vec<_> = run
        .cases
        .iter()
        .filter(|(_, case)| case.is_open())
        .collect();
    waiting.sort_by_key(|(number, case)| (case.opened_at, number.parse::<u64>().ok()));
    Cases {
        n_complaints: complaints.clone().count() as u64,
        n_told: took.len() as u64,
        n_ignored: ignored.count() as u64,
        waiting: waiting
            .into_iter()
            .map(|(number, _)| number.clone())
            .collect(),
        took: Spread::of(took),
    }
}

/// The texts that went to one person each, in order.
fn replies_of(run: &Run) -> impl Iterator<Item = &str> {
    let publications = run.statements.publications.iter();
    publications.filter_map(|publication| {
        let case = publication.message.split_once('@').map(|(_, case)| case)?;
        run.cases.get(case)?;
        Some(publication.posted.first()?.text.as_str())
    })
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::domain::run::RunId;
    use crate::domain::time::Timestamp;

    const RUN: RunId = 1;

    fn mention(id: &str, author: &str, minute: i64, text: &str, to: Option<&str>) -> Arc<Mention> {
        Arc::new(Mention {
            id: id.to_owned(),
            platform: Platform::X,
            author: Some(author.to_owned()),
            author_name: None,
            followers: None,
            text: text.to_owned(),
            url: None,
            lang: None,
            published_at: Timestamp::from_timestamp(minute * 60, 0).unwrap_or_default(),
            kind: None,
            in_reply_to: to.map(str::to_owned),
            engagement: Default::default(),
            extra: Default::default(),
        })
    }

    fn said() -> Vec<Asked> {
        let ours = |id: &str, minute, text: &str, to| {
            Asked::Ours(mention(id, "delinde", minute, text, to), true)
        };
        vec![
            Asked::Theirs(mention(
                "1",
                "anna",
                0,
                "@delinde is de spoedpost open?",
                None,
            )),
            Asked::Theirs(mention(
                "2",
                "bo",
                0,
                "@delinde schandalig, al drie uur wachten",
                None,
            )),
            Asked::Theirs(mention(
                "3",
                "cas",
                5,
                "@delinde waar kan ik parkeren?",
                None,
            )),
            ours("4", 10, "De spoedpost is open", Some("1")),
            ours("5", 30, "@bo wat vervelend, belt u ons?", None),
            ours("6", 31, "Kijk op onze site voor het laatste nieuws", None),
            // Two watches brought it.
            ours("6", 31, "Kijk op onze site voor het laatste nieuws", None),
        ]
    }

    #[test]
    fn times_are_of_what_was_put_to_us_and_answered() {
        let found = answering(
            &Run::new(RUN),
            &said(),
            &["delinde".to_owned()],
            (0, 10_000),
        );
        assert_eq!((found.n_asked, found.n_answered), (3, 2));
        assert_eq!((found.n_answers, found.n_broadcasts), (2, 1));
        let pace = &found.platforms[..];
        assert_eq!(pace.len(), 1);
        assert_eq!((pace[0].n_questions, pace[0].n_complaints), (2, 1));
        assert_eq!(pace[0].took.median_seconds, Some(20 * 60));
        assert_eq!(pace[0].took.p90_seconds, Some(30 * 60));
        let mut backwards = said();
        backwards.reverse();
        let again = answering(
            &Run::new(RUN),
            &backwards,
            &["delinde".to_owned()],
            (0, 10_000),
        );
        assert_eq!(again, found);
    }

    #[test]
    fn what_is_outside_does_not_count() {
        let found = answering(
            &Run::new(RUN),
            &said(),
            &["delinde".to_owned()],
            (60, 1_800),
        );
        assert_eq!((found.n_asked, found.n_answered), (1, 0));
        assert_eq!((found.n_answers, found.n_broadcasts), (2, 0));
        assert_eq!(found.repetition, None);
    }
}
