//! The dossier of a run: who asks is on record before it is made; then what is
//! stored is brought together, of one moment, past the engine.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::pictures::kept_at;
use super::request::{Counter, stored};
use super::{NotDone, clock};
use crate::domain::organisation::Organisation;
use crate::domain::picture::Picture;
use crate::domain::plane::Plane;
use crate::domain::reading::{Reading, may_read, refusal};
use crate::domain::run::RunId;
use crate::dossier::{self, Dossier, Material, Sent, Written};
use crate::notify::{MailTemplates, write};
use crate::store::{Parcel, ReadingRow, Store, Whole};

/// Where a store is, and whose.
#[derive(Debug, Clone)]
pub struct Source {
    /// The folder that has `data/` in it.
    pub home: PathBuf,
    pub plane: Plane,
    pub organisation: Arc<Organisation>,
}

/// Which dossier.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Wanted {
    pub run: RunId,
    /// Nobody in it is called by name.
    pub pseudonymise: bool,
}

impl Wanted {
    /// What its file is called.
    pub fn name(self, plane: Plane) -> String {
        let begin = match plane {
            Plane::Real => "",
            Plane::Drill => "drill-",
        };
        let people = match self.pseudonymise {
            true => "-pseudonymised",
            false => "",
        };
        format!("{begin}run-{}{people}.tar.gz", self.run)
    }

    /// What is recorded of somebody who gets `shown` texts of strangers by it.
    pub fn reading(self, shown: u64) -> Reading {
        let pseudonymise = match self.pseudonymise {
            true => " --pseudonymise",
            false => "",
        };
        let query = format!("run {}{pseudonymise}", self.run);
        Reading::new("run export", &query, shown)
    }
}

impl Source {
    fn store(&self) -> Result<Store, NotDone> {
        let opened = Store::open_to_read(&self.home, self.plane).map_err(stored)?;
        let none = || {
            NotDone::Refused(
                "nothing has happened here yet: there is no store (`draaiboek serve` makes it)"
                    .to_owned(),
            )
        };
        opened.ok_or_else(none)
    }

    fn whole(&self, run: RunId) -> Result<Whole, NotDone> {
        let found = self.store()?.whole(run).map_err(stored)?;
        found.ok_or_else(|| NotDone::Refused(format!("there is no run {run}")))
    }

    /// How many texts of strangers a dossier of a run would hold.
    pub fn n_quotes(&self, run: RunId) -> Result<u64, NotDone> {
        Ok(dossier::n_quotes(&self.whole(run)?.stored))
    }

    /// Makes it for `by`, whose asking is on record already.
    pub fn make(&self, wanted: Wanted, by: &str) -> Result<Dossier, NotDone> {
        let whole = self.whole(wanted.run)?;
        // A drill's store is in a folder of its own, below the organisation's.
        let folder = match self.plane {
            Plane::Real => Some(self.home.as_path()),
            Plane::Drill => self.home.parent(),
        };
        let (templates, _) = MailTemplates::load(folder.unwrap_or(Path::new(".")));
        let material = Material {
            stored: whole.stored,
            sent: whole.parcels.into_iter().map(sent).collect(),
            pinned: whole.pinned,
            organisation: &self.organisation,
            plane: self.plane,
            by,
            at: clock::wall(),
            letter: &|notice, mark| {
                // No link: it would let whoever reads the dossier answer.
                let letter = write(notice, &templates, None).marked(mark);
                Written {
                    subject: letter.subject,
                    text: letter.text,
                }
            },
            picture: &|picture: &Picture| std::fs::read(kept_at(&self.home, picture)).ok(),
        };
        let made = dossier::make(material, wanted.pseudonymise);
        made.map_err(|error| NotDone::Refused(error.to_string()))
    }

    /// Records a reading where nobody else has the store; refused, and recorded as
    /// that, when `by` may not read.
    pub fn record(&self, reading: Reading, by: &str) -> Result<(), NotDone> {
        let is_refused = !may_read(&self.organisation, by);
        let mut store = Store::open(&self.home, self.plane).map_err(stored)?;
        let batch = store.begin().map_err(stored)?;
        let row = ReadingRow {
            at: clock::wall(),
            by: by.to_owned(),
            reading,
            is_refused,
        };
        batch.record_reading(&row).map_err(stored)?;
        batch.commit().map_err(stored)?;
        match is_refused {
            true => Err(NotDone::Refused(refusal(&self.organisation, by))),
            false => Ok(()),
        }
    }
}

/// The bytes of its `.tar.gz`.
pub fn packed(dossier: &Dossier) -> Result<Vec<u8>, NotDone> {
    let mut bytes = Vec::new();
    let packed = dossier::archive::pack(dossier, &mut bytes);
    packed.map_err(|error| NotDone::Refused(format!("the dossier cannot be packed: {error}")))?;
    Ok(bytes)
}

fn sent(parcel: Parcel) -> Sent {
    Sent {
        effect: parcel.effect,
        course: serde_json::to_value(&parcel.course).unwrap_or_default(),
        notice: parcel.notice,
        state: parcel.state,
        tries: parcel.tries,
        created_at: parcel.created_at,
        sent_at: parcel.sent_at,
        last_error: parcel.last_error,
        mark: parcel.mark,
    }
}

impl Counter {
    /// A dossier for who is on the pages; that is on record before it is made.
    pub async fn dossier(&self, wanted: Wanted, by: &str) -> Result<Dossier, NotDone> {
        let source = Source {
            home: self.dir.clone(),
            plane: self.organisation.plane(),
            organisation: Arc::clone(&self.organisation),
        };
        let n_quotes = source.n_quotes(wanted.run)?;
        self.reading(wanted.reading(n_quotes), by).await?;
        let by = by.to_owned();
        let made = tokio::task::spawn_blocking(move || source.make(wanted, &by));
        made.await
            .unwrap_or_else(|error| Err(NotDone::Refused(format!("the export broke off: {error}"))))
    }
}
