//! How a page of the binder looks, and what only the binder has: boxes to tick and
//! lines to write on.

use crate::domain::markup::escaped;
use crate::domain::sheet::Frame;
pub(super) use crate::domain::sheet::Page;
use crate::domain::text::Language;

/// Stands in the beginning of every page of ours.
pub(super) const MARK: &str = "<meta name=\"generator\" content=\"draaiboek print\">";

const STYLE: &str = include_str!("style.css");

/// The whole page; `title` and `printed` stand at the top of every sheet.
pub(super) fn finish(
    of: Page,
    language: Language,
    title: &str,
    printed: &str,
    page: &str,
) -> String {
    of.finish(Frame {
        language,
        mark: MARK,
        style: STYLE,
        title,
        beside: printed,
        page,
    })
}

/// A box to tick.
pub(super) const TICK: &str = "<span class=\"tick\"></span>";

/// A line to write on; the words below it say what. Escapes them.
pub(super) fn blank(what: &str) -> String {
    format!(
        "<span class=\"blank\"><span class=\"line\"></span><span class=\"what\">{}</span></span>",
        escaped(what)
    )
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn whatever_stands_under_a_line_is_no_markup(text in any::<String>()) {
            let n_tags = |text: &str| {
                let line = blank(text);
                (line.matches('<').count(), line.matches('>').count())
            };
            prop_assert_eq!(n_tags(&text), n_tags(""));
        }
    }
}
