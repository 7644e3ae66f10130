//! The one test binary: what the program does, seen from outside.

mod world;

mod answer;
mod crew;

mod backtest;

mod bounces;

mod check;

mod content;

mod core;

mod crash;

mod docs;

mod duty;

mod escalation;

mod health;

mod inbox;

mod letter;

mod lives;

mod mail;

mod mail_tls;

mod serve;

mod sources;

mod tidy;

mod ways;
