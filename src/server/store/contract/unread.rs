//! Unread: the peer's messages above one's own mark, deleted ones not counted.

use super::{Subject, Talk, deletion, edit, reaction, reply};

pub async fn only_messages_of_the_peer_count<S: Subject>() {
    let talk = Talk::<S>::between(&["ann", "bob"]).await;
    talk.says("ann", "bob", "m1", "one").await.unwrap();
    talk.says("bob", "ann", "m2", "own").await.unwrap();
    talk.says("ann", "bob", "m3", "two").await.unwrap();
    talk.does("ann", "bob", "m4", edit(3, "zwei")).await.unwrap();
    talk.does("ann", "bob", "m5", reaction(2, Some("👍"))).await.unwrap();
    talk.does("ann", "bob", "m6", reply(2, "three")).await.unwrap();
    let unread = async |username, peer| talk.row(username, peer).await.unread;
    assert_eq!(unread("bob", "ann").await, 3);
    assert_eq!(unread("ann", "bob").await, 1);
    for (read, left) in [(1, 2), (2, 2), (3, 1), (5, 1), (6, 0)] {
        talk.marks("bob", "ann", read, read).await;
        assert_eq!(unread("bob", "ann").await, left, "read {read}");
    }
    assert_eq!(unread("ann", "bob").await, 1);
    talk.marks("ann", "bob", 6, 0).await;
    assert_eq!(unread("ann", "bob").await, 1, "delivered is not read");
}

pub async fn deleted_messages_do_not_count<S: Subject>() {
    let talk = Talk::<S>::between(&["ann", "bob"]).await;
    for count in 1..=4 {
        talk.says("ann", "bob", &format!("m{count}"), "hi").await.unwrap();
    }
    talk.says("bob", "ann", "m5", "own").await.unwrap();
    talk.marks("bob", "ann", 1, 1).await;
    talk.does("ann", "bob", "d3", deletion(3)).await.unwrap();
    talk.does("bob", "ann", "d5", deletion(5)).await.unwrap();
    assert_eq!(talk.row("bob", "ann").await.unread, 2);
    assert_eq!(talk.row("ann", "bob").await.unread, 0);
}

pub async fn a_message_deleted_below_the_mark_changes_nothing<S: Subject>() {
    let talk = Talk::<S>::between(&["ann", "bob"]).await;
    for count in 1..=3 {
        talk.says("ann", "bob", &format!("m{count}"), "hi").await.unwrap();
    }
    talk.marks("bob", "ann", 2, 2).await;
    talk.does("ann", "bob", "d1", deletion(1)).await.unwrap();
    assert_eq!(talk.row("bob", "ann").await.unread, 1);
    talk.marks("bob", "ann", 4, 4).await;
    assert_eq!(talk.row("bob", "ann").await.unread, 0);
}

pub async fn nothing_is_unread_in_notes_to_oneself<S: Subject>() {
    let talk = Talk::<S>::between(&["ann"]).await;
    talk.says("ann", "ann", "m1", "milk").await.unwrap();
    assert_eq!(talk.row("ann", "ann").await.unread, 0);
}
