//! Pages of logs of several lengths, and messages to them: whether either costs more, the longer a log is. Each log is at
//! a server of its own, with a database of its own, so that a short one neither gains nor loses by a long one beside it.
//! They take turns, so that whatever else the machine does meets all of them.

use std::time::Instant;

use serde::Serialize;

use super::{
    super::failure::{Failure, Result},
    Bench,
    client::{Account, Client, Heard, broken},
    report::{nanos, percentile},
    server::{Target, seconds},
};
use crate::{
    protocol::{
        entry::{Entry, Kind},
        ids::{Id, Millis, Seq, Username},
        limits,
    },
    server::{
        house, random,
        store::archive::{Archive, Records},
    },
};

/// How many entries a page has: as many as a client gets that does not say.
const PAGE: u64 = limits::DEFAULT_PAGE;
/// The shortest log of which all pages are full, wherever they begin.
pub const SHORTEST: u64 = 4 * PAGE;
/// How often one log is asked the same before it is the next one's turn.
const TURN: u64 = 20;
/// How many entries are put in one go.
const PUT: u64 = 500;

#[derive(Serialize)]
pub struct History {
    mode: &'static str,
    /// How many entries each page has.
    page: u64,
    logs: Vec<Figures>,
}

/// What one log took.
#[derive(Serialize)]
struct Figures {
    entries: u64,
    /// Of all files of its data folder, before anything was asked.
    bytes_on_disk: Option<u64>,
    /// Of the server, for each page; null where it cannot be seen.
    cpu_us_per_page: Option<f64>,
    pages: Vec<Times>,
    /// From a `send` to its `sent`.
    sent: Times,
}

/// Where a page was, and how long it took.
#[derive(Serialize)]
struct Times {
    place: &'static str,
    count: usize,
    p50_ms: f64,
    p99_ms: f64,
}

impl Times {
    fn of(place: &'static str, mut times: Vec<u64>) -> Self {
        times.sort_unstable();
        Self { place, count: times.len(), p50_ms: percentile(&times, 0.5), p99_ms: percentile(&times, 0.99) }
    }
}

/// Where in a log a page is.
#[derive(Clone, Copy)]
enum Place {
    Newest,
    Oldest,
    BeforeMiddle,
    AfterMiddle,
    /// Another one each time, all over the log.
    Anywhere,
}

const PLACES: [Place; 5] = [Place::Newest, Place::Oldest, Place::BeforeMiddle, Place::AfterMiddle, Place::Anywhere];

impl Place {
    fn name(self) -> &'static str {
        match self {
            Self::Newest => "newest",
            Self::Oldest => "oldest",
            Self::BeforeMiddle => "before the middle",
            Self::AfterMiddle => "after the middle",
            Self::Anywhere => "anywhere",
        }
    }

    /// What the frame says of it in a log of so many entries, and the number of the first one that must come.
    fn asks(self, entries: u64, turn: u64) -> (String, u64) {
        let before = |seq: u64| (format!(r#","before":{seq}"#), seq - PAGE);
        let after = |seq: u64| (format!(r#","after":{seq}"#), seq + 1);
        match self {
            Self::Newest => (String::new(), entries + 1 - PAGE),
            Self::Oldest => after(0),
            Self::BeforeMiddle => before(entries / 2),
            Self::AfterMiddle => after(entries / 2),
            // Knuth's multiplicative hashing: far from the last one, and the same in each run.
            Self::Anywhere => after(turn.wrapping_mul(2_654_435_761) % (entries - PAGE)),
        }
    }
}

/// A log, who reads and writes it, and how long that took.
struct Log {
    entries: u64,
    bytes_on_disk: Option<u64>,
    target: Target,
    client: Client,
    peer: String,
    pages: [Vec<u64>; PLACES.len()],
    sent: Vec<u64>,
}

impl Log {
    async fn open(entries: u64) -> Result<Self> {
        let target = Target::of_own(2, entries).await?;
        let [writer, peer] = two(&target.accounts)?;
        Ok(Self {
            entries,
            bytes_on_disk: target.bytes_on_disk(),
            client: Client::open(target.address, writer).await?,
            peer: peer.name.clone(),
            target,
            pages: Default::default(),
            sent: Vec::new(),
        })
    }

    async fn read(&mut self, turn: u64) -> Result<()> {
        for (place, times) in PLACES.iter().zip(&mut self.pages) {
            for number in turn * TURN..(turn + 1) * TURN {
                let (fields, first) = place.asks(self.entries, number);
                let frame =
                    format!(r#"{{"type":"history","id":"{number}","peer":"{}","limit":{PAGE}{fields}}}"#, self.peer);
                let began = Instant::now();
                let text = self.client.ask(frame, "history").await?;
                times.push(nanos(began.elapsed()));
                let came = Heard::read(&text)?.entries;
                let is_right =
                    came.len() as u64 == PAGE && came.iter().zip(first..).all(|(entry, seq)| entry.seq == seq);
                if !is_right {
                    return Err(broken(format!("of {} entries it sent another page than was asked for", self.entries)));
                }
            }
        }
        Ok(())
    }

    async fn write(&mut self, bytes: usize) -> Result<()> {
        for _ in 0..TURN {
            let id = Id::from_parts(house::now(), random::bytes());
            let frame = format!(r#"{{"type":"send","id":"{id}","peer":"{}","body":"{:x<bytes$}"}}"#, self.peer, "");
            let began = Instant::now();
            self.client.ask(frame, "sent").await?;
            self.sent.push(nanos(began.elapsed()));
        }
        Ok(())
    }

    fn figures(self, cpu_us_per_page: Option<f64>) -> Figures {
        let Self { entries, bytes_on_disk, pages, sent, .. } = self;
        let pages = PLACES.iter().zip(pages).map(|(place, times)| Times::of(place.name(), times)).collect();
        Figures { entries, bytes_on_disk, cpu_us_per_page, pages, sent: Times::of("sent", sent) }
    }
}

pub async fn run(bench: &Bench) -> Result<()> {
    if bench.url.is_some() {
        return Err(Failure::WrongUse("history fills databases of its own: it takes no --url".into()));
    }
    let mut logs = Vec::new();
    for entries in &bench.lengths {
        logs.push(Log::open(*entries).await?);
    }
    let bar = seconds(bench.time());
    let cpu: Vec<_> = logs.iter().map(|log| log.target.cpu()).collect();
    // Most of the time is for reading; each log has a turn at both in any case.
    let (began, most) = (Instant::now(), bench.time() * 3 / 4);
    let mut turn = 0;
    while turn == 0 || began.elapsed() < most {
        for log in &mut logs {
            log.read(turn).await?;
        }
        turn += 1;
    }
    let asked = usize::try_from(turn * TURN).unwrap_or(usize::MAX) * PLACES.len();
    let cpu: Vec<_> = logs.iter().zip(cpu).map(|(log, before)| log.target.cpu_us_each(before, asked)).collect();
    let mut is_first = true;
    while is_first || began.elapsed() < bench.time() {
        for log in &mut logs {
            log.write(bench.bytes as usize).await?;
        }
        is_first = false;
    }
    bar.finish_and_clear();
    let logs = logs.into_iter().zip(cpu).map(|(log, cpu)| log.figures(cpu)).collect();
    History { mode: "history", page: PAGE, logs }.print();
    Ok(())
}

impl History {
    fn print(&self) {
        println!("{}", serde_json::to_string(self).expect("a report has no map whose keys are no strings"));
        eprintln!("{:>12}  {:<20}{:>12}{:>12}", "entries", "what", "p50", "p99");
        for log in &self.logs {
            for Times { place, p50_ms, p99_ms, .. } in log.pages.iter().chain([&log.sent]) {
                eprintln!("{:>12}  {place:<20}{p50_ms:>9.3} ms{p99_ms:>9.3} ms", log.entries);
            }
        }
    }
}

/// Puts so many messages into the log of the first two, who write by turns.
pub async fn fill(store: &dyn Archive, accounts: &[Account], entries: u64) -> Result<()> {
    if entries == 0 {
        return Ok(());
    }
    let people = two(accounts)?.each_ref().map(|account| Username::from_canonical(account.name.as_str()));
    let bar = indicatif::ProgressBar::new(entries).with_message("entries");
    // A message a millisecond, the last one now.
    let before = house::now().0.saturating_sub(entries);
    let entry = |seq: u64| {
        let at = Millis(before + seq);
        let kind = Kind::Message { body: Some(format!("{seq:x<100}")), reply_to: None };
        let from = people[usize::from(seq.is_multiple_of(2))].clone();
        Entry { seq: Seq(seq), at, from, id: Id::from_parts(at, random::bytes()), kind }
    };
    let mut first = 1;
    while first <= entries {
        let end = entries.min(first + PUT - 1);
        store.put(Records::Entries(people.clone(), (first..=end).map(entry).collect())).await?;
        bar.set_position(end);
        first = end + 1;
    }
    bar.finish_and_clear();
    Ok(())
}

fn two(accounts: &[Account]) -> Result<&[Account; 2]> {
    accounts.first_chunk().ok_or_else(|| broken("two accounts take part"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_pages_lie_in_the_shortest_log() {
        for place in PLACES {
            for turn in 0..1_000 {
                let (fields, first) = place.asks(SHORTEST, turn);
                assert!((1..=SHORTEST + 1 - PAGE).contains(&first), "{}: {fields} begins with {first}", place.name());
            }
        }
    }

    #[test]
    fn pages_begin_where_the_wire_says() {
        let firsts = PLACES.map(|place| place.asks(1_000, 1));
        let fields = firsts.each_ref().map(|(fields, first)| (fields.as_str(), *first));
        assert_eq!(
            fields,
            [
                ("", 951),
                (r#","after":0"#, 1),
                (r#","before":500"#, 450),
                (r#","after":500"#, 501),
                (r#","after":861"#, 862)
            ]
        );
    }
}
