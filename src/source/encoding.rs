//! Makes UTF-8 of what programs on Windows save: UTF-16 with or without a mark.
//!
//! Windows-1252 is not told by its bytes as a whole; a table reads it cell by
//! cell ([`cell`]).

use std::borrow::Cow;
use std::io::{self, BufRead, BufReader, Read};

use encoding_rs::{Decoder, Encoding, UTF_16BE, UTF_16LE, WINDOWS_1252};

/// What is read at once.
const PIECE: usize = 1 << 16;

/// The same text as UTF-8, when it is UTF-16.
pub(super) fn as_utf8(mut reader: Box<dyn BufRead + Send>) -> io::Result<Box<dyn BufRead + Send>> {
    let start = reader.fill_buf()?;
    let Some(encoding) = utf16_of(start) else {
        return Ok(reader);
    };
    let decoded = Decoded {
        reader,
        decoder: encoding.new_decoder_with_bom_removal(),
        ready: String::with_capacity(2 * PIECE),
        at: 0,
        is_over: false,
    };
    Ok(Box::new(BufReader::with_capacity(PIECE, decoded)))
}

/// By its mark, or by the nought beside each of the first letters.
fn utf16_of(start: &[u8]) -> Option<&'static Encoding> {
    match start {
        [0xff, 0xfe, ..] | [1..=0x7f, 0, 1..=0x7f, 0, ..] => Some(UTF_16LE),
        [0xfe, 0xff, ..] | [0, 1..=0x7f, 0, 1..=0x7f, ..] => Some(UTF_16BE),
        _ => None,
    }
}

struct Decoded {
    reader: Box<dyn BufRead + Send>,
    decoder: Decoder,
    ready: String,
    at: usize,
    is_over: bool,
}

impl Read for Decoded {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.at == self.ready.len() && !self.is_over {
            self.ready.clear();
            self.at = 0;
            let piece = self.reader.fill_buf()?;
            self.is_over = piece.is_empty();
            let (_, n_read, _) =
                self.decoder
                    .decode_to_string(piece, &mut self.ready, self.is_over);
            self.reader.consume(n_read);
        }
        let rest = &self.ready.as_bytes()[self.at..];
        let length = rest.len().min(buffer.len());
        buffer[..length].copy_from_slice(&rest[..length]);
        self.at += length;
        Ok(length)
    }
}

/// A cell as text; what is no UTF-8 is Windows-1252, which has every byte.
pub(super) fn cell(bytes: &[u8]) -> Cow<'_, str> {
    std::str::from_utf8(bytes).map_or_else(
        |_| WINDOWS_1252.decode_without_bom_handling(bytes).0,
        Cow::Borrowed,
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(bytes: Vec<u8>) -> String {
        let reader = Box::new(BufReader::with_capacity(3, io::Cursor::new(bytes)));
        let mut text = String::new();
        as_utf8(reader).unwrap().read_to_string(&mut text).unwrap();
        text
    }

    #[test]
    fn reads_utf_16() {
        let text = "Datum;Bericht €😀\n".repeat(9_000);
        let little: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let big: Vec<u8> = text.encode_utf16().flat_map(u16::to_be_bytes).collect();
        assert_eq!(read([b"\xff\xfe".to_vec(), little].concat()), text);
        assert_eq!(read([b"\xfe\xff".to_vec(), big].concat()), text);
        assert_eq!(read(text.clone().into_bytes()), text);
        assert_eq!(cell(b"pati\xebnt \x80"), "patiënt €");
    }
}
