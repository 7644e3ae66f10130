//! `draaiboek init`: a complete organisation to start from, in one folder.
//!
//! Writes all or nothing. Everything is first written under a name that no
//! command reads, then moved to its place, `draaiboek.yaml` last: a folder
//! without that file is not an organisation, so an interrupted init never
//! looks finished. Knows nothing about what the files mean.

use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use include_dir::{Dir, include_dir};

use super::print::{failed, say};
use crate::domain::schema::{FILES, File, json};
use crate::domain::text::Language;

static PLAYBOOKS: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/playbooks");
static STATEMENTS: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/templates/statements");
static ORGANISATION: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/templates/organisation");

/// The file that makes a folder an organisation.
const CORE_FILE: &str = "draaiboek.yaml";

/// Where an init that has not finished keeps its files.
const UNFINISHED: &str = ".draaiboek-init";

/// Make a folder with a complete example organisation, to adapt
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The folder to fill; made when it is not there
    pub dir: PathBuf,
    /// Language the team reads
    #[arg(long, value_name = "nl|en", default_value = "nl", value_parser = language)]
    pub language: Language,
}

fn language(tag: &str) -> Result<Language, String> {
    Language::from_tag(tag).ok_or_else(|| "write nl or en".to_owned())
}

pub fn run(args: &Args) -> ExitCode {
    let files = files(args.language);
    match write_all(&args.dir, &files) {
        Ok(()) => {
            say(made(&args.dir, &files).trim_end());
            ExitCode::SUCCESS
        }
        Err(problem) => failed(&problem.to_string()),
    }
}

/// Everything init writes: path within the folder, and content. `CORE_FILE`
/// comes last.
pub fn files(language: Language) -> Vec<(PathBuf, String)> {
    let mut files = Vec::new();
    for (folder, dir) in [
        ("playbooks", &PLAYBOOKS),
        ("templates/statements", &STATEMENTS),
    ] {
        for file in dir.files().chain(folders_of(dir)) {
            let text = file.contents_utf8().unwrap_or_default();
            let path = Path::new(folder).join(file.path());
            let text = with_schema(&path, in_language(text, language));
            files.push((path, text));
        }
    }
    let readme = shipped(&format!("README.{}.md", language.tag()));
    files.push(("README.md".into(), readme.to_owned()));
    files.push((".gitignore".into(), shipped("gitignore").to_owned()));
    let core = shipped(CORE_FILE).replace(
        "\n  language: nl\n",
        &format!("\n  language: {}\n", language.tag()),
    );
    for file in &FILES {
        let schema = json::printed(&json::schema(file));
        files.push((file.schema_path().into(), schema));
    }
    let core = with_schema(Path::new(CORE_FILE), in_language(&core, language));
    files.push((CORE_FILE.into(), core));
    files
}

/// The text of a file with a first line by which editors find its schema.
fn with_schema(path: &Path, text: String) -> String {
    match path.to_str().and_then(File::at) {
        Some(file) => format!("{}{text}", file.header()),
        None => text,
    }
}

/// The files one folder deeper: scenarios stand below the playbooks.
fn folders_of(dir: &'static Dir<'_>) -> impl Iterator<Item = &'static include_dir::File<'static>> {
    dir.dirs().flat_map(Dir::files)
}

fn shipped(name: &str) -> &'static str {
    let file = ORGANISATION.get_file(name);
    file.and_then(|file| file.contents_utf8())
        .unwrap_or_default()
}

/// Shipped YAML has its comments in two languages, marked `# [nl]` and
/// `# [en]`; a team gets those it reads.
fn in_language(text: &str, language: Language) -> String {
    let other = match language {
        Language::Nl => "# [en] ",
        Language::En => "# [nl] ",
    };
    let own = format!("# [{}] ", language.tag());
    let mut kept = String::with_capacity(text.len());
    for line in text.lines() {
        match line.split_once(other) {
            // The whole line was a comment in the other language.
            Some((before, _)) if before.trim().is_empty() => continue,
            Some((before, _)) => kept.push_str(before.trim_end()),
            None => kept.push_str(&line.replace(&own, "# ")),
        }
        kept.push('\n');
    }
    kept
}

/// Why init wrote nothing, as a person reads it.
#[derive(Debug, thiserror::Error)]
pub enum Problem {
    #[error(
        "{dir} already has files with these names, so nothing was written:\n{list}\n\
         hint: choose another folder, or move these files away first"
    )]
    InTheWay { dir: String, list: String },
    #[error("cannot write {path}: {cause}\nhint: {hint}")]
    CannotWrite {
        path: String,
        cause: io::Error,
        hint: &'static str,
    },
}

impl Problem {
    fn at(path: &Path) -> impl Fn(io::Error) -> Self + '_ {
        move |cause| Self::CannotWrite {
            path: path.display().to_string(),
            hint: hint(&cause),
            cause,
        }
    }
}

fn hint(cause: &io::Error) -> &'static str {
    match cause.kind() {
        io::ErrorKind::PermissionDenied => "choose a folder in which you may write",
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => {
            "make room on the disk, then run init again"
        }
        io::ErrorKind::ReadOnlyFilesystem => "this disk is read-only: choose another folder",
        io::ErrorKind::NotADirectory | io::ErrorKind::AlreadyExists => {
            "a file has the name of a folder that is needed: choose another folder"
        }
        _ => "run init again once this is solved; no file of yours was changed",
    }
}

/// The images that the shipped playbooks name; their bytes are no text.
fn images() -> impl Iterator<Item = (PathBuf, &'static [u8])> {
    let folder = ORGANISATION.get_dir("images");
    let files = folder.into_iter().flat_map(Dir::files);
    files.map(|file| (file.path().to_owned(), file.contents()))
}

/// Writes every file into `dir`, and the images that go with them, or nothing.
pub fn write_all(dir: &Path, texts: &[(PathBuf, String)]) -> Result<(), Problem> {
    let texts = texts.iter();
    let texts = texts.map(|(path, text)| (path.clone(), text.as_bytes()));
    let images = images().map(|(path, bytes)| -> (PathBuf, &[u8]) { (path, bytes) });
    // The core file comes last, and makes it an organisation.
    let files: Vec<(PathBuf, &[u8])> = images.chain(texts).collect();
    let files = files.as_slice();
    let in_the_way: Vec<String> = files
        .iter()
        .filter(|(path, _)| dir.join(path).symlink_metadata().is_ok())
        .map(|(path, _)| format!("  {}", path.display()))
        .collect();
    if !in_the_way.is_empty() {
        return Err(Problem::InTheWay {
            dir: dir.display().to_string(),
            list: in_the_way.join("\n"),
        });
    }
    fs::create_dir_all(dir).map_err(Problem::at(dir))?;
    let unfinished = dir.join(UNFINISHED);
    // What an earlier init left when it was interrupted; only ours has this name.
    if unfinished.symlink_metadata().is_ok() {
        fs::remove_dir_all(&unfinished).map_err(Problem::at(&unfinished))?;
    }
    let mut moved = Vec::new();
    let result = write_and_move(dir, &unfinished, files, &mut moved);
    if result.is_err() {
        for path in moved {
            // The first problem is the one to tell; a leftover is harmless.
            let _ = fs::remove_file(path);
        }
    }
    let _ = fs::remove_dir_all(&unfinished);
    result
}

fn write_and_move(
    dir: &Path,
    unfinished: &Path,
    files: &[(PathBuf, &[u8])],
    moved: &mut Vec<PathBuf>,
) -> Result<(), Problem> {
    for (path, content) in files {
        let place = unfinished.join(path);
        make_parent(&place)?;
        write_new(&place, content).map_err(Problem::at(&place))?;
    }
    for (path, _) in files {
        let place = dir.join(path);
        make_parent(&place)?;
        // A link fails when somebody made the file meanwhile; a rename would
        // overwrite it. Not every file system has links: then look again.
        let from = unfinished.join(path);
        if fs::hard_link(&from, &place).is_err() {
            if place.symlink_metadata().is_ok() {
                return Err(Problem::at(&place)(io::ErrorKind::AlreadyExists.into()));
            }
            fs::rename(&from, &place).map_err(Problem::at(&place))?;
        }
        moved.push(place);
    }
    Ok(())
}

fn make_parent(place: &Path) -> Result<(), Problem> {
    match place.parent() {
        Some(parent) => fs::create_dir_all(parent).map_err(Problem::at(parent)),
        None => Ok(()),
    }
}

fn write_new(place: &Path, content: &[u8]) -> io::Result<()> {
    let mut file = OpenOptions::new()
        .write(true)
        .create_new(true)
        .open(place)?;
    file.write_all(content)?;
    file.sync_all()
}

/// What was made, and the next three commands.
fn made(dir: &Path, files: &[(PathBuf, String)]) -> String {
    let count = |folder: &str| {
        let inside = files
            .iter()
            .filter(|(path, _)| path.parent() == Some(Path::new(folder)));
        inside.count()
    };
    let shown = quoted(dir);
    format!(
        "Made an organisation in {shown}:\n  \
         {CORE_FILE}         people, watches, channels (invented: replace them)\n  \
         playbooks/             {} playbooks\n  \
         playbooks/scenarios/   {} scenarios to drill\n  \
         templates/statements/  {} statement templates\n  \
         .draaiboek/            what editors complete and explain with\n  \
         README.md, .gitignore\n\n\
         Next:\n  \
         draaiboek check --dir {shown}\n  \
         export DRAAIBOEK_PUSH_TOKEN=\"$(openssl rand -hex 24)\"\n  \
         draaiboek serve --dir {shown}\n",
        count("playbooks"),
        count("playbooks/scenarios"),
        count("templates/statements"),
    )
}

/// The folder as it can be pasted into a shell.
fn quoted(dir: &Path) -> String {
    let shown = dir.display().to_string();
    let is_plain = |letter: char| letter.is_alphanumeric() || "/._-~".contains(letter);
    if !shown.is_empty() && shown.chars().all(is_plain) {
        return shown;
    }
    format!("'{}'", shown.replace('\'', r"'\''"))
}
