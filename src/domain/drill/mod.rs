//! A drill: the same engine on a scenario instead of the world, and how it is
//! judged. Pure, like everything in this room.

pub mod record;

pub mod cue;

pub mod script;

pub mod doing;

pub mod console;

pub mod responders;

mod filling;
pub mod score;

pub mod report;

pub mod due;

pub mod trend;
