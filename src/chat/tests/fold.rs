//! Whatever the order and the repetition, the same log reads the same.

use proptest::prelude::*;

use super::*;

#[derive(Clone, Debug)]
pub struct Step {
    author: bool,
    kind: u8,
    of: prop::sample::Index,
}

pub fn step() -> impl Strategy<Value = Step> {
    (any::<bool>(), 0u8..8, any::<prop::sample::Index>()).prop_map(|(author, kind, of)| Step { author, kind, of })
}

/// A log that a server could hold.
pub fn log(steps: &[Step]) -> Vec<Entry> {
    let mut log: Vec<Entry> = Vec::new();
    for (step, seq) in steps.iter().zip(1..) {
        let from = if step.author { "ann" } else { "bob" };
        let alive: Vec<&Entry> = log
            .iter()
            .filter(|entry| matches!(entry.kind, Kind::Message { .. }))
            .filter(|entry| !log.iter().any(|other| other.kind == Kind::Deletion { of: entry.seq }))
            .collect();
        let of = (!alive.is_empty()).then(|| alive[step.of.index(alive.len())]);
        let own = of.filter(|entry| entry.from == name(from)).map(|entry| entry.seq.0);
        let next = match (step.kind, of.map(|entry| entry.seq.0), own) {
            (3, _, Some(of)) => edit(seq, from, of, &format!("e{seq}")),
            (4, _, Some(of)) => deletion(seq, from, of),
            (5, Some(of), _) => reaction(seq, from, of, Some(["👍", "🎉"][seq as usize % 2])),
            (6, Some(of), _) => reaction(seq, from, of, None),
            (7, Some(of), _) => {
                entry(seq, from, Kind::Message { body: Some(format!("m{seq}")), reply_to: Some(Seq(of)) })
            }
            _ => message(seq, from, &format!("m{seq}")),
        };
        log.push(next);
    }
    log
}

/// What the server answers today: the words of deleted messages are gone.
pub fn erased(log: &[Entry]) -> Vec<Entry> {
    let mut erased = log.to_vec();
    for deleted in log.iter().filter_map(|entry| match entry.kind {
        Kind::Deletion { of } => Some(of),
        _ => None,
    }) {
        for entry in &mut erased {
            match &mut entry.kind {
                Kind::Message { body, .. } if entry.seq == deleted => *body = None,
                Kind::Edit { of, body } if *of == deleted => *body = None,
                _ => {}
            }
        }
    }
    erased
}

fn answer(log: &[Entry], ask: &client::History, cut: usize) -> ServerFrame {
    let limit = (ask.limit.unwrap().0 as usize).min(cut);
    let head = log.len() as u64;
    let (entries, complete): (Vec<Entry>, bool) = match (ask.after, ask.before) {
        (Some(after), _) => {
            let rest = &log[(after.0 as usize).min(log.len())..];
            (rest.iter().take(limit).cloned().collect(), rest.len() <= limit)
        }
        (None, before) => {
            let end = before.map_or(log.len(), |before| (before.0 as usize - 1).min(log.len()));
            let start = end.saturating_sub(limit);
            (log[start..end].to_vec(), start == 0)
        }
    };
    page_of(ask.id.clone(), entries, head, complete)
}

pub fn settled_rows(mut rows: Vec<Row>) -> Vec<Row> {
    for row in &mut rows {
        if let Row::Message(message) = row {
            message.is_new = false;
        }
    }
    rows
}

/// The rows of the log, read from the beginning in order.
pub fn in_order(log: &[Entry]) -> Vec<Row> {
    let mut page = Page::open(Vec::new()).connected();
    for entry in log {
        page.live(entry.clone());
    }
    settled_rows(page.rows())
}

/// Answers whatever is asked, until nothing is.
pub fn drain(page: &mut Page, log: &[Entry], mut asked: Vec<client::History>, cut: usize) {
    for _ in 0..500 {
        if asked.is_empty() && page.chat.has_older("bob") {
            asked = histories(&page.on(Event::LoadOlder(bob())));
        }
        if asked.is_empty()
            && let Some(after) = page.rows().iter().find_map(|row| match row {
                Row::Gap { after } => Some(*after),
                _ => None,
            })
        {
            asked = histories(&page.on(Event::FillGap { peer: bob(), after }));
        }
        if asked.is_empty() {
            return;
        }
        let ask = asked.remove(0);
        asked.extend(histories(&page.hears(answer(log, &ask, cut))));
    }
    panic!("it never stops asking");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_order_and_repetition_of_frames_and_pages_gives_the_same_rows(
        steps in prop::collection::vec(step(), 1..50),
        lives in prop::collection::vec(any::<prop::sample::Index>(), 0..60),
        late in prop::collection::vec(any::<bool>(), 60),
        seed in 0usize..50,
        cut in 1usize..9,
        drops in prop::collection::vec(0u8..12, 60),
    ) {
        let raw = log(&steps);
        let log = erased(&raw);
        let first = &log[..seed.min(log.len())];
        let first = &first[first.len().saturating_sub(cut)..];
        let mut page = Page::open(first.to_vec()).connected();
        let mut asked = Vec::new();
        for ((live, is_late), drop) in lives.iter().zip(&late).zip(&drops) {
            // A live frame still holds the words; a page asked meanwhile may come much later.
            asked.extend(histories(&page.live(raw[live.index(raw.len())].clone())));
            if *is_late && !asked.is_empty() {
                let ask = asked.remove(0);
                asked.extend(histories(&page.hears(answer(&log, &ask, cut))));
            }
            if *drop == 0 {
                page.on(Event::SocketClosed { code: Some(1011) });
                page.after(0);
                asked = histories(&page.welcome());
                let inbox = page.inbox_again(&log);
                asked.extend(inbox);
            }
        }
        let newest = log.last().cloned();
        asked.extend(newest.into_iter().flat_map(|entry| histories(&page.live(entry))));
        drain(&mut page, &log, asked, cut);
        prop_assert_eq!(settled_rows(page.rows()), in_order(&raw));
    }

    #[test]
    fn the_count_of_unread_ends_at_the_truth(
        steps in prop::collection::vec(step(), 1..40),
        lives in prop::collection::vec(any::<prop::sample::Index>(), 0..40),
    ) {
        let log = log(&steps);
        let mut page = Page::open(Vec::new()).connected();
        let mut asked = Vec::new();
        for live in &lives {
            asked.extend(histories(&page.live(log[live.index(log.len())].clone())));
        }
        asked.extend(log.last().cloned().into_iter().flat_map(|entry| histories(&page.live(entry))));
        drain(&mut page, &log, asked, 7);
        let erased = erased(&log);
        let truth = erased.iter().filter(|entry| {
            entry.from == bob() && matches!(entry.kind, Kind::Message { body: Some(_), .. })
        });
        prop_assert_eq!(page.unread(), truth.count() as u64);
    }
}

impl Page {
    /// Answers an outstanding inbox with the row as the server has it.
    fn inbox_again(&mut self, log: &[Entry]) -> Vec<client::History> {
        let Some(id) = self.chat.inbox.asked.clone() else {
            return Vec::new();
        };
        let truth = server::Conversation { read: Seq(0), unread: 0, last: None, ..row("bob", log.len() as u64) };
        histories(&self.hears(ServerFrame::Inbox(Inbox {
            id,
            conversations: vec![truth],
            since: "s2".into(),
            more: false,
        })))
    }
}
