//! How much room a disk has.

use std::io;
use std::path::Path;

/// Bytes that may still be written where `path` is.
pub fn free(path: &Path) -> io::Result<u64> {
    let about = rustix::fs::statvfs(path)?;
    Ok(about.f_bavail.saturating_mul(about.f_frsize))
}
