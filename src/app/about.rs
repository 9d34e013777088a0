//! What the next message is about: the one that it answers, or the one that it edits.

use leptos::prelude::*;

use super::{
    icon::Icon,
    markup::line,
    mending::{Act, Chosen},
};
use crate::{chat::By, words::Words};

#[component]
pub fn About(about: Chosen, is_gone: Memo<bool>, name: Memo<String>, leave: impl Fn() + 'static) -> impl IntoView {
    let words = Words::here();
    let Chosen { act, message } = about;
    let (icon, close) = match act {
        Act::Edit => ("edit", words.do_not_edit()),
        _ => ("reply", words.do_not_answer()),
    };
    let title = move || match (act, message.by) {
        (Act::Edit, _) => words.edit().to_owned(),
        (_, By::Me) => words.answer_to_yourself().to_owned(),
        (_, By::Peer) => words.answer_to(&name.get()),
    };
    let text = message.body.as_deref().map(line);
    let line = move || match &text {
        Some(text) if !is_gone.get() => text.clone(),
        _ => words.a_deleted_message().to_owned(),
    };
    view! {
        <div class="about">
            <Icon name=icon turns=act == Act::Answer/>
            <p id="about">
                <b>{title}</b>
                " "
                <span>{line}</span>
            </p>
            <button class="button plain small" type="button" aria-label=close on:click=move |_| leave()>
                <Icon name="close"/>
            </button>
        </div>
    }
}
