//! Lines that look right and are not: a parser reads on and trips further down, and here
//! the line is found that it tripped over.

use super::problems::Span;

/// A line up to the trouble that looks right and is not, because of a space that YAML
/// does not count or one that is not there: the parser goes on and trips further down.
pub(super) fn culprit(text: &str, trouble: Span) -> Option<(Span, &'static str, &'static str)> {
    let until = text.lines().enumerate().take(trouble.line);
    for (index, line) in until.clone() {
        let margin = line.chars().take_while(|c| c.is_whitespace());
        let is_strange = |c: char| c.is_whitespace() && !c.is_ascii();
        if let Some(column) = margin.clone().position(is_strange)
            && line.chars().nth(margin.count()).is_some_and(|c| c != '#')
        {
            let span = Span {
                line: index + 1,
                column: column + 1,
                length: 1,
                ..trouble
            };
            return Some((
                span,
                "this line begins with a space that is no ordinary one, and does not indent",
                "type the spaces again; text from a web page or Word holds such spaces",
            ));
        }
    }
    if let Some(span) = strange_bullet(text, trouble) {
        return Some((
            span,
            "this sign begins no entry of a list",
            "write `- `, one hyphen and a space; programs for writing letters make other signs",
        ));
    }
    let of_trouble = text.lines().nth(trouble.line.saturating_sub(1))?;
    let indent = |line: &str| line.len() - line.trim_start_matches(' ').len();
    if let Some((dash, key)) = dash_for_a_name(text, trouble.line) {
        let span = Span {
            line: dash,
            column: indent(of_trouble) + 1,
            length: 1,
            ..trouble
        };
        return Some((
            span,
            key,
            "take the `-` away: what has a name is in no list",
        ));
    }
    let (mut last, place) = (None, indent(of_trouble));
    if of_trouble.trim_start().starts_with("- ") {
        // The entries above it in the same list.
        for (index, line) in until {
            match line.trim_start() {
                "" => {}
                _ if indent(line) > place => {}
                entry if indent(line) == place && is_stuck_dash(entry) => last = Some(index + 1),
                entry if indent(line) == place && entry.starts_with(['-', '#']) => {}
                _ => last = None,
            }
        }
    }
    let line = last?;
    let span = Span {
        line,
        column: place + 1,
        length: 1,
        ..trouble
    };
    Some((
        span,
        "a `-` stands against what follows it, and begins no entry of a list",
        "put a space behind the `-`",
    ))
}

/// The sign that somebody made a list with, on the line of the trouble or the one that
/// says something before it.
fn strange_bullet(text: &str, trouble: Span) -> Option<Span> {
    let until = text.lines().enumerate().take(trouble.line);
    let said: Vec<_> = until
        .filter(|(_, line)| !line.trim().is_empty() && !line.trim().starts_with('#'))
        .collect();
    let near = said.iter().rev().take(2);
    let mut bullets = near.filter_map(|(index, line)| {
        let entry = line.trim_start();
        let signs = ["-- ", "• ", "– ", "— ", "· ", "* ", "+ ", "▪ ", "● "];
        signs
            .iter()
            .any(|sign| entry.starts_with(sign))
            .then(|| Span {
                line: index + 1,
                column: line.chars().count() - entry.chars().count() + 1,
                length: 1,
                ..trouble
            })
    });
    bullets.next()
}

/// What stands under these has a name of its own, and is in no list.
const NAMED: &str = "levels team roles partners webhooks lists queries watches sources channels contacts \
    audiences rules triggers facts tasks messages phases options checklist questions personas \
    responders tests organisation mail web review stand_down aftercare score targets when fact \
    decided";

/// The line of a single `-` before the first of several names, where the parser trips
/// over the next name, and what to say of it.
fn dash_for_a_name(text: &str, trouble: usize) -> Option<(usize, &'static str)> {
    let indent = |line: &str| line.len() - line.trim_start_matches(' ').len();
    let lines: Vec<&str> = text.lines().take(trouble).collect();
    let (of_trouble, above) = lines.split_last()?;
    let place = indent(of_trouble);
    let is_name = |entry: &str| {
        entry
            .split_once(':')
            .is_some_and(|(name, _)| !name.starts_with(['{', '[', '"']))
    };
    if !is_name(of_trouble.trim_start()) {
        return None;
    }
    let mut dash = None;
    for (index, line) in above.iter().enumerate().rev() {
        match line.trim_start() {
            "" => {}
            comment if comment.starts_with('#') => {}
            _ if indent(line) > place => {}
            entry if indent(line) == place && dash.is_none() => {
                let name = entry.strip_prefix("- ")?;
                dash = is_name(name).then_some(index + 1);
                dash?;
            }
            _ if indent(line) == place => return None,
            parent => {
                let parent = parent.split(':').next()?;
                let message = "a `-` makes this an entry of a list, and what follows has names";
                return NAMED
                    .split_whitespace()
                    .any(|one| one == parent)
                    .then_some((dash?, message));
            }
        }
    }
    None
}

fn is_stuck_dash(entry: &str) -> bool {
    entry
        .strip_prefix('-')
        .is_some_and(|rest| !rest.starts_with([' ', '-']) && !rest.is_empty())
}
