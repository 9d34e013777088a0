//! `history`: a page of a conversation's log, as it is.

use super::{Context, Refuse, peer};
use crate::{
    protocol::{
        client,
        entry::{Entry, Kind},
        ids::{Id, Seq},
        limits,
        server::{History, ServerFrame},
    },
    server::store::{self, Page},
};

/// What an entry takes beside its text, generously.
const ENTRY_OVERHEAD: usize = 512;
/// A control character of one byte is six in JSON: no byte of text becomes more.
const MOST_PER_BYTE: usize = 6;

pub async fn apply(context: &Context, asked: client::History) -> ServerFrame {
    let limit = asked.limit.map_or(limits::DEFAULT_PAGE, |limit| limit.0);
    let page = match (asked.after, asked.before) {
        (Some(after), _) => Page::After(after),
        (None, Some(before)) => Page::Before(before),
        (None, None) => Page::Newest,
    };
    match self::page(context, asked.id.clone(), &asked.peer, page, limit).await {
        Ok(history) => ServerFrame::History(history),
        Err(refuse) => refuse.into_frame(Some(asked.id)),
    }
}

/// A page of at most `limit` entries that fits a frame.
pub async fn page(context: &Context, id: Id, typed_peer: &str, page: Page, limit: u64) -> Result<History, Refuse> {
    let peer = peer(typed_peer)?;
    let found = context.house.store.history(&context.you, &peer, page, limit).await?;
    let store::History { mut entries, head, is_complete } = found;
    let fitting = fitting(&entries, matches!(page, Page::After(_)));
    let complete = is_complete && fitting == entries.len();
    match page {
        Page::After(_) => entries.truncate(fitting),
        // The entries nearest to where was asked from are the last ones.
        Page::Before(_) | Page::Newest => drop(entries.drain(..entries.len() - fitting)),
    }
    let head: Seq = head;
    Ok(History { id, peer, entries, head, complete })
}

/// How many entries, counted from the first or from the last, fit a frame: at least one.
fn fitting(entries: &[Entry], from_first: bool) -> usize {
    let text = |entry: &Entry| match &entry.kind {
        Kind::Message { body, .. } | Kind::Edit { body, .. } => body.as_ref().map_or(0, String::len),
        Kind::Deletion { .. } | Kind::Reaction { .. } => limits::EMOJI,
    };
    let room = limits::SERVER_FRAME - ENTRY_OVERHEAD;
    let roughly: usize = entries.iter().map(|entry| text(entry) * MOST_PER_BYTE + ENTRY_OVERHEAD).sum();
    if roughly <= room {
        return entries.len();
    }
    let exactly = |entry: &Entry| serde_json::to_string(entry).map_or(room, |text| text.len() + 1);
    let mut sizes: Vec<usize> = entries.iter().map(exactly).collect();
    if !from_first {
        sizes.reverse();
    }
    let mut taken = 0;
    let count = sizes.iter().take_while(|size| {
        taken += **size;
        taken <= room
    });
    count.count().max(1).min(entries.len())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::ids::{Millis, Username};

    fn entry(seq: u64, body: &str) -> Entry {
        Entry {
            seq: Seq(seq),
            at: Millis(seq),
            from: Username::from_canonical("ann"),
            id: Id::new(&format!("id-{seq}")).unwrap(),
            kind: Kind::Message { body: Some(body.into()), reply_to: None },
        }
    }

    #[test]
    fn a_page_of_long_messages_stops_before_the_frame_is_full() {
        let body = "\u{1}".repeat(limits::BODY);
        let entries: Vec<_> = (1..=200).map(|seq| entry(seq, &body)).collect();
        let count = fitting(&entries, true);
        assert!((1..200).contains(&count));
        let text = serde_json::to_string(&entries[..count]).unwrap();
        assert!(text.len() <= limits::SERVER_FRAME - 256, "{}", text.len());
        assert!(text.len() > limits::SERVER_FRAME - 100 * 1024);
    }

    #[test]
    fn a_page_of_short_messages_is_whole() {
        let entries: Vec<_> = (1..=200).map(|seq| entry(seq, "hi")).collect();
        assert_eq!(fitting(&entries, false), 200);
        assert_eq!(fitting(&[], false), 0);
    }
}
