//! The cookies of a request.

use axum::http::{HeaderMap, header::COOKIE};

/// The value of a cookie, unless it is empty.
pub fn value<'headers>(headers: &'headers HeaderMap, name: &str) -> Option<&'headers str> {
    headers
        .get_all(COOKIE)
        .iter()
        .filter_map(|line| line.to_str().ok())
        .flat_map(|line| line.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find_map(|(key, value)| (key == name && !value.is_empty()).then_some(value))
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    #[test]
    fn a_cookie_is_found_among_others() {
        let mut headers = HeaderMap::new();
        headers.append(COOKIE, HeaderValue::from_static("a=b; xsession=1"));
        headers.append(COOKIE, HeaderValue::from_static("theme=dark; session=secret"));
        assert_eq!(value(&headers, "session"), Some("secret"));
        assert_eq!(value(&headers, "none"), None);
    }
}
