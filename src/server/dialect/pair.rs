//! The pair dialect: a frame announces two people, and with a message sends it from one to the other.

use serde_json::json;

use super::{Dialect, Step, fields::Fields, follow::Follow, follow::Message};
use crate::{
    protocol::{
        client::{ClientFrame, Send},
        ids::Username,
        server::Refused,
    },
    server::{house::SharedHouse, random},
};

pub struct Pair {
    house: SharedHouse,
    you: Username,
    follow: Follow,
}

impl Pair {
    pub fn new(house: SharedHouse, you: Username) -> Self {
        Self { house, follow: Follow::nobody(you.clone()), you }
    }
}

impl Dialect for Pair {
    fn follow(&mut self) -> &mut Follow {
        &mut self.follow
    }

    fn read(&mut self, text: &str) -> Result<Vec<Step>, Refused> {
        let fields = Fields::read(text)?;
        fields.is_own("userId", &self.you)?;
        let target = fields.person("targetId")?;
        let body = fields.has("message").then(|| fields.body("message")).transpose()?;
        let mut steps = self.follow.add(&target);
        if let Some(body) = body {
            let id = random::id(self.house.now());
            steps.push(Step::Do(ClientFrame::Send(Send { id, peer: target.to_string(), body, reply_to: None })));
        }
        Ok(steps)
    }

    fn tell(&self, message: Message) -> String {
        json!({"id": message.from, "msg": message.body}).to_string()
    }

    fn refuse(&self, refused: &Refused) -> String {
        json!({"id": "", "msg": "", "error": refused.code}).to_string()
    }
}
