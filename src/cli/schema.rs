//! `draaiboek schema`: what editors need to complete, explain and check the files
//! of an organisation while somebody writes them.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use super::print::{self, failed, say};
use crate::config;
use crate::domain::schema::known::{self, Known};
use crate::domain::schema::{FILES, FOLDER, File, json};

/// Print the JSON Schema of a file, for editors that complete and explain
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Without KIND it is one schema for all files: their first key says which \
                  they are.\n\
                  With --all, schemas are written to DIR/.draaiboek, where the first line \
                  of what `draaiboek init` makes expects them. Do so after an update."
)]
pub struct Args {
    /// The kind of file
    #[arg(value_name = "KIND", value_parser = ["organisation", "playbook", "scenario"])]
    kind: Option<String>,
    /// Write the schemas of all kinds into an organisation's folder instead
    #[arg(long, value_name = "DIR", conflicts_with = "kind")]
    all: Option<PathBuf>,
}

pub fn run(args: &Args) -> ExitCode {
    if let Some(dir) = &args.all {
        return match refresh(dir) {
            Ok(told) => {
                say(told.trim_end());
                ExitCode::SUCCESS
            }
            Err(why) => failed(&why),
        };
    }
    let file = args.kind.as_deref().and_then(File::named);
    let schema = file.map_or_else(json::any_file, json::schema);
    say(json::printed(&schema).trim_end());
    ExitCode::SUCCESS
}

/// Writes the schemas; says so, and which files do not name theirs yet.
fn refresh(dir: &Path) -> Result<String, String> {
    if !dir.join(crate::domain::parse::ORGANISATION).is_file() {
        return Err(format!(
            "there is no draaiboek.yaml in {}; `draaiboek init DIR` makes a folder with one",
            dir.display()
        ));
    }
    let folder = dir.join(FOLDER);
    fs::create_dir_all(&folder).map_err(|why| cannot_write(&folder, &why))?;
    let parsed = config::load(dir);
    let organisation = parsed.organisation.as_ref();
    let names = organisation.map(|known| known::known(known, &parsed.playbooks));
    for file in &FILES {
        let path = dir.join(file.schema_path());
        let schema = json::schema_with(file, names.as_ref().unwrap_or(&Known::default()));
        write(&path, &json::printed(&schema)).map_err(|why| cannot_write(&path, &why))?;
    }
    let mut told = format!(
        "Wrote {} schemas to {}. {}\n",
        FILES.len(),
        folder.display(),
        match names {
            Some(_) => "Editors offer the names in your files: roles, watches, channels.",
            None => "They offer no names yet: first mend what `draaiboek check` finds.",
        }
    );
    let nameless = config::without_schema(dir);
    if !nameless.is_empty() {
        told.push_str("\nThese files do not name theirs yet. Put it above their first line:\n");
        for (path, header) in nameless {
            told.push_str(&format!(
                "  {}\n    {}\n",
                print::safe(&path),
                header.trim_end()
            ));
        }
    }
    Ok(told)
}

fn cannot_write(path: &Path, why: &io::Error) -> String {
    format!("cannot write {}: {why}", path.display())
}

/// In one go: an editor that looks at this moment sees the old or the new.
fn write(path: &Path, text: &str) -> io::Result<()> {
    let unfinished = path.with_extension("json.new");
    fs::write(&unfinished, text)?;
    fs::rename(&unfinished, path)
}
