//! Accounts. A password and the end of the sessions that it let in are one write: the account tells which of its sessions
//! count.

use mongodb::{
    bson::{Bson, Document, doc},
    options::ReturnDocument,
};

use super::{
    collections::{BY_INVITE, Collections},
    documents::{AccountDocument, binary, bytes, integer},
    failure::{of_writing, taken},
    read::by_name,
};
use crate::{
    protocol::ids::{Millis, Username},
    server::store::{Error, NewAccount, Result, SessionKey},
};

impl Collections {
    pub async fn register(&self, new: NewAccount) -> Result<()> {
        if let Some(key) = new.invite {
            self.invitation(key, new.at).await?;
        }
        let account = AccountDocument {
            username: new.username.to_string(),
            skeleton: new.skeleton,
            name: new.name,
            password: new.password,
            created: integer(new.at.0),
            closed: None,
            last_seen: None,
            generation: 0,
            kept: None,
            invite: new.invite.map(|key| bytes(&key.0)),
        };
        match self.accounts.insert_one(account).await {
            Ok(_) => {
                if let Some(key) = new.invite {
                    self.forget_invite(key).await;
                }
                Ok(())
            }
            Err(error) => Err(match taken(&error) {
                Some(index) if index.contains(BY_INVITE) => Error::NotFound,
                Some(_) => Error::Conflict,
                None => of_writing(error),
            }),
        }
    }

    pub async fn rename(&self, username: &Username, name: &str) -> Result<()> {
        let renamed = self.accounts.update_one(open(username), doc! { "$set": { "name": name } }).await;
        match renamed.map_err(of_writing)?.matched_count {
            0 => Err(Error::NotFound),
            _ => Ok(()),
        }
    }

    pub async fn set_password(
        &self,
        username: &Username,
        password: &str,
        except: Option<SessionKey>,
    ) -> Result<Vec<SessionKey>> {
        self.end_all(username, doc! { "password": password }, except).await
    }

    pub async fn close(&self, username: &Username, at: Millis) -> Result<Vec<SessionKey>> {
        let closed = doc! { "closed": integer(at.0), "password": "" };
        let ended = self.end_all(username, closed, None).await?;
        self.forget_notes(username).await?;
        Ok(ended)
    }

    pub async fn end_sessions(&self, username: &Username, except: Option<SessionKey>) -> Result<Vec<SessionKey>> {
        self.end_all(username, Document::new(), except).await
    }

    /// Changes an account, and ends its sessions but the excepted one, by one write.
    async fn end_all(
        &self,
        username: &Username,
        mut set: Document,
        except: Option<SessionKey>,
    ) -> Result<Vec<SessionKey>> {
        set.insert("kept", except.map_or(Bson::Null, |key| Bson::Binary(binary(key))));
        let before = self
            .accounts
            .find_one_and_update(open(username), doc! { "$set": set, "$inc": { "generation": 1_i64 } })
            .return_document(ReturnDocument::Before)
            .await
            .map_err(of_writing)?
            .ok_or(Error::NotFound)?;
        self.drop_ended(&before, except).await
    }

    pub async fn saw(&self, username: &Username, at: Millis) -> Result<()> {
        let update = doc! { "$max": { "last_seen": integer(at.0) } };
        self.accounts.update_one(by_name(username), update).await.map_err(of_writing)?;
        Ok(())
    }
}

fn open(username: &Username) -> Document {
    doc! { "_id": username.as_str(), "closed": Bson::Null }
}
