//! The command line: `duologue serve`, also without a command. Exit codes: 0 done, 1 could not, 2 wrong use.

use std::{net::SocketAddr, path::PathBuf, process::ExitCode};

use clap::{Args, Parser, Subcommand};
use tracing_subscriber::EnvFilter;

use crate::server::{
    config::{self, Settings, Switch},
    migrate, serve,
    store::place::Place,
};

/// A messenger for two, kept on this server and nowhere else.
#[derive(Parser)]
#[command(name = "duologue", version)]
pub struct CommandLine {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    common: Common,
    #[command(flatten)]
    serve: Serve,
}

#[derive(Subcommand)]
enum Command {
    /// Serve the page and the socket (also without a command)
    Serve,
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
}

#[derive(Args)]
struct Common {
    /// The configuration [default: Leptos.toml here, or beside the program]
    #[arg(long, global = true, value_name = "FILE", env = "DUOLOGUE_CONFIG")]
    config: Option<PathBuf>,
    /// The folder of the database [default: data]
    #[arg(long, global = true, value_name = "DIR")]
    data: Option<PathBuf>,
    /// What keeps accounts and messages: sqlite, or mongodb://HOST/DATABASE [default: sqlite]
    #[arg(long, global = true, value_name = "URL")]
    store: Option<String>,
    /// What carries news between nodes: local, or redis://HOST/NUMBER [default: local]
    #[arg(long, global = true, value_name = "URL")]
    bus: Option<String>,
}

#[derive(Args)]
struct Serve {
    /// Where to listen; port 0 takes a free one [default: 127.0.0.1:3000]
    #[arg(long, global = true, value_name = "ADDRESS", env = "DUOLOGUE_LISTEN")]
    listen: Option<SocketAddr>,
    /// The folder of the page's files [default: as the configuration says, or beside the program]
    #[arg(long, global = true, value_name = "DIR", env = "DUOLOGUE_SITE")]
    site: Option<PathBuf>,
    /// off lifts rates and counts, for tests and benchmarks on loopback
    #[arg(long, global = true, value_name = "on|off")]
    limits: Option<Switch>,
}

/// Does what the command line asks.
pub async fn run() -> ExitCode {
    let CommandLine { command, common, serve } = CommandLine::parse();
    let filter = EnvFilter::try_from_env("DUOLOGUE_LOG").unwrap_or_else(|_| EnvFilter::new("warn"));
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).init();
    match command {
        Some(Command::Serve) | None => run_serve(common, serve).await,
        Some(Command::Migrate { from, to }) => run_migrate(&from, &to).await,
    }
}

async fn run_migrate(from: &Place, to: &Place) -> ExitCode {
    match migrate::migrate(from, to).await {
        Ok(moved) => {
            for (what, sum) in moved {
                println!("{what}: {sum}");
            }
            println!("the two hold the same");
            ExitCode::SUCCESS
        }
        Err(error) => complain(&error),
    }
}

async fn run_serve(common: Common, serve: Serve) -> ExitCode {
    let settings = match settings(common, serve) {
        Ok(settings) => settings,
        Err(error) => return complain(&error),
    };
    match serve::serve(settings).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => complain(&error),
    }
}

fn complain(error: &dyn std::fmt::Display) -> ExitCode {
    eprintln!("duologue: {error}");
    ExitCode::FAILURE
}

fn settings(common: Common, serve: Serve) -> Result<Settings, config::ConfigError> {
    let variables =
        std::env::vars_os().filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)));
    let (mut settings, unknown) = config::load(common.config.as_deref(), variables)?;
    for variable in unknown {
        eprintln!("duologue: warning: there is no setting {variable}; it is ignored");
    }
    let config = &mut settings.config;
    config.data = common.data.unwrap_or_else(|| config.data.clone());
    config.store = common.store.unwrap_or_else(|| config.store.clone());
    config.bus = common.bus.unwrap_or_else(|| config.bus.clone());
    config.limits = serve.limits.unwrap_or(config.limits);
    if let Some(listen) = serve.listen {
        settings.leptos.site_addr = listen;
    }
    if let Some(site) = serve.site {
        settings.leptos.site_root = site.display().to_string().into();
    }
    Ok(settings)
}
