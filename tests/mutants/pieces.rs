//! What the scenarios share: a server with or without its mutant, and what of the verdict is asserted.

use serde_json::{Value, json};

use crate::support::{
    checker::{
        Stage, judge,
        stored::{Pair, Stored},
        verdict::{Rule, Verdict},
    },
    client::Client,
    server::{Account, Options, Server},
    trial::figures,
};

/// How often a scenario whose mistake takes luck is played before the mutant counts as missed.
pub const ROUNDS: usize = 20;

pub fn with_mutant(mut options: Options, mutant: Option<&str>) -> Options {
    let fault = mutant.map(|name| ("DUOLOGUE_FAULT", format!("mutant:{name}")));
    options.environment.extend(fault);
    options
}

pub fn server(mutant: Option<&str>) -> Server {
    Server::start_with(with_mutant(Options::alone(), mutant))
}

/// A message of this device; its id is its body.
pub fn message(client: &Client, id: &str) -> Value {
    json!({"type": "send", "id": id, "peer": client.peer(), "body": id})
}

/// Sends it and reads until everything is answered.
pub async fn says(client: &mut Client, frame: Value) {
    client.writes(frame);
    client.sends(usize::MAX).await.expect("the line is open");
    while client.waits_for() > 0 {
        client.hears().await.expect("the line is open");
    }
}

/// What the checker has to say once all is quiet.
pub async fn verdict(server: &Server, clients: &[&Client], two: [&Account; 2]) -> Verdict {
    let mut views = Vec::new();
    if server.behind.is_none() {
        let mut file = Stored::in_file(server.data()).expect("the database can be read");
        // The same server has the pairs of earlier rounds, of which these clients know nothing.
        let pair = Pair::of(&two[0].name, &two[1].name);
        file.logs.retain(|of, _| *of == pair);
        views.push(file);
    }
    views.push(Stored::over_the_wire(server, two[0], &two[1].name).await);
    views.push(Stored::over_the_wire(server, two[1], &two[0].name).await);
    let records: Vec<_> = clients.iter().map(|client| client.record.clone()).collect();
    judge(0, Stage::Quiet, &records, &views)
}

/// The mutant was noticed, by this rule, and the same without it is good. Prints the line that is counted.
pub fn is_noticed(mutant: &str, rule: Rule, with: &Verdict, without: &Verdict) {
    without.must_be_good("without a mutant");
    let is_killed = with.count(rule) > 0;
    let line = json!({"mutant": {"name": mutant, "rule": rule.name(), "killed": is_killed}});
    figures(&line);
    assert!(is_killed, "{mutant} was not noticed by {}: {} {:#?}", rule.name(), with.line(), with.words);
}
