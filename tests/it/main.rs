//! The one test binary: what the program does, seen from outside.

mod world;

mod check;

mod content;

mod crash;
mod docs;

mod letter;

mod mail;

mod mail_tls;

mod sources;

mod tidy;
