//! The one test binary: what the program does, seen from outside.

mod world;

mod absence;
mod altered;

mod crew;

mod team;

mod texts;

mod answer;

mod answering;

mod backtest;

mod backup;

mod blind;

mod bounces;

mod certificates;

mod chain;

mod check;

mod clock_jumps;

mod content;

mod core;

mod counts;

mod crash;

mod detection;

mod docs;

mod doctrine;
mod dossier;

mod doctor;

mod drafts;

mod drill;
mod drill_score;

mod duty;

mod enrich;

mod environment;

mod escalation;

mod evidence;

mod faults;

mod findings;

mod flood;

mod hands;

mod hooks;

mod health;

mod images;

mod import;

mod inbox;

mod kills;

mod learning;

mod letter;

mod lives;

mod long;

mod mail;

mod mail_tls;

mod message_set;

mod matrix;

mod mistakes;

mod nl_alert;

mod packages;

mod plane;

mod privacy;

mod readings;

mod playbook_tests;

mod refusals;

mod reload;
mod report;

mod figures;

mod lessons;

mod roll_call;

mod said;

mod room;

mod review;

mod review_data;

mod review_words;

mod scenario;

mod schema;
mod sender;

mod serve;

mod social;
mod sources;

mod start;

mod story;

mod tidy;

mod wall;

mod watch;

mod ways;
