//! The keys that the page listens to: the one list of them, and its table.

use leptos::prelude::*;

use super::frame::{Named, Section};
use crate::words::Words;

struct Area {
    name: Named,
    /// Each with its ways: keys of one way go down together.
    keys: &'static [(&'static [&'static [&'static str]], Named)],
}

const AREAS: [Area; 4] = [
    Area {
        name: Words::keys_anywhere,
        keys: &[
            (&[&["Alt", "↑"], &["Alt", "↓"]], Words::key_above_below),
            (&[&["Ctrl", "K"], &["⌘", "K"]], Words::key_search),
            (&[&["Esc"]], Words::key_close),
        ],
    },
    Area {
        name: Words::keys_in_list,
        keys: &[(&[&["↑"], &["↓"]], Words::key_list_move), (&[&["Home"], &["End"]], Words::key_list_ends)],
    },
    Area {
        name: Words::keys_in_timeline,
        keys: &[
            (&[&["↑"], &["↓"]], Words::key_timeline_move),
            (&[&["Enter"]], Words::key_menu),
            (&[&["R"]], Words::key_reply),
            (&[&["+"]], Words::key_react),
            (&[&["E"]], Words::key_edit),
            (&[&["C"]], Words::key_copy),
            (&[&["Delete"]], Words::key_delete),
        ],
    },
    Area {
        name: Words::keys_in_composer,
        keys: &[
            (&[&["Enter"]], Words::key_send),
            (&[&["Shift", "Enter"]], Words::key_break),
            (&[&["↑"]], Words::key_edit_last),
        ],
    },
];

#[component]
pub fn Shortcuts() -> impl IntoView {
    let words = Words::here();
    view! {
        <Section id="keyboard" title=words.keyboard()>
            <p class="about">{words.keyboard_about()}</p>
            <table class="keys">
                <thead class="visually-hidden">
                    <tr><th scope="col">{words.keys()}</th><th scope="col">{words.what_they_do()}</th></tr>
                </thead>
                {AREAS.map(|area| view! { <AreaRows area/> }).into_iter().collect_view()}
            </table>
        </Section>
    }
}

#[component]
fn AreaRows(area: Area) -> impl IntoView {
    let words = Words::here();
    let rows = area.keys.iter().map(|(ways, does)| {
        view! {
            <tr>
                <td>{ways.iter().map(|way| view! { <Way keys=way/> }).collect_view()}</td>
                <td>{does(words)}</td>
            </tr>
        }
    });
    view! {
        <tbody>
            <tr><th colspan="2" scope="rowgroup">{(area.name)(words)}</th></tr>
            {rows.collect_view()}
        </tbody>
    }
}

#[component]
fn Way(keys: &'static [&'static str]) -> impl IntoView {
    view! { <span class="way">{keys.iter().map(|key| view! { <kbd>{*key}</kbd>" " }).collect_view()}</span>" " }
}
