//! The command line: `duologue serve`, also without a command, and what the host does beside it. All but `serve`,
//! `restore` and `migrate` work while a server runs on the same data, which notices what they change.
//! Exit codes: 0 done, 1 could not, 2 wrong use.

mod backup;
mod bench;
mod common;
mod doctor;
mod failure;
mod invite;
mod token;
mod user;

use std::{
    io::{self, IsTerminal},
    panic,
    path::PathBuf,
    process::{self, ExitCode},
};

use clap::{Args, CommandFactory, Parser, Subcommand};
use clap_complete::Shell;
use tokio::runtime::{self, Runtime};
use tracing_subscriber::EnvFilter;

use self::{
    bench::Bench,
    common::Common,
    failure::say,
    failure::{Failure, Result},
    token::Token,
    user::User,
};
use crate::server::{config::Switch, migrate, serve, store::place::Place};

/// A messenger for two, kept on this server and nowhere else.
#[derive(Parser)]
#[command(name = "duologue", version, after_help = FIRST_STEPS)]
struct CommandLine {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    common: Common,
    #[command(flatten)]
    serve: Serve,
}

const FIRST_STEPS: &str = "\
First steps:
  On this machine alone: duologue serve, and open http://127.0.0.1:3000. Anybody who reaches it may register.
  For others:
    1. Let a proxy that speaks TLS pass on https://chat.example to 127.0.0.1:3000.
    2. In Leptos.toml set origin = \"https://chat.example\", registration = \"invite\" and trusted-proxies = \"127.0.0.1\".
    3. duologue serve prints a link: make the first account, your own, with it.
    4. duologue invite prints a link for a friend; the settings of the page make more.
  duologue doctor says what is not as it should be.";

/// The libraries that trace what they carry.
const CARRIERS: [&str; 2] = ["tungstenite", "tokio_tungstenite"];

#[derive(Subcommand)]
enum Command {
    /// Serve the page and the socket (also without a command)
    Serve(Serve),
    /// Make, close and list accounts, and give them new passwords
    #[command(subcommand)]
    User(User),
    /// Print tokens for programs, "NAME TOKEN" a line and nothing else
    Token(Token),
    /// Print a link by which one person can register, within seven days
    Invite,
    /// Copy the database into a new file, also while the server runs, and read the copy back
    Backup {
        /// Where the copy is to be; a file that exists is not written over
        file: PathBuf,
    },
    /// Put a copy that `backup` made into a data folder that holds none; the server is not running
    Restore {
        /// The copy
        file: PathBuf,
    },
    /// Say what is as it should be and what is not: the settings, the store, the disk
    ///
    /// Each line begins with ok, mind (it works, and you should know) or BAD; where one is BAD the exit code is 1.
    Doctor,
    /// Measure how fast a server is, and whether messages are lost or doubled meanwhile
    ///
    /// Starts a server with temporary data, which ends with it. Prints one line of JSON on stdout and a table on stderr.
    Bench(Bench),
    /// Move everything into another store, which is empty; stop the server first
    ///
    /// A store is sqlite:FOLDER or mongodb://HOST/DATABASE. The two are compared at the end. What was broken off goes on with
    /// the same command.
    Migrate {
        /// Where everything is
        #[arg(long, value_name = "STORE")]
        from: Place,
        /// Where it is to go
        #[arg(long, value_name = "STORE")]
        to: Place,
    },
    /// Print a script that lets a shell complete these commands
    ///
    /// For bash: duologue completions bash > /etc/bash_completion.d/duologue
    Completions { shell: Shell },
}

#[derive(Args, Default)]
struct Serve {
    /// off lifts rates and counts, for tests and benchmarks on loopback
    #[arg(long, value_name = "on|off")]
    limits: Option<Switch>,
}

impl Serve {
    fn or(self, other: Self) -> Self {
        Self { limits: self.limits.or(other.limits) }
    }
}

/// Does what the command line asks.
pub fn run() -> ExitCode {
    match threads() {
        Ok(threads) => threads.block_on(obey()),
        Err(cause) => {
            eprintln!("duologue: it cannot begin: {cause}");
            ExitCode::FAILURE
        }
    }
}

/// What everything runs on. Where the system has no room for one of these threads tokio panics, and then waits for ever for
/// the others, which wait for work: here the process ends instead, so that whoever started it hears of it.
fn threads() -> io::Result<Runtime> {
    let told = panic::take_hook();
    panic::set_hook(Box::new(|panic| {
        eprintln!("duologue: it cannot begin: {}", panic.payload_as_str().unwrap_or("it panicked"));
        process::exit(1);
    }));
    let threads = runtime::Builder::new_multi_thread().enable_all().build();
    panic::set_hook(told);
    threads
}

async fn obey() -> ExitCode {
    let CommandLine { command, common, serve } = CommandLine::parse();
    let logging = tracing_subscriber::fmt().with_env_filter(filter()).with_writer(std::io::stderr);
    // A file of logs is not to hold the colours of a terminal.
    logging.with_ansi(std::io::stderr().is_terminal()).init();
    let done = match command {
        None => run_serve(common, serve).await,
        Some(Command::Serve(own)) => run_serve(common, own.or(serve)).await,
        Some(Command::User(user)) => user::run(common, user).await,
        Some(Command::Token(token)) => token::run(common, token).await,
        Some(Command::Invite) => invite::run(common).await,
        Some(Command::Backup { file }) => backup::back_up(&common, &file),
        Some(Command::Restore { file }) => backup::restore(&common, &file),
        Some(Command::Doctor) => match doctor::run(common).await {
            Ok(true) => Ok(()),
            // What is bad has been said.
            Ok(false) => return ExitCode::FAILURE,
            Err(failure) => Err(failure),
        },
        Some(Command::Bench(bench)) => bench::run(bench).await,
        Some(Command::Migrate { from, to }) => run_migrate(&from, &to).await,
        Some(Command::Completions { shell }) => {
            clap_complete::generate(shell, &mut CommandLine::command(), "duologue", &mut std::io::stdout());
            Ok(())
        }
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("duologue: {failure}");
            ExitCode::from(if matches!(failure, Failure::WrongUse(_)) { 2 } else { 1 })
        }
    }
}

/// What is logged. Some libraries trace what they carry, which is what people write and what they sign in with: that is
/// never logged, whatever was asked for.
fn filter() -> EnvFilter {
    let asked = EnvFilter::try_from_env("DUOLOGUE_LOG").unwrap_or_else(|_| EnvFilter::new("warn"));
    let kept_quiet = CARRIERS.into_iter().filter_map(|carrier| format!("{carrier}=warn").parse().ok());
    kept_quiet.fold(asked, EnvFilter::add_directive)
}

async fn run_migrate(from: &Place, to: &Place) -> Result<()> {
    for (what, sum) in migrate::migrate(from, to).await? {
        say(format!("{what}: {sum}"))?;
    }
    say("the two hold the same")
}

async fn run_serve(common: Common, serve: Serve) -> Result<()> {
    let mut settings = common.settings()?;
    settings.config.limits = serve.limits.unwrap_or(settings.config.limits);
    Ok(serve::serve(settings).await?)
}
