//! What somebody filled in, and how it is read.

use std::time::Duration;

use crate::domain::answering::tree::{Given as Said, Step};
use crate::domain::playbook::Aim;
use crate::domain::run::RunId;
use crate::domain::step::acts::Act;
use crate::domain::step::answers::Reply;
use crate::domain::time::parse_duration;
use crate::engine::request::Request;

/// A field that cannot be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wrong {
    pub field: &'static str,
    pub because: Because,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Because {
    Missing,
    Unreadable,
}

/// What somebody filled in.
#[derive(Debug)]
pub(super) struct Given<'a> {
    pub(super) run: Option<RunId>,
    pub(super) fields: &'a [(String, String)],
}

impl Given<'_> {
    pub(super) fn all(&self, name: &str) -> impl Iterator<Item = &str> {
        let filled = self.fields.iter().filter(move |(one, _)| one == name);
        filled.map(|(_, value)| value.as_str())
    }

    /// What is left empty is not given.
    pub(super) fn maybe(&self, name: &str) -> Option<String> {
        let value = self
            .all(name)
            .map(str::trim)
            .find(|value| !value.is_empty());
        value.map(str::to_owned)
    }

    pub(super) fn text(&self, field: &'static str) -> Result<String, Wrong> {
        self.maybe(field).ok_or(Wrong {
            field,
            because: Because::Missing,
        })
    }

    pub(super) fn read<T>(
        &self,
        field: &'static str,
        read: impl Fn(&str) -> Option<T>,
    ) -> Result<Option<T>, Wrong> {
        let unreadable = Wrong {
            field,
            because: Because::Unreadable,
        };
        let value = self.maybe(field);
        value
            .map(|value| read(&value).ok_or(unreadable))
            .transpose()
    }

    pub(super) fn needed<T>(
        &self,
        field: &'static str,
        read: impl Fn(&str) -> Option<T>,
    ) -> Result<T, Wrong> {
        self.read(field, read)?.ok_or(Wrong {
            field,
            because: Because::Missing,
        })
    }

    /// Fields named `fact.NAME`.
    pub(super) fn facts(&self) -> Vec<(String, String)> {
        let facts = self.fields.iter().filter_map(|(name, value)| {
            let name = name.strip_prefix("fact.")?;
            let value = value.trim();
            (!value.is_empty()).then(|| (name.to_owned(), value.to_owned()))
        });
        facts.collect()
    }

    pub(super) fn yes(&self, field: &str) -> bool {
        matches!(
            self.maybe(field).as_deref(),
            Some("yes" | "on" | "true" | "1")
        )
    }

    pub(super) fn act(&self, act: Act) -> Result<Request, Wrong> {
        let run = self.run;
        Ok(Request::Act { run, act })
    }

    pub(super) fn reply(&self, reply: Reply) -> Result<Request, Wrong> {
        let run = self.run;
        Ok(Request::Reply {
            run,
            person: None,
            reply,
        })
    }
}

pub(super) fn aim(name: &str) -> Option<Aim> {
    Aim::ALL.into_iter().find(|aim| aim.name() == name)
}

/// `spam=no`.
pub(super) fn step_of(said: &str) -> Option<(Step, Said)> {
    let (step, given) = said.split_once('=')?;
    Some((Step::from_name(step)?, Said::from_name(given)?))
}

pub(super) fn duration(written: &str) -> Option<Duration> {
    parse_duration(written).ok()
}
