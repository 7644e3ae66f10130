//! What a person can ask on the command line, one file a command.

pub mod check;

pub mod render;
