//! draaiboek: mentions in, an alert mail and a draft statement out.

pub mod domain;

pub mod guard;

pub mod processors;

pub mod store;

pub mod source;

pub mod notify;

pub mod config;

pub mod engine;

pub mod drill;

pub mod backup;

pub mod dossier;

pub mod web;

pub mod cli;

pub mod demo;
