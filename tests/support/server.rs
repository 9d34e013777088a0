//! A server under test: the built binary on port 0 with a data folder of its own, which outlives kills and restarts. Where
//! `NODES=2` is set it is two of them over one MongoDB and one Redis: whoever is called bob connects to the second.

use std::{
    collections::HashMap,
    env,
    ffi::OsString,
    io::{BufRead, BufReader, Read},
    net::SocketAddr,
    path::{Path, PathBuf},
    process::{Child, Command, ExitStatus, Stdio},
    sync::{Arc, Mutex, PoisonError, Weak, mpsc},
    thread,
    time::Duration,
};

use serde_json::json;
use tempfile::TempDir;

use super::{LONG_PATIENCE, behind::Behind, http::Request};

/// Long, not common, and with spaces: every account of the tests has it.
pub const PASSWORD: &str = "four brown hens on a ladder";

/// A signed-in person: the folded name and the session cookie as `session=VALUE`.
#[derive(Clone, Debug)]
pub struct Account {
    pub name: String,
    pub cookie: String,
}

/// How a server is started. What is not said is as in production, but on loopback, port 0, with limits off.
#[derive(Clone)]
pub struct Options {
    pub listen: String,
    pub limits: &'static str,
    pub config: Option<PathBuf>,
    pub environment: Vec<(&'static str, String)>,
    /// How many processes; several share what stands behind them.
    pub nodes: usize,
    /// A program that the server runs under, with what it is told; it becomes the server in the end.
    pub under: Vec<String>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            listen: "127.0.0.1:0".into(),
            limits: "off",
            config: None,
            environment: Vec::new(),
            nodes: nodes(),
            under: Vec::new(),
        }
    }
}

/// How many nodes a server of the tests has where a test does not say so itself.
fn nodes() -> usize {
    env::var("NODES").ok().map_or(1, |number| number.parse().expect("NODES is a number"))
}

impl Options {
    pub fn with_limits() -> Self {
        Self { limits: "on", ..Self::default() }
    }

    /// Of one node, whatever `NODES` says.
    pub fn alone() -> Self {
        Self { nodes: 1, ..Self::default() }
    }

    pub fn on_two_nodes() -> Self {
        Self { nodes: 2, ..Self::default() }
    }

    fn command(&self, data: &Path, behind: Option<&Behind>) -> Command {
        let mut command = program_under(&self.under);
        command.arg("serve").args(["--listen", &self.listen, "--limits", self.limits]).arg("--data").arg(data);
        if let Some(config) = &self.config {
            command.arg("--config").arg(config);
        }
        if let Some(behind) = behind {
            command.args(["--store", &behind.store, "--bus", &behind.bus]);
        }
        for (key, value) in &self.environment {
            command.env(key, value);
        }
        command
    }
}

/// The program under test, without what the caller's environment would tell it. `SOAK_PROGRAM` names another than the one
/// that was built for the tests: the release.
pub fn program() -> Command {
    program_under(&[])
}

/// The same under another program, which is told the rest of the words and then this one.
fn program_under(under: &[String]) -> Command {
    let built = || env!("CARGO_BIN_EXE_duologue").into();
    let program: OsString = env::var_os("SOAK_PROGRAM").unwrap_or_else(built);
    let mut command = match under.split_first() {
        None => Command::new(program),
        Some((first, told)) => {
            let mut command = Command::new(first);
            command.args(told).arg(program);
            command
        }
    };
    for (key, _) in env::vars_os() {
        let name = key.to_string_lossy();
        if name.starts_with("DUOLOGUE_") || name.starts_with("LEPTOS_") || name == "RUST_LOG" {
            command.env_remove(&key);
        }
    }
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

/// How a process ended.
#[derive(Debug)]
pub struct Exit {
    pub status: ExitStatus,
    pub stderr: String,
}

struct Running {
    child: Child,
    address: SocketAddr,
    stderr: thread::JoinHandle<String>,
}

pub struct Server {
    pub options: Options,
    data: TempDir,
    /// What several nodes share.
    pub behind: Option<Behind>,
    /// Empty while none runs.
    nodes: Vec<Option<Running>>,
    accounts: tokio::sync::Mutex<HashMap<String, Account>>,
}

impl Server {
    pub fn start() -> Self {
        Self::start_with(Options::default())
    }

    pub fn start_with(options: Options) -> Self {
        let behind = (options.nodes > 1).then(Behind::start);
        Self::start_before(behind, options)
    }

    /// Nodes before what runs already.
    pub fn start_before(behind: Option<Behind>, options: Options) -> Self {
        Self::start_in(TempDir::new().expect("a temporary folder can be made"), behind, options)
    }

    /// In a data folder in which something may be.
    pub fn start_in(data: TempDir, behind: Option<Behind>, options: Options) -> Self {
        let nodes = (0..options.nodes).map(|_| Some(run(&options, data.path(), behind.as_ref()))).collect();
        Self { options, data, behind, nodes, accounts: tokio::sync::Mutex::default() }
    }

    /// One of one node that may refuse to start, on data that is there.
    pub fn try_start_in(data: TempDir, options: Options) -> Result<Self, (TempDir, Exit)> {
        match try_run(&options, data.path(), None) {
            Ok(running) => {
                Ok(Self { options, data, behind: None, nodes: vec![Some(running)], accounts: Default::default() })
            }
            Err(exit) => Err((data, exit)),
        }
    }

    /// The server of a whole test file, for tests that do not disturb each other. It ends with the last test that
    /// holds it; a static of its own would never be dropped, and its process would stay.
    pub fn shared() -> Arc<Self> {
        static SHARED: Mutex<Weak<Server>> = Mutex::new(Weak::new());
        let mut shared = SHARED.lock().unwrap_or_else(PoisonError::into_inner);
        shared.upgrade().unwrap_or_else(|| {
            let server = Arc::new(Self::start());
            *shared = Arc::downgrade(&server);
            server
        })
    }

    pub fn data(&self) -> &Path {
        self.data.path()
    }

    /// Of the first node.
    pub fn address(&self) -> SocketAddr {
        self.address_of(0)
    }

    pub fn address_of(&self, node: usize) -> SocketAddr {
        self.nodes[node].as_ref().expect("the node runs").address
    }

    /// The node at which a person connects.
    pub fn node_of(&self, name: &str) -> usize {
        if name.starts_with("bob") { self.nodes.len() - 1 } else { 0 }
    }

    pub fn origin(&self) -> String {
        format!("http://{}", self.address())
    }

    /// kill -9: no handler runs, nothing is flushed.
    pub fn kill(&mut self) {
        (0..self.nodes.len()).for_each(|node| self.kill_node(node));
    }

    pub fn kill_node(&mut self, node: usize) {
        if let Some(mut running) = self.nodes[node].take() {
            // It may have ended by itself.
            let _ = running.child.kill();
            let _ = running.child.wait();
        }
    }

    /// Starts again on the same data, on another port. Cookies, tokens and ids stay good.
    pub fn restart(&mut self) {
        self.kill();
        (0..self.nodes.len()).for_each(|node| self.start_node(node));
    }

    pub fn start_node(&mut self, node: usize) {
        self.nodes[node] = Some(run(&self.options, self.data.path(), self.behind.as_ref()));
    }

    /// The process of the first node.
    pub fn pid(&self) -> u32 {
        self.nodes[0].as_ref().expect("the node runs").child.id()
    }

    pub fn terminate(&self) {
        self.signal("-TERM");
    }

    /// Sends each process a signal of this name, as kill(1) knows it.
    pub fn signal(&self, name: &str) {
        for running in self.nodes.iter().flatten() {
            let pid = running.child.id().to_string();
            let status = Command::new("kill").args([name, &pid]).status().expect("kill(1) is there");
            assert!(status.success(), "kill {name} {pid}: {status}");
        }
    }

    /// The process of the first node.
    pub fn process(&self) -> u32 {
        self.nodes[0].as_ref().expect("the node runs").child.id()
    }

    /// What it has kept, for a test that looks at it or starts on it; the server is killed before.
    pub fn into_data(mut self) -> TempDir {
        self.kill();
        std::mem::replace(&mut self.data, TempDir::new().expect("a temporary folder can be made"))
    }

    /// Waits until the process of the first node has ended by itself.
    pub async fn exited(&mut self) -> Exit {
        let running = self.nodes[0].take().expect("the server runs");
        let exit = tokio::task::spawn_blocking(move || wait(running.child, running.stderr));
        exit.await.expect("the process ends in time")
    }

    pub fn get(&self, target: &str) -> Request {
        Request::new(self.address(), "GET", target)
    }

    /// A post of a program: no cookie, no Origin, JSON both ways.
    pub fn post(&self, target: &str) -> Request {
        Request::new(self.address(), "POST", target).with("accept", "application/json")
    }

    pub async fn register(&self, name: &str) -> Account {
        let request = self.post("/api/register").json(&json!({"username": name, "password": PASSWORD}));
        let reply = request.send().await;
        assert_eq!(reply.status, 200, "registering {name}: {}", reply.body);
        let name = reply.json()["username"].as_str().expect("the answer names the account").to_owned();
        Account { name, cookie: reply.cookie().expect("registering signs in") }
    }

    /// Two people nobody else talks to: ann and bob, named after the test.
    pub async fn pair(&self, test: &str) -> (Account, Account) {
        let (ann, bob) = (format!("ann{test}"), format!("bob{test}"));
        tokio::join!(self.register(&ann), self.register(&bob))
    }

    /// An account that several tests use, registered by the first of them.
    pub async fn account(&self, name: &str) -> Account {
        let mut accounts = self.accounts.lock().await;
        if let Some(account) = accounts.get(name) {
            return account.clone();
        }
        let account = self.register(name).await;
        accounts.insert(name.to_owned(), account.clone());
        account
    }

    /// A second session of an account that exists.
    pub async fn sign_in(&self, name: &str) -> Account {
        let request = self.post("/api/login").json(&json!({"username": name, "password": PASSWORD}));
        let reply = request.send().await;
        assert_eq!(reply.status, 200, "signing in {name}: {}", reply.body);
        Account { name: name.to_owned(), cookie: reply.cookie().expect("signing in sets the cookie") }
    }

    pub async fn token(&self, account: &Account) -> String {
        let reply = self.post("/api/token").signed_in(account).json(&json!({"label": "a test"})).send().await;
        assert_eq!(reply.status, 200, "a token for {}: {}", account.name, reply.body);
        reply.json()["token"].as_str().expect("the answer holds the token").to_owned()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.kill();
    }
}

/// Starts a server that is expected to refuse, and says how it ended.
pub fn refused(options: &Options, data: &Path) -> Exit {
    let mut child = options.command(data, None).spawn().expect("the binary starts");
    let stderr = collect(child.stderr.take().expect("stderr is piped"));
    wait(child, stderr)
}

/// Starts a server, and kills it (kill -9) once it has had so much time, or listens. Says whether it listened.
pub fn killed_in_its_start(options: &Options, data: &Path, time: Duration) -> bool {
    let mut child = options.command(data, None).spawn().expect("the binary starts");
    let stderr = collect(child.stderr.take().expect("stderr is piped"));
    let line = first_line(child.stdout.take().expect("stdout is piped"), |_| true).recv_timeout(time);
    // It may have ended by itself.
    let _ = child.kill();
    let _ = child.wait();
    let listened = line.ok().flatten().is_some();
    let said = stderr.join().unwrap_or_default();
    assert!(!said.contains("panicked"), "{said}");
    listened
}

fn run(options: &Options, data: &Path, behind: Option<&Behind>) -> Running {
    try_run(options, data, behind).unwrap_or_else(|exit| panic!("it does not start: {exit:?}"))
}

/// Starts a server, or says how it ended where it ended without listening.
fn try_run(options: &Options, data: &Path, behind: Option<&Behind>) -> Result<Running, Exit> {
    let mut child = options.command(data, behind).spawn().expect("the binary starts");
    let stdout = child.stdout.take().expect("stdout is piped");
    let stderr = collect(child.stderr.take().expect("stderr is piped"));
    let line = line_of(stdout, |_| true);
    let address = line.as_deref().and_then(|line| line.strip_prefix("listening on http://"));
    match address.and_then(|address| address.parse().ok()) {
        Some(address) => Ok(Running { child, address, stderr }),
        None => Err(wait(child, stderr)),
    }
}

/// The first line of a program that is such a one, if it comes in time. What follows is read too, so that a talkative
/// program never waits for a full pipe.
pub fn line_of(pipe: impl Read + Send + 'static, is_such: fn(&str) -> bool) -> Option<String> {
    first_line(pipe, is_such).recv_timeout(LONG_PATIENCE).ok().flatten()
}

fn first_line(pipe: impl Read + Send + 'static, is_such: fn(&str) -> bool) -> mpsc::Receiver<Option<String>> {
    let (sender, line) = mpsc::sync_channel(1);
    thread::spawn(move || {
        let mut lines = BufReader::new(pipe).lines().map_while(Result::ok);
        let _ = sender.send(lines.find(|line| is_such(line)));
        lines.for_each(drop);
    });
    line
}

fn collect(mut pipe: impl Read + Send + 'static) -> thread::JoinHandle<String> {
    thread::spawn(move || {
        let mut bytes = Vec::new();
        let _ = pipe.read_to_end(&mut bytes);
        String::from_utf8_lossy(&bytes).into_owned()
    })
}

fn wait(mut child: Child, stderr: thread::JoinHandle<String>) -> Exit {
    let pid = child.id().to_string();
    let (sender, ended) = mpsc::sync_channel(1);
    thread::spawn(move || sender.send(child.wait()));
    match ended.recv_timeout(LONG_PATIENCE) {
        Ok(status) => {
            let status = status.expect("a child can be waited for");
            Exit { status, stderr: stderr.join().unwrap_or_default() }
        }
        Err(_) => {
            let _ = Command::new("kill").args(["-KILL", &pid]).status();
            panic!("the server still runs; stderr: {}", stderr.join().unwrap_or_default());
        }
    }
}
