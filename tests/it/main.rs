//! The one test binary: what the program does, seen from outside.

mod world;

mod crew;

mod team;

mod answer;

mod backtest;

mod bounces;

mod certificates;

mod check;

mod clock_jumps;

mod content;

mod core;

mod crash;

mod docs;

mod duty;

mod escalation;

mod faults;

mod health;

mod inbox;

mod kills;

mod letter;

mod lives;

mod mail;

mod mail_tls;

mod matrix;

mod scenario;

mod serve;

mod sources;

mod story;

mod tidy;

mod ways;
