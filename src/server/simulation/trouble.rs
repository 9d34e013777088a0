//! What a seed makes of a world: how many take part, what they do, and what goes wrong. Each kind of trouble is there or
//! not, so that some worlds have one alone and some have all.

use super::dice::Dice;

/// How bad things are at a moment. Percents are of calls or signals, times in milliseconds.
#[derive(Clone, Debug)]
pub struct Trouble {
    pub latency: (u64, u64),
    pub store_delay: (u64, u64),
    pub is_store_down: bool,
    pub store_refuses: u64,
    /// Calls whose outcome nobody learns.
    pub store_forgets: u64,
    pub signal_delay: (u64, u64),
    pub signals_lost: u64,
    pub signals_doubled: u64,
    /// How long a browser takes to store something.
    pub disk_delay: (u64, u64),
}

impl Trouble {
    pub fn none() -> Self {
        Self {
            latency: (0, 2),
            store_delay: (0, 0),
            is_store_down: false,
            store_refuses: 0,
            store_forgets: 0,
            signal_delay: (0, 2),
            signals_lost: 0,
            signals_doubled: 0,
            disk_delay: (0, 0),
        }
    }
}

/// What somebody does next, or what goes wrong next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Deed {
    Says,
    Replies,
    Edits,
    Deletes,
    Reacts,
    Reads,
    Types,
    Opens,
    Leaves,
    LoadsOlder,
    TakesBack,
    Reloads,
    ClosesTab,
    OpensTab,
    GoesOffline,
    ComesOnline,
    Hides,
    Shows,
    CutsLink,
    CrashesNode,
    EndsNode,
    CutsBus,
    MendsBus,
    StoreFails,
    StoreWorks,
    PageClock,
    NodeClock,
}

pub struct Plan {
    pub nodes: usize,
    pub people: usize,
    /// The tabs of each browser of each person.
    pub browsers: Vec<Vec<usize>>,
    pub steps: usize,
    pub is_limited: bool,
    pub trouble: Trouble,
    /// How long until the next deed, mostly; and now and then.
    pub pause: (u64, u64),
    pub long_pause: (u64, u64),
    pub deeds: Vec<(Deed, u64)>,
}

impl Plan {
    pub fn draw(dice: &mut Dice) -> Self {
        let people = if dice.is_within(30) { 3 } else { 2 };
        let nodes = [1, 2, 2, 3][dice.index(4)];
        let browsers = (0..people).map(|_| browsers(dice)).collect();
        let steps = dice.within((20, 60)) as usize;
        let mut trouble = Trouble::none();
        let mut deeds = peaceful();
        link_trouble(dice, &mut trouble, &mut deeds);
        node_trouble(dice, &mut trouble, &mut deeds, nodes);
        page_trouble(dice, &mut trouble, &mut deeds);
        Self {
            nodes,
            people,
            browsers,
            steps,
            is_limited: dice.is_within(15),
            trouble,
            pause: [(0, 3), (0, 40), (5, 300)][dice.index(3)],
            long_pause: [(100, 1_500), (500, 6_000), (2_000, 40_000)][dice.index(3)],
            deeds,
        }
    }
}

fn browsers(dice: &mut Dice) -> Vec<usize> {
    let count = [1, 1, 2, 2, 3][dice.index(5)];
    (0..count).map(|_| if dice.is_within(25) { 2 } else { 1 }).collect()
}

fn peaceful() -> Vec<(Deed, u64)> {
    vec![
        (Deed::Says, 40),
        (Deed::Replies, 4),
        (Deed::Edits, 7),
        (Deed::Deletes, 6),
        (Deed::Reacts, 6),
        (Deed::Reads, 12),
        (Deed::Types, 3),
        (Deed::Opens, 8),
        (Deed::Leaves, 2),
        (Deed::LoadsOlder, 2),
    ]
}

fn link_trouble(dice: &mut Dice, trouble: &mut Trouble, deeds: &mut Vec<(Deed, u64)>) {
    trouble.latency = [(0, 0), (0, 3), (0, 3), (1, 60), (5, 400)][dice.index(5)];
    if dice.is_within(55) {
        deeds.push((Deed::CutsLink, dice.within((4, 20))));
    }
}

fn node_trouble(dice: &mut Dice, trouble: &mut Trouble, deeds: &mut Vec<(Deed, u64)>, nodes: usize) {
    trouble.store_delay = [(0, 0), (0, 0), (0, 4), (1, 50), (1, 600)][dice.index(5)];
    if dice.is_within(45) {
        deeds.push((Deed::CrashesNode, dice.within((2, 12))));
    }
    if dice.is_within(15) {
        deeds.push((Deed::EndsNode, dice.within((2, 6))));
    }
    if dice.is_within(35) {
        trouble.store_refuses = [2, 10, 30][dice.index(3)];
    }
    if dice.is_within(35) {
        trouble.store_forgets = [2, 10, 30][dice.index(3)];
    }
    if dice.is_within(20) {
        deeds.extend([(Deed::StoreFails, 3), (Deed::StoreWorks, 6)]);
    }
    if dice.is_within(15) {
        deeds.push((Deed::NodeClock, 5));
    }
    if nodes == 1 {
        return;
    }
    trouble.signal_delay = [(0, 2), (0, 2), (0, 80), (0, 1_500)][dice.index(4)];
    if dice.is_within(40) {
        trouble.signals_lost = [2, 15, 50][dice.index(3)];
    }
    if dice.is_within(40) {
        trouble.signals_doubled = [5, 40][dice.index(2)];
    }
    if dice.is_within(40) {
        deeds.extend([(Deed::CutsBus, 6), (Deed::MendsBus, 6)]);
    }
}

fn page_trouble(dice: &mut Dice, trouble: &mut Trouble, deeds: &mut Vec<(Deed, u64)>) {
    if dice.is_within(20) {
        trouble.disk_delay = [(0, 5), (0, 60), (0, 800)][dice.index(3)];
    }
    if dice.is_within(40) {
        deeds.extend([(Deed::Reloads, dice.within((3, 12))), (Deed::ClosesTab, 2), (Deed::OpensTab, 4)]);
    }
    if dice.is_within(25) {
        deeds.extend([(Deed::GoesOffline, 4), (Deed::ComesOnline, 5), (Deed::Hides, 2), (Deed::Shows, 3)]);
    }
    if dice.is_within(30) {
        deeds.push((Deed::TakesBack, 8));
    }
    if dice.is_within(15) {
        deeds.push((Deed::PageClock, 5));
    }
}
