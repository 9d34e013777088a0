//! Posts a form of ours without leaving the page.

use leptos::{ev::SubmitEvent, prelude::window, task::spawn_local};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{FormData, HtmlFormElement, Request, RequestInit, Response, UrlSearchParams};

use crate::{
    app::{form::Answer, refusal::Refusal},
    words::Words,
};

/// Posts the form's fields to its own address.
pub fn submit(event: &SubmitEvent, then: impl FnOnce(Answer) + 'static) {
    let form = event.target().and_then(|target| target.dyn_into::<HtmlFormElement>().ok());
    let Some((path, fields)) = form.and_then(|form| Some((form.get_attribute("action")?, fields(&form)?))) else {
        return then(Err(Refusal::internal(words())));
    };
    spawn_local(async move { then(ask(&path, &fields).await.unwrap_or_else(|_| Err(Refusal::unreachable(words())))) });
}

fn fields(form: &HtmlFormElement) -> Option<String> {
    let data = FormData::new_with_form(form).ok()?;
    // A form's data is what URLSearchParams takes, though its declared type does not say so.
    let pairs: &js_sys::Object = data.unchecked_ref();
    let pairs = js_sys::Array::from(pairs);
    Some(String::from(UrlSearchParams::new_with_str_sequence_sequence(&pairs).ok()?.to_string()))
}

async fn ask(path: &str, fields: &str) -> Result<Answer, JsValue> {
    let options = RequestInit::new();
    options.set_method("POST");
    options.set_body(&JsValue::from_str(fields));
    let request = Request::new_with_str_and_init(path, &options)?;
    request.headers().set("Accept", "application/json")?;
    request.headers().set("Content-Type", "application/x-www-form-urlencoded")?;
    let answer: Response = JsFuture::from(window().fetch_with_request(&request)).await?.dyn_into()?;
    let text = JsFuture::from(answer.text()?).await?.as_string().unwrap_or_default();
    if answer.ok() {
        return Ok(Ok(text));
    }
    Ok(Err(serde_json::from_str(&text).unwrap_or_else(|_| Refusal::internal(words()))))
}

fn words() -> Words {
    Words(super::language())
}
