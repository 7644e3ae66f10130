//! The mentions that are kept, for who wants to look through them again.

use super::{Store, StoreError};
use crate::domain::mention::Mention;

impl Store {
    /// Calls `each` for every mention whose text is still kept, with the key of
    /// its source, in the order of arrival.
    pub fn each_kept(&self, mut each: impl FnMut(Mention, &str)) -> Result<(), StoreError> {
        let mut select = self
            .connection
            .prepare_cached("SELECT json, source FROM mention ORDER BY number")?;
        let mut rows = select.query([])?;
        while let Some(row) = rows.next()? {
            let json = row.get_ref(0)?.as_str().unwrap_or_default();
            let source = row.get_ref(1)?.as_str().unwrap_or_default();
            each(serde_json::from_str(json)?, source);
        }
        Ok(())
    }
}
