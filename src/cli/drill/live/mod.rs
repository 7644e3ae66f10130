//! `draaiboek drill SCENARIO --live`: a daemon of its own on the plane of
//! drills, fed by the script of a scenario and led by a facilitator.
//!
//! Its clock is a steered one: at the speed of life from now on, or from the
//! beginning of the story with `--speed`. A pause stops that clock, so the story
//! and every timer with it. Only people are real, and their mail.

mod facilitator;

mod home;

mod play;

mod real;

mod record;

mod screen;

mod site;

use std::collections::BTreeSet;
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use chrono::{DurationRound, TimeDelta};

use super::Play;
use super::finish::finish;
use crate::cli::daemon::Setting;
use crate::cli::print::{failed, note};
use crate::domain::drill::record::{BY_FACILITATOR, Entry, Record, What};
use crate::domain::organisation::Exercise;
use crate::domain::plane::Plane;
use crate::domain::scenario::Scenario;
use crate::domain::time::Timestamp;
use crate::engine::clock::{self, Schedule, stopwatch};
use crate::notify::MailTemplates;
use crate::store::Store;
use home::{Begun, Home, Left};
use play::Drill;
use real::RealRun;
use site::Failures;

/// What still goes out when the story is over.
const LAST_MAILS: Duration = Duration::from_secs(10);

/// How a live drill goes.
#[derive(Debug, clap::Args)]
pub(super) struct How {
    /// So many times as fast as life, from the moment the story begins at;
    /// without this at the speed of life, from now
    #[arg(long, value_name = "10x", value_parser = speed, requires = "live")]
    speed: Option<f64>,
    /// Go on with the live drill that was cut off here
    #[arg(long, requires = "live")]
    resume: bool,
}

fn speed(written: &str) -> Result<f64, String> {
    let number = written.trim_end_matches(['x', 'X']).parse().ok();
    number
        .filter(|speed| (1.0..=1_000.0).contains(speed))
        .ok_or_else(|| "write 1x to 1000x".to_owned())
}

/// How a drill ended.
enum Ending {
    /// The story is over.
    Over,
    /// Somebody stopped it.
    Stopped,
    /// The real world came first.
    Real(RealRun),
}

/// What is left of a drill that was played.
struct Played {
    scenario: Scenario,
    /// None when there is nothing to judge.
    record: Option<Record>,
    /// Why it did not come to its end.
    cut_short: Option<String>,
}

pub(super) fn run(play: &Play, scenario: &str) -> ExitCode {
    let runtime = match tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
    {
        Ok(runtime) => runtime,
        Err(error) => return failed(&format!("cannot start: {error}")),
    };
    let (dir, how) = (&play.dir, &play.how);
    let result = runtime.block_on(played(dir, scenario, play.seed, how));
    // A read from the keyboard must not keep us.
    runtime.shutdown_timeout(Duration::from_secs(1));
    let played = match result {
        Ok(played) => played,
        Err(why) => return failed(&why),
    };
    let (bound, language) = (play.fail_under, play.language);
    let judged = played
        .record
        .map(|record| finish(dir, &played.scenario, &record, bound, language, play.json));
    match played.cut_short {
        Some(why) => failed(&why),
        None => judged.unwrap_or(ExitCode::SUCCESS),
    }
}

async fn played(dir: &Path, scenario: &str, seed: u64, how: &How) -> Result<Played, String> {
    let setting = Setting::read(dir, clock::now())?;
    let mut home = Home::take(dir)?;
    let left = home.left()?;
    if let Some(real) = real::find(dir, &setting.organisation)? {
        return Err(refuse(dir, setting, home, left, &real).await?);
    }
    let left = left.filter(|_| how.resume);
    let scenario = match (&left, how.resume) {
        (None, true) => return Err("no drill was cut off here: start one without --resume".into()),
        (Some(left), _) if left.begun.scenario != scenario => {
            let other = &left.begun.scenario;
            return Err(format!("the drill that was cut off here is `{other}`"));
        }
        _ => find(&setting, scenario)?,
    };
    let begun = match &left {
        Some(left) => left.begun.clone(),
        None => begin(&mut home, &setting, &scenario, seed, how)?,
    };
    let speed = how.speed.unwrap_or(begun.speed);
    let from = left.as_ref().map_or(begun.at, |left| left.until);
    clock::simulate(Schedule::steady(from, speed))?;

    let setting = in_drill(setting, &scenario);
    let failures = Failures::default();
    let site = site::of(dir, &home.path, &setting.organisation, true);
    let daemon = site::start(&setting, site, &failures).await?;
    let came = left.as_ref().map_or_else(BTreeSet::new, Left::came);
    let world = play::World::new(dir, &setting, &scenario, &begun)?;
    let mut drill = Drill::new(&setting, daemon, home, world, failures, speed, came);
    match left {
        Some(left) => drill.go_on(left.until).await?,
        None => drill.bring_history().await?,
    }
    drill.announce();
    let ending = drill.run(dir).await?;
    let (record, cut_short) = end(dir, drill, &scenario, &setting, begun.at, ending).await?;
    Ok(Played {
        scenario,
        record,
        cut_short,
    })
}

fn find(setting: &Setting, name: &str) -> Result<Scenario, String> {
    let mut scenarios = setting.scenarios.iter().map(|read| &read.scenario);
    let found = scenarios.clone().find(|scenario| scenario.name == name);
    if let Some(found) = found {
        if found.participants.is_empty() {
            return Err(format!(
                "nobody takes part in `{name}`: name people under `participants`"
            ));
        }
        return Ok(found.clone());
    }
    let near = scenarios
        .clone()
        .find(|scenario| strsim::jaro_winkler(&scenario.name, name) > 0.8);
    let near = near.map_or_else(String::new, |near| {
        format!("; did you mean `{}`?", near.name)
    });
    match scenarios.next() {
        Some(_) => Err(format!("there is no scenario `{name}`{near}")),
        None => Err("there are no scenarios in playbooks/scenarios".to_owned()),
    }
}

/// A fresh drill: what was there is moved aside.
fn begin(
    home: &mut Home,
    setting: &Setting,
    scenario: &Scenario,
    seed: u64,
    how: &How,
) -> Result<Begun, String> {
    let now = clock::now();
    let second = now.duration_trunc(TimeDelta::seconds(1)).unwrap_or(now);
    let at = match how.speed {
        Some(_) => scenario.story.begins_at(setting.organisation.timezone),
        None => second,
    };
    let begun = Begun {
        scenario: scenario.name.clone(),
        at,
        seed,
        speed: how.speed.unwrap_or(1.0),
    };
    if let Some(aside) = home.begin(&begun, now)? {
        note(&format!(
            "an earlier drill was moved to {}",
            aside.display()
        ));
    }
    Ok(begun)
}

fn in_drill(setting: Setting, scenario: &Scenario) -> Setting {
    let exercise = Exercise {
        scenario: scenario.name.clone(),
        title: scenario.title.clone(),
        participants: scenario.participants.clone(),
    };
    let organisation = Arc::unwrap_or_clone(setting.organisation);
    Setting {
        organisation: Arc::new(organisation.in_drill(exercise)),
        ..setting
    }
}

/// There is a real run: no drill begins. Who was in one that a crash cut off
/// may still think that it goes on, and hears the truth.
async fn refuse(
    dir: &Path,
    setting: Setting,
    mut home: Home,
    left: Option<Left>,
    real: &RealRun,
) -> Result<String, String> {
    let sentence = real.sentence(&setting.organisation);
    let left = left.filter(|left| !left.is_over());
    let cut_off = left.and_then(|left| find(&setting, &left.begun.scenario).ok());
    if let Some(scenario) = cut_off {
        let setting = in_drill(setting, &scenario);
        let failures = Failures::default();
        let site = site::of(dir, &home.path, &setting.organisation, false);
        let daemon = site::start(&setting, site, &failures).await?;
        let untold = real::tell(real, &home, &daemon.dispatcher.get(), clock::now()).await;
        home.note(&stopped(clock::now(), &sentence));
        daemon.stop().await;
        return Ok(format!(
            "{sentence}: the drill that was cut off here does not go on{}",
            not_told(&untold)
        ));
    }
    Ok(format!("{sentence}: no drill starts now"))
}

fn stopped(at: Timestamp, because: &str) -> Entry {
    let because = because.to_owned();
    Entry {
        at,
        what: What::Stopped { because },
    }
}

fn not_told(untold: &[String]) -> String {
    match untold {
        [] => "; everybody in it was told".to_owned(),
        _ => format!("; PHONE who could not be told: {}", untold.join(", ")),
    }
}

/// Lets out what must still go out, and keeps what there is.
async fn end(
    dir: &Path,
    mut drill: Drill,
    scenario: &Scenario,
    setting: &Setting,
    began_at: Timestamp,
    ending: Ending,
) -> Result<(Option<Record>, Option<String>), String> {
    let now = clock::now();
    let mut cut_short = None;
    match &ending {
        Ending::Over => {
            drill.screen.say(now, "the story is over");
            let waited = stopwatch();
            while waited.elapsed() < LAST_MAILS && drill.n_waiting() > 0 {
                tokio::time::sleep(Duration::from_millis(100)).await;
            }
        }
        Ending::Stopped => {
            drill.screen.say(now, "the drill was stopped");
            drill.home.note(&stopped(now, BY_FACILITATOR));
        }
        Ending::Real(real) => {
            let sentence = real.sentence(&setting.organisation);
            drill.screen.say(now, &format!("STOP: {sentence}"));
            // Nothing of the drill goes out any more.
            drill.daemon.stop.cancel();
            drill.failures.clear();
            let untold = real::tell(real, &drill.home, &drill.daemon.dispatcher.get(), now).await;
            drill.home.note(&stopped(now, &sentence));
            cut_short = Some(format!(
                "{sentence}: the drill stopped{}",
                not_told(&untold)
            ));
        }
    }
    let home = drill.close().await;
    let store = Store::open_to_read(&home.path, Plane::Drill).map_err(|error| error.to_string())?;
    let playbook = setting
        .shelf
        .iter()
        .find(|pinned| pinned.playbook.name == scenario.playbook);
    let mut record = None;
    if let Some((store, pinned)) = store.zip(playbook) {
        let (templates, _) = MailTemplates::load(dir);
        let kept = record::Kept {
            scenario: &scenario.name,
            began_at,
            ended_at: clock::now(),
            playbook: &pinned.playbook,
            journal: home.left()?.map_or_else(Vec::new, |left| left.entries),
            volume: record::volume(
                &store,
                &setting.organisation,
                &pinned.playbook,
                clock::now(),
            )
            .map_err(|error| error.to_string())?,
        };
        let built = record::build(&store, &templates, kept).map_err(|error| error.to_string())?;
        record = Some(built);
    }
    home.end();
    Ok((record, cut_short))
}
