//! Reads a pushed body while it arrives, in whatever pieces it comes.
//!
//! NDJSON is given line by line and never held; an array or a single object
//! must be read whole. Knows nothing of HTTP, and gives the same mentions
//! however the body is cut.

use std::io::Write as _;

use flate2::write::MultiGzDecoder;

use super::body::{Body as Form, without_mark};
use super::lines::{LineSplitter, MAX_LINE};
use super::wire::{Reader, Reject};
use crate::domain::mention::Mention;

/// The largest JSON array or object, which is read whole; unpacked.
pub const MAX_WHOLE: usize = 32 << 20;

/// The largest body, unpacked: beyond it somebody is flooding.
pub const MAX_BODY: u64 = 1 << 30;

/// Bytes that are taken in one step; so many of a packed body, because gzip
/// packs a thousandfold at most, and a bomb must not unfold.
const STEP: usize = 64 << 10;
const PACKED_STEP: usize = 256;

/// A body that has to be read whole and is larger gets all its room at once.
const LARGE: usize = 1 << 20;

/// An object that is not closed within so many bytes is no object but a broken
/// line: no mention is as long.
const LONGEST_LOOK: usize = 2 * MAX_LINE;

/// Why a body cannot be read further.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unreadable {
    #[error("the body broke off: {0}")]
    Damaged(String),
    #[error("the body is larger than 1 GiB")]
    TooLarge,
    #[error("a JSON array this large is not taken; send one mention a line (NDJSON)")]
    TooLargeWhole,
}

/// One line of a body, and what it is.
#[derive(Debug)]
pub struct Line<'a> {
    /// Counted from 1.
    pub number: usize,
    pub n_bytes: usize,
    /// There until the next line is read.
    pub read: Result<&'a mut Mention, String>,
}

/// A body under way.
#[derive(Debug)]
pub struct Pushed {
    reader: Reader,
    decoder: Option<MultiGzDecoder<Vec<u8>>>,
    n_bytes: u64,
    splitter: LineSplitter,
    form: Option<Form>,
    look: Look,
    /// All of an array or an object, or the beginning of a body.
    whole: Vec<u8>,
    n_lines: usize,
}

impl Pushed {
    pub fn new(is_packed: bool) -> Self {
        Self {
            reader: Reader::default(),
            decoder: is_packed.then(|| MultiGzDecoder::new(Vec::new())),
            n_bytes: 0,
            splitter: LineSplitter::default(),
            form: None,
            look: Look::default(),
            whole: Vec::new(),
            n_lines: 0,
        }
    }

    /// Cuts a chunk into pieces for `feed`, each small enough that what is in
    /// it can be held.
    pub fn steps<'a>(&self, chunk: &'a [u8]) -> std::slice::Chunks<'a, u8> {
        let is_packed = self.decoder.is_some();
        chunk.chunks(if is_packed { PACKED_STEP } else { STEP })
    }

    /// Bytes that are held because the body must be read whole.
    pub fn n_whole(&self) -> usize {
        self.whole.len()
    }

    /// Lines that have ended, also those that are no mentions.
    pub fn n_lines(&self) -> usize {
        self.n_lines
    }

    /// Calls `each` with every line that ends here.
    pub fn feed(&mut self, step: &[u8], each: impl FnMut(Line<'_>)) -> Result<(), Unreadable> {
        let Some(decoder) = &mut self.decoder else {
            return self.take(step, each);
        };
        let written = decoder.write_all(step);
        let mut unpacked = std::mem::take(decoder.get_mut());
        self.take(&unpacked, each)?;
        written.map_err(|error| Unreadable::Damaged(error.to_string()))?;
        // The same room again: a body has many steps.
        unpacked.clear();
        if let Some(decoder) = &mut self.decoder {
            *decoder.get_mut() = unpacked;
        }
        Ok(())
    }

    /// The last line. Gives back what has to be read whole, if it is that.
    pub fn finish(mut self, mut each: impl FnMut(Line<'_>)) -> Result<Vec<u8>, Unreadable> {
        if let Some(decoder) = self.decoder.take() {
            let rest = decoder.finish();
            let rest = rest.map_err(|error| Unreadable::Damaged(error.to_string()))?;
            self.take(&rest, &mut each)?;
        }
        if self.form.is_none() && !self.look.has_ended_over_lines() {
            let start = std::mem::take(&mut self.whole);
            self.split(&start, &mut each);
        }
        let reader = &mut self.reader;
        self.splitter
            .finish(|number, line| read(reader, number, line, &mut each));
        Ok(self.whole)
    }

    fn take(&mut self, bytes: &[u8], each: impl FnMut(Line<'_>)) -> Result<(), Unreadable> {
        self.n_bytes += bytes.len() as u64;
        if self.n_bytes > MAX_BODY {
            return Err(Unreadable::TooLarge);
        }
        match self.form {
            Some(Form::Lines) => self.split(bytes, each),
            Some(Form::Array | Form::Object) => {
                let needed = self.whole.len() + bytes.len();
                if needed > LARGE && needed > self.whole.capacity() {
                    // Room that nobody wrote to takes no memory, and nothing is copied
                    // again and again.
                    self.whole.reserve_exact(MAX_WHOLE);
                }
                self.whole.extend_from_slice(bytes);
                if self.whole.len() > MAX_WHOLE {
                    return Err(Unreadable::TooLargeWhole);
                }
            }
            None => {
                self.whole.extend_from_slice(bytes);
                self.form = self.look.at(&self.whole);
                if self.form == Some(Form::Lines) {
                    let start = std::mem::take(&mut self.whole);
                    self.split(&start, each);
                }
            }
        }
        Ok(())
    }

    fn split(&mut self, bytes: &[u8], mut each: impl FnMut(Line<'_>)) {
        let (n_lines, reader) = (&mut self.n_lines, &mut self.reader);
        self.splitter.feed(bytes, |number, line| {
            *n_lines = number;
            read(reader, number, line, &mut each);
        });
    }
}

/// Looks at how a body begins, a byte once, to say what it is. Only what the
/// bytes are decides, never how many came at once.
#[derive(Debug, Default)]
struct Look {
    at: usize,
    depth: usize,
    in_string: bool,
    is_escaped: bool,
    has_begun: bool,
    /// A line ended inside the first object.
    is_over_lines: bool,
    has_ended: bool,
}

impl Look {
    /// What the body is, as soon as its beginning says so.
    fn at(&mut self, start: &[u8]) -> Option<Form> {
        const MARK: &[u8] = b"\xef\xbb\xbf";
        if self.at == 0 {
            if start.len() < MARK.len() && MARK.starts_with(start) {
                return None;
            }
            self.at = start.len() - without_mark(start).len();
        }
        while let Some(&byte) = start.get(self.at) {
            self.at += 1;
            if let Some(form) = self.see(byte) {
                return Some(form);
            }
            if self.at >= LONGEST_LOOK {
                return Some(Form::Lines);
            }
        }
        None
    }

    fn see(&mut self, byte: u8) -> Option<Form> {
        if !self.has_begun {
            self.has_begun = !byte.is_ascii_whitespace();
            self.depth = usize::from(self.has_begun);
            return match byte {
                b'[' => Some(Form::Array),
                b'{' => None,
                _ => self.has_begun.then_some(Form::Lines),
            };
        }
        if self.has_ended {
            // Something behind the object: these are lines, the first broken.
            return (!byte.is_ascii_whitespace()).then_some(Form::Lines);
        }
        self.is_over_lines |= byte == b'\n';
        if self.in_string {
            self.in_string = self.is_escaped || byte != b'"';
            self.is_escaped = !self.is_escaped && byte == b'\\';
            return None;
        }
        match byte {
            b'"' => self.in_string = true,
            b'{' | b'[' => self.depth += 1,
            b'}' | b']' => self.depth -= 1,
            _ => {}
        }
        self.has_ended = self.depth == 0;
        (self.has_ended && !self.is_over_lines).then_some(Form::Lines)
    }

    /// Whether all there is is one object, written over lines.
    fn has_ended_over_lines(&self) -> bool {
        self.has_ended && self.is_over_lines
    }
}

fn read(
    reader: &mut Reader,
    number: usize,
    line: Result<&[u8], Reject>,
    each: &mut impl FnMut(Line<'_>),
) {
    let (n_bytes, read) = match line {
        Ok(line) if line.trim_ascii().is_empty() => return,
        Ok(line) => (line.len(), reader.read(line)),
        Err(reject) => (0, Err(reject.reason)),
    };
    each(Line {
        number,
        n_bytes,
        read,
    });
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::source::body::read_all;

    /// What a body is, cut before each of these places.
    fn seen(body: &[u8], cuts: &[usize], is_packed: bool) -> (Vec<String>, Option<Unreadable>) {
        let mut told = Vec::new();
        let mut tell = |line: Line<'_>| {
            let id = line.read.map(|mention| mention.id.clone());
            told.push(format!("{}: {id:?}", line.number));
        };
        let mut pushed = Pushed::new(is_packed);
        let mut cuts: Vec<usize> = cuts.iter().map(|cut| cut % (body.len() + 1)).collect();
        cuts.extend([0, body.len()]);
        cuts.sort_unstable();
        for ends in cuts.windows(2) {
            let chunk = &body[ends[0]..ends[1]];
            for step in pushed.steps(chunk) {
                if let Err(why) = pushed.feed(step, &mut tell) {
                    return (told, Some(why));
                }
            }
        }
        match pushed.finish(&mut tell) {
            Err(why) => (told, Some(why)),
            Ok(whole) => {
                let mut mentions = read_all(&whole);
                while let Some(read) = mentions.next() {
                    let mut read = read;
                    let (number, read) = match &mut read {
                        Ok(mention) => (mentions.began_on(), Ok(mention)),
                        Err(reject) => (reject.line, Err(reject.reason.clone())),
                    };
                    tell(Line {
                        number,
                        n_bytes: 0,
                        read,
                    });
                }
                (told, None)
            }
        }
    }

    const ONE: &str = r#"{"id":"1","text":"a } \\\" b","published_at":"2026-03-02T08:00:00Z"}"#;

    #[test]
    fn an_object_over_lines_is_one_however_it_comes() {
        let body = format!("\u{feff}\n{}\n", ONE.replace(",\"", ",\n\""));
        let whole = seen(body.as_bytes(), &[], false);
        assert_eq!(whole, (vec!["2: Ok(\"1\")".to_owned()], None));
        for cut in 0..body.len() {
            assert_eq!(seen(body.as_bytes(), &[cut], false), whole, "{cut}");
        }
    }

    #[test]
    fn lines_are_given_while_they_come() {
        let mut pushed = Pushed::new(false);
        let mut n_seen = 0;
        let mut tell = |_: Line<'_>| n_seen += 1;
        let two = format!("{ONE}\n{ONE}\n{{");
        pushed.feed(two.as_bytes(), &mut tell).unwrap();
        assert_eq!((n_seen, pushed.n_lines(), pushed.n_whole()), (2, 2, 0));
    }

    #[test]
    fn an_object_that_never_ends_is_not_held() {
        let mut pushed = Pushed::new(false);
        pushed.feed(b"{\"text\":\n\"", |_| {}).unwrap();
        let piece = vec![b'x'; STEP];
        for _ in 0..200 {
            pushed.feed(&piece, |_| {}).unwrap();
            assert!(pushed.n_whole() <= LONGEST_LOOK + STEP);
        }
    }

    fn pieces() -> impl Strategy<Value = Vec<u8>> {
        let piece = prop_oneof![
            4 => Just(ONE.as_bytes().to_vec()),
            1 => Just(ONE.replace(",\"", ",\n\"").into_bytes()),
            1 => Just(b"\xef\xbb\xbf".to_vec()),
            2 => "[\\[\\]{}\\\\\",: \r\n]{1,3}".prop_map(String::into_bytes),
            2 => Just(b"\n".to_vec()),
            1 => proptest::collection::vec(any::<u8>(), 0..6),
        ];
        proptest::collection::vec(piece, 0..8).prop_map(|pieces| pieces.concat())
    }

    proptest! {
        #[test]
        fn any_cut_gives_the_same(
            body in pieces(),
            cuts in proptest::collection::vec(0..1_000_usize, 0..6),
        ) {
            prop_assert_eq!(seen(&body, &cuts, false), seen(&body, &[], false));
        }

        #[test]
        fn any_cut_of_a_packed_body_gives_the_same(
            body in pieces(),
            cuts in proptest::collection::vec(0..1_000_usize, 0..6),
        ) {
            let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
            packer.write_all(&body).unwrap();
            let packed = packer.finish().unwrap();
            prop_assert_eq!(seen(&packed, &cuts, true), seen(&body, &[], false));
        }

        #[test]
        fn bytes_that_are_no_gzip_are_damaged_or_nothing(
            bytes in proptest::collection::vec(any::<u8>(), 0..200),
        ) {
            let (told, why) = seen(&bytes, &[7, 50], true);
            prop_assert!(told.is_empty());
            prop_assert!(matches!(why, None | Some(Unreadable::Damaged(_))));
        }
    }
}
