//! Whether it may be said that all is quiet: only when nothing goes on and there
//! is nothing to doubt, for who reads "quiet" looks no further.

/// Something because of which it may not be said.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Doubt {
    /// No daemon runs, so nobody looks.
    NoDaemon,
    /// The daemon says that something is wrong with it.
    NotWell(String),
    /// There is no source at all.
    NoSources,
    /// A source does not see: its key and why.
    Blind(String, String),
    /// A source fails, not long enough yet to be blind.
    Failing(String, String),
    /// A source never brought anything and never answered.
    NeverHeard(String),
    /// A watch does not see, or not all.
    WatchBlind(String),
    /// A watch is louder than usual and there is no run.
    Loud(String),
    /// Alerts cannot be delivered.
    MailTrouble(String),
    /// Mentions alarm nobody.
    ListeningOnly,
    /// The files in force are not those in the folder.
    Files,
    /// Nobody can be alerted for a role: its key.
    NobodyOnDuty(String),
}

impl Doubt {
    /// As it stands in JSON.
    pub fn name(&self) -> &'static str {
        match self {
            Self::NoDaemon => "no_daemon",
            Self::NotWell(_) => "not_well",
            Self::NoSources => "no_sources",
            Self::Blind(..) => "blind",
            Self::Failing(..) => "failing",
            Self::NeverHeard(_) => "never_heard",
            Self::WatchBlind(_) => "watch_blind",
            Self::Loud(_) => "loud",
            Self::MailTrouble(_) => "mail_trouble",
            Self::ListeningOnly => "listening_only",
            Self::Files => "files",
            Self::NobodyOnDuty(_) => "nobody_on_duty",
        }
    }

    /// What it is about, and why.
    pub fn parts(&self) -> (&str, &str) {
        match self {
            Self::NoDaemon | Self::NoSources | Self::ListeningOnly | Self::Files => ("", ""),
            Self::NotWell(why) | Self::MailTrouble(why) => ("", why),
            Self::Blind(source, why) | Self::Failing(source, why) => (source, why),
            Self::NeverHeard(what)
            | Self::WatchBlind(what)
            | Self::Loud(what)
            | Self::NobodyOnDuty(what) => (what, ""),
        }
    }

    /// Whether it is about what is heard: then silence is no news.
    pub fn is_about_hearing(&self) -> bool {
        matches!(
            self,
            Self::NoDaemon
                | Self::NotWell(_)
                | Self::NoSources
                | Self::Blind(..)
                | Self::Failing(..)
                | Self::NeverHeard(_)
                | Self::WatchBlind(_)
        )
    }
}

/// A source, as the daemon knows it.
#[derive(Debug, Clone, Default)]
pub struct SourceLook {
    pub key: String,
    pub blind: Option<String>,
    pub trouble: Option<String>,
    /// It brought something once, or answered that there was nothing.
    pub was_heard: bool,
}

impl SourceLook {
    /// Whether it delivers, as far as we know.
    pub fn delivers(&self) -> bool {
        self.blind.is_none() && self.trouble.is_none() && self.was_heard
    }
}

/// What there is to judge by.
#[derive(Debug, Clone, Default)]
pub struct Look {
    pub has_daemon: bool,
    /// What is wrong with the daemon.
    pub reasons: Vec<String>,
    pub sources: Vec<SourceLook>,
    /// Keys of watches that do not see all.
    pub blind_watches: Vec<String>,
    /// Keys of watches that are louder than usual without a run.
    pub loud_watches: Vec<String>,
    pub mail_trouble: Option<String>,
    pub listening_only: bool,
    /// The folder's files are in force.
    pub files_are_good: bool,
    /// Keys of roles without anybody.
    pub empty_roles: Vec<String>,
}

/// Everything that forbids to say that all is well, the worst first.
pub fn doubts(look: &Look) -> Vec<Doubt> {
    let mut doubts = Vec::new();
    if !look.has_daemon {
        doubts.push(Doubt::NoDaemon);
    }
    doubts.extend(look.reasons.iter().cloned().map(Doubt::NotWell));
    if look.sources.is_empty() {
        doubts.push(Doubt::NoSources);
    }
    for source in &look.sources {
        let key = source.key.clone();
        doubts.extend(match (&source.blind, &source.trouble) {
            (Some(why), _) => Some(Doubt::Blind(key, why.clone())),
            (None, Some(why)) => Some(Doubt::Failing(key, why.clone())),
            (None, None) => (!source.was_heard).then_some(Doubt::NeverHeard(key)),
        });
    }
    doubts.extend(look.blind_watches.iter().cloned().map(Doubt::WatchBlind));
    doubts.extend(look.loud_watches.iter().cloned().map(Doubt::Loud));
    doubts.extend(look.mail_trouble.iter().cloned().map(Doubt::MailTrouble));
    if look.listening_only {
        doubts.push(Doubt::ListeningOnly);
    }
    if !look.files_are_good {
        doubts.push(Doubt::Files);
    }
    doubts.extend(look.empty_roles.iter().cloned().map(Doubt::NobodyOnDuty));
    doubts.sort();
    doubts
}

#[cfg(test)]
mod tests {
    use super::*;

    fn calm() -> Look {
        Look {
            has_daemon: true,
            files_are_good: true,
            sources: vec![SourceLook {
                key: "news".to_owned(),
                was_heard: true,
                ..SourceLook::default()
            }],
            ..Look::default()
        }
    }

    #[test]
    fn with_all_in_order_there_is_no_doubt() {
        assert_eq!(doubts(&calm()), []);
        assert!(calm().sources[0].delivers());
    }

    #[test]
    fn whatever_is_wrong_is_a_doubt() {
        type Break = fn(&mut Look);
        let ways: [(Break, &str); 12] = [
            (|look| look.has_daemon = false, "no_daemon"),
            (|look| look.reasons.push("stuck".to_owned()), "not_well"),
            (|look| look.sources.clear(), "no_sources"),
            (
                |look| look.sources[0].blind = Some("401".to_owned()),
                "blind",
            ),
            (
                |look| look.sources[0].trouble = Some("401".to_owned()),
                "failing",
            ),
            (|look| look.sources[0].was_heard = false, "never_heard"),
            (
                |look| look.blind_watches.push("w".to_owned()),
                "watch_blind",
            ),
            (|look| look.loud_watches.push("w".to_owned()), "loud"),
            (
                |look| look.mail_trouble = Some("no".to_owned()),
                "mail_trouble",
            ),
            (|look| look.listening_only = true, "listening_only"),
            (|look| look.files_are_good = false, "files"),
            (
                |look| look.empty_roles.push("r".to_owned()),
                "nobody_on_duty",
            ),
        ];
        for (break_it, name) in ways {
            let mut look = calm();
            break_it(&mut look);
            let names: Vec<&str> = doubts(&look).iter().map(Doubt::name).collect();
            assert_eq!(names, [name]);
        }
    }

    #[test]
    fn a_source_that_is_blind_is_told_once_and_first() {
        let mut look = calm();
        look.empty_roles.push("owner".to_owned());
        look.sources[0].blind = Some("silent".to_owned());
        look.sources[0].trouble = Some("401".to_owned());
        let found = doubts(&look);
        assert_eq!(found.len(), 2);
        assert_eq!(found[0].parts(), ("news", "silent"));
        assert!(found[0].is_about_hearing() && !found[1].is_about_hearing());
    }
}
