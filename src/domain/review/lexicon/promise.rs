//! How texts say that more will be told, that it will be soon, and that it was
//! told before.

use std::sync::LazyLock;

use super::Words;

/// Sentences that say that more will be told.
pub static TELLS: LazyLock<Words> = LazyLock::new(|| {
    Words::new(
        &[
            "leest|lees|lezen|hoort|hoor|horen|ziet ~7 meer|nieuws|bericht|update|weer|verder|laatste|stand|cijfers|uitslag|wat|of|van|nieuwe",
            "vindt|vind|vinden|krijgt|krijg ~7 meer|nieuws|bericht|update|stand|cijfers|uitslag",
            "meer|nieuws|bericht|update ~7 lezen|leest|lees|horen|hoort|hoor|vinden|vindt|volgt|komt|staat",
            "leest|lees|hoort|hoor|vindt|vind|ziet|verneemt u|je|jullie",
            "u|je|jullie leest|hoort|vindt|ziet|verneemt",
            "verwachten|verwacht ~6 meer|nieuws|uitslag|uitslagen|duidelijkheid|antwoord|informatie|update",
            "laat|laten ~8 weten|horen",
            "weten of|wanneer|wat|hoe",
            "vertel|vertelt|vertellen|vertelden|informeren|informeer|bijpraten|berichten|melden|meldt|meld|bekendmaken|toelichten",
            "praten|praat ~4 bij",
            "op de hoogte",
            "volgt|volgen|komt|komen|staat|verschijnt|geven|geeft|plaatsen|plaatst|zetten|zet|publiceren|delen|sturen|hangt|krijgt|krijgen ~7 update|bericht|berichten|nieuws|informatie|meer|stand|cijfers|verslag|antwoord|antwoorden",
            "update|updates|bericht|berichten|nieuws|stand|uitslag ~3 volgt|volgen|komt|komen|verschijnt|hangt|staat",
            "staat|leest|lees|hoort|hoor|ziet|vertellen ~9 wanneer|of|hoe|wat|alles",
            "raad|college|bestuur ~3 besluit|beslist|praat|vergadert|bespreekt",
            "volgende|volgend|nieuwe|nieuw|eerstvolgende|laatste update|bericht|nieuws|informatie|persmoment|stand|updates|cijfers",
            "meer om|informatie|nieuws|op|via|in|hier|op",
            "om|rond|uiterlijk|voor ~7 meer|nieuws|update|bericht",
            "meer ~6 om|rond",
            "persconferentie|persmoment|bewonersavond|bewonersbijeenkomst|informatiebijeenkomst|bijeenkomst",
            "pagina|site|liveblog|website|bericht ~4 bij|bijgewerkt|ververst|vernieuwd|aangevuld",
            "werken|vernieuwen|verversen|vullen|werkt ~5 bij|pagina|aan|bericht",
            "melden|meldt ~2 ons|zich ~1 weer",
            "komen|komt|kom ~6 terug",
            "bellen|belt|bel wij|we ~6 families|iedereen|u|alle",
            "mail|mailen|mailt|appen|schrijven|schrijf ~2 u|je|jullie|alle|iedereen",
            "update ~1 om",
            "kijken|kijkt ~4 melden|opnieuw",
            "ontvangt|ontvang|ontvangen ~5 informatie|nieuws|bericht|berichten|update|updates|meer|antwoord",
            "delen|deel|deelt|publiceren|publiceert|presenteren|presenteert|geven|geeft|plaatsen|plaatst|sturen|stuurt|tonen|bespreken|brengen ~6 uitkomst|uitkomsten|rapport|resultaat|resultaten|conclusie|conclusies|bevindingen|uitslag|uitslagen|besluit|onderzoek|overzicht|planning|verklaring|toelichting|reactie|cijfers",
            "uitkomst|uitkomsten|rapport|resultaat|resultaten|conclusie|conclusies|bevindingen|uitslag|uitslagen|besluit|verklaring ~6 delen|gedeeld|publiceren|gepubliceerd|presenteren|gepresenteerd|bekend|verschijnt|volgt|volgen|komt|komen",
            "maken|maakt|maak ~7 bekend",
            "komen|komt|kom ~4 met ~2 verklaring|bericht|reactie|nieuws|antwoord|antwoorden|uitkomst|toelichting",
            "leggen|leg|legt wij|we ~5 uit",
        ],
        &[
            "read|hear|find|see|get|know ~7 more|news|update|again|further|latest|results|here|from",
            "more|news|update|updates|information|message|results ~7 follow|follows|comes|come|read|at|on|by|before|around|within|in|here|will|every|tonight|today|tomorrow",
            "read|hear|find|see|tell|publish ~9 what|how|whether|when|all",
            "next ~1 update|message|news|statement|information|bulletin|post",
            "let ~6 know",
            "tell|inform|update|brief|report ~4 you|again|page|more|everyone|residents|families|on",
            "keep ~4 informed|updated|posted",
            "you ~2 read|hear|find|see",
            "in touch|contact",
            "refresh|refreshes|renew|renews ~3 page|site|message|post|list|website|it",
            "publish|share|release|present|post|give|announce|issue ~6 findings|report|outcome|outcomes|conclusion|conclusions|result|answers|figures|decision|review",
            "findings|report|outcome|conclusions|decision ~5 published|shared|released|presented|announced",
            "will|is|be ~2 updated|refreshed",
            "expect ~5 news|know|results|update|more|information",
            "post|publish|share|give|issue|provide|send|announce ~6 more|news|update|results|again|information|statement|next|what|all",
            "update|updates ~3 page|site|message|every",
            "we|i|we'll|i'll ~3 back ~4 at|by|with|in|within",
            "get|come|gets|comes back ~1 you",
            "come|look|check ~1 back|here|again",
            "post|share|publish ~3 latest",
            "write|speak|report ~4 again",
            "press conference|briefing",
        ],
    )
});

/// Promises that promise no time.
pub static VAGUE: LazyLock<Words> = LazyLock::new(|| {
    Words::new(
        &[
            "zo|zo spoedig|snel|gauw|vlug mogelijk",
            "binnenkort|spoedig|binnen afzienbare",
            "zodra|wanneer|als ~4 meer ~3 bekend|weten|is|nieuws|duidelijk|duidelijkheid",
            "zodra ~4 nieuws|kan|kunnen|mogelijk|kunnen",
            "te zijner tijd|gelegener",
            "later ~1 meer|informatie|bericht",
            "op korte termijn",
            "in de loop van",
            "te zijner",
            "de komende tijd",
            "straks|dadelijk",
        ],
        &[
            "as soon|quickly as",
            "in due course",
            "shortly|soon",
            "when ~3 more ~3 information|known|know|news|available",
            "once ~4 know|known|more|have",
            "at a later",
            "in the near|coming future|days",
            "further ~2 will follow",
            "stay tuned",
        ],
    )
});

/// The words in such a sentence at which something is told: the moment beside
/// them is the promise, and not the one at which a door opens.
pub static AT_WHICH: LazyLock<Words> = LazyLock::new(|| {
    Words::new(
        &[
            "leest|lees|lezen|hoort|hoor|horen|verneemt|vertellen|vertel|vertelt|informeren|informeer|informeert|bijpraten|praten|melden|meldt|berichten|weten|bekend|publiceren|publiceert|delen|deelt|ontvangt|update|updates|bericht|nieuws|verversen|vernieuwen|ververst|bijgewerkt|persconferentie|persmoment",
        ],
        &[
            "read|hear|tell|inform|update|updates|updated|news|brief|report|know|publish|share|post|announce|refresh|message|bulletin|briefing",
        ],
    )
});

/// That no message follows on this one.
pub static LAST: LazyLock<Words> = LazyLock::new(|| {
    Words::new(
        &[
            "dit|dat is|was ~3 laatste update|bericht|nieuwsbericht|liveblog|mededeling|statusupdate",
            "hiermee|hierbij sluiten|sluit|eindigen|eindigt|stoppen|stopt",
            "met dit|deze ~1 bericht|update sluiten|ronden|stoppen|eindigen",
            "geen ~2 updates|berichten|update|bericht ~1 meer|over",
            "sluiten|sluit|ronden|stoppen ~4 berichtgeving|liveblog|updates",
        ],
        &[
            "this is|was ~3 last|final update|message|bulletin|post|statement",
            "no more|further updates|messages|posts|bulletins",
            "close|closing|end|ending|conclude|concludes ~3 blog|updates|coverage",
        ],
    )
});

/// Sentences about what was said before, and stamps of this very message.
pub static TOLD: LazyLock<Words> = LazyLock::new(|| {
    Words::new(
        &[
            "lieten|meldden|schreven|vertelden|beloofden|beloofd|eerder|was|waren|gaven",
            "zagen|kregen|kreeg|stuurden|stuurde|gebeurde|ging|gingen|ontdekten|ontdekte|bleek|ontstond|begon|viel|werd|werden|had|hadden|kwam|kwamen|konden|kon",
            "heb|hebben|heeft|is|zijn ~9 geinformeerd|gestuurd|gemeld|verteld|gepubliceerd|geplaatst|ontvangen|gekregen|gebeurd|geweest|bijgewerkt",
            "laatst|laatste bijgewerkt|wijziging|update",
            "stand van zaken",
        ],
        &[
            "told|wrote|reported|promised|earlier|was|were|said|published|posted|sent|received|saw|discovered|happened|began|started|broke|had",
            "last updated|update|changed",
            "as of",
        ],
    )
});
