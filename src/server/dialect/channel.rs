//! The channel dialect: `get-pass` takes the account's channel for this connection, `get-enter` sends a message.

use std::{
    collections::{HashMap, VecDeque},
    sync::{Mutex, MutexGuard, PoisonError},
};

use serde_json::{Value, json};

use super::{
    Dialect, Step,
    fields::{Fields, refused},
    follow::{Follow, Message},
    moment,
};
use crate::{
    protocol::{
        client::{ClientFrame, Send},
        code::ErrorCode,
        ids::{Id, Username},
        server::Refused,
    },
    server::{house::SharedHouse, hub::ConnectionId, random},
};

/// How many senders' own times are remembered; with one more the oldest is forgotten, and its message bears the server's.
const MOST_TIMES: usize = 10_000;

/// Who holds which channel of this process, and what its senders said of the time.
#[derive(Default)]
pub struct Channels(Mutex<Held>);

#[derive(Default)]
struct Held {
    holders: HashMap<Username, ConnectionId>,
    times: HashMap<(Username, Id), Value>,
    /// The oldest first.
    order: VecDeque<(Username, Id)>,
}

impl Channels {
    /// Makes a connection the holder of an account's channel, and tells who was before.
    fn take(&self, account: &Username, connection: ConnectionId) -> Option<ConnectionId> {
        self.lock().holders.insert(account.clone(), connection)
    }

    fn holds(&self, account: &Username, connection: ConnectionId) -> bool {
        self.lock().holders.get(account) == Some(&connection)
    }

    /// Closes the channel unless another connection has taken it.
    fn leave(&self, account: &Username, connection: ConnectionId) {
        let mut held = self.lock();
        if held.holders.get(account) == Some(&connection) {
            held.holders.remove(account);
        }
    }

    fn remember(&self, author: &Username, id: &Id, time: Value) {
        let mut held = self.lock();
        if held.order.len() >= MOST_TIMES
            && let Some(oldest) = held.order.pop_front()
        {
            held.times.remove(&oldest);
        }
        let key = (author.clone(), id.clone());
        held.order.push_back(key.clone());
        held.times.insert(key, time);
    }

    fn time(&self, author: &Username, id: &Id) -> Option<Value> {
        self.lock().times.get(&(author.clone(), id.clone())).cloned()
    }

    fn lock(&self) -> MutexGuard<'_, Held> {
        // Nothing under this lock leaves the maps half changed, so a panic elsewhere does not spoil them.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

pub struct Channel {
    house: SharedHouse,
    you: Username,
    connection: ConnectionId,
    follow: Follow,
}

impl Channel {
    pub fn new(house: SharedHouse, you: Username, connection: ConnectionId) -> Self {
        Self { house, follow: Follow::nobody(you.clone()), you, connection }
    }

    fn get_pass(&mut self, fields: &Fields) -> Result<Vec<Step>, Refused> {
        fields.is_own("userId", &self.you)?;
        let before = self.house.channels.take(&self.you, self.connection);
        if before == Some(self.connection) {
            return Ok(Vec::new());
        }
        let mut steps = Vec::new();
        if before.is_none() {
            steps.push(Step::Say(json!({"code": "1", "msg": "Channel Creation Successful"}).to_string()));
        }
        steps.extend(self.follow.everybody());
        Ok(steps)
    }

    fn get_enter(&self, fields: &Fields) -> Result<Vec<Step>, Refused> {
        fields.is_own("userId", &self.you)?;
        fields.is_own("msgUserId", &self.you)?;
        let peer = fields.person("toId")?.to_string();
        let body = fields.body("content")?;
        let time = fields.value("createTime")?;
        if moment::read(time).is_none() {
            return Err(refused(ErrorCode::BadFrame, "createTime is milliseconds or a date of ISO 8601"));
        }
        let id = random::id(self.house.now());
        // Before it is sent: others may hear of it before this connection does.
        self.house.channels.remember(&self.you, &id, time.clone());
        Ok(vec![Step::Do(ClientFrame::Send(Send { id, peer, body, reply_to: None }))])
    }
}

impl Dialect for Channel {
    fn follow(&mut self) -> &mut Follow {
        &mut self.follow
    }

    fn read(&mut self, text: &str) -> Result<Vec<Step>, Refused> {
        let fields = Fields::read(text)?;
        match fields.text("type")? {
            "get-pass" => self.get_pass(&fields),
            "get-enter" => self.get_enter(&fields),
            _ => Err(refused(ErrorCode::UnknownType, "the types of this dialect are get-pass and get-enter")),
        }
    }

    fn tell(&self, message: Message) -> String {
        let Message { id, from, peer, body, at, is_missed } = message;
        let to = if from == self.you { &peer } else { &self.you };
        let own = if is_missed { None } else { self.house.channels.time(&from, &id) };
        let time = own.unwrap_or_else(|| json!(at));
        let clock = moment::read(&time).map(moment::clock);
        let frame = json!({
            "formId": from, "toId": to, "msgUserId": from, "content": body,
            "createTime": time, "timeStr": clock, "read": false,
        });
        frame.to_string()
    }

    fn refuse(&self, refused: &Refused) -> String {
        json!({"code": refused.code, "msg": refused.message}).to_string()
    }

    fn is_listening(&self) -> bool {
        self.house.channels.holds(&self.you, self.connection)
    }

    fn leave(&mut self) {
        self.house.channels.leave(&self.you, self.connection);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_oldest_times_are_forgotten() {
        let channels = Channels::default();
        let ann = Username::from_canonical("ann");
        let id = |number: usize| Id::new(&format!("{number}")).unwrap();
        for number in 0..=MOST_TIMES {
            channels.remember(&ann, &id(number), json!(number));
        }
        assert_eq!(channels.time(&ann, &id(0)), None);
        assert_eq!(channels.time(&ann, &id(MOST_TIMES)), Some(json!(MOST_TIMES)));
        assert_eq!(channels.time(&Username::from_canonical("bob"), &id(1)), None);
    }
}
