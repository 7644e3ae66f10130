//! Our own certificate (`web.tls`): can its files be read, do they fit each other, and
//! how long is it still valid?

use super::{Patient, mode};
use crate::domain::readiness::{self, Check};
use crate::domain::time::shown;
use crate::web::tls::Files;

const ID: &str = "certificate";

/// Nothing when a reverse proxy, or nobody, does TLS.
pub(super) fn look(patient: &Patient) -> Vec<Check> {
    let Some(written) = patient.organisation.web.tls.as_ref() else {
        return Vec::new();
    };
    let files = Files::of(&patient.dir, written);
    let mut checks: Vec<Check> = judged(patient, &files).into_iter().collect();
    // A group that may read keys is how many servers share theirs.
    let is_open = |mode: &u32| mode & 0o007 != 0;
    if let Some(mode) = mode(&files.key).filter(is_open) {
        let shown = files.key.display().to_string();
        checks.push(readiness::secrecy(mode, &shown));
    }
    checks
}

fn judged(patient: &Patient, files: &Files) -> Option<Check> {
    if let Err(why) = files.read() {
        return Some(Check::fail(
            ID,
            why,
            "name the certificate with its chain, and the key that belongs to it, as the user of the daemon can read them",
        ));
    }
    Some(match files.valid_until() {
        Ok(until) => {
            let zone = patient.organisation.timezone;
            let year = chrono::Datelike::year(&patient.now.with_timezone(&zone));
            readiness::certificate(ID, until, patient.now, &shown(until, zone, year))
        }
        Err(why) => Check::warn(ID, why, "look with `openssl x509 -enddate -noout -in FILE`"),
    })
}
