//! `draaiboek openapi`: the document that describes the JSON interface.

use std::process::ExitCode;

use super::print::json;
use crate::web::room::api::openapi::document;

/// Print the OpenAPI document of the JSON interface
#[derive(Debug, clap::Args)]
pub struct Args {}

pub fn run(_: &Args) -> ExitCode {
    json(&document());
    ExitCode::SUCCESS
}
