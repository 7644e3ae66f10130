//! The one test binary: what the program does, seen from outside.

mod world;

mod backtest;

mod check;

mod content;

mod core;

mod crash;

mod docs;

mod duty;

mod escalation;

mod kills;

mod letter;

mod mail;

mod mail_tls;

mod matrix;

mod serve;

mod sources;

mod tidy;

mod ways;
