//! One HTML page that stands by itself: no script, nothing loaded, black on white
//! on paper, and readable on a phone. Whatever is put in it is escaped.
//!
//! What looks like what is its owner's: a page is finished with a style.

use crate::domain::markup::escaped;
use crate::domain::text::Language;

/// Nothing may be loaded or run, also when somebody put this page on a site.
const POLICY: &str = "<meta http-equiv=\"Content-Security-Policy\" \
    content=\"default-src 'none'; style-src 'unsafe-inline'\">";

/// What stands around the text of a page.
#[derive(Debug, Clone, Copy)]
pub struct Frame<'a> {
    pub language: Language,
    /// Stands in the beginning of the file, so that we know it as ours.
    pub mark: &'a str,
    /// CSS without `</style>`: ours, and never from outside.
    pub style: &'a str,
    /// At the top of every sheet: left, and right.
    pub title: &'a str,
    pub beside: &'a str,
    /// Before the number of a sheet.
    pub page: &'a str,
}

/// What was written so far.
#[derive(Debug, Default)]
pub struct Page {
    body: String,
}

impl Page {
    pub fn new() -> Self {
        Self::default()
    }

    /// Markup of ours. Text from outside goes through `text` or `escaped`.
    pub fn raw(&mut self, markup: &str) {
        self.body.push_str(markup);
        self.body.push('\n');
    }

    /// An element with text in it: `h2`, or `p.small` for one of a class.
    pub fn text(&mut self, element: &str, text: &str) {
        let (tag, class) = parts(element);
        self.raw(&format!("<{tag}{class}>{}</{tag}>", escaped(text)));
    }

    /// A list; nothing when there is nothing in it.
    pub fn list(&mut self, element: &str, items: &[String]) {
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
    pub fn table(&mut self, class: &str, heads: &[&str], rows: &[Vec<String>]) {
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

    /// The whole page.
    pub fn finish(self, frame: Frame<'_>) -> String {
        let (tag, mark, style) = (frame.language.tag(), frame.mark, frame.style);
        let heads = format!(
            "@page{{@top-left{{content:\"{}\"}}@top-right{{content:\"{}\"}}\
             @bottom-right{{content:\"{} \" counter(page) \" / \" counter(pages)}}}}",
            in_css(frame.title),
            in_css(frame.beside),
            in_css(frame.page)
        );
        format!(
            "<!DOCTYPE html>\n<html lang=\"{tag}\">\n<head>\n<meta charset=\"utf-8\">\n{mark}\n{POLICY}\n\
             <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
             <meta name=\"robots\" content=\"noindex\">\n<title>{}</title>\n\
             <style>\n{style}{heads}\n</style>\n</head>\n<body>\n<main>\n{}</main>\n</body>\n</html>\n",
            escaped(frame.title),
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
                page.table("wide", &[text], &[vec![escaped(text)]]);
                let page = page.finish(Frame {
                    language: Language::Nl,
                    mark: "",
                    style: "",
                    title: text,
                    beside: text,
                    page: text,
                });
                (page.matches('<').count(), page.matches('>').count())
            };
            prop_assert_eq!(n_tags(&text), n_tags(""));
        }
    }
}
