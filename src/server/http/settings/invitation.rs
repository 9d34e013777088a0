//! Inviting somebody: a link that lets one person register, as words to send and as a picture for a phone that is held
//! before it.

use axum::{
    extract::Request,
    http::Method,
    response::{IntoResponse, Redirect, Response},
};
use leptos::prelude::*;
use leptos_meta::Title;
use qrcode::{Color, EcLevel, QrCode};

use super::{
    SETTINGS,
    frame::{Frame, Made, Section},
    session, with_status, you,
};
use crate::{
    app::{field::RefusalSentence, refusal::Refusal},
    protocol::server::You,
    server::{
        account::{invite, refused::Refused},
        config::Registration,
        house::SharedHouse,
        http::{answer::words_of, guard, page, plain::Taken},
        store::{Inviter, Session},
    },
    words::Words,
};

/// Where the form posts to, and the page that shows a link once.
pub const INVITE: &str = "/settings/invite";

/// What one can do for somebody who is not here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Inviting {
    /// Anybody can register: one tells them where.
    Tell,
    /// One makes them a link.
    Invite,
    /// Nothing: the host lets people in.
    Nothing,
}

impl Inviting {
    pub fn of(house: &SharedHouse) -> Self {
        match house.settings.registration {
            Some(Registration::Open) => Self::Tell,
            Some(Registration::Invite) if house.settings.invites_per_account > 0 => Self::Invite,
            _ => Self::Nothing,
        }
    }
}

#[component]
pub fn Invitation(inviting: Inviting) -> impl IntoView {
    let words = Words::here();
    let (about, button) = match inviting {
        Inviting::Tell => (words.invite_tell_about(), Some(words.show_the_address())),
        Inviting::Invite => (words.invite_about(), Some(words.make_an_invitation())),
        Inviting::Nothing => (words.invite_nothing(), None),
    };
    let form = button.map(|button| {
        view! {
            <form class="form" method="post" action=INVITE>
                <div class="row">
                    <button class="button" type="submit">{button}</button>
                </div>
            </form>
        }
    });
    view! {
        <Section id="invite" title=words.invite_somebody()>
            <p class="about">{about}</p>
            {form}
        </Section>
    }
}

/// Where inviting is asked about, and where a link is made and shown. The link stands in the answer to the post, and in no
/// address; it is not kept.
pub async fn invitation(house: SharedHouse, options: LeptosOptions, request: Request) -> Response {
    let Some(session) = session(&request) else { return Redirect::to("/login").into_response() };
    let inviting = Inviting::of(&house);
    let words = words_of(request.headers());
    // The guard has let nothing else pass.
    let origin = guard::host(&house.door, request.headers()).map(|host| house.door.own(host));
    let made = match (*request.method() == Method::POST && inviting != Inviting::Nothing, origin) {
        (true, Ok(origin)) => Some(link(&house, &session, inviting, &origin).await),
        _ => None,
    };
    let made = made.map(|made| made.map_err(|refused| refused.say(words)));
    let refusal = made.as_ref().and_then(|made| made.as_ref().err()).cloned();
    let you = you(session);
    let view = move || view! { <InvitePage you=you.clone() inviting made=made.clone()/> };
    with_status(refusal.as_ref(), page::render(options, request, view).await)
}

async fn link(house: &SharedHouse, session: &Session, inviting: Inviting, origin: &str) -> Result<String, Refused> {
    if inviting == Inviting::Tell {
        return Ok(format!("{origin}/register"));
    }
    let from = Inviter::Member(session.username.clone());
    Ok(invite::make(&*house.store, origin, from, house.settings.invites_per_account, house.now()).await?)
}

#[component]
fn InvitePage(you: You, inviting: Inviting, made: Option<Result<String, Refusal>>) -> impl IntoView {
    let words = Words::here();
    let back = ("/settings#invite", words.back_to_settings());
    let shown = match made {
        None => view! { <Invitation inviting/> }.into_any(),
        Some(made) => view! {
            <Made title=words.invite_somebody() back=back.0>
                {match made {
                    Ok(link) => view! { <Link link inviting/> }.into_any(),
                    Err(refusal) => view! { <RefusalSentence refusal/> }.into_any(),
                }}
            </Made>
        }
        .into_any(),
    };
    view! {
        <Title text=format!("{} · Duologue", words.invite_somebody())/>
        <Frame you sections=SETTINGS current="invite" back=back>
            {shown}
        </Frame>
    }
}

#[component]
fn Link(link: String, inviting: Inviting) -> impl IntoView {
    let words = Words::here();
    let about = match inviting {
        Inviting::Invite => words.invitation_once(invite::DAYS),
        _ => words.address_for_anybody().to_owned(),
    };
    view! {
        <p class="about" role="status">{about}</p>
        <div class="form">
            <Picture of=link.clone()/>
            <Taken id="link" label=words.the_link() text=link/>
        </div>
    }
}

/// Modules of a QR code that stay light on each side.
const QUIET: usize = 4;

/// A QR code (ISO/IEC 18004), dark on light whatever the theme: not every reader knows the other way round. Nothing where
/// the text is too long for one.
#[component]
fn Picture(of: String) -> impl IntoView {
    QrCode::with_error_correction_level(&of, EcLevel::M).ok().map(|code| {
        let width = code.width();
        let colors = code.to_colors();
        let path: String = colors.chunks(width).enumerate().map(|(row, colors)| dark_runs(row, colors)).collect();
        let side = width + 2 * QUIET;
        view! {
            <svg class="code" role="img" aria-label=Words::here().as_a_picture() viewBox=format!("0 0 {side} {side}") shape-rendering="crispEdges">
                <path d=path></path>
            </svg>
        }
    })
}

/// One row of a QR code as a path: a rectangle for each run of dark modules.
fn dark_runs(row: usize, colors: &[Color]) -> String {
    let mut column = QUIET;
    let mut path = String::new();
    for run in colors.chunk_by(|one, next| one == next) {
        if run[0] == Color::Dark {
            path.push_str(&format!("M{column} {}h{length}v1h-{length}z", row + QUIET, length = run.len()));
        }
        column += run.len();
    }
    path
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_run_of_dark_modules_is_one_rectangle() {
        let colors = [Color::Dark, Color::Dark, Color::Light, Color::Dark];
        assert_eq!(dark_runs(1, &colors), "M4 5h2v1h-2zM7 5h1v1h-1z");
        assert_eq!(dark_runs(0, &[Color::Light; 3]), "");
    }
}
