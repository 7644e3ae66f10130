//! The one test binary: what the program does, seen from outside.

mod world;

mod backtest;

mod certificates;

mod check;

mod clock_jumps;

mod content;

mod core;

mod crash;

mod team;

mod docs;

mod duty;

mod escalation;

mod faults;

mod letter;

mod mail;

mod mail_tls;

mod serve;

mod sources;

mod tidy;

mod ways;
