//! Names, passwords and sessions: rows 69 and 72 to 84.

use std::thread;

use futures_util::future::join_all;
use serde_json::json;

use crate::{
    support::{
        behind::free_address,
        http::{Reply, Request},
        server::{Options, PASSWORD, Server},
        socket::Socket,
    },
    tried::Tried,
};

const WRONG: &str = "five grey geese on a roof";

fn register(server: &Server, name: &str, password: &str) -> Request {
    server.post("/api/register").json(&json!({"username": name, "password": password}))
}

fn login(server: &Server, name: &str, password: &str) -> Request {
    server.post("/api/login").json(&json!({"username": name, "password": password}))
}

#[tokio::test]
async fn names_that_look_alike_are_one_name_and_some_nobody_can_have() {
    let server = Server::shared();
    let mut tried = Tried::default();
    for name in ["alice", "111", "rn", "маша", "陈雨"] {
        assert_eq!(register(&server, name, PASSWORD).status().await, 200, "{name}");
    }
    let cases: [(&[&str], &[u16]); 3] = [
        // Another form of a name that is taken, or one that looks like it.
        (&["Alice", "ALICE", "ａｌｉｃｅ", "ａlice", "lll", "1l1", "l1l", "МАША"], &[409]),
        // Another script's letters among ours: refused for that, or as a look-alike.
        (&["аlice", "alісe", "alicе", "рaypal", "ｍаша"], &[409, 422]),
        (
            &[
                "alice\u{200d}",
                "alice\u{200b}",
                "ali\u{ad}ce",
                "\u{202e}alice",
                "alice\u{2066}",
                "alice\u{feff}",
                "alice\u{0}",
                "ali\u{7f}ce",
                "ali\u{1b}ce",
                "alice\n",
                "alice\r\nset-cookie: x=1",
                " alice",
                "ali ce",
                "ali\u{a0}ce",
                "ali\u{3000}ce",
                "",
                ".",
                "..",
                "../alice",
                "a/b",
                "a\\b",
                "admin",
                "ADMIN",
                "ａｄｍｉｎ",
                "administrator",
                "root",
                "support",
                "system",
                "null",
                "undefined",
                "\u{1F468}\u{200d}\u{1F469}",
                "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
            ],
            &[422],
        ),
    ];
    for (names, statuses) in cases {
        for name in names {
            tried.one();
            let reply = register(&server, name, PASSWORD).send().await;
            assert!(statuses.contains(&reply.status), "{name:?}: {} {}", reply.status, reply.body);
            assert_eq!(reply.set_cookie(), None, "{name:?}");
        }
    }
}

#[tokio::test]
async fn a_password_is_judged_by_its_length_and_by_how_common_it_is_and_kept_to_the_byte() {
    let server = Server::shared();
    let long = |length: usize| "many words ".repeat(length / 11 + 1)[..length].to_owned();
    let good = [
        ("pass64", long(64)),
        ("pass1024", long(1024)),
        ("passnul", "the boat\0leaves at five".into()),
        ("passemoji", "🦀 crabs walk sideways".into()),
        ("passspaces", "  six slow snails  ".into()),
        ("passcombined", "cafe\u{301} at the corner".into()),
    ];
    for (name, password) in good {
        assert_eq!(register(&server, name, &password).status().await, 200, "{name}");
        assert_eq!(login(&server, name, &password).status().await, 200, "{name}");
        for other in [password.replace('\0', ""), password.trim().to_owned(), password.replace("e\u{301}", "é")] {
            let expected = if other == password { 200 } else { 401 };
            assert_eq!(login(&server, name, &other).status().await, expected, "{name}: {other:?}");
        }
        let cut = &password[..password.len() - 1];
        assert_eq!(login(&server, name, cut).status().await, 401, "{name} without its last");
    }
    let bad = [
        ("", 422),
        ("7 chars", 422),
        ("ten char", 422),
        ("password123", 422),
        ("1234567890", 422),
        ("qwertyuiop", 422),
        ("iloveyou123", 422),
        ("passworded", 422),
        (&*long(1025), 422),
        (&*long(60_000), 422),
        (&*long(1_000_000), 413),
    ];
    for (password, status) in bad {
        let shown: String = password.chars().take(20).collect();
        assert_eq!(register(&server, "passbad", password).status().await, status, "{shown:?}");
    }
    assert_eq!(login(&server, "passbad", &long(1025)).status().await, 401, "a long one is wrong, and no more work");
}

/// How many passwords were checked until now.
async fn checks(metrics: std::net::SocketAddr) -> u64 {
    let told = Request::new(metrics, "GET", "/metrics").send().await.body;
    let line = told.lines().find_map(|line| line.strip_prefix("duologue_password_checks_total "));
    line.and_then(|count| count.parse().ok()).unwrap_or_else(|| panic!("the figure is not in {told}"))
}

#[tokio::test]
async fn a_name_that_nobody_has_costs_as_much_work_as_a_wrong_password() {
    let metrics = free_address();
    let mut options = Options::alone();
    options.environment.push(("DUOLOGUE_METRICS", metrics.to_string()));
    let server = Server::start_with(options);
    let closed = server.register("closed").await;
    let close = server.post("/api/close_account").signed_in(&closed).json(&json!({"password": PASSWORD}));
    assert_eq!(close.status().await, 200);
    server.command(&["token", "--create", "bot"]).done();
    server.register("known").await;
    let mut answers: Vec<String> = Vec::new();
    for name in ["known", "unknown", "closed", "bot", "no name", "", "admin", "x".repeat(5_000).as_str()] {
        let before = checks(metrics).await;
        let reply = login(&server, name, WRONG).send().await;
        assert_eq!(reply.status, 401, "{name:.20}");
        assert_eq!(checks(metrics).await, before + 1, "{name:.20}");
        answers.push(reply.body);
    }
    answers.dedup();
    assert_eq!(answers.len(), 1, "all are told the same: {answers:?}");
}

#[tokio::test]
async fn a_crowd_at_the_gate_is_told_to_come_back_and_delays_no_message() {
    // Far more than there are cores to serve them and places to wait.
    let size = 200 + 3 * thread::available_parallelism().map_or(1, usize::from);
    let server = Server::start_with(Options::alone());
    let (ann, bob) = server.pair("").await;
    let (mut one, mut other) = (Socket::open(&server, &ann).await, Socket::open(&server, &bob).await);
    let crowd = (0..size).map(|_| login(&server, "ann", WRONG)).collect::<Vec<_>>();
    let address = server.address();
    let crowd = tokio::spawn(async move {
        let replies: Vec<Reply> = join_all(crowd.iter().map(Request::send)).await;
        assert!(crowd.iter().all(|request| request.address == address));
        replies
    });
    // Messages go on while the crowd is served: that at least one round was over before all had their answer is the fact.
    let mut rounds = 0;
    while !crowd.is_finished() {
        one.say(&format!("m-{rounds}"), &bob.name, "meanwhile").await;
        other.expect("entry").await;
        rounds += 1;
    }
    let replies = crowd.await.expect("all are answered");
    let count = |status: u16| replies.iter().filter(|reply| reply.status == status).count();
    assert_eq!(count(401) + count(503), size, "{:?}", replies.iter().map(|reply| reply.status).collect::<Vec<_>>());
    assert!(count(503) > 0, "the queue of the gate has a bound");
    assert!(count(401) >= 32, "who waits in it is served: {}", count(401));
    let turned_away = replies.iter().find(|reply| reply.status == 503).expect("one was turned away");
    assert!(turned_away.header("retry-after").is_some_and(|seconds| seconds != "0"), "{turned_away:?}");
    assert!(rounds > 1, "no message went through before the crowd was served");
    assert_eq!(login(&server, "ann", PASSWORD).status().await, 200, "and then there is room again");
}

#[tokio::test]
async fn a_cookie_or_token_that_is_not_exactly_one_is_none() {
    let server = Server::shared();
    let mut tried = Tried::default();
    let account = server.register("exact").await;
    let token = server.token(&account).await;
    let secret = account.cookie.trim_start_matches("session=").to_owned();
    let flipped = |at: usize| {
        let mut bytes = secret.clone().into_bytes();
        bytes[at] = if bytes[at] == b'A' { b'B' } else { b'A' };
        String::from_utf8(bytes).expect("plain letters")
    };
    let mut bad: Vec<String> = (0..secret.len()).map(flipped).collect();
    bad.extend(["", "=", "\"\"", "null", "undefined", "../..", "%00", "x' OR 1=1"].map(str::to_owned));
    bad.extend([secret[1..].to_owned(), format!("{secret}A"), format!("{secret}="), secret.to_lowercase()]);
    bad.push(token.clone());
    for value in &bad {
        tried.one();
        let asked = server.get("/api/session").set("cookie", &format!("session={value}"));
        assert_eq!(asked.status().await, 401, "the cookie {value:?}");
        let upgrade = Request::handshake(server.address()).own_origin().set("cookie", &format!("session={value}"));
        assert_eq!(upgrade.status().await, 401, "a socket with the cookie {value:?}");
    }
    for value in bad.iter().filter(|value| **value != token).chain([&secret]) {
        tried.one();
        assert_eq!(server.get("/api/session").bearer(value).status().await, 401, "the token {value:?}");
    }
    assert_eq!(server.get("/api/session").set("cookie", &account.cookie).status().await, 200);
    assert_eq!(server.get("/api/session").bearer(&token).status().await, 200);
}

#[tokio::test]
async fn a_stolen_cookie_is_worth_nothing_after_its_end() {
    let server = Server::shared();
    let account = server.register("stolen").await;
    let stolen = account.clone();
    let mut thief = Socket::open(&server, &stolen).await;
    assert_eq!(server.post("/api/logout").signed_in(&account).status().await, 200);
    assert_eq!(thief.closed().await, 4401);
    let again = server.sign_in("stolen").await;
    let elsewhere = server.sign_in("stolen").await;
    let mut thief = Socket::open(&server, &elsewhere).await;
    let change = json!({"current": PASSWORD, "password": WRONG});
    assert_eq!(server.post("/api/change_password").signed_in(&again).json(&change).status().await, 200);
    assert_eq!(thief.closed().await, 4401);
    for ended in [&stolen, &elsewhere] {
        assert_eq!(server.get("/api/session").set("cookie", &ended.cookie).status().await, 401);
        assert_eq!(Request::handshake(server.address()).signed_in(ended).status().await, 401);
        for (call, fields) in [("/api/token", json!({"label": "x"})), ("/api/rename", json!({"name": "x"}))] {
            assert_eq!(server.post(call).signed_in(ended).json(&fields).status().await, 401, "{call}");
        }
        let page = server.get("/with/ann").set("cookie", &ended.cookie).with("accept", "text/html").send().await;
        assert_eq!(page.status, 303, "{}", page.body);
    }
}

/// Debug builds alone can be told that it is another day.
#[cfg(debug_assertions)]
#[tokio::test]
async fn a_session_ends_after_a_month_without_use_and_after_half_a_year_in_any_case() {
    let mut server = Server::start_with(Options::alone());
    let unused = server.register("ann").await;
    let used = server.sign_in("ann").await;
    let token = server.token(&used).await;
    let mut stati = Vec::new();
    for days in [29_u64, 58, 87, 116, 145, 174, 181] {
        server.options.environment = vec![("DUOLOGUE_FAULT", format!("clock:{}", days * 24 * 60 * 60 * 1000))];
        server.restart();
        let of = |cookie: &str| server.get("/api/session").set("cookie", cookie);
        let unused = if days == 58 { Some(of(&unused.cookie).status().await) } else { None };
        let upgrade = Request::handshake(server.address()).signed_in(&used).status().await;
        stati.push((days, unused, of(&used.cookie).status().await, upgrade));
        assert_eq!(server.get("/api/session").bearer(&token).status().await, 200, "a token stays");
    }
    let expected: Vec<(u64, Option<u16>, u16, u16)> = [29, 58, 87, 116, 145, 174]
        .map(|days| (days, (days == 58).then_some(401), 200, 101))
        .into_iter()
        .chain([(181, None, 401, 401)])
        .collect();
    assert_eq!(stati, expected);
}

#[tokio::test]
async fn nobody_can_make_themselves_more_than_they_are() {
    let server = Server::shared();
    let account = server.register("modest").await;
    for extra in ["is_admin", "role", "id", "created", "password_hash", "verified", "__proto__", "public", "session"] {
        let mut fields = json!({"username": "grabber", "password": PASSWORD});
        fields[extra] = json!("true");
        let status = server.post("/api/register").json(&fields).status().await;
        // `public` is a field of another form, and means nothing here.
        let is_known = extra == "public";
        assert_eq!(status, if is_known { 200 } else { 422 }, "{extra}");
        if is_known {
            let session =
                server.get("/api/session").set("cookie", &server.sign_in("grabber").await.cookie).send().await;
            assert_eq!(session.json(), json!({"username": "grabber", "name": "grabber"}));
            continue;
        }
        let form = server.post("/api/rename").signed_in(&account).form(&[("name", "Modest"), (extra, "true")]);
        assert_eq!(form.status().await, 422, "{extra} in a form");
    }
    let session = server.get("/api/session").set("cookie", &account.cookie).send().await.json();
    assert_eq!(session, json!({"username": "modest", "name": "modest"}));
    let devices = server.post("/api/devices").signed_in(&account).json(&json!({})).send().await.json();
    let own = devices[0]["public"].as_str().expect("a device");
    let other = server.register("modestother").await;
    let theirs = server.post("/api/end_session").signed_in(&other).json(&json!({"public": own}));
    assert_eq!(theirs.status().await, 404, "nobody ends another's session");
    assert_eq!(devices.as_array().map(Vec::len), Some(1), "{devices}");
}
