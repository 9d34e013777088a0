//! Posts: which content types, sizes and origins are taken, and what a plain HTML form gets.

mod support;

use serde_json::json;
use support::{
    http::{Reply, Request},
    server::{PASSWORD, Server},
};

/// A post as a plain HTML form on our page makes it.
fn form(server: &Server, target: &str, fields: &[(&str, &str)]) -> Request {
    Request::new(server.address(), "POST", target).with("accept", "text/html").own_origin().form(fields)
}

fn assert_redirect(reply: &Reply, to: &str) {
    assert!(matches!(reply.status, 302 | 303), "{}: {}", reply.status, reply.body);
    assert_eq!(reply.header("location"), Some(to));
}

#[tokio::test]
async fn a_plain_form_registers_signs_in_and_signs_out() {
    let server = Server::shared();
    let fields = [("username", "former"), ("password", PASSWORD), ("name", "Former & Co")];
    let registered = form(&server, "/api/register", &fields).send().await;
    assert_redirect(&registered, "/");
    let cookie = registered.cookie().expect("registering signs in");
    let session = server.get("/api/session").set("cookie", &cookie).send().await;
    assert_eq!(session.json(), json!({"username": "former", "name": "Former & Co"}));

    let signed_in = form(&server, "/api/login", &fields[..2]).send().await;
    assert_redirect(&signed_in, "/");
    let cookie = signed_in.cookie().expect("signing in sets the cookie");
    let signed_out = form(&server, "/api/logout", &[]).set("cookie", &cookie).send().await;
    assert!(matches!(signed_out.status, 302 | 303), "{}", signed_out.status);
    assert!(signed_out.header("location").is_some_and(|location| location.starts_with('/')), "{signed_out:?}");
    assert_eq!(server.get("/api/session").set("cookie", &cookie).status().await, 401);
}

#[tokio::test]
async fn a_form_and_json_may_be_mixed() {
    let server = Server::shared();
    let fields = [("username", "mixer"), ("password", PASSWORD)];
    let reply = form(&server, "/api/register", &fields).set("accept", "application/json").send().await;
    assert_eq!((reply.status, &reply.json()["username"]), (200, &json!("mixer")));
    let fields = json!({"username": "mixer", "password": PASSWORD});
    let reply = server.post("/api/login").without("accept").json(&fields).send().await;
    assert_redirect(&reply, "/");
}

#[tokio::test]
async fn a_form_goes_on_to_a_local_page_only() {
    let server = Server::shared();
    server.register("nexter").await;
    let fields = [("username", "nexter"), ("password", PASSWORD)];
    let local = form(&server, "/api/login", &[fields[0], fields[1], ("next", "/with/bob")]).send().await;
    assert_redirect(&local, "/with/bob");
    let foreign = [
        "https://evil.example/",
        "//evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "javascript:alert(1)",
        "evil",
        "/a\r\nset-cookie: x=1",
        "/\t/evil.example",
    ];
    for next in foreign {
        let reply = form(&server, "/api/login", &[fields[0], fields[1], ("next", next)]).send().await;
        assert_redirect(&reply, "/");
        assert!(reply.headers.iter().all(|(name, value)| name != "set-cookie" || !value.starts_with("x=")), "{next:?}");
    }
}

#[tokio::test]
async fn a_refused_form_shows_its_sentence() {
    let server = Server::shared();
    server.register("shower").await;
    let wrong = [("username", "shower"), ("password", "four brown hens on a roof")];
    let taken = [("username", "shower"), ("password", PASSWORD)];
    for (target, fields, status) in [("/api/login", wrong, 401), ("/api/register", taken, 409)] {
        let mut reply = form(&server, target, &fields).send().await;
        assert_eq!(reply.set_cookie(), None, "{target}");
        if matches!(reply.status, 302 | 303) {
            // After a redirect back to the form: with whatever cookie carries the sentence there.
            let cookies: Vec<&str> = reply
                .headers
                .iter()
                .filter(|(name, _)| name == "set-cookie")
                .filter_map(|(_, value)| value.split(';').next())
                .collect();
            let page = server.get(reply.header("location").expect("a location")).with("accept", "text/html");
            reply = page.with("cookie", &cookies.join("; ")).send().await;
            assert_eq!(reply.status, 200, "{target}");
        } else {
            assert_eq!(reply.status, status, "{target}");
        }
        assert!(reply.header("content-type").is_some_and(|kind| kind.starts_with("text/html")), "{target}");
        assert!(reply.body.contains(r#"role="alert""#), "{target}: {}", reply.body);
        assert!(!reply.body.contains(fields[1].1), "{target} shows the password");
    }
}

#[tokio::test]
async fn other_content_types_are_refused() {
    let server = Server::shared();
    let body = json!({"username": "typed", "password": PASSWORD}).to_string();
    for kind in ["text/plain", "multipart/form-data; boundary=x", "application/xml", "application/jsonp"] {
        let request = server.post("/api/register").body(kind, body.as_bytes());
        assert_eq!(request.status().await, 415, "{kind}");
    }
    assert_eq!(server.post("/api/register").body("x", body.as_bytes()).without("content-type").status().await, 415);
    let with_charset = server.post("/api/register").body("application/json; charset=utf-8", body.as_bytes());
    assert_eq!(with_charset.status().await, 200);
}

#[tokio::test]
async fn a_body_above_64_kib_is_refused() {
    let server = Server::shared();
    let body = json!({"username": "large", "password": "x".repeat(65_536)}).to_string();
    for kind in ["application/json", "application/x-www-form-urlencoded"] {
        let reply = server.post("/api/register").body(kind, body.as_bytes()).send().await;
        assert_eq!(reply.status, 413, "{kind}");
    }
    // The declared length is enough.
    let declared = server.post("/api/register").body("application/json", b"{").with("content-length", "1000000000");
    assert_eq!(declared.status().await, 413);
}

#[tokio::test]
async fn what_is_no_json_is_refused() {
    let server = Server::shared();
    let deep = "[".repeat(20_000);
    for body in ["", "{", "nonsense", "null", deep.as_str(), "{\"username\":\"\\ud800\"}"] {
        let status = server.post("/api/login").body("application/json", body.as_bytes()).status().await;
        assert!(matches!(status, 400 | 422), "{status} for {:.20}", body);
    }
}

#[tokio::test]
async fn a_post_from_another_origin_is_refused() {
    let server = Server::shared();
    let account = server.account("owner").await;
    let fields = json!({"username": account.name, "password": PASSWORD});
    let foreign = ["null", "http://evil.example", &format!("{}.evil.example", server.origin())];
    for origin in foreign {
        for target in ["/api/login", "/api/register", "/api/logout", "/api/token"] {
            let post = server.post(target).set("origin", origin).json(&fields);
            assert_eq!(post.status().await, 403, "{target} from {origin} without a cookie");
            assert_eq!(post.set("cookie", &account.cookie).status().await, 403, "{target} from {origin}");
        }
    }
    let no_origin = server.post("/api/logout").set("cookie", &account.cookie);
    assert_eq!(no_origin.status().await, 403, "a cookie without an Origin");
    let cross_site = server.post("/api/login").with("sec-fetch-site", "cross-site").json(&fields);
    assert_eq!(cross_site.status().await, 403, "cross-site by its own word");
    let session = server.get("/api/session").set("cookie", &account.cookie);
    assert_eq!(session.status().await, 200, "and none of them has signed out");
}
