//! The server that is measured: one of our own with temporary data, or one that runs. What it uses of the machine is read
//! from /proc.

use std::{
    fs,
    io::{BufRead, BufReader, Read, Write},
    iter::Sum,
    net::{SocketAddr, TcpStream, ToSocketAddrs},
    path::Path,
    process::{Child, Command, Stdio},
    time::Duration,
};

use futures_util::future::try_join_all;
use indicatif::ProgressBar;
use serde_json::{Value, json};
use tempfile::TempDir;

use super::{
    super::{
        failure::{Failure, Result, refused},
        token,
    },
    Bench,
    client::{Account, broken},
    history,
};
use crate::server::{
    config, random,
    store::{archive::Archive, sqlite::Sqlite},
};

/// The data folder of a server of our own, within a temporary one.
const DATA: &str = "data";
/// How long a request over HTTP may take.
const PATIENCE: Duration = Duration::from_secs(30);

/// A server of our own ends with it.
pub struct Target {
    pub address: SocketAddr,
    pub accounts: Vec<Account>,
    /// Of all processes that the server is made of.
    pids: Vec<u32>,
    own: Option<Own>,
}

struct Own {
    child: Child,
    data: TempDir,
}

impl Drop for Own {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Target {
    pub async fn prepare(bench: &Bench) -> Result<Self> {
        match &bench.url {
            Some(url) => Self::of_url(bench, url).await,
            None => Self::of_own(bench.accounts(), 0).await,
        }
    }

    /// Starts a server with so many accounts, the first two of whom have written so many messages to each other.
    pub async fn of_own(accounts: usize, messages: u64) -> Result<Self> {
        let unmade = |cause: std::io::Error| Failure::Refused(format!("no server can be started: {cause}"));
        let folder = TempDir::new().map_err(unmade)?;
        let data = folder.path().join(DATA);
        let accounts = {
            let store = Sqlite::open(&data).map_err(|cause| Failure::Refused(cause.to_string()))?;
            let accounts = make_accounts(&store, accounts).await?;
            history::fill(&store, &accounts, messages).await?;
            accounts
        };
        let config = folder.path().join("Leptos.toml");
        fs::write(&config, config::DEFAULT_FILE).map_err(unmade)?;
        let mut child = Command::new(std::env::current_exe().map_err(unmade)?)
            .args(["serve", "--listen", "127.0.0.1:0", "--limits", "off", "--config"])
            .arg(&config)
            .arg("--data")
            .arg(&data)
            .env_clear()
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .map_err(unmade)?;
        let stdout = child.stdout.take();
        let own = Own { child, data: folder };
        let address = stdout.and_then(listening).ok_or_else(|| broken("it did not start"))?;
        Ok(Self { address, accounts, pids: vec![own.child.id()], own: Some(own) })
    }

    async fn of_url(bench: &Bench, url: &str) -> Result<Self> {
        let authority = url.strip_prefix("http://").map(|rest| rest.trim_end_matches('/'));
        let Some(authority) = authority else {
            return Err(Failure::WrongUse(format!("--url {url}: it begins with http://; a bench speaks no TLS")));
        };
        let authority = if authority.contains(':') { authority.to_owned() } else { format!("{authority}:80") };
        let address = authority.to_socket_addrs().ok().and_then(|mut found| found.next());
        let Some(address) = address else { return refused(format!("--url {url}: there is no such address")) };
        let wanted = bench.accounts();
        let accounts = match &bench.tokens {
            Some(file) => read_tokens(file)?,
            None => register(address, &authority, wanted).await?,
        };
        if accounts.len() < wanted {
            return refused(format!("{wanted} accounts take part, and there are {} tokens", accounts.len()));
        }
        Ok(Self { address, accounts, pids: bench.pids.clone(), own: None })
    }

    /// What the data of a server of our own takes.
    pub fn bytes_on_disk(&self) -> Option<u64> {
        let files = fs::read_dir(self.own.as_ref()?.data.path().join(DATA)).ok()?;
        files.map(|file| file.ok()?.metadata().ok().map(|facts| facts.len())).sum()
    }

    /// The CPU time that the server has used, where it can be seen.
    pub fn cpu(&self) -> Option<Duration> {
        self.sum(cpu_of)
    }

    /// What it has used since, for each of so many messages, in microseconds.
    pub fn cpu_us_each(&self, before: Option<Duration>, messages: usize) -> Option<f64> {
        let used = self.cpu()?.saturating_sub(before?);
        Some(used.as_secs_f64() * 1e6 / messages.max(1) as f64)
    }

    /// What it holds more than before, for each of so many connections, in bytes.
    pub fn memory_each(&self, before: Option<u64>, connections: usize) -> Option<u64> {
        Some(self.memory()?.saturating_sub(before?) / connections as u64)
    }

    /// The memory that the server holds, in bytes, where it can be seen.
    pub fn memory(&self) -> Option<u64> {
        self.sum(memory_of)
    }

    /// Of all its processes. Where one of them cannot be seen there is no sum: it would make the server look cheap.
    fn sum<T: Sum>(&self, of: impl Fn(u32) -> Option<T>) -> Option<T> {
        if self.pids.is_empty() { None } else { self.pids.iter().map(|&pid| of(pid)).sum() }
    }
}

fn cpu_of(pid: u32) -> Option<Duration> {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    // The program's name, in brackets, may hold anything.
    let mut fields = stat.rsplit_once(')')?.1.split_whitespace().skip(11);
    let ticks: u64 = fields.next()?.parse::<u64>().ok()? + fields.next()?.parse::<u64>().ok()?;
    Some(Duration::from_secs_f64(ticks as f64 / rustix::param::clock_ticks_per_second() as f64))
}

fn memory_of(pid: u32) -> Option<u64> {
    let status = fs::read_to_string(format!("/proc/{pid}/status")).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    Some(line.split_whitespace().next()?.parse::<u64>().ok()? * 1024)
}

/// The address in the first line that a server prints. The rest is read too, so that it never waits for a full pipe.
fn listening(stdout: impl Read + Send + 'static) -> Option<SocketAddr> {
    let mut lines = BufReader::new(stdout).lines().map_while(std::result::Result::ok);
    let address = lines.next()?.strip_prefix("listening on http://")?.parse().ok();
    std::thread::spawn(move || lines.for_each(drop));
    address
}

async fn make_accounts(store: &dyn Archive, number: usize) -> Result<Vec<Account>> {
    let make = |number: usize| async move {
        let username = token::create(store, &format!("bench{number}")).await?;
        Ok::<_, Failure>(Account { token: token::mint(store, &username, "bench").await?, name: username.to_string() })
    };
    // Many at once share a commit; all at once would not fit the store's queue.
    let bar = ProgressBar::new(number as u64).with_message("accounts");
    let mut accounts = Vec::with_capacity(number);
    for first in (0..number).step_by(500) {
        let some = (first..number.min(first + 500)).map(make);
        accounts.extend(try_join_all(some).await?);
        bar.set_position(accounts.len() as u64);
    }
    bar.finish_and_clear();
    Ok(accounts)
}

fn read_tokens(file: &Path) -> Result<Vec<Account>> {
    let text = fs::read_to_string(file);
    let text = text.map_err(|cause| Failure::Refused(format!("{} cannot be read: {cause}", file.display())))?;
    let account = |line: &str| {
        let (name, token) = line.split_once(' ')?;
        Some(Account { name: name.to_owned(), token: token.trim().to_owned() })
    };
    Ok(text.lines().filter_map(account).collect())
}

/// Registers accounts of names that nobody has; they stay there.
async fn register(address: SocketAddr, authority: &str, number: usize) -> Result<Vec<Account>> {
    let run: String = random::bytes::<4>().iter().map(|byte| format!("{byte:02x}")).collect();
    let bar = ProgressBar::new(number as u64).with_message("accounts");
    let mut accounts = Vec::with_capacity(number);
    for number in 0..number {
        let (name, authority) = (format!("bench{run}x{number}"), authority.to_owned());
        let registering = tokio::task::spawn_blocking(move || register_one(address, &authority, name));
        accounts.push(registering.await.map_err(|cause| broken(cause.to_string()))??);
        bar.inc(1);
    }
    bar.finish_and_clear();
    Ok(accounts)
}

fn register_one(address: SocketAddr, authority: &str, name: String) -> Result<Account> {
    let password = format!("the bench of {name} is long");
    let (_, cookie) =
        post(address, authority, "/api/register", None, &json!({"username": name, "password": password}))?;
    let cookie = cookie.ok_or_else(|| broken("registering signs nobody in"))?;
    let (answer, _) = post(address, authority, "/api/token", Some(&cookie), &json!({"label": "bench"}))?;
    let token = answer["token"].as_str().ok_or_else(|| broken("it gives no token"))?.to_owned();
    Ok(Account { name, token })
}

/// One request over a connection of its own; the answer, and the cookie that it sets.
fn post(
    address: SocketAddr,
    authority: &str,
    path: &str,
    cookie: Option<&str>,
    body: &Value,
) -> Result<(Value, Option<String>)> {
    let lost = |cause: std::io::Error| broken(format!("{path}: {cause}"));
    let body = body.to_string();
    let cookie = cookie.map(|cookie| format!("cookie: {cookie}\r\norigin: http://{authority}\r\n")).unwrap_or_default();
    let mut stream = TcpStream::connect_timeout(&address, PATIENCE).map_err(lost)?;
    stream.set_read_timeout(Some(PATIENCE)).map_err(lost)?;
    let request = format!(
        "POST {path} HTTP/1.1\r\nhost: {authority}\r\nconnection: close\r\naccept: application/json\r\n{cookie}\
         content-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    );
    stream.write_all(request.as_bytes()).map_err(lost)?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).map_err(lost)?;
    let (head, body) = answer.split_once("\r\n\r\n").ok_or_else(|| broken(format!("{path}: it answers nothing")))?;
    let body: Value = serde_json::from_str(body).unwrap_or_default();
    if !head.starts_with("HTTP/1.1 200 ") {
        let why = body["message"].as_str().unwrap_or_else(|| head.lines().next().unwrap_or_default()).to_owned();
        return refused(format!("{path}: {why}"));
    }
    let set = head.lines().find_map(|line| line.strip_prefix("set-cookie: "));
    let cookie = set.and_then(|line| line.split(';').next()).map(str::to_owned);
    Ok((body, cookie))
}

/// A bar that runs for as long as the measurement should, on a terminal.
pub fn seconds(time: Duration) -> ProgressBar {
    let bar = ProgressBar::new(time.as_secs()).with_message("measuring");
    let running = bar.clone();
    tokio::spawn(async move {
        while !running.is_finished() {
            tokio::time::sleep(Duration::from_secs(1)).await;
            running.inc(1);
        }
    });
    bar
}
