//! What people write is text, in the pages that the server renders as well: rows 85 and 88. What a browser makes of it is
//! tried in `end2end/specs/text.spec.ts`.

use serde_json::json;

use crate::{
    support::{
        http::{Reply, Request},
        server::{Account, Server},
        socket::Socket,
    },
    tried::Tried,
};

/// Each has this word in it, so that it can be found wherever it turned up.
const MARK: &str = "hostilemark";

const TRICKS: [&str; 12] = [
    "<script>hostilemark()</script>",
    "</script><script>hostilemark()</script>",
    "<img src=x onerror=hostilemark()>",
    "\"><svg onload=hostilemark()>",
    "'><b onclick=hostilemark()>",
    "--><script>hostilemark()</script><!--",
    "<!--<script>hostilemark",
    "]]><script>hostilemark()</script>",
    "</title><script>hostilemark()</script>",
    "\u{2028}</script\u{2028}><script>hostilemark()",
    "&lt;script&gt;hostilemark()&lt;/script&gt;",
    "javascript:hostilemark()",
];

async fn page(server: &Server, target: &str, account: &Account) -> Reply {
    let reply = server.get(target).set("cookie", &account.cookie).with("accept", "text/html").send().await;
    assert_eq!(reply.status, 200, "{target}: {}", reply.body);
    reply
}

/// No tag begins, and no script ends, by what people wrote: before each mark the nearest `<` is not theirs.
fn assert_only_text(what: &str, html: &str) {
    assert!(html.contains(MARK), "{what}: it is not in the page at all");
    let lower = html.to_lowercase();
    for theirs in
        ["<script>hostile", "<img src=x", "<svg onload", "<b onclick", "href=\"javascript:", "<!--<script>hostile"]
    {
        assert!(!lower.contains(theirs), "{what}: {theirs} stands in the page");
    }
    for (at, _) in lower.match_indices(MARK) {
        let before = &lower[..at];
        // Within a script, its end would have to come before its beginning.
        let in_script = before.rfind("<script").unwrap_or(0) > before.rfind("</script").unwrap_or(0);
        let opened = before.rfind('<').unwrap_or(0);
        let in_tag = opened > before.rfind('>').unwrap_or(0);
        let quoted = in_tag && before[opened..].matches('"').count() % 2 == 1;
        assert!(
            in_script || !in_tag || quoted,
            "{what}: a tag is opened before {:?}",
            &lower[at.saturating_sub(80)..at]
        );
    }
}

#[tokio::test]
async fn what_people_write_is_text_in_every_page() {
    let server = Server::shared();
    let mut tried = Tried::default();
    for (number, trick) in TRICKS.iter().enumerate() {
        tried.one();
        let (ann, bob) = server.pair(&format!("trick{number}")).await;
        let mut socket = Socket::open(&server, &ann).await;
        socket.say("m-1", &bob.name, trick).await;
        socket
            .ask(json!({"type": "edit", "id": "e-1", "peer": bob.name, "of": 1, "body": format!("{trick} {trick}")}))
            .await;
        socket.ask(json!({"type": "send", "id": "m-2", "peer": bob.name, "body": trick, "reply_to": 1})).await;
        for call in ["/api/rename", "/api/token"] {
            let fields = if call == "/api/rename" { json!({"name": trick}) } else { json!({"label": trick}) };
            assert_eq!(server.post(call).signed_in(&ann).json(&fields).status().await, 200, "{call}: {trick}");
        }
        for (target, reader) in [
            ("/", &bob),
            (&*format!("/with/{}", ann.name), &bob),
            (&*format!("/with/{}", bob.name), &ann),
            ("/settings", &ann),
        ] {
            assert_only_text(&format!("{trick:?} at {target}"), &page(&server, target, reader).await.body);
        }
    }
}

#[tokio::test]
async fn what_an_address_says_is_text_in_the_page_that_it_opens() {
    let server = Server::shared();
    let mut tried = Tried::default();
    let encoded = |text: &str| text.bytes().map(|byte| format!("%{byte:02x}")).collect::<String>();
    let account = server.account("reader").await;
    for trick in TRICKS {
        for field in ["username", "name", "next", "invite", "done", "__path", "__err"] {
            for target in ["/login", "/register", "/no-such-page"] {
                tried.one();
                let address = format!("{target}?{field}={}", encoded(trick));
                let reply = server.get(&address).with("accept", "text/html").send().await;
                if reply.body.contains(MARK) {
                    assert_only_text(&format!("{trick:?} as {field} of {target}"), &reply.body);
                }
            }
        }
        let refusal = format!("{{\"code\":\"taken\",\"message\":{}}}", json!(trick));
        let refusal = encoded(&refusal);
        let address = format!("/settings?__path={}&__err={refusal}&done={}", encoded("/api/rename"), encoded(trick));
        let reply = page(&server, &address, &account).await;
        if reply.body.contains(MARK) {
            assert_only_text(&format!("{trick:?} as a refusal"), &reply.body);
        }
        let with = server.get(&format!("/with/{}", encoded(trick))).set("cookie", &account.cookie);
        let reply = with.with("accept", "text/html").send().await;
        if reply.body.contains(MARK) {
            assert_only_text(&format!("{trick:?} as a person"), &reply.body);
        }
    }
}

#[tokio::test]
async fn a_shown_name_and_a_label_are_one_short_line() {
    let server = Server::shared();
    let account = server.register("liner").await;
    let names = [
        ("../../a", "../../a"),
        ("a\r\nSet-Cookie: x=1", "aSet-Cookie: x=1"),
        ("gpj.\u{202e}exe", "gpj.exe"),
        ("\u{2066}\u{200b}a\u{feff}", "a"),
        ("a\u{1b}[31mb\u{7}", "a[31mb"),
        ("a\0b", "ab"),
    ];
    for (typed, kept) in names {
        let renamed = server.post("/api/rename").signed_in(&account).json(&json!({"name": typed})).send().await;
        assert_eq!(renamed.json()["name"], kept, "{typed:?}");
        assert_eq!(renamed.header("x"), None);
        let token = server.post("/api/token").signed_in(&account).json(&json!({"label": typed})).status().await;
        assert_eq!(token, 200, "{typed:?}");
    }
    let long = server.post("/api/rename").signed_in(&account).json(&json!({"name": "x".repeat(5_000)})).send().await;
    assert_eq!(long.json()["name"].as_str().map(str::len), Some(64));
    let devices = server.post("/api/devices").signed_in(&account).json(&json!({})).send().await.json();
    let labels: Vec<&str> =
        devices.as_array().expect("a list").iter().filter_map(|device| device["label"].as_str()).collect();
    for (_, kept) in names {
        assert!(labels.contains(&kept), "{kept:?} is not among {labels:?}");
    }
}

#[tokio::test]
async fn a_page_may_run_our_scripts_alone_and_go_into_no_frame() {
    let server = Server::shared();
    let account = server.account("reader").await;
    for target in ["/", "/with/reader", "/settings", "/login", "/register", "/no-such-page", "/shell"] {
        let request = server.get(target).with("accept", "text/html");
        let is_gate = matches!(target, "/login" | "/register");
        let reply = if is_gate { request } else { request.set("cookie", &account.cookie) }.send().await;
        let policy = reply.header("content-security-policy").unwrap_or_default();
        for part in ["default-src 'none'", "base-uri 'none'", "form-action 'self'", "frame-ancestors 'none'", "'nonce-"]
        {
            assert!(policy.contains(part), "{target}: no {part} in {policy}");
        }
        for hole in ["'unsafe-inline'", "'unsafe-eval'", "*", "http:", "https:"] {
            assert!(!policy.contains(hole), "{target}: {hole} in {policy}");
        }
        let nonce = policy.split("'nonce-").nth(1).and_then(|rest| rest.split('\'').next()).expect("a nonce");
        assert!(nonce.len() >= 22, "{target}: {nonce}");
        for script in reply.body.split("<script").skip(1) {
            let tag = script.split('>').next().unwrap_or_default();
            assert!(tag.contains(&format!("nonce=\"{nonce}\"")), "{target}: <script{tag}>");
        }
        for handler in [" onclick=", " onload=", " onerror=", "javascript:"] {
            assert!(!reply.body.contains(handler), "{target}: {handler}");
        }
    }
    let framed = Request::new(server.address(), "GET", "/favicon.svg").send().await;
    assert!(framed.header("content-security-policy").is_some_and(|policy| policy.contains("default-src 'none'")));
}
