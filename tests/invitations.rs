//! Who may register where not everybody may: by an invitation, once and in time.

mod support;

use serde_json::json;
use support::{
    http::{Reply, Request},
    server::{Options, PASSWORD, Server},
};

fn server(registration: &str) -> Server {
    started(registration, Vec::new())
}

fn started(registration: &str, mut environment: Vec<(&'static str, String)>) -> Server {
    environment.push(("DUOLOGUE_REGISTRATION", registration.to_owned()));
    Server::start_with(Options { environment, ..Options::default() })
}

/// The secret in a link of this server.
fn secret(link: &str) -> &str {
    let (_, secret) = link.trim().split_once("/register?invite=").expect("it is a link to register by");
    assert_eq!(secret.len(), 43, "{link}");
    secret
}

async fn registered(server: &Server, name: &str, invite: Option<&str>) -> Reply {
    let fields = json!({"username": name, "password": PASSWORD, "invite": invite});
    server.post("/api/register").json(&fields).send().await
}

/// An account made by an invitation of the host.
async fn invited(server: &Server, name: &str) -> support::server::Account {
    let link = server.command(&["invite"]).done();
    let reply = registered(server, name, Some(secret(&link))).await;
    assert_eq!(reply.status, 200, "{}", reply.body);
    support::server::Account { name: name.to_owned(), cookie: reply.cookie().expect("registering signs in") }
}

fn member_invites(server: &Server, account: &support::server::Account) -> Request {
    Request::new(server.address(), "POST", "/settings/invite").signed_in(account)
}

/// The link that a page shows, and its picture.
fn shown(page: &str) -> String {
    assert!(page.contains("class=\"code\""), "the page has no picture");
    let (_, rest) = page.split_once("/register").expect("the page shows a link");
    let end = rest.find('"').expect("an attribute ends");
    format!("/register{}", &rest[..end])
}

#[tokio::test]
async fn an_invitation_lets_one_in_and_no_second() {
    let server = server("invite");
    let uninvited = registered(&server, "ann", None).await;
    assert_eq!((uninvited.status, &uninvited.json()["code"]), (403, &json!("closed")));
    let link = server.command(&["invite"]).done();
    let secret = secret(&link);
    let page = server.get(&format!("/register?invite={secret}")).send().await.body;
    assert!(page.contains("You are invited") && page.contains(&format!("value=\"{secret}\"")), "{page}");
    let short = server.post("/api/register").json(&json!({"username": "ann", "password": "short", "invite": secret}));
    assert_eq!(short.send().await.status, 422);
    assert_eq!(registered(&server, "ann", Some(secret)).await.status, 200);
    let again = registered(&server, "bob", Some(secret)).await;
    assert_eq!((again.status, &again.json()["code"]), (403, &json!("closed")));
    let page = server.get(&format!("/register?invite={secret}")).send().await.body;
    assert!(page.contains("has been used") && !page.contains("action=\"/api/register\""), "{page}");
    for wrong in ["", "x", &"x".repeat(43), &"x".repeat(9_000)] {
        assert_eq!(registered(&server, "bob", Some(wrong)).await.status, 403, "{wrong:.50}");
    }
}

#[tokio::test]
async fn who_is_invited_by_a_member_comes_to_them() {
    let server = server("invite");
    let ann = invited(&server, "ann").await;
    let link = shown(&member_invites(&server, &ann).send().await.body);
    let page = server.get(&link).send().await.body;
    assert!(page.contains("ann invites you"), "{page}");
    let fields = [("username", "bob"), ("password", PASSWORD), ("invite", secret(&link))];
    let form = Request::new(server.address(), "POST", "/api/register").own_origin().with("accept", "text/html");
    let reply = form.form(&fields).send().await;
    assert_eq!((reply.status, reply.header("location")), (303, Some("/with/ann")), "{}", reply.body);
}

#[tokio::test]
async fn a_refused_form_keeps_its_invitation() {
    let server = server("invite");
    let link = server.command(&["invite"]).done();
    let fields = [("username", "ann"), ("password", "short"), ("invite", secret(&link))];
    let form = Request::new(server.address(), "POST", "/api/register").own_origin().with("accept", "text/html");
    let reply = form.form(&fields).send().await;
    let back = reply.header("location").expect("it goes back to its page");
    assert!(back.contains(&format!("invite={}", secret(&link))), "{back}");
}

#[tokio::test]
async fn a_member_has_as_many_invitations_as_the_host_lets_them() {
    let server = started("invite", vec![("DUOLOGUE_INVITES_PER_ACCOUNT", "2".to_owned())]);
    let ann = invited(&server, "ann").await;
    let mut links = Vec::new();
    for _ in 0..3 {
        links.push(shown(&member_invites(&server, &ann).send().await.body));
    }
    assert_eq!(registered(&server, "bob", Some(secret(&links[0]))).await.status, 403);
    assert_eq!(registered(&server, "bob", Some(secret(&links[1]))).await.status, 200);
    assert_eq!(registered(&server, "cem", Some(secret(&links[2]))).await.status, 200);
}

#[tokio::test]
async fn only_members_invite_and_only_from_our_page() {
    let server = started("invite", vec![("DUOLOGUE_INVITES_PER_ACCOUNT", "0".to_owned())]);
    let ann = invited(&server, "ann").await;
    let page = member_invites(&server, &ann).send().await.body;
    assert!(!page.contains("/register?invite"), "{page}");
    let foreign = member_invites(&server, &ann).set("origin", "https://evil.example");
    assert_eq!(foreign.status().await, 403);
    let stranger = Request::new(server.address(), "POST", "/settings/invite").own_origin();
    assert_eq!(stranger.status().await, 303);
}

#[tokio::test]
async fn where_anybody_may_register_one_tells_them_where() {
    let server = server("open");
    let ann = server.register("ann").await;
    assert_eq!(shown(&member_invites(&server, &ann).send().await.body), "/register");
    // A link that counts no more is no hindrance.
    assert_eq!(registered(&server, "bob", Some("nothing")).await.status, 200);
}

#[tokio::test]
async fn where_registration_is_closed_no_invitation_counts() {
    let mut server = server("invite");
    invited(&server, "ann").await;
    let link = server.command(&["invite"]).done();
    server.options.environment = vec![("DUOLOGUE_REGISTRATION", "closed".to_owned())];
    server.restart();
    assert_eq!(registered(&server, "bob", Some(secret(&link))).await.status, 403);
    server.command(&["invite"]).refused("registration is closed");
    let page = server.get("/login").send().await.body;
    assert!(!page.contains("href=\"/register\""), "{page}");
}

/// The link of a server that nobody has an account at, once it has ended.
async fn first_link(server: &mut Server) -> Option<String> {
    server.terminate();
    let stderr = server.exited().await.stderr;
    stderr.lines().find(|line| line.contains("/register?invite=")).map(str::to_owned)
}

#[tokio::test]
async fn the_first_account_is_made_by_the_link_that_the_start_prints() {
    for registration in ["invite", "closed"] {
        let mut server = started(registration, Vec::new());
        let older = first_link(&mut server).await.expect("a link is printed");
        server.restart();
        let page = server.get(&format!("/register?invite={}", secret(&older))).send().await.body;
        assert!(page.contains("first account"), "{page}");
        assert_eq!(registered(&server, "ann", Some(secret(&older))).await.status, 200, "{registration}");
        assert_eq!(registered(&server, "bob", Some(secret(&older))).await.status, 403, "{registration}");
        let newer = first_link(&mut server).await.expect("the start before the first account printed one, too");
        server.restart();
        assert_eq!(registered(&server, "bob", Some(secret(&newer))).await.status, 403, "{registration}");
        assert_eq!(first_link(&mut server).await, None, "{registration}");
    }
}
