//! What `append` refuses, and which refusal comes first.

use super::{Subject, Talk, deletion, edit, marks, message, name, reaction, refusal, reply, seqs};
use crate::{protocol::ids::Seq, server::store::Error};

pub async fn an_unknown_peer_is_refused<S: Subject>() {
    let talk = Talk::<S>::between(&["ann"]).await;
    let said = talk.says("ann", "nobody", "m1", "hi").await;
    assert_eq!(said, Err(Error::UnknownPeer));
}

pub async fn a_closed_peer_takes_only_deletions<S: Subject>() {
    let talk = Talk::<S>::between(&["ann", "bob"]).await;
    talk.says("ann", "bob", "m1", "hi").await.unwrap();
    talk.says("ann", "bob", "m2", "ho").await.unwrap();
    talk.closes("bob").await;
    for kind in [message("you there?"), reply(1, "you there?"), edit(1, "hey"), reaction(1, Some("👍"))] {
        let said = talk.does("ann", "bob", "m3", kind.clone()).await;
        assert_eq!(said, Err(Error::NotAvailable), "{kind:?}");
    }
    let deleted = talk.does("ann", "bob", "m3", deletion(2)).await.unwrap();
    assert_eq!(deleted.seq, Seq(3));
    assert_eq!(talk.log("ann", "bob").await.len(), 3);
    assert_eq!(talk.marks("ann", "bob", 3, 3).await, Some(marks(3, 3)));
    assert_eq!(talk.row("ann", "bob").await.head, Seq(3));
}

pub async fn a_target_must_be_a_message_of_this_conversation<S: Subject>() {
    let talk = Talk::<S>::between(&["ann", "bob", "cy"]).await;
    talk.says("ann", "bob", "m1", "hi").await.unwrap();
    talk.does("ann", "bob", "m2", edit(1, "hey")).await.unwrap();
    talk.does("ann", "bob", "m3", reaction(1, Some("👍"))).await.unwrap();
    for count in 4..8 {
        talk.says("ann", "cy", &format!("m{count}"), "hi").await.unwrap();
    }
    talk.does("ann", "bob", "m8", deletion(1)).await.unwrap();
    // Nothing stands at 0 and 5, an edit at 2, a reaction at 3, a deletion at 4.
    for target in [0, 2, 3, 4, 5, u64::MAX] {
        for kind in [reply(target, "yes"), edit(target, "hey"), deletion(target), reaction(target, Some("👍"))] {
            let said = talk.does("ann", "bob", "x", kind.clone()).await;
            assert_eq!(said, Err(Error::NotFound), "{kind:?}");
        }
    }
}

pub async fn only_its_author_changes_a_message<S: Subject>() {
    let talk = Talk::<S>::between(&["ann", "bob"]).await;
    talk.says("ann", "bob", "m1", "hi").await.unwrap();
    for kind in [edit(1, "hey"), deletion(1)] {
        let said = talk.does("bob", "ann", "x", kind.clone()).await;
        assert_eq!(said, Err(Error::NotYours), "{kind:?}");
    }
    talk.does("bob", "ann", "m2", reaction(1, Some("👍"))).await.unwrap();
    talk.does("bob", "ann", "m3", reply(1, "ho")).await.unwrap();
}

pub async fn a_deleted_message_takes_replies_only<S: Subject>() {
    let talk = Talk::<S>::between(&["ann", "bob"]).await;
    talk.says("ann", "bob", "m1", "hi").await.unwrap();
    talk.does("ann", "bob", "m2", deletion(1)).await.unwrap();
    for kind in [edit(1, "hey"), deletion(1), reaction(1, Some("👍"))] {
        let said = talk.does("ann", "bob", "x", kind.clone()).await;
        assert_eq!(said, Err(Error::Gone), "{kind:?}");
    }
    let liked = talk.does("bob", "ann", "x", reaction(1, None)).await;
    assert_eq!(liked, Err(Error::Gone));
    let replied = talk.does("bob", "ann", "m3", reply(1, "what was it?"));
    assert_eq!(replied.await.unwrap().seq, Seq(3));
}

pub async fn refusals_come_in_their_order<S: Subject>() {
    let talk = Talk::<S>::between(&["ann", "bob", "cy"]).await;
    talk.says("ann", "bob", "m1", "hi").await.unwrap();
    talk.does("ann", "bob", "m2", deletion(1)).await.unwrap();
    talk.closes("cy").await;
    let refused = async |author, peer, attempt, kind| refusal(talk.does(author, peer, attempt, kind)).await;
    // The repeat before the peer, the peer before the target, whose it is before whether it is there.
    assert_eq!(refused("ann", "nobody", "m1", edit(9, "x")).await, Error::Conflict);
    assert_eq!(refused("ann", "nobody", "m3", edit(9, "x")).await, Error::UnknownPeer);
    assert_eq!(refused("ann", "cy", "m3", edit(9, "x")).await, Error::NotAvailable);
    assert_eq!(refused("ann", "cy", "m3", deletion(9)).await, Error::NotFound);
    assert_eq!(refused("bob", "ann", "m3", edit(1, "x")).await, Error::NotYours);
    assert_eq!(refused("ann", "bob", "m3", edit(1, "x")).await, Error::Gone);
    assert_eq!(seqs(&talk.log("ann", "bob").await), [1, 2]);
}

pub async fn a_refusal_makes_no_conversation<S: Subject>() {
    let talk = Talk::<S>::between(&["ann", "bob"]).await;
    for kind in [reply(1, "yes"), edit(1, "x"), deletion(1), reaction(1, None)] {
        let said = talk.does("ann", "bob", "x", kind).await;
        assert_eq!(said, Err(Error::NotFound));
    }
    let converse = talk.store.converse(&name("ann"), &name("bob")).await;
    assert_eq!(converse, Ok(false));
    assert_eq!(talk.inbox("bob", None, 10).await.rows, []);
}
