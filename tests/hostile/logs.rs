//! What stands in the logs, also where everything is asked for: never what people write, nor what they sign in with.

use serde_json::json;

use crate::support::{
    http::Request,
    raw::{FIN, RawSocket, TEXT, closing, masked},
    server::{Options, PASSWORD, Server},
    socket::{Socket, dial, read},
};

const WORDS: &str = "the tides turn at nine";
const WRONG: &str = "nobody has this one";
const FORGED: &str = "2026-01-01T00:00:00Z ERROR forged";

#[tokio::test]
async fn words_and_secrets_are_never_logged_and_no_line_can_be_forged() {
    let mut options = Options::alone();
    options.environment.push(("DUOLOGUE_LOG", "trace".into()));
    let mut server = Server::start_with(options);
    let (ann, bob) = server.pair("").await;
    let token = server.token(&ann).await;
    let mut secrets = vec![PASSWORD.to_owned(), WRONG.to_owned(), WORDS.to_owned(), token.clone()];
    secrets.extend([&ann, &bob].map(|account| account.cookie.trim_start_matches("session=").to_owned()));

    // A forged line wherever something is typed.
    let forged = format!("x\n{FORGED}\u{1b}[31m");
    let rename = server.post("/api/rename").signed_in(&ann).json(&json!({"name": forged}));
    assert_eq!(rename.status().await, 200);
    for (name, password) in [("ann", WRONG), (&*forged, WRONG)] {
        let login = server.post("/api/login").json(&json!({"username": name, "password": password, "next": forged}));
        assert_eq!(login.status().await, 401);
    }
    let encoded: String = forged.bytes().map(|byte| format!("%{byte:02x}")).collect();
    for target in [format!("/{encoded}"), format!("/login?username={encoded}"), format!("/with/{encoded}")] {
        server
            .get(&target)
            .set("cookie", &ann.cookie)
            .with("user-agent", FORGED)
            .with("x-forwarded-for", FORGED)
            .send()
            .await;
    }

    // A busy run: words over our own wire and both dialects, and what breaks.
    let (mut one, mut other) = (Socket::open(&server, &ann).await, Socket::open(&server, &bob).await);
    one.say("m-1", &bob.name, WORDS).await;
    other.expect("entry").await;
    one.ask(json!({"type": "edit", "id": "e-1", "peer": bob.name, "of": 1, "body": format!("{WORDS}, or ten")})).await;
    one.refused(json!({"type": "send", "id": "m-1", "peer": bob.name, "body": format!("{WORDS}?")}), "conflict").await;
    one.send_text(&format!("{WORDS} {forged}")).await;
    one.expect("error").await;
    one.history(json!({"peer": bob.name})).await;
    let page = server.get("/with/bob").set("cookie", &ann.cookie).with("accept", "text/html").send().await;
    assert!(page.body.contains(WORDS));
    let mut pair = dial(server.address(), &format!("/dialect/pair?token={token}"), &[]).await;
    let frame = json!({"userId": "ann", "targetId": "bob", "message": WORDS}).to_string();
    futures_util::SinkExt::send(&mut pair, tokio_tungstenite::tungstenite::Message::text(frame))
        .await
        .expect("it is open");
    assert_eq!(read(&mut pair).await.expect("an answer")["msg"], WORDS);
    for bytes in [
        masked(FIN | TEXT, format!("{WORDS}\u{0}").as_bytes()),
        masked(FIN | 0x3, WORDS.as_bytes()),
        masked(FIN | 0x8, &closing(4000, format!("{WORDS}\n{FORGED}").as_bytes())),
    ] {
        let mut raw = RawSocket::open(&server, &ann).await;
        let _ = raw.write(&bytes).await;
        drop(raw);
    }
    let refused = Request::handshake(server.address()).bearer(&token).set("origin", "http://chat.example");
    assert_eq!(refused.status().await, 403);
    one.so_far().await;

    server.terminate();
    let log = server.exited().await.stderr;
    assert!(log.contains("connected"), "something is logged at all: {log}");
    let hex = |text: &str| text.bytes().map(|byte| format!("{byte:02x}")).collect::<String>();
    for secret in &secrets {
        for shown in [secret.clone(), hex(secret), secret.replace(' ', "+"), secret.replace(' ', "%20")] {
            let line = log.lines().find(|line| line.contains(&shown));
            assert_eq!(line, None, "{secret:?} is logged");
        }
    }
    assert!(!log.contains('\u{1b}'), "an escape sequence is logged");
    let theirs = log.lines().find(|line| line.trim_start().starts_with(FORGED));
    assert_eq!(theirs, None, "a line of somebody else's");
}
