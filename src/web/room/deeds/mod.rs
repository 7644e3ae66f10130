//! What people can do on the pages, and by the JSON interface: one table for both,
//! and for what describes the interface. A deed says which right it takes and
//! which fields, and makes a request of the command line's list.

mod answering;

mod course;

mod field;

mod given;

mod house;

mod tasks;

mod texts;

use crate::domain::access::Right;
use crate::domain::run::RunId;
use crate::engine::request::Request;
use given::Given;

pub use field::{Field, Kind};
pub use given::{Because, Wrong};

/// Something that can be done.
#[derive(Debug)]
pub struct Deed {
    /// As it stands in an address.
    pub name: &'static str,
    pub right: Right,
    /// Whether it is done to a run.
    pub is_of_run: bool,
    pub about: &'static str,
    pub fields: &'static [Field],
    make: fn(&Given) -> Result<Request, Wrong>,
}

/// Everything that can be done, in the order in which it is described.
pub fn all() -> impl Iterator<Item = &'static Deed> {
    let tables = [
        tasks::DEEDS,
        answering::DEEDS,
        texts::DEEDS,
        course::DEEDS,
        house::DEEDS,
    ];
    tables.into_iter().flatten()
}

/// The deed of this name.
pub fn find(name: &str, is_of_run: bool) -> Option<&'static Deed> {
    all().find(|deed| deed.name == name && deed.is_of_run == is_of_run)
}

impl Deed {
    /// The request that these fields make.
    pub fn request(
        &self,
        run: Option<RunId>,
        fields: &[(String, String)],
    ) -> Result<Request, Wrong> {
        (self.make)(&Given { run, fields })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_needed_is_asked_for_and_what_is_given_is_taken() {
        for deed in all() {
            let value = |field: &Field| match field.kind {
                Kind::Number => "3",
                Kind::Duration => "10m",
                Kind::Choice(choices) => choices[0],
                Kind::Text if field.name == "due" => "2026-05-01",
                _ if field.name == "step" => "spam=no",
                _ => "something",
            };
            let all: Vec<(String, String)> = deed
                .fields
                .iter()
                .map(|field| (field.name.to_owned(), value(field).to_owned()))
                .collect();
            let run = deed.is_of_run.then_some(1);
            let made = deed.request(run, &all);
            assert!(made.is_ok(), "{}: {made:?}", deed.name);
            for field in deed.fields.iter().filter(|field| field.is_needed) {
                let mut fewer = all.clone();
                fewer.retain(|(name, _)| name != field.name);
                let refused = deed.request(run, &fewer);
                assert!(
                    refused.is_err() || field.name == "text" && deed.name == "edit",
                    "{} without {}",
                    deed.name,
                    field.name
                );
            }
        }
    }
}
