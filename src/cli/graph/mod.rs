//! `draaiboek graph`: a playbook as one picture for the wall.

mod svg;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use super::made::{self, Made, language, named, usable, version};
use super::print::{failed, note, say};
use crate::config;
use crate::domain::playbook::Playbook;
use crate::domain::poster::{HEIGHT, sheet};
use crate::domain::text::Language;
use crate::engine::clock;

pub(super) use svg::{Size, draw};

/// Draw a playbook as one picture for the wall (SVG, A3)
///
/// Made for a sheet of A3 across; a browser or an office program prints it, and
/// turns it into a PDF. It needs no colours and loads nothing.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Name of a playbook, or a file
    #[arg(value_name = "PLAYBOOK")]
    playbook: String,
    /// Where to write it; without it the picture goes to stdout
    #[arg(long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// nl or en; without it the organisation's language
    #[arg(long, value_name = "LANG", value_parser = language)]
    lang: Option<Language>,
    /// The organisation's folder
    #[arg(long, value_name = "DIR", default_value = ".")]
    dir: PathBuf,
}

pub fn run(args: &Args) -> ExitCode {
    match drawn(args) {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => failed(&why),
    }
}

fn drawn(args: &Args) -> Result<(), String> {
    let path = Path::new(&args.playbook);
    let is_file = path.extension().is_some();
    if is_file && !path.is_file() {
        return Err(format!("there is no file {}", args.playbook));
    }
    let parsed = match is_file {
        true => config::load_playbook(&args.dir, path),
        false => super::check::load(&args.dir, clock::now()),
    };
    let organisation = usable(&parsed)?;
    let playbook: &Playbook = match is_file {
        true => parsed
            .playbooks
            .first()
            .ok_or_else(|| format!("there is no playbook in {}", args.playbook))?,
        false => named(&parsed.playbooks, &args.playbook)?,
    };
    let language = args.lang.unwrap_or(organisation.language);
    let sheet = sheet(organisation, playbook, language, &version(&[playbook]));
    let is_tall = sheet.height > HEIGHT;
    let svg = draw(&sheet, &playbook.name, language, Size::Wall);
    match &args.output {
        None => say(svg.trim_end()),
        Some(path) => {
            let made = Made {
                text: &svg,
                mark: svg::MARK,
                is_private: false,
            };
            made::write(path, &made)?;
            note(&format!("written: {}", path.display()));
        }
    }
    if is_tall {
        note("this playbook is too much for one A3: print it on a larger sheet, or on two");
    }
    Ok(())
}
