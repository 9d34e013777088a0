//! Mutants of a single server.

use crate::{
    pieces::{ROUNDS, is_noticed, message, says, server, verdict},
    support::{
        PATIENCE,
        checker::verdict::{Rule, Verdict},
        client::{Broken, Client},
        server::Server,
        within,
    },
};

/// A message is answered and the server killed at once; the answer is a promise.
async fn killed_behind_an_answer(mutant: Option<&str>) -> Verdict {
    let mut server = server(mutant);
    let (ann, bob) = server.pair("commit").await;
    let mut one = Client::new(&ann, &bob.name, "one");
    for round in 0..3 {
        // A session that was answered before its commit is not at once known to who asks for it.
        within(PATIENCE, "an open line", async { while !one.comes_back(server.address()).await {} }).await;
        let frame = message(&one, &format!("m-{round}"));
        says(&mut one, frame).await;
        server.kill();
        server.restart();
    }
    // What the device holds is judged as it is: coming back would contradict it, and be red as well.
    verdict(&server, &[&one], [&ann, &bob]).await
}

#[tokio::test]
async fn an_answer_before_the_commit_is_noticed() {
    let without = killed_behind_an_answer(None).await;
    let with = killed_behind_an_answer(Some("sent-before-commit")).await;
    is_noticed("sent-before-commit", Rule::Lost, &with, &without);
}

/// Three messages, each tried twice on one line, and one after them.
async fn repeated(mutant: Option<&str>) -> Verdict {
    let server = server(mutant);
    let (ann, bob) = server.pair("twice").await;
    let mut one = Client::new(&ann, &bob.name, "one");
    assert!(one.comes_back(server.address()).await);
    for id in ["m-1", "m-2", "m-3", "m-1", "m-2", "m-3", "m-4"] {
        let frame = message(&one, id);
        says(&mut one, frame).await;
    }
    verdict(&server, &[&one], [&ann, &bob]).await
}

#[tokio::test]
async fn an_id_that_is_not_unique_is_noticed() {
    let (with, without) = (repeated(Some("no-unique-index")).await, repeated(None).await);
    is_noticed("no-unique-index", Rule::Doubled, &with, &without);
}

#[tokio::test]
async fn a_number_that_is_counted_before_the_insert_is_noticed() {
    let (with, without) = (repeated(Some("counter-first")).await, repeated(None).await);
    is_noticed("counter-first", Rule::Holes, &with, &without);
}

#[tokio::test]
async fn a_repeat_that_is_answered_unread_is_noticed() {
    let (with, without) = (repeated(Some("sent-on-duplicate")).await, repeated(None).await);
    is_noticed("sent-on-duplicate", Rule::Lost, &with, &without);
}

/// One device comes back while the other writes; then all is quiet, and what came live must be enough.
async fn written_to_while_it_comes_back(server: &Server, round: usize) -> Verdict {
    let (ann, bob) = server.pair(&format!("join{round}")).await;
    let mut one = Client::new(&ann, &bob.name, "one");
    let mut other = Client::new(&bob, &ann.name, "other");
    assert!(one.comes_back(server.address()).await && other.comes_back(server.address()).await);
    one.settles().await.expect("the line is open");
    other.settles().await.expect("the line is open");
    // The log and the inbox are asked for, and not yet answered.
    assert!(other.comes_back(server.address()).await);
    for number in 0..10 {
        let frame = message(&one, &format!("m-{number}"));
        says(&mut one, frame).await;
    }
    other.settles().await.expect("the line is open");
    one.settles().await.expect("the line is open");
    verdict(server, &[&one, &other], [&ann, &bob]).await
}

#[tokio::test]
async fn a_connection_that_joins_after_it_was_told_what_it_missed_is_noticed() {
    let (sound, mutant) = (server(None), server(Some("inbox-before-join")));
    for round in 0..ROUNDS {
        let without = written_to_while_it_comes_back(&sound, round).await;
        let with = written_to_while_it_comes_back(&mutant, round).await;
        if with.count(Rule::Diverged) > 0 || round + 1 == ROUNDS {
            return is_noticed("inbox-before-join", Rule::Diverged, &with, &without);
        }
        without.must_be_good("without a mutant");
    }
}

#[tokio::test]
async fn a_round_is_judged_without_the_pairs_of_those_before_it() {
    let sound = server(None);
    for round in 0..2 {
        written_to_while_it_comes_back(&sound, round).await.must_be_good("without a mutant");
    }
}

/// A server is told to end while two are connected.
async fn told_to_end(mutant: Option<&str>) -> Verdict {
    let mut server = server(mutant);
    let (ann, bob) = server.pair("end").await;
    let mut clients = [Client::new(&ann, &bob.name, "one"), Client::new(&bob, &ann.name, "other")];
    for client in &mut clients {
        assert!(client.comes_back(server.address()).await);
        client.settles().await.expect("the line is open");
    }
    server.terminate();
    for client in &mut clients {
        let end = within(PATIENCE, "the end", async {
            loop {
                if let Err(Broken(code)) = client.hears().await {
                    return code;
                }
            }
        });
        let code = end.await;
        client.record.ended(code, true);
    }
    let exit = server.exited().await;
    assert!(exit.status.success(), "{exit:?}");
    server.restart();
    verdict(&server, &[&clients[0], &clients[1]], [&ann, &bob]).await
}

#[tokio::test]
async fn an_end_without_a_drain_is_noticed() {
    let (with, without) = (told_to_end(Some("no-drain")).await, told_to_end(None).await);
    is_noticed("no-drain", Rule::CutOff, &with, &without);
}
