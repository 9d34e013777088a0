//! Sessions. One counts while its account is open and of the session's generation, or keeps this session by name.

use futures_util::TryStreamExt;
use mongodb::bson::doc;

use super::{
    collections::Collections,
    documents::{AccountDocument, SessionDocument, binary, integer, session_key},
    failure::{of_reading, of_writing, taken},
    read::by_name,
};
use crate::{
    protocol::ids::{Id, Millis, Username},
    server::store::{Error, Result, Session, SessionKey},
};

impl Collections {
    pub async fn open_session(&self, session: Session) -> Result<()> {
        let account = self.account(&session.username).await?;
        if account.is_closed() {
            return Err(Error::NotFound);
        }
        let document = SessionDocument::new(&session, account.generation);
        let Err(error) = self.sessions.insert_one(document).await else { return Ok(()) };
        Err(if taken(&error).is_some() { Error::Conflict } else { of_writing(error) })
    }

    pub async fn session(&self, key: SessionKey) -> Result<Session> {
        let session = self.sessions.find_one(doc! { "_id": binary(key) }).await.map_err(of_reading)?;
        let session = session.ok_or(Error::NotFound)?;
        let account = self.account(&Username::from_canonical(session.username.clone())).await?;
        if session.is_of(&account) { session.into_session(account.name) } else { Err(Error::NotFound) }
    }

    pub async fn touch_session(&self, key: SessionKey, at: Millis) -> Result<()> {
        let update = doc! { "$max": { "used": integer(at.0) } };
        self.sessions.update_one(doc! { "_id": binary(key) }, update).await.map_err(of_writing)?;
        Ok(())
    }

    pub async fn sessions(&self, username: &Username) -> Result<Vec<Session>> {
        let Some(account) = self.accounts.find_one(by_name(username)).await.map_err(of_reading)? else {
            return Ok(Vec::new());
        };
        let mut sessions = self.of_account(&account).await?;
        sessions.sort_by_key(|session| std::cmp::Reverse((session.used, session.created)));
        sessions.into_iter().map(|session| session.into_session(account.name.clone())).collect()
    }

    /// The documents of the sessions that count.
    async fn of_account(&self, account: &AccountDocument) -> Result<Vec<SessionDocument>> {
        let all = self.sessions.find(doc! { "username": &account.username }).await.map_err(of_reading)?;
        let all: Vec<SessionDocument> = all.try_collect().await.map_err(of_reading)?;
        Ok(all.into_iter().filter(|session| session.is_of(account)).collect())
    }

    pub async fn end_session(&self, username: &Username, public: &Id) -> Result<SessionKey> {
        let session = doc! { "username": username.as_str(), "public": public.as_str() };
        let ended = self.sessions.find_one_and_delete(session).await.map_err(of_writing)?.ok_or(Error::NotFound)?;
        let account = self.account(username).await?;
        if ended.is_of(&account) { session_key(&ended.key) } else { Err(Error::NotFound) }
    }

    /// Takes away the sessions that ended with a change of their account, which counted until then, and names them. Those
    /// that stay when this fails count no more, and are not listed.
    pub async fn drop_ended(&self, before: &AccountDocument, except: Option<SessionKey>) -> Result<Vec<SessionKey>> {
        let counted = self.of_account(before).await?.into_iter().map(|session| session_key(&session.key));
        let mut ended = counted.collect::<Result<Vec<_>>>()?;
        ended.retain(|key| Some(*key) != except);
        let keys: Vec<_> = ended.iter().map(|key| binary(*key)).collect();
        self.sessions.delete_many(doc! { "_id": { "$in": keys } }).await.map_err(of_writing)?;
        Ok(ended)
    }
}
