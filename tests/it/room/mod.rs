//! The pages of the situation room, asked for over HTTP as a browser would.

pub(crate) mod browser;

mod draft;
