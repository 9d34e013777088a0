//! A server whose system calls fail, one point after another: strace counts the calls of each thread and answers those
//! from the Nth on with an error, without making them. Whatever fails, no `sent` is false, a server that ends says why,
//! and the next start heals.

use std::{
    collections::HashMap,
    env, fs,
    path::Path,
    process::{Command, Stdio},
    sync::{
        Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
};

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::{
    figures, integrity,
    prepared::{Prepared, message},
    support::{
        server::{Exit, Options, Server},
        socket::Socket,
    },
};

/// How many points of each kind, and at how many servers at once.
const POINTS: usize = 50;
const AT_ONCE: usize = 3;
/// EX_IOERR of sysexits.h: a commit failed, and nobody knows whether it was written.
const UNKNOWN_COMMIT: i32 = 74;
/// For how many calls a disk stays full.
const FULL_FOR: usize = 12;

#[derive(Clone, Copy, Debug)]
enum Fault {
    /// A flush fails.
    Flush { at: usize },
    /// There is no room for a while.
    Full { at: usize },
}

impl Fault {
    /// What the server runs under. strace is the child's child, so that the server is ours, its exit code and its end.
    fn tracer(self, data: &Path, log: &Path) -> Vec<String> {
        let mut words = vec!["strace".to_owned()];
        let mut say = |some: &[&str]| words.extend(some.iter().map(|word| (*word).to_owned()));
        say(&["-D", "-f", "-qq", "--seccomp-bpf", "-o", &log.display().to_string()]);
        match self {
            // Which of the two SQLite calls is a matter of how it was built.
            Self::Flush { at } => {
                say(&["-e", "trace=fsync,fdatasync", "-e", &format!("inject=fsync,fdatasync:error=EIO:when={at}")]);
            }
            Self::Full { at } => {
                for file in ["duologue.db", "duologue.db-wal", "duologue.db-shm"] {
                    say(&["-P", &data.join(file).display().to_string()]);
                }
                let when = format!("{at}..{}", at + FULL_FOR - 1);
                say(&["-e", "trace=pwrite64,write", "-e", &format!("inject=pwrite64,write:error=ENOSPC:when={when}")]);
            }
        }
        words
    }
}

/// What came of one point.
#[derive(Default)]
struct Found {
    /// How often the fault struck.
    struck: usize,
    /// What was answered `sent` and is not there.
    false_sent: Vec<String>,
    failures: Vec<String>,
    /// How it went, for the figures.
    course: &'static str,
}

impl Found {
    fn hold(&mut self, is_so: bool, sentence: impl FnOnce() -> String) {
        if !is_so {
            self.failures.push(sentence());
        }
    }

    /// It ended by itself, and said why.
    fn ends_clearly(&mut self, exit: &Exit, code: i32, says: &str) {
        self.hold(exit.status.code() == Some(code), || format!("ended with {exit:?} and not with {code}"));
        self.hold(exit.stderr.contains(says), || format!("{says:?} is not in {exit:?}"));
        self.hold(!exit.stderr.contains("panicked"), || format!("panicked: {exit:?}"));
    }
}

/// Everything that ann tried, and its `sent` where one came.
#[derive(Default)]
struct Tries(Vec<(Value, Option<Value>)>);

/// Whether the server was still there in the end.
enum Course {
    Stayed,
    Ended,
}

/// Talks until it is done or the line is cut. Where there is no room it waits for room, and tries again.
async fn talk(server: &Server, prepared: &Prepared, tries: &mut Tries, found: &mut Found) -> Course {
    let mut socket = Socket::open(server, &prepared.ann).await;
    for number in 0..messages() {
        let frame = match number % 10 {
            4 => {
                json!({"type": "edit", "id": format!("e-{number}"), "peer": prepared.bob.name, "of": 1, "body": "new"})
            }
            9 => {
                json!({"type": "delete", "id": format!("d-{number}"), "peer": prepared.bob.name, "of": number / 10 + 2})
            }
            _ => message(&prepared.bob, &format!("m-{number}")),
        };
        tries.0.push((frame.clone(), None));
        let mut answer = answer_to(&mut socket, &frame).await;
        if answer.as_ref().is_some_and(|answer| answer["code"] == "unavailable") {
            found.course = "was unavailable, and wrote again";
            wait_for_room(server, found).await;
            answer = answer_to(&mut socket, &frame).await;
        }
        match answer {
            Some(answer) if answer["type"] == "sent" => tries.0[number].1 = Some(answer),
            Some(error) => found.failures.push(format!("{frame} got {error}")),
            None => return Course::Ended,
        }
    }
    Course::Stayed
}

/// The answer to a frame, unless the line is cut before.
async fn answer_to(socket: &mut Socket, frame: &Value) -> Option<Value> {
    if !socket.try_send(frame).await {
        return None;
    }
    loop {
        let frame = socket.read().await.ok()?;
        if frame["type"] == "sent" || frame["type"] == "error" {
            return Some(frame);
        }
    }
}

/// Not ready while there is no room, and ready again with it. Each look makes a call that fails.
async fn wait_for_room(server: &Server, found: &mut Found) {
    for look in 0..2 * FULL_FOR {
        match server.get("/readyz").status().await {
            200 => return found.hold(look > 0, || "was ready where nothing could be written".to_owned()),
            503 => {}
            status => return found.failures.push(format!("/readyz said {status}")),
        }
    }
    found.failures.push("was never ready again".to_owned());
}

/// A server on a copy of what is prepared, with one fault.
async fn try_point(prepared: &Prepared, data: TempDir, fault: Fault) -> Found {
    let mut found = Found { course: "worked on", ..Found::default() };
    let log = TempDir::new().expect("a temporary folder can be made");
    let log = log.path().join("strace.log");
    let under = fault.tracer(data.path(), &log);
    let mut tries = Tries::default();
    let data = match Server::try_start_in(data, Options { under, ..Options::alone() }) {
        Ok(mut server) => {
            if let Course::Ended = talk(&server, prepared, &mut tries, &mut found).await {
                found.course = "ended";
                let exit = server.exited().await;
                found.ends_clearly(&exit, UNKNOWN_COMMIT, "a commit failed");
            }
            server.into_data()
        }
        Err((data, exit)) => {
            found.course = "did not start";
            found.ends_clearly(&exit, 1, "duologue.db");
            found.hold(exit.stderr.trim().lines().count() == 1, || format!("more than a sentence: {exit:?}"));
            data
        }
    };
    let log = fs::read_to_string(&log).unwrap_or_default();
    found.struck = log.lines().filter(|line| line.contains("(INJECTED)")).count();
    heals(prepared, data, &tries, &mut found).await;
    found
}

/// On a disk that works again nothing that was answered is missing, and what was not answered is settled by its repeat.
async fn heals(prepared: &Prepared, data: TempDir, tries: &Tries, found: &mut Found) {
    let server = match Server::try_start_in(data, Options::alone()) {
        Ok(server) => server,
        Err((_, exit)) => return found.failures.push(format!("does not start again: {exit:?}")),
    };
    let mut socket = Socket::open(&server, &prepared.ann).await;
    let log = socket.log(&prepared.bob.name).await;
    let places: HashMap<&str, &Value> = log.iter().filter_map(|entry| Some((entry["id"].as_str()?, entry))).collect();
    for (frame, sent) in &tries.0 {
        let entry = frame["id"].as_str().and_then(|id| places.get(id));
        if let Some(sent) = sent
            && entry.is_none_or(|entry| (&entry["seq"], &entry["at"]) != (&sent["seq"], &sent["at"]))
        {
            found.false_sent.push(format!("{sent} and then {entry:?}"));
        }
    }
    for (frame, sent) in &tries.0 {
        match answer_to(&mut socket, frame).await {
            Some(again) if again["type"] == "sent" && sent.as_ref().is_none_or(|sent| *sent == again) => {}
            again => found.failures.push(format!("the repeat of {frame} got {again:?} after {sent:?}")),
        }
    }
    let log = socket.log(&prepared.bob.name).await;
    let is_whole = log.iter().zip(1..).all(|(entry, seq)| entry["seq"] == json!(seq));
    let expected = prepared.head as usize + tries.0.len();
    found.hold(is_whole && log.len() == expected, || format!("{} entries for {expected}", log.len()));
    let data = server.into_data();
    let verdict = integrity(&data);
    found.hold(verdict == "ok", || format!("integrity_check: {verdict}"));
}

/// Tries all points, a few at once, and prints what came of them.
fn try_points(kind: &str, faults: &[Fault]) {
    let runtime = || tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    let prepared = runtime().block_on(Prepared::with(messages() as u64 / 10 + 3));
    let (next, found) = (AtomicUsize::new(0), Mutex::new(Vec::new()));
    thread::scope(|scope| {
        for _ in 0..AT_ONCE {
            scope.spawn(|| {
                while let Some(fault) = faults.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let of_this = runtime().block_on(try_point(&prepared, prepared.copy(), *fault));
                    found.lock().expect("nobody panics with it").push((*fault, of_this));
                }
            });
        }
    });
    let found = found.into_inner().expect("nobody panics with it");
    judge(kind, &found);
}

fn judge(kind: &str, found: &[(Fault, Found)]) {
    let mut courses: HashMap<&str, usize> = HashMap::new();
    let (mut false_sent, mut failures) = (0, 0);
    for (fault, Found { struck, false_sent: untrue, failures: others, course }) in found {
        *courses.entry(course).or_default() += 1;
        false_sent += untrue.len();
        failures += usize::from(!untrue.is_empty() || !others.is_empty() || *struck == 0);
        for sentence in untrue.iter().chain(others) {
            eprintln!("{fault:?}: {sentence}");
        }
        if *struck == 0 {
            eprintln!("{fault:?} struck nothing");
        }
    }
    let (points, struck) = (found.len(), found.iter().map(|(_, found)| found.struck).sum::<usize>());
    figures(&json!({"disk": {
        "fault": kind, "points": points, "struck": struck, "false_sent": false_sent, "failures": failures, "courses": courses,
    }}));
    assert_eq!((false_sent, failures), (0, 0), "of {points} points");
}

/// `DISK_POINTS=N` tries more of them.
fn points() -> usize {
    env::var("DISK_POINTS").map_or(POINTS, |points| points.parse().expect("a number"))
}

/// More than there are points, so that each comes in the middle of it.
fn messages() -> usize {
    points() + 10
}

#[test]
fn where_a_flush_fails_the_server_ends_and_no_sent_was_false() {
    let faults: Vec<Fault> = (1..=points()).map(|at| Fault::Flush { at }).collect();
    try_points("flush", &faults);
}

#[test]
fn where_the_disk_is_full_sends_are_refused_until_there_is_room() {
    let step = (200 / points()).max(1);
    let faults: Vec<Fault> = (0..points()).map(|point| Fault::Full { at: 1 + point * step }).collect();
    try_points("full", &faults);
}

/// SQLite flushes the names of its files, but not that of the folder in which they are.
#[test]
fn a_new_folder_is_flushed_by_name_before_anything_is_answered() {
    let above = TempDir::new().expect("a temporary folder can be made");
    let above = above.path().canonicalize().expect("it is there");
    let (log, data) = (above.join("strace.log"), above.join("new/deeper"));
    let mut strace = Command::new("strace");
    strace.args(["-f", "-y", "-qq", "-e", "trace=fsync,fdatasync", "-o"]).arg(&log);
    strace.arg(env!("CARGO_BIN_EXE_duologue")).args(["token", "--create", "ann", "--data"]).arg(&data);
    let token = strace.stdin(Stdio::null()).output().expect("strace starts");
    assert!(token.status.success(), "{token:?}");
    let log = fs::read_to_string(&log).expect("strace has written it");
    for folder in [&*above, &above.join("new"), &data] {
        let name = format!("<{}>)", folder.display());
        let is_flushed = log.lines().any(|line| line.contains(&name) && line.ends_with("= 0"));
        assert!(is_flushed, "{name:?} is not in {log}");
    }
}
