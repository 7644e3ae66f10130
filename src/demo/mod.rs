//! A world to try the program in: nothing here is real.

pub mod catcher;

pub mod stream;

mod crowd;

mod hand;

mod phrases;
