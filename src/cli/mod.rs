//! The commands of the program, one file each.
//!
//! Exit codes: 0 done, 1 it could not be done, 2 wrong usage.

pub mod init;

pub mod check;

pub mod review;

pub mod rules;

pub mod schema;

pub mod openapi;

pub mod backtest;

pub mod test;

pub mod import;

pub mod baseline;

pub mod mentions;

pub mod serve;

pub mod ask;

pub mod account;

mod tokens;

pub mod reload;

pub mod roll_call;

pub mod status;

pub mod duty;

pub mod run;

mod export;

pub mod draft;

pub mod fact;

pub mod texts;

pub mod ack;

pub mod note;

pub mod lesson;

pub mod rumour;

pub mod report;

pub mod task;

pub mod decide;

pub mod phase;

pub mod level;

pub mod stand_down;

pub mod close;

pub mod reopen;

pub mod case;

pub mod question;

pub mod receive;

pub mod watch;

pub mod doctor;

pub mod backup;

pub mod restore;

pub mod demo;

pub mod completions;

pub mod man;

pub mod graph;

pub mod binder;

mod act;

mod daemon;

mod drills_only;

mod start;

mod shift;

mod reloading;

mod folder_watch;

mod last_good;

pub mod drill;

mod logs;

mod made;

mod learnt;

mod place;

mod post;

mod print;

mod reading;

mod sections;

mod systemd;

mod verify;

pub mod render;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// Crisis-communication playbook runner: mentions in, an alert and a draft
/// statement out.
#[derive(Debug, Parser)]
#[command(
    name = "draaiboek",
    version,
    propagate_version = true,
    arg_required_else_help = true,
    after_help = "Start with `draaiboek init DIR`; it says what comes next.\n\
                  Exit codes: 0 done, 1 it could not be done, 2 wrong usage."
)]
pub struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Make a folder with a complete example organisation, to adapt
    ///
    /// An invented hospital with people, watches, channels, playbooks and
    /// their texts. Files that are there already are never overwritten.
    Init(init::Args),
    /// Explain every mistake in the files of an organisation
    ///
    /// Reads everything and shows each problem at its line, with a way out. What
    /// this version reads but does not carry out yet is a warning.
    Check(check::Args),
    /// Say what is wrong with a text before it goes out, and what to write instead
    ///
    /// Any text, with or without an organisation's folder: personal data, what
    /// does not fit the channel, what is hard to read, what was left open.
    Review(review::Args),
    /// List what review looks at, how much each rule weighs, and why
    Rules(rules::Args),
    /// Print the JSON Schema of a file, for editors that complete and explain
    ///
    /// What `draaiboek init` makes names its schema already. Editors with a YAML
    /// language server, such as VS Code, then know every key, and show mistakes
    /// while you write. `draaiboek check` sees more.
    Schema(schema::Args),
    /// Print the OpenAPI document of the JSON interface
    Openapi(openapi::Args),
    /// Play the tests that stand in playbooks, and say what did not come true
    ///
    /// On a clock of their own, with the real judgement, store and outbox. Exit
    /// code 1 when a test fails.
    Test(test::Args),
    /// Draw a playbook as one picture for the wall (SVG, A3)
    ///
    /// What starts it, who is told, who does what by when in which phase, and how
    /// it ends; in words, for people who never saw the file.
    Graph(graph::Args),
    /// Print everything for the binder: one HTML page for when all is down
    ///
    /// Who is on duty and their numbers, every playbook as a list to tick, its
    /// texts with blanks to fill in, and sheets to write on.
    Print(binder::Args),
    /// Replay recorded mentions: when would this playbook have raised the alarm?
    ///
    /// The same judgement as the daemon's, on a simulated clock. Nothing is
    /// stored and nobody is mailed.
    Backtest(backtest::Args),
    /// Take in history: last year's mentions, from files
    ///
    /// NDJSON, a JSON array, or the CSV export of a listening tool. What is
    /// imported counts and wakes nobody; the same mention twice counts once, and
    /// an import that was cut off goes on where it was. Goes through the daemon
    /// when one runs.
    Import(import::Args),
    /// Say what is usual on a watch, and propose bounds for its triggers
    ///
    /// From imported or listened history: a typical hour, the largest peaks, how
    /// often a bound would have alarmed, and a ladder in YAML to start with.
    Baseline(baseline::Args),
    /// Search, export and forget stored mentions
    Mentions(mentions::Args),
    /// Run the daemon: take mentions, alert the team, keep drafts ready
    ///
    /// Prints one line when it is ready, then logs to stderr. It stops on SIGTERM
    /// or Ctrl-C; what has not gone out by then goes out after the next start.
    Serve(serve::Args),
    /// Bring changed files into force in the running daemon, or say why not
    ///
    /// All or nothing: with a mistake in them, what was good before stays in force.
    /// Shows what is different. Open runs keep the playbook they started with.
    Reload(reload::Args),
    /// Let people in to the pages of the daemon
    Account(account::Args),
    /// Show open runs, watches, sources and mail at a glance
    Status(status::Args),
    /// List watches, explain what they find, try another query
    ///
    /// A watch is a saved query over mentions. Nothing is changed by these.
    Watch(watch::Args),
    /// Show who is on duty: each role's person, until when, and the deputies
    ///
    /// Reads the files only; no daemon needs to run. Rota, swaps and absences all
    /// count. A role with nobody is shown as NOBODY.
    Duty(duty::Args),
    /// List, show, start, close and merge runs
    Run(run::Args),
    /// List the tasks of a run, tick them, skip them, hand them over, add one
    Task(task::Args),
    /// Answer a question of the playbook, or show what can be answered
    ///
    /// Without OPTION: the options, which one is the default, and from when it
    /// counts if nobody answers. A question stays open until a person decides.
    Decide(decide::Args),
    /// List the phases of a run, and open one by hand
    Phase(phase::Args),
    /// Raise or lower the level of a run, or show the ladder
    ///
    /// Raising it alerts those whom the new level names; lowering it alerts
    /// nobody.
    Level(level::Args),
    /// Open a case for somebody's complaint, and list the cases
    Case(case::Args),
    /// List what people will ask, and write the answers
    Question(question::Args),
    /// Scale a run down, tick its checklist, or show how that stands
    ///
    /// Without options: whether it is proposed and why, which sources are blind,
    /// what is to be ticked, and who decides. After it only aftercare is left.
    StandDown(stand_down::Args),
    /// Close a run, and say whether it was real
    Close(close::Args),
    /// Open a run again that was closed or stood down; its team is alerted anew
    Reopen(reopen::Args),
    /// List, print, approve and hold drafts, and record what was published
    Draft(draft::Args),
    /// Show a text of a playbook as it would read, in any language, on any channel
    ///
    /// With examples unless you give facts, or a run to take them from. What is
    /// not known shows as a gap.
    Render(texts::Args),
    /// Show and fill in the fact sheet of a run
    Fact(fact::Args),
    /// Answer the alert of a run, so that it does not go on to others
    ///
    /// For yourself, or with --for for somebody who is on the phone. Who was
    /// asked nothing takes over every role that has no answer. Your name in the
    /// log is the system's user.
    Ack(ack::Args),
    /// Write a note in the log of a run: what was decided, said or seen
    Note(note::Args),
    /// Note lessons with an owner and a date, list what is open, and close them
    ///
    /// Also after a run is closed, and of drills that are over. What is open comes
    /// back in reports, in the next drill, and in `draaiboek doctor`.
    Lesson(lesson::Args),
    /// Say what is known of a rumour that goes round, and from whom
    ///
    /// Rumours have numbers in the environment analysis: `report RUN --sitrep`.
    Rumour(rumour::Args),
    /// Write the after-action report of a run or a drill: HTML, Markdown or JSON
    ///
    /// What happened, how quickly, what we published and what that did, what went
    /// well and what did not, each with its place in the log; lessons; the log.
    Report(report::Args),
    /// Take a mail from stdin: does it say that somebody cannot be reached?
    ///
    /// For a mail server: an alias or a filter that hands over what comes in for
    /// `mail.from`. A bounce or an out-of-office answer to an alert makes whoever
    /// is next in line hear it; everything else is ignored.
    Receive(receive::Args),
    /// Look whether all is ready for tonight
    ///
    /// Configuration, daemon, mail server, sources, clock, disk, store, permissions,
    /// who is on duty, practice and backups: a line each, with what to do.
    Doctor(doctor::Args),
    /// Ask the team by mail whether alerts reach them, and see who did not answer
    ///
    /// A link in their own language to confirm it, marked as a test. It is no alert.
    RollCall(roll_call::Args),
    /// Copy all that an organisation is into one file, also while the daemon runs
    ///
    /// Its files, its drills and its store, as they are at one moment. Secrets that
    /// stand in the environment are not in it.
    Backup(backup::Args),
    /// Put a backup back into a folder, checked to the last byte
    ///
    /// `serve` goes on from there: what had gone out before the backup does not go
    /// out again, what waited does.
    Restore(restore::Args),
    /// Drill the team on a scenario: live, at a table, or with scripted people
    ///
    /// Live it is a daemon of its own beside the real one, with real mail to who
    /// takes part, and a real run at the second level or above stops it at once.
    Drill(drill::Args),
    /// Show it all at work on an invented storm; nothing to set up
    Demo(demo::Args),
    /// Print what a shell needs to complete commands and options
    ///
    /// The Debian package installs them. By hand, for bash:
    /// draaiboek completions bash > /etc/bash_completion.d/draaiboek
    Completions(completions::Args),
    /// Print the manual page of a command, or write those of all
    ///
    /// To read one: draaiboek man run show | man -l -
    Man(man::Args),
}

/// Runs the program with the arguments of the process.
pub fn main() -> ExitCode {
    let cli = Cli::parse();
    // Both lettre and reqwest need one provider of cryptography, chosen once.
    let _ = rustls::crypto::ring::default_provider().install_default();
    logs::start(matches!(cli.command, Command::Serve(_)));
    match cli.command {
        Command::Init(args) => init::run(&args),
        Command::Check(args) => check::run(&args),
        Command::Review(args) => review::run(&args),
        Command::Rules(args) => rules::run(&args),
        Command::Schema(args) => schema::run(&args),
        Command::Openapi(args) => openapi::run(&args),
        Command::Test(args) => test::run(&args),
        Command::Graph(args) => graph::run(&args),
        Command::Print(args) => binder::run(&args),
        Command::Backtest(args) => backtest::run(&args),
        Command::Import(args) => import::run(&args),
        Command::Baseline(args) => baseline::run(&args),
        Command::Mentions(args) => mentions::run(args),
        Command::Serve(args) => serve::run(&args),
        Command::Account(args) => account::run(&args),
        Command::Reload(args) => reload::run(&args),
        Command::Status(args) => status::run(&args),
        Command::Watch(args) => watch::run(&args),
        Command::Duty(args) => duty::run(&args),
        Command::Run(args) => run::run(args),
        Command::Task(args) => task::run(args),
        Command::Decide(args) => decide::run(args),
        Command::Phase(args) => phase::run(args),
        Command::Level(args) => level::run(args),
        Command::Case(args) => case::run(args),
        Command::Question(args) => question::run(args),
        Command::StandDown(args) => stand_down::run(args),
        Command::Close(args) => close::run(args),
        Command::Reopen(args) => reopen::run(args),
        Command::Draft(args) => draft::run(args),
        Command::Render(args) => texts::run(&args),
        Command::Fact(args) => fact::run(args),
        Command::Ack(args) => ack::run(args),
        Command::Note(args) => note::run(args),
        Command::Lesson(args) => lesson::run(args),
        Command::Rumour(args) => rumour::run(args),
        Command::Report(args) => report::run(&args),
        Command::Receive(args) => receive::run(&args),
        Command::Doctor(args) => doctor::run(&args),
        Command::RollCall(args) => roll_call::run(args),
        Command::Backup(args) => backup::run(&args),
        Command::Restore(args) => restore::run(&args),
        Command::Drill(args) => drill::run(args),
        Command::Demo(args) => demo::run(&args),
        Command::Completions(args) => completions::run(&args),
        Command::Man(args) => man::run(&args),
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    #[test]
    fn the_command_line_is_well_defined() {
        super::Cli::command().debug_assert();
    }
}
