//! What a page wanted done, read by kind.

use crate::{
    chat::Effect,
    protocol::client::{self, ClientFrame},
};

pub fn frames(effects: &[Effect]) -> Vec<ClientFrame> {
    let frames = effects.iter().filter_map(|effect| match effect {
        Effect::Transmit(frame) => Some(frame.clone()),
        _ => None,
    });
    frames.collect()
}

pub fn histories(effects: &[Effect]) -> Vec<client::History> {
    let frames = frames(effects).into_iter();
    frames
        .filter_map(|frame| match frame {
            ClientFrame::History(history) => Some(history),
            _ => None,
        })
        .collect()
}

pub fn inboxes(effects: &[Effect]) -> Vec<client::Inbox> {
    let frames = frames(effects).into_iter();
    frames
        .filter_map(|frame| match frame {
            ClientFrame::Inbox(inbox) => Some(inbox),
            _ => None,
        })
        .collect()
}

/// The ids of log-changing frames, in order.
pub fn transmitted(effects: &[Effect]) -> Vec<String> {
    let frames = frames(effects).into_iter();
    frames
        .filter_map(|frame| match frame {
            ClientFrame::Send(send) => Some(send.id.to_string()),
            ClientFrame::Edit(edit) => Some(edit.id.to_string()),
            ClientFrame::Delete(delete) => Some(delete.id.to_string()),
            ClientFrame::React(react) => Some(react.id.to_string()),
            _ => None,
        })
        .collect()
}
