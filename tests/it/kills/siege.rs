//! A folder under fire: the daemon lives for moments, and people are busy.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::process::Command;
use std::time::Duration;

use draaiboek::demo::catcher::Fault;
use draaiboek::domain::plane::Plane;
use draaiboek::domain::run::RunId;
use draaiboek::store::{RunRow, Store};

use crate::world::{Dice, Folder, TOKEN, World, bearer, mention_about, post, until};

/// Kills of one folder; then a new one begins, so that logs stay short.
pub(super) const A_FOLDER: u64 = 32;

/// Watches with a playbook and people of their own: nobody gets so many alerts
/// that some are held back.
const SHOPS: usize = 12;

/// The longest life, in microseconds from when the daemon is ready.
const LIFE: u64 = 300_000;

const ORGANISATION: &str = r#"
organisation: { name: De Korst, timezone: UTC, language: en, operators: [owner0] }
levels: { attention: Attention }
mail: { from: The Korst <crisis@korst.example>, server: "{server}" }
sources:
  suite: { push: { token_env: DRAAIBOEK_PUSH_TOKEN } }
"#;

const PLAYBOOK: &str = "
playbook: mouse{shop}
title: Mouse in shop {shop}
watch: shop{shop}
owner: owner{shop}
start_over: 5s
triggers:
  rising: { when: { mentions: { within: 1h, at_least: 5 } } }
alert:
  attention:
    - { roles: [owner{shop}] }
    - { after: 1s, deputies: true }
    - { after: 2s, roles: [chief{shop}], repeat: 1s, times: 2 }
";

fn chain_of_shops() -> World {
    let world = World::empty("kills");
    let mut text = ORGANISATION.replace("{server}", &world.mail_server());
    let (mut watches, mut team) = ("watches:\n".to_owned(), "team:\n".to_owned());
    let mut roles = "roles:\n".to_owned();
    for shop in 0..SHOPS {
        watches.push_str(&format!("  shop{shop}: {{ query: shop{shop} }}\n"));
        for person in ["anna", "bo", "cas"] {
            let email = format!("{person}.{shop}@korst.example");
            team.push_str(&format!(
                "  {person}{shop}: {{ name: {person}, email: {email} }}\n"
            ));
        }
        roles.push_str(&format!(
            "  owner{shop}: {{ people: [anna{shop}, bo{shop}] }}\n  chief{shop}: {{ people: [cas{shop}] }}\n"
        ));
        let playbook = PLAYBOOK.replace("{shop}", &shop.to_string());
        world
            .folder
            .write(&format!("playbooks/mouse{shop}.yaml"), playbook);
    }
    text.extend([watches, team, roles]);
    world.folder.write("draaiboek.yaml", text);
    world
}

/// What a command said was done.
#[derive(Debug)]
pub(super) enum Promise {
    Started(RunId),
    Answered(RunId),
    Noted(RunId, String),
    Closed(RunId),
    /// Mentions of this watch, enough to start a run.
    Stored(String),
}

/// What the numbers were, for who looks.
#[derive(Debug, Default)]
pub(super) struct Numbers {
    pub(super) kills: u64,
    pub(super) runs: usize,
    pub(super) mails: usize,
    pub(super) second_copies: usize,
    pub(super) promises: usize,
    pub(super) failed_commands: usize,
}

/// One folder under fire.
pub(super) struct Siege {
    pub(super) world: World,
    dice: Dice,
    /// Shops that had a run so far.
    n_shops: usize,
    /// Runs when the daemon was killed last.
    runs: Vec<RunRow>,
    pub(super) promises: Vec<Promise>,
    notes: BTreeSet<String>,
    /// Mentions that nobody said were stored, and their watch: sent again.
    pub(super) unanswered: Option<(String, String)>,
    /// Mails of lives before this one.
    n_seen: usize,
    /// How often a mail was taken, and the kill came before that was written.
    pub(super) lost_records: BTreeMap<String, usize>,
    pub(super) numbers: Numbers,
}

impl Siege {
    pub(super) fn new(seed: u64) -> Self {
        Self {
            world: chain_of_shops(),
            dice: Dice::new(seed),
            n_shops: 0,
            runs: Vec::new(),
            promises: Vec::new(),
            notes: BTreeSet::new(),
            unanswered: None,
            n_seen: 0,
            lost_records: BTreeMap::new(),
            numbers: Numbers::default(),
        }
    }

    /// One life: the daemon comes up, people are busy, and it is killed.
    pub(super) fn live_and_die(&mut self) {
        let fault = match self.dice.roll(8) {
            0..3 => Some(Fault::HangAfterDot(Duration::from_millis(
                self.dice.roll(150),
            ))),
            // Early, so that the waiting is over when the kills are.
            3 if self.numbers.kills < 10 => Some(Fault::Content("452 full".to_owned())),
            _ => None,
        };
        self.world.misbehave(fault);
        self.world.serve();
        let pid = self.world.pid().to_string();
        let length = Duration::from_micros(self.dice.roll(LIFE));
        let killer = std::thread::spawn(move || {
            std::thread::sleep(length);
            Command::new("kill").args(["-KILL", &pid]).status().unwrap()
        });
        for _ in 0..self.dice.roll(3) {
            self.deed();
        }
        assert!(killer.join().unwrap().success());
        self.world.kill();
        self.numbers.kills += 1;
        self.note_what_was_lost();
    }

    fn deed(&mut self) {
        let open: Vec<RunId> = self.open_runs();
        let kind = self.dice.roll(8);
        if open.is_empty() || kind < 2 {
            self.start(kind == 0);
            return;
        }
        let run = open[self.dice.roll(open.len() as u64) as usize];
        match kind {
            2..4 => self.ask(&["ack", &run.to_string()], Promise::Answered(run)),
            4..6 => {
                let text = format!("note {}", self.notes.len());
                self.notes.insert(text.clone());
                let words = ["note", &text, "--run", &run.to_string()];
                self.ask(&words, Promise::Noted(run, text.clone()));
            }
            6 => {
                let words = ["run", "close", &run.to_string(), "--reason", "over"];
                self.ask(&words, Promise::Closed(run));
            }
            _ => {}
        }
    }

    /// Runs that were open at the last kill and nobody said are closed.
    fn open_runs(&self) -> Vec<RunId> {
        let closed = |run: &RunId| {
            let is_it = |promise: &Promise| matches!(promise, Promise::Closed(id) if id == run);
            self.promises.iter().any(is_it)
        };
        let open = self.runs.iter().filter(|row| row.is_open);
        let open = open.map(|row| row.id);
        open.filter(|run| !closed(run)).collect()
    }

    fn start(&mut self, by_mentions: bool) {
        if let Some((watch, body)) = self.unanswered.take() {
            self.push(watch, body);
        }
        if self.n_shops == SHOPS {
            return;
        }
        let shop = self.n_shops;
        self.n_shops += 1;
        if by_mentions {
            let line =
                |number| mention_about(&format!("shop{shop}"), &format!("{shop}-{number}"), 60);
            let body = (0..5).map(|number| line(number) + "\n").collect();
            self.push(format!("shop{shop}"), body);
            return;
        }
        let playbook = format!("mouse{shop}");
        let words = ["run", "start", &playbook, "--reason", "a call", "--json"];
        let output = self.world.run(&words);
        if output.status.success() {
            let run: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
            let run = run["run"].as_u64().unwrap_or_else(|| panic!("{run}"));
            self.promises.push(Promise::Started(run));
        } else {
            self.numbers.failed_commands += 1;
        }
    }

    pub(super) fn push(&mut self, watch: String, body: String) {
        match post(&self.world.address(), &[&bearer(TOKEN)], body.as_bytes()) {
            Ok(answer) if answer.status == 200 => self.promises.push(Promise::Stored(watch)),
            _ => self.unanswered = Some((watch, body)),
        }
    }

    fn ask(&mut self, words: &[&str], promise: Promise) {
        if self.world.run(words).status.success() {
            self.promises.push(promise);
        } else {
            self.numbers.failed_commands += 1;
        }
    }

    /// Looks at a copy of the store, as the kill left it: which mails of this
    /// life the server has, and we do not know.
    fn note_what_was_lost(&mut self) {
        until("a mail server that is done", || {
            match self.world.n_open_mail() {
                0 => Ok(()),
                n_open => Err(n_open),
            }
        });
        let folder = Folder::new("kills-look");
        fs::create_dir_all(folder.path("data")).unwrap();
        for name in ["data/draaiboek.db", "data/draaiboek.db-wal"] {
            if self.world.folder.path(name).exists() {
                fs::copy(self.world.folder.path(name), folder.path(name)).unwrap();
            }
        }
        let store = Store::open_to_read(&folder.path(""), Plane::Real)
            .unwrap()
            .expect("a store");
        self.runs = store.runs().unwrap();
        let sent = sent_effects(&store, &self.runs);
        let mails = self.world.mails();
        for mail in &mails[self.n_seen..] {
            if !sent.contains(effect_of(&mail.message_id)) {
                *self
                    .lost_records
                    .entry(mail.message_id.clone())
                    .or_default() += 1;
            }
        }
        self.n_seen = mails.len();
    }
}

fn sent_effects(store: &Store, runs: &[RunRow]) -> BTreeSet<String> {
    let parcels = runs
        .iter()
        .flat_map(|row| store.parcels_of(row.id).unwrap());
    let sent = parcels.filter(|parcel| parcel.state == "sent");
    sent.map(|parcel| parcel.effect).collect()
}

/// `1.3` of `<1.3.INSTANCE@korst.example>`.
pub(super) fn effect_of(message_id: &str) -> &str {
    let id = message_id.trim_start_matches('<');
    let before_instance = id.split('@').next().unwrap().rfind('.').unwrap();
    &id[..before_instance]
}
