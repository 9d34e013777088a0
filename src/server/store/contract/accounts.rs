//! Accounts and sessions.

use super::{NOW, Subject, Talk, id, name, newcomer};
use crate::{
    protocol::ids::Millis,
    server::store::{Error, Session, SessionKey, SessionKind},
};

pub fn session(username: &str, number: u8) -> Session {
    Session {
        key: SessionKey([number; 32]),
        public: id(&format!("public{number}")),
        username: name(username),
        name: username.to_uppercase(),
        kind: SessionKind::Browser,
        label: "Firefox on Linux".to_owned(),
        created: NOW,
        used: NOW,
    }
}

pub async fn a_taken_name_is_a_conflict<S: Subject>() {
    let talk = Talk::<S>::between(&["ann"]).await;
    let mut other = newcomer("ann");
    other.skeleton = "another".to_owned();
    other.password = "another".to_owned();
    assert_eq!(talk.store.register(other).await, Err(Error::Conflict));
    let account = talk.store.account(&name("ann")).await.unwrap();
    assert_eq!(account.password, "password of ann");
}

pub async fn a_lookalike_name_is_a_conflict<S: Subject>() {
    let talk = Talk::<S>::between(&["ann"]).await;
    let mut lookalike = newcomer("аnn");
    lookalike.skeleton = newcomer("ann").skeleton;
    assert_eq!(talk.store.register(lookalike).await, Err(Error::Conflict));
    let nobody = talk.store.account(&name("аnn")).await;
    assert_eq!(nobody, Err(Error::NotFound));
}

pub async fn an_account_is_found_by_its_name_alone<S: Subject>() {
    let talk = Talk::<S>::between(&["ann"]).await;
    let account = talk.store.account(&name("ann")).await.unwrap();
    assert_eq!(account.username, name("ann"));
    assert_eq!(account.name, "ANN");
    assert_eq!(account.password, "password of ann");
    assert!(!account.is_closed);
    assert_eq!(account.last_seen, None);
    for nobody in ["Ann", "an", "ann ", ""] {
        let account = talk.store.account(&name(nobody)).await;
        assert_eq!(account, Err(Error::NotFound), "{nobody:?}");
    }
}

pub async fn a_closed_account_is_found_and_cannot_sign_in<S: Subject>() {
    let talk = Talk::<S>::between(&["ann"]).await;
    talk.store.open_session(session("ann", 1)).await.unwrap();
    talk.closes("ann").await;
    assert!(talk.store.account(&name("ann")).await.unwrap().is_closed);
    let held = talk.store.session(SessionKey([1; 32])).await;
    assert_eq!(held, Err(Error::NotFound));
    let opened = talk.store.open_session(session("ann", 2)).await;
    assert_eq!(opened, Err(Error::NotFound));
}

pub async fn last_seen_never_goes_back<S: Subject>() {
    let talk = Talk::<S>::between(&["ann"]).await;
    let ann = name("ann");
    for (at, seen) in [(5, 5), (9, 9), (7, 9)] {
        talk.store.saw(&ann, Millis(at)).await.unwrap();
        let account = talk.store.account(&ann).await.unwrap();
        assert_eq!(account.last_seen, Some(Millis(seen)));
    }
    assert_eq!(talk.store.saw(&name("nobody"), NOW).await, Ok(()));
}

pub async fn a_session_is_found_by_its_key<S: Subject>() {
    let talk = Talk::<S>::between(&["ann", "bob"]).await;
    let token = Session {
        kind: SessionKind::Program,
        name: "what is said here does not count".to_owned(),
        ..session("bob", 2)
    };
    talk.store.open_session(session("ann", 1)).await.unwrap();
    talk.store.open_session(token.clone()).await.unwrap();
    let anns = talk.store.session(SessionKey([1; 32])).await;
    assert_eq!(anns, Ok(session("ann", 1)));
    let bobs = talk.store.session(SessionKey([2; 32])).await;
    let named = Session { name: "BOB".to_owned(), ..token };
    assert_eq!(bobs, Ok(named));
    let none = talk.store.session(SessionKey([3; 32])).await;
    assert_eq!(none, Err(Error::NotFound));
}

pub async fn a_session_of_nobody_is_not_opened<S: Subject>() {
    let talk = Talk::<S>::between(&["ann"]).await;
    let opened = talk.store.open_session(session("nobody", 1)).await;
    assert_eq!(opened, Err(Error::NotFound));
}

pub async fn use_of_a_session_never_goes_back<S: Subject>() {
    let talk = Talk::<S>::between(&["ann"]).await;
    let key = SessionKey([1; 32]);
    talk.store.open_session(session("ann", 1)).await.unwrap();
    for (at, used) in [(9, 9), (3, 9), (10, 10)] {
        talk.store.touch_session(key, NOW.plus(at)).await.unwrap();
        let session = talk.store.session(key).await.unwrap();
        assert_eq!((session.used, session.created), (NOW.plus(used), NOW));
    }
    let none = talk.store.touch_session(SessionKey([2; 32]), NOW).await;
    assert_eq!(none, Ok(()));
}

pub async fn sessions_come_last_used_first_and_ones_own_only<S: Subject>() {
    let talk = Talk::<S>::between(&["ann", "bob"]).await;
    for number in [1, 2, 3] {
        let opened = talk.store.open_session(session("ann", number)).await;
        assert_eq!(opened, Ok(()));
    }
    talk.store.open_session(session("bob", 4)).await.unwrap();
    for (number, at) in [(1, 5), (2, 9), (3, 7)] {
        let key = SessionKey([number; 32]);
        talk.store.touch_session(key, NOW.plus(at)).await.unwrap();
    }
    let sessions = talk.store.sessions(&name("ann")).await.unwrap();
    let publics: Vec<_> = sessions.iter().map(|session| session.public.as_str()).collect();
    assert_eq!(publics, ["public2", "public3", "public1"]);
    assert_eq!(talk.store.sessions(&name("nobody")).await, Ok(vec![]));
}

pub async fn an_ended_session_is_gone_and_only_its_owner_ends_it<S: Subject>() {
    let talk = Talk::<S>::between(&["ann", "bob"]).await;
    let (key, public) = (SessionKey([1; 32]), id("public1"));
    talk.store.open_session(session("ann", 1)).await.unwrap();
    let stranger = talk.store.end_session(&name("bob"), &public).await;
    assert_eq!(stranger, Err(Error::NotFound));
    let ended = talk.store.end_session(&name("ann"), &public).await;
    assert_eq!(ended, Ok(key));
    assert_eq!(talk.store.session(key).await, Err(Error::NotFound));
    let again = talk.store.end_session(&name("ann"), &public).await;
    assert_eq!(again, Err(Error::NotFound));
}

pub async fn a_store_that_takes_writes_is_ready<S: Subject>() {
    let talk = Talk::<S>::between(&[]).await;
    assert_eq!(talk.store.ready().await, Ok(()));
}
