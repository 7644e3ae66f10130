//! Warns of people who are texted or called and have no phone number.

use crate::domain::organisation::{Organisation, Webhook};

use super::WebhookTemplate;
use super::problems::Problems;
use super::tree::Node;

/// What people call a webhook that texts or calls.
const DIALS: [&str; 7] = [
    "sms", "whatsapp", "signal", "phone", "telefoon", "bellen", "pager",
];

/// See the module.
pub(super) fn check(
    root: &Node,
    organisation: &Organisation,
    templates: &[WebhookTemplate],
    problems: &Problems,
) {
    let needs_number = |webhook: &&Webhook| match &webhook.template {
        // What it sends says it.
        Some(name) => {
            let mut templates = templates.iter();
            let template = templates.find(|template| template.name == *name);
            template.is_some_and(|template| template.text.contains("person.phone"))
        }
        None => DIALS.iter().any(|word| webhook.key.contains(word)),
    };
    let dialled: Vec<&str> = organisation
        .webhooks
        .iter()
        .filter(needs_number)
        .map(|webhook| webhook.key.as_str())
        .collect();
    for person in organisation.team.iter().filter(|one| one.phone.is_none()) {
        let mut ways = person.reach.iter();
        if let Some(way) = ways.find(|way| dialled.contains(&way.as_str())) {
            let at = root.place(&["team", &person.key, "reach"]);
            problems.warning(
                at,
                "no-phone",
                format!(
                    "`{}` is reached by `{way}`, and has no `phone`: there is no number to send to",
                    person.key
                ),
                format!("add phone: \"+31 6 …\", or take `{way}` out of `reach`"),
            );
        }
    }
}
