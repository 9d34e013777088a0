//! What a browser keeps to open the page without us: the shell, which is the same for everybody.

mod support;

use support::server::Server;

#[tokio::test]
async fn the_shell_is_for_everybody_and_of_nobody() {
    let server = Server::shared();
    let account = server.account("shelled").await;
    let stranger = server.get("/shell").with("accept", "text/html").send().await;
    let known = server.get("/shell").with("accept", "text/html").set("cookie", &account.cookie).send().await;
    for reply in [stranger, known] {
        assert_eq!(reply.status, 200);
        assert_eq!(reply.header("cache-control"), Some("no-cache"));
        assert_eq!(reply.header("set-cookie"), None);
        assert!(reply.body.contains("/manifest.webmanifest") && !reply.body.contains("shelled"), "{}", reply.body);
        let policy = reply.header("content-security-policy").expect("a policy");
        assert!(policy.contains("worker-src 'self'") && policy.contains("'nonce-"), "{policy}");
    }
}
