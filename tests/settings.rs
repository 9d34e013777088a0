//! What a person changes in the settings, by what everybody sees of it: the name, the password, who is signed in, the end
//! of the account, and where the plain forms go.

mod support;

use futures_util::future::join_all;
use serde_json::{Value, json};
use support::{
    http::{Reply, Request},
    server::{Account, Options, PASSWORD, Server},
    socket::Socket,
};

const NEW_PASSWORD: &str = "two red foxes under a bridge";
const WRONG: &str = "five grey geese on a roof";

/// A post of our page with script: signed in, JSON in return.
fn post(server: &Server, account: &Account, call: &str, fields: &Value) -> Request {
    server.post(call).signed_in(account).json(fields)
}

/// A post of a plain form on the settings page.
fn plain(server: &Server, call: &str, fields: &[(&str, &str)]) -> Request {
    let page = format!("{}/settings?done=rename", server.origin());
    Request::new(server.address(), "POST", call)
        .own_origin()
        .with("accept", "text/html")
        .with("referer", &page)
        .form(fields)
}

fn login(server: &Server, name: &str, password: &str) -> Request {
    server.post("/api/login").json(&json!({"username": name, "password": password}))
}

async fn whoami(server: &Server, account: &Account) -> Reply {
    server.get("/api/session").set("cookie", &account.cookie).send().await
}

fn assert_done(reply: &Reply) {
    assert_eq!((reply.status, reply.json()), (200, json!({})), "{}", reply.body);
}

fn assert_refused(reply: &Reply, status: u16, code: &str) {
    assert_eq!((reply.status, &reply.json()["code"]), (status, &json!(code)), "{}", reply.body);
}

/// Where a plain form is sent on to, without the server's own origin.
fn sent_to<'reply>(server: &Server, reply: &'reply Reply) -> &'reply str {
    assert!(matches!(reply.status, 302 | 303), "{}: {}", reply.status, reply.body);
    let location = reply.header("location").expect("a place to go to");
    location.strip_prefix(&server.origin()).unwrap_or(location)
}

#[tokio::test]
async fn a_new_name_is_shown_to_oneself_and_to_others() {
    let server = Server::shared();
    let (ann, bob) = server.pair("renamed").await;
    let mut others = Socket::open(&server, &bob).await;
    others.say("m1", &ann.name, "hi").await;
    for (typed, shown) in [
        ("  Ann of the hills ", "Ann of the hills"),
        ("安娜", "安娜"),
        ("A\u{202e}nn", "Ann"),
        (&"x".repeat(100), &"x".repeat(64)),
        ("\u{200b} ", &ann.name),
    ] {
        let reply = post(&server, &ann, "/api/rename", &json!({"name": typed})).send().await;
        let you = json!({"username": ann.name, "name": shown});
        assert_eq!((reply.status, reply.json()), (200, you.clone()), "{typed:?}");
        assert_eq!(whoami(&server, &ann).await.json(), you);
        assert_eq!(others.row(&ann.name).await["name"], *shown);
    }
}

#[tokio::test]
async fn a_new_password_signs_out_everywhere_else_at_once() {
    let server = Server::shared();
    let here = server.register("changer").await;
    let elsewhere = server.sign_in("changer").await;
    let token = server.token(&here).await;
    let mut own = Socket::open(&server, &here).await;
    let mut others = [Socket::open(&server, &elsewhere).await, Socket::open_with_token(&server, &token).await];
    let fields = json!({"current": PASSWORD, "password": NEW_PASSWORD});
    assert_done(&post(&server, &here, "/api/change_password", &fields).send().await);
    for other in &mut others {
        assert_eq!(other.closed().await, 4401);
    }
    assert_eq!(whoami(&server, &elsewhere).await.status, 401);
    assert_eq!(server.get("/api/session").bearer(&token).status().await, 401);
    assert_eq!(whoami(&server, &here).await.status, 200);
    own.so_far().await;
    assert_eq!(login(&server, "changer", PASSWORD).status().await, 401);
    assert_eq!(login(&server, "changer", NEW_PASSWORD).status().await, 200);
}

#[tokio::test]
async fn nobody_slips_in_while_the_password_changes() {
    let server = Server::shared();
    let here = server.register("slipping").await;
    let elsewhere = server.sign_in("slipping").await;
    let sign_in = async || {
        let mut cookies = Vec::new();
        while let Some(cookie) = login(&server, "slipping", PASSWORD).send().await.cookie() {
            cookies.push(cookie);
        }
        cookies
    };
    let mint = async || {
        let mut tokens = Vec::new();
        loop {
            let reply = post(&server, &elsewhere, "/api/token", &json!({"label": "late"})).send().await;
            match reply.json()["token"].as_str() {
                Some(token) => tokens.push(token.to_owned()),
                None => return tokens,
            }
        }
    };
    let change = async {
        let fields = json!({"current": PASSWORD, "password": NEW_PASSWORD});
        assert_done(&post(&server, &here, "/api/change_password", &fields).send().await);
    };
    let (cookies, tokens, ()) =
        tokio::join!(join_all((0..4).map(|_| sign_in())), join_all((0..16).map(|_| mint())), change);
    for cookie in cookies.iter().flatten() {
        assert_eq!(server.get("/api/session").set("cookie", cookie).status().await, 401);
    }
    for token in tokens.iter().flatten() {
        assert_eq!(server.get("/api/session").bearer(token).status().await, 401);
    }
    assert_eq!(whoami(&server, &here).await.status, 200);
}

#[tokio::test]
async fn a_password_is_changed_only_by_who_knows_it_and_for_a_good_one() {
    let server = Server::shared();
    let account = server.register("keeper").await;
    let elsewhere = server.sign_in("keeper").await;
    let change = async |current: &str, password: &str| {
        let fields = json!({"current": current, "password": password});
        post(&server, &account, "/api/change_password", &fields).send().await
    };
    assert_refused(&change(WRONG, NEW_PASSWORD).await, 401, "wrong_password");
    assert_refused(&change("", NEW_PASSWORD).await, 401, "wrong_password");
    for weak in ["", "short", "1234567890", &"x".repeat(1025)] {
        assert_refused(&change(PASSWORD, weak).await, 422, "bad_password");
    }
    assert_eq!(whoami(&server, &elsewhere).await.status, 200);
    assert_eq!(login(&server, "keeper", NEW_PASSWORD).status().await, 401);
    assert_eq!(login(&server, "keeper", PASSWORD).status().await, 200);
}

#[tokio::test]
async fn all_others_are_signed_out_and_oneself_is_not() {
    let server = Server::shared();
    let here = server.register("single").await;
    let elsewhere = server.sign_in("single").await;
    let token = server.token(&elsewhere).await;
    let stranger = server.account("stranger").await;
    let mut own = Socket::open(&server, &here).await;
    let mut others = [Socket::open(&server, &elsewhere).await, Socket::open_with_token(&server, &token).await];
    assert_done(&post(&server, &here, "/api/end_other_sessions", &json!({})).send().await);
    for other in &mut others {
        assert_eq!(other.closed().await, 4401);
    }
    own.so_far().await;
    let devices = post(&server, &here, "/api/devices", &json!({})).send().await.json();
    assert_eq!((devices.as_array().map(Vec::len), &devices[0]["is_this"]), (Some(1), &json!(true)), "{devices}");
    assert_eq!(whoami(&server, &stranger).await.status, 200);
}

#[tokio::test]
async fn a_closed_account_is_out_for_good_and_its_words_stay_with_the_other() {
    let server = Server::shared();
    let (ann, bob) = server.pair("closing").await;
    let elsewhere = server.sign_in(&ann.name).await;
    let mut sockets = [Socket::open(&server, &ann).await, Socket::open(&server, &elsewhere).await];
    let mut other = Socket::open(&server, &bob).await;
    sockets[0].say("m1", &bob.name, "keep this").await;
    other.say("m2", &ann.name, "I will").await;
    let close =
        async |password: &str| post(&server, &ann, "/api/close_account", &json!({"password": password})).send().await;
    assert_refused(&close(WRONG).await, 401, "wrong_password");
    sockets[1].so_far().await;
    let closed = close(PASSWORD).await;
    assert_done(&closed);
    assert!(closed.set_cookie().is_some_and(|line| line.starts_with("session=;") && line.contains("Max-Age=0")));
    for socket in &mut sockets {
        assert_eq!(socket.closed().await, 4401);
    }
    for account in [&ann, &elsewhere] {
        assert_eq!(whoami(&server, account).await.status, 401);
    }
    let nobody = login(&server, "nobodyclosing", PASSWORD).send().await;
    for password in [PASSWORD, "", WRONG] {
        let refused = login(&server, &ann.name, password).send().await;
        assert_eq!((refused.status, &refused.body), (401, &nobody.body), "{password:?}");
    }
    let again = json!({"username": ann.name, "password": NEW_PASSWORD});
    assert_refused(&server.post("/api/register").json(&again).send().await, 409, "taken");
    let bodies: Vec<Value> = other.log(&ann.name).await.iter().map(|entry| entry["body"].clone()).collect();
    assert_eq!(bodies, ["keep this", "I will"]);
    let late = json!({"type": "send", "id": "m3", "peer": ann.name, "body": "are you there?"});
    other.refused(late, "not_available").await;
    other.ask(json!({"type": "delete", "id": "m4", "peer": ann.name, "of": 2})).await;
}

#[tokio::test]
async fn a_wrong_password_counts_as_a_try() {
    const MOST_TRIES: usize = 30; // A debug build may take longer to hash than the first waits last.
    let server = Server::start_with(Options::with_limits());
    let account = server.register("guesser").await;
    let mut tries = 0;
    let refused = loop {
        let (call, fields) = match tries % 2 {
            0 => ("/api/close_account", json!({"password": WRONG})),
            _ => ("/api/change_password", json!({"current": WRONG, "password": NEW_PASSWORD})),
        };
        let reply = post(&server, &account, call, &fields).send().await;
        if reply.status == 429 {
            break reply;
        }
        assert_refused(&reply, 401, "wrong_password");
        tries += 1;
        assert!(tries < MOST_TRIES, "nobody counts");
    };
    assert_refused(&refused, 429, "rate_limited");
    assert!(tries >= 5, "{tries}");
    let wait: Option<u64> = refused.header("retry-after").and_then(|seconds| seconds.parse().ok());
    assert!(wait.is_some_and(|seconds| (1..=60).contains(&seconds)), "{:?}", refused.headers);
    assert_eq!(
        login(&server, "guesser", PASSWORD).status().await,
        200,
        "who guesses in a session locks nobody else out"
    );
}

#[tokio::test]
async fn who_is_no_signed_in_person_changes_nothing() {
    let server = Server::shared();
    let account = server.register("untouched").await;
    let token = server.token(&account).await;
    let calls = [
        ("/api/rename", json!({"name": "Mallory"})),
        ("/api/change_password", json!({"current": PASSWORD, "password": NEW_PASSWORD})),
        ("/api/end_other_sessions", json!({})),
        ("/api/close_account", json!({"password": PASSWORD})),
    ];
    for (call, fields) in calls {
        assert_refused(&server.post(call).json(&fields).send().await, 401, "signed_out");
        assert_refused(&server.post(call).bearer(&token).json(&fields).send().await, 401, "signed_out");
        for origin in ["https://evil.example", "null"] {
            let foreign = post(&server, &account, call, &fields).set("origin", origin).send().await;
            assert_refused(&foreign, 403, "not_allowed");
        }
        let none = post(&server, &account, call, &fields).without("origin").send().await;
        assert_refused(&none, 403, "not_allowed");
    }
    for (call, fields) in
        [("/api/set_language", json!({"language": "zh"})), ("/api/set_theme", json!({"theme": "dark"}))]
    {
        let foreign = server.post(call).json(&fields).with("origin", "https://evil.example").send().await;
        assert_refused(&foreign, 403, "not_allowed");
        assert_eq!(foreign.header("set-cookie"), None);
    }
    let you = json!({"username": "untouched", "name": "untouched"});
    assert_eq!(whoami(&server, &account).await.json(), you);
    assert_eq!(server.get("/api/session").bearer(&token).status().await, 200);
    assert_eq!(login(&server, "untouched", PASSWORD).status().await, 200);
}

#[tokio::test]
async fn plain_forms_come_back_to_the_settings() {
    let server = Server::shared();
    let account = server.register("plain").await;
    let elsewhere = server.sign_in("plain").await;
    let devices = post(&server, &account, "/api/devices", &json!({})).send().await.json();
    let other = devices.as_array().and_then(|devices| devices.iter().find(|device| device["is_this"] == false));
    let public = other.and_then(|device| device["public"].as_str()).expect("the other device").to_owned();
    for (call, fields, done) in [
        ("/api/rename", vec![("name", "Plain P.")], "rename"),
        ("/api/end_session", vec![("public", public.as_str())], "session"),
        ("/api/end_other_sessions", vec![], "others"),
        ("/api/change_password", vec![("current", PASSWORD), ("password", NEW_PASSWORD)], "password"),
        ("/api/set_language", vec![("language", "zh")], "language"),
        ("/api/set_theme", vec![("theme", "dark")], "theme"),
    ] {
        let reply = plain(&server, call, &fields).with("cookie", &account.cookie).send().await;
        assert_eq!(sent_to(&server, &reply), format!("/settings?done={done}"), "{call}");
    }
    assert_eq!(whoami(&server, &elsewhere).await.status, 401);
    for (call, fields) in [
        ("/api/end_session", vec![("public", public.as_str())]),
        ("/api/change_password", vec![("current", WRONG), ("password", PASSWORD)]),
        ("/api/close_account", vec![("password", PASSWORD)]),
        ("/api/set_theme", vec![("theme", "neon")]),
    ] {
        let reply = plain(&server, call, &fields).with("cookie", &account.cookie).send().await;
        let back = sent_to(&server, &reply);
        let path = call.replace('/', "%2F");
        assert!(back.starts_with(&format!("/settings?__path={path}&__err=")), "{call}: {back}");
    }
    let closed = plain(&server, "/api/close_account", &[("password", NEW_PASSWORD)]);
    let reply = closed.with("cookie", &account.cookie).send().await;
    assert_eq!(sent_to(&server, &reply), "/login?done=closed");
    assert!(reply.set_cookie().is_some_and(|line| line.starts_with("session=;")));
}

#[tokio::test]
async fn plain_forms_of_the_gate_come_back_to_it() {
    let server = Server::shared();
    let page = format!("{}/register?next=%2Fwith%2Fbob", server.origin());
    let chosen = plain(&server, "/api/set_language", &[("language", "zh")]).set("referer", &page).send().await;
    assert_eq!(sent_to(&server, &chosen), "/register?next=%2Fwith%2Fbob");
    assert!(chosen.set_cookie_of("language").is_some_and(|line| line.starts_with("language=zh;")));
    let fields = [("username", "an n"), ("name", "Ann"), ("password", PASSWORD)];
    let refused = plain(&server, "/api/register", &fields).set("referer", &page).send().await;
    let back = sent_to(&server, &refused);
    let expected = "/register?next=%2Fwith%2Fbob&username=an+n&name=Ann&__path=%2Fapi%2Fregister&__err=";
    assert!(back.starts_with(expected), "{back}");
}

#[tokio::test]
async fn a_token_is_made_by_a_form_of_our_own_page_alone() {
    let server = Server::shared();
    let ann = server.register("annmakestokens").await;
    let form = || server.get("/settings/token").by("POST").form(&[("label", "a script")]);
    let made = form().signed_in(&ann).send().await;
    assert_eq!((made.status, made.header("cache-control")), (200, Some("no-store")));
    let token = made.body.split("value=\"").map(|rest| rest.split('"').next().unwrap_or_default());
    let token = token.filter(|value| value.len() == 43).collect::<Vec<_>>();
    assert_eq!(token.len(), 1, "the token stands in the page, and once");
    assert_eq!(server.get("/api/session").bearer(token[0]).status().await, 200);

    assert_eq!(form().with("cookie", &ann.cookie).status().await, 403, "no Origin");
    assert_eq!(form().signed_in(&ann).set("origin", "https://elsewhere.example").status().await, 403);
    assert_eq!(form().bearer(token[0]).status().await, 303, "a token makes no tokens");
    assert_eq!(form().status().await, 303);
    let without_label = server.get("/settings/token").by("POST").form(&[]).signed_in(&ann);
    assert_eq!(without_label.status().await, 400);
    let back = server.get("/settings/token").with("cookie", &ann.cookie).send().await;
    assert_eq!((back.status, back.header("location")), (303, Some("/settings#programs")));
    let listed = server.get("/settings").with("cookie", &ann.cookie).send().await;
    assert!(listed.body.contains("a script") && !listed.body.contains(token[0]));
}
