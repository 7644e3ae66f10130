//! Whatever happens to a store, stretches and rows together say what all rows say.

use std::path::PathBuf;

use proptest::prelude::*;

use super::packer::{KEPT_LONGER, Sizes};
use super::*;
use crate::domain::desk::{ASKS, Noted};
use crate::domain::mention::{Mention, Platform};
use crate::domain::plane::Plane;
use crate::domain::said::Said;
use crate::domain::time::Timestamp;
use crate::domain::voices::{Note, Sketch, Weighed, Words};
use crate::store::{Kept, Store, StoredMention, Unheard, database_path};

const WATCHES: [&str; 2] = ["hospital", "bread"];

/// A Monday morning.
const START: i64 = 1_772_000_000;

/// Of a stretch or two in what a case has.
const SMALL: Sizes = Sizes {
    most: 6,
    least: 2,
    read_soon: 3,
};

/// What happens to a store. Numbers choose what there is.
#[derive(Debug, Clone)]
enum Step {
    Keep(i64, u8, u8),
    Ours(i64),
    Import(i64, bool),
    Read(usize),
    Label(usize),
    Forget(usize),
    ForgetAuthor(u8),
    ForgetTexts(i64),
    ForgetAuthors(i64),
    Pack(i64),
    Reopen,
}

fn any_step() -> impl Strategy<Value = Step> {
    let second = || 0..40_i64;
    prop_oneof![
        12 => (second(), 0..5_u8, 0..8_u8).prop_map(|(at, by, how)| Step::Keep(at, by, how)),
        1 => second().prop_map(Step::Ours),
        1 => (second(), any::<bool>()).prop_map(|(at, has_text)| Step::Import(at, has_text)),
        2 => (1..12_usize).prop_map(Step::Read),
        1 => (0..99_usize).prop_map(Step::Label),
        1 => (0..99_usize).prop_map(Step::Forget),
        1 => (0..5_u8).prop_map(Step::ForgetAuthor),
        1 => second().prop_map(Step::ForgetTexts),
        1 => second().prop_map(Step::ForgetAuthors),
        4 => second().prop_map(Step::Pack),
        1 => Just(Step::Reopen),
    ]
}

/// A store on disk, with who packs it.
struct Case {
    dir: PathBuf,
    store: Option<Store>,
    packer: Packer,
    n_mentions: usize,
}

fn at(second: i64) -> Timestamp {
    Timestamp::from_timestamp(START + second, 0).unwrap()
}

fn mention(id: usize, author: u8, second: i64) -> Mention {
    let mention = serde_json::json!({
        "id": id.to_string(), "platform": "x", "author": format!("a{author}"),
        "text": "Al drie uur wachten", "published_at": at(second),
    });
    serde_json::from_value(mention).unwrap()
}

fn author_hash(author: u8) -> u64 {
    Mention::author_hash_of(Platform::X, &format!("a{author}")).unwrap()
}

impl Case {
    fn new(name: &str) -> Self {
        let dir =
            std::env::temp_dir().join(format!("draaiboek-packed-{name}-{}", std::process::id()));
        let _ = std::fs::remove_dir_all(&dir);
        let (store, packer) = open(&dir);
        Self {
            dir,
            store: Some(store),
            packer,
            n_mentions: 0,
        }
    }

    fn store(&mut self) -> &mut Store {
        self.store.as_mut().unwrap()
    }

    fn reopen(&mut self) {
        self.store = None;
        let (store, packer) = open(&self.dir);
        (self.store, self.packer) = (Some(store), packer);
    }

    fn keep(&mut self, second: i64, author: u8, how: u8) {
        self.n_mentions += 1;
        let id = self.n_mentions;
        let mention = mention(id, author, second);
        let watches = if how.is_multiple_of(2) {
            &WATCHES[..1]
        } else {
            &WATCHES
        };
        let words = Words::ALL[usize::from(how) % Words::ALL.len()];
        let weighed = Weighed {
            words,
            weight: how * 7,
            cluster: mention.key().cast_unsigned() >> how,
            sketch: Sketch([id as u64, u64::from(author)]),
        };
        let batch = self.store().begin().unwrap();
        let Kept::New(number) = batch.keep(&mention, "push", watches, at(second)).unwrap() else {
            return;
        };
        for (place, watch) in watches.iter().enumerate() {
            let noted = Noted {
                watch: u16::try_from(place).unwrap(),
                key: mention.key(),
                note: Note {
                    second: mention.published_at.timestamp(),
                    author: mention.author_hash().filter(|_| how != 3),
                    cluster: weighed.cluster,
                    marks: 0,
                    followers: u32::from(how) * 1_000_000,
                    engagement: u32::from(author),
                    source: 0,
                    words,
                    weight: weighed.weight,
                    platform: Platform::X,
                    key: 0,
                    said: Said::default(),
                    rumour: None,
                },
                weighed,
                marks: match how {
                    4 => format!("query:severe{ASKS}"),
                    5 => "query:severe list:press".to_owned(),
                    _ => String::new(),
                },
            };
            batch
                .count(
                    watch,
                    number,
                    if how == 6 { "feed" } else { "push" },
                    &noted,
                )
                .unwrap();
        }
        batch.commit().unwrap();
    }

    fn step(&mut self, step: &Step) {
        match *step {
            Step::Keep(second, author, how) => self.keep(second, author, how),
            Step::Ours(second) => {
                self.n_mentions += 1;
                let mention = mention(self.n_mentions, 9, second);
                let batch = self.store().begin().unwrap();
                if let Kept::New(number) = batch.keep(&mention, "push", &[], at(second)).unwrap() {
                    batch
                        .count_ours(&WATCHES, number, &mention, "push")
                        .unwrap();
                }
                batch.commit().unwrap();
            }
            Step::Import(second, has_text) => {
                self.n_mentions += 1;
                let mention = mention(self.n_mentions, 1, second);
                let texts_from = if has_text { at(0) } else { at(99) };
                let batch = self.store().begin().unwrap();
                batch
                    .keep_history(&mention, &WATCHES, texts_from, at(second))
                    .unwrap();
                batch.commit().unwrap();
                // It may come from a source as well, and is news then.
                if second % 2 == 0 {
                    self.n_mentions -= 1;
                    self.keep(second, 1, 0);
                }
            }
            Step::Read(n) => {
                let unread = self.store().unread(n, |_, _, _| None::<()>).unwrap();
                let batch = self.store().begin().unwrap();
                for one in &unread {
                    let Unheard::Stored { mention, .. } = &one.words else {
                        unreachable!("nothing is kept here");
                    };
                    let second = mention.published_at.timestamp();
                    let rumour = u32::try_from(one.number % 4)
                        .ok()
                        .and_then(std::num::NonZeroU32::new);
                    let said = Said::from_bits(one.number as u8 | 1);
                    // Not all that was read still has a note.
                    if one.number % 5 != 0 {
                        batch.say(second, one.number, said).unwrap();
                        for watch in WATCHES {
                            batch.tell(watch, second, one.number, rumour).unwrap();
                        }
                    }
                    batch.read_to(one.number).unwrap();
                }
                batch.commit().unwrap();
            }
            Step::Label(choice) => {
                let Some((number, second)) = self.nth(choice) else {
                    return;
                };
                let batch = self.store().begin().unwrap();
                let said = Said::from_bits(choice as u8);
                batch.say(second, number, said).unwrap();
                for watch in WATCHES {
                    batch.tell(watch, second, number, None).unwrap();
                }
                batch.commit().unwrap();
            }
            Step::Forget(choice) => {
                let Some((number, _)) = self.nth(choice) else {
                    return;
                };
                let batch = self.store().begin().unwrap();
                batch.forget_mentions(&[number], &WATCHES).unwrap();
                batch.commit().unwrap();
            }
            Step::ForgetAuthor(author) => {
                let hash = author_hash(author);
                let batch = self.store().begin().unwrap();
                batch.forget_author(&[hash.cast_signed()], None).unwrap();
                batch.commit().unwrap();
                assert!(!self.is_packed(hash), "{author} is still packed");
            }
            Step::ForgetTexts(second) => {
                let batch = self.store().begin().unwrap();
                batch.forget_texts(at(second)).unwrap();
                batch.commit().unwrap();
            }
            Step::ForgetAuthors(second) => {
                let batch = self.store().begin().unwrap();
                for watch in WATCHES {
                    batch.forget_authors(watch, at(0), at(second)).unwrap();
                }
                batch.commit().unwrap();
            }
            Step::Pack(settled) => self.pack(settled),
            Step::Reopen => self.reopen(),
        }
    }

    fn pack(&mut self, settled: i64) {
        let watches = WATCHES.map(|watch| (watch.to_owned(), 100));
        pack(&mut self.packer, &watches, START + 50, START + settled);
    }

    /// A mention that is stored: number and second.
    fn nth(&mut self, choice: usize) -> Option<(i64, i64)> {
        let mut all = Vec::new();
        let (from, until) = (at(-1), at(99));
        let each = |kept| {
            if let StoredMention::Whole { mention, .. } = kept {
                all.push((mention.id, mention.published_at.timestamp()));
            }
        };
        self.store().everything(from, until, each).unwrap();
        let (id, second) = all.get(choice % all.len().max(1))?.clone();
        let numbered = self.store().numbered(&id).unwrap();
        numbered.first().map(|(number, _)| (*number, second))
    }

    fn n_stretches(&mut self) -> i64 {
        let count = "SELECT count(*) FROM packed WHERE counts IS NOT NULL";
        self.store()
            .connection
            .query_row(count, [], |row| row.get(0))
            .unwrap()
    }

    /// Whether a hash stands in anything that is packed.
    fn is_packed(&mut self, hash: u64) -> bool {
        let find =
            "SELECT count(*) FROM packed WHERE instr(notes, $1) > 0 OR instr(counts, $1) > 0";
        let bytes = hash.to_le_bytes().to_vec();
        let n: i64 = self
            .store()
            .connection
            .query_row(find, [bytes], |row| row.get(0))
            .unwrap();
        n > 0
    }

    /// What stretches and rows say is what all rows say, wherever one begins and however
    /// few notes one takes.
    fn check(&mut self) {
        let connection = &self.store().connection;
        for watch in WATCHES {
            for since in [-1, 0, 7, 20, 38] {
                for most in [0, 5, usize::MAX] {
                    let since = START + since;
                    let mut rows = Scan::default();
                    rows.rows(connection, watch, (since, i64::MAX), most)
                        .unwrap();
                    rows.look_up(connection, &Sayings::default()).unwrap();
                    let packed =
                        Scan::of(connection, watch, since, most, &Sayings::default()).unwrap();
                    assert_eq!(
                        spelled_out(&packed),
                        spelled_out(&rows),
                        "{watch} {since} {most}"
                    );
                }
            }
        }
    }
}

impl Drop for Case {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.dir);
    }
}

fn open(dir: &std::path::Path) -> (Store, Packer) {
    let store = Store::open(dir, Plane::Real).unwrap();
    store
        .connection
        .pragma_update(None, "synchronous", "OFF")
        .unwrap();
    let mut packer = store.packer().unwrap().unwrap();
    packer.sizes = SMALL;
    (store, packer)
}

fn pack(packer: &mut Packer, watches: &[Needed], now: i64, settled: i64) {
    while let Some(claimed) = packer.claim(watches, now, settled).unwrap() {
        let packed = packer.read(claimed).unwrap();
        packer.fill(&packed).unwrap();
    }
}

/// What was found, with names in the place of their numbers.
fn spelled_out(scan: &Scan) -> String {
    let mut unread = scan.unread.iter().peekable();
    let notes = (0..).zip(&scan.notes).zip(&scan.sketches);
    let notes = notes.map(|((place, note), sketch)| {
        let source = scan.sources.get(note.source);
        let marks = scan.marks.get(u16::try_from(note.marks).unwrap());
        let unread = unread.next_if(|unread| unread.place == place);
        let number = unread.map(|unread| unread.number);
        let note = Note {
            source: 0,
            marks: 0,
            ..*note
        };
        format!("{note:?} {sketch:?} {source:?} {marks:?} {number:?}")
    });
    let notes: Vec<String> = notes.collect();
    let Scan {
        seconds,
        echoes,
        rumours,
        asked,
        ..
    } = scan;
    format!("{seconds:?}\n{echoes:?}\n{rumours:?}\n{asked:?}\n{notes:#?}")
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]
    #[test]
    fn nothing_makes_it_wrong(steps in prop::collection::vec(any_step(), 1..60)) {
        let mut case = Case::new("any");
        for step in &steps {
            case.step(step);
            if matches!(step, Step::Pack(_)) {
                case.check();
            }
        }
        case.check();
    }
}

/// Forty mentions in forty seconds, all read and packed.
fn packed(name: &str) -> Case {
    let mut case = Case::new(name);
    for second in 0..40 {
        case.keep(second, (second % 5) as u8, (second % 8) as u8);
    }
    case.step(&Step::Read(40));
    case.step(&Step::Label(3));
    case.pack(40);
    assert!(case.n_stretches() > 10, "{}", case.n_stretches());
    case.check();
    case
}

#[test]
fn one_change_undoes_one_stretch_and_it_is_packed_again() {
    let mut case = packed("one");
    let n_packed = case.n_stretches();
    case.keep(17, 1, 0);
    assert_eq!(case.n_stretches(), n_packed - 1);
    case.check();
    case.step(&Step::Read(1));
    case.pack(40);
    assert_eq!(case.n_stretches(), n_packed);
    case.check();
}

#[test]
fn what_is_read_soon_waits_and_what_is_far_ahead_does_not() {
    let mut case = Case::new("ahead");
    for second in 0..40 {
        case.keep(second, 1, 2);
    }
    case.pack(40);
    let n_ahead = case.n_stretches();
    assert!(n_ahead > 0 && n_ahead < 7, "{n_ahead}");
    case.check();
}

#[test]
fn what_was_packed_before_it_was_read_is_packed_once_more() {
    let mut case = Case::new("early");
    for second in 0..40 {
        case.keep(second, 1, 2);
    }
    case.pack(40);
    let early = "SELECT count(*) FROM packed WHERE format = $1";
    let n_early = |case: &mut Case| -> i64 {
        let connection = &case.store().connection;
        connection
            .query_row(early, [EARLY], |row| row.get(0))
            .unwrap()
    };
    assert!(n_early(&mut case) > 3);
    case.step(&Step::Read(40));
    case.check();
    case.pack(40);
    assert_eq!(n_early(&mut case), 0);
    case.check();
    let connection = &case.store().connection;
    let mut scan = Scan::default();
    let packed = stretches(connection, WATCHES[0], 0).unwrap();
    let is_packed = scan.stretch(connection, WATCHES[0], packed[2], 0, (usize::MAX, 0));
    assert!(is_packed.unwrap());
    // But for what nothing was read in.
    let is_left = |unread: &crate::store::scan::Unread| unread.number % 5 == 0;
    assert!(scan.unread.iter().all(is_left) && scan.unread.len() < scan.notes.len());
}

#[test]
fn a_row_that_changes_while_it_is_packed_stays_unpacked() {
    let mut case = packed("meanwhile");
    case.store()
        .connection
        .execute("DELETE FROM packed", [])
        .unwrap();
    let watches = WATCHES.map(|watch| (watch.to_owned(), 100));
    let claim = |case: &mut Case| {
        case.packer.place = 0;
        let claimed = case.packer.claim(&watches, START + 50, START + 6);
        claimed.unwrap().unwrap()
    };
    let claimed = claim(&mut case);
    case.check();
    let packed = case.packer.read(claimed).unwrap();
    // In each watch.
    case.keep(3, 1, 1);
    case.packer.fill(&packed).unwrap();
    assert_eq!(case.n_stretches(), 0);
    // A process that dies in between leaves a claim, and the next one clears it away.
    claim(&mut case);
    case.reopen();
    case.pack(40);
    case.check();
    assert!(case.n_stretches() > 5);
}

#[test]
fn what_cannot_be_unpacked_is_read_row_by_row() {
    for spoil in [
        "UPDATE packed SET notes = substr(notes, 1, length(notes) - 1)",
        "UPDATE packed SET counts = x'00' || substr(counts, 2)",
        "UPDATE packed SET counts = x'', notes = x''",
        "UPDATE packed SET notes = zeroblob(length(notes)) WHERE rowid % 2 = 0",
        "UPDATE packed SET format = 99",
        "UPDATE packed SET counts = NULL",
        "UPDATE packed SET notes = 'text'",
    ] {
        let mut case = packed("spoilt");
        let n_spoilt = case.store().connection.execute(spoil, []).unwrap();
        assert!(n_spoilt > 0, "{spoil}");
        case.check();
    }
}

#[test]
fn who_is_forgotten_is_packed_nowhere_and_not_left_in_the_file() {
    let mut case = packed("forgotten");
    let hash = author_hash(2);
    assert!(case.is_packed(hash));
    let batch = case.store().begin().unwrap();
    batch.forget_authors(WATCHES[0], at(0), at(40)).unwrap();
    batch.forget_authors(WATCHES[1], at(0), at(40)).unwrap();
    batch.commit().unwrap();
    assert!(!case.is_packed(hash));
    case.check();
    assert!(case.store().empty_log().unwrap());
    let file = std::fs::read(database_path(&case.dir)).unwrap();
    let bytes = hash.to_le_bytes();
    assert!(
        !file.windows(8).any(|eight| eight == bytes),
        "it is still in the file"
    );
}

#[test]
fn what_nobody_needs_any_more_is_deleted() {
    let mut case = packed("old");
    // Of another watch.
    let watches = [(WATCHES[1].to_owned(), 100)];
    pack(&mut case.packer, &watches, START + 50, START);
    let n_of_it: i64 = case
        .store()
        .connection
        .query_row(
            "SELECT count(*) FROM packed WHERE watch = $1",
            [WATCHES[0]],
            |row| row.get(0),
        )
        .unwrap();
    assert_eq!(n_of_it, 0);
    assert!(case.n_stretches() > 0);
    let later = START + 100 + KEPT_LONGER + 40;
    pack(&mut case.packer, &watches, later, START);
    assert_eq!(case.n_stretches(), 0);
}

#[test]
fn an_older_store_gets_the_same_tables() {
    let tables = |case: &mut Case| -> Vec<String> {
        let connection = &case.store().connection;
        let mut select = connection
            .prepare(
                "SELECT sql FROM sqlite_master WHERE tbl_name IN ('packed', 'said', 'because')
                 OR name LIKE 'packed%' OR name LIKE 'because%' ORDER BY name",
            )
            .unwrap();
        let rows = select
            .query_map([], |row| row.get::<_, Option<String>>(0))
            .unwrap();
        rows.map(|sql| {
            let sql = sql.unwrap().unwrap_or_default();
            let lines = sql.lines().filter(|line| !line.trim().starts_with("--"));
            lines.map(|line| format!("{}\n", line.trim())).collect()
        })
        .collect()
    };
    let mut case = packed("migrated");
    let new = tables(&mut case);
    assert!(new.len() > 4, "{new:?}");
    let older = "ALTER TABLE mention ADD COLUMN because TEXT;
                 ALTER TABLE matched ADD COLUMN said BIGINT;
                 UPDATE matched SET said = (SELECT s.said FROM said s
                     WHERE s.mention = matched.mention AND s.published_at = matched.published_at);
                 DROP TRIGGER because_gone; DROP TABLE because; DROP TABLE said;
                 DROP TRIGGER packed_new; DROP TRIGGER packed_changed; DROP TRIGGER packed_moved;
                 DROP TRIGGER packed_gone; DROP TRIGGER packed_text_gone; DROP TABLE packed;
                 DELETE FROM meta WHERE key = 'mentions_gone'; PRAGMA user_version = 8;";
    let scan = |case: &mut Case| {
        let connection = &case.store().connection;
        spelled_out(&Scan::of(connection, WATCHES[0], 0, usize::MAX, &Sayings::default()).unwrap())
    };
    let found = scan(&mut case);
    assert!(found.contains("said: Said(9)"), "{found}");
    case.store().connection.execute_batch(older).unwrap();
    case.reopen();
    assert_eq!(tables(&mut case), new);
    assert_eq!(scan(&mut case), found);
    case.check();
    case.pack(40);
    assert!(case.n_stretches() > 10);
    case.check();
}
