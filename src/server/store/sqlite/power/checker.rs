//! What a store must still know when the power is back, compared with what it had answered.

use std::{collections::HashSet, fs};

use rusqlite::Connection;
use tempfile::TempDir;

use super::{
    chance::Chance,
    deed::{Answer, Deed, Try, log_of},
    disk::Left,
    recorder::Cut,
    world::{LOG, PAIRS},
};
use crate::protocol::{entry::Entry, ids::Seq};
use crate::server::store::{
    Draft, Error, Page, Store,
    contract::name,
    sqlite::{DATABASE, Sqlite, damage},
};

/// How many tries are repeated at once.
const AT_ONCE: usize = 50;

#[derive(Default)]
pub struct Findings {
    /// What was answered and is not there.
    pub lost: usize,
    /// All that is not as it must be, the lost included.
    pub sentences: Vec<String>,
}

impl Findings {
    fn say(&mut self, sentence: String) {
        self.sentences.push(sentence);
    }

    fn lose(&mut self, count: usize, sentence: String) {
        self.lost += count;
        self.say(sentence);
    }
}

/// Lets the power go at a cut, starts the store on what is left, and looks.
pub fn after(cut: &Cut, tries: &[Try], chance: &mut Chance) -> Findings {
    let mut findings = Findings::default();
    let folder = TempDir::new().unwrap();
    let left = Left::some(chance);
    for (file, bytes) in cut.disk.after_a_cut(left, chance) {
        fs::write(folder.path().join(file), bytes).unwrap();
    }
    let log = fs::read(folder.path().join(LOG)).unwrap_or_default();
    if let Some(lost) = damage::lost_commits(&log) {
        findings.say(format!("a start would say that {lost} commits are lost"));
    }
    match Sqlite::open(folder.path()) {
        Ok(store) => {
            let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
            runtime.block_on(look(&store, cut, tries, &mut findings));
            drop(store);
            check_integrity(&folder, &mut findings);
        }
        Err(cause) => findings.lose(cut.moment.answered, format!("it does not start: {cause}")),
    }
    findings
}

fn check_integrity(folder: &TempDir, findings: &mut Findings) {
    let database = Connection::open(folder.path().join(DATABASE)).unwrap();
    match database.query_row("PRAGMA integrity_check", [], |row| row.get::<_, String>(0)) {
        Ok(verdict) if verdict == "ok" => {}
        verdict => findings.say(format!("integrity_check: {verdict:?}")),
    }
}

async fn look(store: &Sqlite, cut: &Cut, tries: &[Try], findings: &mut Findings) {
    let (tried, answered) = (&tries[..cut.moment.tried], &tries[..cut.moment.answered]);
    look_for_people(store, answered, findings).await;
    look_for_marks(store, answered, findings).await;
    let mut lengths = [0; PAIRS.len()];
    for (pair, length) in PAIRS.into_iter().zip(&mut lengths) {
        let (must, may) = (drafts(answered, pair), drafts(tried, pair));
        let found = log(store, pair, findings).await;
        *length = found.len();
        if found.len() < must.len() {
            let lost = must.len() - found.len();
            findings.lose(lost, format!("{pair:?}: {lost} of {} answered entries are lost", must.len()));
        }
        compare(pair, &found, &log_of(&may[..found.len().min(may.len())]), findings);
    }
    repeat_all(store, tried, lengths, findings).await;
    for pair in PAIRS {
        compare(pair, &log(store, pair, findings).await, &log_of(&drafts(tried, pair)), findings);
    }
}

fn drafts<'a>(tries: &'a [Try], pair: [&str; 2]) -> Vec<&'a Draft> {
    tries.iter().filter_map(|attempt| attempt.deed.of(pair)).collect()
}

async fn log(store: &Sqlite, [one, other]: [&str; 2], findings: &mut Findings) -> Vec<Entry> {
    match store.history(&name(one), &name(other), Page::After(Seq(0)), 100_000).await {
        Ok(history) => history.entries,
        // Who is not there yet has written nothing; what must be there is counted.
        Err(Error::UnknownPeer | Error::NotFound) => Vec::new(),
        Err(error) => {
            findings.say(format!("the log of {one} and {other} cannot be read: {error}"));
            Vec::new()
        }
    }
}

/// Numbers, times, ids and words are those of the tries in their order, from the first on.
fn compare(pair: [&str; 2], found: &[Entry], expected: &[Entry], findings: &mut Findings) {
    let ids: HashSet<_> = found.iter().map(|entry| (&entry.from, &entry.id)).collect();
    if ids.len() != found.len() {
        findings.say(format!("{pair:?}: an id is there twice"));
    }
    if found.len() > expected.len() {
        findings.say(format!("{pair:?}: {} entries nobody tried", found.len() - expected.len()));
    }
    if let Some((entry, tried)) = found.iter().zip(expected).find(|(entry, tried)| entry != tried) {
        findings.say(format!("{pair:?}: {entry:?} stands where {tried:?} should"));
    }
}

async fn look_for_people(store: &Sqlite, answered: &[Try], findings: &mut Findings) {
    for attempt in answered {
        match &attempt.deed {
            Deed::Register(account) => match store.account(&account.username).await {
                Ok(found) if (&found.name, &found.password) == (&account.name, &account.password) => {}
                found => findings.lose(1, format!("the account of {} is {found:?}", account.username)),
            },
            Deed::SignIn(session) => match store.session(session.key).await {
                Ok(found) if found == *session => {}
                found => findings.lose(1, format!("a session of {} is {found:?}", session.username)),
            },
            Deed::Write(_) | Deed::Raise { .. } => {}
        }
    }
}

async fn look_for_marks(store: &Sqlite, answered: &[Try], findings: &mut Findings) {
    for attempt in answered {
        if let (Deed::Raise { username, peer, .. }, Answer::Raised(Some(marks))) = (&attempt.deed, attempt.answer) {
            let inbox = store.inbox(username, None, 1_000).await;
            let row = inbox.ok().and_then(|inbox| inbox.rows.into_iter().find(|row| row.peer == *peer));
            let (mine, head) = row.map_or_else(Default::default, |row| (row.mine, row.head));
            if mine.delivered < marks.delivered || mine.read < marks.read {
                findings.lose(1, format!("{username} had {marks:?} and has {mine:?}"));
            }
            if mine.delivered > head || mine.read > mine.delivered {
                findings.say(format!("{username} has {mine:?} where {peer} has written up to {head}"));
            }
        }
    }
}

/// Whoever got no answer tries again, and so does everybody else: each gets the answer that the first try got, or would
/// have got.
async fn repeat_all(store: &Sqlite, tried: &[Try], lengths: [usize; PAIRS.len()], findings: &mut Findings) {
    for some in tried.chunks(AT_ONCE) {
        let answers = futures_util::future::join_all(some.iter().map(|attempt| attempt.deed.is_repeated(store))).await;
        for (attempt, answer) in some.iter().zip(answers) {
            match (&attempt.deed, attempt.answer, answer) {
                (deed, Answer::Written(first), Ok(Answer::Written(again))) => {
                    let pair = PAIRS.iter().position(|pair| deed.of(*pair).is_some());
                    let was_there = pair.is_some_and(|pair| first.seq.0 <= lengths[pair] as u64);
                    if (again.seq, again.at, again.is_new) != (first.seq, first.at, !was_there) {
                        findings.say(format!("the repeat got {again:?} after {first:?}"));
                    }
                }
                (_, _, Ok(_)) => {}
                (_, _, Err(error)) => findings.say(format!("the repeat of {:?} got {error}", attempt.answer)),
            }
        }
    }
}
