//! What several nodes share: a database of their own at a MongoDB server, and a Redis of their own.
//!
//! `MONGODB_URL` names the server; `redis-server` is taken from the PATH. `tools/with-servers` sees to both.

use std::{
    env,
    net::{Ipv4Addr, SocketAddr, TcpListener},
    process::{Child, Command, Stdio},
    time::{SystemTime, UNIX_EPOCH},
};

use tempfile::TempDir;

use super::server::line_of;

pub struct Behind {
    pub store: String,
    pub bus: String,
    redis: Process,
}

impl Behind {
    pub fn start() -> Self {
        let url = env::var("MONGODB_URL").expect("MONGODB_URL names a MongoDB server; tools/with-servers starts one");
        Self::start_with_store(database(&url))
    }

    pub fn start_with_store(store: String) -> Self {
        let redis = Process::redis();
        Self { store, bus: format!("redis://{}", redis.address), redis }
    }

    /// kill -9.
    pub fn kill_redis(&mut self) {
        self.redis.kill();
    }

    /// On the same port, and empty.
    pub fn start_redis(&mut self) {
        self.redis.start();
    }
}

/// An address at which nobody listens.
pub fn free_address() -> SocketAddr {
    let free = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port is free");
    free.local_addr().expect("it has an address")
}

/// The address of a database that no other test has.
pub fn database(url: &str) -> String {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).expect("a clock after 1970");
    let name = format!("nodes_{}_{}", std::process::id(), since.as_nanos());
    let (host, options) = url.split_once('?').unwrap_or((url, ""));
    format!("{}/{name}?{options}", host.trim_end_matches('/'))
}

/// A server program on a port of its own, which stays the same over kills.
pub struct Process {
    pub address: SocketAddr,
    program: String,
    arguments: Vec<String>,
    child: Option<Child>,
    /// Its data, which outlives kills.
    folder: TempDir,
}

impl Process {
    fn redis() -> Self {
        let words = ["--save", "", "--appendonly", "no", "--bind", "127.0.0.1", "--port"];
        Self::run("redis-server", |_, port| words.iter().map(ToString::to_string).chain([port.to_string()]).collect())
    }

    /// A MongoDB-protocol server of one's own, to be stopped and started. What it answered outlives a kill.
    pub fn mongodb() -> Self {
        let program = env::var("MONGODB_SERVER").expect("MONGODB_SERVER names the program; tools/with-servers does");
        Self::run(&program, |folder, port| {
            let words = ["--host", "127.0.0.1", "--log-level", "INFO", "--sync-on-commit", "--storage-path", folder];
            words.iter().map(ToString::to_string).chain(["--port".into(), port.to_string()]).collect()
        })
    }

    fn run(program: &str, arguments: impl FnOnce(&str, u16) -> Vec<String>) -> Self {
        let folder = TempDir::new().expect("a temporary folder can be made");
        let address = free_address();
        let arguments = arguments(&folder.path().to_string_lossy(), address.port());
        let mut process = Self { address, program: program.to_owned(), arguments, child: None, folder };
        process.start();
        process
    }

    pub fn start(&mut self) {
        // One of them speaks on stdout, the other on stderr.
        let mut command = Command::new("sh");
        command.args(["-c", "exec \"$0\" \"$@\" 2>&1", &self.program]).args(&self.arguments);
        command.current_dir(self.folder.path()).stdin(Stdio::null()).stdout(Stdio::piped());
        let mut child = command.spawn().expect("there is a shell");
        let said = child.stdout.take().expect("it is piped");
        self.child = Some(child);
        let is_ready = |line: &str| line.contains("Ready to accept connections") || line.contains("listening on");
        line_of(said, is_ready).unwrap_or_else(|| panic!("{} does not listen", self.program));
    }

    pub fn kill(&mut self) {
        if let Some(mut child) = self.child.take() {
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.kill();
    }
}
