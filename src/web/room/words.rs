//! What the pages say, in Dutch and English: `templates/web/room/words/*.yaml`,
//! each line a name with both. Templates say `{{t "name"}}`.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use include_dir::{Dir, include_dir};
use serde::Deserialize;

use crate::domain::text::Language;

static FILES: Dir = include_dir!("$CARGO_MANIFEST_DIR/templates/web/room/words");

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Both {
    nl: String,
    en: String,
}

type Table = BTreeMap<String, Both>;

static TABLE: LazyLock<Table> = LazyLock::new(|| {
    let texts = FILES.files().filter_map(|file| file.contents_utf8());
    // Ours can be read (there is a test).
    let tables = texts.filter_map(|text| serde_yaml::from_str::<Table>(text).ok());
    tables.flatten().collect()
});

/// The words of this name; the name itself where there are none.
pub(super) fn word(name: &str, language: Language) -> &str {
    TABLE.get(name).map_or(name, |both| match language {
        Language::Nl => &both.nl,
        Language::En => &both.en,
    })
}

/// Whether there are words of this name.
pub(super) fn is_known(name: &str) -> bool {
    TABLE.contains_key(name)
}

/// What people call a field that they filled in: `typed.NAME`. `None` for what no
/// person types, such as the number of a version.
pub(super) fn typed(field: &str, language: Language) -> Option<String> {
    let (kind, rest) = field.split_once('.').unwrap_or((field, ""));
    let known = format!("typed.{kind}");
    let says = is_known(&known).then(|| word(&known, language))?;
    Some(match rest {
        // Which one it is, is a name of ours.
        "" if kind == "fact" => return None,
        "" => says.to_owned(),
        rest => format!("{says} ({rest})"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_file_can_be_read_and_no_name_stands_twice() {
        let mut names = Vec::new();
        for file in FILES.files() {
            let text = file.contents_utf8().unwrap();
            let table: Table = serde_yaml::from_str(text)
                .unwrap_or_else(|error| panic!("{}: {error}", file.path().display()));
            for (name, both) in &table {
                assert!(!both.nl.is_empty() && !both.en.is_empty(), "{name}");
            }
            names.extend(table.into_keys());
        }
        let n_names = names.len();
        names.sort_unstable();
        names.dedup();
        assert!(n_names > 10 && names.len() == n_names);
    }
}
