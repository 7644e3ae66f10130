//! Whether a file of the organisation changed, and no other does any more: an editor
//! writes several, and half of a change must not be taken.

use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use crate::config;

/// How often the folder is looked at: a few dozen files, and none of them is read.
const EVERY: Duration = Duration::from_secs(1);

/// Looks in a row at which nothing changes any more.
const SETTLED: u32 = 3;

type Outline = Vec<(PathBuf, u64, Option<SystemTime>)>;

/// See the module.
pub(super) struct FolderWatch {
    dir: PathBuf,
    /// As the folder was when it was last read.
    known: Outline,
    /// As it was at the last look, and at how many before that it was the same.
    seen: Option<(Outline, u32)>,
}

impl FolderWatch {
    pub(super) fn new(dir: &Path) -> Self {
        Self {
            dir: dir.to_owned(),
            known: config::outline(dir),
            seen: None,
        }
    }

    /// The folder is being read now.
    pub(super) fn looked(&mut self) {
        self.known = config::outline(&self.dir);
        self.seen = None;
    }

    /// Waits until something changed and nothing does any more. Nothing is lost when
    /// it is not waited for to the end.
    pub(super) async fn settled(&mut self) {
        loop {
            tokio::time::sleep(EVERY).await;
            if self.look(config::outline(&self.dir)) {
                return;
            }
        }
    }

    /// Whether it has settled, by this look at the folder.
    fn look(&mut self, now: Outline) -> bool {
        if now == self.known {
            self.seen = None;
            return false;
        }
        let n_same = match self.seen.take() {
            Some((seen, n_same)) if seen == now => n_same + 1,
            _ => 1,
        };
        self.seen = Some((now, n_same));
        n_same >= SETTLED
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn half_a_change_is_not_taken() {
        let outline = |lengths: &[u64]| -> Outline {
            let files = lengths.iter().enumerate();
            files
                .map(|(number, length)| (number.to_string().into(), *length, None))
                .collect()
        };
        let mut watch = FolderWatch {
            dir: PathBuf::new(),
            known: outline(&[1, 1]),
            seen: None,
        };
        let looks: [&[u64]; 8] = [
            &[1, 1],
            &[2, 1],
            &[2, 1],
            &[2, 2],
            &[2, 2],
            // Taken back, and changed again.
            &[1, 1],
            &[2, 2],
            &[2, 2],
        ];
        for look in looks {
            assert!(!watch.look(outline(look)), "{look:?}");
        }
        assert!(watch.look(outline(&[2, 2])));
        assert!(watch.look(outline(&[2, 2])), "still not read");
    }
}
