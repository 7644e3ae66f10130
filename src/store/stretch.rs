//! What was found in a stretch of `matched` as bytes, and read from them again.
//!
//! Two parts, because a start needs the notes of the latest few only: what is counted,
//! and the notes. Each ends with a checksum. Numbers are as long as they need (LEB128),
//! seconds the distance from the one before, names stand at the front once.

use std::num::NonZeroU32;
use std::sync::Arc;

use xxhash_rust::xxh3::xxh3_64;

use super::scan::{Names, Scan, Unread};
use crate::domain::mention::Platform;
use crate::domain::said::Said;
use crate::domain::voices::{Note, Sketch, Words};

/// How it is written. Other numbers when anything in this file changes, or what
/// `scan.rs` takes from a row: what is stored in another way is packed again.
pub(super) const FORMAT: i64 = 2;

/// Written in the same way, before everything in it was read.
pub(super) const EARLY: i64 = 1;

/// Bytes of a note with an author, at least.
pub(super) const SHORTEST_NOTE: usize = 42;

const HAS_AUTHOR: u8 = 1;
const WAS_READ: u8 = 1 << 1;
const TELLS_RUMOUR: u8 = 1 << 2;
const HAS_KEY: u8 = 1 << 3;

/// What is counted, as bytes.
pub(super) fn pack_counts(scan: &Scan) -> Vec<u8> {
    let mut out = Writer::default();
    out.number(scan.seconds.len() as u64);
    for (second, mentions, weight) in &scan.seconds {
        out.second(*second);
        out.number(u64::from(*mentions));
        out.number(u64::from(*weight));
    }
    out.number(scan.echoes.len() as u64);
    for second in &scan.echoes {
        out.second(*second);
    }
    out.number(scan.rumours.len() as u64);
    for (second, rumour, mention) in &scan.rumours {
        out.second(*second);
        out.number(u64::from(rumour.get()));
        out.signed(*mention);
    }
    out.number(scan.asked.len() as u64);
    for (second, mention, is_ours) in &scan.asked {
        out.second(*second);
        out.signed(*mention);
        out.number(u64::from(*is_ours));
    }
    out.sealed()
}

/// The notes, as bytes. `n_gone`: as many mentions had been deleted before their keys
/// were looked up.
pub(super) fn pack_notes(scan: &Scan, n_gone: i64) -> Vec<u8> {
    let mut out = Writer::default();
    out.signed(n_gone);
    let mut names = Names::default();
    let mut numbers = |all: &[Arc<str>]| -> Vec<u16> {
        let numbers = all.iter().map(|name| names.number_of(name));
        numbers.collect()
    };
    let (sources, marks) = (numbers(scan.sources.all()), numbers(scan.marks.all()));
    for note in &scan.notes {
        names.number_of(note.platform.name());
        names.number_of(note.words.name());
    }
    out.number(names.all().len() as u64);
    for name in names.all() {
        out.number(name.len() as u64);
        out.bytes(name.as_bytes());
    }
    out.number(scan.notes.len() as u64);
    let mut unread = scan.unread.iter().peekable();
    for ((place, note), sketch) in (0..).zip(&scan.notes).zip(&scan.sketches) {
        let unread = unread.next_if(|unread| unread.place == place);
        let has = |bit: u8, is_there: bool| if is_there { bit } else { 0 };
        out.bytes(&[
            has(HAS_AUTHOR, note.author.is_some())
                | has(WAS_READ, unread.is_none())
                | has(TELLS_RUMOUR, note.rumour.is_some())
                | has(HAS_KEY, unread.is_some() && note.key != 0),
            note.weight,
        ]);
        out.second(note.second);
        let number = |numbers: &[u16], at: usize| numbers.get(at).copied().unwrap_or_default();
        for name in [
            names.number_of(note.platform.name()),
            names.number_of(note.words.name()),
            number(&sources, usize::from(note.source)),
            number(&marks, note.marks as usize),
        ] {
            out.number(u64::from(name));
        }
        out.number(u64::from(note.followers));
        out.number(u64::from(note.engagement));
        if let Some(author) = note.author {
            out.bytes(&author.to_le_bytes());
        }
        for hash in [note.cluster, sketch.0[0], sketch.0[1]] {
            out.bytes(&hash.to_le_bytes());
        }
        match unread {
            None => out.bytes(&[note.said.bits()]),
            Some(unread) => {
                out.signed(unread.number);
                if note.key != 0 {
                    out.bytes(&note.key.to_le_bytes());
                }
            }
        }
        if let Some(rumour) = note.rumour {
            out.number(u64::from(rumour.get()));
        }
    }
    out.sealed()
}

/// Adds what is counted after `since` to what was found later; `None`, and nothing is
/// added, when the bytes are not what was written.
pub(super) fn unpack_counts(bytes: &[u8], since: i64, scan: &mut Scan) -> Option<()> {
    let mut from = Reader::new(bytes)?;
    let mut found = Scan::default();
    for _ in 0..from.number()? {
        let (second, mentions, weight) = (from.second()?, from.short()?, from.short()?);
        found.seconds.push((second, mentions, weight));
    }
    for _ in 0..from.number()? {
        found.echoes.push(from.second()?);
    }
    for _ in 0..from.number()? {
        let (second, rumour) = (from.second()?, NonZeroU32::new(from.short()?)?);
        found.rumours.push((second, rumour, from.signed()?));
    }
    for _ in 0..from.number()? {
        let (second, mention) = (from.second()?, from.signed()?);
        found.asked.push((second, mention, from.number()? == 1));
    }
    let is_after = |second: i64| second > since;
    let seconds = found.seconds.into_iter();
    scan.seconds.extend(seconds.filter(|one| is_after(one.0)));
    let echoes = found.echoes.into_iter();
    scan.echoes
        .extend(echoes.filter(|second| is_after(*second)));
    let rumours = found.rumours.into_iter();
    scan.rumours.extend(rumours.filter(|one| is_after(one.0)));
    let asked = found.asked.into_iter();
    scan.asked.extend(asked.filter(|one| is_after(one.0)));
    Some(())
}

/// Adds the notes after `since`, until there are `most`; `None`, and nothing is
/// added, when the bytes are not what was written. Keys only when not more than `n_gone`
/// mentions were deleted by now: one of them may be among these.
pub(super) fn unpack_notes(
    bytes: &[u8],
    since: i64,
    most: usize,
    n_gone: i64,
    scan: &mut Scan,
) -> Option<()> {
    let n_before = scan.notes.len();
    let done = add_notes(bytes, since, most, n_gone, scan);
    if done.is_none() {
        scan.keep_notes(n_before);
    }
    done
}

fn add_notes(bytes: &[u8], since: i64, most: usize, n_gone: i64, scan: &mut Scan) -> Option<()> {
    let mut from = Reader::new(bytes)?;
    let are_all_there = from.signed()? == n_gone;
    let mut names = Vec::new();
    for _ in 0..from.number()? {
        let length = usize::try_from(from.number()?).ok()?;
        let name = std::str::from_utf8(from.bytes(length)?).ok()?;
        names.push(Name {
            source: scan.sources.number_of(name),
            marks: scan.marks.number_of(name).into(),
            platform: Platform::from_name(name).unwrap_or_default(),
            words: Words::from_name(name).unwrap_or_default(),
        });
    }
    for _ in 0..from.number()? {
        if scan.notes.len() >= most {
            break;
        }
        let [flags, weight] = from.array()?;
        let second = from.second()?;
        if second <= since {
            break;
        }
        let mut name = || names.get(usize::try_from(from.number()?).ok()?);
        let (platform, words) = (name()?.platform, name()?.words);
        let (source, marks) = (name()?.source, name()?.marks);
        let (followers, engagement) = (from.short()?, from.short()?);
        let author = match flags & HAS_AUTHOR {
            0 => None,
            _ => Some(from.hash()?),
        };
        let cluster = from.hash()?;
        let sketch = Sketch([from.hash()?, from.hash()?]);
        let (mut said, mut key, mut unread) = (0, 0, None);
        if flags & WAS_READ == 0 {
            unread = Some(from.signed()?);
            if flags & HAS_KEY != 0 {
                let known = u32::from_le_bytes(from.array()?);
                key = if are_all_there { known } else { 0 };
            }
        } else {
            [said] = from.array()?;
        }
        let rumour = match flags & TELLS_RUMOUR {
            0 => None,
            _ => Some(NonZeroU32::new(from.short()?)?),
        };
        if let Some(number) = unread {
            let place = u32::try_from(scan.notes.len()).ok()?;
            scan.unread.push(Unread { place, number });
        }
        scan.sketches.push(sketch);
        scan.notes.push(Note {
            second,
            author,
            cluster,
            marks,
            followers,
            engagement,
            source,
            words,
            weight,
            platform,
            key,
            said: Said::from_bits(said),
            rumour,
        });
    }
    Some(())
}

/// What a name means, in whichever place it stands.
struct Name {
    source: u16,
    marks: u64,
    platform: Platform,
    words: Words,
}

#[derive(Default)]
struct Writer {
    out: Vec<u8>,
    last: i64,
}

impl Writer {
    fn bytes(&mut self, bytes: &[u8]) {
        self.out.extend_from_slice(bytes);
    }

    fn number(&mut self, mut number: u64) {
        while number >= 0x80 {
            self.out.push(number as u8 | 0x80);
            number >>= 7;
        }
        self.out.push(number as u8);
    }

    /// Small when it is near nought, on either side.
    fn signed(&mut self, number: i64) {
        self.number((number << 1 ^ number >> 63).cast_unsigned());
    }

    fn second(&mut self, second: i64) {
        self.signed(self.last.wrapping_sub(second));
        self.last = second;
    }

    fn sealed(mut self) -> Vec<u8> {
        let sum = xxh3_64(&self.out);
        self.out.extend_from_slice(&sum.to_le_bytes());
        self.out
    }
}

struct Reader<'a> {
    rest: &'a [u8],
    last: i64,
}

impl<'a> Reader<'a> {
    /// `None` when it is not as it was written.
    fn new(bytes: &'a [u8]) -> Option<Self> {
        let (rest, sum) = bytes.split_last_chunk::<8>()?;
        (xxh3_64(rest) == u64::from_le_bytes(*sum)).then_some(Self { rest, last: 0 })
    }

    fn bytes(&mut self, length: usize) -> Option<&'a [u8]> {
        let (bytes, rest) = self.rest.split_at_checked(length)?;
        self.rest = rest;
        Some(bytes)
    }

    fn array<const N: usize>(&mut self) -> Option<[u8; N]> {
        let (bytes, rest) = self.rest.split_first_chunk::<N>()?;
        self.rest = rest;
        Some(*bytes)
    }

    fn hash(&mut self) -> Option<u64> {
        self.array().map(u64::from_le_bytes)
    }

    fn number(&mut self) -> Option<u64> {
        let mut number = 0;
        for shift in (0..u64::BITS).step_by(7) {
            let (byte, rest) = self.rest.split_first()?;
            self.rest = rest;
            number |= u64::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                return Some(number);
            }
        }
        None
    }

    fn short(&mut self) -> Option<u32> {
        self.number()?.try_into().ok()
    }

    fn signed(&mut self) -> Option<i64> {
        let number = self.number()?;
        Some((number >> 1).cast_signed() ^ -(number & 1).cast_signed())
    }

    fn second(&mut self) -> Option<i64> {
        self.last = self.last.wrapping_sub(self.signed()?);
        Some(self.last)
    }
}
