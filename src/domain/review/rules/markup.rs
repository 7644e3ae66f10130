//! What is left in a text that no reader should see: gaps, remains of templates
//! and pages, and letters that cannot be seen or turn the writing around.

use super::pattern::Pattern;
use crate::domain::review::{Both, Hit, Page, Rule, Severity};

pub(super) const RULES: &[Rule] = &[
    Rule {
        id: "gap",
        severity: Severity::Block,
        title: ("Alles is ingevuld", "Everything is filled in"),
        why: (
            "Een tekst met een gat erin maakt duidelijk dat niemand hem las.",
            "A text with a gap in it shows that nobody read it.",
        ),
        look: gaps,
    },
    Rule {
        id: "template-remains",
        severity: Severity::Block,
        title: ("Geen resten van een sjabloon", "No remains of a template"),
        why: (
            "Wat tussen accolades staat, had een naam of een tijd moeten worden.",
            "What stands in braces should have become a name or a time.",
        ),
        look: templates,
    },
    Rule {
        id: "html",
        severity: Severity::Block,
        title: ("Geen opmaakcodes", "No codes for layout"),
        why: (
            "Onze teksten zijn gewone tekst: codes staan er als tekens in, of doen op een pagina iets wat niemand bedoelde.",
            "Our texts are plain: codes show as characters, or do what nobody meant on a page.",
        ),
        look: html,
    },
    Rule {
        id: "control-characters",
        severity: Severity::Block,
        title: ("Geen besturingstekens", "No control characters"),
        why: (
            "Ze kunnen een scherm, een mail of een spreadsheet iets laten doen, of een tekst anders tonen dan hij is.",
            "They can make a screen, a mail or a spreadsheet act, or show a text as it is not.",
        ),
        look: controls,
    },
    Rule {
        id: "invisible-letters",
        severity: Severity::Warn,
        title: ("Geen onzichtbare letters", "No invisible letters"),
        why: (
            "Ze komen mee bij het plakken, breken woorden voor een schermlezer en maken een sms duur.",
            "They come along when pasting, break words for a screen reader and make an SMS expensive.",
        ),
        look: invisible,
    },
];

fn hits(
    page: &Page<'_>,
    pattern: &Pattern,
    message: (&str, &str),
    advice: (&str, &str),
) -> Vec<Hit> {
    let hit = |span| Hit {
        span,
        message: Both::new(message.0, message.1),
        advice: Both::new(advice.0, advice.1),
        severity: None,
    };
    pattern.all(page.text).map(hit).collect()
}

fn gaps(page: &Page<'_>) -> Vec<Hit> {
    static GAPS: Pattern = Pattern::new(
        r"(?i)[\[«](?:nog invullen|to fill in|invullen|fill in|in te vullen|(?:voor|achter)?naam|name|datum|date|tijd|tijdstip|time|telefoonnummer|telefoon|phone(?: number)?|afdeling|ward|onderwerp|topic|subject|link|url|website|plaats|place|aantal|number|nummer|organisatie|organisation|ziekenhuis|hospital|xx+|\.{2,}|…|\?{1,})(?:[ :][^\]»\n]{0,200})?[\]»]|\[\[[^\]\n]{1,80}\]\]|\b(?:klik(?: of tik)? (?:hier )?om tekst in te voeren|click(?: or tap)?(?: here)? to enter text|lorem ipsum|(?:opmerking|commented|comment) \[[^\]\n]{1,20}\])|\b(?:(?-i:TODO|TBD|FIXME|XXX+)|n\.t\.b\.|pm invullen)\b|\bxx[:.]xx\b|_{2,}[.:]_{2,}|_{3,}|…{2,}|\.{6,}|\b(?:beste|geachte|dear|hallo|hoi|hi|hello|dag) (?-i:(?:VOOR|ACHTER)?NAAM|(?:FIRST |LAST )?NAME|X{1,3}|N\.?N\.?)\b|\b(?-i:(?:[Oo]m|[Rr]ond|[Oo]p|[Aa]t|[Bb]y) (?:DATUM|TIJD|TIJDSTIP|DATE|TIME|UUR))\b|\b(?:om|rond|voor|uiterlijk|vanaf|tot|at|by|around|before|until) (?:…|\.{2,6})\s?(?:uur|u\b|h\b|pm|am|hrs|o'clock)|<(?:naam|name|datum|date|tijd|time|invullen|telefoon|phone|link)>",
    );
    let mut found = hits(
        page,
        &GAPS,
        (
            "Hier moet nog iets worden ingevuld.",
            "Something is still to be filled in here.",
        ),
        (
            "Vul het in, of schrijf dat u het nog niet weet.",
            "Fill it in, or write that you do not know yet.",
        ),
    );
    for hit in &mut found {
        // A line to write on is meant so, as on a slip to send back.
        if page.text[hit.span.clone()].starts_with('_') {
            hit.severity = Some(Severity::Warn);
        }
    }
    found
}

fn templates(page: &Page<'_>) -> Vec<Hit> {
    // Few texts have one of these, and the pattern is large.
    if !page.text.contains(['{', '}', '%']) && !page.text.contains("((") {
        return Vec::new();
    }
    static REMAINS: Pattern = Pattern::new(
        r"\{\{[^}\n]{0,200}\}?\}?|\}\}|\$\{[^}\n]{0,200}\}|\{%[^\n]{0,200}?%\}|<%[^\n]{0,200}?%>|%[A-Z_]{3,}%|%[a-z_]{3,}%|\(\((?:facts|contacts|roles)\.[^)\n]{1,80}\)\)",
    );
    hits(
        page,
        &REMAINS,
        (
            "Hier staat een rest van een sjabloon.",
            "This is what is left of a template.",
        ),
        (
            "Vervang het door de tekst zelf.",
            "Put the text itself in its place.",
        ),
    )
}

fn html(page: &Page<'_>) -> Vec<Hit> {
    let is_script = || page.text.to_lowercase().contains("javascript:");
    if !page.text.contains(['<', '&', '*', '[']) && !is_script() {
        return Vec::new();
    }
    static TAGS: Pattern = Pattern::new(
        r#"(?i)</?(?:a|abbr|b|blockquote|body|br|button|center|code|div|em|embed|font|form|h[1-6]|head|hr|html|i|iframe|img|input|li|link|meta|object|ol|p|pre|script|small|span|strong|style|sub|sup|svg|table|tbody|td|th|tr|u|ul|video)(?:\s[^<>]*)?/?>|<!--|&(?:nbsp|amp|lt|gt|quot|apos|euml|eacute|rsquo|lsquo|ndash|mdash|hellip|#\d{2,5}|#x[0-9a-f]{2,5});|\bjavascript:|\*\*[^*\s][^*\n]{0,300}\*\*|\[[^\]\n]{1,200}\]\(https?://[^)\s]+\)"#,
    );
    hits(
        page,
        &TAGS,
        ("Hier staat een opmaakcode.", "This is a code for layout."),
        (
            "Haal de code weg; schrijf gewone tekst.",
            "Take the code out; write plain text.",
        ),
    )
}

fn controls(page: &Page<'_>) -> Vec<Hit> {
    // Direction marks that only say which way a word runs belong to Arabic and
    // Hebrew; those that turn what follows around can make a text lie.
    let turns = |letter: char| {
        matches!(letter, '\u{202d}' | '\u{202e}')
            || (page.about.language.is_some()
                && matches!(letter, '\u{202a}'..='\u{202c}' | '\u{2066}'..='\u{2069}'))
    };
    let is_bad = |letter: char| {
        let is_line = matches!(letter, '\n' | '\t') || letter == '\r';
        (letter.is_control() && !is_line)
            || turns(letter)
            || matches!(
                letter,
                '\u{fffe}' | '\u{ffff}' | '\u{2028}' | '\u{2029}' | '\u{fff9}'..='\u{fffb}'
            )
    };
    runs(
        page,
        is_bad,
        (
            "Hier staat een teken dat niet te zien is en de tekst kan veranderen.",
            "This is a character that cannot be seen and can change the text.",
        ),
        (
            "Haal het weg: typ dit stuk opnieuw.",
            "Take it out: type this part again.",
        ),
    )
}

fn invisible(page: &Page<'_>) -> Vec<Hit> {
    let is_latin = page.about.language.is_some();
    let is_bad = |letter: char| match letter {
        '\u{ad}'
        | '\u{200b}'
        | '\u{2060}'..='\u{2064}'
        | '\u{feff}'
        | '\u{180e}'
        | '\u{115f}'
        | '\u{1160}'
        | '\u{3164}'
        | '\u{ffa0}'
        | '\u{e000}'..='\u{f8ff}'
        | '\u{fffd}' => true,
        '\u{200c}' | '\u{200e}' | '\u{200f}' | '\u{61c}' => is_latin,
        _ => false,
    };
    let mut found = runs(
        page,
        is_bad,
        (
            "Hier staat een onzichtbare letter.",
            "This is an invisible letter.",
        ),
        (
            "Haal hem weg: typ dit woord opnieuw.",
            "Take it out: type this word again.",
        ),
    );
    // A joiner makes a family of four emoji; between letters it hides.
    let joiners = page.text.match_indices('\u{200d}').filter(|(at, joiner)| {
        let before = page.text[..*at].chars().next_back();
        let after = page.text[at + joiner.len()..].chars().next();
        let is_plain = |letter: Option<char>| letter.is_none_or(|letter| letter.is_ascii());
        is_latin && (is_plain(before) || is_plain(after))
    });
    found.extend(joiners.map(|(at, joiner)| Hit {
        span: at..at + joiner.len(),
        message: Both::new(
            "Hier staat een onzichtbare letter.",
            "This is an invisible letter.",
        ),
        advice: Both::new(
            "Haal hem weg: typ dit woord opnieuw.",
            "Take it out: type this word again.",
        ),
        severity: None,
    }));
    found
}

/// Letters of a kind, side by side in one remark.
fn runs(
    page: &Page<'_>,
    is_bad: impl Fn(char) -> bool,
    message: (&str, &str),
    advice: (&str, &str),
) -> Vec<Hit> {
    let mut found: Vec<Hit> = Vec::new();
    for (at, letter) in page
        .text
        .char_indices()
        .filter(|(_, letter)| is_bad(*letter))
    {
        let end = at + letter.len_utf8();
        match found.last_mut() {
            Some(last) if last.span.end == at => last.span.end = end,
            _ => found.push(Hit {
                span: at..end,
                message: Both::new(message.0, message.1),
                advice: Both::new(advice.0, advice.1),
                severity: None,
            }),
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::review::rules::tests::about;
    use crate::domain::text::Language;

    #[track_caller]
    fn check(text: &str, expected: &[(&str, &str)]) {
        let about = about(Language::Nl, "web");
        let page = Page::new(text, &about);
        let mut found = Vec::new();
        for rule in RULES {
            for hit in (rule.look)(&page) {
                found.push((rule.id, &text[hit.span]));
            }
        }
        assert_eq!(found, expected, "{text:?}");
    }

    #[test]
    fn finds_what_was_left_open() {
        check(
            "Om [nog invullen: hoe laat het volgende bericht komt] meer.",
            &[("gap", "[nog invullen: hoe laat het volgende bericht komt]")],
        );
        check(
            "At [to fill in: when] we tell you more.",
            &[("gap", "[to fill in: when]")],
        );
        check(
            "Beste [naam], bel xx:xx of ____.",
            &[("gap", "[naam]"), ("gap", "xx:xx"), ("gap", "____")],
        );
        check(
            "TODO: bellen. Aantal: XXX.",
            &[("gap", "TODO"), ("gap", "XXX")],
        );
        check("[UPDATE 14.30 uur] Wij weten meer. [1] Zie de bron.", &[]);
        check("Maat XXL, todo-lijst, 3 < 5 en 6 > 2.", &[]);
    }

    #[test]
    fn finds_what_a_template_or_a_page_left() {
        check("Beste {{naam}}, dag.", &[("template-remains", "{{naam}}")]);
        check(
            "Om {{#if x}} en ${tijd} en %NAAM%",
            &[
                ("template-remains", "{{#if x}}"),
                ("template-remains", "${tijd}"),
                ("template-remains", "%NAAM%"),
            ],
        );
        check(
            "Let <b>op</b>&nbsp;nu",
            &[("html", "<b>"), ("html", "</b>"), ("html", "&nbsp;")],
        );
        check(
            "<script src=x>alert(1)</script>",
            &[("html", "<script src=x>"), ("html", "</script>")],
        );
        check("Ik <3 u & wij 100% zeker {soms}", &[]);
    }

    #[test]
    fn finds_what_cannot_be_seen() {
        check(
            "rood\u{1b}[31m\u{7}",
            &[
                ("control-characters", "\u{1b}"),
                ("control-characters", "\u{7}"),
            ],
        );
        check("goed\u{202e}tuof", &[("control-characters", "\u{202e}")]);
        check(
            "zie\u{200b}ken\u{ad}huis",
            &[
                ("invisible-letters", "\u{200b}"),
                ("invisible-letters", "\u{ad}"),
            ],
        );
        check("a\u{200d}b", &[("invisible-letters", "\u{200d}")]);
        check("Tab\there\r\nen 👨‍👩‍👧‍👦 ❤️ 🏳️‍🌈", &[]);
    }

    #[test]
    fn other_writing_keeps_its_marks() {
        let mut about = about(Language::Nl, "web");
        about.language = None;
        let page = Page::new("\u{2067}مرحبا\u{2069} می\u{200c}خواهم \u{202e}x", &about);
        assert_eq!(controls(&page).len(), 1);
        assert_eq!(invisible(&page), []);
    }
}
