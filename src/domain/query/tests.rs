//! The watch language, by example and by law.

use proptest::prelude::*;

use super::*;

fn named() -> BTreeMap<String, String> {
    [
        (
            "us",
            r#"("de linde" NEAR/3 (ziekenhuis OR seh OR poli*)) OR #delinde OR @zkhdelinde"#,
        ),
        ("bad", "a (b"),
        ("round", "{about}"),
        ("about", "x {round}"),
        ("calm", "-boos"),
    ]
    .map(|(name, text)| (name.to_owned(), text.to_owned()))
    .into()
}

fn mention(text: &str) -> Mention {
    let line = serde_json::json!({
        "id": "1", "platform": "x", "author": "@Anna", "lang": "nl-NL", "text": text,
        "url": "https://www.leaksite.example/dump/1", "published_at": "2026-03-02T08:00:00Z",
    });
    serde_json::from_value(line).unwrap()
}

fn check(query: &str, text: &str, expected: bool) {
    let parsed = parse(query, &named()).unwrap_or_else(|error| panic!("{query}: {error:?}"));
    assert_eq!(parsed.matches(&mention(text)), expected, "{query} ~ {text}");
}

fn refuse(query: &str, start: usize, message: &str) {
    let error = parse(query, &named()).expect_err(query);
    assert!(error.message.contains(message), "{query}: {error:?}");
    assert_eq!(error.start, start, "{query}: {error:?}");
    assert!(error.length > 0 || query.is_empty(), "{query}: {error:?}");
}

#[test]
fn finds_words_whatever_their_case_and_accents() {
    check("patient", "De PATIËNT wacht", true);
    check("patiënt", "patient", true);
    check("linde", "lindelaan", false);
    check("foto's", "Foto’s van de brand", true);
    check("foto", "Foto’s van de brand", true);
    check("zorg-fraude", "zorg-fraude!", true);
    check("zorgfraude", "zorg-fraude", false);
    check("ĳs", "IJS", true);
    check("delinde", "kijk op https://delinde.example", false);
}

#[test]
fn finds_phrases_and_beginnings() {
    check(r#""de linde""#, "In De Linde.", true);
    check("„de linde”", "in 'de linde'", true);
    check(r#""de linde""#, "linde de", false);
    check(r#""de linde""#, "de https://x.example linde", false);
    check("poli*", "polikliniek", true);
    check("poli*", "metropoli", false);
    check(r#""data lek*""#, "een data-lekkage", true);
    check("#lin*", "#lindefeest", true);
}

#[test]
fn finds_hashtags_and_handles() {
    check("#delinde", "wachten bij #DeLinde", true);
    check("#delinde", "wachten bij delinde", false);
    check("delinde", "wachten bij #delinde", true);
    check(r#""bij linde""#, "bij #linde", true);
    check("@zkhdelinde", "Hé @ZkhDeLinde.", true);
    check("@zkhdelinde", "zkhdelinde", false);
    check("zkhdelinde", "@zkhdelinde", false);
    check("@a@b.example", "dag @a@b.example", true);
}

#[test]
fn combines() {
    check("a b", "b a", true);
    check("a AND b", "a", false);
    check("a OR b c", "a", true);
    check("(a OR b) c", "a", false);
    check("a -b", "a", true);
    check("a -b", "a b", false);
    check(r#"a -"b c""#, "a c b", true);
    check("a NOT (b OR c)", "a c", false);
    check("a NOT -b", "a b", true);
    check("*", "", true);
    check("* -a", "b", true);
    check("a {calm}", "a boos", false);
}

#[test]
fn finds_what_stands_near() {
    check("a NEAR/1 b", "a x b", true);
    check("a NEAR/1 b", "b x a", true);
    check("a NEAR/1 b", "a x y b", false);
    check("a NEAR/0 a", "a", false);
    check("a NEAR/0 a", "a a", true);
    check("a NEAR/1 b NEAR/1 c", "c a b", true);
    check("{us}", "Bij ziekenhuis De Linde", true);
    check("{us}", "De Linde bloeit, de poli niet", true);
    check("{us}", "De Linde bloeit en verder gaat naar de poli", false);
    check(r#"(a OR "b c") NEAR/2 d"#, "d x y b c", true);
}

#[test]
fn asks_for_fields() {
    check("author:@anna", "x", true);
    check("x author:bea", "x", false);
    check("platform:x -platform:news", "x", true);
    check("lang:nl", "x", true);
    check("lang:de", "x", false);
    check("url:leaksite.example", "x", true);
    check("url:leaksite.example/dump", "x", true);
    check("url:site.example", "x", false);
    check("url:site.example", "x (https://a.site.example/y)", true);
}

#[test]
fn says_what_is_wrong_and_where() {
    refuse("", 0, "empty");
    refuse("a (b", 2, "never closed");
    refuse("é b)", 3, "never opened");
    refuse("a OR", 4, "missing at the end");
    refuse("OR a", 0, "missing before");
    refuse("a ()", 2, "empty");
    refuse("a \"b", 2, "never closed");
    refuse("-a", 0, "only says what must not");
    refuse("a OR -b", 0, "only says what must not");
    refuse("a or b", 2, "operator or a word");
    refuse("a NEAR b", 2, "how near");
    refuse("a NEAR/x b", 2, "how near");
    refuse("a NEAR/3 (b c)", 9, "NEAR works between");
    refuse("a - b", 2, "nothing stands behind");
    refuse("*a", 0, "end of a word");
    refuse("a*", 0, "2 to 30 letters");
    refuse("!?", 0, "no letter or digit");
    refuse("a {su}", 2, "no query named");
    refuse("a {bad}", 2, "in the query {bad}, character 3: ");
    refuse("{round}", 0, "ends up in itself");
    refuse("platform:hyves", 0, "no platform");
    refuse("autor:x", 0, "no field");
    assert_eq!(
        parse("{su}", &named()).unwrap_err().hint,
        "did you mean {us}?"
    );
}

#[test]
fn refuses_what_is_planned() {
    for query in ["is:repost", "followers>1000", "source:news a", "=Linde"] {
        let error = parse(query, &named()).expect_err(query);
        assert!(error.unsupported, "{error:?}");
        assert!(error.message.ends_with("is not supported yet"), "{error:?}");
    }
}

#[test]
fn survives_hostile_queries() {
    assert!(parse(&"(".repeat(100_000), &named()).is_err());
    assert!(parse(&"NOT ".repeat(100_000), &named()).is_err());
    assert!(parse(&"a ".repeat(100_000), &named()).is_err());
    let doubling: BTreeMap<String, String> = (1..30)
        .map(|n| (format!("q{n}"), format!("{{q{0}}} {{q{0}}}", n - 1)))
        .chain([("q0".to_owned(), "a".to_owned())])
        .collect();
    assert!(parse("{q29}", &doubling).is_err());
}

/// Queries over three words, so that random texts match half of the time.
fn queries() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![
        Just("rook".to_owned()),
        Just("vuur*".to_owned()),
        Just("\"rook vuur\"".to_owned()),
        Just("rook NEAR/2 brand".to_owned()),
    ];
    leaf.prop_recursive(3, 12, 3, |inner| {
        prop_oneof![
            (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("({a} {b})")),
            (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("({a} OR {b})")),
            (inner.clone(), inner).prop_map(|(a, b)| format!("({a} -({b}))")),
        ]
    })
}

fn finds(query: &str, text: &str) -> bool {
    parse(query, &named()).unwrap().matches(&mention(text))
}

const TEXT: &str = "((rook|Vuur|vuurzee|bránd|x|#rook)[ ,.-]){0,8}";

proptest! {
    #[test]
    fn never_panics(query in "\\PC{0,40}", text in "\\PC{0,40}") {
        if let Ok(query) = parse(&query, &named()) {
            query.matches(&mention(&text));
        }
    }

    #[test]
    fn never_panics_on_near_queries(query in "([a-b*\"(){}:#@ -]|NEAR/2|OR|AND|NOT|us|author:| ){0,14}") {
        match parse(&query, &named()) {
            Ok(query) => { query.matches(&mention("a b a")); }
            Err(error) => prop_assert!(error.start <= query.chars().count()),
        }
    }

    #[test]
    fn obeys_the_laws(a in queries(), b in queries(), text in TEXT) {
        let (has_a, has_b) = (finds(&a, &text), finds(&b, &text));
        prop_assert_eq!(finds(&format!("({a}) AND ({b})"), &text), has_a && has_b);
        prop_assert_eq!(finds(&format!("({a}) OR ({b})"), &text), has_a || has_b);
        prop_assert_eq!(finds(&format!("* -({a})"), &text), !has_a);
        prop_assert_eq!(finds(&format!("* AND ({a})"), &text), has_a);
    }

    #[test]
    fn ignores_case(query in queries(), text in TEXT) {
        let found = finds(&query, &text);
        prop_assert_eq!(finds(&query, &text.to_uppercase()), found);
        prop_assert_eq!(finds(&query, &text.to_lowercase()), found);
    }

    #[test]
    fn finds_every_word_of_a_text(text in "[a-zA-Zà-ÿßĳ0-9 '’\\-#.]{0,40}") {
        let folded = fold::fold(&text);
        fold::each_token(&folded, |token| {
            assert!(finds(&format!("\"{}\"", token.text), &text.to_uppercase()));
        });
    }
}
