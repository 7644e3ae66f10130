//! The one integration test binary; each module is a room of tests.

mod check;
