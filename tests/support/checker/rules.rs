//! The rules, each a function that knows nothing of the others.

use std::collections::{BTreeMap, HashMap, HashSet};

use super::{
    Stage,
    entry::{Entry, Kind},
    record::{Answer, Record, Try},
    stored::{Log, Pair, Stored},
    verdict::{Rule, Verdict},
};

/// Entries by author and id.
type ById<'run> = HashMap<(&'run str, &'run str), Vec<(&'run Pair, &'run Entry)>>;

/// The first view is the one that devices and tries are compared with.
pub fn apply(verdict: &mut Verdict, stage: Stage, records: &[Record], views: &[Stored]) {
    let Some((store, others)) = views.split_first() else { panic!("nothing to compare with") };
    let by_id = by_id(store);
    for (pair, log) in &store.logs {
        numbered_without_holes(verdict, pair, log);
        time_never_goes_back(verdict, pair, log);
        deleted_words_are_gone(verdict, pair, log);
    }
    each_at_most_once(verdict, &by_id);
    views_are_one_list(verdict, store, others);
    let tried = tried(records);
    nothing_that_nobody_tried(verdict, &by_id, &tried);
    for record in records {
        for attempt in &record.tries {
            what_was_answered_is_there(verdict, record, attempt, &by_id);
            what_was_refused_is_not(verdict, record, attempt, &by_id);
        }
        tries_keep_their_order(verdict, record, &by_id);
        what_is_seen_is_steady(verdict, record);
        device_holds_the_list(verdict, stage, record, store, &tried);
        marks_never_fall(verdict, record, views);
        an_ordered_end_is_said(verdict, record);
        if stage == Stage::Quiet {
            everything_is_settled(verdict, record);
        }
    }
}

fn by_id(store: &Stored) -> ById<'_> {
    let mut by_id = ById::new();
    for (pair, log) in &store.logs {
        for entry in &log.entries {
            by_id.entry((&entry.from, &entry.id)).or_default().push((pair, entry));
        }
    }
    by_id
}

/// Every try by its author, id and conversation.
fn tried(records: &[Record]) -> HashMap<(&str, &str), Vec<(Pair, &Try)>> {
    let mut tried: HashMap<_, Vec<_>> = HashMap::new();
    for record in records {
        for attempt in &record.tries {
            let key = (record.device.person.as_str(), attempt.id.as_str());
            tried.entry(key).or_default().push((record.device.pair(), attempt));
        }
    }
    tried
}

fn numbered_without_holes(verdict: &mut Verdict, pair: &Pair, log: &Log) {
    for (place, entry) in log.entries.iter().enumerate() {
        let expected = place as u64 + 1;
        if entry.seq != expected {
            return verdict.breaks(Rule::Holes, || format!("{pair:?} has {} in place of {expected}", entry.seq));
        }
    }
}

fn time_never_goes_back(verdict: &mut Verdict, pair: &Pair, log: &Log) {
    for two in log.entries.windows(2) {
        if two[1].at < two[0].at {
            verdict.breaks(Rule::TimeWentBack, || format!("{pair:?} at {}", two[1].seq));
        }
    }
}

fn deleted_words_are_gone(verdict: &mut Verdict, pair: &Pair, log: &Log) {
    let deletions = log.entries.iter().filter(|entry| entry.words.kind == Kind::Deletion);
    let deleted: HashSet<u64> = deletions.filter_map(|entry| entry.words.target).collect();
    for entry in &log.entries {
        let Some(message) = entry.words.erased_with(entry.seq) else { continue };
        if entry.words.text.is_some() && deleted.contains(&message) {
            verdict.breaks(Rule::Unerased, || format!("{pair:?} {} is deleted and has words", entry.seq));
        }
        if entry.words.text.is_none() && !deleted.contains(&message) {
            verdict.breaks(Rule::Lost, || format!("{pair:?} {} has no words and nobody deleted it", entry.seq));
        }
    }
}

fn each_at_most_once(verdict: &mut Verdict, by_id: &ById<'_>) {
    for ((author, id), entries) in by_id {
        if entries.len() > 1 {
            verdict.breaks(Rule::Doubled, || format!("{id} of {author} is there {} times", entries.len()));
        }
    }
}

fn views_are_one_list(verdict: &mut Verdict, store: &Stored, others: &[Stored]) {
    for other in others {
        for (pair, log) in &other.logs {
            let own = store.logs.get(pair).map_or(&[][..], |log| &log.entries);
            if let Some(difference) = difference(own, &log.entries) {
                verdict
                    .breaks(Rule::Diverged, || format!("{pair:?} of {} and {}: {difference}", store.view, other.view));
            }
        }
    }
}

/// Where two lists begin to differ.
fn difference(one: &[Entry], other: &[Entry]) -> Option<String> {
    let place = one.iter().zip(other).position(|(one, other)| one != other);
    match place {
        Some(place) => Some(format!("{:?} against {:?}", one[place], other[place])),
        None if one.len() != other.len() => Some(format!("{} entries against {}", one.len(), other.len())),
        None => None,
    }
}

fn nothing_that_nobody_tried(
    verdict: &mut Verdict,
    by_id: &ById<'_>,
    tried: &HashMap<(&str, &str), Vec<(Pair, &Try)>>,
) {
    for (key, entries) in by_id {
        for (pair, entry) in entries {
            if !is_tried(tried, key, pair, entry) {
                verdict.breaks(Rule::Untried, || format!("nobody tried {entry:?} in {pair:?}"));
            }
        }
    }
}

fn is_tried(tried: &HashMap<(&str, &str), Vec<(Pair, &Try)>>, key: &(&str, &str), pair: &Pair, entry: &Entry) -> bool {
    let attempts = tried.get(key).map_or(&[][..], Vec::as_slice);
    attempts.iter().any(|(of, attempt)| of == pair && entry.words.may_be(&attempt.words))
}

fn what_was_answered_is_there(verdict: &mut Verdict, record: &Record, attempt: &Try, by_id: &ById<'_>) {
    let person = record.device.person.as_str();
    let pair = record.device.pair();
    let places: HashSet<(u64, u64)> = attempt
        .answers
        .iter()
        .filter_map(|answer| match answer {
            Answer::Sent { seq, at } => Some((*seq, *at)),
            Answer::Refused(_) => None,
        })
        .collect();
    let entries = by_id.get(&(person, attempt.id.as_str())).map_or(&[][..], Vec::as_slice);
    for (seq, at) in places {
        let is_there = entries.iter().any(|(of, entry)| {
            **of == pair && (entry.seq, entry.at) == (seq, at) && entry.words.may_be(&attempt.words)
        });
        if !is_there {
            let id = &attempt.id;
            verdict
                .breaks(Rule::Lost, || format!("{id} of {person} was answered with {seq}; the store has {entries:?}"));
        }
    }
}

fn what_was_refused_is_not(verdict: &mut Verdict, record: &Record, attempt: &Try, by_id: &ById<'_>) {
    let person = record.device.person.as_str();
    let Some(code) = attempt.refused() else { return };
    let entries = by_id.get(&(person, attempt.id.as_str())).map_or(&[][..], Vec::as_slice);
    let there = entries.iter().find(|(_, entry)| entry.words.may_be(&attempt.words));
    if let Some((_, entry)) = there {
        verdict.breaks(Rule::RefusedButThere, || format!("{} of {person}: {code}, but {entry:?}", attempt.id));
    }
}

fn tries_keep_their_order(verdict: &mut Verdict, record: &Record, by_id: &ById<'_>) {
    let person = record.device.person.as_str();
    let mut last = 0;
    for attempt in record.tries.iter().filter(|attempt| attempt.keeps_order) {
        let entry = by_id.get(&(person, attempt.id.as_str())).and_then(|entries| entries.first());
        if let Some((_, entry)) = entry {
            if entry.seq < last {
                verdict.breaks(Rule::Reordered, || {
                    format!("{} of {:?} is {} and was tried after what is {last}", attempt.id, record.device, entry.seq)
                });
            }
            last = entry.seq.max(last);
        }
    }
}

fn what_is_seen_is_steady(verdict: &mut Verdict, record: &Record) {
    for contradiction in &record.contradictions {
        verdict.breaks(Rule::Unsteady, || format!("{:?}: {contradiction}", record.device));
    }
}

fn device_holds_the_list(
    verdict: &mut Verdict,
    stage: Stage,
    record: &Record,
    store: &Stored,
    tried: &HashMap<(&str, &str), Vec<(Pair, &Try)>>,
) {
    let pair = record.device.pair();
    let log = store.logs.get(&pair).map_or(&[][..], |log| &log.entries);
    let held = &record.held;
    let both = log.iter().zip(held);
    // A device that is cut off may not have heard of a deletion.
    let differs = both.clone().any(|(stored, held)| match stage {
        Stage::Between => !stored.is_same(held),
        Stage::Quiet => stored != held,
    });
    if differs || held.len() > log.len() || (stage == Stage::Quiet && held.len() < log.len()) {
        let difference = difference(log, held).unwrap_or_default();
        verdict.breaks(Rule::Diverged, || format!("{:?} and {}: {difference}", record.device, store.view));
    }
    for entry in held {
        if !is_tried(tried, &(&entry.from, &entry.id), &pair, entry) {
            verdict.breaks(Rule::Untried, || format!("{:?} saw {entry:?}, which nobody tried", record.device));
        }
    }
}

fn marks_never_fall(verdict: &mut Verdict, record: &Record, views: &[Stored]) {
    let pair = record.device.pair();
    let mut highest: BTreeMap<&str, (u64, u64)> = BTreeMap::new();
    for mark in &record.marks {
        if let Some(before) = mark.held_before
            && (mark.delivered < before.0 || mark.read < before.1)
        {
            verdict.breaks(Rule::MarksFell, || format!("{:?}: {mark:?}", record.device));
        }
        let highest = highest.entry(&mark.whose).or_default();
        *highest = (highest.0.max(mark.delivered), highest.1.max(mark.read));
    }
    for view in views {
        let Some(log) = view.logs.get(&pair) else { continue };
        for (whose, (delivered, read)) in &highest {
            let stored = log.marks.get(*whose);
            if stored.is_some_and(|stored| stored.0 < *delivered || stored.1 < *read) {
                verdict.breaks(Rule::MarksFell, || {
                    format!(
                        "{:?} was told {delivered} and {read} of {whose}; {} has {stored:?}",
                        record.device, view.view
                    )
                });
            }
        }
    }
}

fn an_ordered_end_is_said(verdict: &mut Verdict, record: &Record) {
    for end in record.ends.iter().filter(|end| end.is_ordered && end.code == 1006) {
        verdict.breaks(Rule::CutOff, || {
            format!("{:?} was closed with {} by a server that ended in order", record.device, end.code)
        });
    }
}

fn everything_is_settled(verdict: &mut Verdict, record: &Record) {
    for attempt in record.tries.iter().filter(|attempt| !attempt.is_settled()) {
        verdict.breaks(Rule::Unsettled, || format!("{} of {:?} has no answer", attempt.id, record.device));
    }
}
