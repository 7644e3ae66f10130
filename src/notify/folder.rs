//! Keeps mails as files in `outbox/` when no mail server is set. They open
//! with a double click in any mail program.

use std::fs::{self, File, OpenOptions};
use std::io::Write;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use super::envelope::{self, Outgoing};
use super::{Errand, Failure, Sending, Way};

/// The folder that mails go to.
pub struct Folder {
    path: PathBuf,
}

impl Folder {
    /// Made when the first mail comes.
    pub fn new(path: PathBuf) -> Self {
        Self { path }
    }

    /// Returns once the mail is on disk. The same effect gives the same file,
    /// so trying twice leaves one mail.
    pub async fn keep(&self, mail: &Outgoing) -> Result<(), Failure> {
        let sealed = envelope::seal(mail)?;
        let name = file_name(&mail.effect);
        let folder = self.path.clone();
        tokio::task::spawn_blocking(move || store(&folder, &name, &sealed.bytes))
            .await
            .map_err(|error| Failure::Retry(error.to_string()))?
            .map_err(|error| {
                Failure::Retry(format!(
                    "{} cannot be written: {error}",
                    self.path.display()
                ))
            })
    }
}

impl Way for Folder {
    fn name(&self) -> &str {
        "outbox"
    }

    fn describe(&self) -> String {
        format!("no mail server is set: mails go to {}", self.path.display())
    }

    fn send<'a>(&'a self, errand: &'a Errand<'a>) -> Sending<'a> {
        Box::pin(self.keep(errand.mail))
    }
}

/// `7.12.eml`; an id never leaves the folder.
fn file_name(effect: &str) -> String {
    let safe: String = effect
        .chars()
        .map(|letter| match letter {
            'a'..='z' | 'A'..='Z' | '0'..='9' | '.' | '-' | '_' => letter,
            _ => '_',
        })
        .collect();
    format!("{}.eml", safe.trim_start_matches('.'))
}

/// Whole or not at all: readers never see half a mail, and a power cut after
/// the return loses nothing.
fn store(folder: &Path, name: &str, bytes: &[u8]) -> std::io::Result<()> {
    // Mails name people and quote strangers: nobody else may read them.
    fs::DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(folder)?;
    let unfinished = folder.join(format!(".{name}.part"));
    let options = OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(true)
        .mode(0o600)
        .clone();
    let mut file = options.open(&unfinished)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    fs::rename(&unfinished, folder.join(name))?;
    File::open(folder)?.sync_all()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_stays_inside_the_folder() {
        assert_eq!(file_name("7.12"), "7.12.eml");
        assert_eq!(file_name("../../etc/x y"), "_.._etc_x_y.eml");
    }
}
