//! Bytes on the disk that are no longer those that were written.

use std::{
    fs,
    path::{Path, PathBuf},
};

use crate::{
    integrity,
    prepared::{Prepared, copy_of, message},
    support::{
        server::{Options, Server, refused},
        socket::Socket,
    },
};

const PAGE: usize = 4096;
const LOG_HEADER: usize = 32;
const FRAME: usize = 24 + PAGE;
const SAYS_LOST: &str = "messages that were answered are lost";

fn flip(file: &Path, place: usize) {
    let mut bytes = fs::read(file).expect("the file is there");
    bytes[place] ^= 0xff;
    fs::write(file, bytes).expect("the file can be written");
}

#[tokio::test]
async fn a_damaged_database_is_refused_with_its_sentence() {
    let prepared = Prepared::with(120).await;
    let length = fs::metadata(prepared.copy().path().join("duologue.db")).expect("a database").len() as usize;
    // The first bytes of the file, of its table of tables, and of every page that a table or an index begins with or is in.
    let pages = (1..length / PAGE).map(|page| page * PAGE);
    for place in [0, 100, 103].into_iter().chain(pages) {
        let data = prepared.copy();
        flip(&data.path().join("duologue.db"), place);
        let exit = refused(&Options::alone(), data.path());
        assert_eq!(exit.status.code(), Some(1), "byte {place}: {exit:?}");
        assert_eq!(exit.stderr.trim().lines().count(), 1, "byte {place}: {exit:?}");
        assert!(exit.stderr.contains("duologue.db is damaged"), "byte {place}: {exit:?}");
    }
}

/// What a server left that was killed after so many messages: its data, and where its log is.
async fn killed_after(prepared: &Prepared, messages: usize) -> (tempfile::TempDir, PathBuf) {
    let server = Server::start_in(prepared.copy(), None, Options::alone());
    let mut socket = Socket::open(&server, &prepared.ann).await;
    for number in 0..messages {
        socket.ask(message(&prepared.bob, &format!("m-{number}"))).await;
    }
    let data = server.into_data();
    let log = data.path().join("duologue.db-wal");
    (data, log)
}

/// What is there after a start, and whether that start said that something is lost.
async fn starts(prepared: &Prepared, data: tempfile::TempDir) -> (usize, bool) {
    let mut server = Server::start_in(data, None, Options::alone());
    let mut socket = Socket::open(&server, &prepared.ann).await;
    let log = socket.log(&prepared.bob.name).await;
    let seqs: Vec<u64> = log.iter().filter_map(|entry| entry["seq"].as_u64()).collect();
    assert_eq!(seqs, (1..=log.len() as u64).collect::<Vec<_>>());
    assert_eq!(socket.ask(message(&prepared.bob, "after")).await["seq"], log.len() as u64 + 1);
    server.terminate();
    let exit = server.exited().await;
    assert!(exit.status.success(), "{exit:?}");
    let data = server.into_data();
    assert_eq!(integrity(&data), "ok");
    (log.len() - prepared.head as usize, exit.stderr.contains(SAYS_LOST))
}

#[tokio::test]
async fn a_damaged_log_ends_at_the_damage_and_the_start_says_so() {
    const MESSAGES: usize = 20;
    let prepared = Prepared::with(3).await;
    let (data, log) = killed_after(&prepared, MESSAGES).await;
    let frames = (fs::metadata(&log).expect("a log").len() as usize - LOG_HEADER) / FRAME;
    assert!(frames >= 2 * MESSAGES, "{frames} frames");
    assert_eq!(starts(&prepared, copy_of(data.path())).await, (MESSAGES, false), "an undamaged one is whole");
    for (frame, place) in [(frames / 2, 500), (frames / 2, 9), (1, 5)] {
        let data = copy_of(data.path());
        flip(&data.path().join("duologue.db-wal"), LOG_HEADER + frame * FRAME + place);
        let (found, says_so) = starts(&prepared, data).await;
        assert!(found < MESSAGES * (frame + 1) / frames + 1, "{found} before frame {frame} of {frames}");
        assert!(says_so, "nothing was said of byte {place} of frame {frame}");
    }
    let without_header = copy_of(data.path());
    flip(&without_header.path().join("duologue.db-wal"), 17);
    assert_eq!(starts(&prepared, without_header).await, (0, true));
}

/// The last commit, and that alone, looks like one that a power cut broke off: nobody can tell.
#[tokio::test]
async fn a_damaged_last_commit_is_dropped_like_an_unfinished_one() {
    let prepared = Prepared::with(3).await;
    let (data, log) = killed_after(&prepared, 5).await;
    let length = fs::metadata(&log).expect("a log").len() as usize;
    flip(&log, length - 100);
    assert_eq!(starts(&prepared, data).await, (4, false));
}
