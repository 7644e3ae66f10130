//! What a facilitator can look at: how it stands, tasks, drafts, injects.

use crate::cli::print::{safe, say, table, wrap};
use crate::domain::drill::console::HELP;
use crate::domain::run::Run;
use crate::domain::step::title_of;
use crate::domain::text::Text;
use crate::domain::time::Timestamp;
use crate::drill::player::Player;

const WIDTH: usize = 78;

fn clock(player: &Player, at: Timestamp) -> String {
    let local = at.with_timezone(&player.organisation().timezone);
    let today = player.now().with_timezone(&player.organisation().timezone);
    if local.date_naive() == today.date_naive() {
        local.format("%H:%M").to_string()
    } else {
        local.format("%a %-d %b %H:%M").to_string()
    }
}

fn text(player: &Player, text: &Text) -> String {
    let language = player.organisation().language;
    text.get(language.tag(), language).to_owned()
}

fn demand_run(player: &Player) -> Option<&Run> {
    let run = player.run();
    if run.is_none() {
        say("no run is open");
    }
    run
}

/// The one line after every command.
pub(super) fn status(player: &Player) -> String {
    let now = clock(player, player.now());
    let next = match player.is_over() {
        true => "the story is over".to_owned(),
        false => {
            let next = player.script().next_inject_at();
            let ends = player.script().ends();
            let what = if next == ends {
                "it ends"
            } else {
                "next inject"
            };
            format!("{what} {}", clock(player, next))
        }
    };
    let down = if player.is_down() {
        ", THE DAEMON IS DOWN"
    } else {
        ""
    };
    let Some(run) = player.run() else {
        return format!("{now}, no run{down}, {next}");
    };
    let (_, level) = player.playbook().level_of(&run.level);
    let open = run.items.values().filter(|item| item.is_open());
    let due = open.clone().filter_map(|item| item.due_at).min();
    let due = due.map_or_else(String::new, |due| {
        let word = if due <= player.now() {
            "overdue since"
        } else {
            "next due"
        };
        format!(", {word} {}", clock(player, due))
    });
    let state = match (run.is_open, run.is_in_aftercare()) {
        (false, _) => "closed".to_owned(),
        (true, true) => "aftercare".to_owned(),
        (true, false) => text(player, &level),
    };
    format!("{now}, {state}, {} open{due}{down}, {next}", open.count())
}

/// Who answered, who did not, what is proposed.
pub(super) fn overview(player: &Player) {
    let Some(run) = demand_run(player) else {
        return;
    };
    say(&safe(&format!(
        "run {}: {}",
        run.id,
        text(player, &player.playbook().title)
    )));
    if let Some(alarm) = &run.alarm {
        for (role, coverage) in &alarm.roles {
            let answer = match &coverage.answer {
                Some(answer) => format!("{} since {}", answer.person, clock(player, answer.at)),
                None => "NO ANSWER".to_owned(),
            };
            say(&safe(&format!("  {role}: {answer}")));
        }
    }
    for (number, case) in &run.cases {
        say(&safe(&format!(
            "  case {number}: {} on {}",
            case.name,
            case.platform.name()
        )));
    }
    for publication in &run.statements.publications {
        let at = clock(player, publication.at);
        say(&safe(&format!("  published {at}: {}", publication.message)));
    }
    if run.ending.proposed_at.is_some() {
        let checklist = player
            .playbook()
            .stand_down
            .iter()
            .flat_map(|one| &one.checklist);
        say("  standing down is proposed; the checklist:");
        for (name, title) in checklist {
            let mark = if run.ending.ticked.contains_key(name) {
                "x"
            } else {
                " "
            };
            say(&safe(&format!(
                "    [{mark}] {name}: {}",
                text(player, title)
            )));
        }
    }
}

pub(super) fn tasks(player: &Player) {
    let Some(run) = demand_run(player) else {
        return;
    };
    let mut items: Vec<_> = run
        .items
        .iter()
        .filter(|(_, item)| item.is_open())
        .collect();
    items.sort_by_key(|(_, item)| (item.due_at.is_none(), item.due_at));
    let rows: Vec<Vec<String>> = items
        .into_iter()
        .map(|(key, item)| {
            let due = item
                .due_at
                .map_or_else(|| "-".to_owned(), |at| clock(player, at));
            let kind = if item.is_message { "message" } else { "task" };
            let title = text(player, &title_of(player.playbook(), run, key));
            let options = player.playbook().task(&item.name);
            let options: Vec<&str> = options.map_or_else(Vec::new, |task| {
                task.options.iter().map(|(name, _)| name.as_str()).collect()
            });
            let title = if options.is_empty() {
                title
            } else {
                format!("{title} ({})", options.join(", "))
            };
            let cells = [key.clone(), kind.to_owned(), due, item.role.clone(), title];
            cells.map(|cell| safe(&cell)).to_vec()
        })
        .collect();
    if rows.is_empty() {
        say("nothing is open");
    } else {
        say(table(&["NAME", "KIND", "DUE", "ROLE", "TITLE"], &rows).trim_end());
    }
}

pub(super) fn drafts(player: &Player) {
    let Some(run) = demand_run(player) else {
        return;
    };
    let rows: Vec<Vec<String>> = run
        .drafts
        .values()
        .map(|draft| {
            let approved = run.statements.approved(draft);
            let by: Vec<&str> = approved.iter().map(|one| one.by.as_str()).collect();
            let cells = [draft.id(), draft.gaps.join(", "), by.join(", ")];
            cells.map(|cell| safe(&cell)).to_vec()
        })
        .collect();
    if rows.is_empty() {
        say("there are no drafts");
    } else {
        say(table(&["DRAFT", "GAPS", "APPROVED BY"], &rows).trim_end());
    }
}

/// One draft by its name, or the first of a message.
pub(super) fn draft(player: &Player, wanted: &str) -> Result<(), String> {
    let run = player.run().ok_or("no run is open")?;
    let begins = format!("{wanted}.");
    let mut drafts = run.drafts.values();
    let found = drafts.find(|draft| draft.id() == wanted || draft.id().starts_with(&begins));
    let draft =
        found.ok_or_else(|| format!("there is no draft `{wanted}`; `drafts` lists them"))?;
    say(&safe(&format!("{}:", draft.id())));
    for line in draft.text.lines() {
        say(safe(&format!("  | {line}")).trim_end());
    }
    Ok(())
}

pub(super) fn injects(player: &Player) {
    let injects = player.script().injects();
    if injects.is_empty() {
        say("this scenario has no injects");
    }
    for inject in injects {
        let when = match (inject.has_come, inject.at) {
            (true, Some(at)) => format!("came {}", clock(player, at)),
            (_, Some(at)) => clock(player, at),
            (_, None) => "waits".to_owned(),
        };
        let note = inject
            .note
            .map_or_else(String::new, |note| format!(" ({note})"));
        let line = safe(&format!("{}{note}", inject.what));
        let mut lines = wrap(&line, WIDTH - 18).into_iter();
        let first = lines.next().unwrap_or_default();
        say(&format!("{:>3}  {when:<12} {first}", inject.number));
        for line in lines {
            say(&format!("{:18}{line}", ""));
        }
    }
}

pub(super) fn help() {
    for (command, what) in HELP {
        say(&format!("  {command:<32}{what}"));
    }
}
