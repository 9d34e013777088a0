//! Two nodes over one MongoDB and one Redis: what one may expect of them together, and what each failure costs. The wire
//! tests of a single server run on two nodes as well, with `NODES=2`.

mod failing;
mod reader;
#[path = "../support/mod.rs"]
mod support;
mod together;

use support::server::{Options, Server};

fn two_nodes() -> Server {
    Server::start_with(Options::on_two_nodes())
}
