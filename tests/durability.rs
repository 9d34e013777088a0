//! `sent` means durable: what was answered survives kill -9, and what was not is settled by trying again.

mod support;

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use serde_json::{Value, json};
use support::{
    PATIENCE,
    checker::{Stage, judge, record::Record, stored::Stored},
    server::Server,
    socket::Socket,
    within,
};
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

/// Sends these frames at once and reads their answers until the line is cut. Counts each `sent`, and says when there are
/// as many as were waited for.
async fn burst(
    mut socket: Socket,
    mut record: Record,
    frames: Vec<Value>,
    count: Arc<(AtomicUsize, Notify, usize)>,
) -> Record {
    let (answered, enough, wanted) = &*count;
    // Pieces small enough that neither side waits for the other to read.
    for piece in frames.chunks(20) {
        for frame in piece {
            record.tries(frame);
            if !socket.try_send(frame).await {
                return record;
            }
        }
        for frame in piece {
            let sent = loop {
                match socket.read().await {
                    Ok(frame) if frame["type"] == "sent" => break frame,
                    Ok(frame) => assert_ne!(frame["type"], "error", "{frame}"),
                    Err(_) => return record,
                }
            };
            assert_eq!(sent["id"], frame["id"], "answers come in order");
            record.answered(&sent);
            if answered.fetch_add(1, Ordering::Relaxed) + 1 == *wanted {
                enough.notify_one();
            }
        }
    }
    record
}

#[tokio::test]
async fn what_was_answered_before_kill_9_is_there_once_and_in_place() {
    let mut server = Server::start();
    // What stands in for MongoDB in the tests takes its time.
    let (each, rounds) = if server.options.nodes == 1 { (300, [37, 250, 555]) } else { (60, [11, 50, 130]) };
    let (ann, bob) = server.pair("burst").await;
    let people = [&ann, &bob, &ann, &bob];
    let (mut records, mut tried) = (Vec::new(), Vec::new());
    for (round, wanted) in rounds.into_iter().enumerate() {
        let count = Arc::new((AtomicUsize::new(0), Notify::new(), wanted));
        let mut devices = Vec::new();
        for (device, person) in people.into_iter().enumerate() {
            let (peer, name) = (&people[(device + 1) % 2].name, format!("r{round}-d{device}"));
            let frames = (0..each).map(|number| {
                let id = format!("{name}-{number}");
                json!({"type": "send", "id": id, "peer": peer, "body": format!("{id} of {}", person.name)})
            });
            let frames: Vec<Value> = frames.collect();
            tried.push(frames.clone());
            let (socket, record) = (Socket::open(&server, person).await, Record::new(&person.name, peer, &name));
            devices.push(tokio::spawn(burst(socket, record, frames, Arc::clone(&count))));
        }
        within(3 * PATIENCE, "enough answers", count.1.notified()).await;
        server.kill();
        for device in devices {
            records.push(device.await.expect("a device ends with its line"));
        }
        server.restart();
        let view = Stored::over_the_wire(&server, &ann, &bob.name).await;
        judge(0, Stage::Between, &records, &[view]).must_be_good("it has no seed");
    }

    // The unanswered are tried again, everything once more in fact: each gets its place, the old one where it had one.
    let mut devices = [Socket::open(&server, &ann).await, Socket::open(&server, &bob).await];
    for (place, (record, frames)) in records.iter_mut().zip(&tried).enumerate() {
        for frame in frames {
            record.tries(frame);
            record.answered(&devices[place % 2].ask(frame.clone()).await);
        }
    }
    let views =
        [Stored::over_the_wire(&server, &ann, &bob.name).await, Stored::over_the_wire(&server, &bob, &ann.name).await];
    let verdict = judge(0, Stage::Between, &records, &views);
    verdict.must_be_good("it has no seed");
    assert_eq!((verdict.entries, verdict.answered), (3 * 4 * each, 3 * 4 * each), "each exactly once");
}
