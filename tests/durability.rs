//! `sent` means durable: what was answered survives kill -9, and what was not is settled by trying again.

mod support;

use std::{
    collections::HashMap,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use serde_json::{Value, json};
use support::{PATIENCE, server::Server, socket::Socket, within};
use tokio::sync::Notify;

/// A message that was committed, but whose `sent` the crash swallowed. Debug builds alone know the fault.
#[cfg(debug_assertions)]
#[tokio::test]
async fn a_message_committed_but_not_answered_is_settled_by_its_repeat() {
    let mut options = support::server::Options::default();
    options.environment.push(("DUOLOGUE_FAULT", "exit-after-commit:boom".into()));
    let mut server = Server::start_with(options);
    let (ann, bob) = server.pair("boom").await;
    let mut one = Socket::open(&server, &ann).await;
    let mut other = Socket::open(&server, &bob).await;
    one.say("m-1", &bob.name, "one").await;
    other.say("m-1", &ann.name, "two").await;
    let boom = json!({"type": "send", "id": "m-2", "peer": bob.name, "body": "boom"});
    one.send(boom.clone()).await;
    while let Ok(frame) = one.read().await {
        assert_ne!(frame["id"], "m-2", "answered before the crash: {frame}");
    }
    let exit = server.exited().await;
    assert_eq!(exit.status.code(), Some(75), "{exit:?}");

    server.options.environment.clear();
    server.restart();
    let mut one = Socket::open(&server, &ann).await;
    let log = one.log(&bob.name).await;
    assert_eq!(log.len(), 3, "committed is committed: {log:?}");
    let sent = one.ask(boom).await;
    assert_eq!((&sent["seq"], &sent["at"]), (&log[2]["seq"], &log[2]["at"]));
    assert_eq!((&log[2]["seq"], &log[2]["id"], &log[2]["body"]), (&json!(3), &json!("m-2"), &json!("boom")));
    assert_eq!(one.log(&bob.name).await, log, "the repeat has written nothing");
    assert_eq!(one.say("m-3", &bob.name, "four").await["seq"], 4);
}

/// One try of one device, and its `sent` where one came.
struct Try {
    author: usize,
    frame: Value,
    sent: Option<Value>,
}

/// Sends these frames at once and reads their answers until the line is cut. Counts each `sent`, and says when there are
/// as many as were waited for.
async fn burst(
    mut socket: Socket,
    author: usize,
    frames: Vec<Value>,
    count: Arc<(AtomicUsize, Notify, usize)>,
) -> Vec<Try> {
    let mut tries: Vec<Try> = frames.into_iter().map(|frame| Try { author, frame, sent: None }).collect();
    let (answered, enough, wanted) = &*count;
    // Pieces small enough that neither side waits for the other to read.
    for start in (0..tries.len()).step_by(20) {
        let end = (start + 20).min(tries.len());
        for attempt in &tries[start..end] {
            if !socket.try_send(&attempt.frame).await {
                return tries;
            }
        }
        for attempt in &mut tries[start..end] {
            let sent = loop {
                match socket.read().await {
                    Ok(frame) if frame["type"] == "sent" => break frame,
                    Ok(frame) => assert_ne!(frame["type"], "error", "{frame}"),
                    Err(_) => return tries,
                }
            };
            assert_eq!(sent["id"], attempt.frame["id"], "answers come in order");
            attempt.sent = Some(sent);
            if answered.fetch_add(1, Ordering::Relaxed) + 1 == *wanted {
                enough.notify_one();
            }
        }
    }
    tries
}

#[tokio::test]
async fn what_was_answered_before_kill_9_is_there_once_and_in_place() {
    let mut server = Server::start();
    // What stands in for MongoDB in the tests takes its time.
    let (each, rounds) = if server.options.nodes == 1 { (300, [37, 250, 555]) } else { (60, [11, 50, 130]) };
    let (ann, bob) = server.pair("burst").await;
    let people = [&ann, &bob, &ann, &bob];
    let mut tries = Vec::new();
    for (round, wanted) in rounds.into_iter().enumerate() {
        let count = Arc::new((AtomicUsize::new(0), Notify::new(), wanted));
        let mut devices = Vec::new();
        for (device, person) in people.into_iter().enumerate() {
            let peer = &people[(device + 1) % 2].name;
            let frames = (0..each).map(|number| {
                let id = format!("r{round}-d{device}-{number}");
                json!({"type": "send", "id": id, "peer": peer, "body": format!("{id} of {}", person.name)})
            });
            let socket = Socket::open(&server, person).await;
            devices.push(tokio::spawn(burst(socket, device, frames.collect(), Arc::clone(&count))));
        }
        within(3 * PATIENCE, "enough answers", count.1.notified()).await;
        server.kill();
        for device in devices {
            tries.extend(device.await.expect("a device ends with its line"));
        }
        server.restart();
        check(&tries, &[Socket::open(&server, &ann).await.log(&bob.name).await]);
    }

    // The unanswered are tried again, everything once more in fact: each gets its place, the old one where it had one.
    let mut devices = [Socket::open(&server, &ann).await, Socket::open(&server, &bob).await];
    for attempt in &mut tries {
        let sent = devices[attempt.author % 2].ask(attempt.frame.clone()).await;
        assert!(attempt.sent.as_ref().is_none_or(|before| *before == sent), "{sent} after {:?}", attempt.sent);
        attempt.sent = Some(sent);
    }
    let [one, other] = &mut devices;
    let logs = [one.log(&bob.name).await, other.log(&ann.name).await];
    assert_eq!(logs[0].len(), tries.len(), "each exactly once");
    check(&tries, &logs);
}

/// Both logs are one list without holes, in which every answered try has its place, and each device's own order holds.
fn check(tries: &[Try], logs: &[Vec<Value>]) {
    let log = &logs[0];
    assert!(logs.iter().all(|other| other == log), "two lists");
    let seqs: Vec<Option<u64>> = log.iter().map(|entry| entry["seq"].as_u64()).collect();
    assert_eq!(seqs, (1..=log.len() as u64).map(Some).collect::<Vec<_>>(), "a hole or a repeat in the numbers");
    assert!(log.is_sorted_by_key(|entry| entry["at"].as_u64()), "time went back");
    let mut by_id: HashMap<&str, &Value> = HashMap::new();
    for entry in log {
        let id = entry["id"].as_str().expect("an id");
        assert!(by_id.insert(id, entry).is_none(), "{id} is there twice");
    }
    let mut last: HashMap<(usize, &str), u64> = HashMap::new();
    for attempt in tries {
        let id = attempt.frame["id"].as_str().expect("an id");
        let entry = by_id.remove(id);
        if let Some(sent) = &attempt.sent {
            let entry = entry.unwrap_or_else(|| panic!("{id} was answered and is lost"));
            assert_eq!((&entry["seq"], &entry["at"]), (&sent["seq"], &sent["at"]), "{id}");
            assert_eq!(entry["body"], attempt.frame["body"], "{id}");
        }
        // Within one round a connection's frames are applied in the order in which they come; what a crash left over
        // is tried again later, and comes later.
        if let (Some(entry), Some(_)) = (entry, &attempt.sent) {
            let round = id.split('-').next().expect("a round");
            let seq = entry["seq"].as_u64().expect("a seq");
            let before = last.insert((attempt.author, round), seq);
            assert!(before < Some(seq), "{id} overtook");
        }
    }
    assert!(by_id.is_empty(), "nobody sent {:?}", by_id.keys());
}
