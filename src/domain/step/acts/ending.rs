//! The end of a run, by hand: the checklist, standing down, opening again.

use super::{Hand, NoAct, demand_role, nearest, no, written};
use crate::domain::run::Event;
use crate::domain::run::ending::Outcome;

impl Hand<'_> {
    pub(super) fn tick(&self, entries: &[String]) -> Result<Vec<Event>, NoAct> {
        let stand_down = self.plan.playbook.stand_down.as_ref();
        let checklist = stand_down.map_or(&[][..], |one| &one.checklist);
        let names = checklist.iter().map(|(name, _)| name.as_str());
        for entry in entries {
            if !names.clone().any(|name| name == entry) {
                let near = nearest(entry, names.clone());
                return no(format!("the checklist has no `{entry}`{near}"));
            }
        }
        let new = entries
            .iter()
            .filter(|entry| !self.run.ending.ticked.contains_key(*entry));
        let events = new.map(|entry| Event::Ticked {
            entry: entry.clone(),
            by: self.by(),
        });
        Ok(events.collect())
    }

    /// The role that decides about scaling down.
    pub(super) fn demand_decider(&self) -> Result<(), NoAct> {
        let playbook = self.plan.playbook;
        let decides = playbook.stand_down.as_ref().map(|one| one.role.clone());
        let role = decides.unwrap_or_else(|| playbook.owner.clone());
        let roles = [role];
        demand_role(self.plan.organisation, &roles, self.by, "standing down")
    }

    pub(super) fn stand_down(&self, reason: &str) -> Result<Vec<Event>, NoAct> {
        if self.run.is_in_aftercare() {
            return no(format!("run {} has stood down already", self.run.id));
        }
        self.demand_decider()?;
        let reason = written("reason", reason)?;
        let stand_down = self.plan.playbook.stand_down.as_ref();
        let checklist = stand_down.map_or(&[][..], |one| &one.checklist);
        let open = checklist
            .iter()
            .filter(|(name, _)| !self.run.ending.ticked.contains_key(name));
        let open: Vec<&str> = open.map(|(name, _)| name.as_str()).collect();
        if !open.is_empty() {
            return no(format!(
                "the checklist is not complete: {} (`--tick {}`)",
                open.join(", "),
                open.join(" --tick ")
            ));
        }
        let by = self.by();
        Ok(vec![Event::StoodDown { by, reason }])
    }

    pub(super) fn put_off(&self, reason: &str) -> Result<Vec<Event>, NoAct> {
        if self.run.ending.proposed_at.is_none() {
            return no("no stand-down is proposed".to_owned());
        }
        self.demand_decider()?;
        let (by, reason) = (self.by(), written("reason", reason)?);
        Ok(vec![Event::StandDownPutOff { by, reason }])
    }

    pub(super) fn reopen(&self, reason: &str) -> Result<Vec<Event>, NoAct> {
        if self.run.is_open && !self.run.is_in_aftercare() {
            return no(format!("run {} is open", self.run.id));
        }
        if let Some(Outcome::Merged(into)) = self.run.ending.outcome {
            return no(format!("run {} goes on as run {into}", self.run.id));
        }
        let (by, reason) = (self.by(), written("reason", reason)?);
        Ok(vec![Event::RunReopened { by, reason }])
    }
}
