//! Shows the environment analyses of a run: the latest as blocks to paste, and as
//! figures. Strangers' words in it are for readers, and who reads is recorded.

use serde_json::{Value, json};

use super::request::{Counter, stored};
use super::view::{run_of, show, time};
use super::{NotDone, view};
use crate::domain::environment::blocks::{self, Head};
use crate::domain::environment::{Analysis, Made};
use crate::domain::reading::{Reading, may_read};
use crate::domain::run::{Run, RunId};
use crate::domain::step::acts::Act;
use crate::domain::text::Language;
use crate::domain::words::Words;
use crate::store::Store;

impl Counter {
    /// The latest environment analysis; `make`: a new one, which is in the log then.
    pub(super) async fn situation(
        &self,
        run: RunId,
        make: bool,
        language: Option<Language>,
        by: &str,
    ) -> Result<Value, NotDone> {
        if make {
            self.act(run, Act::MakeSituation {}, by).await?;
        }
        let reads = may_read(&self.organisation, by);
        let shown = self.read(|store| self.shown_situation(store?, run, language, reads))?;
        let n_quotes = shown["quotes"].as_u64().unwrap_or(0);
        if n_quotes > 0 {
            let reading = Reading::new("report --sitrep", &format!("run {run}"), n_quotes);
            self.reading(reading, by).await?;
        }
        Ok(shown)
    }

    fn shown_situation(
        &self,
        store: &Store,
        id: RunId,
        language: Option<Language>,
        reads: bool,
    ) -> Result<Value, NotDone> {
        let found = store.run(id).map_err(stored)?;
        let (_, pinned) = found.ok_or_else(|| NotDone::Refused(format!("there is no run {id}")))?;
        let run = run_of(store, id)?;
        let language = language.unwrap_or(self.language);
        let words = Words::new(language, self.organisation.timezone.name());
        let own = self.organisation.language;
        let text = |text: &crate::domain::text::Text| text.get(language.tag(), own).to_owned();
        let playbook = &pinned.playbook;
        let mut levels = playbook.levels.iter();
        let level = levels.find(|level| level.name == run.level);
        let level = level.map_or_else(|| run.level.clone(), |level| text(&level.title));
        let exercise = self.organisation.exercise.as_ref();
        let drill = exercise.map(|exercise| text(&exercise.title));
        let title = text(&playbook.title);
        let latest = run.environment.latest.clone().map(|mut made| {
            if !reads {
                made.analysis.quotes_mut().for_each(Vec::clear);
            }
            made
        });
        let blocks = latest.as_ref().map(|made| {
            let head = Head {
                title: &title,
                level: &level,
                number: run.environment.n_made,
                at: made.at,
                drill: drill.as_deref(),
            };
            blocks::blocks(&words, &head, &made.analysis)
        });
        let n_quotes = latest.as_ref().map_or(0, |made| n_quotes(&made.analysis));
        Ok(json!({
            "run": id,
            "open": run.is_open,
            "title": show(self, &playbook.title),
            "number": run.environment.n_made,
            "may_read": reads,
            "quotes": n_quotes,
            "text": blocks,
            "analysis": latest.as_ref().map(|made| self.figures(&words, &run, made)),
        }))
    }

    /// The analysis with its numbers in words beside them.
    fn figures(&self, words: &Words, run: &Run, made: &Made) -> Value {
        let analysis = &made.analysis;
        let columns = analysis.columns.iter().map(|column| {
            json!({
                "need": column.need,
                "title": blocks::title(words, &column.need),
                "mentions": column.mentions,
                "share": analysis.share(column),
                "before": column.before,
                "says": blocks::share(words, analysis, column),
                "quotes": column.quotes.iter().map(|one| blocks::quoted(words, one)).collect::<Vec<_>>(),
                "advice": column.advice.iter().map(|one| one.says(words.language)).collect::<Vec<_>>(),
            })
        });
        let rumours = analysis.rumours.iter().map(|rumour| {
            // What people say of it now, not when the analysis was made.
            let judged = run.environment.rumours.get(&rumour.number);
            let status = judged.map_or(rumour.status, |judged| judged.status);
            json!({
                "rumour": rumour.number,
                "authors": rumour.authors,
                "mentions": rumour.mentions,
                "says": format!(
                    "{}, {}",
                    words.count(rumour.authors, "authors"),
                    words.count(rumour.mentions, "mentions")
                ),
                "quotes": rumour.quotes.iter().map(|one| blocks::quoted(words, one)).collect::<Vec<_>>(),
                "status": status,
                "status_says": blocks::status(words, status),
                "because": judged.map(|judged| &judged.because),
                "judged_by": judged.map(|judged| view::person_name(self, &judged.by)),
            })
        });
        json!({
            "at": time(self, Some(made.at)),
            "from": time(self, Some(analysis.from)),
            "event": made.seq,
            "mentions": analysis.mentions,
            "read": analysis.read,
            "negative": analysis.negative,
            "positive": analysis.positive,
            "unclear": analysis.unclear,
            "tone_says": blocks::tones(words, analysis),
            "columns": columns.collect::<Vec<_>>(),
            "rumours": rumours.collect::<Vec<_>>(),
            "echo": analysis.echo,
            "unseen": blocks::unseen_lines(words, analysis),
        })
    }
}

fn n_quotes(analysis: &Analysis) -> u64 {
    let columns = analysis.columns.iter().map(|column| column.quotes.len());
    let rumours = analysis.rumours.iter().map(|rumour| rumour.quotes.len());
    columns.chain(rumours).sum::<usize>() as u64
}
