//! Our own certificate: its files become what connections are answered with. Read at
//! the start and whenever the files of the organisation are.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use rustls::ServerConfig;
use rustls::crypto::ring;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio_rustls::TlsAcceptor;

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
}
