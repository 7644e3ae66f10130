//! A person says what a mention is: it counts as that from then on, and what the
//! program had read stays beside it, to see how well it reads.

use serde_json::{Value, json};

use super::request::{Counter, stored};
use super::work::Work;
use super::{NotDone, view};
use crate::domain::desk::{Desk, Happening, Told};
use crate::domain::enrich::Rumour;
use crate::domain::mention::{Mention, Platform};
use crate::domain::quality::{Correction, tone_of};
use crate::domain::reading::{Reading, may_read, refusal};
use crate::domain::said::{Flag, Said};
use crate::domain::time::Timestamp;
use crate::store::{Batch, StoreError};

/// What a person says about a stored mention.
#[derive(Debug, Clone)]
pub struct Label {
    /// In the store.
    number: i64,
    mention: Mention,
    correction: Correction,
    by: String,
}

/// Carries it out. The watches it counts for are those it was stored with.
pub(super) fn perform(
    batch: &Batch,
    desk: &mut Desk,
    label: &Label,
    now: Timestamp,
) -> Result<Vec<Happening>, StoreError> {
    let second = label.mention.published_at.timestamp();
    let organisation = desk.organisation().clone();
    let mut watches = Vec::new();
    let mut was = Said::default();
    for (place, watch) in organisation.watches.iter().enumerate() {
        if let Some(said) = batch.said_of(&watch.key, second, label.number)? {
            watches.extend(u16::try_from(place).ok());
            was = said;
        }
    }
    let meant = label.correction.of(was);
    let told = Told {
        key: label.mention.key(),
        author: label.mention.author_hash(),
        second,
        watches,
        said: meant,
        rumour: meant
            .has(Flag::Rumour)
            .then(|| Rumour::of(&label.mention.text)),
    };
    let (heard, happenings) = desk.say(std::slice::from_ref(&told), now);
    let heard: Vec<_> = heard.into_iter().flatten().collect();
    if !heard.is_empty() {
        batch.say(second, label.number, meant)?;
    }
    for here in heard {
        if let Some(watch) = organisation.watches.get(usize::from(here.watch)) {
            batch.tell(&watch.key, second, label.number, here.rumour)?;
        }
    }
    batch.label(label.number, was, meant, &label.by, now)?;
    Ok(happenings)
}

impl Counter {
    /// What a mention was read as, and why; with a correction, what it is from now on.
    /// For readers only, and recorded.
    pub(super) async fn label(
        &self,
        id: &str,
        platform: Option<Platform>,
        correction: Correction,
        by: &str,
    ) -> Result<Value, NotDone> {
        if !may_read(&self.organisation, by) {
            let reading = Reading::new("mentions label", id, 0);
            self.reading(reading, by).await?;
            return Err(NotDone::Refused(refusal(&self.organisation, by)));
        }
        let (number, mention) = self.stored_mention(id, platform)?;
        let reading = Reading::new("mentions label", id, 1);
        self.reading(reading, by).await?;
        if correction != Correction::default() {
            let label = Label {
                number,
                mention: mention.clone(),
                correction,
                by: by.to_owned(),
            };
            self.work(Work::Label(Box::new(label))).await?;
        }
        self.read(|store| {
            let store = store?;
            let because = store.because(number).map_err(stored)?;
            let because = because.and_then(|json| serde_json::from_str::<Value>(&json).ok());
            let said = store.said(number, mention.published_at).map_err(stored)?;
            Ok(json!({
                "id": mention.id,
                "platform": mention.platform,
                "text": mention.text,
                "at": view::time(self, Some(mention.published_at)),
                "read": because,
                "counts_as": said.map(named),
            }))
        })
    }
}

/// By name, as programs read it.
fn named(said: Said) -> Value {
    json!({
        "tone": tone_of(said).map_or("neutral", Flag::name),
        "needs": said.needs().map(Flag::name).collect::<Vec<_>>(),
        "rumour": said.has(Flag::Rumour),
    })
}
