//! What the machine itself takes: the part of every figure that is not ours.

use std::fs::{File, OpenOptions};
use std::io::Write;
use std::path::Path;

use draaiboek::engine::clock::stopwatch;

/// A file that grows by a page and is synchronised, as a commit does it.
pub(crate) struct Disk(File);

impl Disk {
    pub(crate) fn new(dir: &Path) -> std::io::Result<Self> {
        let path = dir.join("floor");
        let file = OpenOptions::new().create(true).append(true).open(path)?;
        Ok(Self(file))
    }

    /// Milliseconds for one page.
    pub(crate) fn sync(&mut self) -> std::io::Result<f64> {
        let watch = stopwatch();
        self.0.write_all(&[7; 4_096])?;
        self.0.sync_data()?;
        Ok(watch.elapsed().as_secs_f64() * 1e3)
    }
}
