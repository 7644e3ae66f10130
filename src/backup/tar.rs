//! The tar format, as much of it as a backup needs: ordinary files, in POSIX
//! `ustar` headers, which every tar reads.
//!
//! Sizes above 8 GiB are written in base 256, as GNU tar does. What comes in is
//! from a file that anybody may have made: names are judged by the caller, and a
//! header must have its checksum.

use std::io::{self, Read, Write};

const BLOCK: usize = 512;

/// The largest size that fits in eleven octal digits.
const LARGEST_OCTAL: u64 = 0o77_777_777_777;

/// Where the fields of a header are.
const NAME: std::ops::Range<usize> = 0..100;
const MODE: std::ops::Range<usize> = 100..108;
const SIZE: std::ops::Range<usize> = 124..136;
const MTIME: std::ops::Range<usize> = 136..148;
const CHECKSUM: std::ops::Range<usize> = 148..156;
const KIND: usize = 156;
const MAGIC: std::ops::Range<usize> = 257..265;
const PREFIX: std::ops::Range<usize> = 345..500;

/// What a header says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Header {
    pub path: String,
    /// Bytes.
    pub size: u64,
    /// Permissions, the lowest nine bits.
    pub mode: u32,
    /// Seconds since 1970.
    pub mtime: u64,
}

/// Writes a header; what follows must be `size` bytes and [`padding`].
pub fn write_header(out: &mut impl Write, header: &Header) -> io::Result<()> {
    let mut block = [0; BLOCK];
    let (prefix, name) = split(&header.path).ok_or_else(|| {
        let why = "the name is too long for a backup: at most 100 letters, and 155 for its folder";
        io::Error::new(io::ErrorKind::InvalidInput, why)
    })?;
    block[NAME][..name.len()].copy_from_slice(name.as_bytes());
    block[PREFIX][..prefix.len()].copy_from_slice(prefix.as_bytes());
    put_octal(&mut block[MODE], u64::from(header.mode & 0o777));
    // Nobody's in particular: who unpacks owns it.
    put_octal(&mut block[108..116], 0);
    put_octal(&mut block[116..124], 0);
    put_size(&mut block[SIZE], header.size);
    put_octal(&mut block[MTIME], header.mtime.min(LARGEST_OCTAL));
    block[KIND] = b'0';
    block[MAGIC].copy_from_slice(b"ustar\x0000");
    let sum = checksum(&block);
    put_octal(&mut block[CHECKSUM][..7], sum);
    block[CHECKSUM][7] = b' ';
    out.write_all(&block)
}

/// What fills up the last block of a file of so many bytes.
pub fn padding(size: u64) -> usize {
    let over = (size % BLOCK as u64) as usize;
    if over == 0 { 0 } else { BLOCK - over }
}

/// Two empty blocks: nothing comes any more.
pub fn write_end(out: &mut impl Write) -> io::Result<()> {
    out.write_all(&[0; 2 * BLOCK])
}

/// The next header; `None` at the end.
pub fn read_header(from: &mut impl Read) -> io::Result<Option<Header>> {
    let mut block = [0; BLOCK];
    from.read_exact(&mut block)?;
    if block.iter().all(|byte| *byte == 0) {
        return Ok(None);
    }
    let wrong = |why: &str| io::Error::new(io::ErrorKind::InvalidData, why.to_owned());
    if octal(&block[CHECKSUM]) != Some(checksum(&block)) {
        return Err(wrong("a header in it has a wrong checksum"));
    }
    if !matches!(block[KIND], b'0' | 0) {
        return Err(wrong("it holds something that is no ordinary file"));
    }
    let text = |field: &[u8]| {
        let until = field.iter().position(|byte| *byte == 0);
        let text = &field[..until.unwrap_or(field.len())];
        String::from_utf8(text.to_vec()).map_err(|_| wrong("a name in it is not UTF-8"))
    };
    let (prefix, name) = (text(&block[PREFIX])?, text(&block[NAME])?);
    let path = match prefix.is_empty() {
        true => name,
        false => format!("{prefix}/{name}"),
    };
    let size = size(&block[SIZE]).ok_or_else(|| wrong("a size in it cannot be read"))?;
    Ok(Some(Header {
        path,
        size,
        mode: octal(&block[MODE]).unwrap_or(0o600) as u32 & 0o777,
        mtime: octal(&block[MTIME]).unwrap_or(0),
    }))
}

/// Folder and name as the two fields take them; `None` when they do not fit.
fn split(path: &str) -> Option<(&str, &str)> {
    if path.len() <= NAME.len() {
        return Some(("", path));
    }
    let mut places = path.match_indices('/').map(|(at, _)| at);
    let at = places.find(|at| path.len() - at - 1 <= NAME.len())?;
    (at <= PREFIX.len()).then(|| (&path[..at], &path[at + 1..]))
}

/// Octal digits with a NUL behind them.
fn put_octal(field: &mut [u8], value: u64) {
    let width = field.len() - 1;
    let digits = format!("{value:0width$o}");
    field[..width].copy_from_slice(digits.as_bytes());
}

fn put_size(field: &mut [u8], size: u64) {
    if size <= LARGEST_OCTAL {
        return put_octal(field, size);
    }
    field[0] = 0x80;
    field[4..].copy_from_slice(&size.to_be_bytes());
}

fn octal(field: &[u8]) -> Option<u64> {
    let text = std::str::from_utf8(field).ok()?;
    let digits = text.trim_matches(['\0', ' ']);
    u64::from_str_radix(digits, 8).ok()
}

fn size(field: &[u8]) -> Option<u64> {
    if field[0] & 0x80 == 0 {
        return octal(field);
    }
    let last: [u8; 8] = field[4..].try_into().ok()?;
    let is_small = field[0] == 0x80 && field[1..4].iter().all(|byte| *byte == 0);
    is_small.then(|| u64::from_be_bytes(last))
}

/// The sum of all bytes, with blanks where the sum itself stands.
fn checksum(block: &[u8; BLOCK]) -> u64 {
    let bytes = block.iter().enumerate();
    bytes
        .map(|(at, byte)| match CHECKSUM.contains(&at) {
            true => u64::from(b' '),
            false => u64::from(*byte),
        })
        .sum()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn what_is_written_is_read(
            folder in "([a-zé]{1,20}/){0,6}",
            name in "[a-z.é]{1,40}",
            size in prop_oneof![0..=20_000_u64, Just(LARGEST_OCTAL), LARGEST_OCTAL + 1..=u64::MAX],
            mode in 0..=0o777_u32,
            mtime in 0..=4_000_000_000_u64,
        ) {
            let header = Header { path: format!("{folder}{name}"), size, mode, mtime };
            let mut bytes = Vec::new();
            write_header(&mut bytes, &header).unwrap();
            prop_assert_eq!(bytes.len(), BLOCK);
            prop_assert_eq!(read_header(&mut &bytes[..]).unwrap(), Some(header));
        }

        #[test]
        fn a_changed_header_is_refused(at in 0..BLOCK, by in 1..=255_u8) {
            let path = "data/draaiboek.db".to_owned();
            let header = Header { path, size: 77, mode: 0o600, mtime: 1 };
            let mut bytes = Vec::new();
            write_header(&mut bytes, &header).unwrap();
            bytes[at] = bytes[at].wrapping_add(by);
            let read = read_header(&mut &bytes[..]);
            // Blanks and NULs around the sum mean nothing.
            prop_assert!(read.is_err() || CHECKSUM.contains(&at));
        }
    }

    #[test]
    fn names_that_do_not_fit_are_refused() {
        let header = |path: String| Header {
            path,
            size: 0,
            mode: 0o600,
            mtime: 0,
        };
        let fits = |path: String| write_header(&mut Vec::new(), &header(path)).is_ok();
        assert!(fits("a".repeat(100)));
        assert!(!fits("a".repeat(101)));
        assert!(fits(format!("{}/{}", "f".repeat(155), "a".repeat(100))));
        assert!(!fits(format!("{}/{}", "f".repeat(156), "a".repeat(100))));
    }
}
