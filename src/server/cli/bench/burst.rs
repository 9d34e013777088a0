//! One of each pair is away while the other writes, and comes back: how fast messages are taken that nobody reads, and how
//! soon one has all that was missed.

use std::time::Instant;

use futures_util::future::try_join_all;

use super::{
    super::failure::Result,
    Bench,
    chat::{Pace, Seen, Until, Writer, Written},
    client::{Account, Client, Heard, broken},
    report::{Report, nanos},
    server::{Target, seconds},
};
use crate::protocol::limits;

pub async fn run(bench: &Bench) -> Result<Report> {
    let target = Target::prepare(bench).await?;
    let pairs: Vec<_> = target.accounts.as_chunks::<2>().0.iter().take(bench.pairs as usize).collect();
    let bar = seconds(bench.time());
    let start = Instant::now();
    let before = target.memory();
    let opening = pairs.iter().map(|two| Writer::open(target.address, &two[0], &two[1], start));
    let writers = try_join_all(opening).await?;
    let memory = target.memory_each(before, pairs.len());
    let pace = Pace {
        window: bench.window as usize,
        every: None,
        from: start,
        bytes: bench.bytes as usize,
        until: Until::Count(u64::from(bench.messages)),
    };
    let (cpu, began) = (target.cpu(), Instant::now());
    let writing: Vec<_> = writers.into_iter().map(|writer| tokio::spawn(writer.write(pace))).collect();
    let mut written: Vec<Written> = Vec::new();
    for one in writing {
        written.push(one.await.map_err(|cause| broken(cause.to_string()))??);
    }
    let took = began.elapsed();
    let taken: usize = written.iter().map(Written::count).sum();
    let cpu_us_per_message = target.cpu_us_each(cpu, taken);
    let mut report = Report {
        mode: "burst",
        messages_per_s: taken as f64 / took.as_secs_f64(),
        cpu_us_per_message,
        messages: taken as u64,
        connections: pairs.len(),
        bytes_per_connection: memory,
        ..Report::default()
    };
    let mut times = Vec::new();
    // One after the other: what is measured is how soon one has all, not how many come back at once.
    for (two, written) in pairs.iter().zip(&written) {
        let (seen, time) = catch_up(&target, two, start).await?;
        times.push(time);
        report.lost += seen.lost(written);
        report.repeated += seen.repeated();
        report.refused += written.refused;
    }
    bar.finish_and_clear();
    Ok(report.with_times(times))
}

/// Asks for all that was missed, page by page, and says how long that took in nanoseconds.
async fn catch_up(target: &Target, two: &[Account; 2], start: Instant) -> Result<(Seen, u64)> {
    let mut client = Client::open(target.address, &two[1]).await?;
    let (mut seen, mut after) = (Seen::default(), 0);
    let began = Instant::now();
    loop {
        let page = limits::PAGE;
        let peer = &two[0].name;
        let frame = format!(r#"{{"type":"history","id":"{after}","peer":"{peer}","after":{after},"limit":{page}}}"#);
        let text = client.ask(frame, "history").await?;
        let heard = Heard::read(&text)?;
        for entry in &heard.entries {
            after = entry.seq;
            seen.see(entry.body.as_deref().unwrap_or_default(), start);
        }
        if heard.complete == Some(true) || heard.entries.is_empty() {
            return Ok((seen, nanos(began.elapsed())));
        }
    }
}
