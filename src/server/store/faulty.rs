//! A store that fails when it is told to, around one that works: for tests of what is made of its errors.

use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;

use super::*;

pub struct Faulty {
    inner: Arc<dyn Store>,
    fault: Mutex<Option<Error>>,
}

impl Faulty {
    pub fn around(inner: Arc<dyn Store>) -> Self {
        Self { inner, fault: Mutex::default() }
    }

    /// From now on every call fails so, before anything is done; `None`: it works again.
    pub fn fail(&self, fault: Option<Error>) {
        *self.fault.lock().unwrap_or_else(PoisonError::into_inner) = fault;
    }

    fn check(&self) -> Result<()> {
        self.fault.lock().unwrap_or_else(PoisonError::into_inner).map_or(Ok(()), Err)
    }
}

macro_rules! pass_on {
    ($($method:ident($($name:ident: $kind:ty),*) -> $answer:ty;)*) => {
        #[async_trait]
        impl Store for Faulty {
            $(async fn $method(&self, $($name: $kind),*) -> Result<$answer> {
                self.check()?;
                self.inner.$method($($name),*).await
            })*
        }
    };
}

pass_on! {
    register(account: NewAccount) -> ();
    account(username: &Username) -> Account;
    rename(username: &Username, name: &str) -> ();
    set_password(username: &Username, password: &str, except: Option<SessionKey>) -> Vec<SessionKey>;
    close(username: &Username, at: Millis) -> Vec<SessionKey>;
    open_session(session: Session) -> ();
    session(key: SessionKey) -> Session;
    touch_session(key: SessionKey, at: Millis) -> ();
    sessions(username: &Username) -> Vec<Session>;
    end_session(username: &Username, public: &Id) -> SessionKey;
    end_sessions(username: &Username, except: Option<SessionKey>) -> Vec<SessionKey>;
    saw(username: &Username, at: Millis) -> ();
    append(draft: Draft) -> Appended;
    find(draft: &Draft) -> Appended;
    history(username: &Username, peer: &Username, page: Page, limit: u64) -> History;
    inbox(username: &Username, since: Option<&str>, limit: usize) -> Inbox;
    advance(username: &Username, peer: &Username, marks: Marks) -> Option<Marks>;
    peers(username: &Username) -> Vec<Username>;
    converse(username: &Username, peer: &Username) -> bool;
    ready() -> ();
}
