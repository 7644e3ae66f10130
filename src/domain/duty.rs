//! Who has a role now.

use super::organisation::{Organisation, Person};
use super::time::Timestamp;

/// Who can be alerted for a role now, in order.
pub fn in_order<'a>(
    organisation: &'a Organisation,
    role: &str,
    _now: Timestamp,
) -> Vec<&'a Person> {
    let people = organisation.role(role).map_or(&[][..], |role| &role.people);
    people
        .iter()
        .filter_map(|key| organisation.person(key))
        .collect()
}

/// The person who has a role now; the error says why there is none.
pub fn on_duty<'a>(
    organisation: &'a Organisation,
    role: &str,
    now: Timestamp,
) -> Result<&'a Person, String> {
    if organisation.role(role).is_none() {
        return Err(format!("there is no role {role} any more"));
    }
    let people = in_order(organisation, role, now);
    people
        .first()
        .copied()
        .ok_or_else(|| "nobody holds this role".to_owned())
}
