//! `draaiboek draft`: the statements that lie ready, from a first version to
//! what went out.

mod edit;

mod image;

mod show;

mod text;

use std::path::PathBuf;
use std::process::ExitCode;

use super::act::act;
use super::ask::ask;
use super::place::RunPlace;
use super::print::{failed, json};
use crate::domain::step::acts::Act;
use crate::engine::request::Request;
pub(super) use show::standing;

/// List, print, write, approve and hold drafts, and record what was published
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    /// List the drafts of a run, and what stands between them and the public
    List(RunPlace),
    /// Print the text of a draft, and what review remarks on it
    #[command(disable_version_flag = true)]
    Show {
        /// Its name as `draft list` shows it; `holding` alone means the first that fits
        draft: String,
        /// An earlier version of it
        #[arg(id = "which", long = "version", value_name = "NUMBER")]
        version: Option<u32>,
        #[command(flatten)]
        place: RunPlace,
    },
    /// Write in a draft: opens it in your editor
    ///
    /// What you save becomes a new version, by you; somebody else approves it.
    /// The editor is the one in VISUAL, else in EDITOR. When a fact changes
    /// later, your words stay: the change is worked into them, and where both
    /// changed the same sentence you choose.
    ///
    /// Example: `draaiboek draft edit holding.website.nl`
    Edit {
        /// Its name as `draft list` shows it
        draft: String,
        /// Take the text from a file, or from standard input with `-`
        #[arg(long, value_name = "FILE")]
        file: Option<PathBuf>,
        /// The version that the text in the file was made from; the latest when
        /// not given
        #[arg(long, value_name = "NUMBER", requires = "file")]
        base: Option<u32>,
        #[command(flatten)]
        place: RunPlace,
    },
    /// Put an image to a draft, with the words for who cannot see it
    ///
    /// A copy is kept, so that what is approved is what goes out. A message alone
    /// means all its drafts that can show one. Approvals of what was there before
    /// do not count any more. The same image again, with other words, gives it
    /// those.
    ///
    /// Example: `draaiboek draft attach holding --image route.png --alt nl="De ingang aan de Kerkstraat is open" --alt en="The entrance in Kerkstraat is open"`
    Attach {
        /// Its name as `draft list` shows it, or a message
        draft: String,
        /// A PNG, JPEG, GIF or WebP of at most 20 MB
        #[arg(long, value_name = "FILE")]
        image: PathBuf,
        /// What can be seen; `nl=…` and `en=…` for each language. Without it review
        /// holds the draft back
        #[arg(long, value_name = "TEXT")]
        alt: Vec<String>,
        #[command(flatten)]
        place: RunPlace,
    },
    /// Take an image off a draft
    ///
    /// Example: `draaiboek draft detach holding --image route.png`
    Detach {
        /// Its name as `draft list` shows it, or a message
        draft: String,
        /// Its name as `draft show` has it, or the beginning of its hash
        #[arg(long, value_name = "NAME")]
        image: String,
        #[command(flatten)]
        place: RunPlace,
    },
    /// List the versions of a draft: when, by whom, and why
    History {
        /// Its name as `draft list` shows it
        draft: String,
        #[command(flatten)]
        place: RunPlace,
    },
    /// Show what changed between two versions, word by word
    ///
    /// Without numbers: what changed last. With one: what changed since then.
    ///
    /// Example: `draaiboek draft diff holding.website.nl 1 3`
    Diff {
        /// Its name as `draft list` shows it
        draft: String,
        /// The earlier version
        from: Option<u32>,
        /// The later version; the latest when not given
        to: Option<u32>,
        #[command(flatten)]
        place: RunPlace,
    },
    /// Release a draft for one of your roles; nothing is sent anywhere
    ///
    /// A message alone means all its drafts. With --reason also one that is not
    /// called for now. Never what you wrote yourself, or asked for. For the first
    /// seconds it can be withdrawn, and it cannot be published yet.
    ///
    /// Example: `draaiboek draft approve holding.website.nl`
    Approve {
        /// Its name as `draft list` shows it, or a message
        draft: String,
        /// Why it goes out although it is not called for
        #[arg(long, value_name = "TEXT")]
        reason: Option<String>,
        /// Why it is released although review holds it back: is logged, and told
        /// to the owner of the playbook
        #[arg(long = "override", value_name = "WHY")]
        overrides: Option<String>,
        /// Only when it is still the text with this hash
        #[arg(long, value_name = "HASH")]
        hash: Option<String>,
        #[command(flatten)]
        place: RunPlace,
    },
    /// Take your approval back, in the pause before it counts
    Withdraw {
        /// Its name as `draft list` shows it, or a message
        draft: String,
        #[command(flatten)]
        place: RunPlace,
    },
    /// Wait with a draft: in doubt, do not post
    ///
    /// Approving it lets it go again.
    Hold {
        /// Its name as `draft list` shows it, or a message
        draft: String,
        /// Why: goes into the log
        #[arg(long, value_name = "TEXT")]
        reason: String,
        #[command(flatten)]
        place: RunPlace,
    },
    /// Note that a partner agreed to a message
    ///
    /// Example: `draaiboek draft agree holding police`
    Agree {
        /// Name of the message
        message: String,
        /// A name under `partners`
        partner: String,
        #[command(flatten)]
        place: RunPlace,
    },
    /// Record that a person published a draft; nothing is sent anywhere
    ///
    /// draaiboek posts nothing. This writes down that you did, so that the task
    /// is finished, the promise of a next update runs, and an hour later the log
    /// says what it did to the storm. A message alone means all its drafts.
    ///
    /// Example: `draaiboek draft publish holding.website.nl --url https://delinde.example/nieuws/1`
    Publish {
        /// Its name as `draft list` shows it, or a message
        draft: String,
        /// Where it stands
        #[arg(long)]
        url: Option<String>,
        /// When it went out, such as 14:05; now when not given
        #[arg(long, value_name = "TIME")]
        at: Option<String>,
        /// What was really posted, when it is not the approved text: a file, or
        /// standard input with `-`
        #[arg(long, value_name = "FILE")]
        text: Option<PathBuf>,
        /// Why it went out although it is not called for
        #[arg(long, value_name = "TEXT")]
        reason: Option<String>,
        /// Why it is released although review holds it back, where you may
        /// release it alone
        #[arg(long = "override", value_name = "WHY")]
        overrides: Option<String>,
        #[command(flatten)]
        place: RunPlace,
    },
    /// Make drafts that put right what was published
    ///
    /// They link to what they correct, in every language of your audiences, and
    /// go the way of all drafts: somebody else approves them.
    ///
    /// Example: `draaiboek draft correct holding --what "De poli is wel open."`
    Correct {
        /// The message that was published
        message: String,
        /// What is right; `nl=…` and `en=…` for each language
        #[arg(long, value_name = "TEXT", required = true)]
        what: Vec<String>,
        #[command(flatten)]
        place: RunPlace,
    },
    /// Make drafts that take back what was published
    ///
    /// The text lies ready in every language of your audiences. Nothing goes out
    /// by itself.
    Retract {
        /// The message that was published
        message: String,
        /// What people should know beside it; `nl=…` and `en=…` for each language
        #[arg(long, value_name = "TEXT")]
        what: Vec<String>,
        #[command(flatten)]
        place: RunPlace,
    },
}

pub fn run(args: Args) -> ExitCode {
    match args.command {
        Command::List(place) => look(&place, &Request::Drafts { run: place.run }, show::list),
        Command::Show {
            draft,
            version,
            place,
        } => {
            let run = place.run;
            let request = Request::Draft {
                run,
                draft,
                version,
            };
            look(&place, &request, show::draft)
        }
        Command::Edit {
            draft,
            file,
            base,
            place,
        } => edit::run(&place, &draft, file.as_deref(), base),
        Command::Attach {
            draft,
            image,
            alt,
            place,
        } => image::attach(&place, &draft, &image, &alt),
        Command::Detach {
            draft,
            image,
            place,
        } => act(&place, Act::Detach { draft, image }),
        Command::History { draft, place } => {
            let run = place.run;
            look(&place, &Request::DraftHistory { run, draft }, show::history)
        }
        Command::Diff {
            draft,
            from,
            to,
            place,
        } => {
            let run = place.run;
            let request = Request::DraftDiff {
                run,
                draft,
                from,
                to,
            };
            look(&place, &request, show::diff)
        }
        Command::Approve {
            draft,
            reason,
            overrides,
            hash,
            place,
        } => act(
            &place,
            Act::Approve {
                draft,
                reason,
                overrides,
                hash,
            },
        ),
        Command::Withdraw { draft, place } => act(&place, Act::Withdraw { draft }),
        Command::Hold {
            draft,
            reason,
            place,
        } => act(&place, Act::Hold { draft, reason }),
        Command::Agree {
            message,
            partner,
            place,
        } => act(&place, Act::Agree { message, partner }),
        Command::Publish {
            draft,
            url,
            at,
            text,
            reason,
            overrides,
            place,
        } => {
            let text = match text.map(|file| text::read(&file)).transpose() {
                Ok(text) => text,
                Err(why) => return failed(&why),
            };
            let publish = Act::Publish {
                draft,
                url,
                reason,
                at: None,
                text,
                overrides,
            };
            match at {
                None => act(&place, publish),
                Some(at) => {
                    let (run, act) = (place.run, publish);
                    super::act::request(&place.at, &Request::PublishedAt { run, act, at })
                }
            }
        }
        Command::Correct {
            message,
            what,
            place,
        } => text::correct(&place, &message, &what, false),
        Command::Retract {
            message,
            what,
            place,
        } => text::correct(&place, &message, &what, true),
    }
}

/// Asks something, and prints the answer.
fn look(place: &RunPlace, request: &Request, print: fn(&serde_json::Value)) -> ExitCode {
    match ask(&place.at, request) {
        Ok(answer) if place.at.json => json(&answer),
        Ok(answer) => print(&answer),
        Err(why) => return failed(&why),
    }
    ExitCode::SUCCESS
}
