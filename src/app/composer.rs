//! Where one writes. Enter sends, Shift+Enter breaks the line; what cannot be sent is refused here, in a sentence.

use leptos::{ev, html, prelude::*};

use super::{icon::Icon, live::Live};
use crate::{
    browser,
    chat::{Event, What},
    protocol::{body, code::ErrorCode, ids::Username, limits},
    words::Words,
};

#[component]
pub fn Composer(peer: Username, name: Memo<String>) -> impl IntoView {
    let (live, words) = (Live::here(), Words::here());
    let field = NodeRef::<html::Textarea>::new();
    let draft = RwSignal::new(String::new());
    let you = StoredValue::new(live.with_untracked(|chat| chat.you().username.clone()));
    let refusal = RwSignal::new(None::<String>);
    let peer = StoredValue::new(peer);
    let set_draft = move |text: String| {
        browser::keep_draft(&you.get_value(), &peer.get_value(), &text);
        draft.set(text);
    };
    // The field loses the focus when it goes with its conversation, and the peer is gone by then.
    let typing = move |on: bool| {
        if let Some(peer) = peer.try_get_value() {
            live.tell(Event::Typing { peer, on });
        }
    };
    let send = move || {
        let sent = draft.with_untracked(|draft| body::check(draft).map(str::to_owned));
        match sent {
            Ok(body) => {
                live.write(peer.get_value(), What::Message { body, reply_to: None });
                set_draft(String::new());
                refusal.set(None);
            }
            // There is nothing to say about nothing.
            Err(ErrorCode::Empty) => {}
            Err(code) => refusal.set(Some(sentence(code, draft.with_untracked(String::len), words))),
        }
        if let Some(field) = field.get_untracked() {
            // Without a choice the caret would stay where the button was.
            let _ = field.focus();
        }
    };
    let keydown = move |event: ev::KeyboardEvent| {
        if event.key() == "Enter" && !event.shift_key() && !event.is_composing() {
            event.prevent_default();
            send();
        }
    };
    let input = move |event| {
        let text = event_target_value(&event);
        typing(!text.is_empty());
        refusal.set(None);
        set_draft(text);
    };
    Effect::new(move |_| draft.set(browser::draft(&you.get_value(), &peer.get_value())));
    Effect::new(move |_| {
        if let Some(field) = field.get()
            && browser::has_keyboard()
        {
            let _ = field.focus();
        }
    });
    let label = move || words.message_to(&name.get());
    view! {
        <form
            class="composer"
            aria-label=move || words.write_to(&name.get())
            on:submit=move |event| {
                event.prevent_default();
                send();
            }
        >
            <div class="box">
                {move || refusal.get().map(|sentence| view! {
                    <div class="about" role="alert">
                        <Icon name="failed"/>
                        <p>{sentence}</p>
                    </div>
                })}
                <textarea
                    rows="1"
                    aria-label=label
                    placeholder=label
                    dir="auto"
                    node_ref=field
                    prop:value=draft
                    on:input=input
                    on:keydown=keydown
                    on:blur=move |_| typing(false)
                ></textarea>
                <button class="send" type="submit" aria-label=words.send()>
                    <Icon name="send"/>
                </button>
            </div>
        </form>
    }
}

fn sentence(code: ErrorCode, length: usize, words: Words) -> String {
    match code {
        ErrorCode::TooLong => words.too_long(length, limits::BODY),
        _ => words.cannot_be_sent().to_owned(),
    }
}
