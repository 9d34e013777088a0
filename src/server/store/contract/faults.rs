//! What holds where the way to the store is bad: calls fail before they are made, or are made and their outcome lost. Who
//! asks does what every caller does: the same again, with the same id.

use std::{collections::BTreeMap, sync::Arc};

use super::{Subject, Talk, deletion, draft, marks, message, name};
use crate::{
    protocol::{entry::Kind, ids::Seq},
    server::store::{Appended, Draft, Error, Result, SharedStore, faulty::Faulty},
};

const EACH: u64 = 40;

/// The same store by a bad way.
fn badly<S>(talk: &Talk<S>, seed: u64) -> SharedStore {
    let faulty = Faulty::around(Arc::clone(&talk.store));
    faulty.err(seed);
    Arc::new(faulty)
}

/// The same again until there is an outcome.
async fn until_settled<T, F: Future<Output = Result<T>>>(attempt: impl Fn() -> F) -> Result<T> {
    loop {
        match attempt().await {
            Err(Error::Unavailable | Error::UnknownOutcome | Error::Busy) => tokio::task::yield_now().await,
            outcome => return outcome,
        }
    }
}

async fn sends(store: &SharedStore, draft: Draft) -> Appended {
    until_settled(|| store.append(draft.clone())).await.unwrap()
}

pub async fn what_is_sent_badly_stands_once_and_in_its_order<S: Subject>() {
    let talk = Talk::<S>::between(&["ann", "bob"]).await;
    let authors = [("ann", "bob"), ("bob", "ann")].map(|(author, peer)| {
        let store = badly(&talk, u64::from(author.as_bytes()[0]));
        tokio::spawn(async move {
            let mut places = Vec::new();
            for count in 0..EACH {
                let draft = draft(author, peer, &format!("{author}-{count}"), message(&format!("{count}")));
                places.push((draft.id.clone(), sends(&store, draft).await.seq));
            }
            places
        })
    });
    let mut answered = BTreeMap::new();
    for author in authors {
        let places = author.await.unwrap();
        assert!(places.is_sorted_by_key(|(_, seq)| *seq));
        answered.extend(places.into_iter().map(|(id, seq)| (seq, id)));
    }
    let log: BTreeMap<_, _> = talk.log("ann", "bob").await.into_iter().map(|entry| (entry.seq, entry.id)).collect();
    assert_eq!(log, answered);
    assert_eq!(log.keys().copied().collect::<Vec<_>>(), (1..=2 * EACH).map(Seq).collect::<Vec<_>>());
}

pub async fn what_is_deleted_badly_is_erased<S: Subject>() {
    let talk = Talk::<S>::between(&["ann", "bob"]).await;
    let store = badly(&talk, 3);
    for count in 0..EACH {
        let sent = sends(&store, draft("ann", "bob", &format!("m{count}"), message("secret"))).await;
        sends(&store, draft("ann", "bob", &format!("d{count}"), deletion(sent.seq.0))).await;
    }
    let log = talk.log("bob", "ann").await;
    assert_eq!(log.len() as u64, 2 * EACH);
    let erased = Kind::Message { body: None, reply_to: None };
    assert!(log.iter().all(|entry| entry.kind == erased || matches!(entry.kind, Kind::Deletion { .. })));
}

pub async fn what_changed_badly_is_found<S: Subject>() {
    let peers = ["bob", "cy", "di"];
    let talk = Talk::<S>::between(&["ann", "bob", "cy", "di"]).await;
    let (writing, reading) = (badly(&talk, 5), badly(&talk, 7));
    let (ann, mut since) = (name("ann"), None);
    let mut seen = BTreeMap::new();
    for count in 0..EACH {
        let peer = peers[count as usize % peers.len()];
        let sent = sends(&writing, draft(peer, "ann", &format!("m{count}"), message("hi"))).await;
        let (from, read) = (name(peer), marks(sent.seq.0, sent.seq.0));
        until_settled(|| writing.advance(&ann, &from, read)).await.unwrap();
        let inbox = until_settled(|| reading.inbox(&ann, since.as_deref(), 10)).await.unwrap();
        since = Some(inbox.since);
        seen.extend(inbox.rows.into_iter().map(|row| (row.peer, (row.head, row.mine.read))));
        assert_eq!(seen[&from], (sent.seq, sent.seq));
    }
}
