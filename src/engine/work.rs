//! What the engine is asked to do, and how the desk and the store do it
//! together: each work in the transaction it is given.

use std::collections::HashMap;
use std::sync::Arc;

use super::NotDone;
use super::access::mailed_link;
use super::altered;
use super::enriching::Enriched;
use super::forgetting::Forgetting;
use super::history::{self, Sifted};
use super::label::{self, Label};
use super::reload::Set;
use crate::domain::desk::{ByHand, Desk, Happening, Observed, Refusal, Told};
use crate::domain::facts::FactValue;
use crate::domain::forgetting::Forgotten;
use crate::domain::history::Totals;
use crate::domain::house::FolderTrouble;
use crate::domain::lookout::NO_RUN;
use crate::domain::query::watches::Watches;
use crate::domain::roll_call::Call;
use crate::domain::run::alarm::Through;
use crate::domain::run::{Event, RunId};
use crate::domain::step::acts::Act;
use crate::domain::step::answers::{Reply, Standing, Who};
use crate::domain::time::Timestamp;
use crate::domain::unreachable::Unreachable;
use crate::store::hooks::Outcome;
use crate::store::{
    AccessChange, Batch, Delivery, Kept, ReadingRow, StoreError, Tally, TokenChange,
};

/// Something to do, as one unit.
#[derive(Debug, Clone)]
pub enum Work {
    Mentions {
        source: Arc<str>,
        observed: Vec<Observed>,
        tally: Tally,
        position: Option<String>,
        /// What they were matched against: its numbers of watches are theirs.
        watches: Arc<Watches>,
    },
    /// Other files are in force from now on. Carried out before the others, apart
    /// from them.
    TakeOver(Set),
    /// What was read in mentions that are stored.
    Enriched {
        enriched: Vec<Enriched>,
        /// Everything up to this number in the store was read.
        read_to: i64,
        /// What they were matched against.
        watches: Arc<Watches>,
    },
    /// A person says what a mention is.
    Label(Box<Label>),
    /// A piece of a file that an operator imports.
    History(Box<Sifted>),
    /// Carried out before the others, apart from them: nothing that is decided
    /// may still know it.
    Forget(Box<Forgetting>),
    /// Somebody reads what is stored.
    Reading(Box<ReadingRow>),
    /// Somebody gets in to the pages, or out.
    Access(Box<AccessChange>),
    /// A program gets in, or out, or asks for something once.
    Token(Box<TokenChange>),
    /// Somebody is mailed a link that lets them in.
    MailEntry {
        person: String,
        until: Timestamp,
    },
    Command(Command),
    Tried {
        effect: String,
        run: RunId,
        person: String,
        channel: String,
        delivery: Delivery,
        plain: Option<String>,
    },
    /// What came of telling a webhook of an event. That is in no run's log: it would
    /// be an event again.
    Posted {
        webhook: String,
        effect: String,
        outcome: Outcome,
    },
}

impl Work {
    pub(super) fn n_mentions(&self) -> usize {
        match self {
            Self::Mentions { observed, .. } => observed.len(),
            Self::Enriched { enriched, .. } => enriched.len(),
            Self::TakeOver(_)
            | Self::Label(_)
            | Self::History(_)
            | Self::Forget(_)
            | Self::Reading(_)
            | Self::Access(_)
            | Self::Token(_)
            | Self::MailEntry { .. }
            | Self::Command(_)
            | Self::Tried { .. }
            | Self::Posted { .. } => 0,
        }
    }

    /// Whether somebody did something that others wait to see.
    pub(super) fn is_deed(&self) -> bool {
        matches!(self, Self::Command(_) | Self::TakeOver(_))
    }

    /// Effect, channel and outcome of a try.
    pub(super) fn tried(&self) -> Option<(String, String, Delivery)> {
        match self {
            Self::Tried {
                effect,
                channel,
                delivery,
                ..
            } => Some((effect.clone(), channel.clone(), delivery.clone())),
            Self::Mentions { .. }
            | Self::TakeOver(_)
            | Self::Enriched { .. }
            | Self::Label(_)
            | Self::History(_)
            | Self::Forget(_)
            | Self::Reading(_)
            | Self::Access(_)
            | Self::Token(_)
            | Self::MailEntry { .. }
            | Self::Posted { .. }
            | Self::Command(_) => None,
        }
    }
}

/// What a person asks for. `by` is who, as the local socket knows them.
#[derive(Debug, Clone, PartialEq)]
pub enum Command {
    SetFact {
        run: RunId,
        fact: String,
        value: FactValue,
        by: String,
        /// Who said it, where we have it from.
        source: Option<String>,
        /// When it was so, if that is not now.
        as_of: Option<Timestamp>,
    },
    StartRun(ByHand),
    /// What a person does to a run.
    Act {
        run: RunId,
        act: Act,
        by: String,
    },
    /// One run goes on as part of another.
    Merge {
        run: RunId,
        into: RunId,
        by: String,
        reason: String,
    },
    /// A source went blind, for this reason, or sees again.
    SourceWord {
        source: String,
        trouble: Option<String>,
        /// Since when nothing came through, if it is blind.
        since: Timestamp,
    },
    /// The files have these mistakes; `None`: they are good and in force.
    FolderWord(Option<FolderTrouble>),
    /// People are asked whether they get alerts here.
    CallRoll(Call),
    /// Somebody does; `effect`: the mail that they answer.
    AnswerRoll {
        person: String,
        effect: Option<String>,
        through: Through,
        by: String,
    },
    /// What was learnt of sources, as JSON: see `domain/freshness`.
    Learnt(Vec<(String, String)>),
    /// What a person says to an alert, or about a run.
    Reply {
        run: RunId,
        who: Who,
        reply: Reply,
    },
    /// The playbook and templates in force hold for a run from now on.
    Upgrade {
        run: RunId,
        by: String,
    },
    /// What was sent to somebody came back, or they are away.
    Unreachable(Unreachable),
}

/// What came of a work.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    Kept {
        new: u64,
        known: u64,
    },
    /// What came of a piece of history.
    Imported(Box<Totals>),
    Forgotten(Forgotten),
    Run(RunId),
    Standing(Standing),
    /// Who was marked unreachable, in which runs.
    Marked(Vec<(RunId, String)>),
    Recorded,
    /// Whether it was made.
    Access(bool),
}

pub(super) type Performed = (Result<Answer, NotDone>, Vec<Happening>);

/// Does one work; what it led to is still to be stored. Mentions that are new are
/// added to `kept`, with their numbers in the store.
pub(super) fn perform(
    batch: &Batch,
    desk: &mut Desk,
    work: Work,
    kept: &mut Vec<(i64, Observed)>,
    now: Timestamp,
) -> Result<Performed, StoreError> {
    match work {
        Work::Mentions {
            source,
            observed,
            tally,
            position,
            watches: _,
        } => {
            let organisation = Arc::clone(desk.organisation());
            let mut fresh = Vec::with_capacity(observed.len());
            let mut numbers = HashMap::with_capacity(observed.len());
            let mut other_words = Vec::new();
            let n_observed = observed.len() as u64;
            for seen in observed {
                let watches = seen.matched.counted().iter();
                let watches = watches.filter_map(|one| organisation.watches.get(usize::from(*one)));
                let watches: Vec<&str> = watches.map(|watch| watch.key.as_str()).collect();
                match batch.keep(&seen.mention, &source, &watches, now)? {
                    Kept::New(number) => {
                        numbers.insert(seen.mention.key(), number);
                        fresh.push(seen);
                    }
                    Kept::Beside(number) => other_words.push((seen, number)),
                    Kept::Known => {}
                }
            }
            let mut new = fresh.len() as u64;
            let mut happenings = desk.observe(&fresh, now);
            for ours in desk.take_ours_noted() {
                let watches = ours.watches.iter();
                let watches = watches.filter_map(|one| organisation.watches.get(usize::from(*one)));
                let watches: Vec<&str> = watches.map(|watch| watch.key.as_str()).collect();
                let seen = fresh.iter().find(|seen| seen.mention.key() == ours.key);
                if let (Some(number), Some(seen)) = (numbers.get(&ours.key), seen) {
                    batch.count_ours(&watches, *number, &seen.mention, &source)?;
                }
            }
            for noted in desk.take_noted() {
                let watch = &organisation.watches[usize::from(noted.watch)].key;
                if let Some(number) = numbers.get(&noted.key) {
                    batch.count(watch, *number, &source, &noted)?;
                }
            }
            // One after the other, after the rest: each must find what counts by then.
            for (seen, number) in other_words {
                let (counts, more) = altered::perform(batch, desk, (&seen, number), &source, now)?;
                new += u64::from(counts);
                happenings.extend(more);
            }
            batch.tally(&source, Tally { new, ..tally }, position.as_deref(), now)?;
            let numbered = fresh.into_iter().filter_map(|seen| {
                let number = numbers.get(&seen.mention.key())?;
                Some((number.get(), seen))
            });
            kept.extend(numbered);
            Ok((
                Ok(Answer::Kept {
                    new,
                    known: n_observed - new,
                }),
                happenings,
            ))
        }
        Work::Command(Command::Learnt(habits)) => {
            for (source, habit) in &habits {
                batch.remember_freshness(source, habit)?;
            }
            Ok((Ok(Answer::Recorded), Vec::new()))
        }
        Work::Command(Command::SourceWord {
            source,
            trouble,
            since,
        }) => {
            match &trouble {
                Some(_) => {
                    batch.begin_gap(&source, since)?;
                    desk.missed_by(&source, since, now);
                }
                None => batch.end_gap(&source, now)?,
            }
            let happenings = desk.source_word(&source, trouble.as_deref(), now);
            Ok((Ok(Answer::Recorded), happenings))
        }
        Work::Posted {
            webhook,
            effect,
            outcome,
        } => {
            batch.record_posted(&effect, &outcome, now)?;
            batch.leave_out_old(&webhook, now)?;
            Ok((Ok(Answer::Recorded), Vec::new()))
        }
        Work::Forget(_) | Work::TakeOver(_) => Ok((Ok(Answer::Recorded), Vec::new())),
        Work::Reading(row) => {
            batch.record_reading(&row)?;
            Ok((Ok(Answer::Recorded), Vec::new()))
        }
        Work::Access(change) => {
            let is_made = batch.change_access(&change, now)?;
            Ok((Ok(Answer::Access(is_made)), Vec::new()))
        }
        Work::Token(change) => {
            let is_made = batch.change_token(&change, now)?;
            Ok((Ok(Answer::Access(is_made)), Vec::new()))
        }
        Work::MailEntry { person, until } => {
            let Some((effect, happenings)) = desk.mail_entry(&person, until, now) else {
                return Ok((Ok(Answer::Access(false)), Vec::new()));
            };
            // The mail holds what only our key can make of the effect; here is only
            // which mail it was.
            let made = AccessChange::LinkMade {
                hash: mailed_link(&effect),
                by: person.clone(),
                person,
                until,
            };
            let is_made = batch.change_access(&made, now)?;
            Ok((Ok(Answer::Access(is_made)), happenings))
        }
        Work::Enriched {
            enriched, read_to, ..
        } => say(batch, desk, &enriched, read_to, now),
        Work::Label(label) => {
            let happenings = label::perform(batch, desk, &label, now)?;
            Ok((Ok(Answer::Recorded), happenings))
        }
        Work::History(sifted) => history::perform(batch, desk, *sifted, now),
        Work::Command(command) => Ok(match give(desk, command, now) {
            Ok((answer, happenings)) => (Ok(answer), happenings),
            Err(refusal) => (Err(refused(refusal)), Vec::new()),
        }),
        Work::Tried {
            effect,
            run,
            person,
            channel,
            delivery,
            plain,
        } => {
            batch.record_delivery(&effect, &delivery, now)?;
            if run == NO_RUN && matches!(delivery, Delivery::Never { .. }) {
                let happenings = desk.roll_call_undelivered(&effect, now);
                return Ok((Ok(Answer::Recorded), happenings));
            }
            let event = match delivery {
                Delivery::Sent => Event::Delivered {
                    effect: effect.clone(),
                    person,
                    channel,
                },
                Delivery::Later { because, .. } => Event::DeliveryFailed {
                    effect: effect.clone(),
                    person,
                    channel,
                    because,
                    for_good: false,
                },
                Delivery::Never { because } => Event::DeliveryFailed {
                    effect: effect.clone(),
                    person,
                    channel,
                    because,
                    for_good: true,
                },
            };
            let mut happenings = desk.submit(run, &event, now).unwrap_or_default();
            if let Some(because) = plain {
                let event = Event::PlainMailSent { effect, because };
                happenings.extend(desk.submit(run, &event, now).unwrap_or_default());
            }
            Ok((Ok(Answer::Recorded), happenings))
        }
    }
}

/// What was read is stored, and judged where a condition is about it.
fn say(
    batch: &Batch,
    desk: &mut Desk,
    enriched: &[Enriched],
    read_to: i64,
    now: Timestamp,
) -> Result<Performed, StoreError> {
    let told: Vec<Told> = enriched.iter().filter_map(|one| one.told.clone()).collect();
    let (heard, happenings) = desk.say(&told, now);
    let watches = &desk.organisation().watches;
    let counted = enriched
        .iter()
        .filter_map(|one| Some((one, one.told.as_ref()?)));
    for ((one, told), heard) in counted.zip(heard) {
        if !heard.is_empty() {
            batch.say(told.second, one.number, told.said)?;
        }
        for here in heard.iter().filter(|here| here.rumour.is_some()) {
            if let Some(watch) = watches.get(usize::from(here.watch)) {
                batch.tell(&watch.key, told.second, one.number, here.rumour)?;
            }
        }
    }
    for one in enriched {
        batch.keep_because(one.number, &one.because)?;
    }
    batch.read_to(read_to)?;
    Ok((Ok(Answer::Recorded), happenings))
}

fn refused(refusal: Refusal) -> NotDone {
    match refusal {
        Refusal::NoReply(why) => NotDone::NoReply(why),
        other => NotDone::Refused(other.to_string()),
    }
}

fn give(
    desk: &mut Desk,
    command: Command,
    now: Timestamp,
) -> Result<(Answer, Vec<Happening>), Refusal> {
    let (run, event) = match command {
        Command::StartRun(by_hand) => {
            let (run, happenings) = desk.start_by_hand(&by_hand, now)?;
            return Ok((Answer::Run(run), happenings));
        }
        Command::Act { run, act, by } => {
            return Ok((Answer::Run(run), desk.act(run, &act, &by, now)?));
        }
        Command::Merge {
            run,
            into,
            by,
            reason,
        } => {
            let happenings = desk.merge(run, into, &by, &reason, now)?;
            return Ok((Answer::Run(into), happenings));
        }
        // Done in `perform`, because they write rows of their own.
        Command::SourceWord { .. } | Command::Learnt(_) => {
            return Ok((Answer::Recorded, Vec::new()));
        }
        Command::CallRoll(call) => return Ok((Answer::Recorded, desk.call_roll(&call, now)?)),
        Command::AnswerRoll {
            person,
            effect,
            through,
            by,
        } => {
            let said = (through, by.as_str());
            let happenings = desk.answer_roll(&person, effect.as_deref(), said, now)?;
            return Ok((Answer::Recorded, happenings));
        }
        Command::FolderWord(trouble) => {
            let happening = desk.folder_word(trouble.as_ref(), now);
            return Ok((Answer::Recorded, happening.into_iter().collect()));
        }
        Command::Reply { run, who, reply } => {
            let (standing, happenings) = desk.reply(run, &who, &reply, now)?;
            return Ok((Answer::Standing(standing), happenings));
        }
        Command::Upgrade { run, by } => {
            return Ok((Answer::Run(run), desk.upgrade(run, &by, now)?));
        }
        Command::Unreachable(news) => {
            let (marked, happenings) = desk.unreachable(&news, now);
            return Ok((Answer::Marked(marked), happenings));
        }
        Command::SetFact {
            run,
            fact,
            value,
            by,
            source,
            as_of,
        } => {
            let event = Event::FactSet {
                fact,
                value,
                by,
                source,
                as_of,
            };
            (run, event)
        }
    };
    Ok((Answer::Run(run), desk.submit(run, &event, now)?))
}
