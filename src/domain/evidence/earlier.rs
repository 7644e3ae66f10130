//! Why now and not an hour ago: the same measures at a moment before, and which
//! bound was not met then.

use serde::{Deserialize, Serialize};

use super::measure::Bound;
use super::{Scene, moment};
use crate::domain::meter::Meter;
use crate::domain::time::Timestamp;

/// The measures at a moment before, in their order.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Earlier {
    pub at: Timestamp,
    pub measures: Vec<Then>,
}

/// One of them.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Then {
    pub counted: u64,
    /// Which bound was not met; nothing where its test held already.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lacked: Option<Bound>,
}

/// The measures at second `at`; nothing when we did not listen yet.
pub(super) fn earlier(scene: &Scene, meters: &mut [Meter], at: i64) -> Option<Earlier> {
    let heard = scene.heard.get(scene.home)?;
    let listened = heard.history.oldest().is_some_and(|oldest| oldest <= at)
        || heard.tide.usual().1.is_some_and(|hour| hour * 3_600 <= at);
    if !listened {
        return None;
    }
    let measures = meters.iter_mut().filter_map(|meter| {
        meter.place(scene.heard, at);
        let reading = meter.reading(scene.heard)?;
        Some(Then {
            counted: reading.measure.counted,
            lacked: (!reading.holds).then(|| reading.measure.lacks()),
        })
    });
    Some(Earlier {
        measures: measures.collect(),
        at: moment(at),
    })
}

/// Which measures did not hold in the second before the rule was met: they
/// turned the scale. Places in the list of measures.
pub(super) fn tipped(scene: &Scene, meters: &mut [Meter], before: i64) -> Vec<usize> {
    let readings = meters.iter_mut().filter_map(|meter| {
        meter.place(scene.heard, before);
        meter.reading(scene.heard)
    });
    let places = readings.enumerate().filter(|(_, reading)| !reading.holds);
    places.map(|(place, _)| place).collect()
}
