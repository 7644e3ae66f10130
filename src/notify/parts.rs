//! Takes a mail that reached us apart, within bounds.
//!
//! Only headers go to the parser of others: it nests messages in messages as
//! deep as whoever wrote them likes, and we must not fall with them. Nothing
//! here fails; what is no mail has no headers and one part.

use std::borrow::Cow;

use mail_parser::decoders::base64::base64_decode;
use mail_parser::decoders::quoted_printable::quoted_printable_decode;
use mail_parser::{Address, Message, MessageParser, MimeHeaders};

/// More of a mail is not read.
pub const LARGEST: usize = 1 << 20;

/// Headers longer than this are cut off.
const LONGEST_HEAD: usize = 64 << 10;

/// More parts than this are not looked at.
const MOST_PARTS: usize = 25;

/// The headers of a mail or of a part of one.
pub(super) struct Head<'a>(Option<Message<'a>>);

impl<'a> Head<'a> {
    fn read(bytes: &'a [u8]) -> Self {
        let bytes = &bytes[..bytes.len().min(LONGEST_HEAD)];
        Self(MessageParser::default().parse_headers(bytes))
    }

    /// A header as it is written, without what surrounds it.
    pub(super) fn raw(&self, name: &str) -> Option<&str> {
        let mut headers = self.0.as_ref()?.headers_raw();
        let found = headers.find(|(known, _)| known.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value.trim())
    }

    pub(super) fn has(&self, name: &str) -> bool {
        self.raw(name).is_some()
    }

    /// Decoded, in small letters.
    pub(super) fn subject(&self) -> String {
        let subject = self.0.as_ref().and_then(|head| head.subject());
        subject.unwrap_or_default().trim().to_lowercase()
    }

    /// The address of whoever wrote it.
    pub(super) fn from(&self) -> Option<&str> {
        self.0.as_ref()?.from().and_then(Address::first)?.address()
    }

    /// Seconds since 1970.
    pub(super) fn date(&self) -> Option<i64> {
        let date = self.0.as_ref()?.date()?;
        date.is_valid().then(|| date.to_timestamp())
    }

    /// `text/plain`, in small letters.
    fn kind(&self) -> String {
        let kind = self.0.as_ref().and_then(|head| head.content_type());
        let kind = kind.map(|kind| format!("{}/{}", kind.ctype(), kind.subtype().unwrap_or("")));
        kind.unwrap_or_else(|| "text/plain".to_owned())
            .to_ascii_lowercase()
    }

    /// An attribute of its content type.
    pub(super) fn attribute(&self, name: &str) -> Option<&str> {
        let kind = self.0.as_ref()?.content_type()?;
        kind.attribute(name)
    }

    fn decode<'b>(&self, body: &'b [u8]) -> Cow<'b, [u8]> {
        let encoding = self.raw("Content-Transfer-Encoding").unwrap_or_default();
        let decoded = match encoding.to_ascii_lowercase().as_str() {
            "base64" => base64_decode(body),
            "quoted-printable" => quoted_printable_decode(body),
            _ => None,
        };
        decoded.map_or(Cow::Borrowed(body), Cow::Owned)
    }
}

/// One part that holds no others: a text, a report, or a whole mail.
pub(super) struct Part {
    /// `text/plain`, in small letters.
    pub(super) kind: String,
    pub(super) text: String,
}

/// A mail taken apart.
pub(super) struct Taken<'a> {
    pub(super) head: Head<'a>,
    /// The kind of the whole.
    pub(super) kind: String,
    pub(super) parts: Vec<Part>,
}

pub(super) fn take_apart(bytes: &[u8]) -> Taken<'_> {
    let bytes = without_envelope(&bytes[..bytes.len().min(LARGEST)]);
    let (head, body) = split(bytes);
    let head = Head::read(head);
    let kind = head.kind();
    let mut parts = Vec::new();
    // What waits to be looked at, the first on top.
    let mut waiting = inner(&head, &kind, body).unwrap_or_else(|| {
        parts.push(part(&head, &kind, body));
        Vec::new()
    });
    waiting.reverse();
    for _ in 0..MOST_PARTS {
        let Some(bytes) = waiting.pop() else { break };
        let (inner_head, body) = split(bytes);
        let inner_head = Head::read(inner_head);
        let kind = inner_head.kind();
        match inner(&inner_head, &kind, body) {
            Some(more) => waiting.extend(more.into_iter().rev()),
            None => parts.push(part(&inner_head, &kind, body)),
        }
    }
    Taken { head, kind, parts }
}

/// Mail servers put `From ADDRESS DATE` before what they pipe to a program.
fn without_envelope(bytes: &[u8]) -> &[u8] {
    if !bytes.starts_with(b"From ") && !bytes.starts_with(b">From ") {
        return bytes;
    }
    let end = bytes.iter().position(|byte| *byte == b'\n');
    end.map_or(bytes, |end| &bytes[end + 1..])
}

/// The headers with the empty line after them, and the rest.
fn split(bytes: &[u8]) -> (&[u8], &[u8]) {
    let mut start = 0;
    for line in bytes.split_inclusive(|byte| *byte == b'\n') {
        start += line.len();
        if line == b"\n" || line == b"\r\n" {
            break;
        }
    }
    bytes.split_at(start)
}

/// The parts of a multipart, at most as many as are looked at.
fn inner<'b>(head: &Head, kind: &str, body: &'b [u8]) -> Option<Vec<&'b [u8]>> {
    let boundary = head.attribute("boundary").map(str::as_bytes)?;
    if !kind.starts_with("multipart/") || boundary.is_empty() {
        return None;
    }
    let mut parts = Vec::new();
    let (mut at, mut begins) = (0, None);
    for line in body.split_inclusive(|byte| *byte == b'\n') {
        let rest = line.strip_prefix(b"--");
        let rest = rest.and_then(|line| line.strip_prefix(boundary));
        if let Some(rest) = rest.map(<[u8]>::trim_ascii)
            && (rest.is_empty() || rest == b"--")
        {
            if let Some(begins) = begins {
                parts.push(&body[begins..at]);
            }
            begins = rest.is_empty().then_some(at + line.len());
            if begins.is_none() || parts.len() >= MOST_PARTS {
                return Some(parts);
            }
        }
        at += line.len();
    }
    // Cut off before its end.
    parts.extend(begins.map(|begins| &body[begins..]));
    Some(parts)
}

fn part(head: &Head, kind: &str, body: &[u8]) -> Part {
    Part {
        kind: kind.to_owned(),
        text: String::from_utf8_lossy(&head.decode(body)).into_owned(),
    }
}
