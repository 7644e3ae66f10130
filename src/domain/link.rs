//! Personal links: what stands in one, and how it is known to be ours.
//!
//! A link says for whom it is, about which alert, and until when; nobody can
//! change that without the key of the store. Whoever has the link is taken for
//! that person, so it opens one page of one alert and nothing else.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::TimeDelta;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use super::plane::Plane;
use super::run::RunId;
use super::time::Timestamp;

/// A night and the morning after it. What is older is no alarm any more, and a
/// mailbox that somebody gets into next month must not hold working buttons.
pub const LASTS: TimeDelta = TimeDelta::hours(24);

/// Stands before everything that is signed, so that nothing signed with this
/// key for another purpose, or by another version, passes for a link.
const PURPOSE: &[u8] = b"draaiboek answer link 1\n";

/// First byte of what is encoded.
const VERSION: u8 = 1;

/// Half of SHA-256's output: as hard to guess, and 21 characters shorter in a
/// mail that somebody may have to read aloud.
const MAC_LENGTH: usize = 16;

/// No link of ours is longer.
const LONGEST: usize = 400;

/// The secret of one store.
#[derive(Clone)]
pub struct Key([u8; 32]);

impl std::fmt::Debug for Key {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str("Key(…)")
    }
}

impl Key {
    pub fn new(random: [u8; 32]) -> Self {
        Self(random)
    }

    fn mac(&self, payload: &[u8]) -> Hmac<Sha256> {
        // HMAC itself pads a shorter key with zeros; a whole block cannot fail.
        let mut block = [0; 64];
        block[..self.0.len()].copy_from_slice(&self.0);
        let mut mac = Hmac::<Sha256>::new(&block.into());
        mac.update(PURPOSE);
        mac.update(payload);
        mac
    }
}

/// What a link says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claims {
    /// The store it is of: a drill has another.
    pub instance: String,
    /// Id of the effect whose mail it stands in, which begins with its run.
    pub effect: String,
    /// Key of the person.
    pub person: String,
    /// In seconds since 1970.
    pub expires: i64,
}

impl Claims {
    pub fn run(&self) -> RunId {
        let run = self.effect.split('.').next();
        run.and_then(|run| run.parse().ok()).unwrap_or_default()
    }
}

/// Why a link opens nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refused {
    /// It is not one: cut off in a mail, or never one.
    Malformed,
    /// It is of another store, of this plane.
    Foreign(Plane),
    /// We never made it.
    Forged,
    /// It is ours, and too old.
    Expired(Box<Claims>),
}

/// The end of a link's address: letters, digits, `-` and `_`. The same claims
/// give the same.
pub fn sign(key: &Key, claims: &Claims) -> String {
    let mut bytes = vec![VERSION];
    bytes.extend(claims.expires.to_be_bytes());
    for part in [&claims.instance, &claims.effect] {
        let length = part.len().min(usize::from(u8::MAX));
        bytes.push(u8::try_from(length).unwrap_or(u8::MAX));
        bytes.extend(&part.as_bytes()[..length]);
    }
    bytes.extend(claims.person.as_bytes());
    let mac = key.mac(&bytes).finalize().into_bytes();
    bytes.extend(&mac[..MAC_LENGTH]);
    URL_SAFE_NO_PAD.encode(bytes)
}

/// What a link says, when it is of this store, ours, and not too old.
pub fn verify(key: &Key, instance: &str, now: Timestamp, text: &str) -> Result<Claims, Refused> {
    if text.len() > LONGEST {
        return Err(Refused::Malformed);
    }
    // Strict: of all ways to write the same bytes only ours is taken.
    let bytes = URL_SAFE_NO_PAD.decode(text);
    let bytes = bytes.map_err(|_| Refused::Malformed)?;
    let split = bytes.len().checked_sub(MAC_LENGTH);
    let (payload, mac) = bytes.split_at(split.ok_or(Refused::Malformed)?);
    let claims = read(payload).ok_or(Refused::Malformed)?;
    if claims.instance != instance {
        return Err(Refused::Foreign(Plane::of_instance(&claims.instance)));
    }
    let is_ours = key.mac(payload).verify_truncated_left(mac);
    is_ours.map_err(|_| Refused::Forged)?;
    if claims.expires <= now.timestamp() {
        return Err(Refused::Expired(Box::new(claims)));
    }
    Ok(claims)
}

fn read(payload: &[u8]) -> Option<Claims> {
    let (version, rest) = payload.split_first()?;
    let (expires, rest) = rest.split_first_chunk::<8>()?;
    let (instance, rest) = read_part(rest)?;
    let (effect, person) = read_part(rest)?;
    (*version == VERSION).then_some(Claims {
        instance,
        effect,
        person: String::from_utf8(person.to_vec()).ok()?,
        expires: i64::from_be_bytes(*expires),
    })
}

fn read_part(bytes: &[u8]) -> Option<(String, &[u8])> {
    let (length, rest) = bytes.split_first()?;
    let (part, rest) = rest.split_at_checked(usize::from(*length))?;
    Some((String::from_utf8(part.to_vec()).ok()?, rest))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const HERE: &str = "0badcafe1234";

    fn key(byte: u8) -> Key {
        Key::new([byte; 32])
    }

    fn claims() -> Claims {
        Claims {
            instance: HERE.to_owned(),
            effect: "7.40".to_owned(),
            person: "marieke".to_owned(),
            expires: 1_772_488_260,
        }
    }

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_timestamp(seconds, 0).unwrap()
    }

    #[test]
    fn a_link_says_what_was_signed_until_it_expires() {
        let link = sign(&key(1), &claims());
        assert_eq!(link, sign(&key(1), &claims()));
        assert!(link.len() < 100, "{} characters", link.len());
        let before = at(claims().expires - 1);
        let read = verify(&key(1), HERE, before, &link).unwrap();
        assert_eq!((read.run(), &read), (7, &claims()));
        let expired = Err(Refused::Expired(Box::new(claims())));
        assert_eq!(verify(&key(1), HERE, at(claims().expires), &link), expired);
    }

    #[test]
    fn a_link_of_another_store_or_key_is_refused() {
        let link = sign(&key(1), &claims());
        let check = |byte, instance| verify(&key(byte), instance, at(0), &link);
        assert_eq!(check(1, "drill-1"), Err(Refused::Foreign(Plane::Real)));
        let theirs = Claims {
            instance: "drill-1".to_owned(),
            ..claims()
        };
        let link = sign(&key(1), &theirs);
        let opened = verify(&key(1), HERE, at(0), &link);
        assert_eq!(opened, Err(Refused::Foreign(Plane::Drill)));
        assert_eq!(check(2, HERE), Err(Refused::Forged));
        assert_eq!(format!("{:?}", key(1)), "Key(…)");
    }

    #[test]
    fn what_was_signed_for_something_else_is_no_link() {
        let link = URL_SAFE_NO_PAD.decode(sign(&key(1), &claims())).unwrap();
        let payload = &link[..link.len() - MAC_LENGTH];
        let mut block = [0; 64];
        block[..32].fill(1);
        let mut mac = Hmac::<Sha256>::new(&block.into());
        mac.update(payload);
        let mut other = payload.to_vec();
        other.extend(&mac.finalize().into_bytes()[..MAC_LENGTH]);
        let other = URL_SAFE_NO_PAD.encode(other);
        assert_eq!(verify(&key(1), HERE, at(0), &other), Err(Refused::Forged));
    }

    proptest! {
        #[test]
        fn whatever_is_signed_is_read_back(
            effect in "[0-9]{1,6}\\.[0-9]{1,6}", person in "\\PC{0,40}", expires in 1..i64::MAX,
        ) {
            let claims = Claims { effect, person, expires, ..claims() };
            let link = sign(&key(1), &claims);
            prop_assert!(link.bytes().all(|one| one.is_ascii_alphanumeric() || b"-_".contains(&one)));
            prop_assert_eq!(verify(&key(1), HERE, at(0), &link), Ok(claims));
        }

        #[test]
        fn a_changed_character_is_refused(place: prop::sample::Index, other in "[A-Za-z0-9_-]") {
            let link = sign(&key(1), &claims());
            let place = place.index(link.len());
            prop_assume!(link[place..=place] != other);
            let changed = format!("{}{other}{}", &link[..place], &link[place + 1..]);
            prop_assert!(verify(&key(1), HERE, at(0), &changed).is_err());
            prop_assert!(verify(&key(1), HERE, at(0), &link[..place]).is_err());
            prop_assert!(verify(&key(1), HERE, at(0), &(link.clone() + &other)).is_err());
        }

        #[test]
        fn nonsense_never_panics(text in "\\PC{0,500}", bytes: Vec<u8>) {
            prop_assert!(verify(&key(1), HERE, at(0), &text).is_err());
            let encoded = URL_SAFE_NO_PAD.encode(bytes);
            prop_assert!(verify(&key(1), HERE, at(0), &encoded).is_err());
        }
    }
}
