//! The one test binary: what the program does, seen from outside.

mod check;

mod content;

mod docs;

mod letter;

mod mail;

mod mail_tls;

mod sources;
