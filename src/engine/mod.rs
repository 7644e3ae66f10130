//! The imperative shell: where the rooms meet.
//!
//! One thread owns the store and the desk (`live`). Everybody else holds a
//! `Handle` and sends it work; work is committed in groups, at once when idle.
//! What must go out is handed to the dispatcher only after its commit.

pub mod clock;

pub mod current;

pub mod live;

pub mod work;

mod queue;

mod sorting;

mod packing;

mod remembering;

mod tidier;

mod fresh;

mod lane;

pub mod dispatch;

pub mod hooks;

pub mod inbox;

pub mod reporting;

pub mod request;

pub mod reload;

pub mod history;

pub mod enriching;

pub mod label;

mod situation;

pub mod glance;

pub mod forgetting;

mod reading;

pub mod mentions;

pub mod access;

mod altered;

pub mod tokens;

pub mod accounts;

mod acting;

pub mod drafting;

pub mod calling;

pub mod pictures;

pub mod answering;

mod asked;

mod verify;

pub mod dossier;

pub mod view;

pub mod signs;

pub mod sources;

mod outlook;

pub mod curve;

mod overview;

pub mod practice;

pub mod memo;

pub mod ledger;

pub mod board;

use std::sync::Arc;
use std::time::Duration;

use chrono::TimeDelta;
use tokio::sync::{mpsc, watch};

use crate::domain::desk::{Observed, Pinned};
use crate::domain::enrich::WordLists;
use crate::domain::mention::Mention;
use crate::domain::organisation::Organisation;
use crate::domain::playbook::{Playbook, StatementTemplate};
use crate::domain::query::watches::Watches;
use crate::domain::step::answers::{NoReply, Standing};
use crate::domain::time::Timestamp;
use crate::source::wire::Reject;
use crate::source::{self, Batch, Intake, IntakeClosed};
use crate::store::hooks::Outcome;
use crate::store::{Delivery, Parcel, Store, StoreError, Tally};
use board::{Auditor, Board};
use current::Current;
use dispatch::Handed;
use enriching::Lag;
use fresh::Fresh;
use live::Live;
use packing::Packing;
use queue::Queued;
use reload::Set;
use signs::Signs;
pub use sorting::Sorting;
use work::{Answer, Command, Work};

/// Matching mentions in one work; a larger batch of a file or feed is several.
const MOST_AT_ONCE: usize = 2_000;

/// Rows written between two checkpoints: some ten megabytes of log.
const CHECKPOINT_EVERY: u64 = 2_000;

/// The longest the engine sleeps: after a jump of the clock it looks again.
const LONGEST_SLEEP: Duration = Duration::from_secs(1);

/// Why work was not done. Nothing of it happened.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotDone {
    #[error("the daemon is stopping")]
    Stopping,
    #[error("nothing was stored: {0}")]
    NotStored(String),
    #[error("{0}")]
    Refused(String),
    /// What somebody said to an alert cannot be taken.
    #[error("{0}")]
    NoReply(NoReply),
}

/// What became of a batch of mentions.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Receipt {
    /// Stored now, for the first time.
    pub new: u64,
    /// Stored before.
    pub known: u64,
    /// Belong to a watch: `new` and `known` together.
    pub matched: u64,
    /// Belong to no watch: counted, not kept.
    pub unmatched: u64,
    /// Too old to be kept; lines are places in the batch, from 1.
    pub rejected: Vec<Reject>,
}

/// Mentions from one source, with where it continues.
#[derive(Debug)]
pub struct Delivered {
    pub source: String,
    pub mentions: Vec<Mention>,
    /// Lines that were no mentions.
    pub rejected: u64,
    pub position: Option<String>,
}

/// Mentions of one source that know their watches.
#[derive(Debug)]
struct Sorted {
    source: Arc<str>,
    observed: Vec<Observed>,
    watches: Arc<Watches>,
    tally: Tally,
    position: Option<String>,
    receipt: Receipt,
}

/// What decides which mentions are kept.
#[derive(Debug)]
pub struct Sieve {
    pub watches: Arc<Watches>,
    /// Older mentions are not taken: their texts would be deleted at once.
    pub keep_texts: Duration,
    /// What is read in them goes by these.
    pub words: WordLists,
}

/// The way to the engine; cheap to clone.
#[derive(Debug, Clone)]
pub struct Handle {
    works: queue::Sender,
    sieve: Current<Sieve>,
    board: Board,
    signs: Signs,
    lag: Arc<Lag>,
    fresh: Fresh,
    changes: watch::Receiver<News>,
    packing: Arc<Packing>,
}

impl Intake for Handle {
    /// For sources that read on by themselves: what cannot be stored now is
    /// stored later, and the source waits.
    async fn deliver(&self, batch: Batch) -> Result<source::Receipt, IntakeClosed> {
        loop {
            let Batch {
                source,
                mentions,
                n_rejected,
                position,
            } = batch.clone();
            match self
                .deliver(Delivered {
                    source,
                    mentions,
                    rejected: n_rejected,
                    position,
                })
                .await
            {
                Ok(Receipt {
                    new,
                    known,
                    matched,
                    rejected,
                    ..
                }) => {
                    return Ok(source::Receipt {
                        new,
                        known,
                        matched,
                        rejected,
                    });
                }
                Err(NotDone::NotStored(_)) => tokio::time::sleep(LONGEST_SLEEP).await,
                Err(NotDone::Stopping | NotDone::Refused(_) | NotDone::NoReply(_)) => {
                    return Err(IntakeClosed);
                }
            }
        }
    }
}

impl Handle {
    /// What the daemon knows of itself.
    pub fn board(&self) -> &Board {
        &self.board
    }

    /// When each source last brought something new.
    pub fn signs(&self) -> &Signs {
        &self.signs
    }

    /// How far behind the reading of mentions is.
    pub fn lag(&self) -> &Lag {
        &self.lag
    }

    /// Changes after each commit, so that who shows something knows when to look
    /// again.
    pub fn changes(&self) -> watch::Receiver<News> {
        self.changes.clone()
    }

    /// The daemon stops: packs what the next start needs of what nobody packed yet, for
    /// about a second at most.
    pub async fn pack_rest(&self) {
        let packing = Arc::clone(&self.packing);
        // What is not packed is read row by row.
        let _ = tokio::task::spawn_blocking(move || packing.finish()).await;
    }

    /// Stores mentions and judges them. Returns after they are on disk.
    pub async fn deliver(&self, delivered: Delivered) -> Result<Receipt, NotDone> {
        self.keep(self.sort(delivered)).await
    }

    /// Finds what each mention is for.
    fn sort(&self, delivered: Delivered) -> Sorted {
        let now = clock::now();
        let is_list = delivered.position.is_some();
        let (source, mentions) = (&delivered.source, delivered.mentions);
        self.signs.note(source, &mentions, is_list, now);
        let mut sorting = self.sorting(source);
        let mut rejected = Vec::new();
        for (number, mut mention) in mentions.into_iter().enumerate() {
            match sorting.judge(&mut mention) {
                Ok(Some(matched)) => sorting.keep(mention, matched),
                Ok(None) => {}
                Err(reason) => rejected.push(Reject {
                    line: number + 1,
                    reason,
                }),
            }
        }
        let n_rejected = delivered.rejected + rejected.len() as u64;
        let mut sorted = sorting.sorted(n_rejected);
        sorted.receipt.rejected = rejected;
        sorted.position = delivered.position;
        sorted
    }

    /// Sorts mentions of a source one by one while they are read. This is computing,
    /// not waiting: whoever delivers much bounds how much of it runs at once.
    pub fn sorting(&self, source: &str) -> Sorting {
        Sorting::new(source.into(), self.sieve.get(), clock::now())
    }

    /// Stores what was sorted of a push and judges it, as `keep` does; that
    /// it came is a sign of life of its source.
    pub async fn keep_pushed(&self, sorting: Sorting, n_rejected: u64) -> Result<Receipt, NotDone> {
        if sorting.n_read() > 0 {
            self.signs.note_push(sorting.source(), sorting.now());
        }
        self.keep(sorting.sorted(n_rejected)).await
    }

    /// Stores what was sorted and judges it. Returns after it is on disk. When a
    /// later part of a large batch is not stored, the earlier ones are known the
    /// next time.
    async fn keep(&self, sorted: Sorted) -> Result<Receipt, NotDone> {
        let Sorted {
            source,
            mut observed,
            watches,
            tally,
            position,
            mut receipt,
        } = sorted;
        loop {
            let rest = observed.split_off(observed.len().min(MOST_AT_ONCE));
            let is_last = rest.is_empty();
            // Counted with the last part, as the position is: when we die in
            // between, all of it comes again.
            let part = if is_last { tally } else { Tally::default() };
            let work = Work::Mentions {
                source: Arc::clone(&source),
                observed: std::mem::replace(&mut observed, rest),
                tally: part,
                position: position.clone().filter(|_| is_last),
                watches: Arc::clone(&watches),
            };
            match self.send(work).await? {
                Answer::Kept { new, known } => {
                    receipt.new += new;
                    receipt.known += known;
                }
                other => return Err(unexpected(&other)),
            }
            if is_last {
                return Ok(receipt);
            }
        }
    }

    /// What mentions are matched against.
    fn watches(&self) -> Arc<Watches> {
        Arc::clone(&self.sieve.get().watches)
    }

    /// Goes on with other files. Returns after they are in force and that is on
    /// disk; when it fails nothing has changed.
    pub async fn take_over(&self, set: Set) -> Result<(), NotDone> {
        self.send(Work::TakeOver(set)).await.map(|_| ())
    }

    /// Carries out a person's command.
    pub async fn carry_out(&self, command: Command) -> Result<Answer, NotDone> {
        self.send(Work::Command(command)).await
    }

    /// Carries out a reply; how things stand then.
    pub async fn reply(&self, command: Command) -> Result<Standing, NotDone> {
        match self.carry_out(command).await? {
            Answer::Standing(standing) => Ok(standing),
            other => Err(unexpected(&other)),
        }
    }

    /// Records what a try to deliver led to.
    async fn tried(
        &self,
        parcel: &Parcel,
        delivery: Delivery,
        channel: &str,
        plain: Option<String>,
    ) -> Result<(), NotDone> {
        let work = Work::Tried {
            effect: parcel.effect.clone(),
            run: parcel.run,
            person: parcel.notice.person.clone(),
            channel: channel.to_owned(),
            delivery,
            plain,
        };
        self.send(work).await.map(|_| ())
    }

    /// Records what came of telling a webhook of an event.
    async fn posted(&self, webhook: &str, effect: &str, outcome: Outcome) -> Result<(), NotDone> {
        let work = Work::Posted {
            webhook: webhook.to_owned(),
            effect: effect.to_owned(),
            outcome,
        };
        self.send(work).await.map(|_| ())
    }

    async fn send(&self, work: Work) -> Result<Answer, NotDone> {
        self.works.send(work).await
    }
}

/// `now - length`, for lengths that `check` has bounded.
fn before(now: Timestamp, length: Duration) -> Timestamp {
    TimeDelta::from_std(length)
        .ok()
        .and_then(|length| now.checked_sub_signed(length))
        .unwrap_or_default()
}

fn unexpected(answer: &Answer) -> NotDone {
    NotDone::Refused(format!("unexpected answer {answer:?}"))
}

/// How often something came that could be shown anew.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct News {
    pub n_commits: u64,
    /// Of those, in which a person did something: others wait to see it.
    pub n_deeds: u64,
}

/// Starts the thread that owns the store. It ends when every handle is gone.
/// Parcels come out of `parcels`, those that waited in the store first.
pub fn start(
    mut live: Live,
) -> std::io::Result<(
    Handle,
    mpsc::UnboundedReceiver<Handed>,
    std::thread::JoinHandle<()>,
)> {
    let (works, mut queue) = queue::queue();
    let (outgoing, parcels) = mpsc::unbounded_channel();
    let (changed, changes) = watch::channel(News::default());
    let (sieve, fresh) = (live.sieve(), live.fresh());
    let ahead = outgoing.clone();
    live.announce(move |parcel| {
        let _ = ahead.send(Handed::Coming(Box::new(parcel.clone())));
    });
    let outgoing = move |live: &mut Live| {
        for parcel in live.take_parcels() {
            let _ = outgoing.send(Handed::Out(Box::new(parcel)));
        }
    };
    outgoing(&mut live);
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .build()?;
    let tidier = tidier::start(&live)?;
    let packing = Arc::new(packing::start(&live)?);
    let packs = Arc::clone(&packing);
    let board = Board::new(&live);
    let mut auditor = Auditor::new(board.clone());
    let thread = std::thread::Builder::new()
        .name("engine".into())
        .spawn(move || {
            runtime.block_on(async {
                let mut tidied = 0;
                let mut watches = live.watches();
                live.rehearse(clock::now());
                while let Some(group) = next_group(&mut queue, &live, &mut auditor).await {
                    let n_mentions = group.iter().map(|one| one.work.n_mentions()).sum();
                    let is_deed = group.iter().any(|one| one.work.is_deed());
                    let (works, replies): (Vec<Work>, Vec<_>) =
                        group.into_iter().map(Queued::split).unzip();
                    let began = clock::stopwatch();
                    let results = live.carry_out(works, clock::now());
                    queue.learn(n_mentions, began.elapsed());
                    outgoing(&mut live);
                    // While the alert is on its way.
                    if live.follow_up() {
                        outgoing(&mut live);
                    }
                    // Before the replies: who did it and looks at once sees it.
                    changed.send_modify(|news| {
                        news.n_commits += 1;
                        news.n_deeds += u64::from(is_deed);
                    });
                    for (reply, result) in replies.into_iter().zip(results) {
                        reply.give(result);
                    }
                    auditor.worked(&live);
                    live.tell();
                    if live.take_owed_rehearsal() {
                        live.rehearse(clock::now());
                    }
                    let n_written = live.store().n_written();
                    if live.take_owed_empty_log() {
                        tidier.empty_log();
                    } else if n_written - tidied >= CHECKPOINT_EVERY {
                        tidier.checkpoint();
                        packs.go_on();
                        tidied = n_written;
                    }
                    if !Arc::ptr_eq(&watches, &live.watches()) {
                        watches = live.watches();
                        packs.take_over(&live);
                    }
                }
            });
        })?;
    Ok((
        Handle {
            works,
            sieve,
            board,
            signs: Signs::default(),
            lag: Arc::default(),
            fresh,
            changes,
            packing,
        },
        parcels,
        thread,
    ))
}

/// Waits for work or for a timer; `None` when nobody can send work any more.
/// An empty group means: time has come.
async fn next_group(
    queue: &mut queue::Receiver,
    live: &Live,
    auditor: &mut Auditor,
) -> Option<Vec<Queued>> {
    loop {
        let now = clock::now();
        let wakeup = live.next_wakeup();
        if wakeup <= now {
            return Some(Vec::new());
        }
        auditor.pass(live);
        let until = (wakeup - now).to_std().unwrap_or(LONGEST_SLEEP);
        let pause = clock::real_pause(until).min(LONGEST_SLEEP);
        if let Ok(group) = tokio::time::timeout(pause, queue.next_group()).await {
            return group;
        }
    }
}

/// Time goes on from what the store has seen, should the system's clock have
/// been set back while nothing ran.
pub fn resume_clock(store: &Store) -> Result<(), StoreError> {
    if let Some(latest) = store.latest_event()? {
        clock::resume(latest);
    }
    Ok(())
}

/// Playbooks with the templates they may use, as a run pins them.
pub fn shelf(playbooks: &[Playbook], templates: &[StatementTemplate]) -> Vec<Arc<Pinned>> {
    let mut shelf: Vec<Arc<Pinned>> = playbooks
        .iter()
        .map(|playbook| pin(playbook, templates))
        .collect();
    shelf.sort_by(|one, other| one.playbook.name.cmp(&other.playbook.name));
    shelf
}

fn pin(playbook: &Playbook, templates: &[StatementTemplate]) -> Arc<Pinned> {
    let used = |template: &&StatementTemplate| {
        playbook
            .messages()
            .any(|(_, message)| message.template == template.name)
    };
    let templates = templates.iter().filter(used).cloned().collect();
    Arc::new(Pinned::new(playbook.clone(), templates))
}

/// The watches of an organisation that was checked before.
pub fn watches_of(organisation: &Organisation) -> Result<Arc<Watches>, String> {
    Watches::new(organisation).map(Arc::new).map_err(|errors| {
        let named = errors
            .iter()
            .map(|(watch, error)| format!("watch `{watch}`: {}", error.message));
        named.collect::<Vec<_>>().join("\n")
    })
}
