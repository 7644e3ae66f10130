//! What a facilitator types, as data. Knows the words, not the drill: whether
//! there is such a person or task is for who carries it out.

use std::time::Duration;

use crate::domain::mention::Platform;
use crate::domain::step::acts::Act;
use crate::domain::time::parse_duration;

/// One line of the facilitator.
#[derive(Debug, Clone, PartialEq)]
pub enum Typed {
    Pause,
    Resume,
    /// `None`: to the next thing that happens.
    Skip(Option<Duration>),
    /// So many times as fast as life.
    Speed(u32),
    Inject(usize),
    Post {
        by: String,
        platform: Platform,
        text: String,
    },
    Message {
        to: String,
        text: String,
    },
    Note(String),
    As {
        person: String,
        says: Says,
    },
    Status,
    Tasks,
    Drafts,
    /// The text of a draft.
    Draft(String),
    Injects,
    Help,
    Stop,
}

/// What a person of the team does, by the facilitator's hand.
#[derive(Debug, Clone, PartialEq)]
pub enum Says {
    Answer,
    PassOn,
    Note(String),
    /// Starts the playbook by hand.
    Start(String),
    /// Name and what was typed for it.
    Fact {
        name: String,
        value: Vec<String>,
    },
    Act(Act),
}

/// Every command with what it does, for `help`.
pub const HELP: [(&str, &str); 17] = [
    ("skip", "on to the next thing that happens"),
    ("skip 10m", "on by ten minutes"),
    ("pause, resume", "stop the time, and let it go on"),
    ("speed 10x", "so many times as fast as life (live drills)"),
    ("inject 3", "bring inject 3 in now"),
    ("post PERSONA PLATFORM TEXT", "a persona posts now"),
    ("message ROLE TEXT", "somebody turns to a role now"),
    ("note TEXT", "what you saw, for afterwards"),
    ("as PERSON answer", "also `pass on`, or `note TEXT`"),
    ("as PERSON done TASK", "also `skip ITEM REASON`"),
    ("as PERSON decide TASK OPTION", "the answer to a question"),
    (
        "as PERSON fact NAME VALUE",
        "a fact; for a list, each item in quotes",
    ),
    (
        "as PERSON approve MESSAGE",
        "also `publish MESSAGE`, or `hold MESSAGE REASON`",
    ),
    (
        "as PERSON level LEVEL REASON",
        "also `start REASON`, or `case NAME PLATFORM`",
    ),
    ("as PERSON tick ENTRY", "then `as PERSON stand down REASON`"),
    (
        "status, tasks, drafts, injects",
        "how it stands; `draft NAME` shows one",
    ),
    ("stop", "end the drill now"),
];

/// First words, to guess what was meant.
const COMMANDS: [&str; 16] = [
    "pause", "resume", "skip", "speed", "inject", "post", "message", "note", "as", "status",
    "tasks", "drafts", "draft", "injects", "help", "stop",
];

const DEEDS: [&str; 15] = [
    "answer", "pass", "note", "start", "done", "skip", "decide", "fact", "approve", "hold",
    "publish", "level", "tick", "stand", "case",
];

/// Reads one line; `None` for an empty one. The error says what would be right.
pub fn read(line: &str) -> Result<Option<Typed>, String> {
    let words = words(line)?;
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let [command, rest @ ..] = &words[..] else {
        return Ok(None);
    };
    let typed = match command.to_lowercase().as_str() {
        "pause" => alone(rest, Typed::Pause, "pause")?,
        "resume" | "go" => alone(rest, Typed::Resume, "resume")?,
        "status" => alone(rest, Typed::Status, "status")?,
        "tasks" => alone(rest, Typed::Tasks, "tasks")?,
        "drafts" => alone(rest, Typed::Drafts, "drafts")?,
        "injects" => alone(rest, Typed::Injects, "injects")?,
        "help" | "?" => Typed::Help,
        "stop" | "quit" | "exit" => alone(rest, Typed::Stop, "stop")?,
        "skip" => Typed::Skip(match rest {
            [] => None,
            [length] => Some(parse_duration(length)?),
            _ => return usage("skip 10m"),
        }),
        "speed" => Typed::Speed(speed(rest)?),
        "inject" => match rest {
            [number] => Typed::Inject(
                number
                    .parse()
                    .map_err(|_| format!("`{number}` is not a number; `injects` lists them"))?,
            ),
            _ => return usage("inject 3"),
        },
        "post" => match rest {
            [by, on, text @ ..] if !text.is_empty() => Typed::Post {
                by: (*by).to_owned(),
                platform: platform(on)?,
                text: text.join(" "),
            },
            _ => return usage("post anna x \"Still no doctor\""),
        },
        "message" => match rest {
            [to, text @ ..] if !text.is_empty() => Typed::Message {
                to: (*to).to_owned(),
                text: text.join(" "),
            },
            _ => return usage("message webcare \"Somebody is filming here\""),
        },
        "note" => Typed::Note(sentence(rest, "note Nobody called the ward")?),
        "draft" => match rest {
            [draft] => Typed::Draft((*draft).to_owned()),
            _ => return usage("draft acknowledgement"),
        },
        "as" => match rest {
            [person, deed, rest @ ..] => Typed::As {
                person: (*person).to_owned(),
                says: says(&deed.to_lowercase(), rest)?,
            },
            _ => return usage("as noor answer"),
        },
        other => {
            let near = nearest(other, &COMMANDS);
            return Err(format!(
                "there is no command `{other}`{near}; `help` lists them"
            ));
        }
    };
    Ok(Some(typed))
}

fn says(deed: &str, rest: &[&str]) -> Result<Says, String> {
    let one = |example: &str| match rest {
        [name] => Ok((*name).to_owned()),
        _ => usage(example),
    };
    let with_reason = |example: &str| match rest {
        [name, reason @ ..] if !reason.is_empty() => Ok(((*name).to_owned(), reason.join(" "))),
        _ => usage(example),
    };
    Ok(match deed {
        "answer" | "answers" => alone(rest, Says::Answer, "as noor answer")?,
        "pass" if rest == ["on"] => Says::PassOn,
        "pass" => return usage("as noor pass on"),
        "note" => Says::Note(sentence(rest, "as noor note I called the ward")?),
        "start" => Says::Start(sentence(rest, "as noor start \"The ward called\"")?),
        "done" | "finish" => Says::Act(Act::Finish {
            task: one("as noor done respond")?,
        }),
        "skip" => {
            let (item, reason) = with_reason("as noor skip respond \"no longer needed\"")?;
            Says::Act(Act::Skip { item, reason })
        }
        "decide" => match rest {
            [task, option, reason @ ..] => Says::Act(Act::Decide {
                task: (*task).to_owned(),
                option: (*option).to_owned(),
                reason: (!reason.is_empty()).then(|| reason.join(" ")),
            }),
            _ => return usage("as noor decide go-public publish"),
        },
        "fact" => match rest {
            [name, value @ ..] if !value.is_empty() => Says::Fact {
                name: (*name).to_owned(),
                value: value.iter().map(|one| (*one).to_owned()).collect(),
            },
            _ => return usage("as noor fact topic \"the waiting time\""),
        },
        "approve" => match rest {
            [draft, reason @ ..] => Says::Act(Act::Approve {
                draft: (*draft).to_owned(),
                reason: (!reason.is_empty()).then(|| reason.join(" ")),
                overrides: None,
                hash: None,
            }),
            _ => return usage("as noor approve statement"),
        },
        "publish" => match rest {
            [draft, reason @ ..] => Says::Act(Act::Publish {
                draft: (*draft).to_owned(),
                url: None,
                reason: (!reason.is_empty()).then(|| reason.join(" ")),
                at: None,
                text: None,
                overrides: None,
            }),
            _ => return usage("as noor publish statement"),
        },
        "hold" => {
            let (draft, reason) = with_reason("as noor hold statement \"not sure of the time\"")?;
            Says::Act(Act::Hold { draft, reason })
        }
        "level" => {
            let (level, reason) = with_reason("as noor level crisis \"the press calls\"")?;
            Says::Act(Act::SetLevel { level, reason })
        }
        "tick" if !rest.is_empty() => Says::Act(Act::Tick {
            entries: rest.iter().map(|one| (*one).to_owned()).collect(),
        }),
        "tick" => return usage("as noor tick calls-done"),
        "stand" => match rest {
            ["down", reason @ ..] if !reason.is_empty() => Says::Act(Act::StandDown {
                reason: reason.join(" "),
            }),
            _ => return usage("as noor stand down \"it is quiet again\""),
        },
        "case" => match rest {
            [name, on] => Says::Act(Act::OpenCase {
                name: (*name).to_owned(),
                platform: platform(on)?,
                url: None,
                kind: None,
                signs: None,
            }),
            _ => return usage("as noor case \"Anna V.\" facebook"),
        },
        other => {
            let near = nearest(other, &DEEDS);
            return Err(format!(
                "nobody can `{other}`{near}; `help` lists what people do"
            ));
        }
    })
}

/// The words of a line. What stands in quotes, straight or curly, is one word.
fn words(line: &str) -> Result<Vec<String>, String> {
    let mut words = Vec::new();
    let mut word = String::new();
    let (mut is_word, mut is_quoted) = (false, false);
    for letter in line.trim().chars() {
        match letter {
            '"' | '“' | '”' | '„' => {
                is_quoted = !is_quoted;
                is_word = true;
            }
            letter if letter.is_whitespace() && !is_quoted => {
                if is_word {
                    words.push(std::mem::take(&mut word));
                }
                is_word = false;
            }
            letter => {
                word.push(letter);
                is_word = true;
            }
        }
    }
    if is_quoted {
        return Err("a quotation mark is never closed".to_owned());
    }
    if is_word {
        words.push(word);
    }
    Ok(words)
}

fn alone<T>(rest: &[&str], typed: T, example: &str) -> Result<T, String> {
    if rest.is_empty() {
        Ok(typed)
    } else {
        Err(format!(
            "`{}` is too much: write `{example}`",
            rest.join(" ")
        ))
    }
}

fn sentence(rest: &[&str], example: &str) -> Result<String, String> {
    if rest.is_empty() {
        usage(example)
    } else {
        Ok(rest.join(" "))
    }
}

fn usage<T>(example: &str) -> Result<T, String> {
    Err(format!("write it like `{example}`"))
}

fn speed(rest: &[&str]) -> Result<u32, String> {
    let [written] = rest else {
        return usage("speed 10x");
    };
    let number = written.trim_end_matches(['x', 'X']).parse().ok();
    number
        .filter(|speed| (1..=1_000).contains(speed))
        .ok_or_else(|| format!("`{written}` is no speed; write 1x to 1000x"))
}

fn platform(written: &str) -> Result<Platform, String> {
    Platform::from_name(written).ok_or_else(|| {
        let names: Vec<&str> = Platform::ALL.iter().map(|one| one.name()).collect();
        let near = nearest(written, &names);
        format!(
            "there is no platform `{written}`{near}: {}",
            names.join(", ")
        )
    })
}

/// `; did you mean …?`, or nothing when no name is near.
fn nearest(written: &str, names: &[&str]) -> String {
    let near = names
        .iter()
        .map(|name| (strsim::jaro_winkler(written, name), name))
        .filter(|(nearness, _)| *nearness > 0.8)
        .max_by(|one, other| one.0.total_cmp(&other.0));
    near.map_or_else(String::new, |(_, name)| format!("; did you mean `{name}`?"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed(line: &str) -> Typed {
        read(line).unwrap().unwrap()
    }

    #[test]
    fn reads_what_a_facilitator_types() {
        assert_eq!(read("  "), Ok(None));
        assert_eq!(typed("skip"), Typed::Skip(None));
        assert_eq!(
            typed("Skip 10m"),
            Typed::Skip(Some(Duration::from_secs(600)))
        );
        assert_eq!(typed("speed 10x"), Typed::Speed(10));
        let posted = Typed::Post {
            by: "anna".to_owned(),
            platform: Platform::X,
            text: "Nog steeds geen arts".to_owned(),
        };
        assert_eq!(typed("post anna x “Nog steeds geen arts”"), posted);
        assert_eq!(typed("post anna X Nog steeds geen arts"), posted);
        let fact = Says::Fact {
            name: "known".to_owned(),
            value: vec!["We are open".to_owned(), "Urgent first".to_owned()],
        };
        let person = "noor".to_owned();
        assert_eq!(
            typed("as noor fact known \"We are open\" \"Urgent first\""),
            Typed::As { person, says: fact }
        );
        for line in [
            "as noor answer",
            "as noor pass on",
            "as noor done respond",
            "as noor skip respond not needed",
            "as noor decide go-public publish",
            "as noor approve statement",
            "as noor hold statement in doubt",
            "as noor publish statement",
            "as noor level crisis the press calls",
            "as noor tick calls",
            "as noor stand down it is quiet",
            "as noor case \"Anna V.\" facebook",
            "as noor note I called",
            "as noor start the ward called",
        ] {
            assert!(matches!(typed(line), Typed::As { .. }), "{line}");
        }
    }

    #[test]
    fn says_what_would_be_right() {
        for (line, part) in [
            ("statu", "did you mean `status`"),
            ("skip 10", "has no unit"),
            ("inject three", "`injects` lists them"),
            ("post anna twitter", "write it like `post anna x"),
            ("post anna facebok hoi", "did you mean `facebook`"),
            ("as noor aprove statement", "did you mean `approve`"),
            ("as noor level crisis", "write it like"),
            ("note \"half", "never closed"),
            ("speed 0x", "is no speed"),
            ("stop now", "is too much"),
        ] {
            let error = read(line).unwrap_err();
            assert!(error.contains(part), "{line}: {error}");
        }
    }
}
