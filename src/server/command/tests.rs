//! What each outcome of the store becomes on the wire, and what a refusal leaves undone.

use std::sync::Arc;

use super::*;
use crate::{
    protocol::{client, ids::Seq},
    server::{
        bus::local::Local,
        config::{Config, Switch},
        house::House,
        hub::{Hub, Joined},
        store::{NewAccount, SessionKey, Store, faulty::Faulty, memory::Memory},
    },
};

struct Stage {
    store: Arc<Faulty>,
    memory: Arc<Memory>,
    house: SharedHouse,
    context: Context,
    bob: Joined,
}

fn name(text: &str) -> Username {
    Username::from_canonical(text)
}

async fn stage() -> Stage {
    let memory = Arc::new(Memory::new());
    for person in ["ann", "bob"] {
        let account = NewAccount {
            invite: None,
            username: name(person),
            skeleton: person.into(),
            name: person.into(),
            password: String::new(),
            at: Millis(1),
        };
        memory.register(account).await.unwrap();
    }
    let store = Arc::new(Faulty::around(memory.clone()));
    let hub = Arc::new(Hub::new(20, 1000));
    let settings = Config { limits: Switch::Off, ..Config::default() };
    let house = Arc::new(House::new(settings, 3000, store.clone(), Arc::new(Local::new(hub.clone())), hub.clone()));
    let bob = hub.join(&name("bob"), SessionKey([2; 32])).expect("there is room");
    let context = Context::new(house.clone(), name("ann"), None);
    Stage { store, memory, house, context, bob }
}

impl Stage {
    async fn says(&self, frame: ClientFrame) -> Option<ServerFrame> {
        let outcome = apply(&self.context, frame).await;
        self.context.settle(outcome)
    }
}

fn send(id: &str) -> ClientFrame {
    let id = Id::new(id).unwrap();
    ClientFrame::Send(client::Send { id, peer: "bob".into(), body: "hi".into(), reply_to: None })
}

#[track_caller]
fn refused(answer: Option<ServerFrame>) -> (Option<String>, ErrorCode, Option<u64>) {
    let Some(ServerFrame::Error(refused)) = answer else { panic!("not refused: {answer:?}") };
    (refused.id.map(|id| id.to_string()), refused.code, refused.retry_after_ms)
}

#[tokio::test]
async fn every_outcome_of_the_store_has_its_code() {
    let stage = stage().await;
    for (fault, code) in [
        (store::Error::NotFound, ErrorCode::NotFound),
        (store::Error::UnknownPeer, ErrorCode::UnknownPeer),
        (store::Error::NotYours, ErrorCode::NotYours),
        (store::Error::Gone, ErrorCode::Gone),
        (store::Error::Conflict, ErrorCode::Conflict),
        (store::Error::NotAvailable, ErrorCode::NotAvailable),
        (store::Error::Busy, ErrorCode::Busy),
        (store::Error::Unavailable, ErrorCode::Unavailable),
        (store::Error::UnknownOutcome, ErrorCode::UnknownOutcome),
        (store::Error::Internal, ErrorCode::Internal),
    ] {
        stage.store.fail(Some(fault));
        let (id, answered, retry) = refused(stage.says(send("a")).await);
        assert_eq!((id.as_deref(), answered), (Some("a"), code));
        assert_eq!(retry.is_some(), code == ErrorCode::Busy, "{code:?}");
    }
}

#[tokio::test]
async fn what_was_refused_is_told_to_nobody_and_its_id_is_free() {
    let mut stage = stage().await;
    stage.store.fail(Some(store::Error::Unavailable));
    refused(stage.says(send("a")).await);
    assert!(stage.bob.queue.try_next().is_none());
    stage.store.fail(None);
    let Some(ServerFrame::Sent(sent)) = stage.says(send("a")).await else { panic!("not sent") };
    assert_eq!(sent.seq, Seq(1));
    assert!(stage.bob.queue.try_next().is_some_and(|text| text.contains(r#""id":"a""#)));
}

#[tokio::test]
async fn a_repeat_is_told_to_nobody() {
    let mut stage = stage().await;
    let first = stage.says(send("a")).await;
    assert!(stage.bob.queue.try_next().is_some());
    assert_eq!(stage.says(send("a")).await, first);
    assert!(stage.bob.queue.try_next().is_none());
}

#[tokio::test]
async fn a_closed_account_cannot_be_written_to_but_read() {
    let stage = stage().await;
    stage.says(send("a")).await;
    stage.memory.close(&name("bob"), Millis(1)).await.unwrap();
    assert_eq!(refused(stage.says(send("b")).await).1, ErrorCode::NotAvailable);
    let history =
        client::History { id: Id::new("h").unwrap(), peer: "bob".into(), before: None, after: None, limit: None };
    let answer = stage.says(ClientFrame::History(history)).await;
    assert!(matches!(answer, Some(ServerFrame::History(history)) if history.entries.len() == 1));
}

#[tokio::test]
async fn marks_that_cannot_be_kept_are_said_so() {
    let stage = stage().await;
    stage.store.fail(Some(store::Error::Unavailable));
    let mark = client::Mark { peer: "bob".into(), seq: Seq(1) };
    assert_eq!(refused(stage.says(ClientFrame::Read(mark)).await).1, ErrorCode::Unavailable);
}

#[tokio::test]
async fn an_account_is_braked_but_its_repeats_are_not() {
    let limited = stage().await;
    let settings = Config { entries_burst: 2, ..Config::default() };
    let house =
        House::new(settings, 3000, limited.memory.clone(), limited.house.bus.clone(), limited.house.hub.clone());
    let context = Context::new(Arc::new(house), name("ann"), None);
    for id in ["a", "b"] {
        assert!(matches!(apply(&context, send(id)).await.answer, Some(ServerFrame::Sent(_))));
    }
    let (_, code, retry) = refused(apply(&context, send("c")).await.answer);
    assert_eq!(code, ErrorCode::RateLimited);
    assert!(retry.is_some_and(|wait| (1..=100).contains(&wait)));
    assert!(matches!(apply(&context, send("a")).await.answer, Some(ServerFrame::Sent(_))));
}

#[tokio::test]
async fn where_nobody_knows_what_came_of_a_write_those_concerned_ask() {
    let mut stage = stage().await;
    stage.store.fail(Some(store::Error::UnknownOutcome));
    let is_told = |stage: &mut Stage| stage.bob.queue.try_next().is_some_and(|text| text.contains("resync"));
    assert_eq!(refused(stage.says(send("a")).await).1, ErrorCode::UnknownOutcome);
    assert!(is_told(&mut stage));
    let mark = client::Mark { peer: "bob".into(), seq: Seq(1) };
    refused(stage.says(ClientFrame::Read(mark)).await);
    assert!(is_told(&mut stage));
}

#[tokio::test(start_paused = true)]
async fn a_write_that_lands_after_everybody_looked_is_looked_for_again() {
    let mut stage = stage().await;
    stage.store.fail(Some(store::Error::UnknownOutcome));
    for id in ["a", "b"] {
        refused(stage.says(send(id)).await);
        assert!(stage.bob.queue.try_next().is_some_and(|text| text.contains("resync")));
    }
    for _ in 0..4 {
        assert!(stage.bob.queue.next().await.contains("resync"));
    }
    while stage.house.doubts.is_any() {
        tokio::time::sleep(std::time::Duration::from_secs(1)).await;
    }
    assert!(stage.bob.queue.try_next().is_none(), "both are in doubt together");
}
