//! The outbox on its way out: renders, sends, records, tries again.
//!
//! Delivery is at least once: a notice is recorded as sent after the other side
//! accepted it, so dying in between sends it again, with the same id. A failure
//! waits longer each time, and is never forgotten. Each person has a lane;
//! lanes go side by side.

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::sync::mpsc;
use tokio::task::{self, JoinError, JoinHandle, JoinSet};
use tokio_util::sync::CancellationToken;

use super::answering::Links;
use super::current::Current;
use super::lane::{Lane, Tried};
use super::{Handle, NotDone, clock};
use crate::domain::delivery::{Course, Next, Outcome, is_time};
use crate::domain::effect::Notice;
use crate::domain::organisation::Organisation;
use crate::domain::plane::NO_PART;
use crate::domain::time::Timestamp;
use crate::notify::envelope::DrillMail;
use crate::notify::{Errand, Failure, Letter, MailTemplates, Outgoing, Post, Ready, write};
use crate::store::{Delivery, Parcel, Turn};

/// Notices on their way at one time. More than one server connection is only
/// worth it in a flood; a crisis team is a dozen people.
pub(super) const MOST_AT_ONCE: usize = 16;

/// A mail that was made ready and is not asked for in so long is let go soon: its server
/// waits for it. A commit takes milliseconds.
const LONGEST_AHEAD: Duration = Duration::from_secs(10);

/// How long to wait before recording an outcome that could not be stored.
const RECORD_AGAIN: Duration = Duration::from_secs(1);

/// Everything that sending needs.
pub struct Dispatcher {
    pub post: Post,
    pub templates: MailTemplates,
    pub engine: Handle,
    /// As it is now: nobody outside the team is told anything.
    pub organisation: Arc<Organisation>,
    /// The store's instance: makes Message-IDs unique in the world.
    pub instance: String,
    /// Sender of the mails, a mailbox.
    pub from: String,
    /// `None` without `web.url`: then mails carry no links.
    pub links: Option<Links>,
}

/// What the engine hands over.
#[derive(Debug)]
pub enum Handed {
    /// Decided, and being written to disk: its letter may be written meanwhile. It may
    /// still never have happened.
    Coming(Box<Parcel>),
    /// On disk: to be sent.
    Out(Box<Parcel>),
}

/// Sends what comes, until told to stop; what is not sent stays in the store.
pub async fn run(
    dispatcher: Current<Dispatcher>,
    mut parcels: mpsc::UnboundedReceiver<Handed>,
    stop: CancellationToken,
) {
    let board = dispatcher.get().engine.board().clone();
    let mut traffic = Traffic {
        dispatcher,
        lanes: BTreeMap::new(),
        on_the_way: JoinSet::new(),
        carried: HashMap::new(),
        ahead: VecDeque::new(),
    };
    loop {
        board.dispatcher().beat();
        let now = clock::now();
        traffic.start_due(now);
        let is_young = |one: &Ahead| one.since.elapsed() < LONGEST_AHEAD;
        traffic.ahead.retain(is_young);
        let pause = traffic.pause(now);
        tokio::select! {
            () = stop.cancelled() => break,
            parcel = parcels.recv() => match parcel {
                Some(Handed::Coming(parcel)) => traffic.prepare(*parcel),
                Some(Handed::Out(parcel)) => traffic.take_in(*parcel),
                None => break,
            },
            Some(done) = traffic.on_the_way.join_next_with_id(), if !traffic.on_the_way.is_empty() => {
                traffic.go_on(done);
            }
            () = tokio::time::sleep(pause) => {}
        }
    }
    // What is with the server now may still be answered: a mail that was
    // accepted and recorded is one that is not sent twice.
    let _ = tokio::time::timeout(Duration::from_secs(5), async {
        while traffic.on_the_way.join_next().await.is_some() {}
    })
    .await;
}

/// All lanes, and what is on its way in them.
struct Traffic {
    dispatcher: Current<Dispatcher>,
    /// By person.
    lanes: BTreeMap<String, Lane>,
    on_the_way: JoinSet<Tried>,
    /// Whose and which is on the way, by task: a task that panics cannot say.
    carried: HashMap<task::Id, (String, Turn)>,
    /// Mails that are being made ready before their effects are on disk.
    ahead: VecDeque<Ahead>,
}

/// A mail that is being made ready ahead.
struct Ahead {
    effect: String,
    person: String,
    /// By whom: after a reload another would write another letter.
    dispatcher: Arc<Dispatcher>,
    mail: JoinHandle<Option<Prepared>>,
    since: Instant,
}

/// A notice as a mail, and how far it is on its way.
struct Prepared {
    mail: Outgoing,
    way: String,
    ready: Option<Ready>,
}

impl Traffic {
    /// Writes a letter while the disk is busy with what it tells of, and says to the mail
    /// server for whom it is. Nothing is lost when nobody asks for it.
    fn prepare(&mut self, parcel: Parcel) {
        // What was never asked for: its commit failed, or its lane is blocked.
        if self.ahead.len() >= MOST_AT_ONCE {
            self.ahead.pop_front();
        }
        let dispatcher = self.dispatcher.get();
        let person = parcel.notice.person.clone();
        // Who has something waiting gets that first: a server is not kept waiting.
        let is_first =
            !self.lanes.contains_key(&person) && self.ahead.iter().all(|one| one.person != person);
        let (writer, effect) = (Arc::clone(&dispatcher), parcel.effect.clone());
        let mail = task::spawn(async move { writer.prepare(&parcel, is_first).await });
        self.ahead.push_back(Ahead {
            effect,
            person,
            dispatcher,
            mail,
            since: clock::stopwatch(),
        });
    }

    /// The mail that was made ready for an effect, if there is one.
    fn prepared(
        &mut self,
        effect: &str,
        by: &Arc<Dispatcher>,
    ) -> Option<JoinHandle<Option<Prepared>>> {
        let place = self.ahead.iter().position(|one| one.effect == effect)?;
        let ahead = self.ahead.remove(place)?;
        Arc::ptr_eq(&ahead.dispatcher, by).then_some(ahead.mail)
    }

    fn take_in(&mut self, parcel: Parcel) {
        let person = parcel.notice.person.clone();
        self.lanes.entry(person).or_default().add(parcel);
    }

    /// Starts the lanes that are due, as far as there is room.
    fn start_due(&mut self, now: Timestamp) {
        while self.on_the_way.len() < MOST_AT_ONCE {
            let due = self.lanes.iter_mut().filter_map(|(person, lane)| {
                let at = lane.due().filter(|at| is_time(*at, now))?;
                Some((at, person, lane))
            });
            let Some((_, person, lane)) = due.min_by_key(|(at, ..)| *at) else {
                return;
            };
            let (person, parcel) = (person.clone(), lane.begin());
            self.send(person, parcel);
        }
    }

    /// The next one of a lane, or of nobody.
    fn send(&mut self, person: String, parcel: Option<Parcel>) {
        let (Some(parcel), Some(lane)) = (parcel, self.lanes.get(&person)) else {
            return;
        };
        let place = parcel.turn();
        let (dispatcher, failing) = (self.dispatcher.get(), lane.failing().clone());
        let prepared = self.prepared(&parcel.effect, &dispatcher);
        let try_once = async move { dispatcher.deliver(parcel, &failing, prepared).await };
        let task = self.on_the_way.spawn(try_once);
        self.carried.insert(task.id(), (person, place));
    }

    /// Takes in what came of a try, and goes on in its lane.
    fn go_on(&mut self, done: Result<(task::Id, Tried), JoinError>) {
        let task = match &done {
            Ok((task, _)) => *task,
            Err(error) => error.id(),
        };
        let Some((person, place)) = self.carried.remove(&task) else {
            return;
        };
        let Some(lane) = self.lanes.get_mut(&person) else {
            return;
        };
        let now = clock::now();
        let next = match done {
            Ok((_, tried)) => lane.tried(&place, tried, now),
            Err(error) => {
                tracing::error!(effect = place.2, %error, "draaiboek has a bug here; trying again");
                lane.crashed(&place, now)
            }
        };
        if lane.is_empty() {
            self.lanes.remove(&person);
        }
        self.send(person, next);
    }

    /// How long nothing has to be started, in real time.
    fn pause(&self, now: Timestamp) -> Duration {
        // A jump of the clock must not make us sleep through, hence the bound.
        let longest = Duration::from_secs(5);
        let next = self.lanes.values().filter_map(Lane::due).min();
        let Some(next_at) = next.filter(|_| self.on_the_way.len() < MOST_AT_ONCE) else {
            return longest;
        };
        let length = (next_at - now).to_std().unwrap_or(Duration::ZERO);
        clock::real_pause(length).min(longest)
    }
}

impl Dispatcher {
    /// One try by one way. `failing`: since when ways fail for this person.
    async fn deliver(
        &self,
        mut parcel: Parcel,
        failing: &BTreeMap<String, Timestamp>,
        prepared: Option<JoinHandle<Option<Prepared>>>,
    ) -> Tried {
        let began = clock::now();
        let way = parcel.course.turn(began).to_owned();
        let since = failing.get(&way).map_or(began, |since| began.min(*since));
        let (sent, plain) = self.send(&parcel, &way, began, prepared).await;
        let now = clock::now();
        let is_away = matches!(sent, Err(Failure::Away(_)));
        let (outcome, because) = match sent {
            Ok(()) => (Outcome::Taken, String::new()),
            Err(Failure::Retry(because) | Failure::Away(because)) => {
                (Outcome::NotNow(None), because)
            }
            Err(Failure::RetryAfter(because, asked)) => (Outcome::NotNow(Some(asked)), because),
            Err(Failure::GiveUp(because)) => (Outcome::Refused, because),
        };
        let age = began - parcel.created_at;
        let n_tries = parcel.tries + 1;
        let next = parcel.course.after(&outcome, since, now, age, n_tries);
        let delivery = self.delivery(&parcel, &way, &outcome, next, because);
        self.say(&parcel, &way, &delivery);
        let plain = plain.filter(|_| delivery == Delivery::Sent);
        self.record(&parcel, &way, &delivery, plain).await;
        let again = match delivery {
            Delivery::Later {
                next_at, because, ..
            } => Some(Parcel {
                tries: n_tries,
                next_at,
                last_error: Some(because),
                ..parcel
            }),
            Delivery::Sent | Delivery::Never { .. } => None,
        };
        Tried {
            is_failing: matches!(outcome, Outcome::NotNow(_)).then_some(since),
            is_away,
            way,
            again,
        }
    }

    /// Tells somebody at once, outside every run: by the first of their ways that
    /// takes it. Who asks may ask again; the same effect is the same mail.
    pub async fn tell_at_once(
        &self,
        notice: &Notice,
        effect: &str,
        now: Timestamp,
    ) -> Result<(), Failure> {
        let parcel = Parcel {
            effect: effect.to_owned(),
            run: 0,
            notice: notice.clone(),
            tries: 0,
            course: Course::new(&notice.ways),
            next_at: now,
            created_at: now,
            sent_at: None,
            state: "waiting".to_owned(),
            last_error: None,
            mark: None,
        };
        let mut failure = Failure::GiveUp("there is no way to reach this person".to_owned());
        for way in &notice.ways {
            match self.send(&parcel, way, now, None).await.0 {
                Ok(()) => return Ok(()),
                // What may pass is worth another try, whatever the others said.
                Err(Failure::GiveUp(because)) if !matches!(failure, Failure::GiveUp(_)) => {
                    tracing::warn!(effect, because, "a way refused");
                }
                Err(why) => failure = why,
            }
        }
        Err(failure)
    }

    /// Writes and sends; also why the letter is a plain one, when it is.
    async fn send(
        &self,
        parcel: &Parcel,
        way: &str,
        now: Timestamp,
        prepared: Option<JoinHandle<Option<Prepared>>>,
    ) -> (Result<(), Failure>, Option<String>) {
        let prepared = match prepared {
            Some(prepared) => prepared.await.ok().flatten(),
            None => None,
        };
        let (mail, ready) = match prepared {
            Some(one) => (Ok(one.mail), one.ready.filter(|_| one.way == way)),
            None => (self.mail(parcel), None),
        };
        let mail = match mail {
            Ok(mail) => mail,
            Err(why) => return (Err(why), None),
        };
        let plain = mail.letter.plain_because.clone();
        let link = self.links.as_ref().and_then(|links| links.of(parcel));
        let errand = Errand {
            notice: &parcel.notice,
            mail: &mail,
            link: link.as_ref(),
            // What is signed has dots between its parts.
            id: &format!("{}.{}", parcel.effect, self.instance).replace('.', "-"),
            now,
        };
        let sent = match ready {
            Some(ready) => self.post.send_ready(way, &errand, ready).await,
            None => self.post.send(way, &errand).await,
        };
        (sent, plain)
    }

    /// A mail that may be sent in a moment; `None` when it may not. `opens`: the mail
    /// server is told for whom it is.
    async fn prepare(&self, parcel: &Parcel, opens: bool) -> Option<Prepared> {
        let mail = self.mail(parcel).ok()?;
        let way = parcel.course.clone().turn(clock::now()).to_owned();
        let ready = match opens {
            true => {
                self.post
                    .make_ready(&way, &parcel.notice.person, &mail)
                    .await
            }
            false => None,
        };
        Some(Prepared { mail, way, ready })
    }

    /// A notice as a mail, or why there is none.
    fn mail(&self, parcel: &Parcel) -> Result<Outgoing, Failure> {
        // The team may have changed while this waited.
        let Some(person) = self.organisation.person(&parcel.notice.person) else {
            let because = "this person is not in the team any more".to_owned();
            return Err(Failure::GiveUp(because));
        };
        self.keep_apart(parcel)?;
        Ok(Outgoing {
            message_id: message_id(&parcel.effect, &self.instance, &self.from),
            effect: parcel.effect.clone(),
            run: Some(parcel.run).filter(|run| *run > 0),
            date: self.date(parcel),
            from: self.from.clone(),
            to_name: parcel.notice.name.clone(),
            to_email: person.email.clone(),
            letter: self.letter(parcel),
            drill: self.drill(),
            headers: Vec::new(),
        })
    }

    fn letter(&self, parcel: &Parcel) -> Letter {
        let link = self.links.as_ref().and_then(|links| links.of(parcel));
        write(&parcel.notice, &self.templates, link.as_ref()).marked(parcel.mark.clone())
    }

    /// Drill and real never mix: a notice of the other plane is a fault of the
    /// program, and who does not take part is told nothing by any way.
    fn keep_apart(&self, parcel: &Parcel) -> Result<(), Failure> {
        let (ours, its) = (self.organisation.plane(), parcel.notice.plane());
        if ours != its {
            let (ours, its) = (ours.name(), its.name());
            tracing::error!(
                effect = parcel.effect,
                ours,
                its,
                "a notice of the other plane"
            );
            let because = format!("a bug in draaiboek: this notice is {its} and we are {ours}");
            return Err(Failure::GiveUp(because));
        }
        match self.organisation.may_be_told(&parcel.notice.person) {
            true => Ok(()),
            false => Err(Failure::GiveUp(NO_PART.to_owned())),
        }
    }

    fn drill(&self) -> Option<DrillMail> {
        let exercise = self.organisation.exercise.as_ref()?;
        let people = exercise.participants.iter();
        let people = people.filter_map(|person| self.organisation.person(person));
        Some(DrillMail {
            scenario: exercise.scenario.clone(),
            allowed: people.map(|person| person.email.clone()).collect(),
        })
    }

    /// A drill may be played in another week: its mails belong on top of the
    /// reader's mailbox all the same.
    fn date(&self, parcel: &Parcel) -> Timestamp {
        match self.organisation.exercise {
            Some(_) => clock::wall(),
            None => parcel.created_at,
        }
    }

    /// What to record of a try.
    fn delivery(
        &self,
        parcel: &Parcel,
        way: &str,
        outcome: &Outcome,
        next: Next,
        because: String,
    ) -> Delivery {
        match next {
            Next::Done => Delivery::Sent,
            Next::GivenUp if *outcome == Outcome::Refused => Delivery::Never { because },
            Next::GivenUp => Delivery::Never {
                because: format!("given up after days of trying: {because}"),
            },
            Next::Again(next_at) => {
                let then = parcel.course.clone().turn(next_at).to_owned();
                let goes_on = match then == way {
                    true => String::new(),
                    false => format!("; going on by {}", self.post.name(&then)),
                };
                Delivery::Later {
                    because: format!("{because}{goes_on}"),
                    next_at,
                    course: parcel.course.clone(),
                }
            }
        }
    }

    fn say(&self, parcel: &Parcel, way: &str, delivery: &Delivery) {
        if let Delivery::Later { because, .. } | Delivery::Never { because } = delivery {
            tracing::warn!(
                effect = parcel.effect,
                way = self.post.name(way),
                tries = parcel.tries + 1,
                for_good = matches!(delivery, Delivery::Never { .. }),
                because,
                "a notice did not go out"
            );
        }
    }

    /// Records the outcome, for as long as it takes: the disk may be full now
    /// and a person making room.
    async fn record(&self, parcel: &Parcel, way: &str, delivery: &Delivery, plain: Option<String>) {
        let channel = self.post.name(way);
        loop {
            match self
                .engine
                .tried(parcel, delivery.clone(), channel, plain.clone())
                .await
            {
                Ok(()) | Err(NotDone::Stopping | NotDone::Refused(_) | NotDone::NoReply(_)) => {
                    return;
                }
                Err(NotDone::NotStored(_)) => tokio::time::sleep(RECORD_AGAIN).await,
            }
        }
    }
}

/// Stable for an effect, whatever happens in between.
fn message_id(effect: &str, instance: &str, from: &str) -> String {
    let domain = from
        .rsplit('@')
        .next()
        .unwrap_or("draaiboek.invalid")
        .trim_end_matches('>');
    format!("<{effect}.{instance}@{domain}>")
}
