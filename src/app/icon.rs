//! The icons of `public/icons.svg`, by name. An icon says nothing by itself: whatever it stands in has the words.

use leptos::prelude::*;

#[component]
pub fn Icon(
    name: &'static str,
    /// Whether it points along the line, and so turns where the line runs from right to left.
    #[prop(optional)]
    turns: bool,
) -> impl IntoView {
    let class = if turns { "icon turns" } else { "icon" };
    view! { <svg class=class aria-hidden="true"><use href=format!("/icons.svg#{name}")></use></svg> }
}
