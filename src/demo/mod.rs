//! A world to try the program in: nothing here is real.

pub mod catcher;

pub mod stream;

mod crowd;

mod fault;

mod hand;

mod phrases;
