//! What it costs that something fails: never a message. The figures are printed.

use std::time::Duration;

use serde_json::json;
use tokio::{sync::watch, task::spawn_blocking};

use crate::{
    reader::{Reader, lateness, writes},
    support::{
        LONG_PATIENCE,
        behind::{Behind, Process, database},
        http::Request,
        server::{Options, Server},
        socket::Socket,
        trial::figures,
        within,
    },
    two_nodes,
};

/// Word of it is lost, and the other node finds it by itself.
#[tokio::test]
async fn without_redis_a_sign_out_reaches_the_other_node_within_its_next_look() {
    let mut server = two_nodes();
    let ann = server.register("annlate").await;
    let elsewhere = server.sign_in("annlate").await;
    let mut socket = Socket::open_at(&server, 1, &elsewhere).await;
    server.behind.as_mut().expect("Redis runs").kill_redis();
    let ended = server.post("/api/end_other_sessions").signed_in(&ann).json(&json!({})).send().await;
    assert_eq!(ended.status, 200, "{}", ended.body);
    within(2 * LONG_PATIENCE, "the end of the session", async {
        loop {
            if let Err(code) = socket.read().await {
                assert_eq!(code, 4401);
                return;
            }
        }
    })
    .await;
}

#[tokio::test]
async fn redis_killed_twenty_times_under_load_delays_and_loses_nothing() {
    let mut server = two_nodes();
    let (ann, bob) = server.pair("kills").await;
    let mut reader = Reader::at(&server, &bob, &ann).await;
    let socket = Socket::open(&server, &ann).await;
    let mut behind = server.behind.take().expect("Redis runs");
    let (said, mut count) = watch::channel(0);
    let killing = tokio::spawn(async move {
        let mut written = 0;
        for _ in 0..20 {
            for is_alive in [false, true] {
                behind = spawn_blocking(move || {
                    if is_alive {
                        behind.start_redis()
                    } else {
                        behind.kill_redis()
                    }
                    behind
                })
                .await
                .expect("Redis starts again");
                written += 4;
                count.wait_for(|count| *count >= written).await.expect("somebody writes");
                written = *count.borrow();
            }
        }
        behind
    });
    let answered = writes(socket, bob.name.clone(), |answered| {
        said.send_replace(answered);
        killing.is_finished()
    });
    let answered = reader.reads_while(answered).await;
    reader.reads(answered.len()).await;
    let late = lateness(&reader.log, &answered);
    figures(&format!(
        "redis killed 20 times, {} messages: lost 0, doubled 0, late p50 {:?}, most {:?}; {} resyncs, {} holes",
        late.len(),
        late[late.len() / 2],
        late[late.len() - 1],
        reader.resyncs,
        reader.holes,
    ));
    assert!(reader.resyncs > 0, "it was never cut off");
}

#[cfg(debug_assertions)]
#[tokio::test]
async fn a_bus_that_loses_three_hints_in_ten_delays_and_loses_nothing() {
    const MESSAGES: usize = 100;
    let mut options = Options::on_two_nodes();
    options.environment.push(("DUOLOGUE_FAULT", "lose-hints:3".into()));
    let server = Server::start_with(options);
    let (ann, bob) = server.pair("hints").await;
    let mut reader = Reader::at(&server, &bob, &ann).await;
    let socket = Socket::open(&server, &ann).await;
    let answered = reader.reads_while(writes(socket, bob.name.clone(), |count| count == MESSAGES)).await;
    // The last hints may be among the lost: whoever opens the page again asks.
    while let Ok(frame) = tokio::time::timeout(Duration::from_millis(500), reader.socket.read()).await {
        reader.hears(frame.expect("the line stays open")).await;
    }
    let by_hints = reader.log.len();
    reader.catch_up().await;
    assert_eq!(reader.log.len(), MESSAGES);
    let late = lateness(&reader.log[..by_hints], &answered);
    figures(&format!(
        "3 hints of 10 lost, {MESSAGES} messages: lost 0, doubled 0, {} holes filled, {} left for the next opening, \
         late p50 {:?}, most {:?}",
        reader.holes,
        MESSAGES - by_hints,
        late[by_hints / 2],
        late[by_hints - 1],
    ));
    assert!(reader.holes > 0, "nothing was lost on the way");
}

#[tokio::test]
async fn who_was_at_a_killed_node_finds_everything_at_the_other() {
    let mut server = two_nodes();
    let (ann, bob) = server.pair("node").await;
    let mut one = Socket::open(&server, &ann).await;
    let mut other = Socket::open(&server, &bob).await;
    for number in 0..20 {
        other.say(&format!("b-{number}"), &ann.name, "from bob").await;
    }
    // Under way when it dies: it may be written or not, and is told to nobody here.
    other.send(json!({"type": "send", "id": "b-20", "peer": ann.name, "body": "from bob"})).await;
    server.kill_node(1);
    one.say("a-0", &bob.name, "are you there?").await;
    let mut other = Socket::open_at(&server, 0, &bob).await;
    let sent = other.say("b-20", &ann.name, "from bob").await;
    let log = other.log(&ann.name).await;
    assert_eq!(log.len(), 22);
    assert_eq!(log, one.log(&bob.name).await);
    assert_eq!(log[sent["seq"].as_u64().expect("a seq") as usize - 1]["id"], "b-20");
    let inbox = other.row(&ann.name).await;
    assert_eq!(inbox["head"], 22, "{inbox}");
    server.start_node(1);
    let mut back = Socket::open_at(&server, 1, &bob).await;
    one.say("a-1", &bob.name, "again").await;
    assert_eq!(back.expect("entry").await["entry"]["seq"], 23);
}

#[tokio::test]
async fn who_was_at_a_node_that_died_is_online_no_more_within_half_a_minute() {
    let mut server = two_nodes();
    let (ann, bob) = server.pair("ghost").await;
    let mut one = Socket::open(&server, &ann).await;
    one.say("m-1", &bob.name, "hi").await;
    let other = Socket::open(&server, &bob).await;
    assert_eq!(one.expect("presence").await["online"], true);
    server.kill_node(1);
    drop(other);
    within(2 * LONG_PATIENCE, "that it is noticed", async {
        while one.row(&bob.name).await["online"] == true {
            while one.read().await.expect("the line stays open")["type"] != "resync" {}
        }
    })
    .await;
}

#[tokio::test]
async fn without_mongodb_sends_are_refused_for_now_and_all_heals_with_it() {
    let mut mongodb = Process::mongodb();
    let store = database(&format!("mongodb://{}/?directConnection=true", mongodb.address));
    let server = Server::start_before(Some(Behind::start_with_store(store)), Options::on_two_nodes());
    let (ann, bob) = server.pair("stop").await;
    let mut one = Socket::open(&server, &ann).await;
    let mut other = Socket::open(&server, &bob).await;
    one.say("m-1", &bob.name, "before").await;
    mongodb.kill();
    let lost = json!({"type": "send", "id": "m-2", "peer": bob.name, "body": "meanwhile"});
    one.send(lost.clone()).await;
    let refused = within(LONG_PATIENCE, "an answer", one.answer()).await;
    assert!(matches!(refused["code"].as_str(), Some("unavailable" | "unknown_outcome")), "{refused}");
    for node in 0..2 {
        let ready = || Request::new(server.address_of(node), "GET", "/readyz");
        assert_eq!(ready().status().await, 503);
    }
    assert_eq!(server.get("/healthz").status().await, 200);
    mongodb.start();
    within(LONG_PATIENCE, "that it heals", async {
        loop {
            one.send(lost.clone()).await;
            let answer = one.answer().await;
            if answer["type"] == "sent" {
                assert_eq!(answer["seq"], 2);
                return;
            }
        }
    })
    .await;
    let log = other.log(&ann.name).await;
    let bodies: Vec<_> = log.iter().map(|entry| entry["body"].clone()).collect();
    assert_eq!(bodies, ["before", "meanwhile"]);
    for node in 0..2 {
        assert_eq!(Request::new(server.address_of(node), "GET", "/readyz").status().await, 200);
    }
}
