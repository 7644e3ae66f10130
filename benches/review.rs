//! How long it takes to review every draft of a large run again, as after a
//! changed fact: 30 texts on 6 kinds of channel, in two languages.

use draaiboek::domain::review::about::Reply;
use draaiboek::domain::review::{About, review};
use draaiboek::domain::text::Language;
use draaiboek::engine::clock::{now, stopwatch};

use crate::Failed;
use crate::report::{Goal, Report};

const N_DRAFTS: usize = 30;
const N_ROUNDS: usize = 20;

/// Rendering and review together must stay under 50 ms; most of it is review.
const GOAL_MS: f64 = 45.0;

const DUTCH: &str = "Wij vinden het heel vervelend dat u ons niet kunt bellen. Sinds 9.15 uur is er een storing in onze telefooncentrale. Wij weten nog niet hoe lang dit duurt. Onze technici zoeken het nu uit, samen met de leverancier.\n\nWat u kunt doen:\n- Is er spoed? Bel 112.\n- Heeft u vandaag een afspraak? Kom dan gewoon.\n- Andere vragen? Mail naar info@delinde.example.\n\nOm 14.30 uur leest u hier meer: https://www.delinde.example/actueel. Het gaat om 1.200 telefoontjes per uur, vertelt mevrouw De Wit.";

const ENGLISH: &str = "We are very sorry that you cannot call us. Since 9:15 there has been a fault in our telephone exchange. We do not know yet how long this will last. Our engineers are finding out now, together with the supplier.\n\nWhat you can do:\n- Is it urgent? Call 112.\n- Do you have an appointment today? Please come.\n- Other questions? Mail info@delinde.example.\n\nAt 14:30 you can read more here: https://www.delinde.example/news. It concerns 1200 calls an hour.";

fn drafts() -> Vec<(String, About)> {
    const CHANNELS: [&str; 6] = ["web", "x", "sms", "mastodon", "letter", "reply"];
    let draft = |number: usize| {
        let (language, text) = match number % 2 {
            0 => (Language::Nl, DUTCH),
            _ => (Language::En, ENGLISH),
        };
        let mut about = About::new(Some(language), now(), chrono_tz::Europe::Amsterdam);
        about.channel = CHANNELS[number % CHANNELS.len()].to_owned();
        about.ours.patient_number = Some(r"\b[0-9]{7}\b".to_owned());
        about.replies = (0..20)
            .map(|reply| Reply {
                to: None,
                text: format!("{text} {reply}"),
            })
            .collect();
        (format!("{text} ({number})"), about)
    };
    (0..N_DRAFTS).map(draft).collect()
}

pub(crate) fn run(report: &mut Report) -> Result<(), Failed> {
    let drafts = drafts();
    let look = || -> usize {
        let remarks = drafts.iter().map(|(text, about)| review(text, about).len());
        remarks.sum()
    };
    // Patterns are read when they are first needed; a daemon has long done so.
    let started = stopwatch();
    let n_remarks = look();
    let first = started.elapsed().as_secs_f64() * 1e3;
    let mut best = f64::MAX;
    for _ in 0..N_ROUNDS {
        let started = stopwatch();
        if look() != n_remarks {
            return Err("the same texts were judged otherwise".into());
        }
        best = best.min(started.elapsed().as_secs_f64() * 1e3);
    }
    report.add(
        "30 drafts reviewed again",
        best,
        "ms",
        Goal::AtMost(GOAL_MS),
    );
    report.add(
        "30 drafts reviewed for the first time",
        first,
        "ms",
        Goal::None,
    );
    Ok(())
}
