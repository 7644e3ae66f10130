//! Conditions about what is heard, in words: what is counted, how much of it,
//! in how long, and which of it counts.

use super::{Plainly, one_line};
use crate::domain::condition::{Count, Share, Test};
use crate::domain::text::Language;

impl Plainly<'_> {
    /// A test about mentions in words; a test about the run has words elsewhere.
    pub(super) fn counting(&self, test: &Test) -> String {
        match test {
            Test::Mentions(count) => self.counted("mentions", count),
            Test::Authors(count) => self.counted("authors", count),
            Test::Voices(count) => self.counted("voices", count),
            Test::Platforms(count) => self.counted("platforms", count),
            Test::Reach(count) => self.counted("followers", count),
            Test::Engagement(count) => self.counted("engagement", count),
            Test::Rumour(count) => {
                let said = self.counted("authors", count);
                format!("{said} {}", self.pick("van één gerucht", "of one rumour"))
            }
            Test::Negative(share) => self.shared(self.pick("negatief", "negative"), share),
            Test::Need(kind, share) => {
                let kind = one_line(kind);
                self.shared(&kind, share)
            }
            Test::Unusual(how) => {
                let much = self.pick(
                    "duidelijk drukker dan gebruikelijk",
                    "clearly busier than usual",
                );
                let how = match how.as_str() {
                    "low" => self.pick(" (alleen grote pieken)", " (large peaks only)"),
                    "high" => self.pick(" (ook kleine pieken)", " (small peaks too)"),
                    _ => "",
                };
                format!("{much}{how}")
            }
            other => other.name().to_owned(),
        }
    }

    fn counted(&self, kind: &str, count: &Count) -> String {
        let words = &self.words;
        let mut bounds: Vec<String> = Vec::new();
        let mut needs_noun = true;
        if let Some(least) = count.at_least {
            let many = words.count(least, kind);
            bounds.push(format!("{} {many}", self.pick("minstens", "at least")));
            needs_noun = false;
        }
        if let Some(most) = count.at_most {
            let many = words.count(most, kind);
            bounds.push(format!("{} {many}", self.pick("hoogstens", "at most")));
            needs_noun = false;
        }
        let which = format!(
            "{} {} {}",
            self.narrowed(count),
            self.pick("in", "in"),
            self.length(count.within)
        );
        let mut said = bounds.join(self.pick(" en ", " and "));
        if needs_noun {
            let many = words.count(2, kind);
            said.push_str(many.trim_start_matches("2 "));
        }
        said.push_str(&which);
        let compared = self.compared(count);
        if compared.is_empty() {
            return said;
        }
        let joint = match needs_noun {
            true => ": ",
            false => self.pick(" en ", " and "),
        };
        format!("{said}{joint}{}", compared.join(self.pick(" en ", " and ")))
    }

    /// Bounds that compare with the usual, or with the window before.
    fn compared(&self, count: &Count) -> Vec<String> {
        let words = &self.words;
        let mut said = Vec::new();
        let nl = words.language == Language::Nl;
        if let Some(ratio) = count.above_usual {
            let times = words.decimal(ratio);
            said.push(match nl {
                true => format!("{times} keer zoveel als gebruikelijk"),
                false => format!("{times} times the usual"),
            });
        }
        if let Some(ratio) = count.below_usual {
            let times = words.decimal(ratio);
            said.push(match nl {
                true => format!("minder dan {times} keer het gebruikelijke aantal"),
                false => format!("less than {times} times the usual"),
            });
        }
        if let Some(ratio) = count.growing {
            let times = words.decimal(ratio);
            said.push(match nl {
                true => format!("{times} keer zoveel als net daarvoor"),
                false => format!("{times} times as many as just before"),
            });
        }
        said
    }

    /// ` van pers, op nieuws`: which of them count.
    fn narrowed(&self, count: &Count) -> String {
        let words = &self.words;
        let either = self.pick(" of ", " or ");
        let mut said = String::new();
        if let Some(matching) = &count.matching {
            said.push_str(&self.matching(matching));
        }
        if !count.by.is_empty() {
            let lists: Vec<String> = count.by.iter().map(|list| self.list_title(list)).collect();
            let of = self.pick("van", "by");
            said.push_str(&format!(" {of} {}", lists.join(either)));
        }
        if !count.platforms.is_empty() {
            let names = count.platforms.iter();
            let names: Vec<&str> = names.map(|one| words.platform(*one)).collect();
            let on = self.pick("op", "on");
            said.push_str(&format!(" {on} {}", names.join(either)));
        }
        if let Some(watch) = &count.watch {
            let of = self.pick("over", "about");
            said.push_str(&format!(" {of} “{}”", self.watch(watch)));
        }
        said
    }

    /// Building blocks of queries have no title; their first words tell more than
    /// their name.
    fn matching(&self, name: &str) -> String {
        let mut queries = self.organisation.queries.iter();
        let found = queries.find(|(known, _)| known == name);
        let text = found.map_or("", |(_, text)| text.as_str());
        let terms: Vec<&str> = text.split(" OR ").map(str::trim).collect();
        let is_plain = |term: &&str| {
            let inner = term.trim_matches('"');
            !inner.is_empty() && !inner.contains(['(', ')', '{', '"', ':'])
        };
        let named = terms.iter().take_while(|term| is_plain(term)).take(3);
        let named: Vec<String> = named
            .map(|term| format!("“{}”", one_line(term.trim_matches('"'))))
            .collect();
        match named.is_empty() || text.contains(" AND ") {
            true => {
                let of = self.pick("met de woorden van", "with the words of");
                format!(" {of} “{}”", one_line(name))
            }
            false => format!(
                " {} {}",
                self.pick("met woorden als", "with words such as"),
                named.join(", ")
            ),
        }
    }

    /// Lists have no title; those of the doctrine have a word of ours.
    fn list_title(&self, key: &str) -> String {
        match key {
            "press" => self.pick("de pers", "the press").to_owned(),
            "politicians" => self.pick("politici", "politicians").to_owned(),
            other => format!("“{}”", one_line(other)),
        }
    }

    fn shared(&self, what: &str, share: &Share) -> String {
        let percent = |share: f64| self.words.decimal(share * 100.0);
        let mut bounds = Vec::new();
        let least = share.at_least;
        bounds.extend(
            least.map(|least| format!("{} {}%", self.pick("minstens", "at least"), percent(least))),
        );
        let most = share.at_most;
        bounds.extend(
            most.map(|most| format!("{} {}%", self.pick("hoogstens", "at most"), percent(most))),
        );
        let within = self.length(share.count.within);
        let joint = self.pick(" en ", " and ");
        format!("{} {what} in {within}", bounds.join(joint))
    }
}
