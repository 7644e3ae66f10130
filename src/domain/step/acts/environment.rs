//! The environment analysis, by hand: making one now, and saying what is known of a
//! rumour.

use super::{Hand, NoAct, no, written};
use crate::domain::environment::Status;
use crate::domain::run::Event;

impl Hand<'_> {
    pub(super) fn make_situation(&self) -> Result<Vec<Event>, NoAct> {
        let sight = self.plan.sight;
        let Some(analysis) = sight.environment(self.run, self.now) else {
            return no("there are no mentions here to make an environment analysis of");
        };
        Ok(vec![Event::SituationMade {
            analysis: Box::new(analysis),
            task: None,
            by: Some(self.by()),
        }])
    }

    pub(super) fn judge_rumour(
        &self,
        rumour: u32,
        status: Status,
        reason: &str,
    ) -> Result<Vec<Event>, NoAct> {
        let made = [&self.run.environment.latest, &self.run.environment.previous];
        let mut told = made
            .into_iter()
            .flatten()
            .flat_map(|made| &made.analysis.rumours);
        let is_judged = self.run.environment.rumours.contains_key(&rumour);
        if !is_judged && !told.any(|one| one.number == rumour) {
            return no(format!(
                "there is no rumour {rumour} in the environment analysis of this run"
            ));
        }
        Ok(vec![Event::RumourJudged {
            rumour,
            status,
            reason: written("reason", reason)?,
            by: self.by(),
        }])
    }
}
