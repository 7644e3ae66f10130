//! Properties of the core that must hold for every stream: when triggers fire,
//! that batches, lateness and restarts change nothing, and that a run is the
//! fold of its log.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use draaiboek::domain::audit::{Outbox, TOLERANCE, audit};
use draaiboek::domain::desk::{ASKS, ByHand, Desk, Happening, Noted, Observed, Pinned, SignalKind};
use draaiboek::domain::effect::Content;
use draaiboek::domain::facts::FactValue;
use draaiboek::domain::heard::tide::Saved;
use draaiboek::domain::heard::{Asked, MOST_LATEST, Past};
use draaiboek::domain::mention::{Engagement, Mention, Platform};
use draaiboek::domain::organisation::Organisation;
use draaiboek::domain::parse::{Input, Parsed, SourceFile, parse};
use draaiboek::domain::restraint::Ledger;
use draaiboek::domain::run::alarm::Through;
use draaiboek::domain::run::ending::Outcome;
use draaiboek::domain::run::{Event, Logged, Run, RunId};
use draaiboek::domain::sight::Dark;
use draaiboek::domain::step::answers::{Reply, Who};
use draaiboek::domain::step::{Plan, step};
use draaiboek::domain::text::Language;
use draaiboek::domain::time::Timestamp;
use draaiboek::domain::trigger::Hold;
use draaiboek::domain::voices::Note;
use draaiboek::engine::shelf;
use proptest::prelude::*;
use proptest::sample::Index;

/// Streams are a few minutes long, from here.
pub(crate) const START: i64 = 1_800_000_000;

pub(crate) const ORGANISATION: &str = r#"
organisation: { name: De Korst, timezone: Europe/Amsterdam, language: nl, operators: [owner] }
levels: { attention: Aandacht, incident: Incident, crisis: Crisis }
team:
  anna: { name: Anna, email: anna@korst.example, phone: "+31 6 0000 0001" }
  bo: { name: Bo, email: bo@korst.example }
roles:
  owner: { title: Eigenaar, people: [anna, bo] }
  writer: { title: Schrijver, people: [bo, anna] }
watches:
  bread: { title: Brood, query: brood }
  cake: { title: Taart, query: taart }
sources:
  suite: { push: { token_env: DRAAIBOEK_PUSH_TOKEN } }
channels:
  website: { kind: web, url: "https://korst.example/nieuws" }
audiences:
  public: { title: Publiek, channels: [website], languages: [nl] }
"#;

const TEMPLATE: &str = "Het gaat om {{facts.what}}.\n";

pub(crate) type Setting = (Arc<Organisation>, Vec<Arc<Pinned>>);

/// The organisation with these playbooks, which must be right.
fn setting(playbooks: &[String]) -> Setting {
    setting_of(ORGANISATION, playbooks)
}

/// An organisation with these playbooks, which must be right.
pub(crate) fn setting_of(organisation: &str, playbooks: &[String]) -> Setting {
    let parsed = parsed_of(organisation, playbooks);
    assert_eq!(parsed.n_errors(), 0, "{:?}", parsed.findings);
    let shelf = shelf(&parsed.playbooks, &parsed.templates);
    (Arc::new(parsed.organisation.unwrap()), shelf)
}

/// An organisation with these playbooks, right or wrong.
pub(crate) fn parsed_of(organisation: &str, playbooks: &[String]) -> Parsed {
    let file = |path: &str, text: &str| SourceFile {
        path: path.to_owned(),
        bytes: text.as_bytes().to_vec(),
    };
    let mut files = vec![
        file("draaiboek.yaml", organisation),
        file("templates/statements/holding.nl.hbs", TEMPLATE),
    ];
    for (number, text) in playbooks.iter().enumerate() {
        files.push(file(&format!("playbooks/p{number}.yaml"), text));
    }
    parse(Input {
        files,
        ..Input::default()
    })
}

/// One rule: so many within so long, for so long.
#[derive(Debug, Clone, Copy)]
struct Rule {
    at_least: u64,
    within: i64,
    held_for: i64,
}

impl Rule {
    fn yaml(self) -> String {
        let Self {
            at_least,
            within,
            held_for,
        } = self;
        format!(
            "{{ when: {{ mentions: {{ within: {within}s, at_least: {at_least} }} }}, for: {held_for}s, level: "
        )
    }

    /// Whether there are enough in the window: the definition.
    fn holds(self, times: &[i64], now: i64) -> bool {
        let inside = times
            .iter()
            .filter(|at| **at > now - self.within && **at <= now);
        inside.count() as u64 >= self.at_least
    }

    fn firings(self, times: &[i64]) -> Vec<i64> {
        firings(times, self.held_for, |now| self.holds(times, now))
    }
}

/// When a condition fires, looked at second by second: the definition.
fn firings(times: &[i64], held_for: i64, holds: impl Fn(i64) -> bool) -> Vec<i64> {
    // No window and no hold of these tests is longer than 90 seconds.
    let last = times.iter().max().unwrap_or(&START) + 200;
    let mut firings = Vec::new();
    let mut since = None;
    for now in START..last {
        match (since, holds(now)) {
            (None, true) => since = Some(now),
            (Some(from), false) => {
                if from + held_for <= now {
                    firings.push(from + held_for);
                }
                since = None;
            }
            _ => {}
        }
    }
    assert!(
        since.is_none(),
        "every hold ends when nothing comes any more"
    );
    firings
}

pub(crate) fn playbook(name: &str, watch: &str, triggers: &str) -> String {
    format!(
        "playbook: {name}\ntitle: {name}\nwatch: {watch}\nowner: owner\nwriter: writer\ncool_down: 2m\n\
         triggers:\n{triggers}\
         facts:\n  what: {{ ask: Wat?, role: writer }}\n\
         tasks:\n  look: {{ title: Kijk, role: owner, due: 30s after start }}\n\
         phases:\n  information:\n    messages:\n      holding: {{ kind: holding, to: [public], due: 30m }}\n"
    )
}

/// One playbook with these rules as its triggers, at rising levels.
fn one_playbook(rules: &[Rule]) -> Setting {
    let levels = ["attention", "incident", "crisis"];
    let triggers: String = rules
        .iter()
        .enumerate()
        .map(|(number, rule)| format!("  t{number}: {}{} }}\n", rule.yaml(), levels[number]))
        .collect();
    setting(&[playbook("one", "bread", &triggers)])
}

pub(crate) fn at(second: i64) -> Timestamp {
    Timestamp::from_timestamp(second, 0).unwrap()
}

fn observed(id: usize, second: i64, watches: &[u16]) -> Observed {
    let mention = Mention {
        id: id.to_string(),
        platform: Platform::X,
        author: Some(format!("a{}", id % 7)),
        author_name: None,
        followers: None,
        text: format!("brood {}", id % 5),
        url: None,
        lang: None,
        published_at: at(second),
        kind: None,
        in_reply_to: None,
        engagement: Engagement::default(),
        extra: serde_json::Map::new(),
    };
    Observed::known(mention, watches.to_vec().into(), &"suite".into())
}

/// What a store gives back of one watch, of what was published after a second;
/// mentions in order of publication.
fn past(
    watch: usize,
    since: i64,
    mentions: &[Observed],
    noted: &[Noted],
    tide: Option<&Saved>,
    marks: impl Fn(&str) -> u64,
) -> Past {
    let mut past = Past::default();
    let since = tide.map_or(since, |tide| tide.needs_from().min(since));
    let mut mine: Vec<&Noted> = noted
        .iter()
        .filter(|one| usize::from(one.watch) == watch && one.note.words.counts())
        .filter(|one| one.note.second > since)
        .collect();
    mine.sort_by_key(|one| one.note.second);
    for one in mine {
        let second = one.note.second;
        let weight = u32::from(one.note.weight);
        match past.seconds.last_mut() {
            Some((last, n, sum)) if *last == second => {
                *n += 1;
                *sum += weight;
            }
            _ => past.seconds.push((second, 1, weight)),
        }
        let note = Note {
            marks: marks(&one.marks),
            ..one.note
        };
        past.notes.push(Note { source: 0, ..note });
        past.sketches.push(one.weighed.sketch);
    }
    past.sources = vec!["suite".into()];
    let is_mine = |seen: &&Observed| {
        let mut watches = seen.matched.counted().iter();
        watches.any(|one| usize::from(*one) == watch)
    };
    let latest = mentions.iter().filter(is_mine);
    past.latest = latest.map(|seen| Arc::clone(&seen.mention)).collect();
    let n_surplus = past.latest.len().saturating_sub(MOST_LATEST);
    past.latest.drain(..n_surplus);
    for seen in mentions {
        let mention = Arc::clone(&seen.mention);
        let key = mention.key();
        let mut noted = noted.iter();
        if seen.matched.ours {
            let is_here = seen.matched.watches.contains(&(watch as u16));
            past.asked.push(Asked::Ours(mention, is_here));
        } else if noted.any(|one| {
            one.key == key && usize::from(one.watch) == watch && one.marks.contains(ASKS)
        }) {
            past.asked.push(Asked::Theirs(mention));
        }
    }
    // Through JSON, as a store keeps it.
    past.tide = tide.map(|tide| {
        let json = serde_json::to_string(tide).unwrap();
        serde_json::from_str(&json).unwrap()
    });
    past
}

/// A desk with what a store would keep of it.
pub(crate) struct Office {
    setting: Setting,
    pub(crate) desk: Desk,
    holds: BTreeMap<(String, String), Vec<Hold>>,
    mentions: Vec<Observed>,
    noted: Vec<Noted>,
    tides: BTreeMap<String, Saved>,
    pub(crate) runs: BTreeMap<RunId, (Run, Arc<Pinned>, Vec<Logged>)>,
    /// Trigger and second of every firing that was told.
    pub(crate) firings: Vec<(String, i64)>,
    effects: Vec<String>,
    listens_only: bool,
    /// When a source was blind.
    gaps: Vec<(i64, Option<i64>)>,
    outside: Vec<Logged>,
}

impl Office {
    pub(crate) fn open(setting: &Setting) -> Self {
        Self {
            desk: Desk::new(Arc::clone(&setting.0), setting.1.clone()).noting_down(),
            setting: setting.clone(),
            holds: BTreeMap::new(),
            mentions: Vec::new(),
            noted: Vec::new(),
            tides: BTreeMap::new(),
            runs: BTreeMap::new(),
            firings: Vec::new(),
            effects: Vec::new(),
            listens_only: false,
            gaps: Vec::new(),
            outside: Vec::new(),
        }
    }

    /// Nobody is alarmed; that triggers fired is told all the same.
    pub(crate) fn listening_only(mut self) -> Self {
        self.listens_only = true;
        self.desk = self.empty_desk();
        self
    }

    fn empty_desk(&self) -> Desk {
        let (organisation, shelf) = (Arc::clone(&self.setting.0), self.setting.1.clone());
        let desk = Desk::new(organisation, shelf).noting_down();
        match self.listens_only {
            true => desk.listening_only(),
            false => desk,
        }
    }

    /// A source went blind, or sees again.
    pub(crate) fn blind(&mut self, source: &str, is_blind: bool, now: i64) {
        if is_blind {
            self.gaps.push((now, None));
        } else if let Some((_, until)) = self.gaps.last_mut() {
            *until = Some(now);
        }
        let trouble = is_blind.then_some("it fails");
        let happenings = self.desk.source_word(source, trouble, at(now));
        self.store(happenings);
    }

    /// Stores what happened, as the daemon does with every commit.
    pub(crate) fn store(&mut self, happenings: Vec<Happening>) {
        for happening in happenings {
            match happening {
                Happening::Signal(signal) if signal.kind == SignalKind::Fired => {
                    self.firings.push((signal.trigger, signal.at.timestamp()));
                }
                Happening::Signal(_) => {}
                Happening::Outside(outside) => self.outside.extend(outside.events),
                Happening::Change(change) => {
                    let run = self.desk.run(change.run.id).unwrap();
                    let kept = self
                        .runs
                        .entry(change.run.id)
                        .or_insert_with(|| (run.clone(), Arc::clone(&change.pinned), Vec::new()));
                    kept.0 = run.clone();
                    kept.2.extend(change.events);
                    self.effects
                        .extend(change.effects.into_iter().map(|effect| effect.id));
                }
            }
        }
        for (playbook, trigger, holds) in self.desk.changed_holds() {
            self.holds.insert((playbook, trigger), holds);
        }
        self.noted.extend(self.desk.take_noted());
        self.tides.extend(self.desk.changed_usual());
    }

    pub(crate) fn observe(&mut self, batch: &[Observed], now: i64) {
        self.mentions.extend_from_slice(batch);
        let happenings = self.desk.observe(batch, at(now));
        self.store(happenings);
    }

    pub(crate) fn tick(&mut self, now: i64) {
        let happenings = self.desk.tick(at(now));
        self.store(happenings);
    }

    /// Lets time pass, waking at every moment the desk asks for.
    pub(crate) fn wake_until(&mut self, now: i64) {
        while let Some(wakeup) = self.desk.next_wakeup().filter(|wakeup| *wakeup <= at(now)) {
            let happenings = self.desk.tick(wakeup);
            self.store(happenings);
            assert_ne!(
                self.desk.next_wakeup(),
                Some(wakeup),
                "a wake-up that changes nothing would turn in circles"
            );
        }
        self.tick(now);
    }

    /// The program died and starts again: only what was stored is left.
    pub(crate) fn restart(&mut self, now: i64) {
        self.desk = self.empty_desk();
        for (id, (run, pinned, log)) in &self.runs {
            // As the store gives it back: through JSON.
            let text = serde_json::to_string(log).unwrap();
            let log: Vec<Logged> = serde_json::from_str(&text).unwrap();
            let replayed = Run::replay(*id, &log);
            assert_eq!(&replayed, run);
            self.desk.adopt(replayed, Arc::clone(pinned));
        }
        let mut mentions = self.mentions.clone();
        mentions.sort_by_key(|seen| seen.mention.published_at);
        for watch in 0..self.setting.0.watches.len() {
            let tide = self.tides.get(&self.setting.0.watches[watch].key);
            let marks = |words: &str| self.desk.marks().read(words);
            let since = now - self.desk.needs(watch) - 3_600;
            let past = past(watch, since, &mentions, &self.noted, tide, marks);
            self.desk.remember(watch, past);
        }
        self.desk.adopt_outside(&self.outside);
        for (from, until) in &self.gaps {
            self.desk.missed(at(*from), at(until.unwrap_or(now)));
        }
        let holds = self.holds.clone();
        let happenings = self.desk.catch_up(at(now), |playbook, trigger| {
            holds
                .get(&(playbook.to_owned(), trigger.to_owned()))
                .cloned()
        });
        self.store(happenings);
        self.check();
    }

    pub(crate) fn firings_of(&self, trigger: &str) -> Vec<i64> {
        let mine = self.firings.iter().filter(|(name, _)| name == trigger);
        mine.map(|(_, second)| *second).collect()
    }

    fn n_started(&self) -> usize {
        self.runs.len()
    }

    /// What must be true at every moment.
    pub(crate) fn check(&self) {
        for (id, (run, _, log)) in &self.runs {
            assert_eq!(&Run::replay(*id, log), run);
            assert_eq!(self.desk.run(*id), Some(run));
            let numbers: Vec<u64> = log.iter().map(|logged| logged.seq).collect();
            assert_eq!(numbers, (1..=run.seq).collect::<Vec<_>>());
        }
        let distinct: BTreeSet<&String> = self.effects.iter().collect();
        assert_eq!(distinct.len(), self.effects.len(), "{:?}", self.effects);
        for watch in ["bread", "cake"] {
            let on_watch = self.runs.values().map(|(run, _, _)| run);
            let open = on_watch.filter(|run| run.is_open && run.watch == watch);
            assert!(open.count() <= 1, "two runs are open on {watch}");
        }
    }
}

fn rule() -> impl Strategy<Value = Rule> {
    (1_u64..6, 1_i64..90, prop_oneof![Just(0), 0_i64..60]).prop_map(
        |(at_least, within, held_for)| Rule {
            at_least,
            within,
            held_for,
        },
    )
}

/// Seconds in order, with crowds in one second and with gaps.
fn times() -> impl Strategy<Value = Vec<i64>> {
    prop::collection::vec(
        prop_oneof![4 => 0_i64..4, 2 => 0_i64..30, 1 => 0_i64..150],
        0..60,
    )
    .prop_map(|gaps| {
        gaps.iter()
            .scan(START, |now, gap| {
                *now += gap;
                Some(*now)
            })
            .collect()
    })
}

fn as_mentions(times: &[i64]) -> Vec<Observed> {
    let numbered = times.iter().enumerate();
    numbered
        .map(|(id, second)| observed(id, *second, &[0]))
        .collect()
}

/// Pieces of random length.
pub(crate) fn cut<T: Clone>(items: &[T], cuts: &[Index]) -> Vec<Vec<T>> {
    let mut places: Vec<usize> = cuts.iter().map(|cut| cut.index(items.len() + 1)).collect();
    places.extend([0, items.len()]);
    places.sort_unstable();
    let pieces = places
        .windows(2)
        .map(|pair| items[pair[0]..pair[1]].to_vec());
    pieces.filter(|piece| !piece.is_empty()).collect()
}

/// Gives a stream to an office, each piece when its last mention was published.
fn deliver(office: &mut Office, pieces: &[Vec<Observed>]) {
    for piece in pieces {
        let now = piece.last().unwrap().mention.published_at.timestamp();
        office.wake_until(now);
        office.observe(piece, now);
        office.tick(now);
    }
}

/// Long enough for every window and every hold to end.
const LONG: i64 = 1_000;

fn end_of(times: &[i64]) -> i64 {
    times.last().unwrap_or(&START) + LONG
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_trigger_fires_when_counting_second_by_second_says_so(rule in rule(), times in times()) {
        let mut office = Office::open(&one_playbook(&[rule]));
        let pieces: Vec<_> = as_mentions(&times).into_iter().map(|one| vec![one]).collect();
        deliver(&mut office, &pieces);
        office.wake_until(end_of(&times));
        prop_assert_eq!(office.firings_of("t0"), rule.firings(&times));
        prop_assert_eq!(office.n_started(), usize::from(!rule.firings(&times).is_empty()));
        office.check();
    }

    #[test]
    fn how_a_stream_is_cut_into_batches_changes_nothing(
        rules in prop::collection::vec(rule(), 1..4),
        times in times(),
        cuts in prop::collection::vec(any::<Index>(), 0..8),
    ) {
        let mut office = Office::open(&one_playbook(&rules));
        deliver(&mut office, &cut(&as_mentions(&times), &cuts));
        office.wake_until(end_of(&times));
        let mut n_fired = 0;
        for (number, rule) in rules.iter().enumerate() {
            let expected = rule.firings(&times);
            n_fired += expected.len();
            prop_assert_eq!(office.firings_of(&format!("t{number}")), expected);
        }
        prop_assert_eq!(office.n_started(), usize::from(n_fired > 0));
        office.check();
    }

    #[test]
    fn conditions_in_conditions_fire_when_counting_says_so(
        parts in (rule(), rule(), rule()),
        is_all in any::<bool>(),
        times in times(),
        cuts in prop::collection::vec(any::<Index>(), 0..8),
    ) {
        let (a, b, c) = parts;
        let part = |rule: Rule| {
            format!("{{ mentions: {{ within: {}s, at_least: {} }} }}", rule.within, rule.at_least)
        };
        let (outer, inner) = if is_all { ("all", "any") } else { ("any", "all") };
        let triggers = format!(
            "  t0: {{ when: {{ {outer}: [{}, {{ {inner}: [{}, {}] }}] }}, for: {}s }}\n",
            part(a), part(b), part(c), a.held_for,
        );
        let mut office = Office::open(&setting(&[playbook("one", "bread", &triggers)]));
        deliver(&mut office, &cut(&as_mentions(&times), &cuts));
        office.wake_until(end_of(&times));
        let expected = firings(&times, a.held_for, |now| {
            let [a, b, c] = [a, b, c].map(|rule| rule.holds(&times, now));
            if is_all { a && (b || c) } else { a || (b && c) }
        });
        prop_assert_eq!(office.firings_of("t0"), expected);
    }

    #[test]
    fn lateness_never_suppresses(
        rule in rule(),
        times in times(),
        order in any::<u64>(),
        cuts in prop::collection::vec(any::<Index>(), 0..20),
        lateness in 0_i64..80_000,
    ) {
        let mut mentions = as_mentions(&times);
        let mut dice = crate::world::Dice::new(order);
        for place in (1..mentions.len()).rev() {
            let other = dice.roll(place as u64 + 1);
            mentions.swap(place, usize::try_from(other).unwrap());
        }
        let mut office = Office::open(&one_playbook(&[rule]));
        let mut now = times.last().copied().unwrap_or(START) + lateness;
        office.tick(now);
        for piece in cut(&mentions, &cuts) {
            office.wake_until(now);
            office.observe(&piece, now);
            office.tick(now);
            now += 10;
        }
        office.wake_until(now.max(end_of(&times)));
        let expected = rule.firings(&times);
        prop_assert_eq!(office.n_started(), usize::from(!expected.is_empty()), "{:?}", expected);
        office.check();
    }

    #[test]
    fn a_restart_at_any_moment_changes_nothing(
        rules in prop::collection::vec(rule(), 1..4),
        times in times(),
        cuts in prop::collection::vec(any::<Index>(), 0..12),
        restarts in prop::collection::vec((any::<Index>(), 0_i64..100), 0..5),
    ) {
        let pieces = cut(&as_mentions(&times), &cuts);
        let mut office = Office::open(&one_playbook(&rules));
        for (number, piece) in pieces.iter().enumerate() {
            let now = piece.last().unwrap().mention.published_at.timestamp();
            office.wake_until(now);
            office.observe(piece, now);
            office.tick(now);
            let following = pieces.get(number + 1);
            let next = following.map_or(end_of(&times), |next| next[0].mention.published_at.timestamp());
            for (place, later) in &restarts {
                if place.index(pieces.len()) == number {
                    // Down for a while, but up again before the next mention;
                    // the second time perhaps with the clock set back.
                    office.restart((now + later).min(next));
                }
            }
        }
        office.restart(end_of(&times));
        for (number, rule) in rules.iter().enumerate() {
            prop_assert_eq!(office.firings_of(&format!("t{number}")), rule.firings(&times));
        }
        office.check();
        let before = office.firings.len();
        office.restart(end_of(&times) + 1);
        prop_assert_eq!(office.firings.len(), before);
    }

    #[test]
    fn late_mentions_and_restarts_together_start_one_run(
        rule in rule(),
        times in times(),
        order in any::<u64>(),
        cuts in prop::collection::vec(any::<Index>(), 0..12),
    ) {
        let mut mentions = as_mentions(&times);
        let mut dice = crate::world::Dice::new(order);
        for place in (1..mentions.len()).rev() {
            let other = dice.roll(place as u64 + 1);
            mentions.swap(place, usize::try_from(other).unwrap());
        }
        let mut office = Office::open(&one_playbook(&[rule]));
        let mut now = end_of(&times);
        for piece in cut(&mentions, &cuts) {
            office.observe(&piece, now);
            office.tick(now);
            if dice.roll(2) == 0 {
                office.restart(now + 1);
            }
            now += 5;
        }
        office.wake_until(now + LONG);
        prop_assert_eq!(office.n_started(), usize::from(!rule.firings(&times).is_empty()));
        office.check();
    }
}

/// Something that may happen to an office.
#[derive(Debug, Clone)]
enum Act {
    Mention {
        late: i64,
        watches: Vec<u16>,
    },
    Wait(i64),
    Start {
        playbook: usize,
        level: usize,
    },
    Fact {
        run: Index,
        value: String,
    },
    Close {
        run: Index,
    },
    Delivered {
        effect: Index,
    },
    Failed {
        effect: Index,
        for_good: bool,
    },
    Reply {
        run: Index,
        person: &'static str,
        reply: Reply,
    },
    Unreachable {
        run: Index,
        person: &'static str,
    },
    Restart,
}

fn act() -> impl Strategy<Value = Act> {
    let watches = prop_oneof![Just(vec![0]), Just(vec![1]), Just(vec![0, 1])];
    prop_oneof![
        8 => (prop_oneof![3 => Just(0_i64), 1 => 0_i64..300], watches)
            .prop_map(|(late, watches)| Act::Mention { late, watches }),
        4 => (0_i64..100).prop_map(Act::Wait),
        1 => (0_usize..3, 0_usize..3).prop_map(|(playbook, level)| Act::Start { playbook, level }),
        2 => (any::<Index>(), "[a-c]").prop_map(|(run, value)| Act::Fact { run, value }),
        2 => any::<Index>().prop_map(|run| Act::Close { run }),
        2 => any::<Index>().prop_map(|effect| Act::Delivered { effect }),
        2 => (any::<Index>(), any::<bool>())
            .prop_map(|(effect, for_good)| Act::Failed { effect, for_good }),
        3 => (any::<Index>(), person(), reply())
            .prop_map(|(run, person, reply)| Act::Reply { run, person, reply }),
        1 => (any::<Index>(), person())
            .prop_map(|(run, person)| Act::Unreachable { run, person }),
        1 => Just(Act::Restart),
    ]
}

fn person() -> impl Strategy<Value = &'static str> {
    prop_oneof![Just("anna"), Just("bo")]
}

fn reply() -> impl Strategy<Value = Reply> {
    prop_oneof![
        3 => Just(Reply::Take),
        2 => Just(Reply::PassOn),
        1 => Just(Reply::NotMe),
        1 => Just(Reply::Note("ik bel".to_owned())),
    ]
}

fn three_playbooks() -> Setting {
    let trigger = |name: &str, n: u64, held: u64, level: &str| {
        format!(
            "  {name}: {{ when: {{ mentions: {{ within: 1m, at_least: {n} }} }}, for: {held}s, level: {level} }}\n"
        )
    };
    setting(&[
        playbook(
            "low",
            "bread",
            &(trigger("rising", 2, 0, "attention") + &trigger("storm", 5, 10, "crisis")),
        ),
        playbook("high", "bread", &trigger("rising", 3, 5, "incident")),
        playbook("sweet", "cake", &trigger("rising", 2, 20, "attention")),
    ])
}

impl Office {
    fn act(&mut self, act: &Act, number: usize, now: &mut i64) {
        let names = ["low", "high", "sweet"];
        let levels = ["attention", "incident", "crisis"];
        let a_run = |office: &Self, index: &Index| {
            let runs: Vec<RunId> = office.runs.keys().copied().collect();
            (!runs.is_empty()).then(|| runs[index.index(runs.len())])
        };
        match act {
            Act::Mention { late, watches } => {
                let seen = observed(number, (*now - late).max(START), watches);
                self.observe(&[seen], *now);
            }
            Act::Wait(length) => {
                *now += length;
                self.wake_until(*now);
            }
            Act::Start { playbook, level } => {
                let by_hand = ByHand {
                    level: Some(levels[*level].to_owned()),
                    ..ByHand::new(names[*playbook], "bo", "test")
                };
                let started = self.desk.start_by_hand(&by_hand, at(*now));
                if let Ok((_, happenings)) = started {
                    self.store(happenings);
                }
            }
            Act::Fact { run, value } => {
                let event = Event::FactSet {
                    fact: "what".to_owned(),
                    value: FactValue::Text(value.clone()),
                    by: "bo".to_owned(),
                    source: None,
                    as_of: None,
                };
                self.submit(a_run(self, run), &event, *now);
            }
            Act::Close { run } => {
                let event = Event::RunClosed {
                    by: "bo".to_owned(),
                    reason: "test".to_owned(),
                    outcome: Outcome::Real,
                };
                self.submit(a_run(self, run), &event, *now);
            }
            Act::Delivered { effect } => {
                if let Some((effect, run)) = self.an_effect(effect) {
                    let event = Event::Delivered {
                        effect,
                        person: "bo".to_owned(),
                        channel: "mail".to_owned(),
                    };
                    self.submit(Some(run), &event, *now);
                    let before = self.runs[&run].0.seq;
                    // A second receipt for the same mail is no news.
                    self.submit(Some(run), &event, *now);
                    assert_eq!(self.runs[&run].0.seq, before);
                }
            }
            Act::Failed { effect, for_good } => {
                if let Some((effect, run)) = self.an_effect(effect) {
                    let event = Event::DeliveryFailed {
                        effect,
                        person: "bo".to_owned(),
                        channel: "mail".to_owned(),
                        because: "greylisted".to_owned(),
                        for_good: *for_good,
                    };
                    self.submit(Some(run), &event, *now);
                }
            }
            Act::Reply { run, person, reply } => {
                let who = Who {
                    person: (*person).to_owned(),
                    effect: None,
                    through: Through::Command,
                    by: (*person).to_owned(),
                };
                let run = a_run(self, run);
                // Not every reply makes sense at every moment.
                let replied = run.map(|run| self.desk.reply(run, &who, reply, at(*now)));
                if let Some(Ok((_, happenings))) = replied {
                    self.store(happenings);
                }
            }
            Act::Unreachable { run, person } => {
                let event = Event::Unreachable {
                    person: (*person).to_owned(),
                    because: "it came back".to_owned(),
                };
                self.submit(a_run(self, run), &event, *now);
            }
            Act::Restart => self.restart(*now),
        }
    }

    fn an_effect(&self, index: &Index) -> Option<(String, RunId)> {
        if self.effects.is_empty() {
            return None;
        }
        let effect = self.effects[index.index(self.effects.len())].clone();
        let run = effect.split('.').next()?.parse().ok()?;
        Some((effect, run))
    }

    fn submit(&mut self, run: Option<RunId>, event: &Event, now: i64) {
        let Some(id) = run else { return };
        let was_open = self.runs[&id].0.is_open;
        let n_effects = self.effects.len();
        let is_news_of_mail = matches!(
            event,
            Event::Delivered { .. } | Event::DeliveryFailed { .. }
        );
        match self.desk.submit(id, event, at(now)) {
            Ok(happenings) => {
                assert!(was_open || is_news_of_mail, "{event:?}");
                self.store(happenings);
            }
            Err(_) => assert!(!was_open),
        }
        assert!(
            was_open || self.effects.len() == n_effects,
            "a closed run mails nobody"
        );
    }

    /// Every open run has a next action or waits for a named person, and that
    /// nothing gets through was said as soon as it was so.
    fn check_audit(&self, now: i64) {
        let runs = self.runs.values().map(|(run, _, _)| run);
        let found = audit(runs.clone(), Outbox::default(), at(now), TOLERANCE);
        assert!(!found.is_stalled, "{:?}", found.findings);
        let n_told = runs.filter(|run| run.underway.outage.is_some()).count();
        assert!(n_told <= 1, "it is said once");
        assert!(found.is_clean() || n_told == 1, "{:?}", found.findings);
    }

    /// Stepping a closed run with anything but news of its mail does nothing.
    fn check_closed(&self, now: i64) {
        let ledger = Ledger::default();
        for (run, pinned, _) in self.runs.values().filter(|(run, _, _)| !run.is_open) {
            let plan = Plan {
                playbook: &pinned.playbook,
                templates: &pinned.templates,
                organisation: &self.setting.0,
                ledger: &ledger,
                sight: &Dark,
                has_team: true,
            };
            let task = run.items.iter().next();
            let mut events = vec![
                Event::RunClosed {
                    by: "bo".to_owned(),
                    reason: "again".to_owned(),
                    outcome: Outcome::Real,
                },
                Event::FactSet {
                    fact: "what".to_owned(),
                    value: FactValue::Text("x".to_owned()),
                    by: "bo".to_owned(),
                    source: None,
                    as_of: None,
                },
                Event::LevelRaised {
                    from: "attention".to_owned(),
                    to: "crisis".to_owned(),
                    because: "test".to_owned(),
                    by: None,
                },
            ];
            events.extend(task.map(|(task, state)| Event::TaskDue {
                task: task.clone(),
                role: state.role.clone(),
                due_at: at(now),
                late: false,
            }));
            for event in events {
                let transition = step(&plan, run.clone(), &event, at(now));
                assert_eq!(&transition.run, run, "{event:?}");
                assert!(transition.events.is_empty() && transition.effects.is_empty());
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_run_is_the_fold_of_its_log_whatever_happens(acts in prop::collection::vec(act(), 1..60)) {
        let mut office = Office::open(&three_playbooks());
        let mut now = START;
        for (number, act) in acts.iter().enumerate() {
            office.act(act, number, &mut now);
            office.check();
            // As the daemon does with every commit.
            office.wake_until(now);
            office.check_audit(now);
        }
        office.wake_until(now + LONG);
        office.check();
        office.check_audit(now + LONG);
        office.check_closed(now + LONG);
    }
}

#[test]
fn the_highest_level_starts_and_offers_the_others() {
    let trigger = |level: &str| {
        format!(
            "  rising: {{ when: {{ mentions: {{ within: 1m, at_least: 3 }} }}, level: {level} }}\n"
        )
    };
    let setting = setting(&[
        playbook("low", "bread", &trigger("attention")),
        playbook("high", "bread", &trigger("crisis")),
    ]);
    let mut office = Office::open(&setting);
    deliver(
        &mut office,
        &[as_mentions(&[START, START + 1, START + 2, START + 3])],
    );
    assert_eq!(office.n_started(), 1);
    let run = &office.runs[&1].0;
    assert_eq!(
        (run.playbook.as_str(), run.level.as_str()),
        ("high", "crisis")
    );
    assert_eq!(run.offers, ["low"]);
}

#[test]
fn a_sender_whose_clock_is_fast_fires_once_also_over_a_restart() {
    for held_for in [0, 60] {
        let rule = Rule {
            at_least: 2,
            within: 90,
            held_for,
        };
        let mut office = Office::open(&one_playbook(&[rule]));
        let ahead = START + 200;
        let three: Vec<Observed> = (0..3)
            .map(|id| observed(id, ahead + 30 * id as i64, &[0]))
            .collect();
        for now in [START, START + 20] {
            office.observe(&three[..if now == START { 3 } else { 0 }], now);
            office.tick(now);
            office.restart(now + 5);
            office.restart(now + 6);
        }
        office.wake_until(ahead + LONG);
        office.restart(ahead + LONG);
        assert_eq!(office.firings_of("t0"), [ahead + 30 + held_for]);
        assert_eq!(office.n_started(), 1);
    }
}

#[test]
fn after_closing_a_bigger_storm_still_starts() {
    let mut office = Office::open(&three_playbooks());
    let mut now = START;
    deliver(&mut office, &[as_mentions(&[START, START])]);
    assert_eq!(office.n_started(), 1);
    let close = Event::RunClosed {
        by: "bo".to_owned(),
        reason: "over".to_owned(),
        outcome: Outcome::Real,
    };
    office.submit(Some(1), &close, now);
    office.restart(now);
    // The same trigger again: the tail of the same storm.
    now += 70;
    office.observe(&[observed(10, now, &[0]), observed(11, now, &[0])], now);
    assert_eq!(office.n_started(), 1);
    // One more, and held long enough: an incident.
    office.observe(&[observed(12, now, &[0])], now);
    office.wake_until(now + 6);
    assert_eq!(office.n_started(), 2);
    assert_eq!(office.runs[&2].0.playbook, "high");
}

#[test]
fn a_restart_does_not_alarm_about_what_is_older_than_a_day() {
    let now = 1_800_000_000;
    let rule = Rule {
        at_least: 2,
        within: 60,
        held_for: 10,
    };
    let mut office = Office::open(&one_playbook(&[rule]));
    office.restart(now);
    office.observe(&as_mentions(&[now - 88_500; 5]), now);
    office.restart(now + 60);
    assert_eq!(office.n_started(), 0);
    office.check();
}

#[test]
fn a_condition_that_holds_for_days_fires_once_also_over_restarts() {
    let begin = 1_800_000_000;
    let rule = Rule {
        at_least: 2,
        within: 300,
        held_for: 10,
    };
    let mut office = Office::open(&one_playbook(&[rule]));
    office.restart(begin);
    // One mention a minute for thirty-five hours.
    let times: Vec<i64> = (0..35 * 60).map(|minute| begin + 60 * minute).collect();
    for mention in as_mentions(&times) {
        let now = mention.mention.published_at.timestamp();
        office.wake_until(now);
        office.observe(&[mention], now);
    }
    let end = begin + 35 * 3_600;
    office
        .mentions
        .retain(|seen| seen.mention.published_at > at(end - 25 * 3_600));
    office.restart(end);
    office.restart(end + 60);
    assert_eq!(office.firings_of("t0").len(), 1);
    // It is over after that: the next storm fires.
    let later = end + 40 * 3_600;
    office.mentions.clear();
    office.restart(later);
    office.observe(&as_mentions(&[later; 3]), later);
    office.wake_until(later + 20);
    assert_eq!(office.firings_of("t0").len(), 2);
}

/// Every event of a run by this name.
fn logged<'a>(office: &'a Office, run: RunId, name: &str) -> Vec<&'a Event> {
    let log = office.runs[&run].2.iter().map(|logged| &logged.event);
    log.filter(|event| event.name() == name).collect()
}

#[test]
fn it_is_said_once_that_nothing_gets_through_and_once_that_it_does_again() {
    let mut office = Office::open(&three_playbooks());
    let by_hand = ByHand {
        level: Some("crisis".to_owned()),
        ..ByHand::new("low", "bo", "test")
    };
    let started = office.desk.start_by_hand(&by_hand, at(START));
    office.store(started.unwrap().1);
    let first = office.effects[0].clone();
    let news = |event: fn(String, String, String) -> Event| {
        event(first.clone(), "anna".to_owned(), "mail".to_owned())
    };
    let failed = news(|effect, person, channel| Event::DeliveryFailed {
        effect,
        person,
        channel,
        because: "refused".to_owned(),
        for_good: false,
    });
    office.submit(Some(1), &failed, START + 1);
    office.wake_until(START + 299);
    assert!(logged(&office, 1, "nothing_delivered").is_empty());
    office.restart(START + 300);
    office.wake_until(START + 2_000);
    office.restart(START + 2_001);
    office.wake_until(START + 4_000);
    let said = logged(&office, 1, "nothing_delivered");
    let expected = Event::NothingDelivered {
        since: at(START),
        failing: vec!["mail".to_owned()],
        by: Vec::new(),
    };
    assert_eq!(said, [&expected]);
    assert!(
        logged(&office, 1, "operator_told").is_empty(),
        "no other way"
    );

    let delivered = news(|effect, person, channel| Event::Delivered {
        effect,
        person,
        channel,
    });
    office.submit(Some(1), &delivered, START + 4_001);
    office.tick(START + 4_001);
    assert_eq!(logged(&office, 1, "delivering_again").len(), 1);
    office.tick(START + 4_100);
    assert_eq!(logged(&office, 1, "nothing_delivered").len(), 1);
}

#[test]
fn a_server_that_refuses_everybody_for_good_is_an_outage_too() {
    let mut office = Office::open(&three_playbooks());
    let by_hand = ByHand::new("low", "bo", "test");
    let started = office.desk.start_by_hand(&by_hand, at(START));
    office.store(started.unwrap().1);
    let mut n_refused = 0;
    while let Some(effect) = office.effects.get(n_refused).cloned() {
        n_refused += 1;
        let refused = Event::DeliveryFailed {
            effect,
            person: "anna".to_owned(),
            channel: "mail".to_owned(),
            because: "550 denied".to_owned(),
            for_good: true,
        };
        office.submit(Some(1), &refused, START + 1);
        assert!(n_refused < 100, "no end of people to ask");
    }
    office.wake_until(START + 299);
    assert!(logged(&office, 1, "nothing_delivered").is_empty());
    office.restart(START + 300);
    office.wake_until(START + 400);
    let said = logged(&office, 1, "nothing_delivered");
    assert_eq!(said.len(), 1);
    assert!(matches!(said[0], Event::NothingDelivered { since, .. } if *since == at(START)));
}

#[test]
fn a_source_that_is_not_listened_to_any_more_is_not_blind() {
    let mut office = Office::open(&three_playbooks());
    let by_hand = ByHand::new("low", "bo", "test");
    let started = office.desk.start_by_hand(&by_hand, at(START));
    office.store(started.unwrap().1);
    // Both stand in the log; only `suite` stands in the file.
    office.blind("renamed", true, START + 10);
    office.blind("suite", true, START + 20);
    office.restart(START + 30);
    let sees = logged(&office, 1, "source_sees");
    let renamed = Event::SourceSees {
        source: "renamed".to_owned(),
    };
    assert_eq!(sees, [&renamed]);
    assert!(!office.desk.hears_all(), "suite is still blind");
    office.restart(START + 40);
    assert_eq!(logged(&office, 1, "source_sees").len(), 1);
}

#[test]
fn a_feed_that_never_brought_anything_keeps_no_watch_from_learning() {
    let mut office = Office::open(&three_playbooks());
    // `suite` brings bread; of cake nobody knows yet what brings it.
    office.observe(&[observed(1, START, &[0])], START);
    let is_deaf = |office: &Office, watch: &str, second: i64| {
        let heard = office.desk.heard_of(watch).unwrap();
        heard.tide.is_gap(second, second + 1)
    };
    office.blind("dead", true, START + 10);
    assert!(!is_deaf(&office, "bread", START + 11));
    assert!(is_deaf(&office, "cake", START + 11));
    office.blind("suite", true, START + 20);
    assert!(is_deaf(&office, "bread", START + 21));
    office.blind("suite", false, START + 30);
    assert!(!is_deaf(&office, "bread", START + 31));
    assert!(is_deaf(&office, "bread", START + 25));
}

#[test]
fn other_channels_tell_the_operators_and_tell_them_when_it_is_over() {
    let mut office = Office::open(&three_playbooks());
    let by_hand = ByHand::new("low", "bo", "test");
    let started = office.desk.start_by_hand(&by_hand, at(START));
    office.store(started.unwrap().1);
    let by = vec!["sms".to_owned()];
    let nothing = Event::NothingDelivered {
        since: at(START),
        failing: vec!["mail".to_owned()],
        by: by.clone(),
    };
    office.submit(Some(1), &nothing, START + 300);
    let again = Event::DeliveringAgain {
        since: at(START),
        by,
    };
    office.submit(Some(1), &again, START + 400);
    let told = logged(&office, 1, "operator_told");
    let told: Vec<&str> = told
        .iter()
        .map(|event| match event {
            Event::OperatorTold { what, .. } => what.as_str(),
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(
        told,
        [
            "no alert got through since 15-01 09:00; what fails: mail",
            "alerts get through again; they did not since 15-01 09:00"
        ]
    );
}

/// A step that alerts hundreds must not be as large as hundreds times hundreds.
#[test]
fn an_alert_to_hundreds_names_some_and_counts_the_others() {
    let mut organisation = ORGANISATION.to_owned();
    let mut asked = Vec::new();
    for number in 0..200 {
        let person =
            format!("  p{number}: {{ name: P{number}, email: p{number}@korst.example }}\n");
        let role = format!("  r{number}: {{ title: Rol {number}, people: [p{number}] }}\n");
        organisation = organisation.replacen("team:\n", &format!("team:\n{person}"), 1);
        organisation = organisation.replacen("roles:\n", &format!("roles:\n{role}"), 1);
        asked.push(format!("r{number}"));
    }
    let trigger =
        "  rising: { when: { mentions: { within: 1m, at_least: 1 } }, level: attention }\n";
    let written = playbook("one", "bread", trigger);
    let alert = format!(
        "alert:\n  attention:\n    - {{ roles: [{}] }}\n",
        asked.join(", ")
    );
    let setting = setting_of(&organisation, &[format!("{written}{alert}")]);
    let mut office = Office::open(&setting);
    let by_hand = ByHand::new("one", "bo", "test");
    let (_, happenings) = office.desk.start_by_hand(&by_hand, at(START)).unwrap();
    let changes = happenings.iter().filter_map(|happening| match happening {
        Happening::Change(change) => Some(&change.effects),
        _ => None,
    });
    let alerts: Vec<_> = changes
        .flatten()
        .filter_map(|effect| match &effect.notice.content {
            Content::Alert(alert) => Some(alert),
            _ => None,
        })
        .collect();
    assert_eq!(alerts.len(), 200);
    for alert in alerts {
        let missing = &alert.asked.as_ref().unwrap().missing;
        assert_eq!(missing.len(), 40);
        assert_eq!(missing[0].get("nl", Language::Nl), "Rol 0");
        assert_eq!(missing[39].get("nl", Language::Nl), "161 andere rollen");
        assert_eq!(missing[39].get("en", Language::Nl), "161 other roles");
        assert_eq!((alert.told.len(), alert.told[39].0.as_str()), (40, "+161"));
    }
}
