//! The one test binary: what the program does, seen from outside.

mod letter;

mod mail;

mod mail_tls;
//! The one integration test binary; each module is a room of tests.

mod check;
//! All integration tests, in one binary.

mod sources;
//! Everything that is tested from outside, in one binary.

mod content;
