//! A drill of people: the world it is played in.

pub mod replay;

mod air;

mod disk;

mod postman;

pub mod player;

pub mod archive;
pub mod trial;
pub mod unattended;
