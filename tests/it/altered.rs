//! Other words under a known id, with the real daemon: a headline that was changed
//! counts where it did not yet, is believed where a condition waits for its words, and
//! never counts twice.

use serde_json::Value;

use crate::world::{World, mention};

const PLAYBOOK: &str = r#"
playbook: grave
title: Ernstig nieuws
watch: bakery
owner: owner
triggers:
  grave: { level: crisis, when: { mentions: { within: 1h, at_least: 1, matching: grave } } }
  twice: { when: { mentions: { within: 1h, at_least: 2 } } }
  busy-fire: { when: { mentions: { within: 1h, at_least: 2, watch: fire } } }
alert:
  attention: [ { roles: [owner] } ]
"#;

fn world(name: &str) -> World {
    let world = World::new(name);
    let path = world.folder.path("draaiboek.yaml");
    let text = std::fs::read_to_string(path).unwrap();
    let text = text.replace(
        "watches:\n",
        "queries:\n  grave: 'doden OR overleden'\nwatches:\n  fire: { query: 'korst brand' }\n",
    );
    world.folder.write("draaiboek.yaml", text);
    world.folder.write("playbooks/mouse.yaml", PLAYBOOK);
    world
}

/// The mention with this id, with other words.
fn says(id: &str, words: &str) -> String {
    let at = format!("Muis bij korst nummer {id}");
    let line = mention(id, 60);
    assert!(line.contains(&at), "{line}");
    line.replace(&at, words)
}

fn counted(world: &World) -> [u64; 2] {
    let status = world.status();
    let watches = status["watches"].as_array().unwrap();
    ["bakery", "fire"].map(|key| {
        let watch = watches.iter().find(|watch| watch["watch"] == key);
        watch.unwrap()["last_hour"].as_u64().unwrap()
    })
}

fn levels(world: &World) -> Vec<Value> {
    let runs = world.json(&["run", "list"]);
    let runs = runs.as_array().unwrap();
    runs.iter().map(|run| run["level"].clone()).collect()
}

#[test]
fn a_changed_headline_counts_once_where_it_did_not_and_is_believed() {
    let mut world = world("altered");
    world.serve();
    assert_eq!(world.push(says("1", "Rook bij korst")).n("new"), 1);
    assert_eq!(counted(&world), [1, 0]);
    // Now it is about a fire too, and no second mention of the bakery.
    assert_eq!(world.push(says("1", "Brand bij korst")).n("new"), 1);
    assert_eq!(counted(&world), [1, 1]);
    // Once more, and again as it was: nothing is new.
    assert_eq!(world.push(says("1", "Grote brand bij korst")).n("new"), 0);
    assert_eq!(world.push(says("1", "Rook bij korst")).n("new"), 0);
    assert_eq!(counted(&world), [1, 1]);
    assert_eq!(levels(&world), Vec::<Value>::new());
    // One credible mention of a severe word is enough, also when it came later.
    assert_eq!(
        world
            .push(says("1", "Brand bij korst: twee doden"))
            .n("new"),
        0
    );
    assert_eq!(counted(&world), [1, 1]);
    assert_eq!(levels(&world), ["crisis"]);
    // The alert quotes what it says now.
    let mails = world.until_mails(1);
    let text = &mails[0].raw;
    assert!(text.contains("twee doden"), "{text}");
    // A restart knows it all: the same run, the same counts, and again nothing new.
    world.kill();
    world.serve();
    assert_eq!(counted(&world), [1, 1]);
    assert_eq!(levels(&world), ["crisis"]);
    assert_eq!(
        world
            .push(says("1", "Brand bij korst: drie doden"))
            .n("new"),
        0
    );
    assert_eq!(counted(&world), [1, 1]);
    assert_eq!(levels(&world), ["crisis"]);
}

#[test]
fn in_one_batch_and_by_import_it_counts_once_as_well() {
    let mut world = world("altered-batch");
    world.serve();
    let lines = [
        says("1", "Rook bij korst"),
        says("1", "Brand bij korst"),
        says("1", "Grote brand bij korst"),
        says("2", "Brand bij korst nu uit"),
    ];
    assert_eq!(world.push(lines.join("\n")).n("new"), 3);
    assert_eq!(counted(&world), [2, 2]);
    // Both triggers of two mentions held; it is one storm and one run.
    assert_eq!(levels(&world), ["attention"]);
    let file = world.folder.write("again.ndjson", lines.join("\n"));
    world.says(&["import", file.to_str().unwrap()]);
    assert_eq!(counted(&world), [2, 2]);
    let line = world.says(&["watch", "show", "fire"]);
    assert!(line.contains("  mentions                    2 "), "{line}");
}
