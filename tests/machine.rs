//! What a machine does to a server that works: it stops it for a while, sets its clock, has no more files for it. And what
//! a defect in one answer does to the others.

mod support;

use std::fs;

use serde_json::{Value, json};
use support::{
    LONG_PATIENCE,
    server::{Options, Server},
    socket::Socket,
    within,
};
use tokio::{io::AsyncReadExt, net::TcpStream};

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
    ["bash", "-c", &format!("ulimit -n {most}; exec \"$0\" \"$@\"")].map(str::to_owned).to_vec()
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
