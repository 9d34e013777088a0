//! Pages as the server renders them.

mod support;

use futures_util::{StreamExt, stream};
use support::{server::Server, socket::Socket};

/// Rendering is done on many threads, and what is written last is the title.
#[tokio::test]
async fn a_conversation_is_rendered_however_many_ask_for_it() {
    let server = Server::shared();
    let (ann, bob) = server.pair("pages").await;
    let mut one = Socket::open(&server, &ann).await;
    one.say("m-1", &bob.name, "good morning").await;
    let path = format!("/with/{}", bob.name);
    let page = server.get(&path).signed_in(&ann);
    let asked = stream::iter(0..200).map(|_| page.send());
    let mut pages = asked.buffer_unordered(16);
    while let Some(page) = pages.next().await {
        assert_eq!(page.status, 200, "{}", page.body);
        assert!(page.body.contains("good morning") && page.body.contains("<title>bobpages · Duologue</title>"));
    }
}
