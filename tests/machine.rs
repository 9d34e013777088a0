//! What a machine does to a server that works: it stops it for a while, sets its clock, has no more files or memory for it.
//! And what a defect in one answer does to the others.

mod support;

use std::{fs, net::SocketAddr};

use serde_json::{Value, json};
use support::{
    LONG_PATIENCE,
    checker::{Stage, judge, stored::Stored},
    client::{Broken, Client},
    http::read_reply,
    server::{Account, Options, PASSWORD, Server},
    socket::Socket,
    within,
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

fn says(id: &str, peer: &str) -> Value {
    json!({"type": "send", "id": id, "peer": peer, "body": format!("{id} in full")})
}

/// Whether every thread of a process is stopped: a signal is sent at once, and obeyed by each in its time.
fn is_stopped(process: u32) -> bool {
    let threads = fs::read_dir(format!("/proc/{process}/task")).expect("the process lives");
    threads.flatten().all(|thread| {
        let stat = fs::read_to_string(thread.path().join("stat")).unwrap_or_default();
        stat.rsplit(") ").next().is_some_and(|rest| rest.starts_with('T'))
    })
}

#[tokio::test]
async fn what_was_sent_to_a_stopped_server_and_again_elsewhere_stands_once() {
    let server = Server::start_with(Options::alone());
    let (ann, bob) = server.pair("stopped").await;
    let mut before = Socket::open(&server, &ann).await;
    before.ask(says("m-0", &bob.name)).await;
    server.signal("-STOP");
    within(LONG_PATIENCE, "that it stands still", async {
        while !is_stopped(server.process()) {
            tokio::task::yield_now().await;
        }
    })
    .await;
    for number in 1..=20 {
        assert!(before.try_send(&says(&format!("m-{number}"), &bob.name)).await, "the kernel takes it");
    }
    // Ann gives up waiting and comes back on another line, which the kernel keeps until the server goes on.
    drop(before);
    let _waiting = TcpStream::connect(server.address()).await.expect("the kernel accepts");
    server.signal("-CONT");
    let mut after = Socket::open(&server, &ann).await;
    let mut places = Vec::new();
    for number in 0..=20 {
        places.push(after.ask(says(&format!("m-{number}"), &bob.name)).await["seq"].clone());
    }
    let log = after.log(&bob.name).await;
    let other = Socket::open(&server, &bob).await.log(&ann.name).await;
    assert_eq!(log, other);
    assert_eq!(log.len(), 21, "each once: {log:?}");
    let seqs: Vec<Value> = (1..=21).map(Value::from).collect();
    assert_eq!(log.iter().map(|entry| entry["seq"].clone()).collect::<Vec<_>>(), seqs);
    for (number, place) in places.iter().enumerate() {
        let entry = log.iter().find(|entry| entry["seq"] == *place).expect("the place that was answered");
        assert_eq!(entry["id"], format!("m-{number}"));
    }
}

/// Debug builds alone know the fault.
#[cfg(debug_assertions)]
#[tokio::test]
async fn times_never_go_back_when_the_clock_does() {
    const DAY: i64 = 86_400_000;
    let mut server = Server::start_with(Options::alone());
    let (ann, bob) = server.pair("clock").await;
    let mut expected = 0;
    for error in [0, -DAY, DAY, 0, -DAY] {
        server.options.environment = vec![("DUOLOGUE_FAULT", format!("clock:{error}"))];
        server.restart();
        for person in [&ann, &bob] {
            let peer = if person.name == ann.name { &bob } else { &ann };
            expected += 1;
            let mut socket = Socket::open(&server, person).await;
            let sent = socket.ask(says(&format!("m-{expected}"), &peer.name)).await;
            assert_eq!(sent["seq"], expected, "the clock has no say in the order");
        }
    }
    let log = Socket::open(&server, &ann).await.log(&bob.name).await;
    let times: Vec<u64> = log.iter().filter_map(|entry| entry["at"].as_u64()).collect();
    assert_eq!(times.len(), 10);
    assert!(times.is_sorted(), "{times:?}");
    assert!(times[4] >= times[0] + DAY as u64, "the clock was a day ahead: {times:?}");
    assert_eq!(times[6..], [times[5]; 4], "until it is that late, everything is of the latest time there was");
}

/// What a server runs under that may have so many files.
fn with_files(most: usize) -> Vec<String> {
    limited(&format!("-n {most}"))
}

/// What a server runs under that may have so much memory.
fn with_memory(mebibytes: usize) -> Vec<String> {
    limited(&format!("-v {}", mebibytes * 1024))
}

/// With a limit as the shell's `ulimit` takes it.
fn limited(limit: &str) -> Vec<String> {
    ["bash", "-c", &format!("ulimit {limit}; exec \"$0\" \"$@\"")].map(str::to_owned).to_vec()
}

fn files_of(server: &Server) -> usize {
    fs::read_dir(format!("/proc/{}/fd", server.process())).expect("the process lives").count()
}

#[tokio::test]
async fn a_line_more_than_there_are_files_for_is_told_to_come_back() {
    let server = Server::start_with(Options { under: with_files(64), ..Options::alone() });
    let (ann, bob) = server.pair("room").await;
    let mut one = Socket::open(&server, &ann).await;
    let mut lines = Vec::new();
    for _ in 0..64 {
        lines.push(TcpStream::connect(server.address()).await.expect("the kernel accepts"));
    }
    let mut answer = [0; 64];
    let last = lines.last_mut().expect("there are lines");
    let read = within(LONG_PATIENCE, "an answer", last.read(&mut answer)).await.expect("it is answered");
    assert!(answer[..read].starts_with(b"HTTP/1.1 503"), "{:?}", String::from_utf8_lossy(&answer));
    one.ask(says("m-1", &bob.name)).await;
}

/// What is kept for the database may not be enough.
#[tokio::test]
async fn without_files_new_lines_wait_and_the_others_go_on() {
    let mut server = Server::start_with(Options::alone());
    let (ann, bob) = server.pair("files").await;
    let most = files_of(&server) + 8;
    server.options.under = with_files(most);
    server.restart();
    let mut one = Socket::open(&server, &ann).await;
    let mut other = Socket::open(&server, &bob).await;
    let mut idle = Vec::new();
    for _ in 0..40 {
        idle.push(TcpStream::connect(server.address()).await.expect("the kernel accepts"));
    }
    within(LONG_PATIENCE, "that it has no more", async {
        while files_of(&server) < most {
            tokio::task::yield_now().await;
        }
    })
    .await;
    for number in 1..=10 {
        assert_eq!(one.ask(says(&format!("m-{number}"), &bob.name)).await["seq"], number);
        assert_eq!(other.expect("entry").await["entry"]["seq"], number);
    }
    drop(idle);
    assert_eq!(server.get("/readyz").status().await, 200);
    assert_eq!(Socket::open(&server, &bob).await.log(&ann.name).await.len(), 10);
    server.terminate();
    let exit = server.exited().await;
    assert!(exit.status.success() && !exit.stderr.contains("panicked"), "{exit:?}");
    assert!(exit.stderr.contains("no connection can be accepted"), "it was never without: {exit:?}");
}

/// Writes long messages until all are answered, and comes back where the line breaks; false where the server is gone.
async fn writes_much(client: &mut Client, address: SocketAddr, run: usize) -> bool {
    const MESSAGES: usize = 60;
    let name = client.record.device.name.clone();
    for number in 0..MESSAGES {
        let id = format!("{run:04}-{number:03}-{name}");
        let body = format!("{id}: {}", "a long story ".repeat(1000)).trim().to_owned();
        client.writes(json!({"type": "send", "id": id, "peer": client.peer(), "body": body}));
    }
    while TcpStream::connect(address).await.is_ok() {
        if !client.comes_back(address).await {
            continue;
        }
        match is_answered(client).await {
            Ok(()) => return true,
            Err(Broken(code)) => {
                client.record.ended(code, false);
                client.record.lost_refusals();
            }
        }
    }
    false
}

async fn is_answered(client: &mut Client) -> Result<(), Broken> {
    while client.waits_for() > 0 {
        client.sends(16).await?;
        client.hears().await?;
    }
    Ok(())
}

/// Signs in a few times. Whoever has the right password is not told that it is wrong, whatever there is no memory for.
async fn signs_in(server: &Server, account: &Account) {
    let fields = json!({"username": account.name, "password": PASSWORD});
    let request = server.post("/api/login").json(&fields).bytes();
    for _ in 0..5 {
        let Ok(mut line) = TcpStream::connect(server.address()).await else { return };
        let _ = line.write_all(&request).await;
        let reply = within(LONG_PATIENCE, "an answer or the end", read_reply(&mut line)).await;
        if let Some((reply, _)) = reply {
            assert!(matches!(reply.status, 200 | 500 | 503), "{}: {}", reply.status, reply.body);
        }
    }
}

#[tokio::test]
async fn with_little_memory_it_ends_or_works_and_what_was_answered_is_there() {
    let server = Server::start_with(Options::alone());
    let (ann, bob) = server.pair("memory").await;
    let [mut one, mut other] = [Client::new(&ann, &bob.name, "one"), Client::new(&bob, &ann.name, "other")];
    let mut data = server.into_data();
    let (mut refused, mut aborted, mut worked) = (0, 0, 0);
    // From less than its own text to what is enough for anybody, in MiB; by small steps where it ends in its start.
    for memory in (16..72).step_by(2).chain((72..=176).step_by(16)).chain([1024]) {
        let mut options = Options { under: with_memory(memory), ..Options::alone() };
        // A backtrace takes memory, too.
        options.environment.push(("RUST_BACKTRACE", "0".into()));
        let mut server = match Server::try_start_in(data, options) {
            Ok(server) => server,
            Err((left, exit)) => {
                assert!(!exit.status.success(), "{memory} MiB: {exit:?}");
                refused += 1;
                data = left;
                continue;
            }
        };
        let address = server.address();
        let writing =
            async { tokio::join!(writes_much(&mut one, address, memory), writes_much(&mut other, address, memory)) };
        let work = async { tokio::join!(writing, signs_in(&server, &ann)) };
        let is_whole = within(LONG_PATIENCE, "all answers, or its end", work).await.0 == (true, true);
        if is_whole {
            server.terminate();
        }
        let exit = server.exited().await;
        assert_eq!(exit.status.success(), is_whole, "{memory} MiB: {exit:?}");
        if is_whole {
            worked += 1
        } else {
            aborted += 1
        }
        data = server.into_data();
    }
    assert!(refused > 0 && worked > 0, "{refused} did not start, {aborted} ended, {worked} worked");
    let server = Server::start_in(data, None, Options::alone());
    for client in [&mut one, &mut other] {
        assert!(writes_much(client, server.address(), 9999).await, "nothing is in its way");
    }
    for client in [&mut one, &mut other] {
        client.settles().await.expect("the line stays open");
    }
    let mut views = vec![Stored::in_file(server.data()).expect("the database can be read")];
    for (person, peer) in [(&ann, &bob), (&bob, &ann)] {
        views.push(Stored::over_the_wire(&server, person, &peer.name).await);
    }
    judge(0, Stage::Quiet, &[one.record, other.record], &views).must_be_good("there is no seed: run it again");
}

#[cfg(debug_assertions)]
#[tokio::test]
async fn a_defect_in_one_answer_is_a_500_and_others_are_unaffected() {
    let mut options = Options::alone();
    options.environment.push(("DUOLOGUE_FAULT", "panic-at-request:/register".into()));
    let server = Server::start_with(options);
    for _ in 0..3 {
        let reply = server.get("/register").send().await;
        assert_eq!(reply.status, 500, "{}", reply.body);
        assert!(!reply.body.contains("a test asked for this"), "{}", reply.body);
        assert_eq!(reply.header("x-content-type-options"), Some("nosniff"));
        assert_eq!(reply.header("cache-control"), Some("no-store"));
        assert_eq!(server.get("/login").status().await, 200);
    }
    assert_eq!(server.get("/readyz").status().await, 200);
}
