//! Each conversation is one list, numbered without holes.

use std::sync::Arc;

use super::{NOW, Subject, Talk, deletion, draft, edit, id, message, name, reply, seqs};
use crate::protocol::{
    entry::Entry,
    ids::{Millis, Seq},
};

pub async fn two_authors_at_once_leave_no_hole_and_no_repeat<S: Subject>() {
    const EACH: u64 = 300;
    let talk = Talk::<S>::between(&["ann", "bob"]).await;
    let authors: Vec<_> = [("ann", "bob"), ("bob", "ann")]
        .into_iter()
        .map(|(author, peer)| {
            let store = Arc::clone(&talk.store);
            tokio::spawn(async move {
                let mut places = Vec::new();
                for count in 0..EACH {
                    let mut draft = draft(author, peer, &format!("m{count}"), message("hi"));
                    // Two clocks that jump about.
                    draft.now = NOW.plus(count * 7_919 % 1_000);
                    places.push(store.append(draft).await.unwrap().seq.0);
                }
                places
            })
        })
        .collect();
    let mut places = Vec::new();
    for author in authors {
        let own = author.await.unwrap();
        assert!(own.is_sorted());
        places.extend(own);
    }
    places.sort_unstable();
    let all: Vec<_> = (1..=2 * EACH).collect();
    assert_eq!(places, all);
    let log = talk.log("ann", "bob").await;
    assert_eq!(seqs(&log), all);
    assert!(log.is_sorted_by_key(|entry| entry.at));
}

pub async fn eight_at_once_in_one_conversation_leave_no_hole<S: Subject>() {
    const EACH: u64 = 50;
    let talk = Talk::<S>::between(&["ann", "bob"]).await;
    let tasks = (0..8).map(|task| {
        let store = Arc::clone(&talk.store);
        let (author, peer) = if task % 2 == 0 { ("ann", "bob") } else { ("bob", "ann") };
        tokio::spawn(async move {
            for count in 0..EACH {
                let draft = draft(author, peer, &format!("{task}-{count}"), message("hi"));
                store.append(draft).await.unwrap();
            }
        })
    });
    for task in tasks.collect::<Vec<_>>() {
        task.await.unwrap();
    }
    assert_eq!(seqs(&talk.log("bob", "ann").await), (1..=8 * EACH).collect::<Vec<_>>());
}

pub async fn many_conversations_at_once_keep_their_own_numbers<S: Subject>() {
    let people = ["a", "b", "c", "d", "e", "f"];
    let talk = Talk::<S>::between(&people).await;
    let mut tasks = Vec::new();
    for author in people {
        for peer in people {
            let store = Arc::clone(&talk.store);
            tasks.push(tokio::spawn(async move {
                for count in 0..20 {
                    let attempt = format!("{author}-{peer}-{count}");
                    let draft = draft(author, peer, &attempt, message(&attempt));
                    store.append(draft).await.unwrap();
                }
            }));
        }
    }
    for task in tasks {
        task.await.unwrap();
    }
    for author in people {
        for peer in people {
            let log = talk.log(author, peer).await;
            let length = if author == peer { 20 } else { 40 };
            assert_eq!(seqs(&log), (1..=length).collect::<Vec<_>>());
            let is_theirs = |entry: &Entry| [name(author), name(peer)].contains(&entry.from);
            assert!(log.iter().all(is_theirs));
        }
    }
}

pub async fn sends_queued_in_order_are_numbered_in_that_order<S: Subject>() {
    let talk = Talk::<S>::between(&["ann", "bob"]).await;
    let mut sends: Vec<_> = (1..=200u64)
        .map(|count| {
            let draft = draft("ann", "bob", &format!("m{count}"), message("hi"));
            (count, talk.store.append(draft))
        })
        .collect();
    // Each is polled once, in order; the rest may take its time.
    let mut context = std::task::Context::from_waker(std::task::Waker::noop());
    let mut settled = Vec::new();
    sends.retain_mut(|(count, send)| match send.as_mut().poll(&mut context) {
        std::task::Poll::Ready(appended) => {
            settled.push((*count, appended));
            false
        }
        std::task::Poll::Pending => true,
    });
    for (count, send) in sends.into_iter().rev() {
        settled.push((count, send.await));
    }
    for (count, appended) in settled {
        assert_eq!(appended.unwrap().seq, Seq(count));
    }
}

pub async fn time_never_goes_back<S: Subject>() {
    let talk = Talk::<S>::between(&["ann", "bob"]).await;
    let mut times = Vec::new();
    for (count, now) in [5_000, 9_000, 3_000, 9_001, 0].into_iter().enumerate() {
        let mut draft = draft("ann", "bob", &format!("m{count}"), message("hi"));
        draft.now = Millis(now);
        times.push(talk.store.append(draft).await.unwrap().at.0);
    }
    assert_eq!(times, [5_000, 9_000, 9_000, 9_001, 9_001]);
    let stored: Vec<_> = talk.log("ann", "bob").await.iter().map(|entry| entry.at.0).collect();
    assert_eq!(stored, times);
}

pub async fn the_pair_is_one_in_either_order<S: Subject>() {
    let talk = Talk::<S>::between(&["ann", "bob"]).await;
    talk.says("bob", "ann", "m1", "hi").await.unwrap();
    talk.does("ann", "bob", "m2", reply(1, "ho")).await.unwrap();
    let log = talk.log("ann", "bob").await;
    assert_eq!(log, talk.log("bob", "ann").await);
    assert_eq!(
        log,
        [
            Entry { seq: Seq(1), at: NOW, from: name("bob"), id: id("m1"), kind: message("hi") },
            Entry { seq: Seq(2), at: NOW, from: name("ann"), id: id("m2"), kind: reply(1, "ho") },
        ]
    );
    for (one, other) in [("ann", "bob"), ("bob", "ann")] {
        let converse = talk.store.converse(&name(one), &name(other)).await;
        assert_eq!(converse, Ok(true));
    }
}

pub async fn notes_to_oneself_are_a_conversation<S: Subject>() {
    let talk = Talk::<S>::between(&["ann", "bob"]).await;
    let me = name("ann");
    assert_eq!(talk.store.converse(&me, &me).await, Ok(false));
    talk.says("ann", "ann", "m1", "milk").await.unwrap();
    talk.does("ann", "ann", "m2", edit(1, "bread")).await.unwrap();
    talk.does("ann", "ann", "m3", deletion(1)).await.unwrap();
    assert_eq!(seqs(&talk.log("ann", "ann").await), [1, 2, 3]);
    assert_eq!(talk.store.converse(&me, &me).await, Ok(true));
    assert_eq!(talk.store.peers(&me).await, Ok(vec![]));
    let inbox = talk.inbox("ann", None, 10).await;
    assert_eq!(inbox.rows.len(), 1);
    assert_eq!(inbox.rows[0].peer, me);
    assert_eq!(talk.inbox("bob", None, 10).await.rows, []);
}
