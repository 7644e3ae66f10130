//! What an open run asks for that the files in force have no more: a watch or a role
//! that was taken away since the run started. A run keeps its playbook; team, roles
//! and watches are those of now.

use std::collections::BTreeMap;

use super::organisation::Organisation;
use super::playbook::Playbook;
use super::run::Run;

/// A line for each thing that is lacking, for operators, in English; nothing of a run
/// that is closed.
pub fn left_behind(run: &Run, playbook: &Playbook, organisation: &Organisation) -> Vec<String> {
    if !run.is_open {
        return Vec::new();
    }
    let name = format!("run {} ({})", run.id, playbook.name);
    let is_watch = |key: &String| organisation.watches.iter().any(|watch| watch.key == *key);
    let watches = std::iter::once(&run.watch).chain(&run.ending.also_watches);
    // What a run in aftercare followed is free for the next storm.
    let gone = watches.filter(|key| !run.is_in_aftercare() && !is_watch(key));
    let mut lines: Vec<String> = gone
        .map(|key| {
            format!(
                "{name} follows the watch `{key}`, which is not there any more: nothing is heard of it, and no stand-down is proposed"
            )
        })
        .collect();
    for (role, wanted) in roles(run, playbook) {
        if !organisation.roles.iter().any(|known| known.key == role) {
            let wanted = wanted.join(", ");
            lines.push(format!(
                "{name} needs the role `{role}`, which is not there any more: {wanted}"
            ));
        }
    }
    lines
}

/// The roles that the run still counts on, and for what.
fn roles<'a>(run: &Run, playbook: &'a Playbook) -> BTreeMap<&'a str, Vec<String>> {
    let mut roles: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    roles
        .entry(&playbook.owner)
        .or_default()
        .push("it owns the playbook".to_owned());
    for (level, steps) in &playbook.alert {
        for role in steps.iter().flat_map(|step| &step.roles) {
            let what = format!("it is alerted at level {level}");
            let wanted = roles.entry(role).or_default();
            if !wanted.contains(&what) {
                wanted.push(what);
            }
        }
    }
    let items = playbook.items();
    for item in items.filter(|item| !run.is_done(item.name)) {
        let wanted = roles.entry(item.role).or_default();
        wanted.push(format!("{} is theirs", item.name));
    }
    roles
}
