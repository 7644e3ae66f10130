//! Signs what a webhook is told, so that the other side can know it is ours:
//! the Standard Webhooks scheme, which many libraries verify.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

/// How a secret begins that is written in base64.
const PREFIX: &str = "whsec_";

/// Signs with one secret. Never shows it.
#[derive(Clone)]
pub struct Signer {
    state: Hmac<Sha256>,
}

impl Signer {
    /// The secret as it is, or in base64 behind `whsec_`. `Err` says what is
    /// wrong with it, without showing it.
    pub fn new(secret: &str) -> Result<Self, String> {
        let key = match secret.strip_prefix(PREFIX) {
            Some(encoded) => STANDARD
                .decode(encoded)
                .map_err(|_| format!("the webhook secret is not base64 behind `{PREFIX}`"))?,
            None => secret.as_bytes().to_vec(),
        };
        // HMAC takes keys of any length.
        let state = Hmac::new_from_slice(&key).map_err(|error| error.to_string())?;
        Ok(Self { state })
    }

    /// The value of `webhook-signature`. `timestamp` is in seconds since 1970.
    pub(super) fn signature(&self, id: &str, timestamp: i64, body: &[u8]) -> String {
        let mut state = self.state.clone();
        state.update(format!("{id}.{timestamp}.").as_bytes());
        state.update(body);
        format!("v1,{}", STANDARD.encode(state.finalize().into_bytes()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signs_as_the_standard_says() {
        // The example of the specification's reference libraries.
        let signer = Signer::new("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").unwrap();
        let signed = signer.signature(
            "msg_p5jXN8AQM9LWM0D4loKWxJek",
            1_614_265_330,
            br#"{"test": 2432232314}"#,
        );
        assert_eq!(signed, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
    }

    #[test]
    fn a_secret_that_cannot_be_read_is_not_shown() {
        let error = Signer::new("whsec_hunter2!").err().unwrap();
        assert!(!error.contains("hunter2"), "{error}");
    }
}
