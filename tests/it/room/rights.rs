//! Without a right there is no button: what each page offers to somebody with one
//! right, against the table of deeds.

use std::collections::BTreeSet;

use draaiboek::web::room::deeds;

use super::browser::{Browser, Page, enter, path_of};
use crate::world::World;

const ORGANISATION: &str = r#"
organisation: { name: Bakkerij De Korst, timezone: Europe/Amsterdam, language: nl }
team:
  lia: { name: Lia Kijkt, email: lia@korst.example }
  ans: { name: Ans Antwoordt, email: ans@korst.example }
  guus: { name: Guus Keurt, email: guus@korst.example }
  bea: { name: Bea Beslist, email: bea@korst.example }
  ed: { name: Ed Beheert, email: ed@korst.example }
roles:
  all: { title: Team, people: [ans, guus, bea] }
mail: { from: Crisisteam De Korst <crisis@korst.example>, server: "{server}" }
web:
  private_hosts: ["127.0.0.1", localhost]
  access: { look: [lia], acknowledge: [ans], approve: [guus], decide: [bea], configure: [ed] }
watches:
  bakery: { title: Bakkerij, query: korst }
sources:
  suite: { push: { token_env: DRAAIBOEK_PUSH_TOKEN, platforms: [x] } }
channels:
  website: { kind: web, url: "https://korst.example/nieuws" }
audiences:
  public: { title: Publiek, channels: [website], languages: [nl] }
review: { pause: 0s }
"#;

const PLAYBOOK: &str = r#"
playbook: mouse
title: Muis
watch: bakery
owner: all
writer: all
alert: { attention: [ { roles: [all] } ] }
facts:
  where: { ask: Waar?, role: all }
tasks:
  close-shop: { title: Sluit de winkel, role: all, due: 30m }
  recall: { title: Halen wij brood terug?, role: all, due: 1h, options: { back: Ja, keep: Nee }, default: keep }
phases:
  information:
    messages:
      holding: { title: Eerste reactie, to: [public] }
stand_down:
  when: { mentions: { within: 1h, at_most: 0 } }
  for: 2h
  checklist: { shop: De winkel is schoon }
  role: all
"#;

fn bakery() -> World {
    let mut world = World::empty("rights");
    let text = ORGANISATION.replace("{server}", &world.mail_server());
    world.folder.write("draaiboek.yaml", text);
    world.folder.write("playbooks/mouse.yaml", PLAYBOOK);
    let template = "templates/statements/holding.nl.hbs";
    world.folder.write(
        template,
        "Een muis in {{facts.where}}. Om 16.00 uur meer.\n",
    );
    world.serve();
    world.says(&["run", "start", "mouse", "--reason", "een muis"]);
    let at = draaiboek::domain::time::rfc3339(draaiboek::engine::clock::now());
    let line = format!(
        r#"{{"id":"1","platform":"x","author":"@a","text":"korst","published_at":"{at}"}}"#
    );
    assert_eq!(world.push(line).status, 200);
    world
}

/// Where the forms of a page go that have a button: what somebody can do there.
fn offers(page: &Page) -> BTreeSet<String> {
    let forms = page.body.split("<form ").skip(1);
    let forms = forms.filter_map(|part| {
        let form = part.split("</form>").next()?;
        let (tag, rest) = form.split_once('>')?;
        let action = tag.split_once("action=\"").map(|(_, rest)| rest);
        let action = action.and_then(|rest| rest.split('"').next());
        let is_sent = tag.contains("method=\"post\"") && rest.contains("<button");
        is_sent.then(|| action.unwrap_or_default().to_owned())
    });
    forms.collect()
}

/// The right that a form takes; `None` for what everybody may do with their own account.
fn right_of(action: &str) -> Option<&'static str> {
    if let Some((_, name)) = action.split_once("/do/") {
        let mut deeds = deeds::all().filter(|deed| deed.name == name);
        let deed = deeds.next().unwrap_or_else(|| panic!("no deed {action}"));
        return Some(deed.right.name());
    }
    match action {
        "/leave" | "/account/password" | "/account/out" => None,
        // Facts, texts and images are written.
        _ if action.starts_with("/runs/1/") => Some("acknowledge"),
        _ => panic!("whose is {action}?"),
    }
}

/// Every page that somebody comes to by links, and what they all offer.
fn walk(browser: &mut Browser) -> BTreeSet<String> {
    let mut todo = vec!["/".to_owned()];
    let mut known: BTreeSet<String> = todo.iter().cloned().collect();
    let mut offered = BTreeSet::new();
    while let Some(path) = todo.pop() {
        let page = browser.get(&path);
        assert!(matches!(page.status, 200 | 403 | 404), "{path}: {page:?}");
        offered.extend(offers(&page));
        let links = page.body.split("href=\"").skip(1);
        let links = links.map(|rest| path_of(rest.split(['"', '#']).next().unwrap()));
        let links = links.filter(|link| link.starts_with('/') && !link.starts_with("/assets"));
        todo.extend(links.filter(|link| known.insert(link.replace("&amp;", "&"))));
    }
    assert!(known.len() > 10, "{known:?}");
    offered
}

#[test]
fn nobody_is_offered_what_they_have_no_right_to() {
    let world = bakery();
    let all = [
        ("lia", "look", &[][..]),
        (
            "ans",
            "acknowledge",
            &[
                "take",
                "note",
                "task-done",
                "case",
                "assign",
                "skip",
                "add-task",
            ][..],
        ),
        ("guus", "approve", &["hold"][..]),
        (
            "bea",
            "decide",
            &["decide", "level", "close", "tick", "start"][..],
        ),
        ("ed", "configure", &[][..]),
    ];
    for (person, right, deeds) in all {
        let offered = walk(&mut enter(&world, person));
        for action in &offered {
            let needed = right_of(action).unwrap_or(right);
            assert_eq!(needed, right, "{person} is offered {action}");
        }
        for deed in deeds {
            let end = format!("/do/{deed}");
            let has = offered.iter().any(|action| action.ends_with(&end));
            assert!(has, "{person} is not offered {deed}: {offered:?}");
        }
        let writes = offered.contains("/runs/1/facts");
        assert_eq!(writes, person == "ans", "{offered:?}");
    }
}

#[test]
fn whatever_is_sent_without_a_right_is_refused() {
    let world = bakery();
    for (person, right) in [
        ("lia", "look"),
        ("ans", "acknowledge"),
        ("guus", "approve"),
        ("bea", "decide"),
        ("ed", "configure"),
    ] {
        let mut browser = enter(&world, person);
        let token = browser.opens("/").token().unwrap().to_owned();
        for deed in deeds::all().filter(|deed| deed.right.name() != right) {
            let path = match deed.is_of_run {
                true => format!("/runs/1/do/{}", deed.name),
                false => format!("/do/{}", deed.name),
            };
            let page = browser.post_plain(&path, &[("token", &token)]);
            assert_eq!(page.status, 403, "{person} {path}");
        }
    }
}
