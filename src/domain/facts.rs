//! The fact sheet: what is known, by whom and since when.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::playbook::FactKind;
use super::time::Timestamp;

/// The value of a fact.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FactValue {
    Text(String),
    List(Vec<String>),
    Number(f64),
    Time(Timestamp),
    Date(NaiveDate),
    YesNo(bool),
}

/// One filled-in fact.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Fact {
    pub value: FactValue,
    pub by: String,
    pub at: Timestamp,
}

/// Facts by name; what is not in it is not known.
pub type FactSheet = BTreeMap<String, Fact>;

/// The facts that every playbook has without asking for them.
pub const ALWAYS: [(&str, FactKind); 8] = [
    ("known", FactKind::List),
    ("unknown", FactKind::List),
    ("doing", FactKind::List),
    ("advice", FactKind::List),
    ("remedy", FactKind::Text),
    ("next_update", FactKind::Time),
    ("similar_before", FactKind::YesNo),
    ("bad_reputation", FactKind::YesNo),
];
