//! The mail with a link that lets somebody in to the pages, once. It belongs to no run,
//! and goes to their mailbox only: never by a text message that others may read.

use super::effect::{Content, Effect, EntryNotice, MAIL};
use super::house::House;
use super::lookout::{Lookout, Outside};
use super::organisation::Organisation;
use super::run::Event;
use super::step::notice_to;
use super::time::Timestamp;

impl Lookout {
    /// Mails it; the id of the effect, which the link is made from. `None` for who is
    /// not in the team, or takes no part in the drill.
    pub fn mail_entry(
        &mut self,
        organisation: &Organisation,
        person: &str,
        until: Timestamp,
        now: Timestamp,
    ) -> Option<(String, Outside)> {
        let person = organisation.person(person)?;
        if !organisation.may_be_told(&person.key) {
            return None;
        }
        let content = Content::Entry(Box::new(EntryNotice {
            organisation: organisation.name.clone(),
            organisation_language: organisation.language,
            timezone: organisation.timezone.name().to_owned(),
            at: now,
            until,
        }));
        let mut notice = notice_to(organisation, person, content);
        notice.ways = vec![MAIL.to_owned()];
        let id = self.next_effect();
        let mut outside = Outside::default();
        let news = House::EntryMailed {
            effect: id.clone(),
            person: person.key.clone(),
        };
        self.log(Event::House { news }, now, &mut outside);
        outside.effects.push(Effect {
            id: id.clone(),
            notice,
        });
        Some((id, outside))
    }
}
