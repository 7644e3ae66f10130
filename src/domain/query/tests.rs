//! The watch language, by example.

use super::*;

pub(super) fn known() -> Vocabulary {
    let queries = [
        (
            "us",
            r#"("de linde" NEAR/3 (ziekenhuis OR seh OR poli*)) OR #delinde OR @zkhdelinde"#,
        ),
        ("bad", "a (b"),
        ("round", "{about}"),
        ("about", "x {round}"),
        ("calm", "-boos"),
    ]
    .map(|(name, text)| (name.to_owned(), text.to_owned()));
    let press = ["@anna".to_owned(), "courant.example".to_owned()];
    Vocabulary {
        queries: queries.into(),
        lists: [("press".to_owned(), Arc::new(Accounts::new(&press)))].into(),
        sources: Some(vec!["suite".to_owned(), "news".to_owned()]),
    }
}

pub(super) fn mention(text: &str) -> Mention {
    let line = serde_json::json!({
        "id": "1", "platform": "x", "author": "@Anna", "author_name": "Anna de Vries 🌻",
        "followers": 1000, "lang": "nl-NL", "text": text,
        "url": "https://www.leaksite.example/dump/1", "published_at": "2026-03-02T08:00:00Z",
    });
    serde_json::from_value(line).unwrap()
}

fn read(query: &str) -> Query {
    parse(query, &known()).unwrap_or_else(|error| panic!("{query}: {error:?}"))
}

fn check(query: &str, text: &str, expected: bool) {
    let (query, mention) = (read(query), mention(text));
    assert_eq!(
        query.matches(&mention, "suite"),
        expected,
        "{query} ~ {text}"
    );
    let reason = explain::explain(&query, &mention, "suite");
    assert_eq!(reason.matched, expected, "{query} ~ {text}: {reason:?}");
}

/// Of a mention with other fields than usual.
fn check_field(query: &str, fields: serde_json::Value, expected: bool) {
    let mut whole = serde_json::to_value(mention("De Linde")).unwrap();
    for (name, value) in fields.as_object().unwrap() {
        whole[name] = value.clone();
    }
    let found = serde_json::from_value(whole).unwrap();
    assert_eq!(
        read(query).matches(&found, "suite"),
        expected,
        "{query} ~ {fields}"
    );
}

/// The doubts about a query: where, and what is said.
fn doubt(query: &str, expected: &[(usize, &str)]) {
    let query = read(query);
    let places: Vec<usize> = query.remarks().iter().map(|remark| remark.start).collect();
    let expected_places: Vec<usize> = expected.iter().map(|(start, _)| *start).collect();
    assert_eq!(places, expected_places, "{query}: {:?}", query.remarks());
    for (remark, (_, message)) in query.remarks().iter().zip(expected) {
        assert!(remark.message.contains(message), "{remark:?}");
    }
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
fn finds_what_hashtags_are_made_of() {
    let text = "druk bij #ZiekenhuisDeLinde vandaag";
    check("ziekenhuis", text, true);
    check(r#""de linde""#, text, true);
    check(r#""ziekenhuis de linde""#, text, true);
    check("#ziekenhuisdelinde", text, true);
    check("ziekenhuisdelinde", text, true);
    check("zieken*", text, true);
    check("lin*", text, true);
    check("#linde", text, false);
    check(r#""bij ziekenhuis""#, text, true);
    check(r#""linde vandaag""#, text, true);
    check(r#""bij #ziekenhuisdelinde vandaag""#, text, true);
    check("druk NEAR/4 vandaag", text, true);
    check("druk NEAR/3 vandaag", text, false);
    check("ziekenhuis NEAR/0 \"de linde\"", text, true);
    check(r#""de linde""#, "#delinde!", true);
    check(r#""de linde""#, "#DELINDE!", true);
    check(r#""de linde""#, "delinde", false);
    check(r#""de linde""#, "@delinde", false);
    check(r#""de linde""#, "#delindefeest", false);
    check(r#""de linde*""#, "#delindefeest", false);
    check(r#""de lin*""#, "#DeLinde", true);
    check(r#""de linde""#, "#ZiekenhuisDelinde", true);
    check("covid", "#covid19", true);
    check(r#""de linde""#, "#de_linde", true);
    check("linde", "@ZiekenhuisLinde", false);
    check(r#"bij NEAR/1 "de linde""#, "bij het #delinde", true);
}

#[test]
fn finds_exactly_what_is_spelt() {
    check("=Linde", "de Linde", true);
    check("=Linde", "de linde", false);
    check("=Linde", "de LINDE", false);
    check("=één", "nog één", true);
    check("=één", "nog e\u{301}e\u{301}n", true);
    check("=één", "nog een", false);
    check("=een", "nog één", false);
    check(r#"="De Linde""#, "bij De Linde", true);
    check(r#"="De Linde""#, "bij De-Linde", true);
    check(r#"="De Linde""#, "bij de Linde", false);
    check("=Linde", "#DeLinde", true);
    check("=linde", "#DeLinde", false);
    check(r#"="de linde""#, "#delinde", false);
    check("=#DeLinde", "#DeLinde", true);
    check("=#DeLinde", "#delinde", false);
    check("=@Zkh", "@Zkh", true);
    check("=@Zkh", "@zkh", false);
    check("a NEAR/1 =B", "🚑 é a x B", true);
    check("a NEAR/1 =B", "a x b", false);
    check("-=SEH a", "a seh", true);
    check("=foto’s", "foto's", true);
}

#[test]
fn asks_for_several_values() {
    check("platform:facebook,x", "a", true);
    check("platform:(facebook OR x)", "a", true);
    check("platform:(facebook, news)", "a", false);
    check("-platform:(facebook OR x) a", "a", false);
    check("author:bea,@anna", "a", true);
    check(r#"author:("Bea B" OR "Anna de Vries")"#, "a", true);
}

#[test]
fn asks_who_where_and_what() {
    check(r#"author:"anna de vries""#, "a", true);
    check(r#"author:"Anna""#, "a", true);
    check(r#"author:"de vries""#, "a", false);
    check("source:suite", "a", true);
    check("source:news", "a", false);
    check("by:press", "a", true);
    check("-by:press a", "a", false);
    check("followers>=1000", "a", true);
    check("followers>1k", "a", false);
    check("followers<=1000 followers=1000", "a", true);
    check("followers<1000", "a", false);
    check("lang:nl-NL", "a", true);
    check("lang:nl-BE", "a", false);
    check_field(
        "followers>=0",
        serde_json::json!({"followers": null}),
        false,
    );
    check_field(
        "-followers>5 linde",
        serde_json::json!({"followers": null}),
        true,
    );
    check_field("by:press", serde_json::json!({"author": "bea"}), false);
    let at_site = serde_json::json!({"author": "b", "url": "https://www.courant.example/1"});
    check_field("by:press", at_site, true);
}

#[test]
fn tells_what_kind_it_is() {
    let json = |text: &str| serde_json::from_str::<serde_json::Value>(text).unwrap();
    check_field("is:post", json("{}"), true);
    check_field("is:repost", json(r#"{"text":"RT @anna: x"}"#), true);
    check_field("is:post", json(r#"{"text":"RT @anna: x"}"#), false);
    check_field("is:repost", json(r#"{"kind":"repost"}"#), true);
    check_field("is:reply", json(r#"{"in_reply_to":"1"}"#), true);
    check_field("is:reply,post", json(r#"{"kind":"reply"}"#), true);
    check_field("is:article", json(r#"{"platform":"news"}"#), true);
    check_field("is:review", json(r#"{"platform":"review"}"#), true);
    check_field("is:post", json(r#"{"kind":"video"}"#), false);
}

#[test]
fn searches_links_when_asked() {
    check(
        "url:delinde.nl/klachten",
        "zie (https://www.delinde.nl/Klachten/1).",
        true,
    );
    check(
        "url:delinde.nl/klachten",
        "zie delinde.nl/klachten, daar",
        true,
    );
    check("url:delinde.nl/klachten", "zie delinde.nl/contact", false);
    check("url:https://delinde.nl/", "zie delinde.nl.", true);
    check("link:delinde.nl", "info@delinde.nl", false);
    check("url:klachten", "zie delinde.nl/patient/klachten", true);
    check("url:klacht", "zie delinde.nl/klachten", false);
    check("url:dump", "x", true);
    check("klachten", "zie https://delinde.nl/klachten", false);
    check("has:link", "zie www.delinde.nl", true);
    check("has:link", "zie", false);
    check("has:link", "De SEH is dicht.Wat een drama", false);
    check("😡", "wat een zooi 😡😡", true);
    check("😡", "wat een feest 😀", false);
    check("❤️", "wij ❤ de zorg", true);
    check("linde (😡 OR 🤬)", "linde 🤬!", true);
    check("linde -🎉", "linde 🎉", false);
    check("\"👍\"", "top 👍🏽", true);
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
fn doubts_what_may_not_be_meant() {
    doubt("a1 b1 OR c1", &[(6, "AND binds first")]);
    doubt("(a1 b1) OR c1", &[]);
    doubt("a1 OR b1 -c1", &[(3, "AND binds first")]);
    doubt("a1 OR b1 OR a1", &[(12, "twice")]);
    doubt("a1 {us} {us}", &[(8, "twice")]);
    doubt("de linde", &[(0, "in nearly every text")]);
    doubt("\"de linde\"", &[]);
    doubt("de* linde", &[(0, "finds `de`")]);
    doubt("a1 OR het*", &[(6, "finds `het`")]);
    doubt("'t Lange Land", &[]);
    doubt("{us} linde", &[]);
    doubt("x OR feest", &[(0, "single letter")]);
    doubt("*", &[(0, "every mention")]);
    doubt("* -a1", &[]);
    doubt("\"a1 OR b1\" c1", &[(0, "between quotes")]);
    doubt("(a1 OR b1) -(b1 OR a1 OR c1)", &[(0, "finds nothing")]);
    doubt("a1 (b1 OR c1) -c1", &[(0, "finds nothing")]);
    doubt("{us} -{us}", &[(0, "finds nothing")]);
    doubt("(a1 OR b1) -c1 -\"a1 b1\"", &[]);
}

#[test]
fn takes_long_queries() {
    let words: Vec<String> = (0..10_000).map(|n| format!("woord{n}")).collect();
    let query = read(&words.join(" OR "));
    assert!(query.matches(&mention("zie woord9999 hier"), "suite"));
    assert!(!query.matches(&mention("zie woord hier"), "suite"));
    let accounts: Vec<String> = (0..10_000).map(|n| format!("a{n}")).collect();
    let query = read(&format!("author:({} OR anna)", accounts.join(" OR ")));
    assert!(query.matches(&mention("x"), "suite"));
    let many = "a NEAR/100 ".repeat(20) + "a";
    read(&many).matches(&mention(&"a ".repeat(2_000)), "suite");
}

#[test]
fn survives_hostile_queries() {
    assert!(parse(&"(".repeat(100_000), &known()).is_err());
    assert!(parse(&"NOT ".repeat(100_000), &known()).is_err());
    assert!(parse(&"a ".repeat(100_000), &known()).is_err());
    let doubling = (1..30)
        .map(|n| (format!("q{n}"), format!("{{q{0}}} {{q{0}}}", n - 1)))
        .chain([("q0".to_owned(), "a".to_owned())]);
    let doubling = Vocabulary {
        queries: doubling.collect(),
        ..Vocabulary::default()
    };
    assert!(parse("{q29}", &doubling).is_err());
    for odd in [
        "'a ",
        "platform:(",
        "x,",
        "=",
        "\"",
        "-",
        "author:\"a\",",
        "é‘",
    ] {
        let _ = parse(&odd.repeat(50_000), &known());
    }
}
