//! Invitations: each lets one account be made, at most.

use futures_util::future::join_all;

use super::{NOW, Subject, Talk, name, newcomer};
use crate::{
    protocol::ids::Millis,
    server::store::{Error, Invite, InviteKey, Inviter, NewAccount, Result},
};

const UNTIL: Millis = Millis(NOW.0 + 1_000);

fn key(number: u8) -> InviteKey {
    InviteKey([number; 32])
}

/// The higher its number, the later it was made.
fn invite(from: Inviter, number: u8) -> Invite {
    Invite { key: key(number), from, created: NOW.plus(number.into()), until: UNTIL }
}

fn ann() -> Inviter {
    Inviter::Member(name("ann"))
}

impl<S: Subject> Talk<S> {
    async fn invites(&self, from: Inviter, number: u8) -> Invite {
        let invite = invite(from, number);
        self.store.invite(invite.clone(), 3).await.unwrap();
        invite
    }

    async fn comes_by(&self, username: &str, number: u8) -> Result<()> {
        self.store.register(NewAccount { invite: Some(key(number)), ..newcomer(username) }).await
    }

    async fn counts(&self, number: u8) -> bool {
        self.store.invitation(key(number), NOW).await.is_ok()
    }
}

pub async fn an_invitation_makes_one_account<S: Subject>() {
    let talk = Talk::<S>::between(&["ann"]).await;
    assert_eq!(talk.comes_by("bob", 1).await, Err(Error::NotFound));
    for (number, from, newcomer) in [(1, Inviter::Host, "bob"), (2, ann(), "cem")] {
        let invite = talk.invites(from, number).await;
        assert_eq!(talk.store.invitation(key(number), NOW).await, Ok(invite));
        assert_eq!(talk.comes_by(newcomer, number).await, Ok(()));
        assert!(!talk.counts(number).await);
        assert_eq!(talk.comes_by("dan", number).await, Err(Error::NotFound));
    }
    assert!(talk.store.account(&name("bob")).await.is_ok() && talk.store.account(&name("cem")).await.is_ok());
    assert_eq!(talk.store.account(&name("dan")).await, Err(Error::NotFound));
}

pub async fn of_eight_at_once_one_is_let_in<S: Subject>() {
    let talk = Talk::<S>::between(&["ann"]).await;
    talk.invites(Inviter::Host, 1).await;
    let names = ["b1", "b2", "b3", "b4", "b5", "b6", "b7", "b8"];
    let came = join_all(names.map(|name| talk.comes_by(name, 1))).await;
    assert_eq!(came.iter().filter(|came| came.is_ok()).count(), 1, "{came:?}");
    assert_eq!(came.iter().filter(|came| **came == Err(Error::NotFound)).count(), 7, "{came:?}");
}

pub async fn a_taken_name_uses_no_invitation_up<S: Subject>() {
    let talk = Talk::<S>::between(&["ann"]).await;
    talk.invites(Inviter::Host, 1).await;
    assert_eq!(talk.comes_by("ann", 1).await, Err(Error::Conflict));
    assert_eq!(talk.comes_by("bob", 1).await, Ok(()));
}

pub async fn an_invitation_ends_with_its_time<S: Subject>() {
    let talk = Talk::<S>::between(&["ann"]).await;
    talk.invites(Inviter::Host, 1).await;
    let last = Millis(UNTIL.0 - 1);
    assert!(talk.store.invitation(key(1), last).await.is_ok());
    assert_eq!(talk.store.invitation(key(1), UNTIL).await, Err(Error::NotFound));
    let late = NewAccount { invite: Some(key(1)), at: UNTIL, ..newcomer("bob") };
    assert_eq!(talk.store.register(late).await, Err(Error::NotFound));
    // The next one takes it away.
    talk.store.invite(Invite { created: UNTIL, until: UNTIL.plus(1), ..invite(ann(), 2) }, 3).await.unwrap();
    assert!(!talk.counts(1).await);
}

pub async fn the_first_account_ends_the_servers_own_invitation<S: Subject>() {
    let talk = Talk::<S>::between(&[]).await;
    talk.invites(Inviter::Setup, 1).await;
    talk.invites(Inviter::Setup, 2).await;
    assert_eq!(talk.comes_by("ann", 1).await, Ok(()));
    assert!(!talk.counts(2).await);
    assert_eq!(talk.comes_by("bob", 2).await, Err(Error::NotFound));
}

pub async fn a_member_has_so_many_invitations_and_no_more<S: Subject>() {
    let talk = Talk::<S>::between(&["ann", "bob"]).await;
    talk.invites(Inviter::Member(name("bob")), 1).await;
    talk.invites(Inviter::Host, 2).await;
    for number in 3..=7 {
        talk.invites(ann(), number).await;
    }
    let mut counting = Vec::new();
    for number in 1..=7 {
        if talk.counts(number).await {
            counting.push(number);
        }
    }
    assert_eq!(counting, [1, 2, 5, 6, 7]);
}

pub async fn an_invitation_ends_with_its_members_account<S: Subject>() {
    let talk = Talk::<S>::between(&["ann"]).await;
    talk.invites(ann(), 1).await;
    talk.closes("ann").await;
    assert!(!talk.counts(1).await);
    assert_eq!(talk.comes_by("bob", 1).await, Err(Error::NotFound));
}

pub async fn nobody_invites<S: Subject>() {
    let talk = Talk::<S>::between(&["ann"]).await;
    talk.closes("ann").await;
    for from in [ann(), Inviter::Member(name("nobody"))] {
        assert_eq!(talk.store.invite(invite(from, 1), 3).await, Err(Error::NotFound));
    }
    assert!(!talk.counts(1).await);
}
