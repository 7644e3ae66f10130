//! `draaiboek drill SCENARIO --unattended`: scripted people play it.

use std::process::ExitCode;

use super::account::Account;
use super::{Play, outcome, room};
use crate::cli::print::failed;
use crate::domain::drill::record::Manner;
use crate::drill::unattended;

pub(super) fn run(play: &Play) -> ExitCode {
    played(play).unwrap_or_else(|why| failed(&why))
}

fn played(play: &Play) -> Result<ExitCode, String> {
    let stage = room::stage(play, Manner::Unattended)?;
    let scenario = stage.scenario.clone();
    let mut account = Account::default();
    let record = unattended::run(stage, |player, _| {
        if !play.json {
            account.tell(player);
        }
    })?;
    outcome::end(play, &scenario, &record)
}
