//! What would be wrong with a server: each is a mistake that the rest of the simulation must find.

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mutant {
    /// `sent` is answered before the entry is committed.
    SentBeforeCommit,
    /// The number is taken from a counter, and the entry inserted later.
    CounterFirst,
    /// Nothing forbids the same id twice.
    NoUniqueIndex,
    /// A duplicate is answered `sent` with the number that was tried, unread.
    SentOnDuplicate,
    /// A connection's inbox is read before news for it is heard.
    InboxBeforeJoin,
    /// Nobody is told to ask after the bus came back.
    NoResync,
}

impl Mutant {
    pub const ALL: [Self; 6] = [
        Self::SentBeforeCommit,
        Self::CounterFirst,
        Self::NoUniqueIndex,
        Self::SentOnDuplicate,
        Self::InboxBeforeJoin,
        Self::NoResync,
    ];

    pub fn name(self) -> &'static str {
        match self {
            Self::SentBeforeCommit => "sent-before-commit",
            Self::CounterFirst => "counter-first",
            Self::NoUniqueIndex => "no-unique-index",
            Self::SentOnDuplicate => "sent-on-duplicate",
            Self::InboxBeforeJoin => "inbox-before-join",
            Self::NoResync => "no-resync",
        }
    }

    /// By `SIM_MUTANT`.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|mutant| mutant.name() == name)
    }
}
