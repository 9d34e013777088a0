//! The accept loop: one task a TCP connection, with a bound on how long a request's head may take, and a stalled answer.
//! `axum::serve` has none, so that an idle or half-sent request would stay for ever.

use std::{io, net::SocketAddr, sync::Arc, time::Duration};

use axum::{Router, body::Body, extract::ConnectInfo};
use hyper::{body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::{
    net::{TcpListener, TcpStream},
    sync::OwnedSemaphorePermit,
};
use tower::ServiceExt;

use super::stall::Impatient;
use crate::server::{
    address::{Doors, Entered, Room},
    serve::Life,
};

/// How long a request's head may take, and an idle connection may stay.
const HEAD: Duration = Duration::from_secs(5);
/// The largest head of a request, in bytes: above it 431.
const LARGEST_HEAD: usize = 16 * 1024;
/// The most headers of a request: above it 431.
const MOST_HEADERS: usize = 64;
/// Said to an address that has as many connections as it may, before anything was read of it.
const TOO_MANY: &[u8] =
    b"HTTP/1.1 429 Too Many Requests\r\nconnection: close\r\nretry-after: 1\r\ncontent-length: 0\r\n\r\n";
/// Said to anybody where there are as many connections as there is room for.
const NO_ROOM: &[u8] =
    b"HTTP/1.1 503 Service Unavailable\r\nconnection: close\r\nretry-after: 1\r\ncontent-length: 0\r\n\r\n";
/// How long to wait when the system has no more file descriptors.
const BREATH: Duration = Duration::from_millis(100);

/// Accepts until the server's life ends.
pub async fn run(listener: TcpListener, router: Router, doors: Doors, room: Room, life: Life) {
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            () = life.ended() => return,
        };
        match accepted {
            Ok((stream, address)) => match admit(&doors, &room, address) {
                Ok(admitted) => life.spawn(serve(stream, address, admitted, router.clone(), life.clone())),
                Err(refusal) => {
                    // Whoever does not hear it sees the connection close.
                    let _ = stream.try_write(refusal);
                }
            },
            Err(error) if is_of_one_connection(&error) => {}
            Err(error) => {
                tracing::warn!(%error, "no connection can be accepted for the moment");
                tokio::time::sleep(BREATH).await;
            }
        }
    }
}

/// What a connection is counted by until it ends.
pub struct Admitted {
    _of_its_address: Entered,
    _of_all: OwnedSemaphorePermit,
}

/// Lets a connection in, or says what is answered to it.
fn admit(doors: &Doors, room: &Room, address: SocketAddr) -> Result<Admitted, &'static [u8]> {
    let of_its_address = doors.enter(address.ip()).ok_or(TOO_MANY)?;
    let of_all = room.take().ok_or(NO_ROOM)?;
    Ok(Admitted { _of_its_address: of_its_address, _of_all: of_all })
}

async fn serve(stream: TcpStream, address: SocketAddr, admitted: Admitted, router: Router, life: Life) {
    // With Nagle's algorithm an answer waits 43 ms for the client's acknowledgement.
    if stream.set_nodelay(true).is_err() {
        return;
    }
    // A socket goes on after its request was served, and is counted for as long.
    let admitted = Arc::new(admitted);
    let own = life.clone();
    // Not by layers: each would wrap all routes anew, for every connection.
    let service = service_fn(move |request: hyper::Request<Incoming>| {
        let mut request = request.map(Body::new);
        let extensions = request.extensions_mut();
        extensions.insert(ConnectInfo(address));
        extensions.insert(Arc::clone(&admitted));
        extensions.insert(own.clone());
        router.clone().oneshot(request)
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD)
        .max_buf_size(LARGEST_HEAD)
        .max_headers(MOST_HEADERS)
        .serve_connection(TokioIo::new(Impatient::new(stream)), service)
        .with_upgrades();
    tokio::pin!(connection);
    let served = tokio::select! {
        served = &mut connection => served,
        () = life.ended() => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    };
    if let Err(error) = served {
        tracing::debug!(%error, "a connection ended early");
    }
}

fn is_of_one_connection(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::ConnectionRefused | io::ErrorKind::ConnectionAborted | io::ErrorKind::ConnectionReset
    )
}

#[cfg(test)]
mod tests {
    use axum::routing::get;
    use tokio::io::{AsyncReadExt, AsyncWriteExt};

    use super::*;
    use crate::server::address::Networks;

    /// What is answered to a request on a connection of its own.
    async fn asked(stream: &mut TcpStream) -> String {
        // A connection that was refused may be closed before this is written.
        let _ = stream.write_all(b"GET / HTTP/1.1\r\nhost: here\r\n\r\n").await;
        let mut answer = [0; 4096];
        let read = stream.read(&mut answer).await.unwrap_or(0);
        String::from_utf8_lossy(&answer[..read]).into_owned()
    }

    /// Two connections are served, a third one is refused with this status, until one of the two goes.
    async fn has_room_for_two(doors: Doors, room: Room, refusal: &str) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let router = Router::new().route("/", get(async || "here"));
        tokio::spawn(run(listener, router, doors, room, Life::new()));
        let connect = async || TcpStream::connect(address).await.unwrap();
        let (mut one, mut two) = (connect().await, connect().await);
        assert!(asked(&mut one).await.starts_with("HTTP/1.1 200"));
        assert!(asked(&mut two).await.starts_with("HTTP/1.1 200"));
        let mut three = connect().await;
        let mut answer = [0; 64];
        let read = three.read(&mut answer).await.unwrap();
        let answer = String::from_utf8_lossy(&answer[..read]);
        assert!(answer.starts_with(&format!("HTTP/1.1 {refusal}")), "{answer}");
        assert!(asked(&mut one).await.starts_with("HTTP/1.1 200"), "the others go on");
        drop(two);
        while !asked(&mut connect().await).await.starts_with("HTTP/1.1 200") {}
    }

    #[tokio::test]
    async fn one_connection_more_than_an_address_may_have_is_refused() {
        has_room_for_two(Doors::new(2, Networks::default()), Room::new(100), "429").await;
    }

    #[tokio::test]
    async fn one_connection_more_than_there_is_room_for_is_told_to_come_back() {
        let doors = Doors::new(1, Doors::exempt(&Networks::default()));
        has_room_for_two(doors, Room::new(2), "503").await;
    }
}
