//! What is the same in every binder: the cover, what to do when the program or the
//! network is down, a sheet to log on, and what to ask afterwards.

use super::Binder;
use super::page::Page;
use crate::domain::markup::escaped;
use crate::domain::plainly::{Plainly, one_line};
use crate::domain::text::Language;

/// Lines on the sheets to log on: both sides of one A4.
const LOG_LINES: usize = 56;

impl Binder<'_> {
    pub(super) fn cover(&self, page: &mut Page) {
        page.text(
            "h1",
            self.pick("Noodmap crisiscommunicatie", "Crisis communication binder"),
        );
        page.text("p.lead", &self.name());
        let made = format!(
            "{} {}.",
            self.pick("Gemaakt op", "Made on"),
            self.words.full(self.now)
        );
        let until = format!(
            "{} {}. {}",
            self.pick("Niet geldig na", "Not valid after"),
            self.words.full(self.valid_until),
            self.pick(
                "Wie dienst heeft, klopt daarna niet meer. Druk dan een nieuwe map af.",
                "Who is on duty may be wrong after that. Print a new binder then."
            )
        );
        page.raw("<div class=\"box\">");
        page.text("p", &made);
        page.text("p.valid", &until);
        page.text(
            "p",
            match (self.has_numbers, self.words.language) {
                (true, Language::Nl) => {
                    "Hier staan telefoonnummers in van collega’s. Bewaar deze map waar alleen het crisisteam erbij kan. Stuur niets door."
                }
                (true, Language::En) => {
                    "This holds phone numbers of colleagues. Keep it where only the crisis team can take it, and do not send it on."
                }
                (false, Language::Nl) => {
                    "In deze uitgave staan geen nummers van collega’s. De map met nummers ligt bij:"
                }
                (false, Language::En) => {
                    "This edition holds no numbers of colleagues. The binder with numbers lies at:"
                }
            },
        );
        page.raw(&format!(
            "<p>{}: <span class=\"write\"></span> {}: <span class=\"write\"></span></p>",
            escaped(self.pick("Plek van deze map", "Place of this binder")),
            escaped(self.pick("Beheerder", "Kept by"))
        ));
        page.raw("</div>");
        page.text("h3", self.pick("Wat erin staat", "What is in it"));
        page.raw("<nav><ul>");
        let mut link = |id: &str, text: &str| {
            page.raw(&format!("<li><a href=\"#{id}\">{}</a></li>", escaped(text)));
        };
        link(
            "down",
            self.pick(
                "Als draaiboek of het netwerk uitligt",
                "When draaiboek or the network is down",
            ),
        );
        link("phone-tree", self.pick("Belboom", "Phone tree"));
        for playbook in &self.playbooks {
            link(&anchor(&playbook.name), &self.text(&playbook.title));
        }
        link("log", self.pick("Logblad", "Log sheet"));
        link("afterwards", self.pick("Evalueren", "Looking back"));
        page.raw("</ul></nav>");
        let version = format!(
            "{} {}. {}",
            self.pick("Versie", "Version"),
            self.version,
            self.pick(
                "De versie verandert als er iets verandert in de organisatie, een draaiboek of een tekst.",
                "The version changes when anything changes in the organisation, a playbook or a text."
            )
        );
        page.text("p.small", &version);
    }

    pub(super) fn when_down(&self, page: &mut Page) {
        page.raw("<h2 id=\"down\">");
        page.raw(&escaped(self.pick(
            "Als draaiboek of het netwerk uitligt",
            "When draaiboek or the network is down",
        )));
        page.raw("</h2>");
        page.text(
            "p.lead",
            self.pick(
                "Wacht niet tot het weer werkt. Met deze map, een telefoon en een pen kun je beginnen.",
                "Do not wait until it works again. With this binder, a phone and a pen you can begin.",
            ),
        );
        let steps: Vec<String> = match self.words.language {
            Language::Nl => NL_STEPS.map(str::to_owned).to_vec(),
            Language::En => EN_STEPS.map(str::to_owned).to_vec(),
        };
        page.list("ol", &steps);
        self.listen(page);
        let operators: Vec<String> = self
            .organisation
            .operators
            .iter()
            .filter_map(|key| self.organisation.role(key))
            .map(|role| self.text(&role.title))
            .collect();
        page.text("h3", self.pick("Weer in de lucht", "Up again"));
        let who = match operators.is_empty() {
            true => self
                .pick("wie de server beheert", "who runs the server")
                .to_owned(),
            false => self.words.list(&operators),
        };
        let said = match self.words.language {
            Language::Nl => format!(
                "Bel {who} (zie de belboom). Die kijkt met “draaiboek doctor” wat er mis is; docs/operations.md beschrijft hoe een tweede server binnen tien minuten draait. Werkt alles weer, neem dan het logblad over met “draaiboek note”, de feiten met “draaiboek fact set”, en leg vast wat wij plaatsten met “draaiboek draft publish”."
            ),
            Language::En => format!(
                "Call {who} (see the phone tree). They look with “draaiboek doctor” at what is wrong; docs/operations.md describes how a second server runs within ten minutes. When all works again, copy the log sheet with “draaiboek note”, the facts with “draaiboek fact set”, and record what we posted with “draaiboek draft publish”."
            ),
        };
        page.text("p", &said);
    }

    /// Where and for what people look themselves while the program does not.
    fn listen(&self, page: &mut Page) {
        if self.organisation.watches.is_empty() {
            return;
        }
        page.text("h3", self.pick("Zelf luisteren", "Listening yourself"));
        page.text(
            "p",
            self.pick(
                "Eén persoon zoekt elk kwartier met de hand, op een telefoon met mobiel internet, en schrijft op: hoeveel, waar, wat mensen vragen. Zoek op:",
                "One person searches by hand every quarter of an hour, on a phone with mobile internet, and writes down: how many, where, what people ask. Search for:",
            ),
        );
        let rows: Vec<Vec<String>> = self
            .organisation
            .watches
            .iter()
            .map(|watch| {
                vec![
                    escaped(&self.text(&watch.title)),
                    escaped(&self.spelt_out(&watch.query)),
                ]
            })
            .collect();
        let heads = [
            self.pick("Zoekopdracht", "Watch"),
            self.pick("Woorden", "Words"),
        ];
        page.table("watches", &heads, &rows);
    }

    /// A query with its building blocks in it.
    fn spelt_out(&self, query: &str) -> String {
        let mut said = one_line(query);
        for (name, text) in &self.organisation.queries {
            let (block, text) = (format!("{{{name}}}"), one_line(text));
            let spelt = format!("({text})");
            said = said.replace(&format!("({block})"), &spelt);
            said = said.replace(&block, &spelt);
        }
        said
    }

    pub(super) fn log_sheet(&self, page: &mut Page) {
        page.raw("<h2 id=\"log\">");
        page.raw(&escaped(self.pick("Logblad", "Log sheet")));
        page.raw("</h2>");
        page.text(
            "p",
            self.pick(
                "Eén persoon schrijft. Elk besluit, elk bericht dat uitging, elk telefoontje: hoe laat, wat, wie. Schrijf nooit medische gegevens op.",
                "One person writes. Every decision, every message that went out, every call: when, what, who. Never write down medical details.",
            ),
        );
        page.raw(&format!(
            "<p>{}: <span class=\"write\"></span> {}: <span class=\"write\"></span></p>",
            escaped(self.pick("Datum", "Date")),
            escaped(self.pick("Wie schrijft", "Who writes"))
        ));
        let heads = [
            self.pick("Tijd", "Time"),
            self.pick("Wat", "What"),
            self.pick("Wie", "Who"),
        ];
        let rows = vec![vec![String::new(); 3]; LOG_LINES];
        page.table("log sheet", &heads, &rows);
    }

    pub(super) fn afterwards(&self, page: &mut Page) {
        page.raw("<h2 id=\"afterwards\">");
        page.raw(&escaped(self.pick("Evalueren", "Looking back")));
        page.raw("</h2>");
        page.text(
            "p",
            self.pick(
                "Binnen twee weken, met iedereen die meedeed. Het gaat niet om wie iets fout deed, maar om wat de volgende keer beter kan.",
                "Within two weeks, with everybody who took part. We look for nobody to blame; we look for what can be better next time.",
            ),
        );
        let questions = match self.words.language {
            Language::Nl => NL_QUESTIONS,
            Language::En => EN_QUESTIONS,
        };
        page.raw("<ol>");
        for question in questions {
            page.raw(&format!(
                "<li>{}<br><span class=\"write\" style=\"width:100%\"></span></li>",
                escaped(question)
            ));
        }
        page.raw("</ol>");
        let heads = [
            self.pick("Wat gaan wij veranderen", "What we will change"),
            self.pick("Wie", "Who"),
            self.pick("Klaar op", "Done by"),
        ];
        page.table("log", &heads, &vec![vec![String::new(); 3]; 6]);
    }

    pub(super) fn plainly<'b>(
        &'b self,
        playbook: &'b crate::domain::playbook::Playbook,
    ) -> Plainly<'b> {
        Plainly::new(self.organisation, playbook, self.words.language)
    }
}

/// The place of a playbook in the page.
pub(super) fn anchor(name: &str) -> String {
    format!("playbook-{}", escaped(name))
}

const NL_STEPS: [&str; 9] = [
    "Is er levensgevaar? Bel 112. Dat gaat voor alles.",
    "Bel wie dienst heeft, van boven naar beneden in de belboom. Neemt iemand binnen vijf minuten niet op, bel dan de volgende.",
    "Kies het draaiboek dat past. Past er geen, neem dan het draaiboek dat het meest lijkt.",
    "Laat één persoon het logblad bijhouden: tijd, wat, wie.",
    "Bepaal het niveau. Twijfel je? Kies het hogere: afschalen kan altijd.",
    "Vul de eerste reactie in. Schrijf alleen op wat zeker is. Laat iemand anders meelezen en tekenen: nooit wie de tekst schreef.",
    "Plaats de reactie. Werkt ons netwerk niet, gebruik dan een telefoon met mobiel internet. Zijn de kanalen zelf uit de lucht, bel dan de pers en hang het bericht op bij de ingang.",
    "Vertel het eerst aan collega’s, dan aan buiten.",
    "Beloof een tijd voor het volgende bericht, en kom die na. Ook als er niets nieuws is.",
];

const EN_STEPS: [&str; 9] = [
    "Is a life in danger? Call 112. That goes before everything.",
    "Call who is on duty, from top to bottom of the phone tree. When somebody does not answer within five minutes, call the next.",
    "Choose the playbook that fits. When none does, take the one that is most like it.",
    "Let one person keep the log sheet: time, what, who.",
    "Decide the level. In doubt? Choose the higher one: you can always lower it.",
    "Fill in the holding statement. Write only what is certain. Let a second person read and sign it: never the one who wrote it.",
    "Post it. When our network does not work, use a phone with mobile internet. When the channels themselves are down, call the press and put the text up at the entrance.",
    "Tell colleagues first, then the outside.",
    "Promise a time for the next message, and keep it. Also when there is nothing new.",
];

const NL_QUESTIONS: [&str; 9] = [
    "Wanneer begon het, wanneer wisten wij het, en wie zag het het eerst?",
    "Hoe laat stond onze eerste reactie er? Waarop wachtte die?",
    "Wie was er niet te bereiken, en wat deden wij toen?",
    "Wat vroegen mensen, en kregen zij antwoord?",
    "Wisten collega’s het eerder van ons dan van buiten?",
    "Welke beloften deden wij, en welke kwamen wij niet na?",
    "Wat zeiden wij dat later niet klopte?",
    "Wat ging goed en houden wij zo?",
    "Wat in dit draaiboek moet anders? Wie past het aan, en wanneer oefenen wij het?",
];

const EN_QUESTIONS: [&str; 9] = [
    "When did it begin, when did we know, and who saw it first?",
    "When was our holding statement out? What held it up?",
    "Who could not be reached, and what did we do then?",
    "What did people ask, and did they get an answer?",
    "Did colleagues hear it from us before they heard it outside?",
    "Which promises did we make, and which did we not keep?",
    "What did we say that turned out to be wrong?",
    "What went well and should stay?",
    "What in this playbook must change? Who changes it, and when do we practise it?",
];
