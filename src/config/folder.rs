//! Reads the files of an organisation's folder.

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use crate::domain::finding::{Finding, Severity};
use crate::domain::parse::{
    self, Compiled, Each, Input, LARGEST_FILE, ORGANISATION, ReadAhead, SourceFile,
};
use crate::domain::picture;
use crate::processors;

/// Where the texts of messages stand.
const TEXTS: &str = "templates/statements";

/// The folders of an organisation, and how the files in them end.
const FOLDERS: [(&str, &str); 5] = [
    ("playbooks", ".yaml"),
    ("playbooks/scenarios", ".yaml"),
    (TEXTS, ".hbs"),
    ("templates/webhooks", ".hbs"),
    ("lists", ".txt"),
];

/// More files than this in one folder is not an organisation's folder.
const MOST_FILES: usize = 1_000;

/// Fewer files than this for each thread are read sooner without it.
const FEW: usize = 8;

/// A file that is to be read.
struct Listed {
    path: PathBuf,
    /// As findings call it.
    shown: String,
    /// An ordinary file by what its folder says, and no link.
    is_plain: bool,
}

impl Listed {
    fn read(&self) -> Result<SourceFile, Box<Finding>> {
        match self.is_plain {
            true => read_plain(&self.path, &self.shown),
            false => read_file(&self.path, &self.shown),
        }
    }
}

/// What one processor read.
#[derive(Default)]
struct Done {
    files: Vec<(usize, Result<SourceFile, Box<Finding>>)>,
    trees: Vec<(String, ReadAhead)>,
    compiled: Compiled,
}

/// The bytes of every file that belongs to an organisation.
pub fn read_folder(folder: &Path) -> Input {
    let (mut input, listed) = list(folder);
    for one in listed {
        take_in(&mut input, one.read());
    }
    read_images(&mut input, folder, None);
    input
}

/// The same, with their YAML and texts read as well; where there are many, on all
/// processors.
pub(super) fn read_ahead(folder: &Path) -> Input {
    let (mut input, listed) = list(folder);
    let step = |done: &mut Done, number: usize| {
        let Some(one) = listed.get(number) else {
            return;
        };
        let file = one.read();
        if let Ok(file) = &file {
            if file.path.starts_with(TEXTS) {
                parse::compile_ahead(file, &mut done.compiled);
            } else if file.path.ends_with(".yaml") {
                let tree = ReadAhead::of(file).map(|ahead| (file.path.clone(), ahead));
                done.trees.extend(tree);
            }
        }
        done.files.push((number, file));
    };
    let mut files = Vec::new();
    for done in processors::divided(listed.len(), FEW, Done::default, step) {
        files.extend(done.files);
        input.ahead.extend(done.trees);
        input.compiled.join(done.compiled);
    }
    files.sort_unstable_by_key(|(number, _)| *number);
    for (_, file) in files {
        take_in(&mut input, file);
    }
    read_images(&mut input, folder, None);
    input.each = Each(at_once);
    input
}

/// A playbook is more work than a file.
fn at_once(n: usize, work: &(dyn Fn(usize) + Sync)) {
    processors::divided(n, 2, || (), |(), number| work(number));
}

fn take_in(input: &mut Input, file: Result<SourceFile, Box<Finding>>) {
    match file {
        Ok(file) => input.files.push(file),
        Err(finding) => input.findings.push(*finding),
    }
}

/// What is to be read of a folder, and what is wrong with it before anything is.
fn list(folder: &Path) -> (Input, Vec<Listed>) {
    let (mut input, mut listed) = (Input::default(), Vec::new());
    if !folder.is_dir() {
        let reason = if folder.exists() {
            "is not a folder"
        } else {
            "does not exist"
        };
        input.findings.push(about_file(
            &folder.display().to_string(),
            "no-folder",
            format!("the folder {reason}"),
            "`draaiboek init DIR` makes one; `--dir DIR` says where yours is",
        ));
        return (input, listed);
    }
    if folder.join(ORGANISATION).symlink_metadata().is_ok() {
        listed.push(Listed {
            path: folder.join(ORGANISATION),
            shown: ORGANISATION.to_owned(),
            is_plain: false,
        });
    } else {
        input.findings.push(about_file(
            ORGANISATION,
            "no-organisation",
            format!("there is no {ORGANISATION} in {}", folder.display()),
            "`draaiboek init DIR` makes a folder with one; `--dir DIR` says where yours is",
        ));
    }
    for (name, ending) in FOLDERS {
        list_files(&mut input, &mut listed, folder, name, ending);
    }
    (input, listed)
}

/// Every file that belongs to an organisation, with its path in `folder`: what is
/// checked, the templates of its mails, and the pictures that it names. What cannot be
/// read is left out.
pub fn belongings(folder: &Path) -> Vec<SourceFile> {
    let input = read_folder(folder);
    let mut files = input.files;
    let (mut aside, mut mails) = (Input::default(), Vec::new());
    list_files(&mut aside, &mut mails, folder, "templates/mail", ".hbs");
    files.extend(mails.iter().filter_map(|mail| mail.read().ok()));
    for path in input.images.into_keys() {
        if let Some(bytes) = read_picture(&folder.join(&path)) {
            files.push(SourceFile { path, bytes });
        }
    }
    files
}

/// How the folder looks from outside: changes when a file in it is written, added or
/// taken away. Reads no file.
pub fn outline(folder: &Path) -> Vec<(PathBuf, u64, Option<std::time::SystemTime>)> {
    let mut all = vec![folder.join(ORGANISATION)];
    let folders = FOLDERS.iter().map(|(name, _)| *name);
    for name in folders.chain(["templates/mail", picture::FOLDER]) {
        let entries = std::fs::read_dir(folder.join(name)).into_iter().flatten();
        let paths = entries.filter_map(|entry| Some(entry.ok()?.path()));
        all.extend(paths.take(MOST_FILES));
    }
    all.sort();
    let seen = all.into_iter().map(|path| {
        let about = std::fs::metadata(&path).ok();
        let length = about.as_ref().map_or(0, std::fs::Metadata::len);
        let changed = about.and_then(|about| about.modified().ok());
        (path, length, changed)
    });
    seen.collect()
}

/// Looks at the pictures that a file in `input` names, or `beside`: no others,
/// because every command waits for this.
pub(super) fn read_images(input: &mut Input, folder: &Path, beside: Option<&SourceFile>) {
    let Ok(entries) = std::fs::read_dir(folder.join(picture::FOLDER)) else {
        return;
    };
    let yaml = input
        .files
        .iter()
        .filter(|file| file.path.ends_with(".yaml"));
    let texts = yaml
        .chain(beside)
        .map(|file| String::from_utf8_lossy(&file.bytes));
    let texts: Vec<_> = texts
        .filter(|text| text.contains(picture::FOLDER))
        .collect();
    for entry in entries.filter_map(Result::ok).take(MOST_FILES) {
        let Ok(name) = entry.file_name().into_string() else {
            continue;
        };
        let path = format!("{}{name}", picture::FOLDER);
        if !texts.iter().any(|text| text.contains(&path)) {
            continue;
        }
        if let Some(bytes) = read_picture(&entry.path()) {
            input.images.insert(path, picture::look(&bytes));
        }
    }
}

/// The bytes of a picture, and at most one more than is allowed; `None` for what
/// cannot be read or is no ordinary file.
pub fn read_picture(path: &Path) -> Option<Vec<u8>> {
    // A pipe or a device could keep us waiting for ever.
    if !std::fs::metadata(path).ok()?.is_file() {
        return None;
    }
    let mut bytes = Vec::new();
    let file = File::open(path).ok()?;
    let read = file
        .take(picture::LARGEST as u64 + 1)
        .read_to_end(&mut bytes);
    read.ok().map(|_| bytes)
}

/// Adds the files in one folder, by name. It does not descend, so a link to a
/// folder above cannot make it go round.
fn list_files(
    input: &mut Input,
    listed: &mut Vec<Listed>,
    folder: &Path,
    name: &str,
    ending: &str,
) {
    let within = folder.join(name);
    let entries = match std::fs::read_dir(&within) {
        Ok(entries) => entries,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return,
        Err(error) => {
            input.findings.push(unreadable(name, &error));
            return;
        }
    };
    let named = entries.filter_map(|entry| {
        let entry = entry.ok()?;
        let file = entry.file_name().into_string().ok()?;
        let is_plain = entry.file_type().is_ok_and(|kind| kind.is_file());
        let is_one = !file.starts_with('.') && (is_plain || !within.join(&file).is_dir());
        is_one.then_some((file, is_plain))
    });
    let mut named: Vec<(String, bool)> = named.collect();
    named.sort();
    if named.len() > MOST_FILES {
        input.findings.push(about_file(
            name,
            "too-many-files",
            format!("there are {} files in this folder", named.len()),
            "is this the right folder?",
        ));
        return;
    }
    for (file, is_plain) in named {
        let shown = format!("{name}/{file}");
        if file.ends_with(ending) {
            listed.push(Listed {
                path: within.join(&file),
                shown,
                is_plain,
            });
        } else if ending == ".yaml" && (file.ends_with(".yml") || file.ends_with(".YAML")) {
            let mut finding = about_file(
                &shown,
                "file-name",
                "this file is not read".to_owned(),
                "rename it so that it ends in .yaml",
            );
            finding.severity = Severity::Warning;
            input.findings.push(finding);
        }
    }
}

/// Reads a file that may be anything.
pub(super) fn read_file(path: &Path, shown: &str) -> Result<SourceFile, Box<Finding>> {
    let about = std::fs::metadata(path).map_err(|error| Box::new(unreadable(shown, &error)))?;
    // A pipe or a device could keep us waiting for ever.
    if !about.is_file() {
        return Err(Box::new(about_file(
            shown,
            "unreadable",
            "this is not an ordinary file".to_owned(),
            "replace it by a file",
        )));
    }
    read_plain(path, shown)
}

/// Reads at most one byte more than is allowed, which the parser then refuses.
fn read_plain(path: &Path, shown: &str) -> Result<SourceFile, Box<Finding>> {
    let refused = |error: std::io::Error| Box::new(unreadable(shown, &error));
    let file = File::open(path).map_err(refused)?;
    // Room for all of it and for seeing that nothing follows: one look at the disk.
    let length = file.metadata().map_err(refused)?.len();
    let length = usize::try_from(length).map_or(LARGEST_FILE, |n| n.min(LARGEST_FILE));
    let mut bytes = Vec::with_capacity(length + 1);
    file.take(LARGEST_FILE as u64 + 1)
        .read_to_end(&mut bytes)
        .map_err(refused)?;
    Ok(SourceFile {
        path: shown.to_owned(),
        bytes,
    })
}

fn unreadable(shown: &str, error: &std::io::Error) -> Finding {
    use std::io::ErrorKind;
    let (reason, hint) = match error.kind() {
        ErrorKind::PermissionDenied => (
            "we may not read this".to_owned(),
            "give the user that runs draaiboek the right to read it",
        ),
        ErrorKind::NotFound => (
            "this does not exist".to_owned(),
            "check the name; a link may point to something that is gone",
        ),
        _ => (
            format!("this cannot be read: {error}"),
            "check the file and the disk",
        ),
    };
    about_file(shown, "unreadable", reason, hint)
}

/// An error about a file as a whole.
pub(super) fn about_file(file: &str, id: &'static str, message: String, hint: &str) -> Finding {
    Finding {
        id,
        severity: Severity::Error,
        file: file.to_owned(),
        line: 0,
        column: 0,
        length: 0,
        text: String::new(),
        message,
        hint: hint.to_owned(),
    }
}
