//! What the address of a page says after its question mark.

use leptos::server_fn::error::ServerFnUrlError;

use crate::app::refusal::Refusal;

/// The fields of a query, percent-decoded; none where it cannot be read.
#[derive(Default)]
pub struct Query(Vec<(String, String)>);

impl Query {
    pub fn of(uri: &axum::http::Uri) -> Self {
        Self(uri.query().and_then(|query| serde_urlencoded::from_str(query).ok()).unwrap_or_default())
    }

    pub fn field(&self, name: &str) -> Option<String> {
        self.0.iter().find_map(|(key, value)| (key == name).then(|| value.clone()))
    }

    /// The refusal of a plain form, which a server function leaves in the address of the page that it sends back to: the
    /// path of the form and why.
    pub fn refusal(&self) -> Option<(String, Refusal)> {
        Some((self.field("__path")?, ServerFnUrlError::decode_err(&self.field("__err")?)))
    }
}
