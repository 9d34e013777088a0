//! After a deletion no query holds the words.

use super::{Subject, Talk, deletion, draft, edit, message, reaction, repeat_of, reply, seqs};
use crate::{
    protocol::{
        entry::{Entry, Kind},
        ids::Seq,
    },
    server::store::Error,
};

fn body_of(entry: &Entry) -> Option<&str> {
    match &entry.kind {
        Kind::Message { body, .. } | Kind::Edit { body, .. } => body.as_deref(),
        _ => None,
    }
}

pub async fn deletion_takes_the_words_of_message_and_edits<S: Subject>() {
    let talk = Talk::<S>::between(&["ann", "bob"]).await;
    talk.says("ann", "bob", "m1", "secret").await.unwrap();
    talk.does("ann", "bob", "m2", edit(1, "less secret")).await.unwrap();
    talk.does("bob", "ann", "m3", reaction(1, Some("👍"))).await.unwrap();
    talk.does("ann", "bob", "m4", deletion(1)).await.unwrap();
    let log = talk.log("bob", "ann").await;
    assert_eq!(seqs(&log), [1, 2, 3, 4]);
    assert!(log.iter().all(|entry| body_of(entry).is_none()));
    assert_eq!(log[0].kind.target(), None);
    assert_eq!(log[1].kind.target(), Some(Seq(1)));
    assert_eq!(log[2].kind, reaction(1, Some("👍")));
    assert_eq!(log[3].kind, deletion(1));
}

pub async fn repeat_of_an_erased_send_is_answered_whatever_its_body<S: Subject>() {
    let talk = Talk::<S>::between(&["ann", "bob"]).await;
    let sent = talk.says("ann", "bob", "m1", "secret").await.unwrap();
    let edited = talk.does("ann", "bob", "e1", edit(1, "less")).await.unwrap();
    let deleted = talk.does("ann", "bob", "d1", deletion(1)).await.unwrap();
    for body in ["secret", "other"] {
        assert_eq!(talk.says("ann", "bob", "m1", body).await, repeat_of(sent));
        let edit_again = talk.does("ann", "bob", "e1", edit(1, body)).await;
        assert_eq!(edit_again, repeat_of(edited));
        let again = draft("ann", "bob", "m1", message(body));
        assert_eq!(talk.store.find(&again).await, repeat_of(sent));
    }
    let delete_again = talk.does("ann", "bob", "d1", deletion(1)).await;
    assert_eq!(delete_again, repeat_of(deleted));
    // All but the body is still compared.
    for kind in [reply(1, "secret"), edit(1, "secret"), deletion(1)] {
        let other = talk.does("ann", "bob", "m1", kind).await;
        assert_eq!(other, Err(Error::Conflict));
    }
}

pub async fn another_message_keeps_its_words<S: Subject>() {
    let talk = Talk::<S>::between(&["ann", "bob", "cy"]).await;
    for (attempt, peer) in [("m1", "bob"), ("m2", "bob"), ("m3", "cy")] {
        talk.says("ann", peer, attempt, "kept").await.unwrap();
    }
    talk.does("ann", "bob", "m4", edit(2, "kept too")).await.unwrap();
    talk.does("ann", "cy", "m5", edit(1, "kept too")).await.unwrap();
    talk.does("ann", "bob", "m6", deletion(1)).await.unwrap();
    let log = talk.log("ann", "bob").await;
    assert_eq!(body_of(&log[0]), None);
    assert_eq!(body_of(&log[1]), Some("kept"));
    assert_eq!(body_of(&log[2]), Some("kept too"));
    let other = talk.log("ann", "cy").await;
    assert_eq!(body_of(&other[0]), Some("kept"));
    assert_eq!(body_of(&other[1]), Some("kept too"));
}
