//! What a facilitator types, carried out: time, injects, and what people do.

use serde_json::Value;

use super::Ending;
use super::play::Drill;
use crate::cli::print::{cell, local};
use crate::cli::{run, status};
use crate::domain::desk::ByHand;
use crate::domain::drill::console::{self, HELP, Says, Typed};
use crate::domain::drill::doing::{Doing, of_deed, source_of};
use crate::domain::drill::record::{Entry, What};
use crate::domain::run::RunId;
use crate::domain::scenario::story::Deed;
use crate::domain::step::answers::Reply;
use crate::domain::time::{Timestamp, after};
use crate::engine::clock;
use crate::engine::request::Request;
use crate::engine::work::Command;

/// The name of who leads the drill, where a person is asked for.
const FACILITATOR: &str = "the facilitator";

impl Drill {
    /// One line; what ends the drill, if it does.
    pub(super) async fn typed(&mut self, line: &str) -> Option<Ending> {
        match console::read(line) {
            Ok(None) => None,
            Ok(Some(Typed::Stop)) => Some(Ending::Stopped),
            Ok(Some(typed)) => {
                self.carry_out(typed).await;
                None
            }
            Err(why) => {
                self.screen.print(&why);
                None
            }
        }
    }

    async fn carry_out(&mut self, typed: Typed) {
        let now = clock::now();
        match typed {
            Typed::Pause => self.pause(now),
            Typed::Resume => self.resume(now),
            Typed::Skip(length) => self.skip(now, length.map(|length| after(now, length))),
            Typed::Speed(speed) => {
                self.speed = f64::from(speed);
                self.steer(None);
                let said = format!("the clock runs at {}", self.pace());
                self.screen.say(now, &said);
            }
            Typed::Inject(number) => {
                // By hand it comes once more, whenever it came.
                self.came.remove(&number);
                let done = self.script.inject(number, now);
                self.said(done);
            }
            Typed::Post { by, platform, text } => {
                let done = self.script.post(&by, platform, &text, now);
                self.said(done);
            }
            Typed::Message { to, text } => self.script.message(&to, &text, now),
            Typed::Note(text) => {
                self.note(now, What::Observed { text });
                self.screen.say(now, "noted");
            }
            Typed::As { person, says } => self.act(&person, says).await,
            Typed::Status => self.show(Request::Status, status::readable).await,
            Typed::Tasks => {
                for run in self.open_runs() {
                    let request = Request::Run {
                        run: Some(run),
                        language: None,
                        quotes: false,
                    };
                    self.show(request, |answer| run::show(answer, false)).await;
                }
            }
            Typed::Drafts => self.show(Request::Drafts { run: None }, drafts).await,
            Typed::Draft(draft) => {
                let request = Request::Draft {
                    run: None,
                    draft,
                    version: None,
                };
                self.show(request, |answer| cell_lines(&answer["text"]))
                    .await;
            }
            Typed::Injects => self.injects(),
            Typed::Help => {
                let lines = HELP
                    .iter()
                    .map(|(typed, does)| format!("{typed:32} {does}"));
                let text: Vec<String> = lines.collect();
                self.screen.print(&text.join("\n"));
            }
            Typed::Stop => {}
        }
    }

    fn pause(&mut self, now: Timestamp) {
        if !self.is_paused {
            self.is_paused = true;
            self.steer(None);
            self.note(now, What::Paused);
        }
        self.screen
            .say(now, "paused: the story and all timers stand still");
    }

    fn resume(&mut self, now: Timestamp) {
        if self.is_paused {
            self.is_paused = false;
            self.steer(None);
            self.note(now, What::Resumed);
        }
        let said = format!("the clock runs at {}", self.pace());
        self.screen.say(now, &said);
    }

    /// The clock hurries there: what happens on the way happens in order.
    fn skip(&mut self, now: Timestamp, to: Option<Timestamp>) {
        let to = to.unwrap_or_else(|| self.script.next_inject_at());
        let to = to.min(self.script.ends());
        if to <= now {
            self.screen.print("nothing lies ahead");
            return;
        }
        self.steer(Some(to));
        self.note(now, What::Skipped { to });
        let clock = to
            .with_timezone(&self.organisation.timezone)
            .format("%H:%M:%S");
        let said = format!("on to {clock}");
        self.screen.say(now, &said);
    }

    fn steer(&self, to: Option<Timestamp>) {
        let speed = if self.is_paused { 0.0 } else { self.speed };
        clock::steer(speed, to);
    }

    fn note(&mut self, at: Timestamp, what: What) {
        self.home.note(&Entry { at, what });
    }

    fn said(&mut self, done: Result<(), String>) {
        if let Err(why) = done {
            self.screen.print(&why);
        }
    }

    fn injects(&mut self) {
        for inject in self.script.injects() {
            let at = inject.at.map_or("when it is time".to_owned(), |at| {
                let at = at.with_timezone(&self.organisation.timezone);
                local(&Value::from(at.to_rfc3339()))
            });
            let mark = if inject.has_come { "came" } else { "    " };
            self.screen
                .print(&format!("{:3} {mark} {at}  {}", inject.number, inject.what));
        }
    }

    async fn show(&mut self, request: Request, readable: impl Fn(&Value) -> String) {
        match self.daemon.counter.get().answer(request, FACILITATOR).await {
            Ok(answer) => self.screen.print(readable(&answer).trim_end()),
            Err(why) => self.screen.print(&why.to_string()),
        }
    }

    fn open_runs(&self) -> Vec<RunId> {
        let rows = self.store().and_then(|store| store.runs().ok());
        let open = rows.into_iter().flatten().filter(|row| row.is_open);
        open.map(|row| row.id).collect()
    }

    /// The facilitator plays somebody.
    async fn act(&mut self, person: &str, says: Says) {
        let request = match says {
            Says::Answer => reply(person, Reply::Take),
            Says::PassOn => reply(person, Reply::PassOn),
            Says::Note(text) => reply(person, Reply::Note(text)),
            Says::Start(reason) => by(
                person,
                Request::StartRun {
                    playbook: self.playbook.playbook.name.clone(),
                    level: None,
                    facts: Vec::new(),
                    reason,
                },
            ),
            Says::Fact { name, value } => by(
                person,
                Request::SetFact {
                    run: None,
                    fact: name,
                    value,
                    source: None,
                    as_of: None,
                },
            ),
            Says::Act(act) => by(person, Request::Act { run: None, act }),
        };
        self.ask(person, request).await;
    }

    async fn ask(&mut self, person: &str, request: Request) {
        if let Err(why) = self.daemon.counter.get().answer(request, person).await {
            self.screen.print(&format!("{person}: {why}"));
        }
    }

    /// The story lets somebody do something.
    pub(super) async fn does(&mut self, at: Timestamp, who: &str, deed: &Deed) {
        for doing in of_deed(deed, &self.playbook.playbook, &self.organisation) {
            let why = match doing {
                Doing::Reply(said) => {
                    self.ask(who, reply(who, said)).await;
                    continue;
                }
                Doing::Act(act) => {
                    self.ask(who, by(who, Request::Act { run: None, act }))
                        .await;
                    continue;
                }
                Doing::Know { fact, value } => match self.open_runs()[..] {
                    [run, ..] => {
                        let by = who.to_owned();
                        let playbook = &self.playbook.playbook;
                        let known = Command::SetFact {
                            source: source_of(&fact, playbook, &self.organisation),
                            as_of: None,
                            run,
                            fact,
                            value,
                            by,
                        };
                        self.daemon.handle.carry_out(known).await.err()
                    }
                    [] => {
                        self.screen.say(at, &format!("{who}: no run is open"));
                        continue;
                    }
                },
                Doing::Start { facts, reason } => {
                    let start = Command::StartRun(ByHand {
                        playbook: self.playbook.playbook.name.clone(),
                        level: None,
                        facts,
                        by: who.to_owned(),
                        reason,
                    });
                    self.daemon.handle.carry_out(start).await.err()
                }
            };
            if let Some(why) = why {
                self.screen.say(at, &format!("{who}: {why}"));
            }
        }
    }
}

fn by(person: &str, request: Request) -> Request {
    Request::As {
        person: person.to_owned(),
        request: Box::new(request),
    }
}

fn reply(person: &str, reply: Reply) -> Request {
    Request::Reply {
        run: None,
        person: Some(person.to_owned()),
        reply,
    }
}

fn drafts(answer: &Value) -> String {
    let drafts = answer["drafts"].as_array().into_iter().flatten();
    let lines: Vec<String> = drafts
        .map(|draft| {
            format!(
                "{}  to fill in: {}",
                cell(&draft["draft"]),
                cell(&draft["gaps"])
            )
        })
        .collect();
    match lines.is_empty() {
        true => "no drafts yet".to_owned(),
        false => lines.join("\n"),
    }
}

/// A text as it is written, made safe for a terminal.
fn cell_lines(text: &Value) -> String {
    crate::cli::print::safe(text.as_str().unwrap_or_default())
}
