//! What draaiboek decides, without doing anything: no I/O, no clock, no
//! randomness, no async, no logging, no knowledge of files.
//!
//! Time comes in as a value (`now`), the world as plain data, and what must
//! happen goes out as values. That is why a drill, a backtest and the daemon
//! can share it. Modules stand in reading order.

pub mod text;

pub mod time;

pub mod plane;

pub mod access;

pub mod refusals;

pub mod password;

pub mod limits;

pub mod finding;

pub mod mention;

pub mod history;

pub mod words;

pub mod markup;

pub mod sheet;

pub mod chart;

pub mod pace;

pub mod calm;

pub mod query;

pub mod condition;

pub mod entail;

pub mod wording;

pub mod organisation;

pub mod duty;

pub mod picture;

pub mod playbook;

pub mod quality;

pub mod said;

pub mod scenario;

pub mod trial;

pub mod chatter;

pub mod parse;

pub mod schema;

pub mod facts;

pub mod hex;

pub mod strategy;

pub mod draft;

pub mod plain_link;

pub mod plainly;

pub mod poster;

pub mod volume;

pub mod usual;

pub mod unusual;

pub mod almanac;

pub mod office;

pub mod voices;

pub mod enrich;

pub mod environment;

pub mod heard;

pub mod meter;

pub mod sight;

pub mod rhythm;

pub mod baseline;

pub mod evidence;

pub mod trigger;

pub mod storm;

pub mod revision;

pub mod run;

pub mod left_behind;

pub mod chain;

pub mod verify;

pub mod forgetting;

pub mod reading;

pub mod effect;

pub mod restraint;

pub mod delivery;
pub mod unreachable;

pub mod blind;

pub mod freshness;

pub mod house;

pub mod hook;

pub mod roll_call;

mod entry_mail;
mod roll_call_mails;

pub mod lookout;

pub mod review;

pub mod answering;

pub mod proof;

pub mod step;

pub mod link;
pub mod stuck;

pub mod audit;

pub mod readiness;

pub mod sender;

pub mod deaf;

pub mod desk;

pub mod differences;

pub mod amended;

pub mod retrospect;

pub mod timeline;

pub mod drill;

pub mod report;
