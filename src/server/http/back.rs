//! Where a plain form goes back to: the page that it stands on, which shows why it was refused. A page with script stays
//! where it is and never comes here.

use axum::{
    extract::Request,
    http::{
        HeaderValue,
        header::{ACCEPT, HOST, REFERER},
    },
};

use super::guard::Door;

/// What stands in the address of a page that a form was sent back to: what was done, which form was refused and why, and
/// what need not be typed or brought again.
const OUTCOME: [&str; 6] = ["done", "__path", "__err", "username", "name", "invite"];
/// What is longer, in bytes, was no name.
const LONGEST_TYPED: usize = 256;

/// Has a server function answer with a redirect, and with its refusal in the page that the form stands on.
pub fn show_in_page(door: &Door, form: &mut Request, fields: &[u8]) {
    let path = form.uri().path();
    let page = match path {
        "/api/login" => "/login",
        "/api/register" => "/register",
        "/api/meet" => "/new",
        _ => "/settings",
    };
    let typed = typed(path, fields);
    let headers = form.headers_mut();
    headers.insert(ACCEPT, HeaderValue::from_static("text/html"));
    let host = headers.get(HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
    let own = door.own(host);
    let from = headers.get(REFERER).and_then(|page| page.to_str().ok());
    let from = from.filter(|page| page.starts_with(&format!("{own}/")));
    let back = address(from.unwrap_or(&format!("{own}{page}")), &typed);
    if let Ok(back) = HeaderValue::from_str(&back) {
        headers.insert(REFERER, back);
    }
}

/// What was typed into a form of the gate, but for the password, as a query.
fn typed(path: &str, fields: &[u8]) -> String {
    let names: &[&str] = match path {
        "/api/login" => &["username"],
        "/api/register" => &["username", "name", "invite"],
        "/api/rename" => &["name"],
        _ => &[],
    };
    let fields: Vec<(String, String)> = serde_urlencoded::from_bytes(fields).unwrap_or_default();
    let is_kept =
        |(name, text): &&(String, String)| names.contains(&name.as_str()) && (1..=LONGEST_TYPED).contains(&text.len());
    serde_urlencoded::to_string(fields.iter().filter(is_kept).collect::<Vec<_>>()).unwrap_or_default()
}

/// A page's address with what was typed now, and without what an earlier form has left in it.
fn address(page: &str, typed: &str) -> String {
    let (path, query) = page.split_once('?').unwrap_or((page, ""));
    let is_of_now = |pair: &&str| !OUTCOME.contains(&pair.split('=').next().unwrap_or_default());
    let pairs: Vec<&str> = query.split('&').filter(is_of_now).chain([typed]).filter(|pair| !pair.is_empty()).collect();
    if pairs.is_empty() { path.to_owned() } else { format!("{path}?{}", pairs.join("&")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_is_gone_back_to_without_what_was_said_before() {
        let login = "http://x/login?next=%2Fwith%2Fbob&__path=%2Fapi%2Flogin&__err=e30&username=ann";
        for (page, typed, expected) in [
            ("http://x/settings", "", "http://x/settings"),
            ("http://x/settings?done=rename", "", "http://x/settings"),
            (login, "username=bob", "http://x/login?next=%2Fwith%2Fbob&username=bob"),
        ] {
            assert_eq!(address(page, typed), expected);
        }
    }

    #[test]
    fn names_need_not_be_typed_again_and_passwords_are_never_told() {
        let fields = "username=a+b%26&password=secret&name=Ann".as_bytes();
        assert_eq!(typed("/api/register", fields), "username=a+b%26&name=Ann");
        assert_eq!(typed("/api/login", fields), "username=a+b%26");
        assert_eq!(typed("/api/rename", fields), "name=Ann");
        assert_eq!(typed("/api/change_password", fields), "");
        assert_eq!(typed("/api/login", format!("username={}", "x".repeat(1000)).as_bytes()), "");
    }
}
