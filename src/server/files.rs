//! How many files this process may have open.

use rustix::process::{Resource, getrlimit, setrlimit};

/// What is kept for the database, the bus, and whatever else is opened beside connections; at most half of all.
const HEADROOM: usize = 256;

/// How many connections there are files for.
pub fn for_connections() -> usize {
    let all = getrlimit(Resource::Nofile).current.and_then(|limit| usize::try_from(limit).ok()).unwrap_or(usize::MAX);
    all - HEADROOM.min(all / 2)
}

/// Raises the soft limit to the hard one: each connection is a file, and the soft limit is often 1024.
pub fn raise_limit() {
    let mut limit = getrlimit(Resource::Nofile);
    if limit.current != limit.maximum {
        limit.current = limit.maximum;
        if let Err(cause) = setrlimit(Resource::Nofile, limit) {
            tracing::warn!(%cause, "the number of files that can be open stays as it is");
        }
    }
}
