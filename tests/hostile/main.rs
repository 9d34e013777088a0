//! What nobody should send, and what each of it gets. `docs/hostile.md` lists the rows, and where each is tried: here, or
//! with its own kind in another file.

mod accounts;
#[cfg(debug_assertions)]
mod brute_force;
mod content;
mod frames;
mod inventory;
mod logs;
mod protocol;
mod requests;
mod slow;
#[path = "../support/mod.rs"]
mod support;
mod tried;
