//! What the command line may ask of a daemon, or of the store when none runs.
//!
//! One list for both: a request is answered the same way, whoever owns the
//! store at that moment.

use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::answering::Links;
use super::drafting::FactAnswer;
use super::history::Piece;
use super::inbox::Received;
use super::live::Live;
use super::memo::Memo;
use super::mentions::Wanted;
use super::practice::Drills;
use super::reload::Reloading;
use super::reporting::Form;
use super::sources::HealthBoard;
use super::work::{Answer, Command, Work};
use super::{Handle, NotDone, clock, unexpected, view};
use crate::domain::answering::CaseKind;
use crate::domain::desk::{ByHand, Pinned, Refusal};
use crate::domain::differences::differences;
use crate::domain::draft::plain;
use crate::domain::facts::{FactValue, read_past, read_value};
use crate::domain::forgetting::Selection;
use crate::domain::mention::Platform;
use crate::domain::organisation::Organisation;
use crate::domain::password::Password;
use crate::domain::plane::Plane;
use crate::domain::playbook::FactKind;
use crate::domain::quality::Correction;
use crate::domain::reading::Reading;
use crate::domain::roll_call::Call;
use crate::domain::run::RunId;
use crate::domain::run::alarm::Through;
use crate::domain::step::acts::Act;
use crate::domain::step::answers::{Reply, Who};
use crate::domain::text::Language;
use crate::notify::inbox::Verdict;
use crate::store::{Store, StoreError};

/// A question or a command. Runs not named mean the only open one.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Request {
    Status,
    /// The files of the organisation are to be read again.
    Reload,
    /// People are to be asked whether they get alerts; all when nobody is named.
    RollCall {
        to: Vec<String>,
        deadline_seconds: u64,
        each_way: bool,
    },
    /// How the last roll call went.
    RollCallStatus,
    /// Somebody gets alerts; who asks, when nobody is named.
    RollCallAnswer {
        person: Option<String>,
    },
    Runs,
    /// `language`: of the sentences; `None` is the organisation's.
    /// `quotes`: with what strangers wrote, for who may read it.
    Run {
        run: Option<RunId>,
        #[serde(default)]
        language: Option<Language>,
        #[serde(default)]
        quotes: bool,
    },
    /// A run for who works in it: without the texts of its drafts and the events
    /// of its log.
    Work {
        run: Option<RunId>,
        #[serde(default)]
        language: Option<Language>,
    },
    Drafts {
        run: Option<RunId>,
    },
    /// `version`: an earlier one.
    Draft {
        run: Option<RunId>,
        draft: String,
        #[serde(default)]
        version: Option<u32>,
    },
    /// Its versions: when, who, why.
    DraftHistory {
        run: Option<RunId>,
        draft: String,
    },
    /// What changed from one version to another; without them: the last change.
    DraftDiff {
        run: Option<RunId>,
        draft: String,
        from: Option<u32>,
        to: Option<u32>,
    },
    /// A publication of a while ago: `at` as a person typed it.
    PublishedAt {
        run: Option<RunId>,
        act: Act,
        at: String,
    },
    /// A decision that promises somebody to be back: `at` as a person typed it.
    PromisedBack {
        run: Option<RunId>,
        act: Act,
        at: String,
    },
    /// An image for a draft: the name of the file, its bytes in base64, and what
    /// it shows, by language.
    Attach {
        run: Option<RunId>,
        draft: String,
        file: String,
        bytes: String,
        alt: Vec<(Option<String>, String)>,
    },
    Facts {
        run: Option<RunId>,
    },
    SetFact {
        run: Option<RunId>,
        fact: String,
        value: Vec<String>,
        /// Who said it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        source: Option<String>,
        /// When it was so, as it was typed.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        as_of: Option<String>,
    },
    /// Several answers at once; one that somebody else gave meanwhile is not
    /// written over.
    AnswerFacts {
        run: Option<RunId>,
        answers: Vec<FactAnswer>,
    },
    /// A draft as it would be with these facts, as they were typed, and with this
    /// text when somebody writes one. Nothing is stored.
    PreviewDraft {
        run: Option<RunId>,
        draft: String,
        facts: Vec<(String, Vec<String>)>,
        text: Option<String>,
    },
    /// A text for a draft, made from the version `base`. When that changed
    /// meanwhile nothing is saved, and the answer has both.
    WriteDraft {
        run: Option<RunId>,
        draft: String,
        base: u32,
        text: String,
    },
    StartRun {
        playbook: String,
        level: Option<String>,
        /// Name and what was typed for it.
        #[serde(default)]
        facts: Vec<(String, String)>,
        reason: String,
    },
    /// What a person does to a run.
    Act {
        run: Option<RunId>,
        act: Act,
    },
    /// The after-action report of a run.
    Report {
        run: Option<RunId>,
        #[serde(default)]
        language: Option<Language>,
        form: Form,
    },
    /// The latest environment analysis of a run, or a new one.
    Situation {
        run: Option<RunId>,
        #[serde(default)]
        make: bool,
        #[serde(default)]
        language: Option<Language>,
    },
    /// What was learnt in all runs: what is open, or all of it.
    Lessons {
        all: bool,
    },
    Merge {
        run: RunId,
        into: RunId,
        reason: String,
    },
    /// Whether the logs are what was once written; all when no run is named.
    VerifyRuns {
        run: Option<RunId>,
        /// From a mail: where did it stand?
        head: Option<String>,
    },
    /// How a run's playbook differs from the one in force; `apply` moves it over.
    UpgradeRun {
        run: RunId,
        apply: bool,
    },
    /// A case of who wrote a mention that is in the store.
    CaseOf {
        run: Option<RunId>,
        mention: String,
        platform: Option<Platform>,
        /// What they come with; what their words look like when it is not said.
        #[serde(default)]
        kind: Option<CaseKind>,
    },
    /// Questions that many people ask, in mentions of a run, for who may read them;
    /// that is recorded.
    Recurring {
        run: Option<RunId>,
        /// From so many different people on.
        least: usize,
    },
    /// People who praise us and were not thanked, for who may read it; that is
    /// recorded.
    Compliments {
        run: Option<RunId>,
    },
    /// What somebody says to an alert, or notes; for themselves when no person
    /// is named.
    Reply {
        run: Option<RunId>,
        person: Option<String>,
        reply: Reply,
    },
    /// The same as somebody of the team: one machine plays several people. Only
    /// in a drill; nobody really acts as another.
    As {
        person: String,
        request: Box<Request>,
    },
    /// How far the import of a file is.
    ImportState {
        digest: String,
    },
    /// More of a file of history.
    Import {
        piece: Piece,
    },
    /// Mentions and their quotes are to be forgotten; without `apply`: how many.
    Forget {
        selection: Selection,
        apply: bool,
    },
    /// Everything at a glance.
    Overview,
    /// The last hours of a watch against its usual.
    Curve {
        watch: String,
        hours: u32,
    },
    /// Who is on duty in the next days.
    Duty {
        days: u32,
    },
    /// What each playbook takes to be started by hand.
    Startable,
    /// The drills that were held.
    Drills,
    /// The latest mentions of a watch, for who may read them.
    Latest {
        watch: String,
        limit: usize,
    },
    /// A link that lets somebody of the team in to the pages, once.
    EntryLink {
        person: String,
    },
    /// Who is on duty now.
    DutyNow,
    /// A token for a program of somebody's.
    TokenMake {
        person: String,
        name: String,
        look_only: bool,
    },
    Tokens,
    TokenRevoke {
        person: String,
        name: String,
    },
    /// Who may get in to the pages, who has a password, who is in.
    Accounts,
    /// Somebody gets a password. `is_new`: refused when they have one.
    SetPassword {
        person: String,
        password: Password,
        is_new: bool,
    },
    /// Somebody has no password any more, and is out.
    RemoveAccount {
        person: String,
    },
    /// All browsers of somebody are out.
    PutOut {
        person: String,
    },
    /// Who got in and out, the latest first.
    EntryLog {
        limit: usize,
    },
    /// Somebody is about to be shown what strangers wrote.
    Reading {
        reading: Reading,
    },
    /// What people say that a run is about, for who may read it; that is recorded.
    Mentions {
        run: Option<RunId>,
        #[serde(default)]
        wanted: Wanted,
    },
    /// What a mention was read as; or what a person says it is.
    Label {
        id: String,
        platform: Option<Platform>,
        #[serde(default)]
        correction: Correction,
    },
    /// A mail reached us; this is what it was taken for.
    Received {
        verdict: Verdict,
    },
}

impl Request {
    /// Whether it is recorded who saw the answer: what strangers wrote, and reports.
    pub fn reads_mentions(&self) -> bool {
        matches!(
            self,
            Self::Reading { .. }
                | Self::Mentions { .. }
                | Self::Latest { .. }
                | Self::Label { .. }
                | Self::Report { .. }
                | Self::Situation { .. }
                | Self::Recurring { .. }
                | Self::Compliments { .. }
                | Self::Run { quotes: true, .. }
        )
    }
}

/// Who carries out commands.
#[derive(Debug)]
pub enum Owner {
    /// A running daemon's engine.
    Daemon(Handle),
    /// Nobody else: this process has the store for the moment.
    Alone(Box<Mutex<Live>>),
    /// Only looking: no daemon, and nothing to change.
    Nobody,
}

/// What somebody said about a fact beside its value, as it was typed.
#[derive(Clone, Copy)]
struct Told<'a> {
    source: Option<&'a str>,
    as_of: Option<&'a str>,
}

/// What answering needs.
#[derive(Debug)]
pub struct Counter {
    pub dir: PathBuf,
    pub organisation: Arc<Organisation>,
    pub playbooks: Vec<Arc<Pinned>>,
    pub owner: Owner,
    /// Of what is shown: the organisation's, unless somebody reads another.
    pub language: Language,
    /// What addresses of the pages begin with.
    pub pages: String,
    /// How mail goes out, in one sentence.
    pub mail: String,
    pub health: HealthBoard,
    pub received: Received,
    pub reloading: Reloading,
    pub drills: Drills,
    pub memo: Memo,
    /// Makes and knows the links that are mailed; `None`: mails carry none.
    pub links: Option<Links>,
}

impl Counter {
    /// The same for somebody who reads another language; `None` where nobody
    /// shares the store with us.
    pub fn in_language(&self, language: Language) -> Option<Self> {
        let owner = match &self.owner {
            Owner::Daemon(engine) => Owner::Daemon(engine.clone()),
            Owner::Nobody => Owner::Nobody,
            Owner::Alone(_) => return None,
        };
        Some(Self {
            dir: self.dir.clone(),
            organisation: Arc::clone(&self.organisation),
            playbooks: self.playbooks.clone(),
            owner,
            language,
            pages: self.pages.clone(),
            mail: self.mail.clone(),
            health: self.health.clone(),
            received: self.received.clone(),
            reloading: self.reloading.clone(),
            drills: self.drills.clone(),
            memo: self.memo.clone(),
            links: self.links.clone(),
        })
    }

    /// Answers a request of `by`, a user of this system.
    pub async fn answer(&self, request: Request, by: &str) -> Result<Value, NotDone> {
        match request {
            Request::As { person, request } => {
                self.check_as(&person, &request)?;
                self.answer_by(*request, &person).await
            }
            request => self.answer_by(request, by).await,
        }
    }

    fn check_as(&self, person: &str, request: &Request) -> Result<(), NotDone> {
        if self.organisation.plane() == Plane::Real {
            return Err(NotDone::Refused(
                "nobody acts as another: --for is for drills, and for `draaiboek ack`".to_owned(),
            ));
        }
        // Whoever sits behind this machine plays those who take part.
        if let Request::As { .. } = request {
            return Err(NotDone::Refused("somebody acts as one person".to_owned()));
        }
        let team = &self.organisation.team;
        if self.organisation.person(person).is_none() {
            let hint = did_you_mean(person, team.iter().map(|person| person.key.as_str()));
            return Err(NotDone::Refused(format!(
                "there is nobody `{person}` in the team{hint}"
            )));
        }
        Ok(())
    }

    async fn answer_by(&self, request: Request, by: &str) -> Result<Value, NotDone> {
        match request {
            Request::As { .. } => Err(NotDone::Refused("somebody acts as one person".to_owned())),
            Request::Status => self.read(|store| view::status(self, store)),
            Request::Reload => self.reload().await,
            Request::RollCall {
                to,
                deadline_seconds,
                each_way,
            } => {
                let deadline = Duration::from_secs(deadline_seconds);
                let by = by.to_owned();
                let call = Call {
                    to,
                    deadline,
                    each_way,
                    by,
                };
                self.call_roll(call).await
            }
            Request::RollCallStatus => self.show_roll_call(),
            Request::RollCallAnswer { person } => self.answer_roll(person, by).await,
            Request::Runs => self.read(|store| view::runs(self, store)),
            Request::Run {
                run,
                language,
                quotes,
            } => {
                let run = self.meant(run)?;
                let shown = self.read(|store| view::run(self, store?, run, language, by))?;
                self.only_to_readers(shown, quotes, by).await
            }
            Request::Overview => self.overview(),
            Request::Curve { watch, hours } => self.curve(&watch, hours),
            Request::Duty { days } => Ok(self.duty(days)),
            Request::Startable => Ok(self.startable()),
            Request::Drills => Ok(self.drills()),
            Request::Latest { watch, limit } => self.latest(&watch, limit, by).await,
            Request::Work { run, language } => {
                let run = self.meant(run)?;
                let shown = self.read(|store| view::worked_on(self, store?, run, language, by))?;
                self.only_to_readers(shown, false, by).await
            }
            Request::EntryLink { person } => self.entry_link(&person, by).await,
            Request::Label {
                id,
                platform,
                correction,
            } => self.label(&id, platform, correction, by).await,
            Request::DutyNow => Ok(view::duty::now(&self.organisation, clock::now())),
            Request::TokenMake {
                person,
                name,
                look_only,
            } => self.make_token(&person, &name, look_only, by).await,
            Request::Tokens => self.show_tokens(),
            Request::TokenRevoke { person, name } => self.revoke_token(&person, &name).await,
            Request::Accounts => self.accounts(),
            Request::SetPassword {
                person,
                password,
                is_new,
            } => self.set_password(&person, password, is_new, by).await,
            Request::RemoveAccount { person } => self.remove_account(&person, by).await,
            Request::PutOut { person } => self.put_out(&person, by).await,
            Request::EntryLog { limit } => self.entry_log(limit),
            Request::Reading { reading } => self.reading(reading, by).await,
            Request::Mentions { run, wanted } => {
                let run = self.meant(run)?;
                self.mentions(run, &wanted, by).await
            }
            Request::Drafts { run } => {
                let run = self.meant(run)?;
                self.read(|store| view::drafts(self, store?, run))
            }
            Request::Draft {
                run,
                draft,
                version,
            } => {
                let run = self.meant(run)?;
                self.read(|store| view::draft(self, store?, run, &draft, version))
            }
            Request::DraftHistory { run, draft } => {
                let run = self.meant(run)?;
                self.read(|store| view::draft_history(self, store?, run, &draft))
            }
            Request::DraftDiff {
                run,
                draft,
                from,
                to,
            } => {
                let run = self.meant(run)?;
                self.read(|store| view::draft_diff(self, store?, run, &draft, (from, to)))
            }
            Request::PublishedAt { run, mut act, at } => {
                let run = self.meant(run)?;
                let (zone, now) = (self.organisation.timezone, clock::now());
                let moment = read_past(&at, zone, now);
                let moment = moment.map_err(|why| NotDone::Refused(format!("--at: {why}")))?;
                if let Act::Publish { at, .. } | Act::CloseCase { at, .. } = &mut act {
                    *at = Some(moment);
                }
                self.act(run, act, by).await
            }
            Request::Attach {
                run,
                draft,
                file,
                bytes,
                alt,
            } => {
                let run = self.meant(run)?;
                self.attach(run, (draft, file, bytes), alt, by).await
            }
            Request::Facts { run } => {
                let run = self.meant(run)?;
                self.read(|store| view::facts(self, store?, run, by))
            }
            Request::SetFact {
                run,
                fact,
                value,
                source,
                as_of,
            } => {
                let told = Told {
                    source: source.as_deref(),
                    as_of: as_of.as_deref(),
                };
                self.set_fact(run, &fact, &value, told, by).await
            }
            Request::AnswerFacts { run, answers } => {
                let run = self.meant(run)?;
                self.answer_facts(run, answers, by).await
            }
            Request::PreviewDraft {
                run,
                draft,
                facts,
                text,
            } => {
                let run = self.meant(run)?;
                let typed = (&facts[..], text.as_deref());
                self.read(|store| view::foreseen(self, store?, run, &draft, typed, by))
            }
            Request::WriteDraft {
                run,
                draft,
                base,
                text,
            } => {
                let run = self.meant(run)?;
                self.write_draft(run, draft, (base, text), by).await
            }
            Request::StartRun {
                playbook,
                level,
                facts,
                reason,
            } => {
                self.check_start(&playbook, level.as_deref())?;
                let facts = self.read_facts(&playbook, &facts)?;
                let command = Command::StartRun(ByHand {
                    playbook,
                    level,
                    facts,
                    by: by.to_owned(),
                    reason,
                });
                let run = self.command(command).await?;
                self.did(run, 0, by)
            }
            Request::Act { run, act } => {
                let run = self.meant(run)?;
                self.act(run, act, by).await
            }
            Request::CaseOf {
                run,
                mention,
                platform,
                kind,
            } => {
                let run = self.meant(run)?;
                let act = self.case_of(&mention, platform, kind)?;
                self.act(run, act, by).await
            }
            Request::Recurring { run, least } => {
                let run = self.meant(run)?;
                self.recurring(run, least, by).await
            }
            Request::Compliments { run } => {
                let run = self.meant(run)?;
                self.compliments(run, by).await
            }
            Request::PromisedBack { run, mut act, at } => {
                let run = self.meant(run)?;
                let (zone, now) = (self.organisation.timezone, clock::now());
                let typed = std::slice::from_ref(&at);
                let value = read_value(FactKind::Time, typed, zone, now);
                let value = value.map_err(|why| NotDone::Refused(format!("--back: {why}")))?;
                if let (Act::DecideCase { back_at, .. }, FactValue::Time(moment)) =
                    (&mut act, value)
                {
                    *back_at = Some(moment);
                }
                self.act(run, act, by).await
            }
            Request::Situation {
                run,
                make,
                language,
            } => {
                let run = self.meant(run)?;
                self.situation(run, make, language, by).await
            }
            Request::Report {
                run,
                language,
                form,
            } => {
                let run = self.meant(run)?;
                let language = language.unwrap_or(self.language);
                self.report(run, language, form, by).await
            }
            Request::Lessons { all } => self.read(|store| view::lessons(self, store, all)),
            Request::Merge { run, into, reason } => {
                let since = self.seq(into)?;
                let merge = Command::Merge {
                    run,
                    into,
                    by: by.to_owned(),
                    reason,
                };
                self.command(merge).await?;
                self.did(into, since, by)
            }
            Request::VerifyRuns { run, head } => {
                super::verify::answer(self.dir.clone(), self.organisation.plane(), run, head).await
            }
            Request::UpgradeRun { run, apply } => self.upgrade(run, apply, by).await,
            Request::Reply { run, person, reply } => self.reply(run, person, reply, by).await,
            Request::ImportState { digest } => self.import_state(&digest),
            Request::Import { piece } => self.import(piece, by).await,
            Request::Forget { selection, apply } => self.forget(selection, apply, by).await,
            Request::Received { verdict } => self.received(verdict).await,
        }
    }

    async fn reply(
        &self,
        run: Option<RunId>,
        person: Option<String>,
        reply: Reply,
        by: &str,
    ) -> Result<Value, NotDone> {
        let run = self.meant(run)?;
        let person = person.unwrap_or_else(|| by.to_owned());
        let team = &self.organisation.team;
        if person != by && self.organisation.person(&person).is_none() {
            let hint = did_you_mean(&person, team.iter().map(|person| person.key.as_str()));
            return Err(NotDone::Refused(format!(
                "there is nobody `{person}` in the team{hint}"
            )));
        }
        let who = Who {
            person,
            effect: None,
            through: Through::Command,
            by: by.to_owned(),
        };
        let command = Command::Reply {
            run,
            who: who.clone(),
            reply: reply.clone(),
        };
        let standing = match self.carry_out(command).await? {
            Answer::Standing(standing) => standing,
            other => return Err(unexpected(&other)),
        };
        self.read(|store| view::replied(self, store?, run, &who, &reply, &standing))
    }

    async fn set_fact(
        &self,
        run: Option<RunId>,
        fact: &str,
        typed: &[String],
        told: Told<'_>,
        by: &str,
    ) -> Result<Value, NotDone> {
        let run = self.meant(run)?;
        let pinned = self.read(|store| match store?.run(run).map_err(stored)? {
            Some((_, pinned)) => Ok(pinned),
            None => Err(NotDone::Refused(format!("there is no run {run}"))),
        })?;
        let question = pinned.playbook.fact(fact).ok_or_else(|| {
            let names = pinned.playbook.facts.iter().map(|fact| fact.name.as_str());
            NotDone::Refused(format!(
                "the playbook asks for no fact `{fact}`{}",
                did_you_mean(fact, names)
            ))
        })?;
        let zone = self.organisation.timezone;
        let refused = |why| NotDone::Refused(format!("fact `{fact}`: {why}"));
        let now = clock::now();
        let value = read_value(question.kind, typed, zone, now).map_err(refused)?;
        let as_of = told.as_of.map(|typed| read_past(typed, zone, now));
        let source = told.source.map(plain).filter(|source| !source.is_empty());
        let command = Command::SetFact {
            run,
            fact: fact.to_owned(),
            value,
            by: by.to_owned(),
            source,
            as_of: as_of.transpose().map_err(refused)?,
        };
        self.command(command).await?;
        self.read(|store| view::facts(self, store?, run, by))
    }

    /// The facts a run starts with, as the playbook asks for them.
    fn read_facts(
        &self,
        playbook: &str,
        typed: &[(String, String)],
    ) -> Result<Vec<(String, FactValue)>, NotDone> {
        let mut shelf = self.playbooks.iter();
        let found = shelf.find(|pinned| pinned.playbook.name == playbook);
        let facts = found.map_or(&[][..], |pinned| &pinned.playbook.facts);
        let read = |(name, value): &(String, String)| {
            let question = facts.iter().find(|fact| fact.name == *name);
            let question = question.ok_or_else(|| {
                let names = facts.iter().map(|fact| fact.name.as_str());
                let hint = did_you_mean(name, names);
                NotDone::Refused(format!("the playbook asks for no fact `{name}`{hint}"))
            })?;
            let zone = self.organisation.timezone;
            let typed = std::slice::from_ref(value);
            let value = read_value(question.kind, typed, zone, clock::now())
                .map_err(|why| NotDone::Refused(format!("fact `{name}`: {why}")))?;
            Ok((name.clone(), value))
        };
        typed.iter().map(read).collect()
    }

    async fn upgrade(&self, id: RunId, apply: bool, by: &str) -> Result<Value, NotDone> {
        let found = self.read(|store| store?.run(id).map_err(stored))?;
        let refuse = |why: Refusal| NotDone::Refused(why.to_string());
        let (run, pinned) = found.ok_or_else(|| refuse(Refusal::NoSuchRun(id)))?;
        if !run.is_open {
            return Err(refuse(Refusal::Closed(id)));
        }
        let mut shelf = self.playbooks.iter();
        let new = shelf.find(|one| one.playbook.name == run.playbook);
        let new = new.ok_or_else(|| refuse(Refusal::PlaybookGone(run.playbook.clone())))?;
        let is_same = new.hash == pinned.hash;
        if apply && !is_same {
            let by = by.to_owned();
            self.command(Command::Upgrade { run: id, by }).await?;
        }
        Ok(json!({
            "run": id,
            "playbook": run.playbook,
            "differences": differences(&pinned, new),
            "applied": apply && !is_same,
        }))
    }

    fn check_start(&self, playbook: &str, level: Option<&str>) -> Result<(), NotDone> {
        let names = self
            .playbooks
            .iter()
            .map(|pinned| pinned.playbook.name.as_str());
        if !names.clone().any(|name| name == playbook) {
            let hint = did_you_mean(playbook, names);
            return Err(NotDone::Refused(format!(
                "there is no playbook `{playbook}`{hint}"
            )));
        }
        match level {
            Some(level) if self.organisation.rank(level).is_none() => {
                let names = self
                    .organisation
                    .levels
                    .iter()
                    .map(|level| level.name.as_str());
                let hint = did_you_mean(level, names);
                Err(NotDone::Refused(format!(
                    "there is no level `{level}`{hint}"
                )))
            }
            _ => Ok(()),
        }
    }

    /// The run that is meant: the one named, else the only open one.
    fn meant(&self, run: Option<RunId>) -> Result<RunId, NotDone> {
        if let Some(run) = run {
            return Ok(run);
        }
        let rows = self.read(|store| store?.runs().map_err(stored))?;
        let open: Vec<RunId> = rows
            .iter()
            .filter(|row| row.is_open)
            .map(|row| row.id)
            .collect();
        match open[..] {
            [run] => Ok(run),
            [] => Err(NotDone::Refused(
                "no run is open; name one with --run NUMBER".to_owned(),
            )),
            _ => Err(NotDone::Refused(format!(
                "{} runs are open; name one with --run NUMBER (see `draaiboek run list`)",
                open.len()
            ))),
        }
    }

    /// Reads from the store, through a connection of its own: a long answer
    /// must not hold up the engine. `Err` inside means: there is no store yet.
    pub(super) fn read<T>(
        &self,
        look: impl FnOnce(Result<&Store, NotDone>) -> Result<T, NotDone>,
    ) -> Result<T, NotDone> {
        match Store::open_to_read(&self.dir, self.organisation.plane()).map_err(stored)? {
            Some(store) => look(Ok(&store)),
            None => look(Err(NotDone::Refused(
                "nothing has happened here yet: there is no store (`draaiboek serve` makes it)"
                    .to_owned(),
            ))),
        }
    }

    pub(super) async fn command(&self, command: Command) -> Result<RunId, NotDone> {
        match self.carry_out(command).await? {
            Answer::Run(run) => Ok(run),
            other => Err(unexpected(&other)),
        }
    }

    pub(super) async fn carry_out(&self, command: Command) -> Result<Answer, NotDone> {
        self.work(Work::Command(command)).await
    }

    /// Has something done by whoever owns the store.
    pub(super) async fn work(&self, work: Work) -> Result<Answer, NotDone> {
        match &self.owner {
            Owner::Daemon(engine) => engine.send(work).await,
            Owner::Alone(live) => {
                let mut live = live.lock().unwrap_or_else(PoisonError::into_inner);
                let mut answers = live.carry_out(vec![work], clock::now());
                live.follow_up();
                // Whoever looks meanwhile may keep some of it; the last to close
                // the store empties the log as well.
                if live.take_owed_empty_log()
                    && let Err(error) = live.store().empty_log()
                {
                    tracing::warn!(%error, "the log of the database was not emptied");
                }
                answers.pop().unwrap_or(Err(NotDone::Stopping))
            }
            Owner::Nobody => Err(NotDone::Stopping),
        }
    }
}

pub(super) fn stored(error: StoreError) -> NotDone {
    NotDone::Refused(error.to_string())
}

/// `; did you mean …?`, or nothing when no name is near.
pub(super) fn did_you_mean<'a>(written: &str, names: impl Iterator<Item = &'a str>) -> String {
    let near = names
        .map(|name| (strsim::jaro_winkler(written, name), name))
        .filter(|(nearness, _)| *nearness > 0.8)
        .max_by(|one, other| one.0.total_cmp(&other.0));
    near.map_or_else(String::new, |(_, name)| format!("; did you mean `{name}`?"))
}
