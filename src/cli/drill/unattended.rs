//! `draaiboek drill SCENARIO --unattended`: scripted people play it.

use std::process::ExitCode;

use super::account::Account;
use super::{Play, outcome, room};
use crate::cli::print::failed;
use crate::domain::drill::record::Manner;
use crate::drill::unattended;

pub(super) fn run(play: &Play) -> ExitCode {
    match played(play) {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => failed(&why),
    }
}

fn played(play: &Play) -> Result<(), String> {
    let stage = room::stage(play, Manner::Unattended)?;
    let mut account = Account::default();
    let mut n_mentions = 0;
    let record = unattended::run(stage, |player, _| {
        account.tell(player);
        (n_mentions, _) = player.n_mentions();
    })?;
    if let Some(path) = &play.log {
        outcome::write(&record, path)?;
    }
    outcome::show(&record, n_mentions);
    Ok(())
}
