//! What is logged: as much of ourselves as was asked for, and of the libraries
//! below us only their warnings.
//!
//! A template engine that debugs tells what it renders, a mail library whom it
//! writes to: links that acknowledge, strangers' words, addresses. No setting
//! brings those into a log.

use tracing::level_filters::LevelFilter;
use tracing_subscriber::EnvFilter;

/// The setting.
const NAME: &str = "DRAAIBOEK_LOG";

/// How a line is written: `text`, or `json`, one object each.
const FORMAT: &str = "DRAAIBOEK_LOG_FORMAT";

/// Of everything but ourselves never more than this is logged.
const OTHERS: LevelFilter = LevelFilter::WARN;

/// Logs go to stderr; `DRAAIBOEK_LOG` says how much (`info`, `debug`,
/// `draaiboek::source=trace`). Commands are quiet unless asked.
pub(super) fn start(is_daemon: bool) {
    let usual = if is_daemon {
        LevelFilter::INFO
    } else {
        LevelFilter::WARN
    };
    let asked = std::env::var(NAME).unwrap_or_default();
    let (directives, unread) = directives(&asked, usual);
    let logs = tracing_subscriber::fmt()
        .with_env_filter(EnvFilter::new(directives))
        .with_writer(std::io::stderr);
    let format = std::env::var(FORMAT).unwrap_or_default();
    match format.trim() {
        // Fields beside the message, as collectors of logs want them.
        "json" => logs.json().flatten_event(true).init(),
        _ => logs
            .with_ansi(std::io::IsTerminal::is_terminal(&std::io::stderr()))
            .init(),
    }
    if !matches!(format.trim(), "" | "text" | "json") {
        tracing::warn!(format, "{FORMAT} is `text` or `json`; lines are text now");
    }
    for piece in unread {
        tracing::warn!(
            piece,
            "{NAME} holds what is no level and no `draaiboek::…=level`"
        );
    }
}

/// What to log, for a filter, and the pieces of the setting that say nothing we
/// understand. A bare level is ours; of others no more than warnings are let in.
fn directives(asked: &str, usual: LevelFilter) -> (String, Vec<&str>) {
    let (mut ours, mut others) = (usual, OTHERS);
    let mut named = Vec::new();
    let mut unread = Vec::new();
    let pieces = asked.split(',').map(str::trim);
    for piece in pieces.filter(|piece| !piece.is_empty()) {
        if let Ok(level) = piece.parse::<LevelFilter>() {
            (ours, others) = (level, level.min(OTHERS));
            continue;
        }
        let (target, level) = piece.split_once('=').unwrap_or((piece, "trace"));
        match level.parse::<LevelFilter>() {
            Ok(level) if is_path(target) && is_ours(target) => {
                named.push(format!("{target}={level}"));
            }
            Ok(level) if is_path(target) && piece.contains('=') => {
                named.push(format!("{target}={}", level.min(OTHERS)));
            }
            _ => unread.push(piece),
        }
    }
    let mut all = vec![others.to_string(), format!("draaiboek={ours}")];
    all.append(&mut named);
    (all.join(","), unread)
}

fn is_ours(target: &str) -> bool {
    target == "draaiboek" || target.starts_with("draaiboek::")
}

/// `draaiboek::source`: nothing else that a filter might read in its own way.
fn is_path(target: &str) -> bool {
    let is_letter =
        |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '_' | ':' | '-');
    !target.is_empty() && target.chars().all(is_letter)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn others_never_say_more_than_warnings() {
        for (asked, expected) in [
            ("", "warn,draaiboek=info"),
            ("debug", "warn,draaiboek=debug"),
            (" TRACE ", "warn,draaiboek=trace"),
            ("5", "warn,draaiboek=trace"),
            ("error", "error,draaiboek=error"),
            ("off", "off,draaiboek=off"),
            (
                "debug,handlebars=trace,hyper=info,lettre=off",
                "warn,draaiboek=debug,handlebars=warn,hyper=warn,lettre=off",
            ),
            (
                "draaiboek::source=trace",
                "warn,draaiboek=info,draaiboek::source=trace",
            ),
            ("draaiboek::web", "warn,draaiboek=info,draaiboek::web=trace"),
            (
                "draaiboeking=debug",
                "warn,draaiboek=info,draaiboeking=warn",
            ),
        ] {
            assert_eq!(
                directives(asked, LevelFilter::INFO),
                (expected.to_owned(), Vec::new())
            );
        }
        for asked in [
            "much",
            "[{run}]=debug",
            "handlebars",
            "hyper[x]=trace",
            "=debug",
        ] {
            let (all, unread) = directives(asked, LevelFilter::WARN);
            assert_eq!((all.as_str(), unread), ("warn,draaiboek=warn", vec![asked]));
        }
    }
}
