//! How we speak about our part in it: deny, make small, make good, praise
//! ourselves. Advice after situational crisis communication theory, never more
//! than that (`domain.md` 1.2).

use crate::domain::review::lexicon::{Place, strategy as lists};
use crate::domain::review::{About, Both, Hit, Page, Rule, Severity, sense};
use crate::domain::strategy::Advice;

pub(super) const RULES: &[Rule] = &[
    Rule {
        id: "strategy-mixed",
        severity: Severity::Warn,
        title: (
            "Tegenspreken en goedmaken door elkaar",
            "Denying and making good at once",
        ),
        why: (
            "Wie iets tegenspreekt en er ook excuses voor maakt, wordt in geen van beide geloofd.",
            "Who denies something and also apologises for it is believed in neither.",
        ),
        look: mixed,
    },
    Rule {
        id: "strategy-not-advised",
        severity: Severity::Note,
        title: (
            "Anders dan het draaiboek adviseert",
            "Not what the playbook advises",
        ),
        why: (
            "Hoe meer mensen ons verantwoordelijk houden, hoe meer goedmaken helpt en tegenspreken schaadt.",
            "The more people hold us responsible, the more making good helps and denying harms.",
        ),
        look: not_advised,
    },
    Rule {
        id: "strategy-bolster-first",
        severity: Severity::Note,
        title: (
            "Beginnen met onszelf prijzen",
            "Beginning with praise of ourselves",
        ),
        why: (
            "Lof voor onszelf mag een aanvulling zijn, nooit de eerste zin.",
            "Praise of ourselves may be an addition, never the first sentence.",
        ),
        look: bolster_first,
    },
    Rule {
        id: "strategy-diminish-harm",
        severity: Severity::Warn,
        title: (
            "Klein maken tegenover wie schade heeft",
            "Making it small to those harmed",
        ),
        why: (
            "Voor wie het overkwam, is het nooit klein.",
            "To the one it happened to, it is never small.",
        ),
        look: diminish_harm,
    },
];

fn denials(page: &Page<'_>) -> Vec<Place> {
    sense::unquoted(page, &lists::DENY)
        .into_iter()
        .filter(|place| !is_correcting(page, place))
        .collect()
}

/// What we said ourselves is corrected, not denied.
fn is_correcting(page: &Page<'_>, place: &Place) -> bool {
    super::contradiction::corrects(page, place.sentence)
}

/// An apology for delay or trouble goes with a denial of a rumour; one for what
/// is denied does not. `sorry` alone is feeling, not making good.
fn amends(page: &Page<'_>) -> Vec<Place> {
    sense::unquoted(page, &lists::REBUILD)
        .into_iter()
        .filter(|place| !sense::is_negated(page, place, 2, 0))
        .collect()
}

fn diminishing(page: &Page<'_>) -> Vec<Place> {
    sense::unquoted(page, &lists::DIMINISH)
        .into_iter()
        .filter(|place| !sense::is_negated(page, place, 3, 0))
        .collect()
}

fn mixed(page: &Page<'_>) -> Vec<Hit> {
    let mut denies = denials(page);
    let mut other = amends(page);
    other.extend(diminishing(page));
    let mut denied_before = false;
    let mut other_before = false;
    for earlier in &page.about.earlier {
        if Some(earlier.language.as_str()) != page.about.language.map(|language| language.tag()) {
            continue;
        }
        let about = About::new(page.about.language, page.about.now, page.about.zone);
        let before = Page::new(&earlier.text, &about);
        denied_before |= !denials(&before).is_empty();
        other_before |= !amends(&before).is_empty() || !diminishing(&before).is_empty();
    }
    let is_mixed_here = !denies.is_empty() && !other.is_empty();
    let place = if is_mixed_here {
        denies.pop()
    } else if denied_before {
        other.pop()
    } else if other_before {
        denies.pop()
    } else {
        None
    };
    place
        .map(|place| Hit {
            span: place.span,
            message: Both::new(
                "Wij spreken het tegen, en maken het ook goed of kleiner.",
                "We deny it, and also make it good or smaller.",
            ),
            advice: Both::new(
                "Kies: klopt het niet, laat dan zien waarom. Klopt het wel, maak het dan goed.",
                "Choose: if it is not true, show why. If it is, make it good.",
            ),
            severity: None,
        })
        .into_iter()
        .collect()
}

fn not_advised(page: &Page<'_>) -> Vec<Hit> {
    let Some(advice) = page.about.strategy else {
        return Vec::new();
    };
    let against = match advice {
        Advice::Deny => first(amends(page), diminishing(page)),
        Advice::Inform | Advice::Diminish => first(denials(page), Vec::new()),
        Advice::Rebuild => first(denials(page), diminishing(page)),
    };
    against
        .map(|place| {
            let sentence = advice.sentence();
            let say = |tag: &str| {
                sentence
                    .get(tag, crate::domain::text::Language::En)
                    .to_owned()
            };
            Hit {
                span: place.span,
                message: Both::new(
                    "Dit past niet bij wat het draaiboek adviseert.",
                    "This does not fit what the playbook advises.",
                ),
                advice: Both::new(say("nl"), say("en")),
                severity: None,
            }
        })
        .into_iter()
        .collect()
}

fn first(one: Vec<Place>, other: Vec<Place>) -> Option<Place> {
    let all = one.into_iter().chain(other);
    all.min_by_key(|place| place.span.start)
}

fn bolster_first(page: &Page<'_>) -> Vec<Hit> {
    let is_first = |place: &Place| place.sentence == 0;
    let places = sense::unquoted(page, &lists::BOLSTER)
        .into_iter()
        .filter(is_first);
    let praise = places.take(1).map(|place| Hit {
        span: place.span,
        message: Both::new(
            "De eerste zin prijst onszelf.",
            "The first sentence praises ourselves.",
        ),
        advice: Both::new(
            "Begin bij de mensen om wie het gaat; zet dit later, of laat het weg.",
            "Begin with the people concerned; put this later, or leave it out.",
        ),
        severity: None,
    });
    praise.collect()
}

fn diminish_harm(page: &Page<'_>) -> Vec<Hit> {
    let talks_to = matches!(page.about.message_kind.as_deref(), Some("letter" | "reply"));
    let is_harmed = lists::HARMED.is_in(page);
    if !is_harmed {
        return Vec::new();
    }
    let harmed = lists::HARMED.by_sentence(page);
    let near = |place: &Place| {
        let at = place.sentence;
        let before = at.checked_sub(1).is_some_and(|before| harmed[before]);
        harmed[at] || before || talks_to
    };
    diminishing(page)
        .into_iter()
        .filter(near)
        .map(|place| Hit {
            span: place.span,
            message: Both::new(
                "Dit maakt het klein voor wie schade heeft.",
                "This makes it small for those who were harmed.",
            ),
            advice: Both::new(
                "Zeg wat er is gebeurd zonder het te wegen; noem een aantal in plaats van “klein”.",
                "Say what happened without weighing it; name a number instead of “small”.",
            ),
            severity: None,
        })
        .collect()
}
