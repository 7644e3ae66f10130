//! Thirty drafts, made anew after a fact changed: what somebody waits for who
//! has just typed it.

use draaiboek::cli::init;
use draaiboek::config;
use draaiboek::domain::draft::{Setting, closest, places, render, sample};
use draaiboek::domain::facts::FactValue;
use draaiboek::domain::playbook::Aim;
use draaiboek::domain::text::Language;
use draaiboek::engine::clock::{now, stopwatch};

use super::Failed;
use super::report::{Goal, Report};

/// The goal for rendering and review together is 50 ms; this is half of it.
const MOST_MILLISECONDS: f64 = 25.0;

const N_DRAFTS: usize = 30;
const N_ROUNDS: usize = 50;

pub(crate) fn run(report: &mut Report) -> Result<(), Failed> {
    let folder = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("bench-drafts");
    if folder.exists() {
        std::fs::remove_dir_all(&folder)?;
    }
    init::write_all(&folder, &init::files(Language::Nl))?;
    let parsed = config::load(&folder);
    let organisation = parsed.organisation.ok_or("the example has mistakes")?;
    let mut named = parsed.playbooks.iter();
    let playbook = named.find(|one| one.name == "infection-outbreak");
    let playbook = playbook.ok_or("the example has no outbreak")?;
    let mut facts = sample(&organisation, playbook, "nl", now());
    let all: Vec<_> = playbook
        .messages()
        .filter(|(_, message)| !message.per_case)
        .flat_map(|(_, message)| {
            let places = places(&organisation, message).into_iter();
            places.map(move |(channel, language)| (message, channel, language))
        })
        .take(N_DRAFTS)
        .collect();
    if all.len() < N_DRAFTS {
        return Err(format!("only {} drafts", all.len()).into());
    }
    let mut times = Vec::with_capacity(N_ROUNDS);
    for round in 0..N_ROUNDS {
        if let Some(fact) = facts.get_mut("illness") {
            fact.value = FactValue::Text(format!("the virus of round {round}"));
        }
        let watch = stopwatch();
        for (message, channel, language) in &all {
            let setting = Setting {
                organisation: &organisation,
                playbook,
                facts: &facts,
                phases_open: &Aim::ALL,
                level: "crisis",
                case: None,
                now: now(),
            };
            let name = &message.template;
            let template = closest(&parsed.templates, name, language, channel, &organisation);
            let template = template.ok_or("a text is missing")?;
            render(template, message, channel, language, &setting)?;
        }
        times.push(watch.elapsed().as_secs_f64() * 1e3);
    }
    let first = times[0];
    times.sort_by(f64::total_cmp);
    let median = times[N_ROUNDS / 2];
    let goal = Goal::AtMost(MOST_MILLISECONDS);
    report.add("30 drafts after a changed fact, first", first, "ms", goal);
    let goal = Goal::AtMost(MOST_MILLISECONDS);
    report.add("30 drafts after a changed fact, p50", median, "ms", goal);
    Ok(())
}
