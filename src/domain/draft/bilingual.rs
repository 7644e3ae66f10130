//! Puts the Dutch and the English of a text in one, where a channel takes both at
//! once: an NL-Alert.

use super::{Adapted, RenderProblem, Rendered, Setting, closest, render};
use crate::domain::organisation::Organisation;
use crate::domain::playbook::{Message, StatementTemplate};
use crate::domain::review::rules::nl_alert::{BETWEEN, KIND};

/// Whether a channel takes all languages in one text.
pub(super) fn takes_both(organisation: &Organisation, channel: &str) -> bool {
    let known = organisation.channel(channel);
    known.is_some_and(|known| known.kind == KIND)
}

/// The same as `render`; for an NL-Alert with the English behind the Dutch, when
/// there is a template for it and the template itself has not done so.
pub fn render_whole(
    template: &StatementTemplate,
    templates: &[StatementTemplate],
    message: &Message,
    (channel, language): (&str, &str),
    setting: &Setting<'_>,
) -> Result<Rendered, RenderProblem> {
    let mut whole = render(template, message, channel, language, setting)?;
    let organisation = setting.organisation;
    let is_done = language != "nl" || whole.text.contains(BETWEEN);
    if is_done || !takes_both(organisation, channel) {
        return Ok(whole);
    }
    let name = &message.template;
    let Some(english) = closest(templates, name, "en", channel, organisation) else {
        return Ok(whole);
    };
    let english = render(english, message, channel, "en", setting)?;
    whole.text = format!("{}\n{BETWEEN}\n{}", whole.text, english.text);
    for (all, more) in [
        (&mut whole.gaps, english.gaps),
        (&mut whole.used, english.used),
    ] {
        for name in more {
            if !all.contains(&name) {
                all.push(name);
            }
        }
    }
    whole.adapted = match (whole.adapted, english.adapted) {
        (Some(dutch), Some(english)) => Some(Adapted {
            is_cut: dutch.is_cut || english.is_cut,
            is_respelt: dutch.is_respelt || english.is_respelt,
            ..dutch
        }),
        (dutch, english) => dutch.or(english),
    };
    Ok(whole)
}
