//! Pages of a log and their edges.

use super::{Subject, Talk, name, seqs};
use crate::{
    protocol::ids::Seq,
    server::store::{Error, Page},
};

async fn ten_entries<S: Subject>() -> Talk<S> {
    let talk = Talk::<S>::between(&["ann", "bob", "cy"]).await;
    for count in 1..=10 {
        talk.says("ann", "bob", &format!("m{count}"), "hi").await.unwrap();
        // A neighbour whose entries must not get in between.
        talk.says("ann", "cy", &format!("n{count}"), "ho").await.unwrap();
    }
    talk
}

/// Asserts on the first and last seq of a page (none where it is empty) and whether it is complete.
async fn page_is<S: Subject>(talk: &Talk<S>, page: Page, limit: u64, range: Option<(u64, u64)>, is_complete: bool) {
    let history = talk.page("bob", "ann", page, limit).await;
    let wanted: Vec<_> = range.map_or(Vec::new(), |(first, last)| (first..=last).collect());
    assert_eq!(seqs(&history.entries), wanted, "{page:?} {limit}");
    assert_eq!(history.is_complete, is_complete, "{page:?} {limit}");
    assert_eq!(history.head, Seq(10));
}

pub async fn an_empty_log_is_a_complete_page<S: Subject>() {
    let talk = Talk::<S>::between(&["ann", "bob"]).await;
    for page in [Page::After(Seq(0)), Page::Before(Seq(9)), Page::Newest] {
        let history = talk.page("ann", "bob", page, 50).await;
        assert_eq!(history.entries, []);
        assert_eq!(history.head, Seq(0));
        assert!(history.is_complete);
    }
}

pub async fn history_with_nobody_is_refused<S: Subject>() {
    let talk = Talk::<S>::between(&["ann"]).await;
    let history = talk.store.history(&name("ann"), &name("nobody"), Page::Newest, 50).await;
    assert_eq!(history, Err(Error::UnknownPeer));
}

pub async fn pages_after_a_place<S: Subject>() {
    let talk = ten_entries::<S>().await;
    let after = |seq| Page::After(Seq(seq));
    page_is(&talk, after(0), 4, Some((1, 4)), false).await;
    page_is(&talk, after(0), 10, Some((1, 10)), true).await;
    page_is(&talk, after(0), 9, Some((1, 9)), false).await;
    page_is(&talk, after(0), 11, Some((1, 10)), true).await;
    page_is(&talk, after(6), 4, Some((7, 10)), true).await;
    page_is(&talk, after(6), 3, Some((7, 9)), false).await;
    page_is(&talk, after(9), 1, Some((10, 10)), true).await;
    page_is(&talk, after(10), 4, None, true).await;
    page_is(&talk, after(99), 4, None, true).await;
    page_is(&talk, after(u64::MAX), 4, None, true).await;
}

pub async fn pages_before_a_place<S: Subject>() {
    let talk = ten_entries::<S>().await;
    let before = |seq| Page::Before(Seq(seq));
    page_is(&talk, before(0), 4, None, true).await;
    page_is(&talk, before(1), 4, None, true).await;
    page_is(&talk, before(2), 4, Some((1, 1)), true).await;
    page_is(&talk, before(5), 4, Some((1, 4)), true).await;
    page_is(&talk, before(6), 4, Some((2, 5)), false).await;
    page_is(&talk, before(10), 4, Some((6, 9)), false).await;
    page_is(&talk, before(11), 4, Some((7, 10)), false).await;
    page_is(&talk, before(99), 4, Some((7, 10)), false).await;
    page_is(&talk, before(u64::MAX), 10, Some((1, 10)), true).await;
}

pub async fn the_newest_page<S: Subject>() {
    let talk = ten_entries::<S>().await;
    page_is(&talk, Page::Newest, 1, Some((10, 10)), false).await;
    page_is(&talk, Page::Newest, 9, Some((2, 10)), false).await;
    page_is(&talk, Page::Newest, 10, Some((1, 10)), true).await;
    page_is(&talk, Page::Newest, u64::MAX, Some((1, 10)), true).await;
}
