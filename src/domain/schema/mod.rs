//! The one table of every key that an organisation may write, with what it takes,
//! what it means and an example.
//!
//! The JSON Schema for editors (`json.rs`) and the pages about the format
//! (`page.rs`) are made from it. The parser reads by hand and does not use it, so
//! `tests/it/schema` holds the two against each other, in both directions: a key
//! in the one that is not in the other fails there.

pub mod takes;

mod organisation;

mod listening;

mod speaking;

mod playbook;

mod work;

mod condition;

mod story;

mod expectation;

pub mod json;

pub mod known;

pub mod page;

pub use takes::{Names, Takes};

/// One key of a map.
#[derive(Debug, Clone, Copy)]
pub struct Key {
    pub name: &'static str,
    pub takes: Takes,
    /// Must it be there?
    pub is_needed: bool,
    /// What holds without it, as it would be written.
    pub default: Option<&'static str>,
    /// What holds without it, where that is no value but a sentence.
    pub otherwise: Option<&'static str>,
    /// What it does, in Markdown without links: it is shown in editors too.
    pub help: &'static str,
}

const fn key(name: &'static str, takes: Takes, help: &'static str) -> Key {
    Key {
        name,
        takes,
        is_needed: false,
        default: None,
        otherwise: None,
        help,
    }
}

impl Key {
    const fn needed(mut self) -> Self {
        self.is_needed = true;
        self
    }

    const fn or(mut self, default: &'static str) -> Self {
        self.default = Some(default);
        self
    }

    const fn without_it(mut self, otherwise: &'static str) -> Self {
        self.otherwise = Some(otherwise);
        self
    }
}

/// A map with known keys; every other key in it is a mistake.
#[derive(Debug)]
pub struct Map {
    /// Its name among the maps: letters, digits and `_`.
    pub id: &'static str,
    /// What it is: "a task".
    pub title: &'static str,
    /// Where it stands in its file: `tasks.NAME`; empty for the whole file.
    pub place: &'static str,
    /// What it is for, in Markdown.
    pub help: &'static str,
    /// Where more is said about it: a heading of `docs/playbook-format.md`.
    pub see: Option<&'static str>,
    pub keys: &'static [Key],
    /// Of each of these exactly one must be there; an empty one asks nothing.
    pub one_of: [&'static [&'static str]; 2],
    /// At least one of these must be there.
    pub some_of: &'static [&'static str],
    /// The first only beside the second.
    pub goes_with: &'static [(&'static str, &'static str)],
    /// The first never beside the second.
    pub apart: &'static [(&'static str, &'static str)],
    /// Whether it may be without any key.
    pub may_be_empty: bool,
    /// YAML from the beginning of the file, or several with `---` between them;
    /// empty when another map shows it.
    pub example: &'static str,
}

const fn map(id: &'static str, title: &'static str, keys: &'static [Key]) -> Map {
    Map {
        id,
        title,
        place: "",
        help: "",
        see: None,
        keys,
        one_of: [&[], &[]],
        some_of: &[],
        goes_with: &[],
        apart: &[],
        may_be_empty: true,
        example: "",
    }
}

impl Map {
    const fn at(mut self, place: &'static str) -> Self {
        self.place = place;
        self
    }

    const fn help(mut self, help: &'static str) -> Self {
        self.help = help;
        self
    }

    const fn see(mut self, heading: &'static str) -> Self {
        self.see = Some(heading);
        self
    }

    const fn one_of(mut self, keys: &'static [&'static str]) -> Self {
        self.one_of[0] = keys;
        self
    }

    const fn and_one_of(mut self, keys: &'static [&'static str]) -> Self {
        self.one_of[1] = keys;
        self
    }

    const fn some_of(mut self, keys: &'static [&'static str]) -> Self {
        self.some_of = keys;
        self
    }

    const fn goes_with(mut self, pairs: &'static [(&'static str, &'static str)]) -> Self {
        self.goes_with = pairs;
        self
    }

    const fn apart(mut self, pairs: &'static [(&'static str, &'static str)]) -> Self {
        self.apart = pairs;
        self
    }

    const fn not_empty(mut self) -> Self {
        self.may_be_empty = false;
        self
    }

    const fn example(mut self, example: &'static str) -> Self {
        self.example = example;
        self
    }

    /// Its examples, each YAML from the beginning of the file.
    pub fn examples(&self) -> impl Iterator<Item = &'static str> {
        let examples = self.example.split("---\n");
        examples.filter(|example| !example.is_empty())
    }

    /// The key with this name.
    pub fn key(&self, name: &str) -> Option<&Key> {
        self.keys.iter().find(|key| key.name == name)
    }
}

/// A kind of file in an organisation's folder.
#[derive(Debug)]
pub struct File {
    /// Its name on the command line; its first key too.
    pub name: &'static str,
    /// Where such files stand in the folder.
    pub path: &'static str,
    /// Where they are, seen from such a file: the way to its schema begins so.
    pub up: &'static str,
    /// What stands in it.
    pub map: &'static Map,
    /// The maps that its page is about, in reading order. Others that can stand in
    /// it are explained on another page.
    pub own: &'static [&'static Map],
}

/// Every kind of file that is written in YAML.
pub static FILES: [File; 3] = [
    File {
        name: "organisation",
        path: "draaiboek.yaml",
        up: "",
        map: &organisation::FILE,
        own: &[
            &organisation::FILE,
            &organisation::ABOUT,
            &organisation::OFFICE_HOURS,
            &organisation::PERSON,
            &organisation::ROLE_MAP,
            &organisation::ROTA,
            &organisation::STAY,
            &organisation::PARTNER,
            &organisation::MAIL,
            &organisation::WEBHOOK,
            &organisation::WEB,
            &organisation::TLS,
            &organisation::ACCESS,
            &organisation::HEARTBEAT,
            &organisation::DRILL,
            &listening::LIST,
            &listening::WATCH,
            &listening::SOURCE,
            &listening::PUSH,
            &listening::FEED,
            &listening::FILE,
            &listening::MASTODON,
            &listening::BLUESKY,
            &listening::SPECIAL_DAY,
            &listening::WORDS,
            &speaking::CHANNEL,
            &speaking::CONTACT,
            &speaking::AUDIENCE,
            &organisation::REVIEW,
            &organisation::RULE,
            &organisation::EVERY_PLAYBOOK,
        ],
    },
    File {
        name: "playbook",
        path: "playbooks/NAME.yaml",
        up: "../",
        map: &playbook::FILE,
        own: &[
            &playbook::FILE,
            &playbook::CADENCE_LINE,
            &playbook::BY_HAND,
            &playbook::TRIGGER,
            &playbook::ALERT_STEP,
            &playbook::FACT,
            &playbook::PHASES_MAP,
            &playbook::PHASE,
            &playbook::STAND_DOWN_MAP,
            &playbook::AFTERCARE_MAP,
            &playbook::QUESTION,
            &playbook::WORDING,
            &work::TASK,
            &work::MESSAGE,
            &work::IMAGE,
            &condition::CONDITION,
            &condition::LOUDNESS,
            &condition::AMOUNT,
            &condition::SHARE,
            &condition::NEED,
            &condition::RUMOUR,
            &condition::UNANSWERED,
            &condition::SAME_AUTHOR,
            &story::TEST,
        ],
    },
    File {
        name: "scenario",
        path: "playbooks/scenarios/NAME.yaml",
        up: "../../",
        map: &story::SCENARIO,
        own: &[
            &story::SCENARIO,
            &story::PERSONA,
            &story::STORM_MAP,
            &story::INJECT,
            &story::POST,
            &story::INJECT_MESSAGE,
            &story::FAILS,
            &story::DOES,
            &story::RESPONDER,
            &expectation::EXPECTATION,
            &expectation::NEVER_MAP,
            &expectation::TOLD_MAP,
            &story::SCORE,
            &story::TARGETS,
        ],
    },
];

/// The map with this id. They name each other so, for conditions stand in
/// conditions.
pub fn map_named(id: &str) -> Option<&'static Map> {
    all_maps().find(|map| map.id == id)
}

/// Every map, each once, in reading order.
pub fn all_maps() -> impl Iterator<Item = &'static Map> {
    FILES.iter().flat_map(|file| file.own).copied()
}

/// The folder beside `draaiboek.yaml` in which schemas lie for editors.
pub const FOLDER: &str = ".draaiboek";

impl File {
    /// The kind with this name.
    pub fn named(name: &str) -> Option<&'static Self> {
        FILES.iter().find(|file| file.name == name)
    }

    /// What a file is, by its path in an organisation's folder.
    pub fn at(path: &str) -> Option<&'static Self> {
        let name = match path {
            crate::domain::parse::ORGANISATION => "organisation",
            path if path.starts_with("playbooks/scenarios/") => "scenario",
            path if path.starts_with("playbooks/") => "playbook",
            _ => return None,
        };
        Self::named(name).filter(|_| path.ends_with(".yaml"))
    }

    /// Where its schema lies in an organisation's folder.
    pub fn schema_path(&self) -> String {
        format!("{FOLDER}/{}.schema.json", self.name)
    }

    /// The first line of such a file, by which editors find its schema.
    pub fn header(&self) -> String {
        let path = self.schema_path();
        format!("# yaml-language-server: $schema={}{path}\n", self.up)
    }

    /// The map at a place in such a file; the names of list items are `[]`.
    pub fn map_at<'p>(&self, place: impl IntoIterator<Item = &'p str>) -> Option<&'static Map> {
        match self.takes_at(place)?.with_map_first() {
            Takes::In(map) => map_named(map),
            _ => None,
        }
    }

    /// What stands at a place in such a file.
    pub fn takes_at<'p>(&self, place: impl IntoIterator<Item = &'p str>) -> Option<Takes> {
        let mut takes = Takes::In(self.map.id);
        for step in place {
            takes = takes.inside(step)?;
        }
        Some(takes)
    }

    /// Every map that can stand in such a file, each once, in reading order.
    pub fn maps(&self) -> Vec<&'static Map> {
        let mut found = vec![self.map];
        collect(self.map, &mut found);
        found
    }
}

fn collect(map: &'static Map, found: &mut Vec<&'static Map>) {
    for key in map.keys {
        for inner in key.takes.maps() {
            if !found.iter().any(|known| known.id == inner.id) {
                found.push(inner);
                collect(inner, found);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn maps_have_names_of_their_own_and_keys_stand_once() {
        for file in &FILES {
            let maps = file.maps();
            let ids: BTreeSet<&str> = maps.iter().map(|map| map.id).collect();
            assert_eq!(ids.len(), maps.len(), "{}", file.name);
            for map in maps {
                let names: BTreeSet<&str> = map.keys.iter().map(|key| key.name).collect();
                assert_eq!(names.len(), map.keys.len(), "{}", map.id);
                let pairs = map.goes_with.iter().chain(map.apart);
                let named = pairs.flat_map(|(one, other)| [*one, *other]);
                let named = named.chain(map.one_of.concat());
                for name in named.chain(map.some_of.iter().copied()) {
                    assert!(names.contains(name), "{} has no `{name}`", map.id);
                }
            }
        }
    }

    #[test]
    fn every_map_is_part_of_a_file() {
        let used: BTreeSet<&str> = FILES
            .iter()
            .flat_map(File::maps)
            .map(|map| map.id)
            .collect();
        let known: BTreeSet<&str> = all_maps().map(|map| map.id).collect();
        assert_eq!(used, known);
        assert_eq!(known.len(), all_maps().count());
        let takes = all_maps().flat_map(|map| map.keys).map(|key| key.takes);
        for id in takes.flat_map(Takes::ids) {
            assert!(map_named(id).is_some(), "{id}");
        }
    }

    #[test]
    fn every_key_says_what_it_does() {
        for map in all_maps() {
            for key in map.keys {
                let help = key.help;
                let is_said = help.len() > 2 && !help.contains("](") && !help.ends_with('.');
                assert!(is_said, "{}.{}: {help}", map.id, key.name);
            }
        }
    }

    #[test]
    fn a_place_leads_to_its_map() {
        let map_at = |file: &str, place: &str| {
            let file = File::named(file).unwrap();
            file.map_at(place.split('.')).map(|map| map.id)
        };
        assert_eq!(map_at("organisation", "team.anna"), Some("person"));
        assert_eq!(map_at("playbook", "alert.crisis.[]"), Some("alert_step"));
        let deep = "triggers.a.when.any.[].mentions";
        assert_eq!(map_at("playbook", deep), Some("loudness"));
        assert_eq!(map_at("scenario", "injects.[].does"), Some("does"));
        assert_eq!(map_at("playbook", "title"), None);
    }
}
