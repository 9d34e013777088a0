//! What programs ask beside the socket: who they are, and a token to be somebody with.

use axum::{
    Extension, Form, Json,
    extract::{State, rejection::FormRejection},
    http::HeaderMap,
    response::{IntoResponse, Response},
};
use serde::{Deserialize, Serialize};

use super::{answer::words_of, forms::refuse, identity::Identity};
use crate::{
    app::refusal::{Refusal, RefusalCode},
    protocol::server::You,
    server::{account::sign_in, house::SharedHouse},
};

pub async fn session(Extension(identity): Extension<Identity>, headers: HeaderMap) -> Response {
    match identity.0 {
        Some(session) => Json(You { username: session.username, name: session.name }).into_response(),
        None => refuse(&Refusal::signed_out(words_of(&headers))),
    }
}

#[derive(Deserialize)]
pub struct Asked {
    pub label: String,
}

#[derive(Serialize)]
struct Minted {
    token: String,
}

pub async fn token(
    State(house): State<SharedHouse>,
    Extension(identity): Extension<Identity>,
    headers: HeaderMap,
    asked: Result<Form<Asked>, FormRejection>,
) -> Response {
    let words = words_of(&headers);
    let Some(session) = identity.0 else { return refuse(&Refusal::signed_out(words)) };
    let Ok(Form(asked)) = asked else {
        return refuse(&Refusal::new(RefusalCode::BadRequest, words.token_needs_label()));
    };
    match sign_in::mint(&house, &session, &asked.label).await {
        Ok(secret) => Json(Minted { token: secret.as_str().to_owned() }).into_response(),
        Err(refused) => refuse(&refused.say(words)),
    }
}
