//! Where mentions come from. Sources read the world and deliver batches; what
//! happens to a mention after that is not theirs to know.

pub mod wire;

pub mod lines;

pub mod body;

pub mod table;

pub mod open;
