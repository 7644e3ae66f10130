//! How well mentions are read: what a person corrects, and what the corrections say
//! about the reading.

use serde::{Deserialize, Serialize};

use super::said::{Flag, Said};

/// The tones in the order of the table; neutral is none of the others.
pub const TONES: [&str; 4] = ["negative", "neutral", "positive", "unclear"];

/// What a person says a mention is; what is not said stays as it was read.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Correction {
    /// One of [`TONES`].
    pub tone: Option<String>,
    /// All that it has, and no others.
    pub needs: Option<Vec<String>>,
    pub rumour: Option<bool>,
}

impl Correction {
    /// What it is then.
    pub fn of(&self, was: Said) -> Said {
        let mut meant = Said::default().and(Flag::Read);
        let tone = match &self.tone {
            Some(tone) => flag_of(tone),
            None => tone_of(was),
        };
        if let Some(tone) = tone {
            meant = meant.and(tone);
        }
        for need in Flag::NEEDS {
            let has = match &self.needs {
                Some(needs) => needs.iter().any(|name| name == need.name()),
                None => was.has(need),
            };
            meant = meant.and_if(has, need);
        }
        meant.and_if(
            self.rumour.unwrap_or_else(|| was.has(Flag::Rumour)),
            Flag::Rumour,
        )
    }
}

fn flag_of(tone: &str) -> Option<Flag> {
    [Flag::Negative, Flag::Positive, Flag::Unclear]
        .into_iter()
        .find(|flag| flag.name() == tone)
}

/// The tone; `None` is neutral.
pub fn tone_of(said: Said) -> Option<Flag> {
    [Flag::Negative, Flag::Positive, Flag::Unclear]
        .into_iter()
        .find(|flag| said.has(*flag))
}

fn place_of(said: Said) -> usize {
    let name = tone_of(said).map_or("neutral", Flag::name);
    TONES.iter().position(|tone| *tone == name).unwrap_or(1)
}

/// How often something was read, and how often rightly.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Hits {
    /// Read, and a person agrees.
    pub right: u64,
    /// Read, and a person does not agree.
    pub wrong: u64,
    /// Not read, though a person says it is so.
    pub missed: u64,
    /// Not read, and a person agrees.
    pub rest: u64,
}

impl Hits {
    fn add(&mut self, is_read: bool, is_meant: bool) {
        *match (is_read, is_meant) {
            (true, true) => &mut self.right,
            (true, false) => &mut self.wrong,
            (false, true) => &mut self.missed,
            (false, false) => &mut self.rest,
        } += 1;
    }

    /// Of what was read, the share that is right; `None` when nothing was.
    pub fn precision(&self) -> Option<f64> {
        share(self.right, self.right + self.wrong)
    }

    /// Of what is so, the share that was read; `None` when nothing is.
    pub fn recall(&self) -> Option<f64> {
        share(self.right, self.right + self.missed)
    }
}

#[expect(clippy::cast_precision_loss, reason = "counts of labels are small")]
fn share(part: u64, all: u64) -> Option<f64> {
    (all > 0).then(|| part as f64 / all as f64)
}

/// What all corrections say together.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Quality {
    pub labels: u64,
    /// By what was read, then by what a person says; both in the order of [`TONES`].
    pub tone: [[u64; 4]; 4],
    pub information: Hits,
    pub harm: Hits,
    pub meaning: Hits,
    pub rumour: Hits,
}

impl Quality {
    /// Of pairs: what was read, and what a person says.
    pub fn of(pairs: impl IntoIterator<Item = (Said, Said)>) -> Self {
        let mut quality = Self::default();
        for (said, meant) in pairs {
            quality.labels += 1;
            quality.tone[place_of(said)][place_of(meant)] += 1;
            for (flag, hits) in [
                (Flag::Information, &mut quality.information),
                (Flag::Harm, &mut quality.harm),
                (Flag::Meaning, &mut quality.meaning),
                (Flag::Rumour, &mut quality.rumour),
            ] {
                hits.add(said.has(flag), meant.has(flag));
            }
        }
        quality
    }

    /// The share of tones that were read rightly; `None` without labels.
    pub fn tone_accuracy(&self) -> Option<f64> {
        let right = (0..TONES.len()).map(|place| self.tone[place][place]).sum();
        share(right, self.labels)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_said_stays_as_it_was_read() {
        let was = Said::default().and(Flag::Negative).and(Flag::Harm);
        let calmer = Correction {
            tone: Some("neutral".to_owned()),
            ..Correction::default()
        };
        assert_eq!(calmer.of(was), Said::default().and(Flag::Harm));
        let other = Correction {
            needs: Some(vec!["meaning".to_owned()]),
            rumour: Some(true),
            ..Correction::default()
        };
        let meant = Said::default()
            .and(Flag::Negative)
            .and(Flag::Meaning)
            .and(Flag::Rumour);
        assert_eq!(other.of(was), meant);
    }

    #[test]
    fn the_table_holds_every_pair_once() {
        let read = Said::default().and(Flag::Negative).and(Flag::Harm);
        let calm = Said::default().and(Flag::Read);
        let quality = Quality::of([(read, read), (read, calm), (calm, read), (calm, calm)]);
        assert_eq!(quality.labels, 4);
        assert_eq!(quality.tone[0], [1, 1, 0, 0]);
        assert_eq!(quality.tone_accuracy(), Some(0.5));
        assert_eq!(quality.harm.precision(), Some(0.5));
        assert_eq!(quality.harm.recall(), Some(0.5));
        assert_eq!(quality.meaning.precision(), None);
        assert_eq!(quality.meaning.rest, 4);
    }
}
