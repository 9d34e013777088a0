//! Invitations. One is used up by the account that names it: the index of that name lets in one alone, and the
//! invitation's own document is taken away afterwards.

use futures_util::TryStreamExt;
use mongodb::bson::{Binary, doc};

use super::{
    collections::Collections,
    documents::{InviteDocument, bytes, integer},
    failure::{of_reading, of_writing},
};
use crate::{
    protocol::ids::Millis,
    server::store::{Error, Invite, InviteKey, Inviter, Result},
};

impl Collections {
    pub async fn invite(&self, invite: Invite, most: usize) -> Result<()> {
        if let Inviter::Member(username) = &invite.from
            && self.account(username).await?.is_closed()
        {
            return Err(Error::NotFound);
        }
        let over = doc! { "until": { "$lte": integer(invite.created.0) } };
        self.invites.delete_many(over).await.map_err(of_writing)?;
        self.invites.insert_one(InviteDocument::new(&invite)).await.map_err(of_writing)?;
        if let Inviter::Member(username) = &invite.from {
            self.keep_newest(username.as_str(), &bytes(&invite.key.0), most).await?;
        }
        Ok(())
    }

    async fn keep_newest(&self, username: &str, this: &Binary, most: usize) -> Result<()> {
        let own = self.invites.find(doc! { "username": username }).await.map_err(of_reading)?;
        let mut own: Vec<InviteDocument> = own.try_collect().await.map_err(of_reading)?;
        own.sort_by_key(|invite| std::cmp::Reverse((invite.created, invite.key == *this)));
        let old: Vec<_> = own.into_iter().skip(most).map(|invite| invite.key).collect();
        self.invites.delete_many(doc! { "_id": { "$in": old } }).await.map_err(of_writing)?;
        Ok(())
    }

    pub async fn invitation(&self, key: InviteKey, now: Millis) -> Result<Invite> {
        let found = self.invites.find_one(doc! { "_id": bytes(&key.0) }).await.map_err(of_reading)?;
        let invite = found.ok_or(Error::NotFound)?.to_invite()?;
        if invite.until > now && self.counts(&invite).await? { Ok(invite) } else { Err(Error::NotFound) }
    }

    /// Whether somebody may still come by it, within its time.
    pub async fn counts(&self, invite: &Invite) -> Result<bool> {
        let made_by_it = doc! { "invite": bytes(&invite.key.0) };
        if self.accounts.find_one(made_by_it).await.map_err(of_reading)?.is_some() {
            return Ok(false);
        }
        Ok(match &invite.from {
            Inviter::Setup => self.accounts.find_one(doc! {}).await.map_err(of_reading)?.is_none(),
            Inviter::Host => true,
            Inviter::Member(username) => !self.account(username).await?.is_closed(),
        })
    }

    /// Of one that was used. Where it stays it counts no more, and goes after its time.
    pub async fn forget_invite(&self, key: InviteKey) {
        if let Err(error) = self.invites.delete_one(doc! { "_id": bytes(&key.0) }).await {
            tracing::warn!(%error, "a used invitation stays until its time is over");
        }
    }
}
