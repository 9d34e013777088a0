//! `duologue doctor`: what a host should know before others rely on the server. It changes nothing but a file of its own for
//! a moment.

use std::{
    io::{self, Write},
    path::Path,
    time::{Duration, Instant},
};

use rustix::process::{Resource, getrlimit};

use super::{
    common::Common,
    failure::{Result, say},
};
use crate::server::{
    bus::redis,
    config::{self, BusKind, Registration, Settings},
    store::{
        mongo,
        place::Place,
        sqlite::{DATABASE, checkup},
    },
};

/// What is written and flushed at once to see how long that takes.
const BLOCK: usize = 4096;
const FLUSHES: usize = 40;
/// No disk that keeps its word is faster, but those with a battery.
const BELIEVABLE: Duration = Duration::from_micros(100);
/// Less free space than this is soon none.
const LITTLE: u64 = 1 << 30;

#[derive(Clone, Copy, PartialEq, Eq)]
enum Grade {
    Good,
    /// The server works, and the host should know.
    Mind,
    /// The server does not start, or what it keeps is in danger.
    Bad,
}

#[derive(Default)]
struct Findings {
    is_bad: bool,
}

impl Findings {
    fn note(&mut self, grade: Grade, what: &str, says: impl std::fmt::Display) {
        self.is_bad |= grade == Grade::Bad;
        let mark = match grade {
            Grade::Good => "ok  ",
            Grade::Mind => "mind",
            Grade::Bad => "BAD ",
        };
        // Where nobody reads, the exit code still says it.
        let _ = say(format!("{mark}  {what:<12}  {says}"));
    }
}

/// Says what it finds, a line each, and whether none of it is bad.
pub async fn run(common: Common) -> Result<bool> {
    let mut findings = Findings::default();
    let settings = common.settings()?;
    match settings.clone().judge() {
        Ok(judged) => reach(&mut findings, &judged),
        Err(error) => findings.note(Grade::Bad, "settings", error),
    }
    files(&mut findings, &settings);
    match settings.config.store_place() {
        Ok(Place::Sqlite(folder)) => database(&mut findings, &folder),
        Ok(Place::Mongo(url)) => server(&mut findings, &url).await,
        Err(error) => findings.note(Grade::Bad, "store", error),
    }
    if let Ok(BusKind::Redis(url)) = settings.config.bus_kind() {
        bus(&mut findings, &url).await;
    }
    Ok(!findings.is_bad)
}

/// Who can reach it, and how.
fn reach(findings: &mut Findings, settings: &Settings) {
    let address = settings.leptos.site_addr;
    let config = &settings.config;
    let is_local = config::is_loopback(address.ip());
    let has_origin = !config.origin.is_empty();
    findings.note(Grade::Good, "address", address);
    match config.origin.as_str() {
        "" => findings.note(Grade::Good, "origin", "none: only this machine can reach it"),
        origin if origin.starts_with("https://") => findings.note(Grade::Good, "origin", origin),
        origin => findings.note(
            Grade::Mind,
            "origin",
            format!(
                "{origin} is not https: passwords and messages can be read on the way, and browsers give no notifications"
            ),
        ),
    }
    let is_public = has_origin || !is_local;
    match config.registration {
        Some(Registration::Open) if is_public => {
            findings.note(
                Grade::Mind,
                "registration",
                "open, on an address that others reach: anybody may make an account",
            );
        }
        Some(Registration::Open) => findings.note(Grade::Good, "registration", "open"),
        Some(Registration::Invite) => findings.note(Grade::Good, "registration", "by invitation"),
        Some(Registration::Closed) | None => findings.note(Grade::Good, "registration", "closed"),
    }
    match config.trusted_proxies.as_str() {
        "" if config.origin.starts_with("https://") => findings.note(
            Grade::Mind,
            "proxies",
            "none is trusted: behind the proxy that speaks TLS all people count as one address; set trusted-proxies",
        ),
        "" => findings.note(Grade::Good, "proxies", "none"),
        proxies if proxies.contains("/0") => {
            findings.note(Grade::Bad, "proxies", format!("{proxies}: everybody may say that they are somebody else"));
        }
        proxies => findings.note(Grade::Good, "proxies", proxies),
    }
}

/// What the process needs of the machine.
fn files(findings: &mut Findings, settings: &Settings) {
    let site = &settings.leptos.site_root;
    match Path::new(site.as_ref()).is_dir() {
        true => findings.note(Grade::Good, "page", site),
        false => findings.note(Grade::Bad, "page", format!("{site} is no folder: say with --site where the page lies")),
    }
    let most = settings.config.connections as u64;
    match getrlimit(Resource::Nofile).maximum {
        Some(files) if files < most + 100 => findings.note(
            Grade::Mind,
            "files",
            format!("at most {files} can be open, for {most} connections: raise the limit, or lower connections"),
        ),
        Some(files) => findings.note(Grade::Good, "files", format!("{files} can be open")),
        None => findings.note(Grade::Good, "files", "any number can be open"),
    }
}

fn database(findings: &mut Findings, folder: &Path) {
    let here = folder.display();
    match checkup::facts(folder) {
        Ok(None) => {
            return findings.note(Grade::Bad, "database", format!("there is none in {here}; the first start makes it"));
        }
        Err(error) => return findings.note(Grade::Bad, "database", error),
        Ok(Some(facts)) => {
            let size = format!("{}, and {} of log", size(facts.database_bytes), size(facts.log_bytes));
            let whole = if facts.check == "ok" { Grade::Good } else { Grade::Bad };
            findings.note(
                whole,
                "database",
                format!("{}: {size}; check: {}", folder.join(DATABASE).display(), facts.check),
            );
            let is_safe = facts.journal == "wal" && facts.synchronous == 2;
            let mode = format!("{}, journal {}, synchronous {}", facts.version, facts.journal, facts.synchronous);
            findings.note(if is_safe { Grade::Good } else { Grade::Bad }, "SQLite", mode);
        }
    }
    match rustix::fs::statvfs(folder) {
        Ok(facts) => {
            let free = facts.f_bavail.saturating_mul(facts.f_frsize);
            let grade = if free < LITTLE { Grade::Mind } else { Grade::Good };
            findings.note(grade, "space", format!("{} free", size(free)));
        }
        Err(error) => findings.note(Grade::Mind, "space", format!("cannot be told: {error}")),
    }
    match flush_time(folder) {
        Ok(time) if time < BELIEVABLE => findings.note(
            Grade::Mind,
            "flush",
            format!("{} µs: faster than most disks can; one that says \"written\" too early loses messages when the power fails", time.as_micros()),
        ),
        Ok(time) => findings.note(Grade::Good, "flush", format!("{} µs", time.as_micros())),
        Err(error) => findings.note(Grade::Bad, "flush", format!("{here} cannot be written to: {error}")),
    }
}

/// How long it takes until a block is safe: the median of some.
fn flush_time(folder: &Path) -> io::Result<Duration> {
    let mut file = tempfile::tempfile_in(folder)?;
    let mut times = Vec::with_capacity(FLUSHES);
    for _ in 0..FLUSHES {
        file.write_all(&[0x55; BLOCK])?;
        let start = Instant::now();
        file.sync_data()?;
        times.push(start.elapsed());
    }
    times.sort_unstable();
    Ok(times[FLUSHES / 2])
}

async fn server(findings: &mut Findings, url: &str) {
    match mongo::version(url).await {
        Ok((version, true)) => findings.note(Grade::Good, "MongoDB", version),
        Ok((version, false)) => {
            findings.note(Grade::Bad, "MongoDB", format!("{version}; there is no database; the first start makes it"));
        }
        Err(error) => findings.note(Grade::Bad, "MongoDB", error),
    }
}

async fn bus(findings: &mut Findings, url: &str) {
    match tokio::time::timeout(Duration::from_secs(5), redis::ping(url)).await {
        Ok(Ok(())) => findings.note(Grade::Good, "Redis", "answers"),
        Ok(Err(error)) => findings.note(Grade::Bad, "Redis", error),
        Err(_) => findings.note(Grade::Bad, "Redis", "does not answer within five seconds"),
    }
}

fn size(bytes: u64) -> String {
    indicatif::BinaryBytes(bytes).to_string()
}
