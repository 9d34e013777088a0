//! Settings: where one is signed in, and the way out.

use leptos::{form::ActionForm, prelude::*};
use leptos_meta::Title;
use leptos_router::components::A;

use super::{
    account::{self, Device, devices},
    clock::{Detail, Time},
    field::RefusalAlert,
    icon::Icon,
    live::Live,
};
use crate::browser;

#[component]
pub fn Settings() -> impl IntoView {
    let end = ServerAction::<account::EndSession>::new();
    let leave = ServerAction::<account::Logout>::new();
    let you = StoredValue::new(Live::here().with_untracked(|chat| chat.you().username.clone()));
    let ended = end.version();
    let list = Resource::new(move || ended.get(), |_| devices());
    Effect::new(move |_| {
        if matches!(leave.value().get(), Some(Ok(_))) {
            browser::forget(&you.get_value());
            browser::go("/login");
        }
    });
    let refusal = Signal::derive(move || {
        end.value().get().and_then(Result::err).or_else(|| leave.value().get().and_then(Result::err))
    });
    view! {
        <Title text="Settings"/>
        <main class="settings" tabindex="-1">
            <header>
                <A href="/" attr:class="button plain back" attr:aria-label="Back to conversations">
                    <Icon name="back" turns=true/>
                </A>
                <h1>"Settings"</h1>
            </header>
            <section id="devices" aria-labelledby="devices-h">
                <h2 id="devices-h">"Devices"</h2>
                <p class="about">"Every one of them has the same conversations. Signing one out closes it within a second."</p>
                <RefusalAlert refusal/>
                <Transition>
                    {move || Suspend::new(async move {
                        match list.await {
                            Ok(devices) => view! {
                                <ul class="things">
                                    {devices.into_iter().map(|device| view! { <DeviceLine device end/> }).collect_view()}
                                </ul>
                            }
                                .into_any(),
                            Err(refusal) => view! { <p role="alert">{refusal.message}</p> }.into_any(),
                        }
                    })}
                </Transition>
                <div class="form">
                    <ActionForm action=leave>
                        <button class="button" type="submit">
                            <Icon name="sign-out" turns=true/>
                            " Sign out"
                        </button>
                    </ActionForm>
                </div>
            </section>
        </main>
    }
}

#[component]
fn DeviceLine(device: Device, end: ServerAction<account::EndSession>) -> impl IntoView {
    let icon = match &device {
        device if device.is_program => "key",
        device if device.label.contains("Android") || device.label.contains("iPhone") => "mobile",
        _ => "laptop",
    };
    let label = device.label.clone();
    let sign_out = (!device.is_this).then(|| {
        view! {
            <ActionForm action=end>
                <input type="hidden" name="public" value=device.public.to_string()/>
                <button class="button small" type="submit" aria-label=format!("Sign out {label}")>"Sign out"</button>
            </ActionForm>
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
