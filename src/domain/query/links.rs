//! Links: their hosts, those that stand in a text, and what is asked of them.

/// The host of a link, lower case as it is compared; `None` when it has none.
pub(super) fn host_of(url: &str) -> Option<String> {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let authority = rest.split(['/', '?', '#']).next()?;
    let host = authority
        .rsplit_once('@')
        .map_or(authority, |(_, host)| host);
    let host = host.split(':').next()?.trim_end_matches('.');
    (!host.is_empty()).then(|| host.to_ascii_lowercase())
}

/// Whether `host` is `site` or a name under it.
pub(super) fn is_within(host: &str, site: &str) -> bool {
    host.strip_suffix(site)
        .is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
}

/// What looks like a link in a text: with `://`, with `www.`, or a bare
/// `site.example/page` as apps show it. A mail address is none.
pub(super) fn links(text: &str) -> impl Iterator<Item = &str> {
    text.split(|letter: char| {
        letter.is_whitespace()
            || matches!(
                letter,
                '<' | '>' | '"' | '(' | ')' | '[' | ']' | '“' | '”' | '„'
            )
    })
    .map(|word| word.trim_matches(|letter: char| ".,;:!?…'’‘".contains(letter)))
    .filter(|word| is_link(word))
}

fn is_link(word: &str) -> bool {
    if word.contains("://") {
        return true;
    }
    let host = word.split(['/', '?', '#', ':']).next().unwrap_or_default();
    let Some((_, last)) = host.rsplit_once('.') else {
        return false;
    };
    last.len() >= 2
        && last.bytes().all(|byte| byte.is_ascii_alphabetic())
        // `dicht.Wat een drama`: the space behind a full stop was forgotten.
        && !(is_capitalised(last) && word.len() == host.len())
        && !host.starts_with('.')
        && !word.contains('@')
}

/// A capital and small letters behind it.
fn is_capitalised(word: &str) -> bool {
    let mut letters = word.bytes();
    letters
        .next()
        .is_some_and(|first| first.is_ascii_uppercase())
        && letters.all(|letter| letter.is_ascii_lowercase())
}

/// Whether a link is on a site (`site.example`) or below a page of it
/// (`site.example/complaints`, in lower case).
pub(super) fn is_under(url: &str, site: &str) -> bool {
    let (site_host, path) = site.split_once('/').unwrap_or((site, ""));
    let is_host = host_of(url).is_some_and(|host| is_within(&host, site_host));
    if path.is_empty() || !is_host {
        return is_host;
    }
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    rest.split_once('/')
        .is_some_and(|(_, rest)| rest.to_lowercase().starts_with(path))
}

/// A site as it is compared: without `https://` and `www.`, in lower case.
pub(super) fn bare_site(written: &str) -> String {
    let rest = written.split_once("://").map_or(written, |(_, rest)| rest);
    let rest = rest.to_lowercase();
    let rest = rest.strip_prefix("www.").unwrap_or(&rest);
    let (host, path) = rest.split_once('/').unwrap_or((rest, ""));
    let host = host.split(':').next().unwrap_or_default();
    match path.trim_end_matches('/') {
        "" => host.to_owned(),
        path => format!("{host}/{path}"),
    }
}

/// A link without what would keep its words from being read.
pub(super) fn readable(url: &str) -> &str {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    rest.strip_prefix("www.").unwrap_or(rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_links_in_a_text() {
        let text = "Zie https://a.example/b, (www.c.example) d.example/e. Of mail \
                    info@f.example; om 12.30 uur. [g](https://h.example)! \
                    De SEH is dicht.Wat een drama; i.Example/J.";
        let found: Vec<&str> = links(text).collect();
        assert_eq!(
            found,
            [
                "https://a.example/b",
                "www.c.example",
                "d.example/e",
                "https://h.example",
                "i.Example/J"
            ]
        );
    }

    #[test]
    fn compares_sites() {
        assert_eq!(
            bare_site("https://WWW.Linde.example:80/A/"),
            "linde.example/a"
        );
        assert!(is_under(
            "http://www.linde.example/A/b",
            "linde.example/a/b"
        ));
        assert!(!is_under("http://notlinde.example/a", "linde.example"));
        assert!(is_under("x.linde.example?y", "linde.example"));
    }
}
