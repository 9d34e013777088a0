//! What a stop and a start leave as it was.

use super::{NOW, Subject, Talk, deletion, draft, id, marks, message, name, repeat_of, reply};
use crate::{
    protocol::ids::{Millis, Seq},
    server::store::{Error, Session, SessionKey, SessionKind},
};

pub async fn everything_survives_a_reopen<S: Subject>() {
    let talk = Talk::<S>::between(&["ann", "bob"]).await;
    let session = Session {
        key: SessionKey([7; 32]),
        public: id("public"),
        username: name("ann"),
        name: "ANN".to_owned(),
        kind: SessionKind::Program,
        label: "bot".to_owned(),
        created: NOW,
        used: NOW,
    };
    talk.store.open_session(session.clone()).await.unwrap();
    talk.store.saw(&name("bob"), NOW).await.unwrap();
    talk.says("ann", "bob", "m1", "hi").await.unwrap();
    talk.does("bob", "ann", "m2", reply(1, "ho")).await.unwrap();
    talk.does("ann", "bob", "m3", deletion(1)).await.unwrap();
    talk.marks("bob", "ann", 3, 2).await;
    let log = talk.log("ann", "bob").await;
    let inbox = talk.inbox("ann", None, 10).await;
    let talk = talk.reopen().await;
    assert_eq!(talk.log("ann", "bob").await, log);
    assert_eq!(talk.inbox("ann", None, 10).await, inbox);
    assert_eq!(talk.store.session(session.key).await, Ok(session));
    assert_eq!(talk.store.account(&name("bob")).await.unwrap().last_seen, Some(NOW));
}

pub async fn numbers_and_times_go_on_after_a_reopen<S: Subject>() {
    let talk = Talk::<S>::between(&["ann", "bob"]).await;
    talk.says("ann", "bob", "m1", "hi").await.unwrap();
    talk.says("bob", "ann", "m2", "hi").await.unwrap();
    talk.marks("bob", "ann", 1, 1).await;
    let talk = talk.reopen().await;
    let mut earlier = draft("ann", "bob", "m3", message("hi"));
    earlier.now = Millis(1);
    let appended = talk.store.append(earlier).await.unwrap();
    assert_eq!((appended.seq, appended.at), (Seq(3), NOW));
    assert_eq!(talk.row("bob", "ann").await.unread, 1);
    assert_eq!(talk.marks("bob", "ann", 1, 1).await, None);
    assert_eq!(talk.marks("bob", "ann", 2, 1).await, Some(marks(2, 1)));
}

pub async fn a_repeat_after_a_reopen_is_accepted_once<S: Subject>() {
    let talk = Talk::<S>::between(&["ann", "bob"]).await;
    let sent = talk.says("ann", "bob", "m1", "hi").await.unwrap();
    let talk = talk.reopen().await;
    assert_eq!(talk.says("ann", "bob", "m1", "hi").await, repeat_of(sent));
    let other = talk.says("ann", "bob", "m1", "ho").await;
    assert_eq!(other, Err(Error::Conflict));
}

pub async fn since_holds_over_a_reopen<S: Subject>() {
    let talk = Talk::<S>::between(&["ann", "bob", "cy"]).await;
    talk.says("ann", "bob", "m1", "hi").await.unwrap();
    talk.says("ann", "cy", "m2", "hi").await.unwrap();
    let since = talk.inbox("ann", None, 10).await.since;
    let talk = talk.reopen().await;
    assert_eq!(talk.inbox("ann", Some(&since), 10).await.rows, []);
    talk.says("cy", "ann", "m3", "hi").await.unwrap();
    let inbox = talk.inbox("ann", Some(&since), 10).await;
    assert_eq!(inbox.rows.len(), 1);
    assert_eq!(inbox.rows[0].peer, name("cy"));
}

pub async fn what_was_changed_and_closed_stays_so_over_a_reopen<S: Subject>() {
    let talk = Talk::<S>::between(&["ann", "bob"]).await;
    talk.store.rename(&name("ann"), "Ann of the hills").await.unwrap();
    talk.store.set_password(&name("ann"), "another", None).await.unwrap();
    talk.closes("bob").await;
    let talk = talk.reopen().await;
    let ann = talk.store.account(&name("ann")).await.unwrap();
    assert_eq!((ann.name.as_str(), ann.password.as_str()), ("Ann of the hills", "another"));
    let bob = talk.store.account(&name("bob")).await.unwrap();
    assert!(bob.is_closed && bob.password.is_empty());
    assert_eq!(talk.says("ann", "bob", "m1", "hi").await, Err(Error::NotAvailable));
}
