//! What is needed to see the program at work without the outside world.

pub mod catcher;
