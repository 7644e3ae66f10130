//! Reads `draaiboek.yaml`: who does what, and how we reach them.
//!
//! Always returns an organisation, with defaults where something was wrong:
//! the playbooks can then be checked too. The caller throws it away when there
//! were errors.

use std::collections::BTreeMap;
use std::time::Duration;

use chrono_tz::Tz;

use crate::domain::effect::MAIL;
use crate::domain::hook::{self, Events};
use crate::domain::organisation::{
    Drill, Heartbeat, Level, Mail, Organisation, Person, Reload, Role, Stay, Web, Webhook,
};
use crate::domain::text::{Language, Text};
use crate::domain::time::format_duration;

use super::WebhookTemplate;
use super::fields::{Fields, did_you_mean, named};
use super::names::{
    LEVELS, PERSON, READER, Scope, WEBHOOK, WEBHOOK_TEMPLATE, refer_to, references, well_formed,
};
use super::problems::{Problems, Span};
use super::tree::{Entry, Node, Value, shortened};
use super::{
    access, address, days, drill, duty, later, listening, measure, reviewing, speaking, value,
};

/// Texts of the files in `lists/`, by path.
pub(super) type ListFiles = BTreeMap<String, (usize, String)>;

const HEARTBEAT_EVERY: Duration = Duration::from_secs(60);

/// Who is silent for longer misses the beginning of a crisis.
const SLOWEST_HEARTBEAT: Duration = Duration::from_secs(86_400);

const KEEP_TEXTS: Duration = Duration::from_secs(30 * 86_400);

pub(super) fn organisation(
    root: &Node,
    scope: Scope<'_>,
    files: &ListFiles,
    webhook_templates: &[WebhookTemplate],
) -> Organisation {
    let problems = scope.problems;
    let mut organisation = blank();
    let whole = Span::whole(root.span.file);
    let Some(mut fields) = Fields::open(root, whole, "draaiboek.yaml", problems) else {
        return organisation;
    };
    if let Some(node) = fields.need("organisation", "{ name: …, timezone: Europe/Amsterdam }") {
        about(node, scope, &mut organisation);
    }
    if let Some(node) = fields.get("levels") {
        organisation.levels = levels(node, scope);
    }
    if let Some(node) = fields.get("team") {
        organisation.team = team(node, organisation.language, scope);
    }
    if let Some(node) = fields.get("away") {
        organisation.away = duty::away(node, scope);
    }
    if let Some(node) = fields.get("roles") {
        organisation.roles = roles(node, &organisation.away, scope);
    }
    if let Some(node) = fields.get("webhooks") {
        organisation.webhooks = webhooks(node, webhook_templates, scope);
    }
    let mail_entry = fields.entry("mail");
    organisation.mail = mail_entry.and_then(|entry| mail(&entry.value, scope));
    let node = fields.get("heartbeat");
    organisation.heartbeat = node.and_then(|node| heartbeat(node, scope));
    let has_url = fields
        .get("web")
        .is_some_and(|node| web(node, scope, &mut organisation.web));
    if let Some(entry) = mail_entry.filter(|_| organisation.mail.is_some() && !has_url) {
        // Without a mail server nobody reads these mails on a phone yet.
        scope.problems.warning(
            entry.key_span,
            "no-web-url",
            "mails carry no link to answer with: `web.url` is missing",
            "set the address that phones reach this program at, such as `web: { url: \"https://crisis.example.org\" }`; until then people answer with `draaiboek ack` on the server",
        );
    }
    listening::listening(&mut fields, scope, files, &mut organisation);
    speaking::speaking(&mut fields, scope, &mut organisation);
    if let Some(node) = fields.get("drill") {
        organisation.drill =
            drill::drill(node, scope, &organisation.web, organisation.mail.as_ref());
    }
    if let Some(reload) = fields.read("reload", reload) {
        organisation.reload = reload;
    }
    if let Some(node) = fields.get("calendar") {
        organisation.calendar = days::calendar(node, scope);
    }
    if let Some(node) = fields.get("partners") {
        organisation.partners = later::partners(node, scope);
    }
    private_feeds(root, &organisation.web.private_hosts, problems);
    reviewing::reviewing(&mut fields, scope, &mut organisation);
    if let Some(node) = fields.get("every_playbook") {
        super::merge::check_shared(node, scope);
    }
    fields.close();
    organisation
}

/// Feeds on an address in a network of our own are refused when they are asked, unless
/// `private_hosts` names it. Of a name only its resolving tells.
fn private_feeds(root: &Node, allowed: &[String], problems: &Problems) {
    let sources = root.get("sources").map(|entry| &entry.value);
    for source in sources.map_or(&[][..], Node::entries) {
        let url = source
            .value
            .get("feed")
            .and_then(|feed| feed.value.get("url"));
        let Some(node) = url.map(|entry| &entry.value) else {
            continue;
        };
        let Some(host) = node.scalar().and_then(address::private_host) else {
            continue;
        };
        if !allowed.iter().any(|one| one.eq_ignore_ascii_case(host)) {
            problems.warning(
                node.span,
                "private-host",
                format!("`{host}` is an address in a network of our own, and is not asked"),
                format!("if this is meant, allow it: `web: {{ private_hosts: [\"{host}\"] }}`"),
            );
        }
    }
}

fn blank() -> Organisation {
    Organisation {
        name: Text::from(""),
        timezone: Tz::Europe__Amsterdam,
        language: Language::Nl,
        keep_texts: KEEP_TEXTS,
        reading: Default::default(),
        office_hours: None,
        operators: Vec::new(),
        levels: LEVELS
            .iter()
            .map(|name| Level {
                name: (*name).to_owned(),
                title: Text::from(*name),
            })
            .collect(),
        team: Vec::new(),
        roles: Vec::new(),
        away: Vec::new(),
        mail: None,
        webhooks: Vec::new(),
        heartbeat: None,
        web: Web {
            url: None,
            listen: "127.0.0.1:7300".to_owned(),
            proxy: false,
            tls: None,
            private_hosts: Vec::new(),
            access: Vec::new(),
        },
        drill: Drill::default(),
        reload: Reload::default(),
        exercise: None,
        lists: Vec::new(),
        queries: Vec::new(),
        watches: Vec::new(),
        sources: Vec::new(),
        calendar: Vec::new(),
        channels: Vec::new(),
        own_accounts: Vec::new(),
        contacts: Vec::new(),
        partners: Vec::new(),
        audiences: Vec::new(),
        review: Default::default(),
        words: Default::default(),
    }
}

fn about(node: &Node, scope: Scope<'_>, organisation: &mut Organisation) {
    let Some(mut fields) = Fields::open(node, node.span, "`organisation`", scope.problems) else {
        return;
    };
    if let Some(name) = fields.demand("name", "\"Our organisation\"", value::text) {
        organisation.name = name;
    }
    if let Some(zone) = fields.demand("timezone", "Europe/Amsterdam", |node, _| {
        timezone(node, scope)
    }) {
        organisation.timezone = zone;
    }
    if let Some(language) = fields.read("language", value::language) {
        organisation.language = language;
    }
    if let Some(length) = fields.read("keep_texts", measure::length) {
        if let Some(entry) = fields
            .entry("keep_texts")
            .filter(|_| length < SHORTEST_KEPT)
        {
            scope.problems.warning(
                entry.value.span,
                "unlikely",
                "texts of mentions are gone before anybody read them",
                "write days, such as 30d",
            );
        }
        organisation.keep_texts = length;
    }
    if let Some(readers) = fields.read("readers", |node, p| {
        let mut known = scope.names.roles.clone();
        known.extend_from_slice(&scope.names.people);
        references(node, &READER, "[webcare]", &known, p)
    }) {
        organisation.reading.readers = Some(readers);
    }
    if let Some(length) = fields.read("keep_readings", measure::length) {
        organisation.reading.keep = length;
    }
    if let Some(roles) = fields.read("operators", |node, _| scope.roles(node)) {
        organisation.operators = roles;
    }
    if let Some(node) = fields.get("office_hours") {
        organisation.office_hours = days::office_hours(node, scope);
    }
    fields.close();
}

/// What may be written; the first is what is done without it.
pub(in crate::domain) const RELOADS: [&str; 2] = ["automatic", "manual"];

fn reload(node: &Node, problems: &Problems) -> Option<Reload> {
    let chosen = value::choice(node, "a way to take changed files", &RELOADS, problems)?;
    Some(match chosen {
        "manual" => Reload::Manual,
        _ => Reload::Automatic,
    })
}

fn timezone(node: &Node, scope: Scope<'_>) -> Option<Tz> {
    let written = value::word(node, "a time zone", "Europe/Amsterdam", scope.problems)?;
    if let Ok(zone) = written.parse::<Tz>() {
        return Some(zone);
    }
    let known = chrono_tz::TZ_VARIANTS.iter().map(|zone| zone.name());
    scope.problems.error(
        node.span,
        "timezone",
        format!("unknown time zone `{}`", shortened(written)),
        did_you_mean(written, known)
            .unwrap_or_else(|| "write a region and city, such as Europe/Amsterdam".to_owned()),
    );
    None
}

/// Texts that go sooner were read by nobody.
const SHORTEST_KEPT: Duration = Duration::from_secs(3_600);

/// The usual names of levels that stand the other way round.
fn ladder(node: &Node, scope: Scope<'_>) {
    let places = LEVELS.map(|level| {
        let mut entries = node.entries().iter();
        entries.position(|entry| entry.key == level)
    });
    let places: Vec<usize> = places.into_iter().flatten().collect();
    if let Some(first) = node.entries().first()
        && places.windows(2).any(|two| two[0] > two[1])
    {
        scope.problems.warning(
            first.key_span,
            "unlikely",
            format!(
                "`{}` is the lowest level here: the ladder stands upside down",
                first.key
            ),
            "write the lowest first: attention, incident, crisis",
        );
    }
}

fn levels(node: &Node, scope: Scope<'_>) -> Vec<Level> {
    ladder(node, scope);
    named(node, "level", scope.problems)
        .into_iter()
        .filter_map(|entry| {
            well_formed(&entry.key, entry.key_span, true, scope.problems);
            Some(Level {
                name: entry.key.clone(),
                title: value::text(&entry.value, scope.problems)?,
            })
        })
        .collect()
}

fn team(node: &Node, language: Language, scope: Scope<'_>) -> Vec<Person> {
    named(node, "person", scope.problems)
        .into_iter()
        .filter_map(|entry| person(entry, language, scope))
        .collect()
}

fn person(entry: &Entry, default_language: Language, scope: Scope<'_>) -> Option<Person> {
    let problems = scope.problems;
    well_formed(&entry.key, entry.key_span, true, problems);
    let mut fields = Fields::of(entry, format!("person `{}`", entry.key), problems)?;
    let name = fields.demand("name", "\"Given name Surname\"", value::line);
    let email = fields.demand("email", "name@example.org", address::email);
    let phone = fields.read("phone", address::phone);
    let language = fields.read("language", value::language);
    let reach = fields.read("reach", |node, p| {
        let mut ways = scope.names.webhooks.clone();
        ways.push(MAIL.to_owned());
        references(node, &WEBHOOK, "[mail]", &ways, p)
    });
    fields.close();
    Some(Person {
        key: entry.key.clone(),
        name: name?,
        email: email?,
        phone,
        language: language.unwrap_or(default_language),
        reach: reach.unwrap_or_else(|| vec![MAIL.to_owned()]),
    })
}

fn roles(node: &Node, away: &[Stay], scope: Scope<'_>) -> Vec<Role> {
    named(node, "role", scope.problems)
        .into_iter()
        .filter_map(|entry| role(entry, away, scope))
        .collect()
}

fn role(entry: &Entry, away: &[Stay], scope: Scope<'_>) -> Option<Role> {
    let problems = scope.problems;
    well_formed(&entry.key, entry.key_span, true, problems);
    let mut fields = Fields::of(entry, format!("role `{}`", entry.key), problems)?;
    let before = problems.n_errors();
    let people = fields.demand("people", "[name]", |node, p| {
        references(node, &PERSON, "[name, deputy]", &scope.names.people, p)
    });
    let title = fields.read("title", value::text);
    // With a mistake among them we do not know how many they are.
    let team = people.clone().filter(|_| problems.n_errors() == before);
    let rota = fields
        .entry("rota")
        .and_then(|entry| duty::rota(entry, team.as_deref(), scope));
    let swaps = fields
        .get("swaps")
        .map_or_else(Vec::new, |node| duty::swaps(node, away, scope));
    fields.close();
    Some(Role {
        title: title.unwrap_or_else(|| Text::from(entry.key.as_str())),
        key: entry.key.clone(),
        people: people?,
        rota,
        swaps,
    })
}

fn mail(node: &Node, scope: Scope<'_>) -> Option<Mail> {
    let mut fields = Fields::open(node, node.span, "`mail`", scope.problems)?;
    let from = fields.demand("from", "Crisis team <crisis@example.org>", address::mailbox);
    let server = fields.demand(
        "server",
        "smtps://user@mail.example.org",
        address::mail_server,
    );
    let inbox = fields.read("inbox", value::line);
    let dkim_selector = fields.read("dkim_selector", address::selector);
    fields.close();
    Some(Mail {
        from: from?,
        server: server?,
        inbox,
        dkim_selector,
    })
}

fn webhooks(node: &Node, templates: &[WebhookTemplate], scope: Scope<'_>) -> Vec<Webhook> {
    named(node, "webhook", scope.problems)
        .into_iter()
        .filter_map(|entry| webhook(entry, templates, scope))
        .collect()
}

fn webhook(entry: &Entry, templates: &[WebhookTemplate], scope: Scope<'_>) -> Option<Webhook> {
    let problems = scope.problems;
    well_formed(&entry.key, entry.key_span, true, problems);
    if entry.key == MAIL {
        problems.error(
            entry.key_span,
            "name",
            "`mail` cannot be the name of a webhook",
            "in `reach`, `mail` means an e-mail: choose another name",
        );
    }
    let mut fields = Fields::of(entry, format!("webhook `{}`", entry.key), problems)?;
    let url_env = fields.demand("url_env", "DRAAIBOEK_SMS_URL", address::variable);
    let template = fields.read("template", |node, p| {
        let known = templates.iter().map(|template| template.name.as_str());
        refer_to(node, &WEBHOOK_TEMPLATE, p, known)
    });
    let drills = fields.read("drills", value::boolean);
    // Without events there is nothing of drills that it could be told.
    let events = match drills {
        Some(_) => fields.demand("events", "all", events),
        None => fields.read("events", events),
    };
    fields.close();
    Some(Webhook {
        key: entry.key.clone(),
        url_env: url_env?,
        template,
        events,
        drills: drills.unwrap_or(false),
    })
}

/// `all`, or names of events, each once.
fn events(node: &Node, problems: &Problems) -> Option<Events> {
    if !matches!(node.value, Value::List(_)) {
        return value::choice(node, "`all` or a list of events", &["all"], problems)
            .map(|_| Events::All);
    }
    let known = hook::fields::names();
    let read = value::list(node, "[level_raised, run_closed]", problems, |item, p| {
        let what = "the name of an event that a webhook can be told of";
        value::choice(item, what, &known, p).map(|name| (name, item.span))
    })?;
    let mut names: Vec<String> = Vec::new();
    for (name, span) in read {
        if names.iter().any(|known| known == name) {
            let message = format!("event `{name}` stands in this list twice");
            problems.error(span, "repeated", message, "take one away");
        } else {
            names.push(name.to_owned());
        }
    }
    Some(Events::These(names))
}

fn heartbeat(node: &Node, scope: Scope<'_>) -> Option<Heartbeat> {
    let mut fields = Fields::open(node, node.span, "`heartbeat`", scope.problems)?;
    let url_env = fields.demand("url_env", "DRAAIBOEK_HEARTBEAT_URL", address::variable);
    let every = fields.read("every", measure::length);
    if let Some((node, every)) = fields.get("every").zip(every)
        && every > SLOWEST_HEARTBEAT
    {
        scope.problems.warning(
            node.span,
            "unlikely",
            format!(
                "nobody outside notices our silence for {}",
                format_duration(every)
            ),
            "write minutes, such as 1m",
        );
    }
    fields.close();
    Some(Heartbeat {
        url_env: url_env?,
        every: every.unwrap_or(HEARTBEAT_EVERY),
    })
}

/// Whether an address for phones is written, be it a right one.
fn web(node: &Node, scope: Scope<'_>, web: &mut Web) -> bool {
    let problems = scope.problems;
    let Some(mut fields) = Fields::open(node, node.span, "`web`", problems) else {
        return false;
    };
    let url = fields.entry("url");
    web.url = url.and_then(|entry| address::own_url(&entry.value, problems));
    web.proxy = fields.read("proxy", value::boolean).unwrap_or(false);
    if let Some(hosts) = fields.read("private_hosts", |node, p| {
        value::list(node, "[intranet.example.org]", p, address::host)
    }) {
        web.private_hosts = hosts;
    }
    let has_certificate = fields.get("tls").is_some();
    if let Some(node) = fields.get("tls") {
        web.tls = access::certificate(node, scope);
    }
    if let Some(node) = fields.get("access") {
        web.access = access::rights(node, scope);
    }
    if let Some(entry) = fields.entry("listen")
        && let Some((listen, is_local)) = address::listen(&entry.value, problems)
    {
        web.listen = listen;
        if !is_local && !web.proxy && !has_certificate {
            problems.error(
                entry.value.span,
                "open-to-the-network",
                "others can reach this address, and nothing encrypts what they send",
                "listen on 127.0.0.1, give a certificate (`tls: { cert: cert.pem, key: key.pem }`), or set `proxy: true` when a reverse proxy in front does TLS",
            );
        }
    }
    fields.close();
    url.is_some()
}
