//! Has it recorded that somebody reads what strangers wrote, before they see it.

use std::path::Path;

use super::ask::ask_real;
use crate::domain::reading::Reading;
use crate::engine::request::Request;

/// After this the texts may be shown; an error says why not. `query` is how they
/// were chosen, `shown` how many there are to see.
pub(super) fn read(dir: &Path, what: &str, query: &str, shown: usize) -> Result<(), String> {
    let reading = Reading::new(what, query, shown as u64);
    ask_real(dir, &Request::Reading { reading }).map(|_| ())
}
