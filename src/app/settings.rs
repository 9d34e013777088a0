//! Settings: where one is signed in, and the way out.

use leptos::prelude::*;
use leptos_meta::Title;

use super::{
    account::Device,
    clock::{Detail, Time},
    field::RefusalAlert,
    form::{Answer, PostForm, Posted},
    house::KnownDevices,
    icon::Icon,
    live::Live,
};
use crate::browser;

#[component]
pub fn Settings() -> impl IntoView {
    let you = StoredValue::new(Live::here().with_untracked(|chat| chat.you().username.clone()));
    let known = use_context::<KnownDevices>().and_then(|known| known.0);
    let devices = RwSignal::new(known.unwrap_or_default());
    let (end, leave) = (Posted::new("/api/end_session"), Posted::new("/api/logout"));
    Effect::new(move |_| {
        // At first, and whenever one was signed out.
        end.answer.track();
        browser::post("/api/devices", move |answer| {
            if let Some(now) = answer.ok().and_then(|json| serde_json::from_str(&json).ok()) {
                devices.try_set(now);
            }
        });
    });
    Effect::new(move |_| {
        if leave.answer.with(|answer| matches!(answer, Some(Answer::Ok(_)))) {
            browser::forget(&you.get_value());
            browser::go("/login");
        }
    });
    let refusal = Signal::derive(move || end.refusal().get().or_else(|| leave.refusal().get()));
    view! {
        <Title text="Settings"/>
        <main class="settings" tabindex="-1">
            <header>
                <a href="/" class="button plain back" aria-label="Back to conversations">
                    <Icon name="back" turns=true/>
                </a>
                <h1>"Settings"</h1>
            </header>
            <section id="devices" aria-labelledby="devices-h">
                <h2 id="devices-h">"Devices"</h2>
                <p class="about">"Every one of them has the same conversations. Signing one out closes it within a second."</p>
                <div class="field"><RefusalAlert refusal/></div>
                <ul class="things">
                    {move || devices.get().into_iter().map(|device| view! { <DeviceLine device end/> }).collect_view()}
                </ul>
                <div class="form">
                    <PostForm path="/api/logout" posted=leave>
                        <button class="button" type="submit">
                            <Icon name="sign-out" turns=true/>
                            " Sign out"
                        </button>
                    </PostForm>
                </div>
            </section>
        </main>
    }
}

#[component]
fn DeviceLine(device: Device, end: Posted) -> impl IntoView {
    let icon = match &device {
        device if device.is_program => "key",
        device if device.label.contains("Android") || device.label.contains("iPhone") => "mobile",
        _ => "laptop",
    };
    let label = device.label.clone();
    let sign_out = (!device.is_this).then(|| {
        view! {
            <PostForm path="/api/end_session" posted=end>
                <input type="hidden" name="public" value=device.public.to_string()/>
                <button class="button small" type="submit" aria-label=format!("Sign out {label}")>"Sign out"</button>
            </PostForm>
        }
    });
    let when = if device.is_this {
        view! {
            <span class="here">"This device"</span>
            ", signed in "
            <Time at=device.created detail=Detail::Short/>
        }
        .into_any()
    } else {
        view! {
            "Last used "
            <Time at=device.used detail=Detail::Short/>
        }
        .into_any()
    };
    view! {
        <li>
            <Icon name=icon/>
            <div>
                <b>{device.label}</b>
                <span>{when}</span>
            </div>
            {sign_out}
        </li>
    }
}
