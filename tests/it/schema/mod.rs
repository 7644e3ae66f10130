//! The table of keys: it agrees with the parser, its JSON Schema says the same as
//! `check`, and its pages and examples are true.

mod agree;

mod corpus;

mod editor;

mod pages;

mod valid;

pub(crate) mod validator;
