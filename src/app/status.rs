//! How far an own message has come: by shape, then colour, then words.

use leptos::prelude::*;

use super::icon::Icon;
use crate::chat::Status;

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

fn spoken(status: Status) -> &'static str {
    match status {
        Status::Waiting => "Waiting",
        Status::Sent => "Sent",
        Status::Delivered => "Delivered",
        Status::Read => "Read",
        Status::Failed => "Not sent",
    }
}

#[component]
pub fn Ticks(status: Status) -> impl IntoView {
    view! {
        <span class="status" data-status=word(status)>
            <Icon name=word(status)/>
            <span class="visually-hidden">{spoken(status)}</span>
        </span>
    }
}
