//! The checker's own proof. `made_up` gives it records in which one rule after the other is broken; `one_node` and
//! `failing` run servers that break a promise (`DUOLOGUE_FAULT=mutant:NAME`, which debug builds alone know) and see that
//! it notices, and that it has nothing to say of the same run without the mutant.

#[cfg(debug_assertions)]
mod failing;
mod made_up;
#[cfg(debug_assertions)]
mod one_node;
#[cfg(debug_assertions)]
mod pieces;
#[path = "../support/mod.rs"]
mod support;
