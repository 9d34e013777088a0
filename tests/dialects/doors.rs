//! Who may open a dialect's socket: identity and Origin.

use crate::support::{http::Request, server::Server};

const BOTH: [&str; 2] = ["/dialect/channel", "/dialect/pair"];

fn handshake(server: &Server, target: &str) -> Request {
    Request::handshake(server.address()).to(target)
}

#[tokio::test]
async fn a_token_in_the_address_opens_a_dialect_from_any_page() {
    let server = Server::shared();
    let token = server.token(&server.account("ann").await).await;
    for path in BOTH {
        for origin in ["null", "https://elsewhere.example"] {
            let request = handshake(&server, &format!("{path}?token={token}")).with("origin", origin);
            assert_eq!(request.status().await, 101, "{path} from {origin}");
        }
    }
}

#[tokio::test]
async fn a_token_in_the_address_opens_nothing_else() {
    let server = Server::shared();
    let token = server.token(&server.account("ann").await).await;
    assert_eq!(handshake(&server, &format!("/ws?token={token}")).status().await, 401);
    assert_eq!(server.get(&format!("/api/session?token={token}")).status().await, 401);
}

#[tokio::test]
async fn a_bad_token_is_not_saved_by_a_good_cookie() {
    let server = Server::shared();
    let ann = server.account("ann").await;
    for path in BOTH {
        for token in ["", "nonsense", ann.cookie.trim_start_matches("session=")] {
            let request = handshake(&server, &format!("{path}?token={token}")).signed_in(&ann).own_origin();
            assert_eq!(request.status().await, 401, "{path} with {token:?}");
        }
    }
}

#[tokio::test]
async fn a_cookie_needs_our_own_origin_and_a_program_none() {
    let server = Server::shared();
    let ann = server.account("ann").await;
    let token = server.token(&ann).await;
    for path in BOTH {
        let by_cookie = handshake(&server, path).with("cookie", &ann.cookie);
        assert_eq!(by_cookie.clone().own_origin().status().await, 101, "{path}");
        assert_eq!(by_cookie.clone().with("origin", "https://elsewhere.example").status().await, 403, "{path}");
        assert_eq!(by_cookie.status().await, 403, "{path}");
        let by_bearer = handshake(&server, path).bearer(&token);
        assert_eq!(by_bearer.status().await, 101, "{path}");
        assert_eq!(by_bearer.with("origin", "https://elsewhere.example").status().await, 403, "{path}");
        assert_eq!(handshake(&server, path).status().await, 401, "{path}");
    }
}

#[tokio::test]
async fn the_handshake_is_judged_as_that_of_our_own_wire() {
    let server = Server::shared();
    let token = server.token(&server.account("ann").await).await;
    for path in BOTH {
        let good = handshake(&server, path).bearer(&token);
        assert_eq!(good.clone().by("POST").status().await, 405, "{path}");
        assert_eq!(good.clone().set("sec-websocket-version", "8").status().await, 426, "{path}");
        assert_eq!(good.clone().set("host", "elsewhere.example").status().await, 421, "{path}");
        assert_eq!(good.without("sec-websocket-key").status().await, 400, "{path}");
    }
}
