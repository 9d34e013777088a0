//! The calls of `Store` that stores for tests pass on to another one.

/// Hands a macro the signatures of all calls but the two that raise the log and its marks, behind those that are given.
macro_rules! with_calls {
    ($pass_on:ident { $($own:tt)* }) => {
        $pass_on! {
            $($own)*
            register(account: NewAccount) -> ();
            invite(invite: Invite, most: usize) -> ();
            invitation(key: InviteKey, now: Millis) -> Invite;
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
            find(draft: &Draft) -> Appended;
            history(username: &Username, peer: &Username, page: Page, limit: u64) -> History;
            inbox(username: &Username, since: Option<&str>, limit: usize) -> Inbox;
            peers(username: &Username) -> Vec<Username>;
            converse(username: &Username, peer: &Username) -> bool;
            ready() -> ();
        }
    };
}

pub(crate) use with_calls;
