//! Pairs of whom one writes and the other reads. Each message carries its number and when it was written, by which the
//! reader knows how long it took, and in the end which are missing.

use std::{
    collections::VecDeque,
    net::SocketAddr,
    time::{Duration, Instant},
};

use futures_util::future::{try_join, try_join_all};
use tokio::{sync::watch, time::timeout};

use super::{
    super::failure::Result,
    Bench,
    client::{Account, Client, Heard, broken},
    report::{Report, nanos},
    server::Target,
};
use crate::{
    protocol::ids::Id,
    server::{house, random},
};

/// How long answers and messages may still come after the last was written.
const QUIET: Duration = Duration::from_secs(10);

/// How one of a pair writes.
#[derive(Clone, Copy)]
pub struct Pace {
    pub window: usize,
    /// Between two messages; none: as soon as the window allows.
    pub every: Option<Duration>,
    /// When the first one is due: pairs that all write at the same moments would measure each other.
    pub from: Instant,
    pub bytes: usize,
    pub until: Until,
}

#[derive(Clone, Copy)]
pub enum Until {
    Time(Instant),
    Count(u64),
}

/// What one who writes has done.
#[derive(Default)]
pub struct Written {
    /// For each number whether it was answered.
    pub answered: Vec<bool>,
    pub refused: u64,
}

impl Written {
    /// How many were answered.
    pub fn count(&self) -> usize {
        self.answered.iter().filter(|answered| **answered).count()
    }
}

/// What one who reads has seen.
#[derive(Default)]
pub struct Seen {
    /// For each number how often.
    times: Vec<u32>,
    distinct: u64,
    /// How long each took, in nanoseconds.
    pub latencies: Vec<u64>,
    pub last: Option<Instant>,
}

impl Seen {
    pub fn see(&mut self, body: &str, start: Instant) {
        let mut words = body.split(' ').filter_map(|word| word.parse::<u64>().ok());
        let (Some(number), Some(written)) = (words.next(), words.next()) else { return };
        let now = Instant::now();
        let place = usize::try_from(number).unwrap_or(usize::MAX);
        if self.times.len() <= place {
            self.times.resize(place + 1, 0);
        }
        self.times[place] += 1;
        self.distinct += u64::from(self.times[place] == 1);
        self.latencies.push(nanos(now - start).saturating_sub(written));
        self.last = Some(now);
    }

    /// How many were answered and not seen.
    pub fn lost(&self, written: &Written) -> u64 {
        let is_seen = |number: usize| self.times.get(number).is_some_and(|times| *times > 0);
        written.answered.iter().enumerate().filter(|(number, answered)| **answered && !is_seen(*number)).count() as u64
    }

    pub fn repeated(&self) -> u64 {
        self.times.iter().map(|times| u64::from(times.saturating_sub(1))).sum()
    }
}

/// One who writes to a peer.
pub struct Writer {
    client: Client,
    peer: String,
    start: Instant,
    waiting: VecDeque<(String, usize)>,
    written: Written,
}

impl Writer {
    pub async fn open(address: SocketAddr, account: &Account, peer: &Account, start: Instant) -> Result<Self> {
        let client = Client::open(address, account).await?;
        Ok(Self { client, peer: peer.name.clone(), start, waiting: VecDeque::new(), written: Written::default() })
    }

    pub async fn write(mut self, pace: Pace) -> Result<Written> {
        let mut due = pace.from;
        while !self.is_over(pace.until) || !self.waiting.is_empty() {
            let has_room = self.has_room(pace);
            match pace.every {
                Some(every) if has_room && Instant::now() >= due => {
                    due += every;
                    self.feed(pace.bytes).await?;
                    self.client.flush().await?;
                }
                // Whatever comes first: the next message's time, or an answer.
                Some(_) if has_room => {
                    if let Ok(text) = tokio::time::timeout_at(due.into(), self.client.next()).await {
                        self.hear(&text?)?;
                    }
                }
                _ => {
                    while self.has_room(pace) && pace.every.is_none() {
                        self.feed(pace.bytes).await?;
                    }
                    self.client.flush().await?;
                    // The time may have ended since it was asked.
                    if !self.waiting.is_empty() {
                        self.hear_some().await?;
                    }
                }
            }
        }
        Ok(self.written)
    }

    fn is_over(&self, until: Until) -> bool {
        match until {
            Until::Time(end) => Instant::now() >= end,
            Until::Count(most) => self.written.answered.len() as u64 >= most,
        }
    }

    fn has_room(&self, pace: Pace) -> bool {
        self.waiting.len() < pace.window && !self.is_over(pace.until)
    }

    /// Waits for an answer, and takes all that have come.
    async fn hear_some(&mut self) -> Result<()> {
        let text = timeout(QUIET, self.client.next()).await.map_err(|_| broken("it does not answer"))??;
        self.hear(&text)?;
        while let Some(text) = self.client.try_next()? {
            self.hear(&text)?;
        }
        Ok(())
    }

    async fn feed(&mut self, bytes: usize) -> Result<()> {
        let number = self.written.answered.len();
        let id = Id::from_parts(house::now(), random::bytes()).to_string();
        let body = format!("{number} {} ", nanos(self.start.elapsed()));
        let frame = format!(r#"{{"type":"send","id":"{id}","peer":"{}","body":"{body:x<bytes$}"}}"#, self.peer);
        self.written.answered.push(false);
        self.waiting.push_back((id, number));
        self.client.feed(frame).await
    }

    fn hear(&mut self, text: &str) -> Result<()> {
        let heard = Heard::read(text)?;
        let is_sent = match &*heard.r#type {
            "sent" => true,
            "error" => false,
            _ => return Ok(()),
        };
        let id = heard.id.unwrap_or_default();
        let place = self.waiting.iter().position(|(waiting, _)| *waiting == id);
        let Some((_, number)) = place.and_then(|place| self.waiting.remove(place)) else {
            return Err(broken(
                heard.message.map_or_else(|| "it answers what was not asked".to_owned(), |why| why.into_owned()),
            ));
        };
        match is_sent {
            true => self.written.answered[number] = true,
            false => self.written.refused += 1,
        }
        Ok(())
    }
}

/// Reads until all that was answered is there, or nothing more comes.
async fn read(mut client: Client, start: Instant, mut answered: watch::Receiver<Option<u64>>) -> Result<Seen> {
    let mut seen = Seen::default();
    loop {
        let all = *answered.borrow_and_update();
        if all.is_some_and(|all| seen.distinct >= all) {
            return Ok(seen);
        }
        let text = tokio::select! {
            text = client.next() => text?,
            _ = answered.changed(), if all.is_none() => continue,
            () = tokio::time::sleep(QUIET), if all.is_some() => return Ok(seen),
        };
        let mut next = Some(text);
        while let Some(text) = next {
            if let Some(body) = Heard::read(&text)?.entry.as_ref().and_then(|entry| entry.body.as_deref()) {
                seen.see(body, start);
            }
            next = client.try_next()?;
        }
    }
}

/// One pair, until its reader has all.
pub struct Pair {
    writer: Writer,
    reader: Client,
    start: Instant,
}

impl Pair {
    pub async fn open(address: SocketAddr, accounts: &[Account; 2], start: Instant) -> Result<Self> {
        let writer = Writer::open(address, &accounts[0], &accounts[1], start).await?;
        Ok(Self { writer, reader: Client::open(address, &accounts[1]).await?, start })
    }

    pub async fn talk(self, pace: Pace) -> Result<(Written, Seen)> {
        let (tell, told) = watch::channel(None);
        let writing = async {
            let written = self.writer.write(pace).await?;
            // The reader may have ended, with its own reason.
            let _ = tell.send(Some(written.count() as u64));
            Ok(written)
        };
        let reading = tokio::spawn(read(self.reader, self.start, told));
        let reading = async { reading.await.map_err(|cause| broken(cause.to_string()))? };
        try_join(writing, reading).await
    }
}

/// Opens all pairs, has them talk at once, and measures the server meanwhile.
pub async fn measure(target: &Target, accounts: &[Account], pace: impl Fn(usize, Instant) -> Pace) -> Result<Report> {
    let before = target.memory();
    let start = Instant::now();
    let (twos, _) = accounts.as_chunks::<2>();
    let pairs = try_join_all(twos.iter().map(|two| Pair::open(target.address, two, start))).await?;
    let connections = pairs.len() * 2;
    let memory = target.memory_each(before, connections);
    let (cpu, began) = (target.cpu(), Instant::now());
    let talking = pairs.into_iter().enumerate().map(|(number, pair)| tokio::spawn(pair.talk(pace(number, began))));
    let mut report = Report { mode: "chat", connections, bytes_per_connection: memory, ..Report::default() };
    let mut times = Vec::new();
    let mut last = began;
    for talked in talking.collect::<Vec<_>>() {
        let (written, seen) = talked.await.map_err(|cause| broken(cause.to_string()))??;
        report.lost += seen.lost(&written);
        report.repeated += seen.repeated();
        report.refused += written.refused;
        last = last.max(seen.last.unwrap_or(began));
        times.extend(seen.latencies);
    }
    report.messages = times.len() as u64;
    report.messages_per_s = times.len() as f64 / (last - began).as_secs_f64().max(f64::EPSILON);
    report.cpu_us_per_message = target.cpu_us_each(cpu, times.len());
    Ok(report.with_times(times))
}

pub async fn run(bench: &Bench) -> Result<Report> {
    let target = Target::prepare(bench).await?;
    let pairs = bench.pairs as usize;
    let every = (bench.rate > 0).then(|| Duration::from_secs_f64(pairs as f64 / f64::from(bench.rate)));
    let bar = super::server::seconds(bench.time());
    let pace = |number: usize, began: Instant| {
        let from = began + every.map_or(Duration::ZERO, |every| every.mul_f64(number as f64 / pairs as f64));
        let until = Until::Time(from + bench.time());
        Pace { window: bench.window as usize, every, from, bytes: bench.bytes as usize, until }
    };
    let report = measure(&target, &target.accounts[..pairs * 2], pace).await?;
    bar.finish_and_clear();
    Ok(report)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_comes_twice_is_a_repeat_and_hides_no_loss() {
        let (mut seen, start) = (Seen::default(), Instant::now());
        for body in ["0 1 xxx", "2 1 xxx", "2 1 xxx", "not one of ours"] {
            seen.see(body, start);
        }
        let written = Written { answered: vec![true, true, true, false], refused: 0 };
        assert_eq!((seen.distinct, seen.lost(&written), seen.repeated()), (2, 1, 1));
        assert_eq!(written.count(), 3);
    }
}
