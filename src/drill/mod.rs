//! A drill of people: the world it is played in.

pub mod replay;

mod air;

mod postman;

pub mod player;

pub mod unattended;
