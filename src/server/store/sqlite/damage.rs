//! Bytes that are no longer those that were written. A start looks for them, so that a host hears of it and nobody talks on
//! in a database that has lost something: in the database itself as far as its structure tells, in its log by the checksums.
//! What neither shows (a letter within a message) nothing here can find.

use std::{fs, path::Path, sync::mpsc, thread, time::Duration};

use rusqlite::{Connection, ErrorCode};

use super::open::OpenError;

/// How long a start looks through the database. A large one is not looked through within it; `duologue doctor` does it.
const LOOK: Duration = Duration::from_millis(300);

const HEADER: usize = 32;
const FRAME_HEADER: usize = 24;
const LARGEST_PAGE: usize = 65_536;

/// Refuses a database whose structure is broken.
pub fn look_at_database(connection: &Connection, file: &Path) -> Result<(), OpenError> {
    let interrupt = connection.get_interrupt_handle();
    let (looked, looking) = mpsc::channel::<()>();
    let clock = thread::Builder::new().name("store-check".to_owned()).spawn(move || {
        if looking.recv_timeout(LOOK) == Err(mpsc::RecvTimeoutError::Timeout) {
            interrupt.interrupt();
        }
    });
    let clock = clock.map_err(OpenError::Thread)?;
    let verdict = connection.query_row("PRAGMA quick_check(1)", [], |row| row.get::<_, String>(0));
    drop(looked);
    // Nothing after this is to be interrupted.
    let _ = clock.join();
    match verdict {
        Ok(verdict) if verdict == "ok" => Ok(()),
        Ok(verdict) => {
            // The last line says what, the one before it in which database.
            let what = verdict.lines().last().unwrap_or_default().to_owned();
            Err(OpenError::Broken { file: file.to_owned(), what })
        }
        Err(cause) if cause.sqlite_error_code() == Some(ErrorCode::OperationInterrupted) => Ok(()),
        Err(cause) => Err(OpenError::of(file, cause)),
    }
}

/// Says so where the log that another process left has lost commits. The start goes on with what comes before them, for
/// nothing can bring them back.
pub fn look_at_log(log: &Path) {
    let Ok(bytes) = fs::read(log) else { return };
    if let Some(lost) = lost_commits(&bytes) {
        tracing::error!(
            log = %log.display(), lost,
            "the log of the database is damaged: messages that were answered are lost; compare with a backup, and mistrust this disk",
        );
    }
}

/// How many commits stand behind a place in the log from which on it cannot be read. `None` where that is what a power cut
/// leaves: the last commit alone, written in part. The one after it is begun only once it is flushed, so with two of them
/// behind the place something has changed that was safe.
pub fn lost_commits(log: &[u8]) -> Option<usize> {
    let (header, frames) = log.split_at_checked(HEADER)?;
    let page = number(header, 8) as usize;
    if header.iter().all(|byte| *byte == 0) {
        return None;
    }
    let is_little_endian = number(header, 0) & 1 == 0;
    let mut sum = checksum([0, 0], &header[..24], is_little_endian);
    let mut is_good = sum == [number(header, 24), number(header, 28)];
    if !page.is_power_of_two() || page > LARGEST_PAGE {
        return (frames.len() > FRAME_HEADER).then_some(1);
    }
    let has_good_header = is_good;
    let mut lost = 0;
    for frame in frames.chunks_exact(FRAME_HEADER + page) {
        // Behind the end stand frames of an earlier round, with other salts.
        let is_of_this_round = !has_good_header || frame[8..16] == header[16..24];
        if is_good {
            sum = checksum(checksum(sum, &frame[..8], is_little_endian), &frame[FRAME_HEADER..], is_little_endian);
            is_good = is_of_this_round && sum == [number(frame, 16), number(frame, 20)];
        }
        let is_commit = number(frame, 4) != 0;
        if !is_good && is_of_this_round && is_commit {
            lost += 1;
        }
    }
    (lost > usize::from(has_good_header)).then_some(lost)
}

fn number(bytes: &[u8], at: usize) -> u32 {
    bytes[at..at + 4].iter().fold(0, |number, byte| number << 8 | u32::from(*byte))
}

/// SQLite's: see "Checksum Algorithm" in the description of its file format.
fn checksum([mut one, mut other]: [u32; 2], bytes: &[u8], is_little_endian: bool) -> [u32; 2] {
    let read = |bytes: &[u8]| if is_little_endian { number(bytes, 0).swap_bytes() } else { number(bytes, 0) };
    for pair in bytes.as_chunks::<8>().0 {
        one = one.wrapping_add(read(pair)).wrapping_add(other);
        other = other.wrapping_add(read(&pair[4..])).wrapping_add(one);
    }
    [one, other]
}
