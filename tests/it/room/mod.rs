//! The pages of the situation room, asked for over HTTP as a browser would.

mod accessible;

mod api;

pub(crate) mod chrome;

pub(crate) mod browser;

mod draft;

mod fuzz;

mod getting_in;

mod overview;

mod rights;

mod run;

mod stories;
