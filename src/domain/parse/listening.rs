//! Reads what the organisation listens to: lists, queries, watches, sources.

use std::sync::Arc;
use std::time::Duration;

use crate::domain::mention::Platform;
use crate::domain::organisation::{AccountList, Engage, Organisation, Source, SourceKind, Watch};
use crate::domain::text::Text;
use crate::domain::time::format_duration;

use super::fields::{Fields, named};
use super::names::{LIST, Scope, references, well_formed};
use super::organisation::ListFiles;
use super::problems::{Problems, Span};
use super::seams::{Accounts, Vocabulary};
use super::tree::{Entry, Node, shortened};
use super::{address, measure, seams, value};

/// Asking a feed more often gets us refused by its server.
const SHORTEST_ROUND: Duration = Duration::from_secs(30);

pub(super) fn listening(
    fields: &mut Fields<'_>,
    scope: Scope<'_>,
    files: &ListFiles,
    organisation: &mut Organisation,
) {
    let problems = scope.problems;
    let each = |node: Option<&'_ Node>, what: &str| -> Vec<Entry> {
        node.map_or_else(Vec::new, |node| {
            named(node, what, problems).into_iter().cloned().collect()
        })
    };
    for entry in each(fields.get("lists"), "list") {
        organisation.lists.extend(list(&entry, scope, files));
    }
    let queries = each(fields.get("queries"), "query");
    for entry in &queries {
        well_formed(&entry.key, entry.key_span, true, problems);
        if let Some(text) = value::word(&entry.value, "a query", "'\"our name\"'", problems) {
            organisation
                .queries
                .push((entry.key.clone(), text.to_owned()));
        }
    }
    let known = vocabulary(organisation, scope);
    for entry in &queries {
        check_query(&entry.value, &known, false, problems);
    }
    for entry in each(fields.get("watches"), "watch") {
        organisation.watches.extend(watch(&entry, &known, scope));
    }
    for entry in each(fields.get("sources"), "source") {
        organisation.sources.extend(source(&entry, scope));
    }
}

/// What queries may name; a list with mistakes is known, they are reported there.
fn vocabulary(organisation: &Organisation, scope: Scope<'_>) -> Vocabulary {
    let accounts = |name: &String| {
        let mut lists = organisation.lists.iter();
        let list = lists.find(|list| list.key == *name);
        list.map_or_else(Accounts::default, |list| Accounts::new(&list.accounts))
    };
    let lists = scope.names.lists.iter();
    Vocabulary {
        queries: organisation.queries.iter().cloned().collect(),
        lists: lists
            .map(|name| (name.clone(), Arc::new(accounts(name))))
            .collect(),
        sources: Some(scope.names.sources.clone()),
    }
}

fn list(entry: &Entry, scope: Scope<'_>, files: &ListFiles) -> Option<AccountList> {
    let problems = scope.problems;
    well_formed(&entry.key, entry.key_span, true, problems);
    let mut fields = Fields::of(entry, format!("list `{}`", entry.key), problems)?;
    let mut accounts = fields.read("accounts", accounts).unwrap_or_default();
    if let Some(node) = fields.get("file")
        && let Some(path) = value::word(node, "a file", "lists/press.txt", problems)
    {
        match files.get(path) {
            Some((file, text)) => accounts.extend(accounts_in(text, *file, problems)),
            None => problems.error(
                node.span,
                "missing-file",
                format!("there is no file `{}`", shortened(path)),
                "make it in the folder lists/, one account a line, or take `file` away",
            ),
        }
    }
    if !fields.has("accounts") && !fields.has("file") {
        problems.error(
            fields.at(),
            "missing-key",
            format!("list `{}` has no `accounts` and no `file`", entry.key),
            "add accounts: [\"@account\", \"site.example\"]",
        );
    }
    let engage = fields.read("engage", |node, p| {
        value::choice(node, "a way to engage", &["reply", "own_site", "never"], p)
    });
    fields.close();
    Some(AccountList {
        key: entry.key.clone(),
        accounts,
        engage: match engage {
            Some("own_site") => Engage::OwnSite,
            Some("never") => Engage::Never,
            _ => Engage::Reply,
        },
    })
}

/// A list of accounts and sites.
pub(super) fn accounts(node: &Node, problems: &Problems) -> Option<Vec<String>> {
    value::list(node, "[\"@account\", \"site.example\"]", problems, account)
}

pub(super) fn account(node: &Node, problems: &Problems) -> Option<String> {
    let written = value::line(node, problems)?;
    if written.contains(char::is_whitespace) {
        problems.error(
            node.span,
            "account",
            format!("`{}` is not an account or site", shortened(&written)),
            "write one account, such as \"@account\", without spaces",
        );
        return None;
    }
    Some(written)
}

/// One account a line; empty lines and lines that begin with # are skipped.
fn accounts_in(text: &str, file: usize, problems: &Problems) -> Vec<String> {
    let mut accounts = Vec::new();
    for (number, line) in (1..).zip(text.lines()) {
        let written = line.trim();
        if written.is_empty() || written.starts_with('#') {
            continue;
        }
        if written.contains(|c: char| c.is_whitespace() || ",;|\"".contains(c)) {
            let span = Span {
                file,
                line: number,
                column: 1,
                length: line.chars().count(),
            };
            problems.error(
                span,
                "account",
                format!("`{}` is not an account or site", shortened(written)),
                "write one account a line, such as @account, without commas or spaces",
            );
        } else {
            accounts.push(written.to_owned());
        }
    }
    accounts
}

fn watch(entry: &Entry, known: &Vocabulary, scope: Scope<'_>) -> Option<Watch> {
    let problems = scope.problems;
    well_formed(&entry.key, entry.key_span, true, problems);
    let mut fields = Fields::of(entry, format!("watch `{}`", entry.key), problems)?;
    let title = fields.read("title", value::text);
    let ignore = fields.read("ignore", |node, p| {
        references(node, &LIST, "[satire]", &scope.names.lists, p)
    });
    let query = fields.need("query", "'\"our name\"'");
    fields.close();
    let query = query?;
    let text = value::word(query, "a query", "'\"our name\"'", problems)?.to_owned();
    check_query(query, known, true, problems);
    Some(Watch {
        title: title.unwrap_or_else(|| Text::from(entry.key.as_str())),
        key: entry.key.clone(),
        query: text,
        ignore: ignore.unwrap_or_default(),
    })
}

/// Reports a mistake in a query at the word where it is. In a watch not those of the
/// queries that it names: they are said where they stand.
fn check_query(node: &Node, known: &Vocabulary, is_watch: bool, problems: &Problems) {
    let Some(text) = node.scalar() else { return };
    for mistake in seams::check_query(text, known) {
        if is_watch && mistake.message.starts_with("in the query {") {
            continue;
        }
        let mut span = node.span;
        // Escapes and folded lines shift letters; then the whole text is marked.
        let n_quotes = usize::from(node.is_quoted());
        let is_verbatim = span.length == text.chars().count() + 2 * n_quotes;
        if is_verbatim && !text.contains('\n') {
            span = Span {
                column: span.column + mistake.start + n_quotes,
                length: mistake.length.max(1),
                ..span
            };
        }
        if mistake.is_doubt {
            problems.warning(span, "query-doubt", mistake.message, mistake.hint);
        } else {
            problems.error(span, "query", mistake.message, mistake.hint);
        }
    }
}

fn source(entry: &Entry, scope: Scope<'_>) -> Option<Source> {
    let problems = scope.problems;
    well_formed(&entry.key, entry.key_span, true, problems);
    let mut fields = Fields::of(entry, format!("source `{}`", entry.key), problems)?;
    let kinds = ["feed", "mastodon", "bluesky", "push", "file"];
    let chosen = fields.one_of(&kinds);
    if let (Some(silent), Some(kind)) = (entry.value.get("silent_after"), chosen) {
        // Asked for, so that it is not said twice.
        fields.entry("silent_after");
        problems.error(
            silent.key_span,
            "unknown-key",
            format!("`silent_after` stands beside `{}`, not in it", kind.key),
            format!("move it inside: {}: {{ …, silent_after: 6h }}", kind.key),
        );
    }
    fields.close();
    let chosen = chosen?;
    let mut fields = Fields::of(chosen, format!("`{}`", chosen.key), problems)?;
    let kind = match chosen.key.as_str() {
        "feed" => feed(&mut fields, problems),
        "push" => push(&mut fields),
        "file" => fields
            .demand("path", "mentions.ndjson", value::line)
            .map(|path| SourceKind::File { path }),
        "mastodon" => mastodon(&mut fields),
        _ => fields
            .demand(
                "jetstream",
                "wss://jetstream.example/subscribe",
                |node, p| address::url(node, &["wss", "ws"], p),
            )
            .map(|jetstream| SourceKind::Bluesky { jetstream }),
    };
    let silent = fields.entry("silent_after");
    let silent_after = silent.and_then(|entry| measure::length(&entry.value, problems));
    if let Some(SourceKind::Feed { every, .. }) = &kind
        && let Some((entry, after)) = silent.zip(silent_after)
        && after <= *every
    {
        problems.warning(
            entry.value.span,
            "silent-too-soon",
            format!(
                "this feed is asked every {}, so it is always silent for longer than {}",
                format_duration(*every),
                format_duration(after)
            ),
            "write several times `every`, or leave it out: then it is learnt",
        );
    }
    fields.close();
    Some(Source {
        key: entry.key.clone(),
        kind: kind?,
        silent_after,
    })
}

fn feed(fields: &mut Fields<'_>, problems: &Problems) -> Option<SourceKind> {
    let url = fields.demand("url", "\"https://www.example.org/rss\"", address::web_url);
    let every = fields.get("every").and_then(|node| {
        let every = measure::length(node, problems)?;
        if every < SHORTEST_ROUND {
            problems.error(
                node.span,
                "too-often",
                "a feed is asked every 30 seconds at most",
                "write 30s or more; servers refuse who asks too often",
            );
        }
        Some(every)
    });
    let platform = fields.read("platform", value::platform);
    Some(SourceKind::Feed {
        url: url?,
        every: every.unwrap_or(Duration::from_secs(300)),
        platform: platform.unwrap_or(Platform::News),
    })
}

fn push(fields: &mut Fields<'_>) -> Option<SourceKind> {
    let token_env = fields.demand("token_env", "DRAAIBOEK_PUSH_TOKEN", address::variable);
    let platforms = fields.read("platforms", |node, p| {
        value::list(node, "[x, facebook]", p, value::platform)
    });
    Some(SourceKind::Push {
        token_env: token_env?,
        platforms: platforms.unwrap_or_default(),
    })
}

fn mastodon(fields: &mut Fields<'_>) -> Option<SourceKind> {
    let server = fields.demand("server", "https://social.example", address::web_url);
    let hashtag = fields.demand("hashtag", "ourname", value::line);
    Some(SourceKind::Mastodon {
        server: server?,
        hashtag: hashtag?,
    })
}
