//! `draaiboek drill SCENARIO --table-top`: the facilitator moves the time, types
//! what people do, and reads aloud what comes of it.

mod shown;

use std::io::{BufRead, IsTerminal, Write};
use std::process::ExitCode;

use super::account::Account;
use super::room::nearest;
use super::{Play, outcome, room};
use crate::cli::print::{failed, safe, say};
use crate::domain::drill::console::{Says, Typed, read};
use crate::domain::drill::doing::Doing;
use crate::domain::drill::record::{BY_FACILITATOR, Manner, NOBODY_TYPES, What};
use crate::domain::facts::read_value;
use crate::domain::step::answers::Reply;
use crate::domain::time::after;
use crate::drill::player::Player;

pub(super) fn run(play: &Play) -> ExitCode {
    played(play).unwrap_or_else(|why| failed(&why))
}

fn played(play: &Play) -> Result<ExitCode, String> {
    let stage = room::stage(play, Manner::TableTop)?;
    let mut table = Table {
        player: Player::new(stage)?,
        account: Account::with_excerpts(),
    };
    table.introduce();
    let input = std::io::stdin();
    let is_terminal = input.is_terminal();
    let mut lines = input.lock().lines();
    while !table.player.is_over() {
        if is_terminal {
            prompt();
        }
        let Some(line) = lines.next() else {
            table.player.stop(NOBODY_TYPES);
            table.account.tell(&table.player);
            break;
        };
        let line = line.map_err(|error| format!("stdin: {error}"))?;
        let typed = match read(&line) {
            Ok(None) => continue,
            Ok(Some(typed)) => typed,
            Err(why) => {
                say(&format!("? {}", safe(&why)));
                continue;
            }
        };
        if let Err(why) = table.carry_out(&typed) {
            say(&format!("? {}", safe(&why)));
        }
        table.account.tell(&table.player);
        say(&format!("[{}]", safe(&shown::status(&table.player))));
    }
    let scenario = table.player.scenario().clone();
    let record = table.player.into_record();
    outcome::end(play, &scenario, &record)
}

fn prompt() {
    let mut out = std::io::stdout().lock();
    // A terminal that is gone is seen at the next line.
    let _ = write!(out, "> ");
    let _ = out.flush();
}

struct Table {
    player: Player,
    account: Account,
}

impl Table {
    fn introduce(&mut self) {
        let scenario = self.player.scenario();
        let language = self.player.organisation().language;
        let text = |text: &crate::domain::text::Text| text.get(language.tag(), language).to_owned();
        say(&safe(&text(&scenario.title)));
        if let Some(aim) = &scenario.aim {
            say(&safe(&text(aim)));
        }
        say(
            "Nobody is mailed. `skip` goes on to the next thing; `help` says what else you can type.",
        );
        self.account.tell(&self.player);
        say(&format!("[{}]", safe(&shown::status(&self.player))));
    }

    fn carry_out(&mut self, typed: &Typed) -> Result<(), String> {
        let now = self.player.now();
        match typed {
            Typed::Pause => self.player.write(now, What::Paused),
            Typed::Resume => self.player.write(now, What::Resumed),
            Typed::Speed(_) => {
                return Err("at a table the time moves by `skip` only".to_owned());
            }
            Typed::Skip(Some(length)) => {
                let to = after(now, *length).min(self.player.script().ends());
                self.player.write(now, What::Skipped { to });
                self.player.advance(to);
            }
            Typed::Skip(None) => self.skip_to_next(),
            Typed::Inject(number) => {
                self.player.script_mut().inject(*number, now)?;
                self.player.advance(now);
            }
            Typed::Post { by, platform, text } => {
                self.player.script_mut().post(by, *platform, text, now)?;
                self.player.advance(now);
            }
            Typed::Message { to, text } => {
                self.demand_role(to)?;
                self.player.script_mut().message(to, text, now);
                self.player.advance(now);
            }
            Typed::Note(text) => {
                let text = text.clone();
                self.player.write(now, What::Observed { text });
            }
            Typed::As { person, says } => {
                self.demand_person(person)?;
                let doing = self.doing(says)?;
                self.player.act(person, &doing)?;
            }
            Typed::Status => shown::overview(&self.player),
            Typed::Tasks => shown::tasks(&self.player),
            Typed::Drafts => shown::drafts(&self.player),
            Typed::Draft(draft) => shown::draft(&self.player, draft)?,
            Typed::Injects => shown::injects(&self.player),
            Typed::Help => shown::help(),
            Typed::Stop => self.player.stop(BY_FACILITATOR),
        }
        Ok(())
    }

    /// On until something happens that is worth telling.
    fn skip_to_next(&mut self) {
        let from = self.player.now();
        let place = self.player.entries().len();
        while let Some(at) = self.player.next_at() {
            self.player.step(at);
            if self.account.tell(&self.player) {
                break;
            }
        }
        let to = self.player.now();
        self.player.write_before(place, from, What::Skipped { to });
        self.account.step_over();
    }

    fn doing(&self, says: &Says) -> Result<Doing, String> {
        Ok(match says {
            Says::Answer => Doing::Reply(Reply::Take),
            Says::PassOn => Doing::Reply(Reply::PassOn),
            Says::Note(text) => Doing::Reply(Reply::Note(text.clone())),
            Says::Start(reason) => Doing::Start {
                facts: Vec::new(),
                reason: reason.clone(),
            },
            Says::Act(act) => Doing::Act(act.clone()),
            Says::Fact { name, value } => {
                let playbook = self.player.playbook();
                let Some(fact) = playbook.fact(name) else {
                    let names: Vec<&str> = playbook
                        .facts
                        .iter()
                        .map(|fact| fact.name.as_str())
                        .collect();
                    let near = nearest(name, &names);
                    return Err(format!("there is no fact `{name}`{near}"));
                };
                let zone = self.player.organisation().timezone;
                Doing::Know {
                    fact: name.clone(),
                    value: read_value(fact.kind, value, zone, self.player.now())?,
                }
            }
        })
    }

    fn demand_person(&self, person: &str) -> Result<(), String> {
        let team = &self.player.organisation().team;
        let names: Vec<&str> = team.iter().map(|one| one.key.as_str()).collect();
        demand("person", person, &names)
    }

    fn demand_role(&self, role: &str) -> Result<(), String> {
        let roles = &self.player.organisation().roles;
        let names: Vec<&str> = roles.iter().map(|one| one.key.as_str()).collect();
        demand("role", role, &names)
    }
}

fn demand(kind: &str, name: &str, names: &[&str]) -> Result<(), String> {
    if names.contains(&name) {
        return Ok(());
    }
    let near = nearest(name, names);
    Err(format!(
        "there is no {kind} `{name}`{near}: {}",
        names.join(", ")
    ))
}
