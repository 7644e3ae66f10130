//! Our own certificate: its files become what connections are answered with. Read at
//! the start and whenever the files of the organisation are.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use chrono::NaiveDateTime;
use rustls::ServerConfig;
use rustls::crypto::ring;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio_rustls::TlsAcceptor;

use crate::domain::time::Timestamp;

/// Certificate and key, as paths of files in PEM.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Files {
    pub certificate: PathBuf,
    pub key: PathBuf,
}

impl Files {
    /// As `web.tls` names them, relative to a folder.
    pub fn of(dir: &Path, written: &(String, String)) -> Self {
        Self {
            certificate: dir.join(&written.0),
            key: dir.join(&written.1),
        }
    }

    /// What connections are answered with; why not, for who runs the server.
    pub fn read(&self) -> Result<TlsAcceptor, String> {
        let of = |path: &Path, why: String| format!("web.tls: {}: {why}", path.display());
        let chain = CertificateDer::pem_file_iter(&self.certificate)
            .and_then(Iterator::collect::<Result<Vec<_>, _>>)
            .map_err(|error| of(&self.certificate, error.to_string()))?;
        if chain.is_empty() {
            let why = "there is no certificate in it (-----BEGIN CERTIFICATE-----)";
            return Err(of(&self.certificate, why.to_owned()));
        }
        let key = PrivateKeyDer::from_pem_file(&self.key);
        let key = key.map_err(|error| of(&self.key, error.to_string()))?;
        let setting = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .map_err(|error| error.to_string())?
            .with_no_client_auth()
            .with_single_cert(chain, key)
            .map_err(|error| {
                of(
                    &self.key,
                    format!("it does not fit the certificate, or cannot be used: {error}"),
                )
            })?;
        Ok(TlsAcceptor::from(Arc::new(setting)))
    }
    /// When the first certificate of the file stops being valid; why nobody knows.
    pub fn valid_until(&self) -> Result<Timestamp, String> {
        let unknown = || {
            format!(
                "web.tls: {}: until when it is valid cannot be read",
                self.certificate.display()
            )
        };
        let first = CertificateDer::from_pem_file(&self.certificate).map_err(|_| unknown())?;
        not_after(&first).ok_or_else(unknown)
    }
}

const SEQUENCE: u8 = 0x30;
const VERSION: u8 = 0xa0;
const UTC_TIME: u8 = 0x17;
const GENERALIZED_TIME: u8 = 0x18;

/// `notAfter` of a certificate in DER (RFC 5280, section 4.1): the second time of the
/// validity, which stands behind serial number, algorithm and issuer.
fn not_after(certificate: &[u8]) -> Option<Timestamp> {
    let (_, certificate, _) = element(certificate)?;
    let (_, signed, _) = element(certificate)?;
    let (tag, _, rest) = element(signed)?;
    let mut at = if tag == VERSION { rest } else { signed };
    for _ in ["serial number", "algorithm", "issuer"] {
        at = element(at)?.2;
    }
    let (tag, validity, _) = element(at)?;
    let (_, _, rest) = element(validity)?;
    let (kind, until, _) = element(rest).filter(|_| tag == SEQUENCE)?;
    let written = std::str::from_utf8(until).ok()?;
    let written = match kind {
        // Two digits of a year mean 1950 to 2049.
        UTC_TIME if written < "50" => format!("20{written}"),
        UTC_TIME => format!("19{written}"),
        GENERALIZED_TIME => written.to_owned(),
        _ => return None,
    };
    let naive = NaiveDateTime::parse_from_str(&written, "%Y%m%d%H%M%SZ").ok()?;
    Some(naive.and_utc())
}

/// The first element of DER: its tag, its content, and what stands behind it.
fn element(bytes: &[u8]) -> Option<(u8, &[u8], &[u8])> {
    let (&tag, rest) = bytes.split_first()?;
    let (&first, rest) = rest.split_first()?;
    let (length, rest) = match first {
        0..=0x7f => (usize::from(first), rest),
        0x81..=0x84 => {
            let (digits, rest) = rest.split_at_checked(usize::from(first - 0x80))?;
            let length = digits
                .iter()
                .fold(0_usize, |all, byte| all << 8 | usize::from(*byte));
            (length, rest)
        }
        _ => return None,
    };
    let (content, rest) = rest.split_at_checked(length)?;
    Some((tag, content, rest))
}
