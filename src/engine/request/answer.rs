//! Each request with what answers it.

use std::time::Duration;

use serde_json::Value;

use super::counter::{Counter, did_you_mean};
use super::given::Told;
use super::list::Request;
use crate::domain::desk::ByHand;
use crate::domain::facts::{FactValue, read_past, read_value};
use crate::domain::plane::Plane;
use crate::domain::playbook::FactKind;
use crate::domain::roll_call::Call;
use crate::domain::step::acts::Act;
use crate::engine::work::Command;
use crate::engine::{NotDone, clock, view};

impl Counter {
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
                crate::engine::verify::answer(
                    self.dir.clone(),
                    self.organisation.plane(),
                    run,
                    head,
                )
                .await
            }
            Request::UpgradeRun { run, apply } => self.upgrade(run, apply, by).await,
            Request::Reply { run, person, reply } => self.reply(run, person, reply, by).await,
            Request::ImportState { digest } => self.import_state(&digest),
            Request::Import { piece } => self.import(piece, by).await,
            Request::Forget { selection, apply } => self.forget(selection, apply, by).await,
            Request::Received { verdict } => self.received(verdict).await,
        }
    }
}
