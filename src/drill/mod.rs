//! A drill of people: the world it is played in.

pub mod archive;

pub mod learnt;
pub mod player;
pub mod replay;
pub mod stage;
pub mod trial;
pub mod unattended;

mod air;
mod disk;
mod postman;
