//! The fields of a deed: what each holds, and whether it is needed.

/// What a field holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A name in the playbook or the organisation.
    Name,
    /// A line or more of text.
    Text,
    /// A whole number.
    Number,
    /// Such as `30m`.
    Duration,
    /// As people write it, such as `14:30`, or RFC 3339.
    Moment,
    /// `yes` or `no`.
    YesNo,
    /// One of these.
    Choice(&'static [&'static str]),
    /// Several names or texts.
    Several,
}

#[derive(Debug)]
pub struct Field {
    pub name: &'static str,
    pub kind: Kind,
    pub is_needed: bool,
    pub about: &'static str,
}

pub(super) const fn must(name: &'static str, kind: Kind, about: &'static str) -> Field {
    Field {
        name,
        kind,
        is_needed: true,
        about,
    }
}

pub(super) const fn may(name: &'static str, kind: Kind, about: &'static str) -> Field {
    Field {
        name,
        kind,
        is_needed: false,
        about,
    }
}

pub(super) const REASON: Field = must("reason", Kind::Text, "why; it stands in the log");
pub(super) const DRAFT: Field = must("draft", Kind::Name, "a message, or one draft of it");

/// The three aims.
pub(super) const PHASES: [&str; 3] = ["information", "damage_limitation", "meaning_making"];
