//! What review measures, against data of others: published lengths of posts,
//! and replies of customer care. Read where it is there; none is copied here.

use draaiboek::domain::review::rules::length::{length, links, weighted};
use draaiboek::domain::review::rules::repetition::repetition_index;

/// The cases of twitter-text that give a text and its length; none of them is
/// copied here.
#[test]
fn agrees_with_the_published_cases() {
    #[derive(serde::Deserialize)]
    struct Cases {
        tests: std::collections::BTreeMap<String, Vec<serde_json::Value>>,
    }
    let read = |name: &str| -> Option<Cases> {
        let text = std::fs::read_to_string(format!("/work/shared/data/post-length/{name}")).ok()?;
        Some(serde_yaml::from_str(&text).unwrap())
    };
    let (Some(lengths), Some(extracts)) = (read("validate.yml"), read("extract.yml")) else {
        return;
    };
    let mut n_checked = 0;
    let all = lengths.tests.iter();
    for (name, case) in all.flat_map(|(name, cases)| cases.iter().map(move |case| (name, case))) {
        let text = case["text"].as_str().unwrap_or_default();
        let expected = &case["expected"];
        let Some(used) = expected["weightedLength"].as_u64() else {
            continue;
        };
        // This section is about version 2, which gave no discount on emoji.
        let length = match name.as_str() {
            "WeightedTweetsCounterTest" => weighted(text, false),
            _ => length(text, "x").used,
        };
        let is_valid =
            (1..=280).contains(&length) && !text.contains(['\u{fffe}', '\u{feff}', '\u{ffff}']);
        assert_eq!(length as u64, used, "{name}: {}", case["description"]);
        assert_eq!(
            Some(is_valid),
            expected["valid"].as_bool(),
            "{}",
            case["description"]
        );
        n_checked += 1;
    }
    assert_eq!(n_checked, 44);
    for (name, cases) in &extracts.tests {
        if !name.contains("url") {
            continue;
        }
        for case in cases {
            let text = case["text"].as_str().unwrap();
            let found: Vec<serde_json::Value> = links(text)
                .into_iter()
                .map(|link| match &case["expected"][0] {
                    serde_json::Value::Object(_) => serde_json::json!({
                        "url": &text[link.span.clone()],
                        "indices": [
                            text[..link.span.start].chars().count(),
                            text[..link.span.end].chars().count(),
                        ],
                    }),
                    _ => text[link.span].into(),
                })
                .collect();
            assert_eq!(
                case["expected"],
                serde_json::Value::from(found),
                "{name}: {text}"
            );
            n_checked += 1;
        }
    }
    assert_eq!(n_checked, 44 + 108);
}

/// Real customer care: accounts that answer with templates stand apart from
/// those that answer in person. Nothing of it is copied here.
#[test]
fn tells_templates_from_personal_replies() {
    let Ok(text) = std::fs::read_to_string("/work/shared/data/webcare/dev.json") else {
        return;
    };
    let all: Vec<serde_json::Value> = serde_json::from_str(&text).unwrap();
    let mut by_company: std::collections::BTreeMap<String, Vec<(u64, String)>> =
        std::collections::BTreeMap::new();
    for talk in &all {
        let company = talk["dialogHeader"]["company"].as_str().unwrap_or_default();
        let id = talk["agentURL"]["tweet_ID"].as_str().unwrap_or_default();
        let said = talk["agentURL"]["url_utterance"]
            .as_str()
            .unwrap_or_default();
        let replies = by_company.entry(company.to_owned()).or_default();
        replies.push((id.parse().unwrap_or(0), said.to_owned()));
    }
    let index = |company: &str| {
        let mut replies = by_company[company].clone();
        replies.sort();
        repetition_index(replies.iter().map(|(_, text)| text.as_str()))
    };
    for company in ["RockstarSupport", "MojangSupport", "Google", "AskeBay"] {
        assert!(index(company) >= 0.40, "{company}: {}", index(company));
    }
    for company in ["TeamYouTube", "AppleSupport", "DropboxSupport"] {
        assert!(index(company) <= 0.05, "{company}: {}", index(company));
    }
}
