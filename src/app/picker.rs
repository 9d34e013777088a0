//! The emoji picker. Its emoji are no part of the page: they are fetched when one first wants one, in the page's language,
//! and its grid is built once. What is picked goes to whoever opened it, and to the top of what was used lately.

use leptos::{ev, html, prelude::*};

use super::{
    live::Live,
    palette::{self, Emoji},
};
use crate::{browser, words::Words};

/// How many are kept of those that were used lately.
const LATELY: usize = 16;

/// What a picker knows.
#[derive(Clone, Copy)]
struct Known {
    /// The emoji; empty until they are there.
    file: RwSignal<String>,
    has_failed: RwSignal<bool>,
    /// What is looked for.
    wanted: RwSignal<String>,
    /// With spaces between them, the latest first.
    lately: RwSignal<String>,
}

#[component]
pub fn Picker(id: &'static str, pick: Callback<String>) -> impl IntoView {
    let (live, words) = (Live::here(), Words::here());
    let you = StoredValue::new(live.with_untracked(|chat| chat.you().username.clone()));
    let picker = NodeRef::<html::Div>::new();
    let field = NodeRef::<html::Input>::new();
    let known = Known {
        file: RwSignal::new(String::new()),
        has_failed: RwSignal::new(false),
        wanted: RwSignal::new(String::new()),
        lately: RwSignal::new(String::new()),
    };
    let toggled = move |_| {
        let Some(picker) = picker.get_untracked() else { return };
        if browser::is_open(&picker) {
            known.lately.set(browser::used_emoji(&you.get_value()));
            known.load(words);
            browser::begin_picking(&picker);
        } else {
            // Not when it opens: this comes a moment after, and something may have been typed by then.
            known.wanted.set(String::new());
        }
    };
    let clicked = move |event: ev::MouseEvent| {
        let (Some(sign), Some(picker)) = (browser::emoji_at(&event), picker.get_untracked()) else { return };
        let lately = used(&browser::used_emoji(&you.get_value()), &sign);
        browser::keep_used_emoji(&you.get_value(), &lately);
        // The focus goes back first, so that whoever takes the emoji can move it on.
        browser::close_popover(&picker);
        pick.run(sign);
    };
    let pressed = move |event: ev::KeyboardEvent| {
        if let Some(picker) = picker.get_untracked() {
            browser::walk_emoji(&picker, &event);
        }
    };
    view! {
        <div
            class="picker"
            role="dialog"
            aria-label=words.emoji()
            id=id
            popover="auto"
            node_ref=picker
            on:toggle=toggled
            on:click=clicked
            on:keydown=pressed
        >
            <input
                class="input"
                type="search"
                autocomplete="off"
                aria-label=words.find_an_emoji()
                placeholder=words.find_an_emoji()
                node_ref=field
                prop:value=known.wanted
                on:input=move |event| known.wanted.set(event_target_value(&event))
            />
            <div class="scroll" tabindex="0" role="region" aria-label=words.all_emoji()>
                {move || known.found(words)}
                <div hidden=move || known.is_searching()>
                    {move || known.used_lately(words)}
                    {move || known.everything(words)}
                </div>
            </div>
        </div>
    }
}

impl Known {
    fn load(self, words: Words) {
        if self.file.with_untracked(String::is_empty) {
            self.has_failed.set(false);
            let path = ["/emoji/", words.0.code(), ".txt"].concat();
            browser::fetch_text(path, move |text| match text {
                Some(text) => drop(self.file.try_set(text)),
                None => drop(self.has_failed.try_set(true)),
            });
        }
    }

    fn is_searching(self) -> bool {
        self.wanted.with(|wanted| !wanted.trim().is_empty()) && !self.file.with(String::is_empty)
    }

    fn found(self, words: Words) -> Option<AnyView> {
        self.is_searching().then(|| {
            self.file.with(|file| {
                let found = self.wanted.with(|wanted| palette::find(file, wanted));
                match found.is_empty() {
                    true => view! { <p role="status">{words.no_such_emoji()}</p> }.into_any(),
                    false => group(words.found_emoji(), found),
                }
            })
        })
    }

    fn used_lately(self, words: Words) -> Option<AnyView> {
        self.file.with(|file| {
            let lately = self.lately.get();
            let emoji: Vec<_> =
                lately.split(' ').filter_map(|sign| palette::all(file).find(|emoji| emoji.sign == sign)).collect();
            (!emoji.is_empty()).then(|| group(words.used_lately(), emoji))
        })
    }

    fn everything(self, words: Words) -> AnyView {
        if self.has_failed.get() {
            return view! {
                <div role="alert">
                    <p>{words.emoji_not_loaded()}</p>
                    <button class="button link" type="button" on:click=move |_| self.load(words)>
                        {words.try_again()}
                    </button>
                </div>
            }
            .into_any();
        }
        self.file.with(|file| {
            if file.is_empty() {
                return view! { <p role="status">{words.loading_emoji()}</p> }.into_any();
            }
            let names = words.emoji_groups().lines();
            let (due, groups): (Vec<_>, Vec<_>) = names
                .enumerate()
                .map(|(index, name)| {
                    let is_due = RwSignal::new(false);
                    let emoji = move |file: &String| group(name, palette::group(file, index));
                    (is_due, move || is_due.get().then(|| self.file.with_untracked(emoji)))
                })
                .unzip();
            make(due.into_iter());
            groups.collect_view().into_any()
        })
    }
}

/// Makes one group a frame, so that no frame is long.
fn make(mut due: std::vec::IntoIter<RwSignal<bool>>) {
    if due.next().is_some_and(|is_due| is_due.try_set(true).is_none()) {
        browser::next_frame(move || make(due));
    }
}

fn group(name: &'static str, emoji: Vec<Emoji>) -> AnyView {
    // One listener for the whole picker: a closure for each of two thousand would be felt.
    let one = |emoji: Emoji| {
        view! {
            <button class="one" type="button" tabindex="-1" aria-label=emoji.name.to_owned()>
                {emoji.sign.to_owned()}
            </button>
        }
    };
    view! {
        <section>
            <h2>{name}</h2>
            <div class="grid">{emoji.into_iter().map(one).collect_view()}</div>
        </section>
    }
    .into_any()
}

/// What was used lately, once this one was used.
fn used(before: &str, sign: &str) -> String {
    let others = before.split_whitespace().filter(|other| *other != sign);
    std::iter::once(sign).chain(others).take(LATELY).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_used_last_stands_first_and_once() {
        assert_eq!(used("", "😀"), "😀");
        assert_eq!(used("😀 👍 ⛵", "👍"), "👍 😀 ⛵");
        let many = (0..LATELY).map(|number| number.to_string()).collect::<Vec<_>>().join(" ");
        assert_eq!(used(&many, "😀").split(' ').count(), LATELY);
    }
}
