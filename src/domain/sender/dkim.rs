//! DKIM (RFC 6376, RFC 8301): the key with which receivers check that a mail is
//! ours. We do not sign: our mail server does, under a selector that it chose.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::dmarc::{Ask, Found};
use super::{ID, Known, tag, tags, warn};
use crate::domain::readiness::Check;

/// Receivers ignore shorter RSA keys (RFC 8301, section 3.2).
const LEAST_BITS: usize = 1_024;
/// What is recommended there.
const GOOD_BITS: usize = 2_048;

/// Where the key of a selector stands.
pub fn name(selector: &str, domain: &str) -> String {
    format!("{selector}._domainkey.{domain}").to_lowercase()
}

/// A key that can be used.
#[derive(Debug, PartialEq, Eq)]
struct Key {
    /// `rsa` with so many bits, or `ed25519`.
    kind: String,
    bits: Option<usize>,
    is_testing: bool,
}

pub(super) fn judge(
    domain: &str,
    selector: Option<&str>,
    known: &Known,
    policy: Option<&Found>,
) -> Check {
    let needs = match policy {
        Some(Found::Policy(policy)) if policy.ask != Ask::Nothing => {
            "; its DMARC policy makes this matter"
        }
        _ => "",
    };
    let Some(selector) = selector else {
        return Check::skipped(
            ID,
            format!(
                "the key is not looked at: only who runs the mail server knows its selector{needs}. Write it as `mail.dkim_selector` (it is `s=` in the DKIM-Signature of a mail that arrived)"
            ),
        );
    };
    let at = name(selector, domain);
    let hint = format!(
        "ask who runs the mail server which selector it signs {domain} with, and for its record"
    );
    let records = known.text(&at);
    let keys: Vec<&String> = records.iter().filter(|text| text.contains("p=")).collect();
    match keys[..] {
        [] => warn(format!("there is no key at {at}{needs}"), hint),
        [record] => match read(record) {
            Err(why) => warn(
                format!("the key at {at} does not count: {why}{needs}"),
                hint,
            ),
            Ok(key) => judge_key(&key, &at),
        },
        _ => warn(
            format!(
                "{} keys stand at {at}, and receivers may take any",
                keys.len()
            ),
            "keep one record a selector",
        ),
    }
}

fn judge_key(key: &Key, at: &str) -> Check {
    let bits = key.bits.map(|bits| format!(" of {bits} bits"));
    let shown = format!("{at} has a {} key{}", key.kind, bits.unwrap_or_default());
    let longer =
        format!("have the mail server make a key of {GOOD_BITS} bits under a new selector");
    match key.bits {
        Some(bits) if bits < LEAST_BITS => warn(
            format!("{shown}: receivers ignore keys under {LEAST_BITS}"),
            longer,
        ),
        _ if key.is_testing => warn(
            format!("{shown}, marked as a test (t=y): receivers may ignore it"),
            "have `t=y` taken out of the record",
        ),
        Some(bits) if bits < GOOD_BITS => Check::ok(ID, format!("{shown}; {GOOD_BITS} are better")),
        _ => Check::ok(ID, shown),
    }
}

fn read(record: &str) -> Result<Key, String> {
    let tags = tags(record).ok_or("a piece without `=`")?;
    if tag(&tags, "v").is_some_and(|version| version != "DKIM1") {
        return Err("its version is not DKIM1".to_owned());
    }
    let written: String = tag(&tags, "p")
        .ok_or("it holds no key (`p=`)")?
        .split_whitespace()
        .collect();
    if written.is_empty() {
        return Err("it was revoked (`p=` is empty)".to_owned());
    }
    let key = STANDARD
        .decode(&written)
        .map_err(|_| "`p=` is not base64: perhaps it was cut off".to_owned())?;
    let flags = tag(&tags, "t").unwrap_or_default();
    let is_testing = flags.split(':').any(|flag| flag.trim() == "y");
    let kind = tag(&tags, "k").unwrap_or("rsa").to_lowercase();
    let bits = match kind.as_str() {
        "rsa" => Some(rsa_bits(&key).ok_or("`p=` is no RSA key: perhaps it was cut off")?),
        "ed25519" if key.len() == 32 => None,
        "ed25519" => return Err("`p=` is no Ed25519 key".to_owned()),
        other => return Err(format!("receivers know no keys of kind `{other}`")),
    };
    Ok(Key {
        kind,
        bits,
        is_testing,
    })
}

/// The length of the modulus in bits; of a SubjectPublicKeyInfo, or of the bare
/// RSAPublicKey that some write.
fn rsa_bits(der: &[u8]) -> Option<usize> {
    let (outer, _) = element(der, 0x30)?;
    if let Some((_algorithm, rest)) = element(outer, 0x30) {
        let (bits, _) = element(rest, 0x03)?;
        // The first byte counts unused bits.
        let (key, _) = element(bits.get(1..)?, 0x30)?;
        return modulus_bits(key);
    }
    modulus_bits(outer)
}

fn modulus_bits(key: &[u8]) -> Option<usize> {
    let (modulus, rest) = element(key, 0x02)?;
    element(rest, 0x02)?;
    let first = modulus.iter().position(|byte| *byte != 0)?;
    let unused = modulus[first].leading_zeros() as usize;
    Some((modulus.len() - first) * 8 - unused)
}

/// The content of a DER element with this tag, and what comes after it.
fn element(der: &[u8], tag: u8) -> Option<(&[u8], &[u8])> {
    let (&found, rest) = der.split_first()?;
    if found != tag {
        return None;
    }
    let (&short, rest) = rest.split_first()?;
    let (length, rest) = match short {
        0..=0x7f => (usize::from(short), rest),
        0x81..=0x83 => {
            let (bytes, rest) = rest.split_at_checked(usize::from(short & 0x7f))?;
            let length = bytes
                .iter()
                .fold(0, |sum, byte| sum << 8 | usize::from(*byte));
            (length, rest)
        }
        _ => return None,
    };
    rest.split_at_checked(length)
}
