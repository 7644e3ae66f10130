//! What came lately for many watches at once: one question for all of them, because
//! there may be a thousand.

use rusqlite::{Row, params};

use super::{Store, StoreError};
use crate::domain::time::Timestamp;

impl Store {
    /// When the newest mention that counts for each of these watches was published, in
    /// their order.
    pub fn newest_of(&self, watches: &[&str]) -> Result<Vec<Option<Timestamp>>, StoreError> {
        let mut select = self.connection.prepare_cached(
            "SELECT (SELECT published_at FROM matched
                     WHERE watch = asked.value AND words NOT IN ('echo', 'ours')
                     ORDER BY published_at DESC LIMIT 1)
             FROM json_each($1) AS asked ORDER BY asked.key",
        )?;
        let second = |row: &Row<'_>| row.get::<_, Option<i64>>(0);
        let rows = select.query_map([serde_json::json!(watches).to_string()], second)?;
        let rows = rows.collect::<Result<Vec<_>, _>>()?.into_iter();
        let moment = |second| Timestamp::from_timestamp(second, 0);
        Ok(rows.map(|second| second.and_then(moment)).collect())
    }

    /// How many mentions counted for each of these watches after `late`, and after
    /// `early`, in their order.
    pub fn counts_of(
        &self,
        watches: &[&str],
        late: Timestamp,
        early: Timestamp,
    ) -> Result<Vec<(u64, u64)>, StoreError> {
        let mut select = self.connection.prepare_cached(
            "SELECT (SELECT count(*) FROM matched
                     WHERE watch = asked.value AND published_at > $1 AND words NOT IN ('echo', 'ours')),
                    (SELECT count(*) FROM matched
                     WHERE watch = asked.value AND published_at > $2 AND words NOT IN ('echo', 'ours'))
             FROM json_each($3) AS asked ORDER BY asked.key",
        )?;
        let asked = serde_json::json!(watches).to_string();
        let rows =
            select.query_map(params![late.timestamp(), early.timestamp(), asked], |row| {
                let count = |place| row.get::<_, i64>(place).map(i64::unsigned_abs);
                Ok((count(0)?, count(1)?))
            })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }
}
