//! A server whose system calls fail, one point after another: strace counts the calls of each thread and answers those
//! from the Nth on with an error, without making them. Whatever fails, no `sent` is false, a server that ends says why,
//! and the next start heals.

use std::{
    collections::HashMap,
    fs,
    process::{Command, Stdio},
    time::Duration,
};

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::{
    integrity,
    points::{FULL_FOR, Fault, Found, messages, points, runtime, struck, try_points},
    prepared::{Prepared, message},
    support::{
        LONG_PATIENCE,
        server::{Options, Server},
        socket::Socket,
        within,
    },
};

/// EX_IOERR of sysexits.h: a commit failed, and nobody knows whether it was written.
const UNKNOWN_COMMIT: i32 = 74;

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
                // What a full disk did not take is known not to be written.
                found.hold(matches!(fault, Fault::Flush { .. }), || format!("no room ended it: {exit:?}"));
            }
            server.into_data()
        }
        Err((data, exit)) => {
            found.does_not_start(&exit);
            data
        }
    };
    found.struck = struck(&log);
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

/// Tries them on a server with people who talk.
fn try_talking(kind: &str, faults: &[Fault]) {
    let prepared = runtime().block_on(Prepared::with(messages() as u64 / 10 + 3));
    try_points(kind, faults, |fault| runtime().block_on(try_point(&prepared, prepared.copy(), fault)));
}

#[test]
fn where_a_flush_fails_the_server_ends_and_no_sent_was_false() {
    let faults: Vec<Fault> = (1..=points()).map(|at| Fault::Flush { at }).collect();
    try_talking("flush", &faults);
}

#[test]
fn where_the_disk_is_full_sends_are_refused_until_there_is_room() {
    let step = (200 / points()).max(1);
    let faults: Vec<Fault> = (0..points()).map(|point| Fault::Full { at: 1 + point * step }).collect();
    try_talking("full", &faults);
}

/// A message and its deletion, which empties the log of the database a moment later: with a flush that fails in it.
async fn try_wipe(prepared: &Prepared, data: TempDir, fault: Fault) -> Found {
    let mut found = Found { course: "wiped later", ..Found::default() };
    let log = TempDir::new().expect("a temporary folder can be made");
    let log = log.path().join("strace.log");
    let under = fault.tracer(data.path(), &log);
    let wal = data.path().join("duologue.db-wal");
    let mut server = Server::start_in(data, None, Options { under, ..Options::alone() });
    let mut socket = Socket::open(&server, &prepared.ann).await;
    let deletion = json!({"type": "delete", "id": "d-1", "peer": prepared.bob.name, "of": prepared.head + 1});
    let mut tries = Tries::default();
    for frame in [message(&prepared.bob, "m-1"), deletion] {
        let sent = socket.ask(frame.clone()).await;
        tries.0.push((frame, Some(sent)));
    }
    within(LONG_PATIENCE, "an empty log", async {
        let mut look = tokio::time::interval(Duration::from_millis(10));
        while fs::metadata(&wal).map_or(0, |log| log.len()) > 0 {
            look.tick().await;
        }
    })
    .await;
    let frame = message(&prepared.bob, "m-2");
    let sent = socket.ask(frame.clone()).await;
    tries.0.push((frame, Some(sent)));
    found.hold(server.get("/readyz").status().await == 200, || "not ready".to_owned());
    server.terminate();
    let exit = server.exited().await;
    found.ends_clearly(&exit, 0, "could not be emptied");
    found.struck = struck(&log);
    heals(prepared, server.into_data(), &tries, &mut found).await;
    found
}

#[test]
fn where_a_flush_fails_while_words_are_wiped_they_are_wiped_later() {
    // Three for the first message in a new log, one for its deletion; then the log is flushed, and the database.
    let faults = [Fault::Flush { at: 5 }, Fault::Flush { at: 6 }];
    let prepared = runtime().block_on(Prepared::with(3));
    try_points("wipe", &faults, |fault| runtime().block_on(try_wipe(&prepared, prepared.copy(), fault)));
}

/// On an empty folder: the tables are made, or it ends with a sentence, and the next start makes them.
async fn try_first_start(fault: Fault) -> Found {
    let mut found = Found { course: "started", ..Found::default() };
    let data = TempDir::new().expect("a temporary folder can be made");
    let log = TempDir::new().expect("a temporary folder can be made");
    let log = log.path().join("strace.log");
    let under = fault.tracer(data.path(), &log);
    let data = match Server::try_start_in(data, Options { under, ..Options::alone() }) {
        Ok(server) => server.into_data(),
        Err((data, exit)) => {
            found.does_not_start(&exit);
            data
        }
    };
    found.struck = struck(&log);
    match Server::try_start_in(data, Options::alone()) {
        Ok(server) => {
            let (ann, bob) = server.pair("first").await;
            let mut socket = Socket::open(&server, &ann).await;
            let sent = answer_to(&mut socket, &message(&bob, "m-1")).await;
            found
                .hold(sent.as_ref().is_some_and(|sent| sent["seq"] == 1), || format!("the first message got {sent:?}"));
            let verdict = integrity(&server.into_data());
            found.hold(verdict == "ok", || format!("integrity_check: {verdict}"));
        }
        Err((_, exit)) => found.failures.push(format!("does not start again: {exit:?}")),
    }
    found
}

#[test]
fn where_the_disk_fails_in_the_first_start_the_next_one_is_the_first() {
    let flushes = (1..=8).map(|at| Fault::Flush { at });
    let faults: Vec<Fault> = flushes.chain((1..=60).step_by(5).map(|at| Fault::Full { at })).collect();
    try_points("first start", &faults, |fault| runtime().block_on(try_first_start(fault)));
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
