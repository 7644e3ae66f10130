//! The environment analysis at one moment of a run, as a report repeats it.
//!
//! What is analysed and how is decided in `environment`; a report without any says
//! that none was made.

use serde::{Deserialize, Serialize};

use crate::domain::environment::blocks;
use crate::domain::run::{Event, Logged};
use crate::domain::text::Language;
use crate::domain::time::Timestamp;
use crate::domain::words::Words;

/// What people needed at one moment.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Picture {
    pub at: Timestamp,
    /// Number of the event of the log that it rests on, where there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seq: Option<u64>,
    /// Mentions it was made of.
    pub mentions: u64,
    /// By need: information, damage, meaning; then rumours.
    pub rows: Vec<Row>,
    /// What was advised, in the reader's language.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub advice: Vec<String>,
}

/// One kind of need.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Row {
    /// In the reader's language.
    pub title: String,
    pub mentions: u64,
    /// 0 to 1, of all mentions of the picture.
    pub share: f64,
}

/// Every environment analysis of a log, in order.
pub fn pictures(log: &[Logged], language: Language) -> Vec<Picture> {
    let words = Words::new(language, "UTC");
    let made = log.iter().filter_map(|logged| match &logged.event {
        Event::SituationMade { analysis, .. } => Some((logged, analysis)),
        _ => None,
    });
    made.map(|(logged, analysis)| {
        let columns = analysis.columns.iter().map(|column| Row {
            title: blocks::title(&words, &column.need).to_lowercase(),
            mentions: column.mentions,
            share: analysis.share(column).unwrap_or(0.0),
        });
        let told: u64 = analysis.rumours.iter().map(|rumour| rumour.mentions).sum();
        #[expect(clippy::cast_precision_loss, reason = "counts of mentions are small")]
        let rumours = Row {
            title: words.pick("geruchten", "rumours").to_owned(),
            mentions: told,
            share: told as f64 / analysis.read.max(1) as f64,
        };
        let advice = analysis.columns.iter().flat_map(|column| &column.advice);
        Picture {
            at: logged.at,
            seq: Some(logged.seq),
            mentions: analysis.mentions,
            rows: columns.chain([rumours]).collect(),
            advice: advice.map(|one| one.says(language).to_owned()).collect(),
        }
    })
    .collect()
}
