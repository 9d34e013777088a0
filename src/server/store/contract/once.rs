//! One press of Send makes one message.

use std::sync::Arc;

use super::{NOW, Subject, Talk, deletion, draft, edit, message, name, reaction, repeat_of, reply};
use crate::{
    protocol::{entry::Kind, ids::Seq},
    server::store::Error,
};

pub async fn repeat_of_a_send_is_accepted_once<S: Subject>() {
    let talk = Talk::<S>::between(&["ann", "bob"]).await;
    let first = talk.says("ann", "bob", "m1", "hi").await.unwrap();
    assert!(first.is_new);
    let mut later = draft("ann", "bob", "m1", message("hi"));
    later.now = NOW.plus(60_000);
    assert_eq!(talk.store.append(later).await, repeat_of(first));
    assert_eq!(talk.log("ann", "bob").await.len(), 1);
}

pub async fn repeat_at_once_by_8_is_accepted_once<S: Subject>() {
    repeat_at_once::<S>(8).await;
}

pub async fn repeat_at_once_by_64_is_accepted_once<S: Subject>() {
    repeat_at_once::<S>(64).await;
}

async fn repeat_at_once<S: Subject>(tasks: usize) {
    let talk = Talk::<S>::between(&["ann", "bob"]).await;
    let attempts: Vec<_> = (0..tasks)
        .map(|_| {
            let store = Arc::clone(&talk.store);
            tokio::spawn(async move { store.append(draft("ann", "bob", "m1", message("hi"))).await })
        })
        .collect();
    let mut new = 0;
    for attempt in attempts {
        let appended = attempt.await.unwrap().unwrap();
        assert_eq!(appended.seq, Seq(1));
        new += usize::from(appended.is_new);
    }
    assert_eq!(new, 1);
    assert_eq!(talk.log("bob", "ann").await.len(), 1);
}

/// One draft of each kind, in an order in which all are accepted.
fn one_of_each() -> [Kind; 6] {
    [message("hi"), reply(1, "again"), edit(1, "hello"), reaction(2, Some("👍")), reaction(2, None), deletion(1)]
}

pub async fn repeat_of_every_kind_is_answered_with_its_place<S: Subject>() {
    let talk = Talk::<S>::between(&["ann", "bob"]).await;
    let mut first = Vec::new();
    for (index, kind) in one_of_each().into_iter().enumerate() {
        let attempt = format!("m{index}");
        first.push(talk.does("ann", "bob", &attempt, kind).await.unwrap());
    }
    for (index, kind) in one_of_each().into_iter().enumerate() {
        let attempt = format!("m{index}");
        let repeat = talk.does("ann", "bob", &attempt, kind).await;
        assert_eq!(repeat, repeat_of(first[index]), "{attempt}");
    }
    assert_eq!(talk.log("ann", "bob").await.len(), first.len());
}

pub async fn other_content_under_a_used_id_is_a_conflict<S: Subject>() {
    let talk = Talk::<S>::between(&["ann", "bob"]).await;
    talk.says("ann", "bob", "m1", "hi").await.unwrap();
    talk.says("ann", "bob", "m2", "ho").await.unwrap();
    let used = [("r1", reply(1, "yes")), ("e1", edit(1, "hey")), ("k1", reaction(1, Some("👍")))];
    for (attempt, kind) in used {
        talk.does("ann", "bob", attempt, kind).await.unwrap();
    }
    let others = [
        ("m1", message("other")),
        ("m1", reply(2, "hi")),
        ("m1", edit(2, "hi")),
        ("m1", deletion(2)),
        ("m1", reaction(2, Some("👍"))),
        ("r1", message("yes")),
        ("r1", reply(2, "yes")),
        ("e1", edit(2, "hey")),
        ("e1", edit(1, "other")),
        ("k1", reaction(2, Some("👍"))),
        ("k1", reaction(1, Some("👎"))),
        ("k1", reaction(1, None)),
    ];
    let before = talk.log("ann", "bob").await;
    for (attempt, kind) in others {
        let said = talk.does("ann", "bob", attempt, kind.clone()).await;
        assert_eq!(said, Err(Error::Conflict), "{attempt} {kind:?}");
    }
    assert_eq!(talk.log("ann", "bob").await, before);
}

pub async fn a_used_id_with_another_or_unknown_peer_is_a_conflict<S: Subject>() {
    let talk = Talk::<S>::between(&["ann", "bob", "cy"]).await;
    talk.says("ann", "bob", "m1", "hi").await.unwrap();
    for peer in ["cy", "ann", "nobody"] {
        let said = talk.says("ann", peer, "m1", "hi").await;
        assert_eq!(said, Err(Error::Conflict), "{peer}");
    }
    assert_eq!(talk.store.peers(&name("ann")).await, Ok(vec![name("bob")]));
}

pub async fn the_same_id_of_another_author_is_independent<S: Subject>() {
    let talk = Talk::<S>::between(&["ann", "bob"]).await;
    let anns = talk.says("ann", "bob", "m1", "hi").await.unwrap();
    let bobs = talk.says("bob", "ann", "m1", "ho").await.unwrap();
    assert!(anns.is_new && bobs.is_new);
    assert_eq!((anns.seq, bobs.seq), (Seq(1), Seq(2)));
    assert_eq!(talk.says("ann", "bob", "m1", "hi").await, repeat_of(anns));
    assert_eq!(talk.says("bob", "ann", "m1", "ho").await, repeat_of(bobs));
}

pub async fn an_error_does_not_use_an_id_up<S: Subject>() {
    let talk = Talk::<S>::between(&["ann", "bob"]).await;
    let unknown = talk.says("ann", "nobody", "m1", "hi").await;
    assert_eq!(unknown, Err(Error::UnknownPeer));
    let missing = talk.does("ann", "bob", "m1", edit(7, "hi")).await;
    assert_eq!(missing, Err(Error::NotFound));
    let sent = talk.says("ann", "bob", "m1", "hi").await.unwrap();
    assert_eq!((sent.seq, sent.is_new), (Seq(1), true));
}

pub async fn a_repeat_comes_before_every_refusal<S: Subject>() {
    let talk = Talk::<S>::between(&["ann", "bob"]).await;
    let sent = talk.says("ann", "bob", "m1", "hi").await.unwrap();
    let edited = talk.does("ann", "bob", "e1", edit(1, "hey")).await.unwrap();
    let liked = talk.does("bob", "ann", "k1", reaction(1, Some("👍"))).await.unwrap();
    talk.does("ann", "bob", "d1", deletion(1)).await.unwrap();
    talk.closes("bob").await;
    let edit_again = talk.does("ann", "bob", "e1", edit(1, "hey")).await;
    assert_eq!(edit_again, repeat_of(edited));
    let like_again = talk.does("bob", "ann", "k1", reaction(1, Some("👍"))).await;
    assert_eq!(like_again, repeat_of(liked));
    assert_eq!(talk.says("ann", "bob", "m1", "hi").await, repeat_of(sent));
    let conflict = talk.does("ann", "bob", "m1", edit(9, "hi")).await;
    assert_eq!(conflict, Err(Error::Conflict));
}

pub async fn find_tells_the_place_of_what_was_written<S: Subject>() {
    let talk = Talk::<S>::between(&["ann", "bob"]).await;
    let sent = talk.says("ann", "bob", "m1", "hi").await.unwrap();
    let find = async |author, peer, attempt, kind| talk.store.find(&draft(author, peer, attempt, kind)).await;
    assert_eq!(find("ann", "bob", "m1", message("hi")).await, repeat_of(sent));
    let other = find("ann", "bob", "m1", message("ho")).await;
    assert_eq!(other, Err(Error::Conflict));
    let stranger = find("ann", "nobody", "m1", message("hi")).await;
    assert_eq!(stranger, Err(Error::Conflict));
    for (author, attempt) in [("ann", "m2"), ("bob", "m1")] {
        let nothing = find(author, "bob", attempt, message("hi")).await;
        assert_eq!(nothing, Err(Error::NotFound), "{author} {attempt}");
    }
}
