//! Marks only rise, end at the head, and belong to one side.

use super::{Subject, Talk, marks, name};

async fn with_entries<S: Subject>(count: u64) -> Talk<S> {
    let talk = Talk::<S>::between(&["ann", "bob", "cy"]).await;
    for count in 0..count {
        talk.says("ann", "bob", &format!("m{count}"), "hi").await.unwrap();
    }
    talk
}

pub async fn marks_rise_and_never_fall<S: Subject>() {
    let talk = with_entries::<S>(5).await;
    assert_eq!(talk.marks("bob", "ann", 3, 2).await, Some(marks(3, 2)));
    assert_eq!(talk.marks("bob", "ann", 3, 2).await, None);
    assert_eq!(talk.marks("bob", "ann", 1, 1).await, None);
    assert_eq!(talk.marks("bob", "ann", 0, 0).await, None);
    assert_eq!(talk.marks("bob", "ann", 4, 1).await, Some(marks(4, 2)));
    assert_eq!(talk.marks("bob", "ann", 0, 3).await, Some(marks(4, 3)));
    assert_eq!(talk.row("bob", "ann").await.mine, marks(4, 3));
}

pub async fn the_same_mark_at_once_is_raised_once<S: Subject>() {
    let talk = with_entries::<S>(5).await;
    for seq in 1..=5 {
        let (bob, ann) = (name("bob"), name("ann"));
        let at_once = (0..8).map(|_| talk.store.advance(&bob, &ann, marks(seq, seq)));
        let raised = futures_util::future::join_all(at_once).await;
        let raised: Vec<_> = raised.into_iter().filter_map(Result::unwrap).collect();
        assert_eq!(raised, [marks(seq, seq)]);
    }
}

pub async fn marks_end_at_the_head<S: Subject>() {
    let talk = with_entries::<S>(2).await;
    assert_eq!(talk.marks("bob", "ann", 9, 0).await, Some(marks(2, 0)));
    assert_eq!(talk.marks("bob", "ann", 9, u64::MAX).await, Some(marks(2, 2)));
    assert_eq!(talk.marks("bob", "ann", 9, 9).await, None);
    talk.says("ann", "bob", "more", "hi").await.unwrap();
    assert_eq!(talk.row("bob", "ann").await.mine, marks(2, 2));
}

pub async fn read_lifts_delivered<S: Subject>() {
    let talk = with_entries::<S>(5).await;
    assert_eq!(talk.marks("bob", "ann", 0, 4).await, Some(marks(4, 4)));
}

pub async fn a_mark_without_a_conversation_is_ignored<S: Subject>() {
    let talk = with_entries::<S>(2).await;
    assert_eq!(talk.marks("cy", "ann", 1, 1).await, None);
    assert_eq!(talk.marks("cy", "nobody", 1, 1).await, None);
    assert_eq!(talk.marks("nobody", "ann", 1, 1).await, None);
    let converse = talk.store.converse(&name("cy"), &name("ann")).await;
    assert_eq!(converse, Ok(false));
    assert_eq!(talk.row("ann", "bob").await.theirs, marks(0, 0));
}

pub async fn each_side_has_its_own_marks<S: Subject>() {
    let talk = with_entries::<S>(5).await;
    talk.marks("bob", "ann", 3, 1).await;
    talk.marks("ann", "bob", 5, 4).await;
    let anns = talk.row("ann", "bob").await;
    let bobs = talk.row("bob", "ann").await;
    assert_eq!((anns.mine, anns.theirs), (marks(5, 4), marks(3, 1)));
    assert_eq!((bobs.mine, bobs.theirs), (marks(3, 1), marks(5, 4)));
}

pub async fn marks_in_notes_to_oneself_are_both_sides<S: Subject>() {
    let talk = Talk::<S>::between(&["ann"]).await;
    talk.says("ann", "ann", "m1", "milk").await.unwrap();
    assert_eq!(talk.marks("ann", "ann", 1, 1).await, Some(marks(1, 1)));
    let row = talk.row("ann", "ann").await;
    assert_eq!((row.mine, row.theirs), (marks(1, 1), marks(1, 1)));
}

pub async fn sending_lifts_no_mark<S: Subject>() {
    let talk = with_entries::<S>(3).await;
    let row = talk.row("ann", "bob").await;
    assert_eq!((row.mine, row.theirs), (marks(0, 0), marks(0, 0)));
}

pub async fn marks_asked_for_at_once_are_raised_in_their_order<S: Subject>() {
    let talk = with_entries::<S>(40).await;
    let (bob, ann) = (name("bob"), name("ann"));
    let falling =
        futures_util::future::join_all((1..=20).rev().map(|seq| talk.store.advance(&bob, &ann, marks(seq, seq))));
    let risen: Vec<_> = falling.await.into_iter().map(Result::unwrap).collect();
    assert_eq!((risen[0], &risen[1..]), (Some(marks(20, 20)), &[None; 19][..]));
    let rising = futures_util::future::join_all((21..=40).map(|seq| talk.store.advance(&bob, &ann, marks(seq, seq))));
    let risen: Vec<_> = rising.await.into_iter().map(Result::unwrap).collect();
    assert_eq!(risen, (21..=40).map(|seq| Some(marks(seq, seq))).collect::<Vec<_>>());
}
