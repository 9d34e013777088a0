//! The inbox: how a conversation looks from one side, and what changed since.

use super::{NOW, Subject, Talk, deletion, draft, edit, id, marks, message, name, reaction, reply};
use crate::{
    protocol::{
        entry::{Entry, Kind},
        ids::Seq,
    },
    server::store::{Error, Row},
};

pub async fn a_row_tells_how_a_conversation_stands<S: Subject>() {
    let talk = Talk::<S>::between(&["ann", "bob"]).await;
    talk.says("ann", "bob", "m1", "hi").await.unwrap();
    let mut like = draft("bob", "ann", "m2", reaction(1, Some("👍")));
    like.now = NOW.plus(5);
    talk.store.append(like).await.unwrap();
    talk.marks("bob", "ann", 2, 1).await;
    talk.store.saw(&name("ann"), NOW.plus(9)).await.unwrap();
    let inbox = talk.inbox("bob", None, 10).await;
    assert!(!inbox.more);
    assert_eq!(
        inbox.rows,
        [Row {
            peer: name("ann"),
            name: "ANN".to_owned(),
            head: Seq(2),
            at: NOW.plus(5),
            unread: 0,
            mine: marks(2, 1),
            theirs: marks(0, 0),
            last_seen: Some(NOW.plus(9)),
            last: Some(Entry { seq: Seq(1), at: NOW, from: name("ann"), id: id("m1"), kind: message("hi") }),
        }]
    );
}

pub async fn the_last_message_is_shown_as_last_edited<S: Subject>() {
    let talk = Talk::<S>::between(&["ann", "bob"]).await;
    talk.says("ann", "bob", "m1", "first").await.unwrap();
    talk.does("bob", "ann", "m2", reply(1, "second")).await.unwrap();
    for (attempt, body) in [("e1", "zweitens"), ("e2", "secundo")] {
        talk.does("bob", "ann", attempt, edit(2, body)).await.unwrap();
    }
    talk.does("ann", "bob", "e3", edit(1, "primo")).await.unwrap();
    for (username, peer) in [("ann", "bob"), ("bob", "ann")] {
        let last = talk.row(username, peer).await.last.unwrap();
        assert_eq!((last.seq, last.from), (Seq(2), name("bob")));
        assert_eq!(last.kind, reply(1, "secundo"));
    }
}

pub async fn the_last_message_is_empty_once_deleted<S: Subject>() {
    let talk = Talk::<S>::between(&["ann", "bob"]).await;
    talk.says("ann", "bob", "m1", "first").await.unwrap();
    talk.says("ann", "bob", "m2", "second").await.unwrap();
    talk.does("ann", "bob", "e2", edit(2, "zwei")).await.unwrap();
    talk.does("ann", "bob", "d2", deletion(2)).await.unwrap();
    let row = talk.row("bob", "ann").await;
    let last = row.last.unwrap();
    assert_eq!((last.seq, row.head), (Seq(2), Seq(4)));
    let erased = Kind::Message { body: None, reply_to: None };
    assert_eq!(last.kind, erased);
}

pub async fn nothing_changed_is_an_empty_answer<S: Subject>() {
    let talk = Talk::<S>::between(&["ann", "bob", "cy"]).await;
    let nothing = talk.inbox("ann", None, 10).await;
    assert_eq!((nothing.rows.len(), nothing.more), (0, false));
    talk.says("ann", "bob", "m1", "hi").await.unwrap();
    let first = talk.inbox("ann", Some(&nothing.since), 10).await;
    assert_eq!(first.rows.len(), 1);
    talk.says("bob", "cy", "m1", "hi").await.unwrap();
    talk.says("ann", "bob", "m1", "hi").await.unwrap();
    talk.marks("ann", "bob", 0, 0).await;
    let second = talk.inbox("ann", Some(&first.since), 10).await;
    assert_eq!((second.rows.len(), second.more), (0, false));
    let is_plain = |since: &str| !since.contains(|char: char| char.is_whitespace() || char == '"');
    assert!(is_plain(&first.since) && is_plain(&nothing.since));
}

/// Whom a person's inbox names as changed since.
async fn changed<S: Subject>(talk: &Talk<S>, username: &str, since: &str) -> Vec<String> {
    let inbox = talk.inbox(username, Some(since), 10).await;
    let peers = inbox.rows.iter().map(|row| row.peer.to_string());
    peers.collect()
}

pub async fn an_entry_is_a_change_on_both_sides<S: Subject>() {
    let talk = Talk::<S>::between(&["ann", "bob", "cy"]).await;
    talk.says("ann", "bob", "m1", "hi").await.unwrap();
    talk.says("ann", "cy", "m2", "hi").await.unwrap();
    let anns = talk.inbox("ann", None, 10).await.since;
    let bobs = talk.inbox("bob", None, 10).await.since;
    talk.does("bob", "ann", "m3", reaction(1, Some("👍"))).await.unwrap();
    assert_eq!(changed(&talk, "ann", &anns).await, ["bob"]);
    assert_eq!(changed(&talk, "bob", &bobs).await, ["ann"]);
}

pub async fn a_mark_is_a_change_on_both_sides<S: Subject>() {
    let talk = Talk::<S>::between(&["ann", "bob", "cy"]).await;
    talk.says("ann", "bob", "m1", "hi").await.unwrap();
    talk.says("ann", "cy", "m2", "hi").await.unwrap();
    for (delivered, read) in [(1, 0), (1, 1)] {
        let anns = talk.inbox("ann", None, 10).await.since;
        let bobs = talk.inbox("bob", None, 10).await.since;
        talk.marks("bob", "ann", delivered, read).await.unwrap();
        assert_eq!(changed(&talk, "ann", &anns).await, ["bob"]);
        assert_eq!(changed(&talk, "bob", &bobs).await, ["ann"]);
    }
}

pub async fn unreadable_since_means_all<S: Subject>() {
    let talk = Talk::<S>::between(&["ann", "bob"]).await;
    talk.says("ann", "bob", "m1", "hi").await.unwrap();
    let elsewhere = Talk::<S>::between(&["ann", "bob"]).await;
    for count in 0..5 {
        elsewhere.says("ann", "bob", &format!("m{count}"), "hi").await.unwrap();
    }
    let foreign = elsewhere.inbox("ann", None, 10).await.since;
    for since in ["", "0", "nonsense", "-1", "ä-1", "🙂", &foreign] {
        let inbox = talk.inbox("ann", Some(since), 10).await;
        assert_eq!(inbox.rows.len(), 1, "{since:?}");
    }
}

pub async fn pages_together_are_complete_and_newest_first<S: Subject>() {
    let peers = ["b", "c", "d", "e", "f", "g", "h"];
    let talk = Talk::<S>::between(&[&["a"], &peers[..]].concat()).await;
    for (count, peer) in peers.into_iter().enumerate() {
        let mut draft = draft("a", peer, &format!("m{count}"), message("hi"));
        draft.now = NOW.plus(count as u64);
        talk.store.append(draft).await.unwrap();
    }
    for limit in 1..=8 {
        let mut seen = Vec::new();
        let mut since = None;
        loop {
            let inbox = talk.inbox("a", since.as_deref(), limit).await;
            assert!((1..=limit).contains(&inbox.rows.len()));
            assert!(inbox.rows.is_sorted_by(|one, next| one.at >= next.at));
            seen.extend(inbox.rows.into_iter().map(|row| row.peer.to_string()));
            since = Some(inbox.since);
            if !inbox.more {
                break;
            }
        }
        assert_eq!(seen, ["h", "g", "f", "e", "d", "c", "b"], "limit {limit}");
        assert_eq!(talk.inbox("a", since.as_deref(), limit).await.rows, [], "limit {limit}");
    }
}

pub async fn a_change_while_paging_is_not_lost<S: Subject>() {
    let peers = ["b", "c", "d", "e", "f"];
    let talk = Talk::<S>::between(&[&["a"], &peers[..]].concat()).await;
    for peer in peers {
        talk.says("a", peer, &format!("m-{peer}"), "hi").await.unwrap();
    }
    let mut seen = std::collections::BTreeMap::new();
    let mut since = None;
    for round in 0.. {
        assert!(round < 20, "paging does not end");
        let inbox = talk.inbox("a", since.as_deref(), 2).await;
        for row in inbox.rows {
            seen.insert(row.peer.to_string(), row.head.0);
        }
        since = Some(inbox.since);
        // One that was given changes again, and so does one that is still to come.
        if round == 0 {
            talk.says("f", "a", "again", "ho").await.unwrap();
            talk.says("b", "a", "again", "ho").await.unwrap();
        }
        if !inbox.more {
            break;
        }
    }
    let heads: Vec<_> = seen.iter().map(|(peer, head)| (peer.as_str(), *head)).collect();
    assert_eq!(heads, [("b", 2), ("c", 1), ("d", 1), ("e", 1), ("f", 2)]);
}

pub async fn one_sees_only_ones_own_conversations<S: Subject>() {
    let talk = Talk::<S>::between(&["ann", "bob", "cy"]).await;
    talk.says("ann", "bob", "m1", "hi").await.unwrap();
    assert_eq!(talk.inbox("cy", None, 10).await.rows, []);
    assert_eq!(talk.log("cy", "ann").await, []);
    let nobody = talk.store.inbox(&name("nobody"), None, 10).await;
    assert_eq!(nobody, Err(Error::NotFound));
}

pub async fn peers_are_those_with_whom_a_conversation_exists<S: Subject>() {
    let talk = Talk::<S>::between(&["ann", "bob", "cy", "di"]).await;
    talk.says("bob", "cy", "m1", "hi").await.unwrap();
    talk.says("ann", "bob", "m1", "hi").await.unwrap();
    talk.says("bob", "bob", "m2", "note").await.unwrap();
    let peers = async |username| {
        let mut peers = talk.store.peers(&name(username)).await.unwrap();
        peers.sort();
        peers
    };
    assert_eq!(peers("bob").await, [name("ann"), name("cy")]);
    assert_eq!(peers("ann").await, [name("bob")]);
    assert_eq!(peers("di").await, []);
    assert_eq!(peers("nobody").await, []);
    let strangers = talk.store.converse(&name("ann"), &name("cy")).await;
    assert_eq!(strangers, Ok(false));
}
