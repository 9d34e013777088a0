//! What every adapter must do, written once. A behaviour is a function that is given a fresh store; `contract!` makes
//! one test a behaviour for an adapter. An adapter joins by a `Subject` beside its own tests and a line at the end of
//! this file. What only one adapter can promise (bytes of a file, a lock) is tested in its folder.

mod accounts;
mod deletion;
mod endurance;
mod faults;
mod inbox;
mod invites;
mod marks;
mod once;
mod order;
mod pages;
mod refusals;
mod settings;
mod unread;

use std::sync::Arc;

use super::{
    Appended, Draft, Error, Inbox, Marks, NewAccount, Page, Result, Row, SharedStore, memory::Memory, mongo::InServer,
    sqlite::InFolder,
};
use crate::protocol::{
    entry::{Entry, Kind},
    ids::{Id, Millis, Seq, Username},
};

/// An adapter under test.
pub trait Subject: Sized {
    /// An empty store, whose data ends with the subject.
    async fn fresh() -> Self;

    fn store(&self) -> SharedStore;

    /// The same data after a stop and a start; the store itself where it keeps nothing. No handle to the store is
    /// held elsewhere.
    async fn reopen(self) -> Self;
}

/// What the clock says where a test does not care.
pub const NOW: Millis = Millis(1_790_000_000_000);

/// A subject with people in it, and short words for what they do.
pub struct Talk<S> {
    pub subject: S,
    pub store: SharedStore,
}

impl<S: Subject> Talk<S> {
    pub async fn between(names: &[&str]) -> Self {
        let subject = S::fresh().await;
        let store = subject.store();
        for name in names {
            store.register(newcomer(name)).await.unwrap();
        }
        Self { subject, store }
    }

    pub async fn reopen(self) -> Self {
        drop(self.store);
        let subject = self.subject.reopen().await;
        let store = subject.store();
        Self { subject, store }
    }

    pub async fn says(&self, author: &str, peer: &str, id: &str, body: &str) -> Result<Appended> {
        self.does(author, peer, id, message(body)).await
    }

    pub async fn does(&self, author: &str, peer: &str, id: &str, kind: Kind) -> Result<Appended> {
        self.store.append(draft(author, peer, id, kind)).await
    }

    pub async fn closes(&self, username: &str) {
        self.store.close(&name(username), NOW).await.unwrap();
    }

    pub async fn log(&self, username: &str, peer: &str) -> Vec<Entry> {
        self.page(username, peer, Page::After(Seq(0)), 100_000).await.entries
    }

    pub async fn page(&self, username: &str, peer: &str, page: Page, limit: u64) -> super::History {
        self.store.history(&name(username), &name(peer), page, limit).await.unwrap()
    }

    pub async fn marks(&self, username: &str, peer: &str, delivered: u64, read: u64) -> Option<Marks> {
        self.store.advance(&name(username), &name(peer), marks(delivered, read)).await.unwrap()
    }

    pub async fn inbox(&self, username: &str, since: Option<&str>, limit: usize) -> Inbox {
        self.store.inbox(&name(username), since, limit).await.unwrap()
    }

    /// How the conversation looks to the first of the two.
    pub async fn row(&self, username: &str, peer: &str) -> Row {
        let inbox = self.inbox(username, None, 1_000).await;
        inbox.rows.into_iter().find(|row| row.peer == name(peer)).unwrap()
    }
}

pub fn name(text: &str) -> Username {
    Username::from_canonical(text)
}

pub fn id(text: &str) -> Id {
    Id::new(text).unwrap()
}

pub fn newcomer(text: &str) -> NewAccount {
    NewAccount {
        invite: None,
        username: name(text),
        skeleton: format!("skeleton of {text}"),
        name: text.to_uppercase(),
        password: format!("password of {text}"),
        at: NOW,
    }
}

pub fn draft(author: &str, peer: &str, attempt: &str, kind: Kind) -> Draft {
    Draft { author: name(author), peer: name(peer), id: id(attempt), kind, now: NOW }
}

pub fn message(body: &str) -> Kind {
    Kind::Message { body: Some(body.to_owned()), reply_to: None }
}

pub fn reply(to: u64, body: &str) -> Kind {
    Kind::Message { body: Some(body.to_owned()), reply_to: Some(Seq(to)) }
}

pub fn edit(of: u64, body: &str) -> Kind {
    Kind::Edit { of: Seq(of), body: Some(body.to_owned()) }
}

pub fn deletion(of: u64) -> Kind {
    Kind::Deletion { of: Seq(of) }
}

pub fn reaction(of: u64, emoji: Option<&str>) -> Kind {
    Kind::Reaction { of: Seq(of), emoji: emoji.map(str::to_owned) }
}

pub fn marks(delivered: u64, read: u64) -> Marks {
    Marks { delivered: Seq(delivered), read: Seq(read) }
}

pub fn seqs(entries: &[Entry]) -> Vec<u64> {
    entries.iter().map(|entry| entry.seq.0).collect()
}

/// The answer to a draft that had been written at this place before.
pub fn repeat_of(first: Appended) -> Result<Appended> {
    Ok(Appended { is_new: false, ..first })
}

pub async fn refusal(attempt: impl Future<Output = Result<Appended>>) -> Error {
    attempt.await.unwrap_err()
}

impl Subject for Arc<Memory> {
    async fn fresh() -> Self {
        Self::new(Memory::new())
    }

    fn store(&self) -> SharedStore {
        Self::clone(self)
    }

    async fn reopen(self) -> Self {
        self
    }
}

macro_rules! contract {
    ($($file:ident: $($behaviour:ident)+;)+) => {
        macro_rules! adapter {
            ($adapter:ident, $subject:ty) => {
                mod $adapter {
                    $($(
                        #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
                        async fn $behaviour() {
                            super::$file::$behaviour::<$subject>().await;
                        }
                    )+)+
                }
            };
        }
    };
}

contract! {
    accounts:
        a_taken_name_is_a_conflict
        a_lookalike_name_is_a_conflict
        an_account_is_found_by_its_name_alone
        a_closed_account_is_found_and_cannot_sign_in
        last_seen_never_goes_back
        a_session_is_found_by_its_key
        a_session_of_nobody_is_not_opened
        use_of_a_session_never_goes_back
        sessions_come_last_used_first_and_ones_own_only
        an_ended_session_is_gone_and_only_its_owner_ends_it
        a_store_that_takes_writes_is_ready;
    invites:
        an_invitation_makes_one_account
        of_eight_at_once_one_is_let_in
        a_taken_name_uses_no_invitation_up
        an_invitation_ends_with_its_time
        the_first_account_ends_the_servers_own_invitation
        a_member_has_so_many_invitations_and_no_more
        an_invitation_ends_with_its_members_account
        nobody_invites;
    settings:
        a_new_name_is_told_everywhere
        a_new_password_ends_all_sessions_but_one
        all_sessions_but_one_end_or_all
        a_closed_account_keeps_only_its_name
        a_closed_account_writes_nothing_and_is_read_on
        notes_to_oneself_lose_their_words_with_the_account
        nobody_and_the_closed_have_nothing_to_change;
    once:
        repeat_of_a_send_is_accepted_once
        repeat_at_once_by_8_is_accepted_once
        repeat_at_once_by_64_is_accepted_once
        repeat_of_every_kind_is_answered_with_its_place
        other_content_under_a_used_id_is_a_conflict
        a_used_id_with_another_or_unknown_peer_is_a_conflict
        the_same_id_of_another_author_is_independent
        an_error_does_not_use_an_id_up
        a_repeat_comes_before_every_refusal
        find_tells_the_place_of_what_was_written;
    order:
        two_authors_at_once_leave_no_hole_and_no_repeat
        eight_at_once_in_one_conversation_leave_no_hole
        many_conversations_at_once_keep_their_own_numbers
        sends_queued_in_order_are_numbered_in_that_order
        time_never_goes_back
        the_pair_is_one_in_either_order
        notes_to_oneself_are_a_conversation;
    refusals:
        an_unknown_peer_is_refused
        a_closed_peer_takes_only_deletions
        a_target_must_be_a_message_of_this_conversation
        only_its_author_changes_a_message
        a_deleted_message_takes_replies_only
        refusals_come_in_their_order
        a_refusal_makes_no_conversation;
    deletion:
        deletion_takes_the_words_of_message_and_edits
        repeat_of_an_erased_send_is_answered_whatever_its_body
        another_message_keeps_its_words;
    marks:
        marks_rise_and_never_fall
        the_same_mark_at_once_is_raised_once
        marks_asked_for_at_once_are_raised_in_their_order
        marks_end_at_the_head
        read_lifts_delivered
        a_mark_without_a_conversation_is_ignored
        each_side_has_its_own_marks
        marks_in_notes_to_oneself_are_both_sides
        sending_lifts_no_mark;
    pages:
        an_empty_log_is_a_complete_page
        history_with_nobody_is_refused
        pages_after_a_place
        pages_before_a_place
        the_newest_page;
    unread:
        only_messages_of_the_peer_count
        deleted_messages_do_not_count
        a_message_deleted_below_the_mark_changes_nothing
        nothing_is_unread_in_notes_to_oneself;
    inbox:
        a_row_tells_how_a_conversation_stands
        the_last_message_is_shown_as_last_edited
        the_last_message_is_empty_once_deleted
        nothing_changed_is_an_empty_answer
        an_entry_is_a_change_on_both_sides
        a_mark_is_a_change_on_both_sides
        unreadable_since_means_all
        pages_together_are_complete_and_newest_first
        a_change_while_paging_is_not_lost
        one_sees_only_ones_own_conversations
        peers_are_those_with_whom_a_conversation_exists;
    endurance:
        everything_survives_a_reopen
        numbers_and_times_go_on_after_a_reopen
        a_repeat_after_a_reopen_is_accepted_once
        what_was_changed_and_closed_stays_so_over_a_reopen
        since_holds_over_a_reopen;
    faults:
        what_is_sent_badly_stands_once_and_in_its_order
        what_is_deleted_badly_is_erased
        what_changed_badly_is_found;
}

adapter!(memory_keeps_it, std::sync::Arc<super::Memory>);
adapter!(sqlite_keeps_it, super::InFolder);
adapter!(mongo_keeps_it, super::InServer);
