//! How far an own message has come: by shape, then colour, then words.

use leptos::prelude::*;

use super::icon::Icon;
use crate::{chat::Status, words::Words};

/// The word that the look's attributes use.
pub fn word(status: Status) -> &'static str {
    match status {
        Status::Waiting => "waiting",
        Status::Sent => "sent",
        Status::Delivered => "delivered",
        Status::Read => "read",
        Status::Failed => "failed",
    }
}

fn spoken(status: Status, words: Words) -> &'static str {
    match status {
        Status::Waiting => words.status_waiting(),
        Status::Sent => words.status_sent(),
        Status::Delivered => words.status_delivered(),
        Status::Read => words.status_read(),
        Status::Failed => words.status_failed(),
    }
}

#[component]
pub fn Ticks(status: Status) -> impl IntoView {
    view! {
        <span class="status" data-status=word(status)>
            <Icon name=word(status)/>
            <span class="visually-hidden">{spoken(status, Words::here())}</span>
        </span>
    }
}
