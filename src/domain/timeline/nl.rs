//! Every event as a Dutch sentence.

use super::names::Teller;
use super::reasons::reason;
use crate::domain::answering::words;
use crate::domain::environment::blocks;
use crate::domain::house::House;
use crate::domain::run::alarm::{Move, Through, Why};
use crate::domain::run::ending::Outcome;
use crate::domain::run::event::About;
use crate::domain::run::impact::{Compared, PublicEffect};
use crate::domain::run::{Cause, Draft, Event};
use crate::domain::text::Language;
use crate::domain::time::Timestamp;

pub(super) fn sentence(event: &Event, t: &Teller) -> String {
    match event {
        Event::RunStarted {
            level,
            cause,
            offers,
            ..
        } => {
            let level = t.level(level);
            let started = match cause {
                Cause::Trigger { trigger, evidence } => {
                    let measured = t.measured(evidence);
                    format!("Inzet gestart op niveau {level} (trigger {trigger}): {measured}.")
                }
                Cause::ByHand { by, reason } => {
                    let by = t.person(by);
                    format!("Inzet gestart op niveau {level} door {by}: {reason}")
                }
            };
            match &offers[..] {
                [] => started,
                offers => format!("{started} Ook mogelijk: {}.", t.words.list(offers)),
            }
        }
        Event::TriggerFired {
            trigger, evidence, ..
        } => format!("Trigger {trigger} gaat af: {}.", t.measured(evidence)),
        Event::LevelRaised {
            from,
            to,
            because,
            by,
        } => {
            let levels = format!("van {} naar {}", t.level(from), t.level(to));
            match by {
                Some(by) => format!("{} schaalt op {levels}: {because}", t.person(by)),
                None => format!("Opgeschaald {levels}: {}.", reason(&t.words, because)),
            }
        }
        Event::LevelLowered {
            from,
            to,
            by,
            reason,
        } => {
            let (by, from, to) = (t.person(by), t.level(from), t.level(to));
            format!("{by} verlaagt het opschalingsniveau van {from} naar {to}: {reason}")
        }
        Event::PhaseOpened { phase, by, reason } => {
            let phase = t.phase(*phase);
            match (by, reason) {
                (None, _) => format!("Fase {phase} geopend."),
                (Some(by), None) => format!("{} opent de fase {phase}.", t.person(by)),
                (Some(by), Some(reason)) => {
                    format!("{} opent de fase {phase}: {reason}", t.person(by))
                }
            }
        }
        Event::TaskOpened {
            task,
            role,
            due_at,
            turn,
            case,
        } => {
            let key = t.key(task, case.as_deref());
            let (again, role) = (turned(*turn), t.role(role));
            let title = t.item(&key);
            format!("Taak voor {role}: {title}{}{again}.", due(t, &key, *due_at))
        }
        Event::MessageCalled {
            message,
            role,
            due_at,
            turn,
            case,
        } => {
            let key = t.key(message, case.as_deref());
            let (again, role) = (turned(*turn), t.role(role));
            let title = t.item(&key);
            format!(
                "Bericht aan de beurt, voor {role}: {title}{}{again}.",
                due(t, &key, *due_at)
            )
        }
        Event::TaskAdded {
            task,
            title,
            role,
            person,
            due_at,
            by,
        } => {
            let whose = person.as_ref().map_or_else(
                || t.role(role),
                |person| format!("{} ({})", t.person(person), t.role(role)),
            );
            let (by, due) = (t.person(by), due(t, task, *due_at));
            format!("{by} voegt een taak toe voor {whose}: {title}{due}.")
        }
        Event::DueChanged { item, due_at } => match due_at {
            Some(_) => format!("Nieuwe termijn: {}{}.", t.item(item), due(t, item, *due_at)),
            None => format!("Termijn van {} is weer onbekend.", t.item(item)),
        },
        Event::TaskDone { task, by } => format!("Gedaan door {}: {}.", t.person(by), t.item(task)),
        Event::Skipped { item, by, reason } => {
            format!(
                "{} slaat over: {}. Reden: {reason}",
                t.person(by),
                t.item(item)
            )
        }
        Event::TaskReopened { item, by, reason } => {
            let why = reason.as_ref();
            let why = why.map_or_else(String::new, |why| format!(" Reden: {why}"));
            format!("{} zet weer open: {}.{why}", t.person(by), t.item(item))
        }
        Event::Assigned { item, person, by } if person == by => {
            format!("{} neemt op zich: {}.", t.person(by), t.item(item))
        }
        Event::Assigned { item, person, by } => {
            let (by, person) = (t.person(by), t.person(person));
            format!("{by} draagt over aan {person}: {}.", t.item(item))
        }
        Event::Decided {
            task,
            option,
            is_default: true,
            ..
        } => {
            let (task, option) = (t.item(task), t.option(task, option));
            format!(
                "Niemand besliste op tijd over “{task}”. Vanaf nu geldt de standaardkeuze: {option}."
            )
        }
        Event::Decided {
            task,
            option,
            by,
            reason,
            is_default: false,
        } => {
            let (by, task, option) = (t.person(by), t.item(task), t.option(task, option));
            format!(
                "{by} beslist over “{task}”: {option}.{}",
                with_reason(reason.as_ref())
            )
        }
        Event::ErrandDue {
            about, items, late, ..
        } => {
            let items = t.errands(*about, items);
            let said = match about {
                About::Reminder => format!("Tijd voor een herinnering: {items}."),
                About::Overdue => format!("Te laat: {items}."),
                About::OverdueForOwner => format!("Nog steeds niet gedaan: {items}."),
                About::Stale => format!("OUD ANTWOORD, kijk het na: {items}."),
                About::Back => format!("Beloofd om van ons te laten horen: {items}."),
                About::Answered
                | About::Assigned
                | About::Promise
                | About::StandDown
                | About::Lapsed
                | About::Amplified
                | About::Overridden => {
                    format!("Tijd voor bericht over: {items}.")
                }
            };
            said + noticed(*late)
        }
        Event::QuestionAnswered {
            question,
            text,
            by,
            source,
        } => {
            let (by, question) = (t.person(by), t.question(question));
            let source = t.told(source.as_deref(), None);
            format!("{by} beantwoordt “{question}”: {}{source}", t.quoted(text))
        }
        Event::QuestionAdded {
            ask,
            role,
            source,
            by,
            ..
        } => {
            let (by, role) = (t.person(by), t.role(role));
            let source = t.told(source.as_deref(), None);
            format!(
                "{by} zet een vraag op de lijst: {}{source}, voor {role}.",
                t.quoted(ask)
            )
        }
        Event::AnswerApproved {
            question,
            by,
            valid_until,
            ..
        } => {
            let (by, question) = (t.person(by), t.question(question));
            let until = valid_until.map(|at| format!(", geldig tot {}", t.clock(at)));
            let until = until.unwrap_or_default();
            format!("Akkoord van {by} op het antwoord op “{question}”{until}.")
        }
        Event::AnswerWithdrawn {
            question,
            by,
            reason,
        } => {
            let (by, question) = (t.person(by), t.question(question));
            format!("ANTWOORD INGETROKKEN door {by}: “{question}”. Reden: {reason}")
        }
        Event::CaseDecided {
            case,
            verdict,
            proposed,
            by,
            reason,
            back_at,
            ..
        } => {
            let (by, case) = (t.person(by), t.case(case));
            let (nl, why) = (Language::Nl, with_reason(reason.as_ref()));
            let other = match verdict == proposed {
                true => String::new(),
                false => format!(" (voorstel: {})", words::verdict(*proposed, nl)),
            };
            let back = back_at.map(|at| format!(" Wij laten {} weer van ons horen.", t.moment(at)));
            let (verdict, back) = (words::verdict(*verdict, nl), back.unwrap_or_default());
            format!("{by} beslist over {case}: {verdict}{other}.{back}{why}")
        }
        Event::CaseClosed {
            case,
            told,
            by,
            reason,
        } => {
            let (by, case, why) = (t.person(by), t.case(case), with_reason(reason.as_ref()));
            let told = told.as_ref().map(|told| {
                let how = match (&told.message, &told.how) {
                    (Some(message), _) => format!("met {}", t.item(message)),
                    (None, Some(how)) => t.quoted(how),
                    (None, None) => String::new(),
                };
                let what = told
                    .what
                    .as_deref()
                    .map(|what| format!(": {}", t.quoted(what)));
                let (at, what) = (t.clock(told.at), what.unwrap_or_default());
                format!(" Uitkomst verteld om {at}, {how}{what}.")
            });
            format!("{by} sluit {case}.{}{why}", told.unwrap_or_default())
        }
        Event::CaseReopened { case, by, reason } => {
            let why = with_reason(reason.as_ref());
            format!("{} zet {} weer open.{why}", t.person(by), t.case(case))
        }
        Event::CaseOpened {
            case,
            name,
            platform,
            by,
            ..
        } => {
            let (by, platform) = (t.person(by), t.words.platform(*platform));
            format!("{by} opent casus {case}: {name} ({platform}).")
        }
        Event::Approved {
            drafts,
            role,
            by,
            reason,
            ..
        } => {
            let (by, role, drafts) = (t.person(by), t.role(role), t.drafts(drafts));
            let why = with_reason(reason.as_ref());
            format!("Akkoord van {by}, als {role}: {drafts}.{why}")
        }
        Event::ApprovalWithdrawn { drafts, by } => {
            let (by, drafts) = (t.person(by), t.drafts(drafts));
            format!("{by} trekt het akkoord in op {drafts}.")
        }
        Event::ApprovalLapsed {
            drafts, facts, by, ..
        } => {
            let because = match by {
                Some(by) => format!("{} wijzigde dit", t.person(by)),
                None => format!("dit feit is gewijzigd: {}", t.facts(facts)),
            };
            format!(
                "AKKOORD VERVALLEN: {} is niet meer hetzelfde; {because}",
                t.drafts(drafts)
            )
        }
        Event::ReviewOverridden {
            drafts,
            rules,
            by,
            reason,
            ..
        } => {
            let (by, drafts, rules) = (t.person(by), t.drafts(drafts), t.words.list(rules));
            format!(
                "BEZWAAR GEPASSEERD door {by}: {drafts} gaat door, ondanks {rules}. Reden: {reason}"
            )
        }
        Event::DraftsHeld { drafts, by, reason } => {
            let (by, drafts) = (t.person(by), t.drafts(drafts));
            format!("{by} wil wachten met {drafts}: {reason}")
        }
        Event::Agreed {
            message,
            partner,
            by,
        } => {
            let (by, message) = (t.person(by), t.item(message));
            format!("{partner} stemt in met “{message}”, meldt {by}.")
        }
        Event::Published {
            drafts,
            by,
            url,
            promise,
            reason,
            posted,
            went_out_at,
            is_preapproved,
            corrects,
            ..
        } => {
            let (by, drafts) = (t.person(by), t.drafts(drafts));
            let mut more = String::new();
            if let Some(at) = went_out_at {
                more.push_str(&format!(" Het ging {} de deur uit.", t.moment(*at)));
            }
            if *is_preapproved {
                more.push_str(
                    " Vrijgegeven door de rol alleen: het draaiboek keurde het vooraf goed.",
                );
            }
            if let Some(corrects) = corrects {
                let (message, at) = (t.item(&corrects.message), t.moment(corrects.published_at));
                let what = if corrects.is_retraction {
                    "trekt in"
                } else {
                    "zet recht"
                };
                more.push_str(&format!(" Dit {what}: “{message}”, gepubliceerd {at}."));
            }
            if posted.iter().any(|one| one.differs) {
                more.push_str(" LET OP: WAT ER STAAT IS NIET DE TEKST WAAROP AKKOORD IS GEGEVEN.");
            }
            more.push_str(&t.shown_with(posted, "Met afbeelding", "zonder alt-tekst"));
            let at = url
                .as_ref()
                .map_or_else(String::new, |url| format!(" op {url}"));
            let promise = promise.map(|at| format!(" Belooft meer {}.", t.moment(at)));
            let why = with_reason(reason.as_ref());
            format!(
                "Gepubliceerd door {by}: {drafts}{at}.{}{more}{why}",
                promise.unwrap_or_default()
            )
        }
        Event::PromiseDue {
            promised_at, late, ..
        } => {
            let at = t.clock(*promised_at);
            format!("De beloofde update van {at} komt eraan.{}", noticed(*late))
        }
        Event::PromiseKept { promised_at } => {
            format!(
                "Belofte nagekomen: de update van {} is er.",
                t.clock(*promised_at)
            )
        }
        Event::PromiseBroken { promised_at } => {
            let at = t.moment(*promised_at);
            format!("BELOFTE NIET NAGEKOMEN: {at} was de beloofde update er niet.")
        }
        Event::EffectMeasured {
            message,
            published_at,
            before,
            after,
            effect,
            negative,
            questions,
            echo,
        } => {
            let came = match effect {
                PublicEffect::Amplified => "Het werd drukker",
                PublicEffect::Calmed => "Het werd rustiger",
                PublicEffect::Unchanged => "Geen duidelijk verschil",
                PublicEffect::TooLittle => "Te weinig om iets te zeggen",
            };
            let (message, at) = (t.item(message), t.clock(*published_at));
            let before = t.words.count(*before, "mentions");
            let after = t.words.number(*after);
            format!(
                "Effect van “{message}” ({at}): {before} in het uur ervoor, {after} in het uur erna. {came}.{}{}{}",
                share("Negatief", negative.as_ref()),
                share("Vragen", questions.as_ref()),
                match echo {
                    0 => String::new(),
                    echo => format!(" Niet meegeteld: {echo} keer onze eigen woorden."),
                }
            )
        }
        Event::ConditionHolds { what, until } => {
            let until = t.moment(*until);
            match t.lasting_phase(what) {
                Some(phase) => {
                    format!(
                        "Aan de voorwaarde voor de fase {phase} is voldaan. Blijft dat zo, dan opent die {until}."
                    )
                }
                None => format!(
                    "Het wordt rustiger. Blijft dat zo, dan volgt {until} het voorstel om af te schalen."
                ),
            }
        }
        Event::ConditionEnded { what } => match t.lasting_phase(what) {
            Some(phase) => format!("Aan de voorwaarde voor de fase {phase} is niet meer voldaan."),
            None => "Aan de voorwaarde om af te schalen is niet meer voldaan.".to_owned(),
        },
        Event::StandDownProposed { because } => {
            format!("Voorstel om af te schalen: {}.", reason(&t.words, because))
        }
        Event::StandDownPutOff { by, reason } => {
            format!(
                "{} vindt het te vroeg om af te schalen: {reason}",
                t.person(by)
            )
        }
        Event::Ticked { entry, by } => format!("{} vinkt af: {}.", t.person(by), t.entry(entry)),
        Event::StoodDown { by, reason } => {
            let why = with_reason(Some(reason));
            format!("AFGESCHAALD door {}. De nazorg begint.{why}", t.person(by))
        }
        Event::RunReopened { by, reason } => {
            format!("{} heropent de inzet: {reason}", t.person(by))
        }
        Event::MergedIn {
            run,
            playbook,
            by,
            open,
            ..
        } => {
            let by = t.person(by);
            let merged = format!("{by} voegt inzet {run} ({playbook}) bij deze inzet.");
            match &open[..] {
                [] => merged,
                open => format!("{merged} Daar stond nog open: {}.", t.words.list(open)),
            }
        }
        Event::SourceBlind { source, because } => {
            let because = reason(&t.words, because);
            format!(
                "BLIND: bron {source} levert niets ({because}). Wij missen mogelijk vermeldingen."
            )
        }
        Event::SourceSees { source } => format!("Bron {source} levert weer."),
        Event::TaskDue {
            task: key,
            role,
            due_at,
            late,
        } => {
            let late = noticed(*late);
            past(t, key, role, *due_at, "gedaan") + late
        }
        Event::MessageDue {
            message: key,
            role,
            due_at,
            late,
        } => {
            let late = noticed(*late);
            past(t, key, role, *due_at, "gepubliceerd") + late
        }
        Event::AlertStep {
            round,
            step,
            times,
            roles,
            why,
            ..
        } => {
            let why = because(t, why, *times, *round);
            format!("Alarmstap {step} voor {}: {why}.", t.roles(roles))
        }
        Event::StepSkipped {
            step,
            roles,
            because,
        } => {
            let because = reason(&t.words, because);
            format!(
                "Alarmstap {step} overgeslagen voor {}: {because}.",
                t.roles(roles)
            )
        }
        Event::AlarmDue {
            what,
            roles,
            due_at,
            late,
        } => alarm_due(t, *what, roles, *due_at) + noticed(*late),
        Event::NobodyAnswers {
            roles,
            start_over_at,
        } => format!(
            "NIEMAND ANTWOORDT als {}: de laatste alarmstap is op. Iedereen op de alarmlijst krijgt bericht; {} begint het alarm opnieuw.",
            t.roles(roles),
            t.moment(*start_over_at)
        ),
        Event::Alerted {
            roles,
            person,
            must_answer,
            ..
        } => {
            let what = if *must_answer {
                "gealarmeerd"
            } else {
                "geïnformeerd"
            };
            format!("{} ({}) {what}.", t.person(person), t.roles(roles))
        }
        Event::Answered {
            person,
            roles,
            through,
            by,
            ..
        } => {
            let who = said_by(t, person, *through, by);
            match &roles[..] {
                [] => format!("{who} heeft geantwoord; anderen waren eerder."),
                roles => format!("{who} pakt het op als {}.", t.roles(roles)),
            }
        }
        Event::PassedOn {
            person,
            through,
            by,
            ..
        } => format!(
            "{} kan niet en geeft het door.",
            said_by(t, person, *through, by)
        ),
        Event::AnswerUndone {
            person,
            roles,
            through,
            by,
        } => {
            let who = said_by(t, person, *through, by);
            let roles = t.roles(roles);
            format!(
                "{who} zegt dat het antwoord niet van hen was: weer geen antwoord als {roles}. Eerdere links werken niet meer."
            )
        }
        Event::AtWork { roles, by } => {
            format!("{} is bezig als {}.", t.person(by), t.roles(roles))
        }
        Event::Unreachable { person, because } => {
            let because = reason(&t.words, because);
            format!("{} is niet bereikbaar: {because}.", t.person(person))
        }
        Event::Informed {
            person,
            about,
            items,
            ..
        } => informed(t, person, *about, items),
        Event::Noted { by, text } => format!("Notitie van {}: {}", t.person(by), t.quoted(text)),
        Event::HeldBack {
            person,
            until,
            because,
            ..
        } => {
            let (person, until) = (t.person(person), t.moment(*until));
            let because = reason(&t.words, because);
            format!("{person} nu niet gealarmeerd: {because}. Dat gebeurt {until} alsnog.")
        }
        Event::HoldEnded { person, late, .. } => {
            let person = t.person(person);
            format!(
                "Weer ruimte voor het alarm aan {person} dat wachtte.{}",
                noticed(*late)
            )
        }
        Event::NotTold { role, because } => {
            format!(
                "{} niet bereikt: {}.",
                t.role(role),
                reason(&t.words, because)
            )
        }
        Event::FactSet {
            fact, value, by, ..
        } if t.is_program(by) => {
            format!("Voorstel voor {}: {}.", t.fact(fact), t.value(value))
        }
        Event::FactSet {
            fact,
            value,
            by,
            source,
            as_of,
        } => {
            let (by, fact) = (t.person(by), t.fact(fact));
            let told = t.told(source.as_deref(), *as_of);
            format!("Feit van {by}, {fact}: {}{told}", t.value(value))
        }
        Event::ImageAttached { draft, image } => {
            let by = draft.by.as_ref();
            let by = by.map_or_else(String::new, |by| t.person(by));
            let (title, version) = (t.draft(&draft.id()), draft.version);
            let file = t.quoted(&image.file);
            let alt = match image.alt.as_str() {
                "" => "nog zonder alt-tekst".to_owned(),
                alt => format!("alt-tekst {}", t.quoted(alt)),
            };
            format!("{by} zet de afbeelding {file} bij {title}, {alt}. Dat is versie {version}.")
        }
        Event::ImageRemoved { draft, image } => {
            let by = draft.by.as_ref();
            let by = by.map_or_else(String::new, |by| t.person(by));
            let (title, version) = (t.draft(&draft.id()), draft.version);
            let file = t.quoted(&image.file);
            format!("{by} haalt de afbeelding {file} weg bij {title}. Dat is versie {version}.")
        }
        Event::DraftEdited { draft } => {
            let (title, version) = (t.draft(&draft.id()), draft.version);
            let by = draft
                .by
                .as_ref()
                .map_or_else(String::new, |by| t.person(by));
            match &draft.corrects {
                Some(corrects) if draft.base.is_none() => {
                    let message = t.item(&corrects.message);
                    format!("{by} maakt een concept dat “{message}” rechtzet of intrekt: {title}.")
                }
                _ => format!(
                    "{by} schrijft versie {version} van {title}.{}",
                    to_choose(draft)
                ),
            }
        }
        Event::DraftsDue { late } => {
            format!("De overige concepten worden gemaakt.{}", noticed(*late))
        }
        Event::DraftRendered { draft } if draft.rendered.is_some() => {
            let (title, version) = (t.draft(&draft.id()), draft.version);
            let facts = t.facts(&draft.changed);
            format!(
                "Versie {version} van {title}: wat er geschreven was, met een gewijzigd feit ({facts}).{}",
                to_choose(draft)
            )
        }
        Event::DraftRendered { draft } => {
            let (title, version) = (t.draft(&draft.id()), draft.version);
            match &draft.gaps[..] {
                [] => format!("Concept klaar: {title}, versie {version}, zonder gaten."),
                gaps => {
                    let gaps = t.facts(gaps);
                    format!("Concept klaar: {title}, versie {version}. Nog invullen: {gaps}")
                }
            }
        }
        Event::DraftFailed {
            message,
            channel,
            language,
            because,
        } => {
            let draft = t.draft(&format!("{message}.{channel}.{language}"));
            format!("Concept mislukt: {draft}. Reden: {because}")
        }
        Event::Delivered {
            person, channel, ..
        } => format!("Bezorgd bij {} per {channel}.", t.person(person)),
        Event::DeliveryFailed {
            person,
            channel,
            because,
            for_good,
            ..
        } => {
            let (person, because) = (t.person(person), reason(&t.words, because));
            let again = if *for_good {
                "opgegeven"
            } else {
                "we proberen het opnieuw"
            };
            format!("Niet bezorgd bij {person} per {channel}: {because}; {again}.")
        }
        Event::OperatorTold { person, what, .. } => {
            let (person, what) = (t.person(person), reason(&t.words, what));
            format!("{person} heeft bericht van een storing: {what}.")
        }
        Event::House { news } => match news {
            House::FolderBroken { what, .. } => format!("{}.", reason(&t.words, what)),
            House::FolderMended => "De bestanden zijn weer goed en gelden nu.".to_owned(),
            House::RollCallBegan { people, by, .. } => {
                let by = t.person(by);
                format!("Appèl door {by}: {} mensen gevraagd.", people.len())
            }
            House::RollCallMailed { person, .. } => {
                format!("{} krijgt een mail van het appèl.", t.person(person))
            }
            House::RollCallAnswered { person, .. } => {
                format!("{} krijgt alarmen hier.", t.person(person))
            }
            House::RollCallReturned { person, sign } => {
                let because = reason(&t.words, &sign.because());
                format!("Appèl: {} is niet bereikt: {because}.", t.person(person))
            }
            House::RollCallEnded { missing } => match missing.len() {
                0 => "Het appèl is voorbij: iedereen heeft geantwoord.".to_owned(),
                n => format!("Het appèl is voorbij: {n} keer geen antwoord."),
            },
            House::EntryMailed { person, .. } => {
                format!("{} krijgt een mail met een inloglink.", t.person(person))
            }
        },
        Event::BlindnessTold {
            source,
            is_blind,
            is_reached,
        } => {
            let told = match is_blind {
                true => format!("dat bron {source} niets levert"),
                false => format!("dat bron {source} weer levert"),
            };
            match is_reached {
                true => format!("De beheerders krijgen bericht {told}."),
                false => format!("Er is geen beheerder die kan horen {told}."),
            }
        }
        Event::NothingDelivered { since, by, .. } => {
            let told = match &by[..] {
                [] => "er is geen ander kanaal om dat te melden".to_owned(),
                by => format!("gemeld per {}", t.words.list(by)),
            };
            format!("GEEN ALARM KOMT AAN sinds {}; {told}.", t.clock(*since))
        }
        Event::DeliveringAgain { since, .. } => {
            format!(
                "Alarmen komen weer aan; dat lukte niet sinds {}.",
                t.clock(*since)
            )
        }
        Event::PlainMailSent { because, .. } => {
            format!("Een mail ging zonder opmaak uit, omdat het sjabloon mislukte: {because}.")
        }
        Event::Upgraded {
            differences, by, ..
        } => {
            let by = t.person(by);
            format!(
                "{by} zette de inzet over op het draaiboek van nu: {}.",
                differences.join("; ")
            )
        }
        Event::LessonNoted {
            lesson,
            text,
            owner,
            due,
            by,
        } => {
            let (by, owner) = (t.person(by), t.owner(owner));
            let (text, due) = (t.quoted(text), t.words.date(*due));
            format!("{by} noteert leerpunt {lesson} voor {owner}, uiterlijk {due}: {text}")
        }
        Event::SituationMade { analysis, by, .. } => {
            let who = by.as_ref().map_or_else(
                || "Omgevingsbeeld gemaakt".to_owned(),
                |by| format!("{} maakt een omgevingsbeeld", t.person(by)),
            );
            let mentions = t.words.count(analysis.mentions, "mentions");
            let columns = analysis.columns.iter().map(|column| {
                let title = blocks::title(&t.words, &column.need).to_lowercase();
                format!("{title} {}", t.words.number(column.mentions))
            });
            let columns: Vec<String> = columns.collect();
            format!("{who}: {mentions}; {}.", columns.join(", "))
        }
        Event::RumourJudged {
            rumour,
            status,
            reason,
            by,
        } => {
            let (by, status) = (t.person(by), blocks::status(&t.words, *status));
            format!("{by} over gerucht {rumour}: {status}. {}", t.quoted(reason))
        }
        Event::LessonClosed { lesson, how, by } => {
            format!(
                "{} sluit leerpunt {lesson}: {}",
                t.person(by),
                t.quoted(how)
            )
        }
        Event::RunClosed {
            by,
            reason,
            outcome,
        } => {
            let by = t.person(by);
            match outcome {
                Outcome::Real => format!("Inzet gesloten door {by}: {reason}"),
                Outcome::FalseAlarm => format!("Inzet gesloten door {by} als loos alarm: {reason}"),
                Outcome::Merged(into) => {
                    format!("Inzet gesloten door {by}; ze gaat verder als inzet {into}: {reason}")
                }
            }
        }
    }
}

/// `, vóór 14:30 (wettelijk: AVG)`.
pub(super) fn due(t: &Teller, key: &str, due_at: Option<Timestamp>) -> String {
    let due = due_at.map(|due_at| format!(", vóór {}", t.clock(due_at)));
    let legal = t.legal(key).map(|legal| format!(" (wettelijk: {legal})"));
    due.unwrap_or_default() + &legal.unwrap_or_default()
}

fn turned(turn: u32) -> String {
    match turn {
        0 | 1 => String::new(),
        turn => format!(", ronde {turn}"),
    }
}

fn with_reason(reason: Option<&String>) -> String {
    reason.map_or_else(String::new, |reason| format!(" Reden: {reason}"))
}

fn past(t: &Teller, key: &str, role: &str, due_at: Timestamp, done: &str) -> String {
    let (title, role, at) = (t.item(key), t.role(role), t.moment(due_at));
    let legal = t.legal(key);
    let legal = legal.map(|legal| format!(" WETTELIJKE TERMIJN: {legal}."));
    format!(
        "TE LAAT: {at} niet {done}: {title} ({role}).{}",
        legal.unwrap_or_default()
    )
}

/// Said when we were down or asleep at that moment.
pub(super) fn noticed(late: bool) -> &'static str {
    if late { " TE LAAT opgemerkt." } else { "" }
}

pub(super) fn because(t: &Teller, why: &Why, times: u32, round: u32) -> String {
    match why {
        Why::LevelReached { from: None } => "het niveau is bereikt".to_owned(),
        Why::LevelReached { from: Some(_) } => "er is opgeschaald".to_owned(),
        Why::NobodyAnswered => "niemand heeft geantwoord".to_owned(),
        Why::Repeated => format!("niemand heeft geantwoord, {times}e keer"),
        Why::PassedOn { person } => format!("{} geeft het door", t.person(person)),
        Why::Unreachable { person } => format!("{} is niet bereikbaar", t.person(person)),
        Why::WentStale { person } => {
            format!("{} pakte het op en deed daarna niets", t.person(person))
        }
        Why::AnswerUndone { person } => {
            format!("het antwoord van {} is ingetrokken", t.person(person))
        }
        Why::Reopened { person } => format!("{} heropent de inzet", t.person(person)),
        Why::NobodyAtAll => "helemaal niemand heeft geantwoord".to_owned(),
        Why::StartedOver => format!("het alarm begint opnieuw, ronde {round}"),
    }
}

pub(super) fn alarm_due(t: &Teller, what: Move, roles: &[String], due_at: Timestamp) -> String {
    let (roles, at) = (t.roles(roles), t.moment(due_at));
    match what {
        Move::Repeat | Move::NextStep => format!("Nog geen antwoord als {roles}, {at}."),
        Move::GiveUp => format!("Ook op de laatste alarmstap geen antwoord als {roles}, {at}."),
        Move::StartOver => format!("Nog steeds geen antwoord als {roles}, {at}."),
        Move::GoStale => format!("Opgepakt als {roles}, maar {at} was er nog niets gedaan."),
    }
}

fn informed(t: &Teller, person: &str, about: About, items: &[String]) -> String {
    let (person, items) = (t.person(person), t.errands(about, items));
    match about {
        About::Stale => format!("{person} gevraagd dit antwoord na te kijken: {items}."),
        About::Back => format!("{person} herinnerd: iemand zou van ons horen ({items})."),
        About::Answered => format!("{person} weet dat het is opgepakt."),
        About::Reminder => format!("{person} herinnerd aan: {items}."),
        About::Overdue => format!("{person} gewaarschuwd, te laat: {items}."),
        About::OverdueForOwner => {
            format!("{person} gewaarschuwd dat dit nog steeds niet is gedaan: {items}.")
        }
        About::Assigned => format!("{person} heeft bericht van de overdracht: {items}."),
        About::Promise => format!("{person} herinnerd aan de beloofde update: {items}."),
        About::StandDown => format!("{person} gevraagd of er wordt afgeschaald."),
        About::Lapsed => {
            format!("{person} weet dat de goedgekeurde tekst is gewijzigd: {items}.")
        }
        About::Overridden => format!("{person} weet dat een bezwaar is gepasseerd: {items}."),
        About::Amplified => format!("{person} weet dat het drukker werd na: {items}."),
    }
}

/// Whether somebody must choose between two wordings first.
fn to_choose(draft: &Draft) -> String {
    match draft.n_conflicts() {
        0 => String::new(),
        1 => " Op één plek moet iemand kiezen uit twee versies.".to_owned(),
        n => format!(" Op {n} plekken moet iemand kiezen uit twee versies."),
    }
}

/// The person, and who said it for them.
fn said_by(t: &Teller, person: &str, through: Through, by: &str) -> String {
    let name = t.person(person);
    match through {
        Through::Command if by != person => format!("{name} (ingevoerd door {})", t.person(by)),
        Through::Command | Through::Link => name,
    }
}

/// ` Negatief: van 60% naar 40%, minder.`
fn share(what: &str, compared: Option<&Compared>) -> String {
    let Some(compared) = compared else {
        return String::new();
    };
    let (before, after) = compared.percents();
    let came = match compared.effect {
        PublicEffect::TooLittle => return String::new(),
        PublicEffect::Amplified => "meer",
        PublicEffect::Calmed => "minder",
        PublicEffect::Unchanged => "geen duidelijk verschil",
    };
    format!(" {what}: van {before}% naar {after}%, {came}.")
}
