//! A store under load on a disk that remembers, while its power is cut again and again: people talk, edit, delete, read,
//! sign in and arrive, a few at once in one commit; the server starts and stops, in some worlds on the tables of an older
//! version. All of it follows from the seed: what is queued at once is queued while the writer is held, so that every
//! commit holds the same in each run.

use std::{collections::BTreeMap, fs, sync::Arc};

use futures_util::future::{join_all, join4};
use tempfile::TempDir;

use super::{
    chance::Chance,
    deed::{Answer, Deed, Try},
    disk::{Disk, Left},
    files,
    recorder::{Cut, Moment, Recorder},
};
use crate::{
    protocol::{
        entry::Kind,
        ids::{Id, Millis, Seq},
    },
    server::store::{
        Draft, Marks, Session, SessionKey, SessionKind,
        contract::{NOW, deletion, draft, edit, id, message, name, newcomer, reaction, reply},
        sqlite::{DATABASE, Sqlite, append, cache::Cache, open::Ground, request::Request, schema},
    },
};

const LIVES: usize = 3;
const ROUNDS: usize = 24;
const AT_ONCE: u64 = 12;
/// Few, so that the log is copied into the database every few commits.
const CHECKPOINT_PAGES: u32 = 24;
pub const LOG: &str = "duologue.db-wal";
const DAY: u64 = 86_400_000;

pub const PAIRS: [[&str; 2]; 3] = [["ann", "bob"], ["ann", "cem"], ["bob", "bob"]];

/// What came of a seed.
pub struct World {
    pub seed: u64,
    pub tries: Vec<Try>,
    pub cuts: Vec<Cut>,
}

/// With which care the database flushes. All but "FULL" must be found out.
pub fn play(seed: u64, synchronous: &'static str) -> World {
    let ground = Ground { files: Some(files::NAME), synchronous, checkpoint_pages: CHECKPOINT_PAGES };
    let mut play = Play::new(seed);
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    // A disk that flushes too little would leave nothing to go on with.
    let may_lose_power = synchronous == "FULL";
    for life in 0..LIVES {
        if life == 0 && seed.is_multiple_of(4) {
            play.begin_with_old_tables(ground);
        }
        let store = Sqlite::open_on(play.folder.path(), ground).unwrap();
        let wipes = life == 1 && seed % 4 == 1;
        runtime.block_on(play.live(&store, wipes));
        if may_lose_power && (seed + life as u64).is_multiple_of(2) {
            play.loses_power(store);
            play.recorder.cut("recovery", 3, 6);
        } else {
            play.recorder.cut("end", 2, 6);
            drop(store);
            play.recorder.cut("start", 2, 4);
        }
    }
    play.cuts.extend(play.recorder.take_cuts());
    World { seed, tries: play.tries, cuts: play.cuts }
}

struct Play {
    chance: Chance,
    folder: TempDir,
    recorder: Arc<Recorder>,
    tries: Vec<Try>,
    cuts: Vec<Cut>,
    /// Of each pair: the answered messages that are not deleted.
    messages: [Vec<Message>; 3],
    /// Of each pair.
    heads: [u64; 3],
    arrived: usize,
    clock: u64,
}

#[derive(Clone, Copy)]
struct Message {
    author: &'static str,
    seq: u64,
}

impl Play {
    fn new(seed: u64) -> Self {
        let (folder, recorder) = recorded(&BTreeMap::new(), Chance::new(seed, 1));
        recorder.cut("first start", 6, 12);
        Self {
            chance: Chance::new(seed, 2),
            folder,
            recorder,
            tries: Vec::new(),
            cuts: Vec::new(),
            messages: Default::default(),
            heads: [0; 3],
            arrived: 0,
            clock: NOW.0,
        }
    }

    /// The power goes, with everything answered: the next life begins with what is left.
    fn loses_power(&mut self, store: Sqlite) {
        let left = Left::some(&mut self.chance);
        let files = self.recorder.disk().after_a_cut(left, &mut self.chance);
        self.cuts.extend(self.recorder.take_cuts());
        let (folder, recorder) = recorded(&files, Chance::new(self.chance.next(), 1));
        recorder.at(Moment { tried: self.tries.len(), answered: self.tries.len() });
        // What it does at its end nobody sees.
        drop(store);
        (self.folder, self.recorder) = (folder, recorder);
    }

    /// The tables of the first version, with people and words in them.
    fn begin_with_old_tables(&mut self, ground: Ground) {
        let mut connection =
            ground.connect(&self.folder.path().join(DATABASE), rusqlite::OpenFlags::default()).unwrap();
        connection.pragma_update(None, "journal_mode", "WAL").unwrap();
        connection.pragma_update(None, "synchronous", ground.synchronous).unwrap();
        schema::MIGRATIONS.to_version(&mut connection, 1).unwrap();
        let mut cache = Cache::default();
        for person in ["ann", "bob", "cem"] {
            let account = newcomer(person);
            let transaction = connection.transaction().unwrap();
            super::super::accounts::register(&transaction, &account).ok().unwrap();
            transaction.commit().unwrap();
            self.was_answered(Deed::Register(account), Answer::Done);
        }
        for count in 0..12 {
            let draft = draft("ann", "bob", &format!("old-{count}"), message("from before"));
            let transaction = connection.transaction().unwrap();
            let appended = append::append(&transaction, &mut cache, &draft).ok().unwrap();
            cache.write_back(&transaction).unwrap();
            transaction.commit().unwrap();
            self.was_answered(Deed::Write(draft), Answer::Written(appended));
        }
        self.recorder.cut("migration", 4, 6);
    }

    fn was_answered(&mut self, deed: Deed, answer: Answer) {
        self.learn(&deed, answer);
        self.tries.push(Try { deed, answer });
        self.recorder.at(Moment { tried: self.tries.len(), answered: self.tries.len() });
    }

    async fn live(&mut self, store: &Sqlite, wipes: bool) {
        if self.tries.is_empty() {
            let people = ["ann", "bob", "cem"].map(|person| Deed::Register(newcomer(person)));
            self.at_once(store, people.into()).await;
        }
        self.recorder.cut("load", 5, 80);
        for _ in 0..ROUNDS {
            let deeds = self.some_deeds();
            self.at_once(store, deeds).await;
        }
        if wipes {
            let words = self.draft(0, "ann", message("to be deleted"));
            self.at_once(store, vec![Deed::Write(words)]).await;
            let last = self.messages[0].pop().expect("it was answered");
            let deletion = self.draft(0, "ann", deletion(last.seq));
            self.recorder.cut("wipe", 3, 10);
            self.at_once(store, vec![Deed::Write(deletion)]).await;
            // The writer does it by itself once it has nothing to do.
            self.recorder.until(|disk: &Disk| disk.length(LOG) == 0);
        }
    }

    /// Has these done in one commit, whoever else is at the machine: the writer is held at the commit before until all
    /// are queued.
    async fn at_once(&mut self, store: &Sqlite, deeds: Vec<Deed>) {
        let (recorder, before) = (Arc::clone(&self.recorder), self.tries.len());
        recorder.close_gate();
        // Each is polled in turn.
        let (held, (), answers, ()) = join4(
            store.write::<()>(Request::Probe),
            async {
                recorder.until_held();
                recorder.at(Moment { tried: before + deeds.len(), answered: before });
            },
            join_all(deeds.iter().map(|deed| deed.is_done(store))),
            async { recorder.open_gate() },
        )
        .await;
        held.unwrap();
        for (deed, answer) in deeds.into_iter().zip(answers) {
            let answer = answer.unwrap();
            self.learn(&deed, answer);
            self.tries.push(Try { deed, answer });
        }
        recorder.at(Moment { tried: self.tries.len(), answered: self.tries.len() });
    }

    fn learn(&mut self, deed: &Deed, answer: Answer) {
        let (Deed::Write(draft), Answer::Written(appended)) = (deed, answer) else { return };
        let pair = PAIRS.iter().position(|pair| deed.of(*pair).is_some()).unwrap();
        self.heads[pair] = appended.seq.0;
        if matches!(draft.kind, Kind::Message { .. }) {
            let author = PAIRS[pair].into_iter().find(|person| *person == draft.author.as_str()).unwrap();
            self.messages[pair].push(Message { author, seq: appended.seq.0 });
        }
    }

    fn some_deeds(&mut self) -> Vec<Deed> {
        self.clock += 1_000;
        (0..=self.chance.below(AT_ONCE)).map(|_| self.some_deed()).collect()
    }

    fn some_deed(&mut self) -> Deed {
        let pair = self.chance.below(3) as usize;
        let author = PAIRS[pair][self.chance.below(2) as usize];
        match self.chance.below(20) {
            0 => {
                self.arrived += 1;
                Deed::Register(newcomer(&format!("guest{}", self.arrived)))
            }
            1 => Deed::SignIn(self.session(author)),
            2 | 3 => self.marks(pair, author),
            4..8 => self.about_a_message(pair),
            _ => self.words(pair, author),
        }
    }

    fn words(&mut self, pair: usize, author: &str) -> Deed {
        let length = if self.chance.is_one_in(10) { 6_000 } else { 1 + self.chance.below(300) as usize };
        let words = format!("{} words {length} ", self.tries.len()).repeat(1 + length / 12);
        let head = self.messages[pair].first().copied();
        let kind = match head {
            Some(first) if self.chance.is_one_in(8) => reply(first.seq, words.trim()),
            _ => message(words.trim()),
        };
        Deed::Write(self.draft(pair, author, kind))
    }

    fn about_a_message(&mut self, pair: usize) -> Deed {
        if self.messages[pair].is_empty() {
            return self.words(pair, PAIRS[pair][0]);
        }
        let place = self.chance.below(self.messages[pair].len() as u64) as usize;
        let Message { author, seq } = self.messages[pair][place];
        let kind = match self.chance.below(3) {
            0 => edit(seq, "said better"),
            1 => reaction(seq, Some("👍")),
            _ => {
                self.messages[pair].swap_remove(place);
                deletion(seq)
            }
        };
        Deed::Write(self.draft(pair, author, kind))
    }

    fn marks(&mut self, pair: usize, username: &str) -> Deed {
        let [one, other] = PAIRS[pair];
        let peer = if username == one { other } else { one };
        let delivered = self.chance.below(self.heads[pair] + 1);
        let read = self.chance.below(delivered + 1);
        let marks = Marks { delivered: Seq(delivered), read: Seq(read) };
        Deed::Raise { username: name(username), peer: name(peer), marks }
    }

    fn session(&mut self, username: &str) -> Session {
        let mut key = [0; 32];
        key[..8].copy_from_slice(&self.chance.next().to_be_bytes());
        Session {
            key: SessionKey(key),
            public: self.id("session"),
            username: name(username),
            name: username.to_uppercase(),
            kind: SessionKind::Browser,
            label: "a browser".to_owned(),
            created: Millis(self.clock),
            used: Millis(self.clock),
        }
    }

    fn draft(&mut self, pair: usize, author: &str, kind: Kind) -> Draft {
        let [one, other] = PAIRS[pair];
        let peer = if author == one { other } else { one };
        // The clock is set back now and then.
        let now = if self.chance.is_one_in(10) { self.clock - DAY } else { self.clock };
        let attempt = self.id("try");
        Draft { now: Millis(now), ..draft(author, peer, attempt.as_str(), kind) }
    }

    fn id(&mut self, what: &str) -> Id {
        id(&format!("{what}-{:016x}", self.chance.next()))
    }
}

/// A folder with these files, whose changes are recorded from now on.
fn recorded(files: &BTreeMap<String, Vec<u8>>, chance: Chance) -> (TempDir, Arc<Recorder>) {
    let folder = TempDir::new().unwrap();
    for (name, bytes) in files {
        fs::write(folder.path().join(name), bytes).unwrap();
    }
    let recorder = Arc::new(Recorder::new(chance, Disk::holding(files)));
    files::record(folder.path(), &recorder);
    (folder, recorder)
}
