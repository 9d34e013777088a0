//! Mutants of several nodes, which need MongoDB and Redis.

use serde_json::json;

use crate::{
    pieces::{is_noticed, message, says, verdict, with_mutant},
    support::{
        LONG_PATIENCE,
        checker::verdict::{Rule, Verdict},
        client::Client,
        server::{Account, Options, Server},
        socket::Socket,
        within,
    },
};

/// Redis is away while ann writes to bob, who is at the other node; what bob then holds must be all.
async fn written_without_redis(mutant: Option<&str>) -> Verdict {
    let mut server = Server::start_with(with_mutant(Options::on_two_nodes(), mutant));
    let (ann, bob) = server.pair("bus").await;
    let (carol, bobby) = (server.register("carol").await, server.register("bobby").await);
    let mut one = Client::new(&ann, &bob.name, "one");
    let mut other = Client::new(&bob, &ann.name, "other");
    assert!(one.comes_back(server.address_of(0)).await && other.comes_back(server.address_of(1)).await);
    let frame = message(&one, "m-0");
    says(&mut one, frame).await;
    other.settles().await.expect("the line is open");

    server.behind.as_mut().expect("Redis runs").kill_redis();
    for id in ["m-1", "m-2", "m-3"] {
        let frame = message(&one, id);
        says(&mut one, frame).await;
    }
    server.behind.as_mut().expect("Redis runs").start_redis();
    talk_again(&server, &carol, &bobby).await;
    for client in [&mut one, &mut other] {
        client.settles().await.expect("the line is open");
    }
    verdict(&server, &[&one, &other], [&ann, &bob]).await
}

/// Two others write to each other until the bus carries it, both ways: then each node is connected again, and has said
/// whatever it says of that.
async fn talk_again(server: &Server, carol: &Account, bobby: &Account) {
    for (from, to) in [(carol, bobby), (bobby, carol)] {
        let mut speaker = Socket::open(server, from).await;
        let mut hearer = Socket::open(server, to).await;
        within(LONG_PATIENCE, "that the bus is back", async {
            for number in 0.. {
                let id = format!("again-{number}");
                speaker.say(&id, &to.name, &id).await;
                let frame = json!({"type": "ping", "id": id});
                hearer.send(frame).await;
                while let Ok(frame) = hearer.read().await {
                    if frame["type"] == "entry" {
                        return;
                    }
                    if frame["type"] == "pong" {
                        break;
                    }
                }
            }
        })
        .await;
    }
}

#[tokio::test]
async fn a_bus_that_comes_back_without_a_word_is_noticed() {
    let (with, without) = (written_without_redis(Some("no-resync")).await, written_without_redis(None).await);
    is_noticed("no-resync", Rule::Diverged, &with, &without);
}
