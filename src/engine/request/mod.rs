//! What the command line may ask of a daemon, or of the store when none runs.
//!
//! One list for both: a request is answered the same way, whoever owns the
//! store at that moment.

mod answer;

mod counter;

mod given;

mod list;

pub use counter::{Counter, Owner};
pub(super) use counter::{did_you_mean, stored};
pub use list::Request;
