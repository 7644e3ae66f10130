//! Which web addresses go over the open internet without encryption.

/// Whether a browser warns for this address: `http://` to a host that others can reach.
/// What stands in our own network (`intranet`, `pages.local`) has no certificate to get.
pub fn is_unprotected(url: &str) -> bool {
    let lower = url.trim().to_ascii_lowercase();
    let Some(rest) = lower.strip_prefix("http://") else {
        return false;
    };
    let host = rest.split(['/', '?', '#', ':']).next().unwrap_or_default();
    let is_own = [
        ".local",
        ".lan",
        ".intern",
        ".internal",
        ".intranet",
        ".home.arpa",
    ]
    .iter()
    .any(|ending| host.ends_with(ending));
    let is_number = host.split('.').all(|part| part.parse::<u8>().is_ok());
    host.contains('.') && !is_own && !is_number
}

#[cfg(test)]
mod tests {
    use super::is_unprotected;

    #[test]
    fn only_what_others_can_reach() {
        for (url, is) in [
            ("http://www.delinde.example/nieuws", true),
            ("HTTP://delinde.example", true),
            ("https://www.delinde.example", false),
            ("http://intranet/nieuws", false),
            ("http://nieuws.delinde.local:8080/", false),
            ("http://10.0.0.3/", false),
            ("http://localhost:7300", false),
        ] {
            assert_eq!(is_unprotected(url), is, "{url}");
        }
    }
}
