//! Accounts and sessions.

use super::{State, pair};
use crate::{
    protocol::ids::{Id, Millis, Username},
    server::store::{Account, Error, Invite, InviteKey, Inviter, NewAccount, Result, Session, SessionKey},
};

impl State {
    pub fn account(&self, username: &Username) -> Result<&Account> {
        let (account, _) = self.accounts.get(username).ok_or(Error::NotFound)?;
        Ok(account)
    }

    /// The account to be changed, unless it is closed.
    pub fn open_account(&mut self, username: &Username) -> Result<&mut Account> {
        let (account, _) = self.accounts.get_mut(username).ok_or(Error::NotFound)?;
        if account.is_closed { Err(Error::NotFound) } else { Ok(account) }
    }

    pub fn register(&mut self, new: NewAccount) -> Result<()> {
        if let Some(key) = new.invite {
            self.invitation(key, new.at)?;
        }
        let is_taken = self
            .accounts
            .values()
            .any(|(account, skeleton)| account.username == new.username || *skeleton == new.skeleton);
        if is_taken {
            return Err(Error::Conflict);
        }
        let account = Account {
            username: new.username.clone(),
            name: new.name,
            password: new.password,
            is_closed: false,
            last_seen: None,
        };
        self.accounts.insert(new.username, (account, new.skeleton));
        self.invites.retain(|invite| Some(invite.key) != new.invite);
        Ok(())
    }

    pub fn invite(&mut self, new: Invite, most: usize) -> Result<()> {
        if let Inviter::Member(username) = &new.from {
            self.open_account(username)?;
        }
        self.invites.retain(|invite| invite.until > new.created);
        let from = new.from.clone();
        self.invites.push(new);
        if matches!(from, Inviter::Member(_)) {
            let own = self.invites.iter().filter(|invite| invite.from == from).count();
            let mut surplus = own.saturating_sub(most);
            self.invites.retain(|invite| {
                let goes = invite.from == from && surplus > 0;
                surplus -= usize::from(goes);
                !goes
            });
        }
        Ok(())
    }

    pub fn invitation(&self, key: InviteKey, now: Millis) -> Result<Invite> {
        let invite = self.invites.iter().find(|invite| invite.key == key).ok_or(Error::NotFound)?;
        let is_good = match &invite.from {
            Inviter::Setup => self.accounts.is_empty(),
            Inviter::Host => true,
            Inviter::Member(username) => !self.account(username)?.is_closed,
        };
        if is_good && invite.until > now { Ok(invite.clone()) } else { Err(Error::NotFound) }
    }

    pub fn close(&mut self, username: &Username) -> Result<Vec<SessionKey>> {
        let ended = self.end_sessions(username, None)?;
        let account = self.open_account(username)?;
        account.is_closed = true;
        account.password.clear();
        if let Some(notes) = self.logs.get_mut(&pair(username, username)) {
            notes.erase_all();
        }
        Ok(ended)
    }

    pub fn session(&self, key: SessionKey) -> Result<Session> {
        let session = self.sessions.iter().find(|session| session.key == key).ok_or(Error::NotFound)?;
        let account = self.account(&session.username)?;
        if account.is_closed {
            return Err(Error::NotFound);
        }
        Ok(Session { name: account.name.clone(), ..session.clone() })
    }

    pub fn touch_session(&mut self, key: SessionKey, at: Millis) {
        for session in &mut self.sessions {
            if session.key == key {
                session.used = session.used.max(at);
            }
        }
    }

    pub fn sessions(&self, username: &Username) -> Vec<Session> {
        let Ok(account) = self.account(username) else {
            return Vec::new();
        };
        let mut sessions: Vec<_> = self
            .sessions
            .iter()
            .filter(|session| session.username == *username)
            .map(|session| Session { name: account.name.clone(), ..session.clone() })
            .collect();
        sessions.sort_by_key(|session| std::cmp::Reverse((session.used, session.created)));
        sessions
    }

    pub fn end_session(&mut self, username: &Username, public: &Id) -> Result<SessionKey> {
        let place = self
            .sessions
            .iter()
            .position(|session| session.username == *username && session.public == *public)
            .ok_or(Error::NotFound)?;
        Ok(self.sessions.remove(place).key)
    }

    pub fn end_sessions(&mut self, username: &Username, except: Option<SessionKey>) -> Result<Vec<SessionKey>> {
        self.open_account(username)?;
        let ends = |session: &mut Session| session.username == *username && Some(session.key) != except;
        Ok(self.sessions.extract_if(.., ends).map(|session| session.key).collect())
    }
}
