//! `duologue invite`: a link by which one person can register.

use std::io::IsTerminal;

use qrcode::{QrCode, render::unicode::Dense1x2};

use super::{
    common::Common,
    failure::{Result, refused, say},
};
use crate::server::{
    account::invite::{self, DAYS},
    config::Registration,
    house::now,
    store::Inviter,
};

pub async fn run(common: Common) -> Result<()> {
    let settings = common.settings()?.judge()?;
    if settings.config.registration == Some(Registration::Closed) {
        return refused(
            "registration is closed, so that no invitation counts: set registration = \"invite\", or make the account with `duologue user add`",
        );
    }
    let store = common.open().await?;
    let link =
        invite::make(&*store, &settings.origin(settings.leptos.site_addr), Inviter::Host, usize::MAX, now()).await?;
    if std::io::stderr().is_terminal()
        && let Ok(code) = QrCode::new(&link)
    {
        // For a phone that is held before the screen.
        eprintln!("{}", code.render::<Dense1x2>().dark_color(Dense1x2::Light).light_color(Dense1x2::Dark).build());
        eprintln!("One person can register with this within {DAYS} days:");
    }
    say(link)
}
