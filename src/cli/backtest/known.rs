//! Reads a file of known incidents, CSV or YAML: `from`, `to`, `title`. Times
//! without a zone are the organisation's.

use std::fs;
use std::path::Path;

use chrono::{DateTime, NaiveDate, NaiveDateTime, TimeDelta, Utc};
use chrono_tz::Tz;
use serde::Deserialize;

use crate::domain::retrospect::incident::Incident;
use crate::domain::time::{Timestamp, begin_of, end_of, instant_of};

/// How long an incident is without `to`.
const COMMONLY: TimeDelta = TimeDelta::days(1);

const FORMS: [&str; 4] = [
    "%Y-%m-%d %H:%M",
    "%Y-%m-%dT%H:%M",
    "%Y-%m-%d %H:%M:%S",
    "%Y-%m-%dT%H:%M:%S",
];

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    from: String,
    #[serde(default)]
    to: Option<String>,
    #[serde(default)]
    title: String,
}

/// An instant as people write it; a day alone is its beginning, or with `is_end`
/// its end.
pub(super) fn instant(written: &str, zone: Tz, is_end: bool) -> Result<Timestamp, String> {
    let written = written.trim();
    if let Ok(instant) = DateTime::parse_from_rfc3339(written) {
        return Ok(instant.with_timezone(&Utc));
    }
    if let Ok(day) = NaiveDate::parse_from_str(written, "%Y-%m-%d") {
        return Ok(if is_end {
            end_of(day, zone) - TimeDelta::seconds(1)
        } else {
            begin_of(day, zone)
        });
    }
    let mut forms = FORMS.iter();
    let local = forms.find_map(|form| NaiveDateTime::parse_from_str(written, form).ok());
    local.map(|local| instant_of(local, zone)).ok_or_else(|| {
        format!(
            "`{written}` is no time: write 2026-03-02, 2026-03-02 08:30 or 2026-03-02T08:30:00Z"
        )
    })
}

/// All incidents of a file, in order of time.
pub(super) fn incidents(path: &Path, zone: Tz) -> Result<Vec<Incident>, String> {
    let named = |why: String| format!("{}: {why}", path.display());
    let text = fs::read_to_string(path).map_err(|error| named(error.to_string()))?;
    let is_yaml = path
        .extension()
        .is_some_and(|extension| extension == "yaml" || extension == "yml");
    let rows = if is_yaml {
        serde_yaml::from_str(&text).map_err(|error| error.to_string())
    } else {
        table(&text)
    };
    let rows: Vec<Row> = rows.map_err(|why| named(format!("{why}; write from, to, title")))?;
    let mut incidents = Vec::new();
    for (number, row) in (1..).zip(&rows) {
        let read = incident(row, zone).map_err(|why| named(format!("incident {number}: {why}")))?;
        incidents.push(read);
    }
    if incidents.is_empty() {
        return Err(named(
            "there are no incidents; write from, to, title".to_owned(),
        ));
    }
    incidents.sort_by_key(|incident| incident.from);
    Ok(incidents)
}

fn table(text: &str) -> Result<Vec<Row>, String> {
    let text = text.trim_start_matches('\u{feff}');
    let mut reader = csv::ReaderBuilder::new()
        .trim(csv::Trim::All)
        .from_reader(text.as_bytes());
    let rows = reader.deserialize().collect::<Result<_, _>>();
    rows.map_err(|error: csv::Error| error.to_string())
}

fn incident(row: &Row, zone: Tz) -> Result<Incident, String> {
    let from = instant(&row.from, zone, false)?;
    let to = row.to.as_deref().map(str::trim).filter(|to| !to.is_empty());
    let until = match to {
        Some(to) => instant(to, zone, true)?,
        None => from + COMMONLY,
    };
    if until < from {
        return Err("it ends before it begins".to_owned());
    }
    Ok(Incident {
        from,
        until,
        title: row.title.clone(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_those_of_the_organisation() {
        let zone = chrono_tz::Europe::Amsterdam;
        let check = |written: &str, is_end: bool, expected: &str| {
            let found = instant(written, zone, is_end).unwrap();
            assert_eq!(crate::domain::time::rfc3339(found), expected, "{written}");
        };
        check("2026-03-02 08:30", false, "2026-03-02T07:30:00Z");
        check("2026-07-02T08:30:05", false, "2026-07-02T06:30:05Z");
        check("2026-03-02", false, "2026-03-01T23:00:00Z");
        check("2026-03-02", true, "2026-03-02T22:59:59Z");
        check("2026-03-02T08:30:00+00:00", true, "2026-03-02T08:30:00Z");
        assert!(instant("monday", zone, false).is_err());
    }

    #[test]
    fn a_table_may_leave_out_the_end() {
        let rows = table("from,to,title\n2026-03-02 08:30,,\"Fire, small\"\n").unwrap();
        let incident = incident(&rows[0], chrono_tz::UTC).unwrap();
        assert_eq!(incident.title, "Fire, small");
        assert_eq!(incident.until - incident.from, COMMONLY);
        assert!(table("begin,end\n1,2\n").is_err());
    }
}
