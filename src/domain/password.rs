//! Passwords of the pages: which are taken, and what is stored of one.
//!
//! Argon2id with the parameters that OWASP gives as its first choice of little memory
//! (Password Storage Cheat Sheet: m = 19 MiB, t = 2, p = 1). Salt is an argument: there
//! is no chance in this room.

use argon2::{Algorithm, Argon2, Params, Version};
use serde::{Deserialize, Serialize};
use subtle::ConstantTimeEq;

use super::hex::hex;
use super::organisation::Person;

/// In characters. Long enough that a copied store does not give it away soon.
const LEAST: usize = 12;

/// In bytes; nobody types more, and hashing it costs.
const MOST: usize = 512;

/// KiB.
const MEMORY: u32 = 19 * 1_024;
const PASSES: u32 = 2;

const SALT_LENGTH: usize = 16;
const HASH_LENGTH: usize = 32;

/// What somebody typed; never shown.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Password(pub String);

impl std::fmt::Debug for Password {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str("Password(…)")
    }
}

/// Why a password is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Weak {
    #[error("a password has at least 12 characters; three or four words do well")]
    Short,
    #[error("a password has at most 512 bytes")]
    Long,
    #[error("that is their own name or address: anybody would try it first")]
    Own,
}

/// Whether somebody may have this password.
pub fn check(password: &Password, person: &Person) -> Result<(), Weak> {
    let text = password.0.trim();
    if text.chars().count() < LEAST {
        return Err(Weak::Short);
    }
    if password.0.len() > MOST {
        return Err(Weak::Long);
    }
    let plain = |text: &str| -> String {
        let letters = text.chars().filter(|letter| letter.is_alphanumeric());
        letters.flat_map(char::to_lowercase).collect()
    };
    let local = person.email.split('@').next().unwrap_or_default();
    let own = [&person.key, &person.name, &person.email, local];
    let typed = plain(text);
    match own.iter().any(|own| plain(own) == typed) {
        true => Err(Weak::Own),
        false => Ok(()),
    }
}

/// What is stored: `argon2id$SALT$HASH` in hexadecimal digits. Takes some 20 ms and
/// 19 MiB; `None` where there is no memory for it.
pub fn hash(password: &Password, salt: &[u8; SALT_LENGTH]) -> Option<String> {
    Some(format!(
        "argon2id${}${}",
        hex(salt),
        hex(&digest(password, salt)?)
    ))
}

/// Whether this is the password that was stored. Takes as long as [`hash`].
pub fn is(password: &Password, stored: &str) -> bool {
    let mut parts = stored.split('$');
    let (Some("argon2id"), Some(salt), Some(digest_of_it)) =
        (parts.next(), parts.next(), parts.next())
    else {
        return false;
    };
    let Some(salt) = bytes(salt) else {
        return false;
    };
    if password.0.len() > MOST {
        return false;
    }
    digest(password, &salt)
        .is_some_and(|found| hex(&found).as_bytes().ct_eq(digest_of_it.as_bytes()).into())
}

/// Nobody's: checking against it takes as long as against a real one.
pub fn nobodys() -> String {
    format!(
        "argon2id${}${}",
        "0".repeat(2 * SALT_LENGTH),
        "0".repeat(2 * HASH_LENGTH)
    )
}

fn digest(password: &Password, salt: &[u8]) -> Option<[u8; HASH_LENGTH]> {
    let params = Params::new(MEMORY, PASSES, 1, Some(HASH_LENGTH)).ok()?;
    let argon = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
    let mut out = [0; HASH_LENGTH];
    argon
        .hash_password_into(password.0.as_bytes(), salt, &mut out)
        .ok()?;
    Some(out)
}

fn bytes(digits: &str) -> Option<Vec<u8>> {
    let pairs = (0..digits.len()).step_by(2);
    pairs
        .map(|at| u8::from_str_radix(digits.get(at..at + 2)?, 16).ok())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::text::Language;

    fn password(text: &str) -> Password {
        Password(text.to_owned())
    }

    #[test]
    fn only_the_same_password_opens() {
        let stored = hash(&password("drie natte katten"), &[7; 16]).unwrap();
        assert!(stored.starts_with("argon2id$07070707") && !stored.contains("katten"));
        assert!(is(&password("drie natte katten"), &stored));
        assert!(!is(&password("drie natte kater"), &stored));
        assert!(!is(&password(""), &nobodys()));
        for broken in [
            "",
            "argon2id$",
            "argon2id$zz$00",
            "argon2id$é$0",
            "bcrypt$00$00",
        ] {
            assert!(!is(&password("drie natte katten"), broken), "{broken}");
        }
    }

    #[test]
    fn short_ones_and_names_are_not_taken() {
        let person = Person {
            key: "anna".to_owned(),
            name: "Anna de Wit-Bakker".to_owned(),
            email: "anna.dewit@korst.example".to_owned(),
            phone: None,
            language: Language::Nl,
            reach: Vec::new(),
        };
        for (text, taken) in [
            ("drie natte katten", Ok(())),
            ("elf letters", Err(Weak::Short)),
            ("            a", Err(Weak::Short)),
            ("annadewitbakker", Err(Weak::Own)),
            ("Anna.DeWit@korst.example", Err(Weak::Own)),
        ] {
            assert_eq!(check(&password(text), &person), taken, "{text}");
        }
        assert_eq!(check(&password(&"x".repeat(600)), &person), Err(Weak::Long));
        assert_eq!(
            format!("{:?}", password("drie natte katten")),
            "Password(…)"
        );
    }
}
