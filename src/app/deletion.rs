//! The question before a message goes for both.

use leptos::{html, prelude::*};

use super::mending::{Act, Mending};
use crate::{browser, words::Words};

#[component]
pub fn Deletion(name: Memo<String>, is_self: bool) -> impl IntoView {
    let (mending, words) = (Mending::here(), Words::here());
    let dialog = NodeRef::<html::Dialog>::new();
    Effect::new(move |_| {
        if let (Some(_), Some(dialog)) = (mending.over(Act::Deletion), dialog.get()) {
            // The focus has gone back to the message by then, and comes back to it from here.
            browser::next_frame(move || {
                if mending.is_wanted(Act::Deletion) {
                    browser::ask(&dialog);
                }
            });
        }
    });
    let answered = move |_| {
        let message = untrack(move || mending.over(Act::Deletion));
        if let Some(message) = message
            && dialog.get_untracked().is_some_and(|dialog| browser::is_confirmed(&dialog))
        {
            // The button that had the focus goes with the words.
            browser::focus_message();
            mending.delete(&message);
        }
        mending.close();
    };
    let title = if is_self { words.delete_this_note() } else { words.delete_this_for_both() };
    let delete = if is_self { words.delete() } else { words.delete_it_for_both() };
    let what_goes = move || if is_self { words.what_goes_of_a_note().to_owned() } else { words.what_goes(&name.get()) };
    view! {
        <dialog class="dialog" aria-labelledby="deletion" node_ref=dialog on:close=answered>
            <h2 id="deletion">{title}</h2>
            <p>{what_goes}</p>
            <form method="dialog">
                <button class="button">{words.keep_it()}</button>
                <button class="button danger primary" value="delete">{delete}</button>
            </form>
        </dialog>
    }
}
