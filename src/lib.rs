//! draaiboek: mentions in, an alert mail and a draft statement out.

pub mod domain;

pub mod demo;

pub mod cli;
