//! What came of a comparison: how often each rule was broken, the first of it in words, and one line of JSON with the seed.

use std::collections::{BTreeMap, HashSet};

use serde_json::{Map, Value, json};

use super::{record::Record, stored::Stored};

/// What must never be. The names are those of the verdict line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Rule {
    /// Answered `sent`, and not there, or in another place, or with other words.
    Lost,
    /// More than once in the log.
    Doubled,
    /// A conversation is not numbered 1 to n.
    Holes,
    /// Two views of one conversation differ.
    Diverged,
    /// A later try of a device stands before an earlier one.
    Reordered,
    /// What a device was told contradicts what it was told before.
    Unsteady,
    /// Something is there that nobody tried.
    Untried,
    /// Refused, and there all the same.
    RefusedButThere,
    /// A mark is below what somebody was told of it.
    MarksFell,
    /// The time of an entry is before that of the one in front of it.
    TimeWentBack,
    /// A deleted message still says its words.
    Unerased,
    /// A server that was told to end let a line break without saying so.
    CutOff,
    /// After quiet a try has no answer that ends it.
    Unsettled,
}

impl Rule {
    pub const ALL: [Self; 13] = [
        Self::Lost,
        Self::Doubled,
        Self::Holes,
        Self::Diverged,
        Self::Reordered,
        Self::Unsteady,
        Self::Untried,
        Self::RefusedButThere,
        Self::MarksFell,
        Self::TimeWentBack,
        Self::Unerased,
        Self::CutOff,
        Self::Unsettled,
    ];

    pub fn name(self) -> &'static str {
        match self {
            Self::Lost => "lost",
            Self::Doubled => "doubled",
            Self::Holes => "holes",
            Self::Diverged => "diverged",
            Self::Reordered => "reordered",
            Self::Unsteady => "unsteady",
            Self::Untried => "untried",
            Self::RefusedButThere => "refused_but_there",
            Self::MarksFell => "marks_fell",
            Self::TimeWentBack => "time_went_back",
            Self::Unerased => "unerased",
            Self::CutOff => "cut_off",
            Self::Unsettled => "unsettled",
        }
    }
}

/// How many failures are put in words; all are counted.
const IN_WORDS: usize = 20;

#[derive(Clone, Debug)]
pub struct Verdict {
    pub seed: u64,
    pub tries: usize,
    pub answered: usize,
    pub refused: usize,
    pub entries: usize,
    pub devices: usize,
    pub seen: usize,
    pub broken: BTreeMap<Rule, usize>,
    pub words: Vec<String>,
}

impl Verdict {
    pub fn new(seed: u64, records: &[Record], views: &[Stored]) -> Self {
        // The same id of one person on two devices is one try.
        let (mut tries, mut answered, mut refused) = (HashSet::new(), HashSet::new(), HashSet::new());
        for record in records {
            for attempt in &record.tries {
                let key = (record.device.person.as_str(), attempt.id.as_str());
                tries.insert(key);
                if attempt.is_answered() {
                    answered.insert(key);
                }
                if attempt.refused().is_some() {
                    refused.insert(key);
                }
            }
        }
        let entries = views.first().map_or(0, |view| view.logs.values().map(|log| log.entries.len()).sum());
        Self {
            seed,
            tries: tries.len(),
            answered: answered.len(),
            refused: refused.len(),
            entries,
            devices: records.len(),
            seen: records.iter().map(|record| record.held.len()).sum(),
            broken: BTreeMap::new(),
            words: Vec::new(),
        }
    }

    pub fn breaks(&mut self, rule: Rule, words: impl FnOnce() -> String) {
        *self.broken.entry(rule).or_default() += 1;
        if self.words.len() < IN_WORDS {
            self.words.push(format!("{}: {}", rule.name(), words()));
        }
    }

    pub fn is_good(&self) -> bool {
        self.broken.is_empty()
    }

    pub fn count(&self, rule: Rule) -> usize {
        self.broken.get(&rule).copied().unwrap_or(0)
    }

    pub fn failures(&self) -> usize {
        self.broken.values().sum()
    }

    /// The line that programs read.
    pub fn line(&self) -> String {
        let mut verdict = Map::new();
        let counts = [
            ("tries", self.tries),
            ("answered", self.answered),
            ("refused", self.refused),
            ("entries", self.entries),
            ("devices", self.devices),
            ("seen", self.seen),
        ];
        verdict.insert("seed".into(), self.seed.into());
        verdict.extend(counts.map(|(name, count)| (name.to_owned(), Value::from(count))));
        verdict.extend(Rule::ALL.map(|rule| (rule.name().to_owned(), Value::from(self.count(rule)))));
        verdict.insert("failures".into(), self.failures().into());
        json!({ "verdict": verdict }).to_string()
    }

    /// Fails with everything that is known, and the line that plays the run again.
    pub fn must_be_good(&self, replay: &str) {
        let words = self.words.join("\n  ");
        assert!(self.is_good(), "{}\n  {words}\nthe same again: {replay}", self.line());
    }
}
