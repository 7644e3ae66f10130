//! What was measured: a table for people, JSON for scripts.

use serde_json::json;

/// What a figure should be.
#[derive(Clone, Copy)]
pub(crate) enum Goal {
    AtMost(f64),
    AtLeast(f64),
    /// Only told.
    None,
}

struct Row {
    what: String,
    value: f64,
    unit: &'static str,
    goal: Goal,
}

#[derive(Default)]
pub(crate) struct Report {
    rows: Vec<Row>,
}

impl Report {
    pub(crate) fn add(&mut self, what: &str, value: f64, unit: &'static str, goal: Goal) {
        self.rows.push(Row {
            what: what.to_owned(),
            value,
            unit,
            goal,
        });
    }

    pub(crate) fn table(&self) -> String {
        let mut table = format!("{:<58} {:>12} {:<8} goal\n", "what", "figure", "");
        for row in &self.rows {
            let goal = match row.goal {
                Goal::AtMost(most) => format!("≤ {}  {}", shown(most), verdict(row)),
                Goal::AtLeast(least) => format!("≥ {}  {}", shown(least), verdict(row)),
                Goal::None => String::new(),
            };
            table += &format!(
                "{:<58} {:>12} {:<8} {goal}\n",
                row.what,
                shown(row.value),
                row.unit
            );
        }
        table
    }

    pub(crate) fn json(&self) -> String {
        let rows = self.rows.iter().map(|row| {
            let goal = match row.goal {
                Goal::AtMost(most) => json!({ "at_most": most }),
                Goal::AtLeast(least) => json!({ "at_least": least }),
                Goal::None => json!(null),
            };
            json!({ "what": row.what, "value": row.value, "unit": row.unit, "goal": goal, "met": is_met(row) })
        });
        serde_json::Value::from(rows.collect::<Vec<_>>()).to_string()
    }
}

fn is_met(row: &Row) -> Option<bool> {
    match row.goal {
        Goal::AtMost(most) => Some(row.value <= most),
        Goal::AtLeast(least) => Some(row.value >= least),
        Goal::None => None,
    }
}

fn verdict(row: &Row) -> &'static str {
    if is_met(row) == Some(true) {
        "met"
    } else {
        "MISSED"
    }
}

fn shown(value: f64) -> String {
    match value {
        large if large >= 1_000.0 => {
            let digits = format!("{large:.0}");
            let mut grouped = String::new();
            for (place, digit) in digits.chars().enumerate() {
                if place > 0 && (digits.len() - place).is_multiple_of(3) {
                    grouped.push(',');
                }
                grouped.push(digit);
            }
            grouped
        }
        small => format!("{small:.3}"),
    }
}

/// The value below which this share of the sorted values lies.
pub(crate) fn percentile(values: &mut [f64], share: f64) -> f64 {
    values.sort_by(f64::total_cmp);
    let place = ((values.len() as f64 * share).ceil() as usize).clamp(1, values.len().max(1)) - 1;
    values.get(place).copied().unwrap_or(f64::NAN)
}
