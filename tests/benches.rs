//! The bench: what it prints, and that it would find what it looks for. How fast anything is, is not asked here.

mod support;

use serde_json::Value;
use support::{
    command::{Ended, end},
    server::{Options, Server, program},
};

const KEYS: [&str; 9] = [
    "mode",
    "messages_per_s",
    "cpu_us_per_message",
    "p50_ms",
    "p99_ms",
    "p999_ms",
    "bytes_per_connection",
    "lost",
    "repeated",
];

fn bench(arguments: &[&str]) -> Ended {
    end(program().arg("bench").args(arguments), "")
}

/// What it printed: one line of JSON with these keys, and a table beside it.
fn measured(ended: Ended) -> Value {
    let table = ended.stderr.clone();
    let stdout = ended.done();
    assert_eq!(stdout.lines().count(), 1, "{stdout}");
    let report: Value = serde_json::from_str(&stdout).expect("the line is JSON");
    for key in KEYS {
        assert!(report.get(key).is_some(), "{key} is not in {report}");
    }
    assert!(table.contains("messages a second") && table.contains("p99.9"), "{table}");
    assert_eq!((&report["lost"], &report["repeated"]), (&0.into(), &0.into()));
    assert!(report["messages"].as_u64() > Some(0), "{report}");
    assert!(report["p50_ms"].as_f64() > Some(0.0), "{report}");
    report
}

#[test]
fn a_chat_is_measured_on_a_server_of_its_own() {
    let report = measured(bench(&["--pairs", "3", "--seconds", "1"]));
    assert_eq!((&report["mode"], &report["connections"]), (&"chat".into(), &6.into()));
    assert!(report["cpu_us_per_message"].as_f64() > Some(0.0), "{report}");
}

#[test]
fn at_a_rate_no_more_is_written() {
    let report = measured(bench(&["chat", "--pairs", "2", "--seconds", "1", "--rate", "40", "--window", "1"]));
    let messages = report["messages"].as_u64().expect("a number");
    assert!((1..=44).contains(&messages), "{report}");
}

#[test]
fn idle_connections_are_measured_beside_a_pair() {
    let report = measured(bench(&["idle", "--conns", "30", "--seconds", "2"]));
    assert_eq!((&report["mode"], &report["connections"]), (&"idle".into(), &30.into()));
    assert!(report["p99_ms_alone"].as_f64() > Some(0.0), "{report}");
}

#[test]
fn who_was_away_is_given_all() {
    let report = measured(bench(&["burst", "--pairs", "2", "--messages", "450"]));
    assert_eq!((&report["mode"], &report["messages"]), (&"burst".into(), &900.into()));
}

#[test]
fn logs_of_several_lengths_are_read_and_written_to() {
    let ended = bench(&["history", "--lengths", "200,450", "--seconds", "1"]);
    assert!(ended.stderr.contains("before the middle"), "{ended:?}");
    let report: Value = serde_json::from_str(&ended.done()).expect("a line of JSON");
    assert_eq!((&report["mode"], &report["page"]), (&"history".into(), &50.into()));
    let logs = report["logs"].as_array().expect("a list");
    assert_eq!(logs.iter().map(|log| &log["entries"]).collect::<Vec<_>>(), [&200, &450]);
    for log in logs {
        let pages = log["pages"].as_array().expect("a list");
        assert_eq!(pages.len(), 5);
        for times in pages.iter().chain([&log["sent"]]) {
            assert!(times["count"].as_u64() >= Some(20) && times["p50_ms"].as_f64() > Some(0.0), "{log}");
        }
        assert!(log["bytes_on_disk"].as_u64() > Some(0) && log["cpu_us_per_page"].is_number(), "{log}");
    }
}

#[test]
fn a_log_that_is_too_short_for_full_pages_or_of_another_server_is_refused() {
    for wrong in [&["history", "--lengths", "199"][..], &["history", "--url", "http://127.0.0.1:1"]] {
        let ended = bench(wrong);
        assert_eq!(ended.code, Some(2), "{ended:?}");
    }
}

#[test]
fn a_server_that_runs_is_measured_with_accounts_of_its_own_or_given_ones() {
    let server = Server::start_with(Options::alone());
    let url = server.origin();
    let own = ["chat", "--pairs", "1", "--seconds", "1", "--url", &url];
    let report = measured(bench(&own));
    assert_eq!(report["cpu_us_per_message"], Value::Null, "its process is not known");
    let tokens = server.command(&["token", "--create", "one", "other"]).done();
    let folder = tempfile::TempDir::new().expect("a folder");
    let file = folder.path().join("tokens");
    std::fs::write(&file, tokens).expect("the folder can be written");
    let file = file.to_str().expect("text");
    measured(bench(&[&own[..], &["--tokens", file]].concat()));
    let few = bench(&["chat", "--pairs", "2", "--seconds", "1", "--url", &url, "--tokens", file]);
    few.refused("4 accounts take part, and there are 2 tokens");
}

#[test]
fn a_server_of_several_processes_is_measured_as_a_whole() {
    let (server, quiet) = (Server::start_with(Options::alone()), Server::start_with(Options::alone()));
    let (url, busy, quiet) = (server.origin(), server.pid().to_string(), quiet.pid().to_string());
    let cpu = |pids: [&str; 2]| {
        let pids = pids.into_iter().flat_map(|pid| ["--pid", pid]);
        let told = ["chat", "--pairs", "1", "--seconds", "1", "--url", &url].into_iter().chain(pids);
        measured(bench(&told.collect::<Vec<_>>()))["cpu_us_per_message"].as_f64()
    };
    assert!(cpu([&busy, &quiet]) > Some(0.0));
    assert!(cpu([&quiet, &busy]) > Some(0.0));
    let none = u32::MAX.to_string();
    assert_eq!(cpu([&busy, &none]), None, "what cannot be seen is not taken for nothing");
}

#[test]
fn a_server_that_is_none_is_said() {
    bench(&["--pairs", "1", "--url", "http://127.0.0.1:1"]).refused("the server did not hold out");
    let tls = bench(&["--url", "https://chat.example"]);
    assert_eq!(tls.code, Some(2), "{tls:?}");
}
