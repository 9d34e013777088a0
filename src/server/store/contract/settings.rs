//! What a person changes of an account, up to closing it.

use super::{NOW, Subject, Talk, accounts::session, edit, message, name, newcomer};
use crate::{
    protocol::entry::{Entry, Kind},
    server::store::{Error, SessionKey},
};

const FIRST: SessionKey = SessionKey([1; 32]);
const SECOND: SessionKey = SessionKey([2; 32]);
const THIRD: SessionKey = SessionKey([3; 32]);

/// Ann with three sessions, bob with one.
async fn signed_in<S: Subject>() -> Talk<S> {
    let talk = Talk::<S>::between(&["ann", "bob"]).await;
    for (username, number) in [("ann", 1), ("ann", 2), ("ann", 3), ("bob", 4)] {
        talk.store.open_session(session(username, number)).await.unwrap();
    }
    talk
}

/// In an order that a test can name.
fn sorted(mut keys: Vec<SessionKey>) -> Vec<SessionKey> {
    keys.sort_by_key(|key| key.0);
    keys
}

fn words(log: &[Entry]) -> Vec<Option<&str>> {
    log.iter().map(body).collect()
}

fn body(entry: &Entry) -> Option<&str> {
    match &entry.kind {
        Kind::Message { body, .. } | Kind::Edit { body, .. } => body.as_deref(),
        _ => None,
    }
}

pub async fn a_new_name_is_told_everywhere<S: Subject>() {
    let talk = signed_in::<S>().await;
    talk.says("ann", "bob", "m1", "hi").await.unwrap();
    talk.store.rename(&name("ann"), "Ann of the hills").await.unwrap();
    assert_eq!(talk.store.account(&name("ann")).await.unwrap().name, "Ann of the hills");
    assert_eq!(talk.store.session(FIRST).await.unwrap().name, "Ann of the hills");
    assert_eq!(talk.row("bob", "ann").await.name, "Ann of the hills");
    assert_eq!(talk.row("ann", "bob").await.name, "BOB");
}

pub async fn a_new_password_ends_all_sessions_but_one<S: Subject>() {
    let talk = signed_in::<S>().await;
    let ended = talk.store.set_password(&name("ann"), "another", Some(SECOND)).await.unwrap();
    assert_eq!(sorted(ended), [FIRST, THIRD]);
    assert_eq!(talk.store.account(&name("ann")).await.unwrap().password, "another");
    assert_eq!(talk.store.session(FIRST).await, Err(Error::NotFound));
    assert!(talk.store.session(SECOND).await.is_ok());
    assert_eq!(talk.store.account(&name("bob")).await.unwrap().password, "password of bob");
    assert_eq!(talk.store.sessions(&name("bob")).await.unwrap().len(), 1);
}

pub async fn all_sessions_but_one_end_or_all<S: Subject>() {
    let talk = signed_in::<S>().await;
    let ended = talk.store.end_sessions(&name("ann"), Some(FIRST)).await.unwrap();
    assert_eq!(sorted(ended), [SECOND, THIRD]);
    assert_eq!(talk.store.end_sessions(&name("ann"), Some(FIRST)).await, Ok(vec![]));
    assert!(talk.store.session(FIRST).await.is_ok());
    assert_eq!(talk.store.end_sessions(&name("ann"), None).await, Ok(vec![FIRST]));
    assert_eq!(talk.store.session(FIRST).await, Err(Error::NotFound));
    assert_eq!(talk.store.sessions(&name("bob")).await.unwrap().len(), 1);
}

pub async fn a_closed_account_keeps_only_its_name<S: Subject>() {
    let talk = signed_in::<S>().await;
    let ended = talk.store.close(&name("ann"), NOW).await.unwrap();
    assert_eq!(sorted(ended), [FIRST, SECOND, THIRD]);
    let account = talk.store.account(&name("ann")).await.unwrap();
    assert_eq!((account.is_closed, account.password.as_str()), (true, ""));
    assert_eq!(talk.store.sessions(&name("ann")).await, Ok(vec![]));
    assert_eq!(talk.store.register(newcomer("ann")).await, Err(Error::Conflict));
    let mut lookalike = newcomer("аnn");
    lookalike.skeleton = newcomer("ann").skeleton;
    assert_eq!(talk.store.register(lookalike).await, Err(Error::Conflict));
}

pub async fn a_closed_account_writes_nothing_and_is_read_on<S: Subject>() {
    let talk = Talk::<S>::between(&["ann", "bob"]).await;
    talk.says("ann", "bob", "m1", "hi").await.unwrap();
    talk.says("bob", "ann", "m2", "ho").await.unwrap();
    talk.closes("ann").await;
    // What its connection had still under way when it was closed.
    assert_eq!(talk.says("ann", "bob", "m3", "one more thing").await, Err(Error::NotFound));
    assert_eq!(talk.says("bob", "ann", "m3", "are you there?").await, Err(Error::NotAvailable));
    assert_eq!(words(&talk.log("bob", "ann").await), [Some("hi"), Some("ho")]);
    assert_eq!(talk.row("bob", "ann").await.name, "ANN");
}

pub async fn notes_to_oneself_lose_their_words_with_the_account<S: Subject>() {
    let talk = Talk::<S>::between(&["ann", "bob"]).await;
    talk.says("ann", "ann", "m1", "buy milk").await.unwrap();
    talk.does("ann", "ann", "m2", edit(1, "buy tea")).await.unwrap();
    talk.does("bob", "bob", "m3", message("buy bread")).await.unwrap();
    talk.says("bob", "ann", "m4", "hi").await.unwrap();
    talk.closes("ann").await;
    assert_eq!(words(&talk.log("ann", "ann").await), [None, None]);
    assert_eq!(words(&talk.log("bob", "bob").await), [Some("buy bread")]);
    assert_eq!(words(&talk.log("bob", "ann").await), [Some("hi")]);
}

pub async fn nobody_and_the_closed_have_nothing_to_change<S: Subject>() {
    let talk = Talk::<S>::between(&["ann"]).await;
    talk.closes("ann").await;
    for username in [name("ann"), name("nobody")] {
        assert_eq!(talk.store.rename(&username, "Ann").await, Err(Error::NotFound));
        assert_eq!(talk.store.set_password(&username, "another", None).await, Err(Error::NotFound));
        assert_eq!(talk.store.end_sessions(&username, None).await, Err(Error::NotFound));
        assert_eq!(talk.store.close(&username, NOW).await, Err(Error::NotFound));
    }
}
