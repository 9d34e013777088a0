//! What must be true of a world that has come to rest, judged by what was written down of it and by nothing else.
//!
//! The rules are those of the one checker of all tests that break things: what was answered is stored once, numbers have no
//! hole, all devices hold the same and read the same, each author's order holds, marks never fall, nothing is seen that
//! nobody tried, what was refused is not there; and nothing waits for ever.

use std::collections::{BTreeMap, BTreeSet};

use super::records::{Facts, Pair, Truth, pair};
use crate::protocol::{
    entry::{Entry, Kind},
    ids::{Id, Seq, Username},
};

/// Every way in which these facts break a rule; none where all is well.
pub fn judge(facts: &Facts) -> Vec<String> {
    let logs: BTreeMap<Pair, &[Entry]> =
        facts.truths.iter().map(|truth| (pair(&truth.person, &truth.peer), truth.log.as_slice())).collect();
    let places = places(&logs);
    let mut wrong = facts.wrong.clone();
    numbered(&logs, &mut wrong);
    once(&places, &mut wrong);
    answered(facts, &places, &mut wrong);
    in_order(facts, &places, &mut wrong);
    tried(facts, &logs, &mut wrong);
    seen(facts, &logs, &mut wrong);
    refused(facts, &places, &mut wrong);
    kept(facts, &places, &mut wrong);
    same_everywhere(facts, &mut wrong);
    delivered(facts, &mut wrong);
    wrong.extend(facts.waiting.iter().map(|waiting| format!("still waits: {waiting}")));
    wrong
}

type Places<'a> = BTreeMap<(&'a Username, &'a Id), Vec<(&'a Pair, &'a Entry)>>;

fn places<'a>(logs: &'a BTreeMap<Pair, &'a [Entry]>) -> Places<'a> {
    let mut places = Places::new();
    for (pair, log) in logs {
        for entry in *log {
            places.entry((&entry.from, &entry.id)).or_default().push((pair, entry));
        }
    }
    places
}

/// The numbers of a conversation are 1 to n, and its times never go back.
fn numbered(logs: &BTreeMap<Pair, &[Entry]>, wrong: &mut Vec<String>) {
    for (pair, log) in logs {
        let is_whole = log.iter().zip(1..).all(|(entry, seq)| entry.seq == Seq(seq));
        if !is_whole {
            let seqs: Vec<_> = log.iter().map(|entry| entry.seq.0).collect();
            wrong.push(format!("{pair:?} is numbered {seqs:?}"));
        }
        if !log.is_sorted_by_key(|entry| entry.at) {
            wrong.push(format!("time goes back in {pair:?}"));
        }
    }
}

fn once(places: &Places, wrong: &mut Vec<String>) {
    for ((author, id), places) in places {
        if places.len() > 1 {
            wrong.push(format!("{id} of {author} is there {} times", places.len()));
        }
    }
}

fn answered(facts: &Facts, places: &Places, wrong: &mut Vec<String>) {
    for (author, sent) in &facts.answers {
        let found = places.get(&(author, &sent.id)).and_then(|places| places.first());
        let is_there = found.is_some_and(|(stored_in, entry)| {
            **stored_in == pair(author, &sent.peer) && entry.seq == sent.seq && entry.at == sent.at
        });
        if !is_there {
            let found = found.map(|(_, entry)| entry.seq);
            wrong.push(format!("{} of {author} was answered as {} and is {found:?}", sent.id, sent.seq));
        }
    }
}

/// By page and peer: when, as which number, under which id.
type Written<'a> = BTreeMap<(usize, &'a Username), Vec<(usize, Seq, &'a Id)>>;

/// What one wrote to somebody at one page is numbered in the order of writing.
fn in_order(facts: &Facts, places: &Places, wrong: &mut Vec<String>) {
    let mut written = Written::new();
    for ((author, id), first) in facts.tries.iter().filter(|(_, first)| !first.is_late) {
        let place = places.get(&(author, id)).and_then(|places| places.first());
        let written_at = facts.written.get(&(author.clone(), id.clone()));
        if let (Some((_, entry)), Some((page, number))) = (place, written_at) {
            written.entry((*page, &first.peer)).or_default().push((*number, entry.seq, id));
        }
    }
    for ((page, peer), mut entries) in written {
        entries.sort_unstable();
        for two in entries.windows(2).filter(|two| two[0].1 > two[1].1) {
            let [(_, before, earlier), (_, after, later)] = [two[0], two[1]];
            wrong.push(format!("page {page} to {peer}: {earlier} is {before}, but {later} after it is {after}"));
        }
    }
}

/// What was stored is what somebody tried, less what was erased.
fn tried(facts: &Facts, logs: &BTreeMap<Pair, &[Entry]>, wrong: &mut Vec<String>) {
    for (names, log) in logs {
        let deleted = deleted(log);
        for entry in *log {
            let first = facts.tries.get(&(entry.from.clone(), entry.id.clone()));
            let is_tried = first.is_some_and(|first| {
                pair(&entry.from, &first.peer) == *names
                    && entry.kind == less_erased(first.kind.clone(), entry.seq, &deleted)
            });
            if !is_tried {
                wrong.push(format!("{entry:?} is not what was tried: {first:?}"));
            }
        }
    }
}

/// What any page ever learnt is in the log, and had the words that it had then, or none since.
fn seen(facts: &Facts, logs: &BTreeMap<Pair, &[Entry]>, wrong: &mut Vec<String>) {
    for ((names, seq), seen) in &facts.seen {
        let log = logs.get(names).copied().unwrap_or_default();
        let stored = log.iter().find(|entry| entry.seq == *seq);
        let is_there = stored.is_some_and(|stored| {
            let is_erased = less_erased(seen.kind.clone(), *seq, &deleted(log)) == stored.kind;
            stored.id == seen.id && stored.from == seen.from && stored.at == seen.at && is_erased
        });
        if !is_there {
            wrong.push(format!("{names:?} had {seen:?} and has {stored:?}"));
        }
    }
}

fn refused(facts: &Facts, places: &Places, wrong: &mut Vec<String>) {
    for ((author, id), code) in &facts.refused {
        if places.contains_key(&(author, id)) {
            wrong.push(format!("{id} of {author} was refused as {code:?} and is there"));
        }
    }
}

/// What a browser had kept to be sent is there, unless it was refused.
fn kept(facts: &Facts, places: &Places, wrong: &mut Vec<String>) {
    for ((author, id), browser) in &facts.kept {
        let is_refused = facts.refused.contains_key(&(author.clone(), id.clone()));
        if !is_refused && !places.contains_key(&(author, id)) {
            wrong.push(format!("{id} of {author} was kept in browser {browser} and is lost"));
        }
    }
}

/// Every page holds the list that the store has, and shows what that means.
fn same_everywhere(facts: &Facts, wrong: &mut Vec<String>) {
    for view in &facts.views {
        let of_this = |truth: &&Truth| truth.person == view.person && truth.peer == view.peer;
        let Some(truth) = facts.truths.iter().find(of_this) else {
            wrong.push(format!("{} shows {}, with whom nothing was said", view.page, view.peer));
            continue;
        };
        let mut differs = |what: &str, here: String, there: String| {
            if here != there {
                wrong.push(format!("{} with {}: {what} {here} here, {there} in the store", view.page, view.peer));
            }
        };
        let list = |entries: &[Entry]| entries.iter().map(|entry| entry.seq.0).collect::<Vec<_>>();
        if view.entries != truth.log {
            let (here, there) = (list(&view.entries), list(&truth.log));
            let odd = view.entries.iter().zip(&truth.log).find(|(here, there)| here != there);
            differs("the list", format!("{here:?}"), format!("{there:?}"));
            differs("an entry", format!("{:?}", odd.map(|odd| odd.0)), format!("{:?}", odd.map(|odd| odd.1)));
        }
        if view.rows != truth.rows {
            let odd = view.rows.iter().zip(&truth.rows).find(|(here, there)| here != there);
            differs("the rows", view.rows.len().to_string(), truth.rows.len().to_string());
            differs("a row", format!("{:?}", odd.map(|odd| odd.0)), format!("{:?}", odd.map(|odd| odd.1)));
        }
        differs("unread", view.unread.to_string(), truth.unread.to_string());
        differs("read", view.marks.read.to_string(), truth.mine.read.to_string());
        differs("the peer's delivered", view.marks.peer_delivered.to_string(), truth.theirs.delivered.to_string());
        differs("the peer's read", view.marks.peer_read.to_string(), truth.theirs.read.to_string());
    }
}

/// Whoever has a device that was told of every message has said so.
fn delivered(facts: &Facts, wrong: &mut Vec<String>) {
    for truth in facts.truths.iter().filter(|truth| truth.person != truth.peer) {
        let is_here = facts.views.iter().any(|view| view.person == truth.person);
        let is_heard =
            |entry: &&Entry| entry.from == truth.peer && matches!(entry.kind, Kind::Message { body: Some(_), .. });
        let heard = truth.log.iter().rfind(is_heard).map_or(Seq(0), |entry| entry.seq);
        if is_here && truth.mine.delivered < heard {
            let Truth { person, peer, mine, .. } = truth;
            wrong.push(format!("{person} has {heard} of {peer}, and has said {}", mine.delivered));
        }
    }
}

fn deleted(log: &[Entry]) -> BTreeSet<Seq> {
    let of = |entry: &Entry| match entry.kind {
        Kind::Deletion { of } => Some(of),
        _ => None,
    };
    log.iter().filter_map(of).collect()
}

fn less_erased(kind: Kind, seq: Seq, deleted: &BTreeSet<Seq>) -> Kind {
    match kind {
        Kind::Message { reply_to, .. } if deleted.contains(&seq) => Kind::Message { body: None, reply_to },
        Kind::Edit { of, .. } if deleted.contains(&of) => Kind::Edit { of, body: None },
        other => other,
    }
}
