//! Small things that every page says the same way.

use super::Binder;
use super::page::TICK;
use crate::domain::markup::escaped;

impl Binder<'_> {
    /// Where somebody writes when a thing was done, and by whom.
    pub(super) fn done(&self) -> String {
        format!(
            "<span class=\"done\">{TICK}<span class=\"clock\"></span> {} <span class=\"clock\"></span></span>",
            escaped(self.pick("door", "by"))
        )
    }

    /// The same for a signature of a role.
    pub(super) fn signature(&self, label: &str) -> String {
        format!(
            "<p>{TICK}{}: <span class=\"write\"></span> {} <span class=\"clock\"></span></p>",
            escaped(label),
            escaped(self.pick("tijd", "time"))
        )
    }
}
