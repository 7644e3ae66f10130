//! What people do to a run by hand, through the program: each command once in
//! the life of a run, without a daemon and beside one.

use serde_json::Value;

use crate::team::{named, until_events};
use crate::world::{World, mention, until};

/// The tests run as root, who is in the team. `{boss}` holds the role that
/// decides about standing down, `{server}` is the mail server.
const ORGANISATION: &str = r#"
organisation: { name: Bakkerij De Korst, timezone: Europe/Amsterdam, language: nl, operators: [owner] }
levels: { attention: Aandacht, crisis: Crisis }
team:
  root: { name: Ruth Oot, email: ruth@korst.example }
  anna: { name: Anna de Wit, email: anna@korst.example }
  bo: { name: Bo Li, email: bo@korst.example, language: en }
roles:
  owner: { title: Eigenaar, people: [root, anna] }
  boss: { title: Baas, people: [{boss}] }
  writer: { title: Schrijver, people: [bo, root] }
partners:
  police: { title: Politie }
mail: { from: Crisisteam De Korst <crisis@korst.example>, server: "{server}" }
web: { private_hosts: ["127.0.0.1"] }
watches:
  bakery: { title: Bakkerij, query: korst }
  mill: { title: Molen, query: molen }
sources:
  suite: { push: { token_env: DRAAIBOEK_PUSH_TOKEN } }
{sources}
channels:
  website: { kind: web, url: "https://korst.example/nieuws" }
audiences:
  public: { title: Publiek, channels: [website], languages: [nl] }
"#;

const PLAYBOOK: &str = r"
playbook: mouse
title: Muis in de bakkerij
watch: bakery
owner: owner
writer: writer
approve: [owner]
responsibility: accidental
by_hand: { facts: [where] }
alert:
  attention: [ { roles: [owner] } ]
  crisis: [ { roles: [boss] } ]
facts:
  where: { ask: In welke winkel?, role: writer }
  witnesses: { ask: Hoeveel getuigen?, kind: number, role: writer }
tasks:
  verify: { title: Controleer het verhaal, role: writer, due: 30m, facts: [witnesses] }
  close-shop: { title: Sluit de winkel, role: owner, due: 1h, needs: [verify] }
  report: { title: Meld het, role: owner, due: 72h, legal: Warenwet }
  choose: { title: Blijven wij open?, role: owner, due: 1s, default: stay, options: { stay: Open, shut: Dicht } }
  call: { title: Bel de melder, role: writer, due: 1h, per_case: true }
phases:
  information:
    messages:
      holding: { to: [public], due: 30m, agree_with: [police] }
  meaning_making:
    when: { level: crisis }
    tasks:
      comfort: { title: Steun het personeel, role: owner }
stand_down:
  when: { mentions: { within: 1h, at_most: 0 } }
  checklist: { calm: Het is rustig, asked: Alle vragen zijn beantwoord }
  role: boss
aftercare:
  tasks:
    evaluate: { title: Evalueer, role: owner, due: 14d after stand_down }
questions:
  safe: { ask: Is het brood veilig?, role: writer }
";

const MILL: &str = "
playbook: fire
title: Brand in de molen
watch: mill
owner: owner
facts:
  where: { ask: Waar?, role: owner }
";

pub(crate) fn settle(world: &World, boss: &str, sources: &str) {
    let text = ORGANISATION
        .replace("{server}", &world.mail_server())
        .replace("{boss}", boss)
        .replace("{sources}", sources);
    world.folder.write("draaiboek.yaml", text);
}

pub(crate) fn bakery(name: &str) -> World {
    let world = World::empty(name);
    settle(&world, "anna", "");
    world.folder.write("playbooks/mouse.yaml", PLAYBOOK);
    world.folder.write("playbooks/fire.yaml", MILL);
    let template = "Er is een muis gezien in {{facts.where}}.\n";
    world
        .folder
        .write("templates/statements/holding.nl.hbs", template);
    world
}

pub(crate) fn start(world: &World) {
    let command = ["run", "start", "mouse", "--reason", "een muis"];
    let fact = ["--fact", "where=de Markt"];
    world.says(&[&command[..], &fact].concat());
}

pub(crate) fn show(world: &World, run: &str) -> Value {
    world.json(&["run", "show", run])
}

/// An entry of a list by its name.
fn of<'a>(run: &'a Value, list: &str, key: &str, name: &str) -> &'a Value {
    let entries = run[list].as_array().unwrap_or_else(|| panic!("{run}"));
    let found = entries.iter().find(|entry| entry[key] == name);
    found.unwrap_or_else(|| panic!("no {name} in {}", run[list]))
}

fn item<'a>(run: &'a Value, name: &str) -> &'a Value {
    of(run, "items", "item", name)
}

/// The events of a run with this name.
pub(crate) fn n_events(world: &World, run: &str, name: &str) -> usize {
    let run = show(world, run);
    named(run["log"].as_array().unwrap(), name).count()
}

#[test]
fn a_run_starts_with_the_facts_that_the_playbook_wants() {
    let world = bakery("hands-start");
    let bare = ["run", "start", "mouse", "--reason", "een muis"];
    let why = world.refuses(&bare);
    assert!(why.contains("--fact where="), "{why}");
    let unknown = [&bare[..], &["--fact", "were=Markt"]].concat();
    assert!(world.refuses(&unknown).contains("did you mean `where`"));
    let usage = [&bare[..], &["--fact", "where"]].concat();
    assert_eq!(world.run(&usage).status.code(), Some(2));
    let output = world.run(&[&bare[..], &["--fact", "where=de Markt"]].concat());
    let note = String::from_utf8(output.stderr).unwrap();
    assert!(note.contains("goes out while"), "{note}");
    let drafts = world.says(&["draft", "show", "holding"]);
    assert!(drafts.contains("in de Markt"), "{drafts}");
}

#[test]
fn tasks_are_ticked_skipped_handed_over_and_added() {
    let world = bakery("hands-tasks");
    start(&world);
    let why = world.refuses(&["task", "done", "close-shop"]);
    assert!(why.contains("needs verify first"), "{why}");
    let why = world.refuses(&["task", "done", "verify"]);
    assert!(why.contains("witnesses must be known"), "{why}");
    assert!(
        world
            .refuses(&["task", "done", "verifi"])
            .contains("did you mean")
    );
    let run = show(&world, "1");
    assert_eq!(item(&run, "close-shop")["waits_for"][0], "verify");
    assert_eq!(item(&run, "verify")["waits_for"][0], "fact witnesses");
    assert_eq!(item(&run, "report")["hours_left"], 71);
    assert_eq!(item(&run, "comfort")["state"], "not_yet");
    assert_eq!(
        item(&run, "comfort")["waits_for"][0],
        "phase meaning_making"
    );
    assert_eq!(item(&run, "call")["waits_for"][0], "a case");
    assert_eq!(item(&run, "evaluate")["waits_for"][0], "the stand-down");
    let list = world.says(&["task", "list"]);
    for words in [
        "waits for verify",
        "legal: Warenwet; 71 hours left; have this checked",
        "not yet",
        "holding",
    ] {
        assert!(list.contains(words), "{words}: {list}");
    }

    let said = world.says(&["task", "skip", "verify", "--reason", "iedereen weet het"]);
    assert!(said.starts_with("Run 1:"), "{said}");
    // Also what is not called for yet: what needs it would wait for ever.
    world.says(&[
        "task",
        "skip",
        "comfort",
        "--reason",
        "niemand is geschrokken",
    ]);
    let run = show(&world, "1");
    assert_eq!(item(&run, "comfort")["state"], "skipped");
    world.says(&["task", "assign", "close-shop", "anna"]);
    let add = ["task", "add", "Bel de burgemeester", "--role", "writer"];
    world.says(&[&add[..], &["--person", "bo", "--due", "30m"]].concat());
    let done = world.json(&["task", "done", "close-shop"]);
    assert_eq!(done["daemon"], false);
    assert!(!done["news"].as_array().unwrap().is_empty(), "{done}");
    let skipped = item(&done, "verify");
    assert_eq!(
        (&skipped["state"], &skipped["reason"], &skipped["by"]),
        (
            &"skipped".into(),
            &"iedereen weet het".into(),
            &"root".into()
        )
    );
    assert_eq!(item(&done, "close-shop")["state"], "done");
    assert_eq!(item(&done, "close-shop")["name"], "Anna de Wit");
    let extra = item(&done, "extra-1");
    assert_eq!(
        (&extra["title"], &extra["person"]),
        (&"Bel de burgemeester".into(), &"bo".into())
    );
    let list = world.says(&["task", "list"]);
    assert!(!list.contains("close-shop"), "{list}");
    let all = world.says(&["task", "list", "--all"]);
    assert!(
        all.contains("close-shop") && all.contains("skipped"),
        "{all}"
    );
}

#[test]
fn drafts_are_held_agreed_approved_and_their_publication_is_recorded() {
    let mut world = bakery("hands-drafts");
    start(&world);
    let draft = "holding.website.nl";
    let blocked = |world: &World| {
        let drafts = world.json(&["draft", "list"]);
        drafts["drafts"][0]["blocked"].clone()
    };
    assert!(blocked(&world).as_str().unwrap().contains("police"));
    let why = world.refuses(&["draft", "approve", draft]);
    assert!(why.contains("agreed with police"), "{why}");
    world.says(&["draft", "agree", "holding", "police"]);
    let why = world.refuses(&["draft", "publish", draft]);
    assert!(why.contains("not approved"), "{why}");
    world.says(&["draft", "hold", draft, "--reason", "de politie belt nog"]);
    assert!(world.says(&["draft", "list"]).contains("HELD by root"));
    world.says(&["draft", "approve", "holding"]);
    assert!(blocked(&world).as_str().unwrap().contains("just now"));
    let listed = world.says(&["draft", "list"]);
    assert!(listed.contains("approved by root for owner"), "{listed}");
    let url = "https://korst.example/nieuws/1";
    world.hurry();
    until("the pause after the approval is over", || {
        match blocked(&world) {
            Value::Null => Ok(()),
            why => Err(why),
        }
    });
    let run = world.json(&["draft", "publish", draft, "--url", url]);
    let published = &run["publications"][0];
    assert_eq!(
        (&published["url"], &published["by"], &published["effect"]),
        (&url.into(), &"root".into(), &Value::Null)
    );
    assert_eq!(item(&run, "holding")["state"], "done");
    assert!(world.says(&["draft", "list"]).contains("published 20"));
    assert!(world.says(&["run", "show", "1"]).contains(url));
    for command in ["approve", "publish"] {
        let help = world.says(&["draft", command, "--help"]);
        assert!(help.contains("nothing is sent anywhere"), "{help}");
    }
}

#[test]
fn phases_cases_and_questions_are_worked_on() {
    let mut world = bakery("hands-cases");
    start(&world);
    let listed = world.says(&["phase", "list"]);
    assert!(listed.contains("waits for level crisis"), "{listed}");
    let open = ["phase", "open", "meaning_making", "--reason", "men huilt"];
    let run = world.json(&open);
    assert_eq!(item(&run, "comfort")["state"], "open");
    assert!(world.refuses(&open).contains("open already"));
    let odd = world.run(&["phase", "open", "meaning", "--reason", "x"]);
    assert_eq!(odd.status.code(), Some(2));

    let ask = "Ja, behalve dat uit de Markt";
    world.says(&["question", "answer", "safe", ask]);
    assert!(
        world
            .refuses(&["question", "answer", "saf", ask])
            .contains("did you mean")
    );
    let questions = world.json(&["question", "list"]);
    assert_eq!(questions["questions"][0]["answer"], ask);
    assert!(world.says(&["question", "list"]).contains(ask));

    world.says(&["case", "open", "@jan", "--platform", "facebook"]);
    let why = world.refuses(&["case", "open", "@jan", "--platform", "facebook"]);
    assert!(why.contains("already"), "{why}");
    let nowhere = world.run(&["case", "open", "@jan"]);
    assert_eq!(nowhere.status.code(), Some(2));
    let why = world.refuses(&["case", "open", "--mention", "77"]);
    assert!(why.contains("no mention `77`"), "{why}");
    world.serve();
    world.push(mention("77", 60));
    let run = world.json(&["case", "open", "--mention", "77"]);
    assert_eq!(run["daemon"], true);
    let cases = world.json(&["case", "list"]);
    assert_eq!(cases["cases"][1]["name"], "a77");
    assert_eq!(cases["cases"][1]["platform"], "x");
    assert_eq!(cases["cases"][0]["open"][0], "call@1");
    let why = world.refuses(&["task", "done", "call"]);
    assert!(why.contains("call@1, call@2"), "{why}");
    world.says(&["task", "done", "call@2"]);
    let text = world.says(&["run", "show", "1"]);
    for words in ["1: @jan on facebook", ask, "meaning_making: open since"] {
        assert!(text.contains(words), "{words}: {text}");
    }
}

#[test]
fn a_default_counts_when_it_is_due_and_the_question_stays_open() {
    let mut world = bakery("hands-decide");
    world.serve();
    start(&world);
    let log = until_events(&world, "decided", 1);
    assert_eq!(named(&log, "decided").next().unwrap()["option"], "stay");
    let run = show(&world, "1");
    let choose = item(&run, "choose");
    assert_eq!(
        (&choose["state"], &choose["decision"]["is_default"]),
        (&"open".into(), &true.into())
    );
    let shown = world.says(&["decide", "choose"]);
    for words in ["stay", "Dicht", "default", "stays open"] {
        assert!(shown.contains(words), "{words}: {shown}");
    }
    assert!(world.refuses(&["decide", "verify"]).contains("choose"));
    assert!(
        world
            .refuses(&["decide", "choose", "shot"])
            .contains("did you mean `shut`")
    );
    let run = world.json(&["decide", "choose", "shut"]);
    assert_eq!(item(&run, "choose")["state"], "done");
    assert_eq!(item(&run, "choose")["decision"]["by"], "root");
    let why = world.refuses(&["decide", "choose", "stay"]);
    assert!(why.contains("--reason"), "{why}");
    world.says(&["decide", "choose", "stay", "--reason", "de muis is weg"]);
    let shown = world.says(&["decide", "choose"]);
    assert!(shown.contains("Decided: stay, by root"), "{shown}");
}

#[test]
fn beside_a_daemon_people_are_mailed_and_levels_alert_only_upwards() {
    let mut world = bakery("hands-mails");
    world.serve();
    let start = ["run", "start", "mouse", "--reason", "x", "--fact"];
    let output = world.run(&[&start[..], &["where=hier"]].concat());
    assert!(output.stderr.is_empty(), "{output:?}");
    world.until_mails(1);
    let output = world.run(&["task", "assign", "close-shop", "bo"]);
    assert!(output.status.success() && output.stderr.is_empty());
    let to = |world: &World, who: &str| {
        let mails = world.mails();
        let address = format!("{who}@korst.example");
        mails
            .iter()
            .filter(|mail| mail.to.contains(&address))
            .count()
    };
    let reaches = |world: &World, who: &str, count: usize| {
        until(who, || match to(world, who) {
            n_mails if n_mails >= count => Ok(()),
            n_mails => Err(n_mails),
        });
    };
    reaches(&world, "bo", 1);
    let ladder = world.json(&["level"]);
    assert_eq!(ladder["levels"][1]["reached"], false);
    assert_eq!(world.run(&["level", "crisis"]).status.code(), Some(2));
    let n_before = to(&world, "anna");
    world.says(&["level", "crisis", "--reason", "de pers belt"]);
    reaches(&world, "anna", n_before + 1);
    until("sent", || {
        let status = world.status();
        if status["mail"]["waiting"] == 0 {
            Ok(())
        } else {
            Err(status["mail"].clone())
        }
    });
    let n_alerts = n_events(&world, "1", "alert");
    let run = world.json(&["level", "attention", "--reason", "toch niet"]);
    assert_eq!(run["level"], "attention");
    assert_eq!(of(&run, "levels", "level", "crisis")["reached"], true);
    assert_eq!(n_events(&world, "1", "alert"), n_alerts);
    assert!(world.says(&["level"]).contains("reached before"));
    assert!(
        world
            .refuses(&["level", "attention", "--reason", "x"])
            .contains("already")
    );
}

#[test]
fn a_run_stands_down_closes_and_opens_again() {
    let world = bakery("hands-end");
    start(&world);
    let shown = world.says(&["stand-down"]);
    assert!(shown.contains("is proposed since"), "{shown}");
    for words in ["calm", "OPEN", "Baas decides (anna)"] {
        assert!(shown.contains(words), "{words}: {shown}");
    }
    let status = world.status();
    assert!(
        status["runs"][0]["stand_down_proposed_at"].is_string(),
        "{status}"
    );
    assert!(world.says(&["status"]).contains("STAND-DOWN PROPOSED"));
    let why = world.refuses(&["stand-down", "--reason", "het is stil"]);
    assert!(why.contains("standing down is for boss (anna)"), "{why}");
    // Roles are always those of now.
    settle(&world, "anna, root", "");
    let why = world.refuses(&["stand-down", "--tick", "kalm"]);
    assert!(why.contains("no `kalm`"), "{why}");
    let tick = ["stand-down", "--tick", "calm", "--reason", "het is stil"];
    let output = world.run(&tick);
    assert_eq!(output.status.code(), Some(1));
    let why = String::from_utf8(output.stderr).unwrap();
    assert!(why.contains("--tick asked"), "{why}");
    let put_off = ["stand-down", "--not-yet", "--reason", "wacht op het nieuws"];
    let run = world.json(&put_off);
    assert_eq!(run["ending"]["put_off"], true);
    assert_eq!(run["ending"]["checklist"][0]["by"], "root");
    let both = ["stand-down", "--tick", "asked", "--reason", "alles gezegd"];
    let run = world.json(&both);
    assert_eq!(run["ending"]["in_aftercare"], true);
    assert_eq!(item(&run, "evaluate")["state"], "open");
    assert!(item(&run, "evaluate")["due_at"].is_string());
    assert_eq!(world.status()["runs"][0]["in_aftercare"], true);
    assert!(world.says(&["run", "show", "1"]).contains("aftercare"));

    let close = [
        "close",
        "--outcome",
        "false-alarm",
        "--reason",
        "het was een hamster",
    ];
    let run = world.json(&close);
    assert_eq!(run["ending"]["outcome"], "false_alarm");
    assert_eq!(run["open"], false);
    assert!(world.refuses(&close).contains("no run is open"));
    assert!(world.says(&["run", "show", "1"]).contains("false alarm"));
    let n_alerts = n_events(&world, "1", "alert");
    let run = world.json(&["reopen", "1", "--reason", "toch een muis"]);
    assert_eq!(
        (&run["open"], &run["ending"]["outcome"]),
        (&true.into(), &Value::Null)
    );
    assert!(n_events(&world, "1", "alert") > n_alerts);
    let real = [
        "run",
        "close",
        "1",
        "--outcome",
        "real",
        "--reason",
        "klaar",
    ];
    assert_eq!(world.json(&real)["ending"]["outcome"], "real");
}

#[test]
fn two_runs_go_on_as_one() {
    let world = bakery("hands-merge");
    start(&world);
    world.says(&["run", "start", "fire", "--reason", "rook"]);
    let why = world.refuses(&["task", "list"]);
    assert!(why.contains("--run NUMBER"), "{why}");
    world.says(&["fact", "set", "where", "de molen", "--run", "2"]);
    let merge = |run: &'static str, into: &'static str| {
        let words = ["run", "merge", run, "--into", into];
        [&words[..], &["--reason", "dezelfde muis"]].concat()
    };
    assert!(world.refuses(&merge("1", "1")).contains("into itself"));
    assert!(world.refuses(&merge("1", "9")).contains("no run 9"));
    let run = world.json(&merge("2", "1"));
    assert_eq!(run["run"], 1);
    assert_eq!(run["ending"]["also_watches"][0], "mill");
    let other = show(&world, "2");
    assert_eq!(
        (&other["open"], &other["ending"]["merged_into"]),
        (&false.into(), &1.into())
    );
    assert!(
        world
            .says(&["run", "show", "2"])
            .contains("goes on as run 1")
    );
    let why = world.refuses(&["reopen", "2", "--reason", "toch niet"]);
    assert!(why.contains("run 1"), "{why}");
}

#[test]
fn the_advised_strategy_follows_the_facts() {
    let world = bakery("hands-strategy");
    start(&world);
    assert_eq!(show(&world, "1")["strategy"]["advice"], "diminish");
    world.says(&["fact", "set", "similar_before", "yes"]);
    let run = show(&world, "1");
    assert_eq!(run["strategy"]["advice"], "rebuild");
    let says = run["strategy"]["says"].as_str().unwrap();
    assert!(says.starts_with("Bied excuses aan"), "{says}");
    assert!(world.says(&["run", "show", "1"]).contains(says));
}

#[test]
fn a_review_that_is_overdue_is_a_warning() {
    let world = bakery("hands-review");
    let overdue = format!("{PLAYBOOK}review_by: 2020-01-01\n");
    world.folder.write("playbooks/mouse.yaml", overdue);
    let said = world.says(&["check"]);
    assert!(said.contains("warning[review-overdue]"), "{said}");
    assert!(said.contains("2020-01-01"), "{said}");
    let later = format!("{PLAYBOOK}review_by: 2199-01-01\n");
    world.folder.write("playbooks/mouse.yaml", later);
    assert!(!world.says(&["check"]).contains("review-overdue"));
}
