//! Faults that tests ask for, by `DUOLOGUE_FAULT=POINT:TEXT`. Builds for use have none: there this is a constant `None`.

use std::sync::OnceLock;

/// The text that is to trigger a point, if this one was asked for.
pub fn at(point: &str) -> Option<&'static str> {
    static FAULT: OnceLock<Option<String>> = OnceLock::new();
    if !cfg!(debug_assertions) {
        return None;
    }
    let asked = FAULT.get_or_init(|| std::env::var("DUOLOGUE_FAULT").ok()).as_deref()?;
    asked.strip_prefix(point)?.strip_prefix(':')
}
