//! `draaiboek man`: the manual pages, made of the same words as `--help`.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Command, CommandFactory};
use clap_mangen::Man;

use super::print::{failed, note};

/// Print the manual page of a command, or write those of all
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Which command, such as `run show`; the program itself when not given
    #[arg(value_name = "COMMAND")]
    command: Vec<String>,
    /// Write the pages of all commands into this folder, one file each
    #[arg(long, value_name = "DIR", conflicts_with = "command")]
    all: Option<PathBuf>,
}

pub fn run(args: &Args) -> ExitCode {
    let done = match &args.all {
        Some(folder) => write_all(folder),
        None => print(&args.command),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => failed(&why),
    }
}

fn print(words: &[String]) -> Result<(), String> {
    let (_, command) = pages()
        .into_iter()
        .find(|(name, _)| *name == page_name(words))
        .ok_or_else(|| {
            let words = words.join(" ");
            format!("there is no command `{words}`; `draaiboek --help` lists them")
        })?;
    let page = page(command).map_err(|error| error.to_string())?;
    match io::stdout().lock().write_all(&page) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(error.to_string()),
        _ => Ok(()),
    }
}

fn write_all(folder: &Path) -> Result<(), String> {
    let told = |error: io::Error| format!("{}: {error}", folder.display());
    fs::create_dir_all(folder).map_err(told)?;
    let pages = pages();
    let n_pages = pages.len();
    for (name, command) in pages {
        let page = page(command).map_err(told)?;
        fs::write(folder.join(format!("{name}.1")), page).map_err(told)?;
    }
    note(&format!("{n_pages} manual pages written"));
    Ok(())
}

fn page_name(words: &[String]) -> String {
    let mut name = "draaiboek".to_owned();
    for word in words {
        name = format!("{name}-{word}");
    }
    name
}

/// Every command with the name of its page: `draaiboek-run-show`.
fn pages() -> Vec<(String, Command)> {
    let mut root = super::Cli::command();
    root = root.disable_help_subcommand(true);
    root.build();
    let mut pages = Vec::new();
    collect("draaiboek".to_owned(), &root, &mut pages);
    pages
}

fn collect(name: String, command: &Command, pages: &mut Vec<(String, Command)>) {
    let shown = command.get_subcommands().filter(|one| !one.is_hide_set());
    let below: Vec<_> = shown
        .filter(|one| one.get_name() != "help")
        .map(|one| (format!("{name}-{}", one.get_name()), one))
        .collect();
    pages.push((name, command.clone()));
    for (name, command) in below {
        collect(name, command, pages);
    }
}

fn page(command: Command) -> io::Result<Vec<u8>> {
    let mut page = Vec::new();
    Man::new(command).manual("draaiboek").render(&mut page)?;
    Ok(page)
}
