//! Who gets in to the pages, and who does not.

use crate::room::browser::{Browser, enter, path_of};
use crate::world::World;

#[test]
fn a_link_lets_its_person_in_once_and_opening_it_does_nothing() {
    let mut world = World::new("link");
    world.serve();
    let link = world.json(&["account", "link", "anna"]);
    let path = path_of(link["url"].as_str().unwrap());
    let mut scanner = Browser::at(&world.address());
    assert!(scanner.opens(&path).text().contains("Naar binnen"));
    assert!(!scanner.is_in());
    let mut anna = Browser::at(&world.address());
    assert_eq!(anna.post_plain(&path, &[]).leads_to(), "/");
    assert!(anna.opens("/").text().contains("Anna de Wit"));
    let late = scanner.post_plain(&path, &[]);
    assert_eq!((late.status, scanner.is_in()), (410, false));
    assert!(late.text().contains("werkt niet meer"));
}

#[test]
fn who_is_not_in_sees_the_way_in_and_nothing_else() {
    let mut world = World::new("outside");
    world.serve();
    let mut stranger = Browser::at(&world.address());
    for path in ["/", "/runs/1", "/live"] {
        let page = stranger.get(path);
        assert_eq!(page.status, 303, "{path}");
        assert!(page.leads_to().starts_with("/enter"), "{path}");
    }
    let forged = "0".repeat(64);
    stranger
        .cookies
        .insert("draaiboek_session".to_owned(), forged);
    assert_eq!(stranger.get("/").status, 303);
    assert_eq!(stranger.post_plain("/do/reload", &[]).status, 303);
}

#[test]
fn a_form_of_another_site_does_nothing() {
    let mut world = World::new("foreign-form");
    world.serve();
    let mut bo = enter(&world, "bo");
    let token = bo.opens("/").token().unwrap().to_owned();
    assert_eq!(bo.post_plain("/leave", &[]).status, 403);
    assert_eq!(bo.post_plain("/leave", &[("token", "x")]).status, 403);
    bo.headers = vec!["Sec-Fetch-Site: cross-site".to_owned()];
    assert_eq!(bo.post_plain("/leave", &[("token", &token)]).status, 403);
    bo.headers = vec!["Origin: https://elsewhere.example".to_owned()];
    assert_eq!(bo.post_plain("/leave", &[("token", &token)]).status, 403);
    bo.headers.clear();
    assert_eq!(bo.post_plain("/leave", &[("token", &token)]).status, 303);
    assert!(!bo.is_in());
    assert_eq!(bo.get("/").status, 303);
}
