//! The one test binary: what the program does, seen from outside.

mod letter;

mod mail;

mod mail_tls;
