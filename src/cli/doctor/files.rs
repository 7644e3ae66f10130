//! Whether the files in the folder are those that the daemon works with.

use super::Patient;
use crate::domain::readiness::Check;

const ID: &str = "files";

/// As the daemon says it.
pub(super) fn look(patient: &Patient) -> Check {
    let reload = &patient.status["reload"];
    if patient.status.is_null() {
        return Check::skipped(ID, "the daemon cannot be asked");
    }
    if reload.is_null() {
        return Check::skipped(ID, "no daemon runs");
    }
    if reload["last_good"] == true {
        return Check::warn(
            ID,
            "the daemon started with broken files: it works with the last good ones",
            "mend what `draaiboek check` says; the daemon takes it then",
        );
    }
    if reload["ok"] != true {
        let n = reload["n_findings"].as_u64().unwrap_or(0);
        return Check::warn(
            ID,
            format!("the last reload was refused, mistakes: {n}; what was good before is in force"),
            "mend what `draaiboek check` says, then `draaiboek reload`",
        );
    }
    let keys = reload["needs_restart"].as_array().into_iter().flatten();
    let keys: Vec<&str> = keys.filter_map(|key| key.as_str()).collect();
    match keys.is_empty() {
        true => Check::ok(ID, "the daemon works with the files that were last read"),
        false => Check::warn(
            ID,
            format!("not in force yet: {}", keys.join(", ")),
            "restart the daemon",
        ),
    }
}
