//! One HTML page that stands by itself: no script, nothing loaded, black on white
//! on paper, and readable on a phone. Whatever is put in it is escaped.

use crate::domain::markup::escaped;
use crate::domain::text::Language;

/// Stands in the beginning of every page of ours.
pub(super) const MARK: &str = "<meta name=\"generator\" content=\"draaiboek print\">";

/// Nothing may be loaded or run, also when somebody put this page on a site.
const POLICY: &str = "<meta http-equiv=\"Content-Security-Policy\" \
    content=\"default-src 'none'; style-src 'unsafe-inline'\">";

const STYLE: &str = include_str!("style.css");

/// What was written so far.
pub(super) struct Page {
    body: String,
}

impl Page {
    pub(super) fn new() -> Self {
        Self {
            body: String::new(),
        }
    }

    /// Markup of ours. Text from outside goes through `text` or `escaped`.
    pub(super) fn raw(&mut self, markup: &str) {
        self.body.push_str(markup);
        self.body.push('\n');
    }

    /// An element with text in it: `h2`, or `p.small` for one of a class.
    pub(super) fn text(&mut self, element: &str, text: &str) {
        let (tag, class) = parts(element);
        self.raw(&format!("<{tag}{class}>{}</{tag}>", escaped(text)));
    }

    /// A list; nothing when there is nothing in it.
    pub(super) fn list(&mut self, element: &str, items: &[String]) {
        if items.is_empty() {
            return;
        }
        let (tag, class) = parts(element);
        self.raw(&format!("<{tag}{class}>"));
        for item in items {
            self.raw(&format!("<li>{}</li>", escaped(item)));
        }
        self.raw(&format!("</{tag}>"));
    }

    /// A table whose head is repeated on every page. Cells are markup: escape what
    /// is put in them.
    pub(super) fn table(&mut self, class: &str, heads: &[&str], rows: &[Vec<String>]) {
        self.raw(&format!("<table class=\"{class}\"><thead><tr>"));
        for head in heads {
            self.raw(&format!("<th scope=\"col\">{}</th>", escaped(head)));
        }
        self.raw("</tr></thead><tbody>");
        for row in rows {
            // On a phone each cell stands below the other, with its head before it.
            let cells: Vec<String> = row
                .iter()
                .zip(heads)
                .map(|(cell, head)| format!("<td data-head=\"{}\">{cell}</td>", escaped(head)))
                .collect();
            self.raw(&format!("<tr>{}</tr>", cells.concat()));
        }
        self.raw("</tbody></table>");
    }

    /// The whole page; `title` and `printed` stand at the top of every sheet.
    pub(super) fn finish(
        self,
        language: Language,
        title: &str,
        printed: &str,
        page: &str,
    ) -> String {
        let tag = language.tag();
        let heads = format!(
            "@page{{@top-left{{content:\"{}\"}}@top-right{{content:\"{}\"}}\
             @bottom-right{{content:\"{} \" counter(page) \" / \" counter(pages)}}}}",
            in_css(title),
            in_css(printed),
            in_css(page)
        );
        format!(
            "<!DOCTYPE html>\n<html lang=\"{tag}\">\n<head>\n<meta charset=\"utf-8\">\n{MARK}\n{POLICY}\n\
             <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
             <meta name=\"robots\" content=\"noindex\">\n<title>{}</title>\n\
             <style>\n{STYLE}{heads}\n</style>\n</head>\n<body>\n<main>\n{}</main>\n</body>\n</html>\n",
            escaped(title),
            self.body
        )
    }
}

/// `h2.small` as tag and attribute.
fn parts(element: &str) -> (&str, String) {
    match element.split_once('.') {
        None => (element, String::new()),
        Some((tag, class)) => (tag, format!(" class=\"{class}\"")),
    }
}

/// Text as it may stand in a string of CSS, whatever it is: all but plain letters
/// by number.
fn in_css(text: &str) -> String {
    let mut written = String::new();
    for letter in text.chars() {
        match letter {
            letter if letter.is_ascii_alphanumeric() || letter == ' ' => written.push(letter),
            letter => written.push_str(&format!("\\{:x} ", letter as u32)),
        }
    }
    written
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

    #[test]
    fn a_title_cannot_leave_its_style() {
        assert_eq!(in_css("A\"}</style>"), "A\\22 \\7d \\3c \\2f style\\3e ");
    }

    proptest! {
        #[test]
        fn whatever_is_written_is_no_markup(text in any::<String>()) {
            let n_tags = |text: &str| {
                let mut page = Page::new();
                page.text("p.small", text);
                page.list("ul", &[text.to_owned()]);
                page.table("wide", &[text], &[vec![escaped(text), blank(text)]]);
                let page = page.finish(Language::Nl, text, text, text);
                (page.matches('<').count(), page.matches('>').count())
            };
            prop_assert_eq!(n_tags(&text), n_tags(""));
        }
    }
}
