//! The roll call on the desk: not while a run is open, and not in a drill. And the
//! mail that lets somebody in to the pages.

use super::{Desk, Happening};
use crate::domain::roll_call::{Call, NoCall, RollCall};
use crate::domain::run::alarm::Through;
use crate::domain::time::Timestamp;
use crate::domain::unreachable::{Sign, Unreachable};

impl Desk {
    /// The last roll call, if there was one.
    pub fn roll_call(&self) -> Option<&RollCall> {
        self.lookout.roll_call()
    }

    /// Mails people whether they get alerts here.
    pub fn call_roll(&mut self, call: &Call, now: Timestamp) -> Result<Vec<Happening>, NoCall> {
        let mut open = self.runs.values().filter(|on_desk| on_desk.run.is_open);
        if let Some(on_desk) = open.next() {
            return Err(NoCall::RunIsOpen(on_desk.run.id));
        }
        let outside = self.lookout.call_roll(&self.organisation, call, now)?;
        Ok(super::blindness::outside(outside).into_iter().collect())
    }

    /// Mails somebody a link that lets them in; the id of the mail.
    pub fn mail_entry(
        &mut self,
        person: &str,
        until: Timestamp,
        now: Timestamp,
    ) -> Option<(String, Vec<Happening>)> {
        let (effect, outside) = self
            .lookout
            .mail_entry(&self.organisation, person, until, now)?;
        let happening = super::blindness::outside(outside);
        Some((effect, happening.into_iter().collect()))
    }

    /// A mail of no run is given up: in a roll call that is why nobody answers.
    pub fn roll_call_undelivered(&mut self, effect: &str, now: Timestamp) -> Vec<Happening> {
        let news = Unreachable {
            sign: Sign::Undelivered,
            effects: vec![effect.to_owned()],
            addresses: Vec::new(),
            written_at: None,
        };
        let (_, outside) = self
            .lookout
            .roll_call_returned(&self.organisation, &news, now);
        super::blindness::outside(outside).into_iter().collect()
    }

    /// Somebody gets alerts here. `effect`: the mail that they answer, `None` when
    /// they say so on the server. Doing it again changes nothing.
    pub fn answer_roll(
        &mut self,
        person: &str,
        effect: Option<&str>,
        (through, by): (Through, &str),
        now: Timestamp,
    ) -> Result<Vec<Happening>, NoCall> {
        let outside = self.lookout.answer_roll(person, effect, through, by, now)?;
        Ok(super::blindness::outside(outside).into_iter().collect())
    }
}
