//! The real program, killed at random moments while alerts escalate, people
//! answer, and runs are started and closed: whatever was said to be done is
//! done, and every mail that was decided arrives.
//!
//! DRAAIBOEK_KILLS says how many kills; without it there are those of one folder.

mod siege;

use std::collections::{BTreeMap, BTreeSet};

use draaiboek::domain::plane::Plane;
use draaiboek::domain::run::{Event, RunId};
use draaiboek::store::{RunRow, Store};

use siege::{A_FOLDER, Numbers, Promise, Siege, effect_of};

impl Siege {
    /// Peace: everything is closed, everything goes out, and all is counted.
    fn count(mut self) -> Numbers {
        self.world.misbehave(None);
        self.world.serve();
        if let Some((watch, body)) = self.unanswered.take() {
            self.push(watch, body);
            assert!(self.unanswered.is_none());
        }
        let rows = self.world.json(&["run", "list"]);
        for row in rows.as_array().unwrap() {
            if row["open"] == true {
                let run = row["run"].to_string();
                self.world
                    .says(&["run", "close", &run, "--reason", "peace"]);
            }
        }
        self.world
            .until_status("all mail is sent", |status| status["mail"]["waiting"] == 0);
        assert_eq!(self.world.stop(), Some(0));

        let store = Store::open_to_read(self.world.dir(), Plane::Real)
            .unwrap()
            .unwrap();
        let rows = store.runs().unwrap();
        let watches: BTreeSet<&String> = rows.iter().map(|row| &row.watch).collect();
        assert_eq!(
            watches.len(),
            rows.len(),
            "mentions started two runs: {rows:?}"
        );
        let mut decided = BTreeMap::new();
        for row in &rows {
            check_log(&store, row);
            for parcel in store.parcels_of(row.id).unwrap() {
                assert_eq!(parcel.state, "sent", "{}", parcel.effect);
                decided.insert(parcel.effect, parcel.notice.email);
            }
        }
        self.check_mails(&decided);
        self.check_promises(&store);
        self.numbers.runs = rows.len();
        self.numbers
    }

    /// Every effect arrived at its person, and more often only when its record
    /// was lost.
    fn check_mails(&mut self, decided: &BTreeMap<String, String>) {
        let mut copies: BTreeMap<String, usize> = BTreeMap::new();
        let mails = self.world.mails();
        for mail in &mails {
            let email = decided.get(effect_of(&mail.message_id));
            assert_eq!(email, mail.to.first(), "nobody decided {mail:?}");
            *copies.entry(mail.message_id.clone()).or_default() += 1;
        }
        assert_eq!(
            copies.len(),
            decided.len(),
            "a mail never came, or under two ids"
        );
        for (id, n_copies) in copies {
            let n_lost = self.lost_records.get(&id).copied().unwrap_or_default();
            assert_eq!(n_copies, 1 + n_lost, "{id}");
        }
        self.numbers.mails = mails.len();
        self.numbers.second_copies = mails.len() - decided.len();
    }

    fn check_promises(&mut self, store: &Store) {
        let mut notes: Vec<(RunId, String)> = Vec::new();
        let has = |run: RunId, is_it: fn(&Event) -> bool| {
            let log = store.log(run).unwrap();
            log.iter().any(|logged| is_it(&logged.event))
        };
        let mut watches = BTreeSet::new();
        for row in store.runs().unwrap() {
            watches.insert(row.watch);
            for logged in store.log(row.id).unwrap() {
                if let Event::Noted { text, .. } = logged.event {
                    notes.push((row.id, text));
                }
            }
        }
        let different: BTreeSet<&String> = notes.iter().map(|(_, text)| text).collect();
        assert_eq!(different.len(), notes.len(), "a note twice: {notes:?}");
        for promise in &self.promises {
            let is_kept = match promise {
                Promise::Started(run) => {
                    has(*run, |event| matches!(event, Event::RunStarted { .. }))
                }
                Promise::Answered(run) => {
                    has(*run, |event| matches!(event, Event::Answered { .. }))
                }
                Promise::Closed(run) => has(*run, |event| matches!(event, Event::RunClosed { .. })),
                Promise::Stored(watch) => watches.contains(watch),
                Promise::Noted(run, text) => notes.contains(&(*run, text.clone())),
            };
            assert!(is_kept, "{promise:?}");
        }
        self.numbers.promises = self.promises.len();
    }
}

/// What is in one log, whatever happened.
fn check_log(store: &Store, row: &RunRow) {
    let log = store.log(row.id).unwrap();
    let (mut has_answer, mut is_closed) = (false, false);
    let mut n_started = 0;
    for logged in &log {
        let seen = format!("run {}: {logged:?}", row.id);
        match &logged.event {
            Event::Delivered { .. }
            | Event::DeliveryFailed { .. }
            | Event::PlainMailSent { .. } => {}
            Event::RunClosed { .. } => {
                assert!(!is_closed, "{seen}");
                is_closed = true;
            }
            _ if is_closed => panic!("after the close: {seen}"),
            Event::RunStarted { .. } => n_started += 1,
            Event::Answered { .. } => has_answer = true,
            Event::Alerted { .. } | Event::AlertStep { .. } => {
                assert!(!has_answer, "after the answer: {seen}");
            }
            _ => {}
        }
    }
    assert_eq!(n_started, 1, "run {}", row.id);
}

#[test]
#[expect(clippy::print_stderr, reason = "the numbers, for who runs it for long")]
fn whatever_was_said_to_be_done_is_done_however_often_the_daemon_is_killed() {
    let asked = std::env::var("DRAAIBOEK_KILLS").ok();
    let n_kills = asked.map_or(A_FOLDER, |number| number.parse().unwrap());
    let mut n_second = 0;
    for folder in 0..n_kills.div_ceil(A_FOLDER) {
        let mut siege = Siege::new(folder);
        for _ in 0..A_FOLDER.min(n_kills - folder * A_FOLDER) {
            siege.live_and_die();
        }
        let numbers = siege.count();
        eprintln!("folder {folder}: {numbers:?}");
        assert!(numbers.mails > 10, "too little happened: {numbers:?}");
        n_second += numbers.second_copies;
    }
    assert!(n_second > 0, "no kill came between a mail and its record");
}
