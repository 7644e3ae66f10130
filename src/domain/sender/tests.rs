//! Records as they are found in the wild, and what is thought of each.

use std::net::IpAddr;

use super::*;
use crate::domain::readiness::Outcome;

/// An RSA key of 512 bits, made for these tests, and the Ed25519 key of RFC 8463.
const RSA_512: &str = "MFwwDQYJKoZIhvcNAQEBBQADSwAwSAJBALZJlfsMIcyT3HYs6xyGaofujNhu6MKlzLq72f3BSuOYM4JmdRZLSNsZD3sJkKaXan3MqGbylM9i8/tPrOA+eVECAwEAAQ==";
const ED25519: &str = "11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=";

/// A public key of so many bits that means nothing, as DER in base64.
fn rsa(bits: usize) -> String {
    let wrap = |tag: u8, content: &[u8]| {
        let length = u16::try_from(content.len()).unwrap().to_be_bytes();
        [&[tag, 0x82], &length[..], content].concat()
    };
    let mut modulus = vec![0xff; bits / 8];
    modulus.insert(0, 0);
    let key = wrap(0x30, &[wrap(2, &modulus), wrap(2, &[1, 0, 1])].concat());
    let bits = wrap(3, &[vec![0], key].concat());
    let algorithm = wrap(0x30, &[]);
    base64::Engine::encode(
        &base64::engine::general_purpose::STANDARD,
        wrap(0x30, &[algorithm, bits].concat()),
    )
}

fn known(texts: &[(&str, &str)]) -> Known {
    let mut known = Known::default();
    for (name, text) in texts {
        let texts = known.text.entry((*name).to_owned()).or_default();
        texts.push((*text).to_owned());
    }
    known
}

fn spf(record: &str) -> Check {
    let mut known = known(&[
        ("k.example", record),
        (
            "_spf.host.example",
            "v=spf1 ip4:192.0.2.0/24 ip6:2001:db8::/32 ~all",
        ),
        ("broken.example", "v=spf1 ip4:300.1.1.1 -all"),
        ("loop.example", "v=spf1 include:loop.example -all"),
        (
            "many.example",
            "v=spf1 a:a.example a:b.example a:c.example a:d.example a:e.example a:f.example -all",
        ),
        ("two.example", "v=spf1 -all"),
        ("two.example", "v=spf1 ~all"),
    ]);
    known
        .mail
        .insert("k.example".to_owned(), vec!["mx.k.example".to_owned()]);
    let address: IpAddr = "198.51.100.7".parse().unwrap();
    known
        .addresses
        .insert("mx.k.example".to_owned(), vec![address]);
    let relay = [address];
    judge("k.example", None, Some(("mx.k.example", &relay)), &known).remove(0)
}

#[test]
fn spf_records_are_judged() {
    for (record, outcome, words) in [
        (
            "v=spf1 mx -all",
            Outcome::Ok,
            "ends in -all, 1 of 10 questions; it covers mx.k.example",
        ),
        (
            "V=SPF1 ip4:198.51.100.0/24 ~all",
            Outcome::Ok,
            "ends in ~all, 0 of 10",
        ),
        ("v=spf1 a:mx.k.example/24 -all", Outcome::Ok, "it covers"),
        (
            "v=spf1 redirect=_spf.host.example",
            Outcome::Warn,
            "it does not name mx.k.example (198.51.100.7)",
        ),
        (
            "v=spf1 include:_spf.host.example -all",
            Outcome::Warn,
            "it does not name",
        ),
        (
            "v=spf1 -ip4:198.51.100.7 mx -all",
            Outcome::Warn,
            "it does not name",
        ),
        (
            "v=spf1 include:_spf.host.example mx -all",
            Outcome::Ok,
            "2 of 10",
        ),
        (
            "v=spf1 exists:%{i}.k.example -all",
            Outcome::Ok,
            "ends in -all",
        ),
        ("v=spf1 ptr mx -all", Outcome::Ok, "`ptr` in it is slow"),
        ("v=spf1 +all", Outcome::Warn, "everybody may send"),
        ("v=spf1 all", Outcome::Warn, "everybody may send"),
        (
            "v=spf1 mx ?all",
            Outcome::Warn,
            "does not say what of others",
        ),
        ("v=spf1 mx", Outcome::Warn, "does not say what of others"),
        (
            "v=spf1 mx ip4:192.0.2.1/40 -all",
            Outcome::Warn,
            "`ip4:192.0.2.1/40` means nothing",
        ),
        (
            "v=spf1 mx ipv4:192.0.2.1 -all",
            Outcome::Warn,
            "`ipv4:192.0.2.1` means nothing",
        ),
        (
            "v=spf1 include:broken.example -all",
            Outcome::Warn,
            "record of broken.example is broken",
        ),
        (
            "v=spf1 include:none.example -all",
            Outcome::Warn,
            "none.example has no SPF record",
        ),
        (
            "v=spf1 include:two.example -all",
            Outcome::Warn,
            "two.example has 2 SPF records",
        ),
        (
            "v=spf1 include:loop.example -all",
            Outcome::Warn,
            "includes itself",
        ),
        (
            "v=spf1 include:many.example mx a a:x.example -all",
            Outcome::Ok,
            "10 of 10",
        ),
        (
            "v=spf1 include:many.example mx a a:x.example exists:x.example -all",
            Outcome::Warn,
            "needs 11 questions",
        ),
        (
            "v=spf10 mx -all",
            Outcome::Warn,
            "k.example has no SPF record",
        ),
        (
            "google-site-verification=x",
            Outcome::Warn,
            "k.example has no SPF record",
        ),
    ] {
        let check = spf(record);
        assert!(
            check.outcome == outcome && check.why.contains(words),
            "{record}: {check:?}"
        );
        assert_eq!(check.hint.is_empty(), outcome == Outcome::Ok, "{check:?}");
    }
}

#[test]
fn dkim_keys_are_judged() {
    let judged = |record: Option<&str>| {
        let at = "m1._domainkey.k.example";
        let known = record.map_or_else(Known::default, |record| known(&[(at, record)]));
        judge("k.example", Some("m1"), None, &known).remove(1)
    };
    let (long, short) = (rsa(2_048), rsa(1_024));
    for (record, outcome, words) in [
        (
            format!("v=DKIM1; k=rsa; p={long}"),
            Outcome::Ok,
            "rsa key of 2048 bits",
        ),
        (format!("p={long}"), Outcome::Ok, "2048 bits"),
        (
            format!("k=rsa; p={} {}", &long[..90], &long[90..]),
            Outcome::Ok,
            "2048 bits",
        ),
        (
            format!("v=DKIM1; p={short};"),
            Outcome::Ok,
            "1024 bits; 2048 are better",
        ),
        (
            format!("v=DKIM1; k=ed25519; p={ED25519}"),
            Outcome::Ok,
            "an ed25519 key",
        ),
        (
            format!("p={RSA_512}"),
            Outcome::Warn,
            "of 512 bits: receivers ignore",
        ),
        (
            format!("v=DKIM1; t=y:s; p={long}"),
            Outcome::Warn,
            "marked as a test",
        ),
        ("v=DKIM1; p=".to_owned(), Outcome::Warn, "was revoked"),
        (format!("v=DKIM2; p={long}"), Outcome::Warn, "not DKIM1"),
        (
            format!("v=DKIM1; p={}", &long[..200]),
            Outcome::Warn,
            "perhaps it was cut off",
        ),
        ("v=DKIM1; p=/%$".to_owned(), Outcome::Warn, "not base64"),
        (
            format!("v=DKIM1; k=dsa; p={short}"),
            Outcome::Warn,
            "kind `dsa`",
        ),
    ] {
        let words = words.replace("an ed25519", "a ed25519");
        let check = judged(Some(&record));
        assert!(
            check.outcome == outcome && check.why.contains(&words),
            "{record}: {check:?}"
        );
    }
    assert!(
        judged(None)
            .why
            .contains("there is no key at m1._domainkey.k.example")
    );
    let unknown = judge("k.example", None, None, &Known::default()).remove(1);
    assert_eq!(unknown.outcome, Outcome::Skipped);
    assert!(unknown.why.contains("mail.dkim_selector"), "{unknown:?}");
}

#[test]
fn dmarc_policies_are_judged_where_they_stand() {
    let judged = |texts: &[(&str, &str)]| {
        let domain = "crisis.k.example";
        judge(domain, None, None, &known(texts)).remove(2)
    };
    let own = "_dmarc.crisis.k.example";
    let above = "_dmarc.k.example";
    for (texts, outcome, words) in [
        (
            vec![(own, "v=DMARC1; p=reject; rua=mailto:d@k.example")],
            Outcome::Ok,
            "_dmarc.crisis.k.example has refused",
        ),
        (
            vec![(own, "v = DMARC1;p=Quarantine;aspf=s")],
            Outcome::Ok,
            "(p=quarantine); strict",
        ),
        (
            vec![(above, "v=DMARC1; p=none; sp=reject")],
            Outcome::Ok,
            "_dmarc.k.example has refused",
        ),
        (
            vec![(above, "v=DMARC1; p=none")],
            Outcome::Ok,
            "asks for nothing yet (p=none); nobody gets reports",
        ),
        (
            vec![(own, "v=DMARC1; p=none"), (own, "v=DMARC1; p=reject")],
            Outcome::Warn,
            "2 records",
        ),
        (
            vec![(own, "v=DMARC1; p=refuse")],
            Outcome::Warn,
            "policy `refuse`",
        ),
        (
            vec![(own, "v=DMARC1; rua=mailto:d@k.example")],
            Outcome::Warn,
            "says no policy",
        ),
        (
            vec![("_dmarc.example", "v=DMARC1; p=none")],
            Outcome::Warn,
            "has no DMARC record",
        ),
        (
            vec![(own, "p=reject; v=DMARC1")],
            Outcome::Warn,
            "has no DMARC record",
        ),
        (vec![], Outcome::Warn, "has no DMARC record"),
    ] {
        let check = judged(&texts);
        assert!(
            check.outcome == outcome && check.why.contains(words),
            "{texts:?}: {check:?}"
        );
    }
}

#[test]
fn a_domain_that_takes_no_mail_is_named() {
    let judged = |hosts: &[&str], has_address: bool| {
        let mut known = Known::default();
        let hosts = hosts.iter().map(|host| (*host).to_owned()).collect();
        known.mail.insert("k.example".to_owned(), hosts);
        let addresses = has_address.then(|| "192.0.2.1".parse().unwrap());
        let addresses = addresses.into_iter().collect();
        known.addresses.insert("k.example".to_owned(), addresses);
        let check = judge("k.example", None, None, &known).remove(3);
        (check.outcome, check.why)
    };
    assert_eq!(judged(&["mx.k.example"], false).0, Outcome::Ok);
    assert!(judged(&[""], true).1.contains("says that it takes no mail"));
    assert!(judged(&[], true).1.contains("only an address"));
    assert!(judged(&[], false).1.contains("no MX record"));
    assert_eq!(
        domain_of("Crisis <crisis@Delinde.Example.>"),
        "delinde.example"
    );
}

#[test]
fn questions_follow_from_answers_and_end() {
    let mut known = Known::default();
    let mut asked = Vec::new();
    for _ in 0..9 {
        let questions = questions("a.k.example", Some("M1"), &known);
        for question in &questions {
            asked.push(question.clone());
            match question {
                Question::Text(name) => {
                    let text = match name.as_str() {
                        "a.k.example" => "v=spf1 mx include:b.example -all",
                        "b.example" => "v=spf1 include:a.k.example a:c.example -all",
                        _ => "something else",
                    };
                    known.text.insert(name.clone(), vec![text.to_owned()]);
                }
                Question::Mail(name) => {
                    known
                        .mail
                        .insert(name.clone(), vec!["mx.example".to_owned()]);
                }
                Question::Addresses(name) => {
                    known.addresses.insert(name.clone(), Vec::new());
                }
            }
        }
    }
    assert!(questions("a.k.example", Some("M1"), &known).is_empty());
    let text = |name: &str| Question::Text(name.to_owned());
    for expected in [
        text("a.k.example"),
        text("b.example"),
        text("m1._domainkey.a.k.example"),
        text("_dmarc.a.k.example"),
        text("_dmarc.k.example"),
        Question::Mail("a.k.example".to_owned()),
        Question::Addresses("mx.example".to_owned()),
        Question::Addresses("c.example".to_owned()),
    ] {
        let n_asked = asked.iter().filter(|one| **one == expected).count();
        assert_eq!(n_asked, 1, "{expected:?} of {asked:?}");
    }
}

proptest::proptest! {
    #[test]
    fn whatever_a_record_holds_it_is_judged(text in "(v=spf1 |v=DKIM1; p=|v=DMARC1;)?[ -~é]{0,60}", domain in "[a-z.]{0,30}") {
        let mut known = Known::default();
        for name in [domain.clone(), dkim::name("m", &domain), format!("_dmarc.{domain}")] {
            known.text.insert(name, vec![text.clone()]);
        }
        let relay = ["192.0.2.1".parse().unwrap()];
        let checks = judge(&domain, Some("m"), Some(("mx", &relay)), &known);
        proptest::prop_assert_eq!(checks.len(), 4);
        proptest::prop_assert!(checks.iter().all(|check| check.outcome != Outcome::Fail));
        let _ = questions(&domain, Some("m"), &known);
    }
}
