//! What the environment says of the terminal and of servers to ask.

use std::net::SocketAddr;
use std::path::PathBuf;

/// Whether to print colours: on a terminal, unless NO_COLOR asks for none.
pub fn wants_colour(is_terminal: bool) -> bool {
    let is_refused = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
    is_terminal && !is_refused
}

/// The person's editor, as other programs know it: `VISUAL`, else `EDITOR`; may
/// hold arguments. `None` when neither is set.
pub fn editor() -> Option<String> {
    let named = ["VISUAL", "EDITOR"].into_iter();
    let mut written = named.filter_map(|name| std::env::var(name).ok());
    written.find(|editor| !editor.trim().is_empty())
}

/// How wide what is printed may be: as the terminal is, or 100 where there is none.
/// `COLUMNS` says otherwise.
pub fn columns() -> usize {
    let told = std::env::var("COLUMNS").ok();
    let told = told.and_then(|columns| columns.trim().parse().ok());
    let seen = || terminal_size::terminal_size().map(|(width, _)| usize::from(width.0));
    told.or_else(seen).unwrap_or(100).clamp(40, 400)
}

/// A certificate authority to trust beside the system's for the mail server:
/// the file that `DRAAIBOEK_SMTP_CA_FILE` names.
pub fn smtp_ca_file() -> Option<PathBuf> {
    std::env::var_os("DRAAIBOEK_SMTP_CA_FILE").map(PathBuf::from)
}

/// The name server to ask instead of the system's: `DRAAIBOEK_DNS_SERVER`, as
/// `ADDRESS` or `ADDRESS:PORT`. An error says that it is neither.
pub fn name_server() -> Result<Option<SocketAddr>, String> {
    let Some(written) = std::env::var_os("DRAAIBOEK_DNS_SERVER") else {
        return Ok(None);
    };
    let written = written.to_string_lossy();
    let with_port = || Some(SocketAddr::new(written.parse().ok()?, 53));
    let read = written.parse().ok().or_else(with_port);
    read.map(Some).ok_or_else(|| {
        format!("DRAAIBOEK_DNS_SERVER is `{written}`; write 192.0.2.53 or 192.0.2.53:53")
    })
}
