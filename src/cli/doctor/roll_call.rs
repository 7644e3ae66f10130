//! When everybody was last asked whether alerts reach them, and who did not say so.

use super::Patient;
use crate::domain::readiness::Check;
use crate::domain::roll_call::TOO_OLD;
use crate::domain::time::Timestamp;

const ID: &str = "roll-call";

/// The last one, as `status` says it.
pub(super) fn look(patient: &Patient) -> Check {
    let hint = "`draaiboek roll-call` mails everybody a link to confirm that alerts reach them";
    let call = &patient.status["roll_call"];
    if patient.status.is_null() {
        return Check::skipped(ID, "the store cannot be asked");
    }
    let began = call["began_at"].as_str();
    let began = began.and_then(|at| at.parse::<Timestamp>().ok());
    let Some(began) = began else {
        return Check::warn(ID, "nobody was ever asked whether alerts reach them", hint);
    };
    let days = (patient.now - began).num_days();
    let missing = call["missing"].as_array().into_iter().flatten();
    let missing: Vec<&str> = missing.filter_map(|name| name.as_str()).collect();
    let asked = call["asked"].as_u64().unwrap_or(0);
    if call["under_way"] == true {
        let n = missing.len();
        return Check::ok(
            ID,
            format!("one is under way: {n} of {asked} did not answer yet"),
        );
    }
    if !missing.is_empty() {
        let (n, names) = (missing.len(), missing.join(", "));
        return Check::warn(
            ID,
            format!("{n} of {asked} did not answer {days} days ago: {names}"),
            "phone them, find out where the mail went, and hold another",
        );
    }
    if (patient.now - began)
        .to_std()
        .is_ok_and(|age| age > TOO_OLD)
    {
        return Check::warn(ID, format!("the last one was {days} days ago"), hint);
    }
    Check::ok(ID, format!("all {asked} answered {days} days ago"))
}
