//! The pages of the situation room, asked for over HTTP as a browser would.

mod draft;

mod getting_in;

mod overview;

mod run;
pub(crate) mod browser;
