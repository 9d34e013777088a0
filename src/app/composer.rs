//! Where one writes: a message, an answer, an edit. Enter sends, Shift+Enter breaks the line; what cannot be sent is refused
//! here, in a sentence. What becomes of the text is in `desk.rs`.

use leptos::prelude::*;

use super::{
    about::About,
    desk::{Desk, is_edit},
    icon::Icon,
    mending::Act,
    picker::Picker,
};
use crate::{
    browser,
    protocol::{ids::Username, limits},
};

/// From how many bytes on one sees how many there are.
const NEAR_LIMIT: usize = limits::BODY / 10 * 9;
const PICKER: &str = "emoji";

#[component]
pub fn Composer(peer: Username, name: Memo<String>) -> impl IntoView {
    let desk = Desk::new(peer);
    let (mending, words) = (desk.mending, desk.words);
    let is_gone = Memo::new(move |_| mending.is_about_gone());
    Effect::new(move |_| desk.begin());
    Effect::new(move |_| desk.follow());
    Effect::new(move |_| {
        let is_shown = mending.over(Act::Reaction).is_some();
        let Some(picker) = browser::layer(PICKER) else { return };
        if is_shown {
            // By then the button of its message stands expanded.
            browser::next_frame(move || {
                if mending.is_wanted(Act::Reaction) {
                    browser::show_layer(&picker);
                }
            });
        } else if browser::is_open(&picker) {
            browser::hide_layer(&picker);
        }
    });
    Effect::new(move |_| {
        if is_gone.get() {
            desk.lose();
        }
    });
    let label = move || words.message_to(&name.get());
    let is_over = move || desk.bytes() > limits::BODY;
    let count =
        move || Some(desk.bytes()).filter(|bytes| *bytes > NEAR_LIMIT).map(|bytes| words.bytes_of(bytes, limits::BODY));
    let is_editing = move || is_edit(mending.about().as_ref());
    view! {
        <form
            class="composer"
            aria-label=move || words.write_to(&name.get())
            on:keydown=move |event| desk.escape(&event)
            on:submit=move |event| {
                event.prevent_default();
                desk.send();
            }
        >
            <div class="box">
                <div class="note">
                    <p role="alert">{move || desk.refusal.get()}</p>
                    <p role="status" data-over=move || is_over().then_some("")>{count}</p>
                </div>
                {move || mending.about().map(|about| view! {
                    <About about is_gone name leave=move || desk.leave()/>
                })}
                <textarea
                    rows="1"
                    aria-label=label
                    aria-describedby=move || mending.about().map(|_| "about")
                    placeholder=label
                    dir="auto"
                    node_ref=desk.field
                    on:input=move |event| desk.input(event_target_value(&event))
                    on:keydown=move |event| desk.keydown(&event)
                    on:blur=move |_| desk.typing(false)
                ></textarea>
                <button
                    class="button plain emoji"
                    type="button"
                    aria-label=words.emoji()
                    aria-haspopup="dialog"
                    popovertarget=PICKER
                >
                    <Icon name="emoji"/>
                </button>
                <button
                    class="send"
                    type="submit"
                    aria-label=move || if is_editing() { words.save_the_edit() } else { words.send() }
                    disabled=is_over
                >
                    <Icon name="send"/>
                </button>
            </div>
        </form>
        <Picker
            id=PICKER
            pick=Callback::new(move |emoji: String| desk.pick(&emoji))
            on:toggle=move |_| if !browser::layer(PICKER).is_some_and(|picker| browser::is_open(&picker)) { mending.close() }
        />
    }
}
