//! Where one is signed in, and the way out of each; programs have a section of their own.

use leptos::prelude::*;

use super::frame::Section;
use crate::{
    app::{account::Device, clock, icon::Icon, refusal::Refusal},
    protocol::ids::Millis,
    server::http::plain::{Done, Refused},
    words::Words,
};

#[component]
pub fn Devices(devices: Result<Vec<Device>, Refusal>) -> impl IntoView {
    let words = Words::here();
    let list = match devices {
        Ok(devices) => {
            // The button ends programs as well.
            let others = (devices.len() > 1).then(|| view! { <SignOutOthers/> });
            let lines = devices.into_iter().filter(|device| !device.is_program);
            let lines = lines.map(|device| view! { <DeviceLine device/> }).collect_view();
            view! {
                <ul class="things">{lines}</ul>
                {others}
            }
            .into_any()
        }
        Err(refusal) => view! { <p role="alert">{refusal.message}</p> }.into_any(),
    };
    view! {
        <Section id="devices" title=words.devices()>
            <p class="about">{words.devices_about()}</p>
            {list}
            <div class="form">
                <Refused form="/api/end_session"/>
                <Refused form="/api/end_other_sessions"/>
                <Refused form="/api/logout"/>
                <Done what="session" sentence=words.device_signed_out()/>
                <Done what="others" sentence=words.others_signed_out()/>
            </div>
        </Section>
    }
}

#[component]
fn DeviceLine(device: Device) -> impl IntoView {
    let words = Words::here();
    let icon = match &device {
        device if ["Android", "iPhone", "iPad"].iter().any(|held| device.label.contains(held)) => "mobile",
        _ => "laptop",
    };
    let (when, way_out) = if device.is_this {
        let when = view! {
            <span class="here">{words.this_device()}</span>
            {words.signed_in_at()}
            <Time at=device.created/>
        };
        (when.into_any(), view! { <SignOutThis/> }.into_any())
    } else {
        let when = view! {
            {words.last_used()}
            <Time at=device.used/>
        };
        let way_out = view! {
            <form method="post" action="/api/end_session#devices">
                <input type="hidden" name="public" value=device.public.to_string()/>
                <button class="button small" type="submit" aria-label=words.sign_out_device(&device.label)>{words.sign_out()}</button>
            </form>
        };
        (when.into_any(), way_out.into_any())
    };
    view! {
        <li>
            <Icon name=icon/>
            <div>
                <b>{device.label}</b>
                <span>{when}</span>
            </div>
            {way_out}
        </li>
    }
}

#[component]
fn SignOutThis() -> impl IntoView {
    let words = Words::here();
    view! {
        <form method="post" action="/api/logout">
            <button class="button small" type="submit" aria-label=words.sign_out_this()>{words.sign_out()}</button>
        </form>
    }
}

#[component]
fn SignOutOthers() -> impl IntoView {
    view! {
        <form class="form" method="post" action="/api/end_other_sessions#devices">
            <div class="row">
                <button class="button" type="submit">{Words::here().sign_out_others()}</button>
            </div>
        </form>
    }
}

/// In UTC and in numbers; `plain.js` writes it in the reader's zone and words.
#[component]
pub fn Time(at: Millis) -> impl IntoView {
    let exact = clock::machine(at);
    let plain = exact.replace('T', " ").replace('Z', " UTC");
    view! { <time datetime=exact>{plain}</time> }
}
