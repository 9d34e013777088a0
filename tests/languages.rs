//! In which language and look the server answers, and how a browser chooses them.

mod support;

use serde_json::{Value, json};
use support::server::{PASSWORD, Server};

const WRONG: &str = "five grey geese on a roof";

#[tokio::test]
async fn language_and_appearance_are_kept_by_the_browser_alone() {
    let server = Server::shared();
    let year = "Path=/; SameSite=Lax; Max-Age=31536000";
    let over = "Path=/; SameSite=Lax; Max-Age=0";
    for (call, field, value, expected) in [
        ("/api/set_language", "language", "zh", format!("language=zh; {year}")),
        ("/api/set_language", "language", "en", format!("language=en; {year}")),
        ("/api/set_language", "language", "", format!("language=; {over}")),
        ("/api/set_theme", "theme", "dark", format!("theme=dark; {year}")),
        ("/api/set_theme", "theme", "light", format!("theme=light; {year}")),
        ("/api/set_theme", "theme", "system", format!("theme=; {over}")),
    ] {
        let reply = server.post(call).json(&json!({field: value})).send().await;
        assert_eq!((reply.status, reply.json()), (200, json!({})), "{}", reply.body);
        assert_eq!(reply.set_cookie_of(field), Some(expected.as_str()));
    }
    for (call, field, value) in [
        ("/api/set_language", "language", "de"),
        ("/api/set_language", "language", "zh; Domain=example"),
        ("/api/set_theme", "theme", ""),
        ("/api/set_theme", "theme", "neon"),
    ] {
        let reply = server.post(call).json(&json!({field: value})).send().await;
        assert_eq!((reply.status, &reply.json()["code"]), (400, &json!("bad_request")), "{}", reply.body);
        assert_eq!(reply.header("set-cookie"), None);
    }
    let page = server.get("/login").with("accept", "text/html");
    let dark = page.clone().with("cookie", "theme=dark; language=zh").send().await.body;
    assert!(dark.contains(r#"lang="zh-Hans""#) && dark.contains(r#"data-theme="dark""#), "{dark:.200}");
    assert!(!page.with("cookie", "theme=system").send().await.body.contains("data-theme"));
}

#[tokio::test]
async fn refusals_are_said_in_the_readers_language() {
    let server = Server::shared();
    let account = server.register("reader").await;
    let is_chinese = |text: &str| text.chars().any(|character| ('\u{4e00}'..='\u{9fff}').contains(&character));
    let program = |call: &str, fields: Value| server.post(call).own_origin().json(&fields);
    let person = |call: &str, fields: Value| server.post(call).signed_in(&account).json(&fields);
    let refused = [
        (program("/api/login", json!({"username": "reader", "password": WRONG})), "wrong_password"),
        (program("/api/register", json!({"username": "a b", "password": PASSWORD})), "bad_name"),
        (program("/api/register", json!({"username": "reader", "password": PASSWORD})), "taken"),
        (program("/api/register", json!({"username": "reader2", "password": "short"})), "bad_password"),
        (program("/api/register", json!({"username": "reader2"})), "bad_request"),
        (program("/api/register", json!({"color": "red"})), "bad_request"),
        (program("/api/rename", json!({"name": "x"})), "signed_out"),
        (program("/api/token", json!({"label": "x"})), "signed_out"),
        (program("/api/set_theme", json!({"theme": "x"})), "bad_request"),
        (program("/api/meet", json!({"username": "x"})).set("origin", "null"), "not_allowed"),
        (server.post("/api/login").own_origin().body("text/plain", b"x"), "bad_request"),
        (server.get("/api/session"), "signed_out"),
        (person("/api/meet", json!({"username": "nobodyatall"})), "not_found"),
        (person("/api/end_session", json!({"public": "none"})), "not_found"),
        (person("/api/close_account", json!({"password": WRONG})), "wrong_password"),
        (person("/api/token", json!({})), "bad_request"),
    ];
    for (request, code) in refused {
        for (request, expects_chinese) in [
            (request.clone(), false),
            (request.clone().with("accept-language", "fr, en;q=0.5, zh;q=0.1"), false),
            (request.clone().with("accept-language", "zh-CN,zh;q=0.9,en;q=0.8"), true),
            (request.clone().with("cookie", "language=zh").with("accept-language", "en"), true),
            (request.clone().with("cookie", "language=en").with("accept-language", "zh"), false),
        ] {
            let reply = request.send().await.json();
            let message = reply["message"].as_str().expect("a sentence");
            assert_eq!((reply["code"].as_str(), is_chinese(message)), (Some(code), expects_chinese), "{message}");
        }
    }
}
