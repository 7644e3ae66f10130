//! Turns a letter to one person into the bytes of a mail.
//!
//! The same `Outgoing` gives the same bytes, so that a mail sent twice is
//! recognised as one.

use std::time::SystemTime;

use lettre::message::header::{ContentType, HeaderName, HeaderValue};
use lettre::message::{Mailbox, Message, MultiPart, SinglePart};
use lettre::{Address, address::Envelope};
use xxhash_rust::xxh3::xxh3_64;

use super::Failure;
use super::defang;
use super::frame;
use super::letter::Letter;
use crate::domain::plane::NO_PART;
use crate::domain::run::RunId;
use crate::domain::time::Timestamp;

/// One mail to one person.
#[derive(Debug, Clone, PartialEq)]
pub struct Outgoing {
    /// Id of the effect; names the file in `outbox/`.
    pub effect: String,
    /// Made from the effect id, so that it is the same at every try.
    pub message_id: String,
    pub date: Timestamp,
    /// A mailbox, with or without a display name.
    pub from: String,
    pub to_name: String,
    pub to_email: String,
    pub letter: Letter,
    pub run: Option<RunId>,
    /// In a drill: its name, and who takes part.
    pub drill: Option<DrillMail>,
    /// Further headers: name and value.
    pub headers: Vec<(String, String)>,
}

/// What a mail of a drill must keep to.
#[derive(Debug, Clone, PartialEq)]
pub struct DrillMail {
    pub scenario: String,
    /// Addresses; nobody else gets it.
    pub allowed: Vec<String>,
}

/// A mail as it goes over the wire.
pub struct Sealed {
    pub envelope: Envelope,
    pub bytes: Vec<u8>,
}

/// The last look before a mail goes out: drill and real never mix, whatever
/// went wrong before this.
fn keep_apart(mail: &Outgoing) -> Result<(), Failure> {
    let why = match &mail.drill {
        None if mail.letter.is_drill => "it has the mark of a drill and this is real",
        Some(_) if !frame::is_marked(&mail.letter) => "it has no mark and this is a drill",
        Some(drill) if !drill.allowed.contains(&mail.to_email) => NO_PART,
        _ => return Ok(()),
    };
    Err(Failure::GiveUp(why.to_owned()))
}

/// Builds the mail; only an address that cannot exist makes it fail, or one
/// that must not get it.
pub fn seal(mail: &Outgoing) -> Result<Sealed, Failure> {
    keep_apart(mail)?;
    let to: Address = mail
        .to_email
        .trim()
        .parse()
        .map_err(|_| Failure::GiveUp("the person's e-mail address is not valid".to_owned()))?;
    let from: Mailbox = defang::line(&mail.from, 300)
        .parse()
        .map_err(|_| Failure::GiveUp("the sender address (`mail.from`) is not valid".to_owned()))?;
    let name = Some(defang::line(&mail.to_name, 80)).filter(|name| !name.is_empty());
    let message = headers(mail, from, Mailbox::new(name, to))
        .multipart(body(mail))
        .map_err(|error| Failure::GiveUp(format!("the mail cannot be built: {error}")))?;
    Ok(Sealed {
        envelope: message.envelope().clone(),
        bytes: message.formatted(),
    })
}

fn headers(mail: &Outgoing, from: Mailbox, to: Mailbox) -> lettre::message::MessageBuilder {
    let mut builder = Message::builder()
        .from(from)
        .to(to)
        .subject(super::letter::subject(&mail.letter.subject))
        .date(SystemTime::from(mail.date))
        .message_id(Some(message_id(&mail.message_id)));
    let ours = [
        // No out-of-office answers, and no loops with other robots.
        ("Auto-Submitted", "auto-generated".to_owned()),
        ("X-Auto-Response-Suppress", "All".to_owned()),
        ("Content-Language", mail.letter.language.tag().to_owned()),
    ];
    let run = mail.run.map(|run| ("X-Draaiboek-Run", run.to_string()));
    let mark = mail.letter.mark.as_ref();
    let mark = mark.map(|mark| ("X-Draaiboek-Log", mark.to_string()));
    let drill = mail.drill.as_ref();
    let drill = drill.map(|drill| ("X-Draaiboek-Drill", drill.scenario.clone()));
    let further = mail
        .headers
        .iter()
        .map(|(name, value)| (name.as_str(), value.clone()));
    for (name, value) in ours
        .into_iter()
        .chain(run)
        .chain(mark)
        .chain(drill)
        .chain(further)
    {
        // A name that cannot be a header is left out rather than the mail.
        if let Ok(name) = HeaderName::new_from_ascii(name.to_owned()) {
            builder = builder.raw_header(HeaderValue::new(name, defang::line(&value, 300)));
        }
    }
    builder
}

/// In angle brackets, and nothing that could start another header.
fn message_id(written: &str) -> String {
    let bare: String = written
        .chars()
        .filter(|letter| letter.is_ascii_graphic() && !matches!(letter, '<' | '>'))
        .collect();
    format!("<{bare}>")
}

fn body(mail: &Outgoing) -> MultiPart {
    let boundary = format!("draaiboek-{:016x}", xxh3_64(mail.message_id.as_bytes()));
    let part = |kind, text: &str| SinglePart::builder().header(kind).body(text.to_owned());
    MultiPart::alternative()
        .boundary(boundary)
        .singlepart(part(ContentType::TEXT_PLAIN, &mail.letter.text))
        .singlepart(part(ContentType::TEXT_HTML, &mail.letter.html))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::text::Language;

    fn outgoing() -> Outgoing {
        Outgoing {
            effect: "7.12".to_owned(),
            message_id: "7.12.abc@draaiboek.delinde.example".to_owned(),
            date: Timestamp::from_timestamp(1_772_401_860, 0).unwrap(),
            from: "De Linde <alarm@delinde.example>".to_owned(),
            to_name: "Zoë d'Été, hoofd".to_owned(),
            to_email: "zoe@delinde.example".to_owned(),
            letter: Letter {
                language: Language::Nl,
                subject: "[INCIDENT] Één klacht".to_owned(),
                text: "hallo\n.\nwereld\n".to_owned(),
                html: "<p>hallo</p>".to_owned(),
                is_drill: false,
                plain_because: None,
                mark: None,
            },
            run: Some(7),
            drill: None,
            headers: vec![(
                "X-Draaiboek-Chain".to_owned(),
                "ab\r\nBcc: x@y.z".to_owned(),
            )],
        }
    }

    #[test]
    fn the_same_mail_gives_the_same_bytes() {
        assert_eq!(
            seal(&outgoing()).unwrap().bytes,
            seal(&outgoing()).unwrap().bytes
        );
    }

    #[test]
    fn drill_and_real_never_mix() {
        let refused = |mail: &Outgoing| match seal(mail) {
            Err(Failure::GiveUp(why)) => why,
            _ => String::new(),
        };
        let mut mail = outgoing();
        mail.letter.is_drill = true;
        assert!(refused(&mail).contains("this is real"));
        mail.drill = Some(DrillMail {
            scenario: "storm".to_owned(),
            allowed: vec!["zoe@delinde.example".to_owned()],
        });
        assert!(refused(&mail).contains("no mark"), "the words lack");
        mail.letter.subject = "OEFENING: x".to_owned();
        mail.letter.text = "OEFENING: x".to_owned();
        let bytes = String::from_utf8(seal(&mail).unwrap().bytes).unwrap();
        assert!(bytes.contains("X-Draaiboek-Drill: storm\r\n"), "{bytes}");
        mail.letter.is_drill = false;
        assert!(refused(&mail).contains("no mark"));
        mail.letter.is_drill = true;
        mail.to_email = "raad@delinde.example".to_owned();
        assert_eq!(refused(&mail), "does not take part");
    }

    #[test]
    fn nothing_starts_a_header_of_its_own() {
        let mut mail = outgoing();
        mail.to_name = "x\r\nBcc: evil@evil.example".to_owned();
        mail.letter.subject = "x\r\nBcc: evil@evil.example".to_owned();
        mail.message_id = "a>\r\nBcc: evil@evil.example".to_owned();
        let bytes = String::from_utf8(seal(&mail).unwrap().bytes).unwrap();
        let headers = bytes.split("\r\n\r\n").next().unwrap();
        assert!(
            !headers.lines().any(|line| line.starts_with("Bcc")),
            "{headers}"
        );
    }

    #[test]
    fn a_bad_address_is_given_up_without_showing_it() {
        let mut mail = outgoing();
        mail.to_email = "not an address".to_owned();
        let failure = seal(&mail).err().unwrap();
        assert!(matches!(&failure, Failure::GiveUp(reason) if !reason.contains("not an address")));
    }
}
