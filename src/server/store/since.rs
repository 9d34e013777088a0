//! What stands in the `since` of an inbox, for adapters that number every change of a conversation. Pages go from the
//! newest change down to where the reader last was, so that the first page is the one a person wants to see; what
//! changes meanwhile lies above the top of that walk and is found by the next.

use super::Inbox;

/// Where a reader of the inbox is. Every number is a `touched`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Since {
    /// All up to here was given.
    floor: u64,
    walk: Option<Walk>,
}

/// A walk that is not at its end: from `top` down, all but what lies between `floor` and `below` was given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Walk {
    top: u64,
    below: u64,
}

/// The changes that one answer is made of: above `floor` and below `below`, the highest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Window {
    pub floor: u64,
    pub below: u64,
    top: u64,
    newest: u64,
}

impl Since {
    /// Reads a `since`; one that is none, damaged or from another life of the store stands for the very beginning.
    pub fn read(text: Option<&str>, epoch: &str) -> Self {
        text.and_then(|text| Self::parse(text, epoch)).unwrap_or_default()
    }

    fn parse(text: &str, epoch: &str) -> Option<Self> {
        let mut numbers = text.strip_prefix(epoch)?.strip_prefix('-')?.split('-').map(|number| number.parse().ok());
        let floor = numbers.next()??;
        let walk = match (numbers.next(), numbers.next(), numbers.next()) {
            (None, None, None) => None,
            (Some(top), Some(below), None) => Some(Walk { top: top?, below: below? }),
            _ => return None,
        };
        Some(Self { floor, walk })
    }

    fn write(self, epoch: &str) -> String {
        match self.walk {
            None => format!("{epoch}-{}", self.floor),
            Some(Walk { top, below }) => format!("{epoch}-{}-{top}-{below}", self.floor),
        }
    }

    /// What to give now, `newest` being the account's newest change. A place above it cannot have come from this store
    /// as it is (a backup was restored), so it stands for the very beginning too.
    pub fn window(self, newest: u64) -> Window {
        let top = self.walk.map_or(newest, |walk| walk.top);
        if self.floor > newest || top > newest {
            return Self::default().window(newest);
        }
        Window { floor: self.floor, below: self.walk.map_or(newest + 1, |walk| walk.below), top, newest }
    }
}

impl Since {
    /// The same where changes are numbered while others look: `last` is the highest number that was given, and all up to
    /// `sure` can be seen. What stands above that is given, and given once more by the next answer.
    pub fn window_up_to(self, last: u64, sure: u64) -> Window {
        let given = self.walk.map_or(self.floor, |walk| walk.top);
        if given > last {
            return Self::default().window_up_to(last, sure);
        }
        // What was announced since an earlier answer has a number above it.
        let mut window = self.window(last.min(sure.max(given)));
        if self.walk.is_none() {
            window.below = u64::MAX;
        }
        window
    }
}

impl Window {
    /// Makes the answer of rows and their `touched`, highest first, at most one of them above `limit`.
    pub fn answer(self, mut rows: Vec<(u64, super::Row)>, limit: usize, epoch: &str) -> Inbox {
        let is_cut = rows.len() > limit;
        rows.truncate(limit);
        let next = match rows.last() {
            Some((below, _)) if is_cut => {
                Since { floor: self.floor, walk: Some(Walk { top: self.top, below: *below }) }
            }
            _ => Since { floor: self.top, walk: None },
        };
        let mut rows: Vec<_> = rows.into_iter().map(|(_, row)| row).collect();
        rows.sort_by_key(|row| std::cmp::Reverse(row.at));
        Inbox { rows, since: next.write(epoch), more: is_cut || self.newest > self.top }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_survives_writing_and_reading() {
        let resting = Since { floor: 7, walk: None };
        let walking = Since { floor: 7, walk: Some(Walk { top: 12, below: 9 }) };
        for since in [resting, walking] {
            assert_eq!(Since::read(Some(&since.write("e1")), "e1"), since);
        }
    }

    #[test]
    fn what_cannot_be_read_is_the_beginning() {
        for bad in
            ["", "e1", "e1-", "e1-x", "e2-7", "e1-7-8", "e1-7-8-9-1", "e1--7", "e1-7-", "e1-99999999999999999999"]
        {
            assert_eq!(Since::read(Some(bad), "e1"), Since::default(), "{bad:?}");
        }
        assert_eq!(Since::read(None, "e1"), Since::default());
    }

    #[test]
    fn nothing_above_what_is_sure_counts_as_given() {
        let since = Since { floor: 7, walk: None };
        let next = |window: Window| Since::read(Some(&window.answer(Vec::new(), 9, "e1").since), "e1").floor;
        assert_eq!(next(since.window_up_to(12, 9)), 9);
        assert_eq!(next(since.window_up_to(12, 3)), 7);
        assert_eq!(next(since.window_up_to(12, 20)), 12);
        assert_eq!(next(since.window_up_to(6, 5)), 5);
        let walking = Since { floor: 7, walk: Some(Walk { top: 12, below: 9 }) };
        assert_eq!(walking.window_up_to(13, 8).below, 9);
        assert_eq!(since.window_up_to(12, 9).below, u64::MAX);
    }

    #[test]
    fn a_place_above_the_newest_change_is_the_beginning() {
        let since = Since { floor: 7, walk: None };
        assert_eq!(since.window(6), Since::default().window(6));
    }
}
