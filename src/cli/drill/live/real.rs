//! The real world comes first: an open run at the second level of the ladder
//! or above ends a drill, and everybody in it hears that at once.

use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use tokio::task::JoinSet;

use super::home::Home;
use crate::domain::effect::{Content, DrillStopped, Notice};
use crate::domain::organisation::Organisation;
use crate::domain::plane::Plane;
use crate::domain::run::RunId;
use crate::domain::text::Text;
use crate::domain::time::Timestamp;
use crate::engine::clock::{self, stopwatch};
use crate::engine::dispatch::Dispatcher;
use crate::notify::Failure;
use crate::store::Store;

/// How long delivery is waited for.
const PATIENCE: Duration = Duration::from_secs(30);

/// Between two tries.
const AGAIN: Duration = Duration::from_secs(1);

/// Who was told to stop already stands here, beside the drill's store.
const TOLD: &str = "told-to-stop";

/// A real run that is more important than any drill.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct RealRun {
    pub(super) run: RunId,
    pub(super) title: Text,
    pub(super) level: Text,
}

impl RealRun {
    pub(super) fn sentence(&self, organisation: &Organisation) -> String {
        let language = organisation.language;
        let show = |text: &Text| text.get(language.tag(), language).to_owned();
        let (title, level) = (show(&self.title), show(&self.level));
        format!("run {} is real: {title} ({level})", self.run)
    }
}

/// The highest real run that stops drills. Only looks at the real store.
pub(super) fn find(dir: &Path, organisation: &Organisation) -> Result<Option<RealRun>, String> {
    let store = Store::open_to_read(dir, Plane::Real).map_err(|error| error.to_string())?;
    let Some(store) = store else {
        return Ok(None);
    };
    // Of a ladder with one step, that step is serious.
    let least = 1.min(organisation.levels.len().saturating_sub(1));
    let rows = store.runs().map_err(|error| error.to_string())?;
    let serious = rows.into_iter().filter(|row| row.is_open);
    let serious = serious.filter_map(|row| Some((organisation.rank(&row.level)?, row)));
    let highest = serious
        .filter(|(rank, _)| *rank >= least)
        .max_by_key(|(rank, row)| (*rank, row.id));
    let Some((rank, row)) = highest else {
        return Ok(None);
    };
    let title = match store.run(row.id) {
        Ok(Some((_, pinned))) => pinned.playbook.title.clone(),
        _ => Text::from(row.playbook.as_str()),
    };
    Ok(Some(RealRun {
        run: row.id,
        title,
        level: organisation.levels[rank].title.clone(),
    }))
}

/// Tells every participant that the drill is over, once, by the first of their
/// ways that takes it. Names those who could not be told in time.
pub(super) async fn tell(
    real: &RealRun,
    home: &Home,
    dispatcher: &Arc<Dispatcher>,
    now: Timestamp,
) -> Vec<String> {
    let told_path = home.path.join("data").join(TOLD);
    let told = fs::read_to_string(&told_path).unwrap_or_default();
    let organisation = &dispatcher.organisation;
    let exercise = organisation.exercise.iter();
    let people = exercise.flat_map(|exercise| &exercise.participants);
    let mut on_the_way = JoinSet::new();
    let mut left: Vec<String> = Vec::new();
    for person in people.filter(|person| !told.lines().any(|line| line == *person)) {
        let Some(notice) = notice(real, organisation, person, now) else {
            continue;
        };
        left.push(person.clone());
        on_the_way.spawn(until_told(Arc::clone(dispatcher), notice));
    }
    let mut told = told;
    let waited = stopwatch();
    while let Some(rest) = PATIENCE.checked_sub(waited.elapsed()) {
        match tokio::time::timeout(rest, on_the_way.join_next()).await {
            Ok(Some(Ok(Some(person)))) => {
                left.retain(|one| *one != person);
                told.push_str(&format!("{person}\n"));
                if let Err(error) = fs::write(&told_path, &told) {
                    tracing::error!(%error, "who was told to stop cannot be kept");
                }
            }
            Ok(Some(_)) => {}
            Ok(None) | Err(_) => break,
        }
    }
    left
}

/// Who it was; `None` for somebody who can be reached in no way.
async fn until_told(dispatcher: Arc<Dispatcher>, notice: Notice) -> Option<String> {
    let effect = format!("0.stop-{}", notice.person);
    loop {
        match dispatcher
            .tell_at_once(&notice, &effect, clock::now())
            .await
        {
            Ok(()) => return Some(notice.person),
            Err(Failure::GiveUp(because)) => {
                tracing::error!(because, "a participant cannot be told to stop");
                return None;
            }
            Err(_) => tokio::time::sleep(AGAIN).await,
        }
    }
}

fn notice(
    real: &RealRun,
    organisation: &Organisation,
    person: &str,
    now: Timestamp,
) -> Option<Notice> {
    let person = organisation.person(person)?;
    let exercise = organisation.exercise.as_ref()?;
    let stopped = DrillStopped {
        run: real.run,
        organisation: organisation.name.clone(),
        organisation_language: organisation.language,
        title: real.title.clone(),
        level_title: real.level.clone(),
        at: now,
    };
    Some(Notice {
        person: person.key.clone(),
        name: person.name.clone(),
        email: person.email.clone(),
        phone: person.phone.clone(),
        ways: person.reach.clone(),
        language: person.language,
        exercise: Some(exercise.title.clone()),
        content: Content::DrillStopped(Box::new(stopped)),
    })
}
