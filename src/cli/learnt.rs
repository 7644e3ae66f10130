//! What was learnt before and is still open: in runs, and in drills that were kept.
//! For who begins or ends a drill, for reports and for `doctor`.

use std::path::Path;

use chrono_tz::Tz;

use super::print::note;
use crate::domain::plane::Plane;
use crate::domain::report::CarriedLesson;
use crate::domain::run::lesson::in_order;
use crate::drill::archive::{self, Kept};
use crate::drill::learnt;
use crate::engine::reporting;
use crate::store::Store;

/// The open lessons of an organisation, but for one drill, by day. What cannot be
/// read is said, and left out.
pub(super) fn open_lessons(dir: &Path, zone: Tz, except: Option<&str>) -> Vec<CarriedLesson> {
    let mut open = match of_runs(dir) {
        Ok(open) => open,
        Err(why) => {
            note(&format!("the lessons of runs cannot be read: {why}"));
            Vec::new()
        }
    };
    match archive::list(dir, zone) {
        Ok((kept, _)) => open.extend(of_drills(&kept, except)),
        Err(error) => note(&format!("the drills cannot be read: {error}")),
    }
    open.sort_by_key(|one| one.lesson.due);
    open
}

/// The open lessons of runs.
pub(super) fn of_runs(dir: &Path) -> Result<Vec<CarriedLesson>, String> {
    let store = Store::open_to_read(dir, Plane::Real).map_err(|error| error.to_string())?;
    store.map_or(Ok(Vec::new()), |store| {
        reporting::carried(&store, None).map_err(|error| error.to_string())
    })
}

/// The open lessons of drills that were kept, but for one.
pub(super) fn of_drills(kept: &[Kept], except: Option<&str>) -> Vec<CarriedLesson> {
    let others = kept
        .iter()
        .filter(|kept| Some(kept.name.as_str()) != except);
    let mut open = Vec::new();
    for kept in others {
        let lessons = match learnt::lessons(&kept.path) {
            Ok(lessons) => lessons,
            Err(error) => {
                note(&format!(
                    "the lessons of {} cannot be read: {error}",
                    kept.name
                ));
                continue;
            }
        };
        let theirs = in_order(&lessons).into_iter();
        let theirs = theirs.filter(|(_, lesson)| lesson.closed.is_none());
        open.extend(theirs.map(|(number, lesson)| CarriedLesson {
            of: kept.name.clone(),
            number: number.clone(),
            lesson: lesson.clone(),
        }));
    }
    open
}
