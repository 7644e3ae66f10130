//! A drill of people: the world it is played in.

pub mod replay;

pub mod archive;
