//! Lengths as X counts them, against the cases that were published with its
//! rules. They are read where they are there; none is copied here.

use draaiboek::domain::review::rules::length::{length, links, weighted};

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
