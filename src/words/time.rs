//! Days. Dates themselves are written by `Intl` in the page and in numbers by the server.

super::words! {
    today(date: &str): format!("Today, {date}"), format!("今天，{date}");
    yesterday(date: &str): format!("Yesterday, {date}"), format!("昨天，{date}");
}
