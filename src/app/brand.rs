//! The mark, two voices that overlap, and the wordmark.

use leptos::prelude::*;

#[component]
pub fn Brand() -> impl IntoView {
    view! {
        <a class="brand" href="/">
            <Mark/>
            <svg class="wordmark" viewBox="0 1 122 33" fill="none" stroke="currentColor" stroke-width="3" stroke-linecap="round" stroke-linejoin="round" role="img" aria-label="Duologue">
                <path d="M14 4v20M14 12H8a6 6 0 0 0 0 12h6M19.5 12v6.4a5.6 5.6 0 0 0 11.2 0V12M30.7 12v12M52.2 4v20M85.6 12H79.6a6 6 0 0 0 0 12h6M85.6 12v13a6 6 0 0 1-6 6h-4.5M91.1 12v6.4a5.6 5.6 0 0 0 11.2 0V12M102.3 12v12M107.2 18h12a6 6 0 1 0-2.2 4.640"/>
                <circle cx="41.3" cy="18" r="6"/>
                <circle cx="63.1" cy="18" r="6"/>
            </svg>
        </a>
    }
}

#[component]
pub fn Mark() -> impl IntoView {
    view! {
        <svg class="mark" viewBox="0 0 32 32" aria-hidden="true">
            <path class="theirs" d="M4 4h7a9 9 0 0 1 0 18H4a2 2 0 0 1-2-2V6a2 2 0 0 1 2-2z"/>
            <path class="mine" d="M28 10h-7a9 9 0 0 0 0 18h7a2 2 0 0 0 2-2V12a2 2 0 0 0-2-2z"/>
            <path class="both" d="M19.53 10.12A9 9 0 0 1 12.47 21.88 9 9 0 0 1 19.53 10.12z"/>
        </svg>
    }
}
