//! The server's half: the modules that the server is made of, and its command line.
//! The browser's half names its own in `lib.rs`; `app`, `chat` and `protocol` are in both.
#![recursion_limit = "256"]

mod app;
#[path = "browser/absent.rs"]
mod browser;
// The server renders with it; what a person does to it happens in the page.
#[allow(dead_code)]
mod chat;
mod protocol;
mod server;
mod words;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> std::process::ExitCode {
    server::cli::run()
}
