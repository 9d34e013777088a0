//! Many connections that say nothing: what each costs, and whether a pair that talks beside them notices.

use std::time::{Duration, Instant};

use futures_util::future::try_join_all;

use super::{
    super::failure::Result,
    Bench,
    chat::{Pace, Until, measure},
    client::Client,
    report::Report,
    server::{Target, seconds},
};

/// How many connections each account has.
pub const EACH: usize = 10;
/// How many are opened at once.
const AT_ONCE: usize = 200;
/// What a connection needed to be opened is given back within this time.
const SETTLE: Duration = Duration::from_secs(1);

pub async fn run(bench: &Bench) -> Result<Report> {
    let target = Target::prepare(bench).await?;
    let (two, others) = target.accounts.split_at(2);
    let half = bench.time() / 2;
    let bar = seconds(bench.time());
    let pace = |_: usize, began: Instant| Pace {
        window: 1,
        every: Some(Duration::from_millis(2)),
        from: began,
        bytes: bench.bytes as usize,
        until: Until::Time(began + half),
    };
    let alone = measure(&target, two, pace).await?;
    let before = target.memory();
    let conns = bench.conns as usize;
    let who: Vec<_> = others.iter().flat_map(|account| std::iter::repeat_n(account, EACH)).take(conns).collect();
    let mut idle = Vec::with_capacity(conns);
    for some in who.chunks(AT_ONCE) {
        idle.extend(try_join_all(some.iter().map(|account| Client::open(target.address, account))).await?);
    }
    tokio::time::sleep(SETTLE).await;
    let memory = target.memory_each(before, conns);
    let beside = measure(&target, two, pace).await?;
    bar.finish_and_clear();
    drop(idle);
    Ok(Report {
        mode: "idle",
        bytes_per_connection: memory,
        connections: conns,
        p99_ms_alone: Some(alone.p99_ms),
        lost: alone.lost + beside.lost,
        repeated: alone.repeated + beside.repeated,
        refused: alone.refused + beside.refused,
        ..beside
    })
}
