//! Tries every text of an organisation, on all processors, and puts what is wrong
//! with it at its place.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::domain::draft::{self, Compiled};
use crate::domain::finding::Finding;
use crate::domain::parse::{Avoided, Parsed};
use crate::domain::playbook::StatementTemplate;
use crate::domain::proof::{self, Job, Trouble};
use crate::domain::time::Timestamp;
use crate::processors;

use super::in_order;

/// More findings than this nobody reads.
const MOST: usize = 500;

/// Starting a thread takes as long as trying so many texts.
const FEW: usize = 8;

/// The findings, and those about texts that were filled in. Only playbooks without
/// errors have texts to try.
pub fn complete(mut parsed: Parsed, now: Timestamp) -> Parsed {
    let Some(organisation) = &parsed.organisation else {
        return parsed;
    };
    let jobs = proof::jobs(organisation, &parsed.playbooks, &parsed.templates, now);
    let mut troubles = tried(&jobs, &parsed.compiled);
    troubles.sort();
    troubles.dedup();
    fold(&mut troubles);
    let everywhere = avoided_everywhere(&mut troubles, &parsed.avoided);
    parsed.findings.extend(everywhere);
    let found = troubles.into_iter().take(MOST);
    let found: Vec<Finding> = found
        .filter_map(|trouble| {
            let template = parsed.templates.get(trouble.template)?;
            Some(finding(trouble, template))
        })
        .collect();
    parsed.findings.extend(found);
    in_order(&mut parsed.findings);
    parsed
}

fn tried(jobs: &[Job<'_>], compiled: &Arc<Compiled>) -> Vec<Trouble> {
    let begin = || {
        draft::have_at_hand(compiled);
        Vec::new()
    };
    let step = |found: &mut Vec<Trouble>, number: usize| {
        found.extend(jobs.get(number).into_iter().flat_map(Job::tried));
    };
    let done = processors::divided(jobs.len(), FEW, begin, step);
    done.into_iter().flatten().collect()
}

/// A contact that no task of a playbook confirms is one mistake, however many texts
/// name it.
fn fold(troubles: &mut Vec<Trouble>) {
    let cause = |one: &Trouble| {
        let (_, why) = one.message.rsplit_once(", and ")?;
        (one.id == "nobody-confirms").then(|| (why.to_owned(), one.hint.clone()))
    };
    let mut known: BTreeMap<(String, String), usize> = BTreeMap::new();
    for cause in troubles.iter().filter_map(cause) {
        *known.entry(cause).or_default() += 1;
    }
    let mut said = BTreeSet::new();
    troubles.retain_mut(|trouble| {
        let Some(cause) = cause(trouble) else {
            return true;
        };
        let n_others = known.get(&cause).map_or(0, |number| number - 1);
        if n_others > 0 {
            trouble.message = format!("{} (nor can {n_others} more texts)", trouble.message);
        }
        said.insert(cause)
    });
}

/// So many texts of ours say what is to be avoided that it is the word that is chosen
/// badly.
const MANY: usize = 5;

/// A wording to avoid that stands in many texts is one mistake, at the word that is
/// there most.
fn avoided_everywhere(troubles: &mut Vec<Trouble>, avoided: &[Avoided]) -> Vec<Finding> {
    let mut said: BTreeMap<String, Vec<(usize, String)>> = BTreeMap::new();
    for trouble in troubles.iter() {
        if let Some((wording, words)) = avoided_in(trouble) {
            let texts = said.entry(wording.to_owned()).or_default();
            texts.push((trouble.template, words.to_lowercase()));
        }
    }
    let mut found = Vec::new();
    for (wording, texts) in said {
        let n_texts = texts
            .iter()
            .map(|(text, _)| text)
            .collect::<BTreeSet<_>>()
            .len();
        if n_texts < MANY {
            continue;
        }
        let mut words: BTreeMap<&str, usize> = BTreeMap::new();
        for (_, word) in &texts {
            *words.entry(word).or_default() += 1;
        }
        let most = words.into_iter().max_by_key(|(_, number)| *number);
        let Some((word, _)) = most else { continue };
        let mut places = avoided
            .iter()
            .filter(|one| one.wording == wording && one.words.to_lowercase() == word);
        // Where another playbook has a wording of this name, nobody knows which it is.
        if let (Some(one), None) = (places.next(), places.next()) {
            troubles
                .retain(|trouble| avoided_in(trouble).is_none_or(|(other, _)| other != wording));
            found.push(Finding {
                message: format!(
                    "{n_texts} of your texts say what `{wording}` wants to avoid, such as `{word}`: review will point it out in each"
                ),
                ..one.finding.clone()
            });
        }
    }
    found
}

/// The name of a wording to avoid, and the words in this text.
fn avoided_in(trouble: &Trouble) -> Option<(&str, &str)> {
    let (_, said) = trouble.message.split_once("(avoid): “")?;
    let (words, rest) = said.split_once('”')?;
    let (_, wording) = rest.rsplit_once('(')?;
    Some((wording.strip_suffix(')')?, words))
}

fn finding(trouble: Trouble, template: &StatementTemplate) -> Finding {
    let (line, column, length) = trouble.at.unwrap_or_default();
    let text = template.source.lines().nth(line.wrapping_sub(1));
    Finding {
        id: trouble.id,
        severity: trouble.severity,
        file: format!("templates/statements/{}", template.file),
        line,
        column,
        length,
        text: text.unwrap_or_default().to_owned(),
        message: trouble.message,
        hint: trouble.hint,
    }
}
