//! How a page comes and goes: the server renders it, or the browser opens what it knows; it joins the other tabs; it is
//! reloaded and closed, and with it goes all that was not kept.

use super::{
    fate::{Happening, SharedFate},
    page::Page,
    world::World,
};
use crate::{
    app::opening::Opening,
    chat::{Chat, Effect, Event},
    protocol::{
        ids::{Id, Username},
        limits,
        server::You,
    },
    server::{
        command::{self, Context},
        house::SharedHouse,
        store::Page as LogPage,
    },
};

/// A page that has not come by then is opened from what the browser knows.
const PATIENCE_MS: u64 = 4_000;

impl World {
    /// Asks a node for the page.
    pub fn load(&mut self, page: usize) {
        let you = self.you(page);
        let Page { life, is_open, at, browser, .. } = &mut self.pages[page];
        *life += 1;
        *is_open = true;
        let (life, peer, is_offline) = (*life, at.clone(), self.browsers[*browser].is_offline);
        let mut fate = self.fate.lock();
        fate.note(|| format!("page {page} of {} loads", you.username));
        let count = fate.nodes.len();
        let node = fate.dice.index(count);
        let house = self.nodes[node].house.clone().filter(|_| !is_offline);
        let patience = if house.is_some() { PATIENCE_MS } else { 5 };
        fate.plan(patience, Happening::Loaded { page, life, opening: None });
        drop(fate);
        if let Some(house) = house {
            let fate = self.fate.clone();
            let task = tokio::spawn(async move {
                let opening = render(house, you, peer).await;
                arrive(&fate, page, life, opening);
            });
            self.nodes[node].tasks.push((None, task.abort_handle()));
        }
    }

    /// What was asked for has come, or has not in time.
    pub fn loaded(&mut self, page: usize, opening: Option<Box<Opening>>) {
        if self.pages[page].chat.is_some() {
            return;
        }
        let chat = match opening {
            Some(opening) => opening.chat(),
            None => self.reopen(page),
        };
        self.fate.lock().note(|| format!("page {page} is there"));
        let state = &mut self.pages[page];
        state.chat = Some(chat);
        // The worker begins once it has read what is kept.
        state.is_working = true;
        let life = state.life;
        self.tell(page, Event::Woke);
        if let Some(peer) = self.pages[page].at.clone() {
            self.tell(page, Event::Opened(peer));
        }
        let mut fate = self.fate.lock();
        let most = fate.trouble.disk_delay;
        let delay = fate.dice.within(most);
        fate.plan(delay, Happening::Joins { page, life });
    }

    pub fn join(&mut self, page: usize) {
        let browser = self.pages[page].browser;
        let waiting = self.browsers[browser].kept.waiting();
        let is_waiting = !waiting.is_empty();
        self.tell(page, Event::Restored(waiting));
        if is_waiting {
            self.say_outbox_changed(page);
        }
        if self.browsers[browser].sender.is_none() {
            self.browsers[browser].sender = Some(page);
            self.tell(page, Event::Sender(true));
        }
        self.pages[page].is_working = false;
        self.work(page);
    }

    /// The tab goes, and whatever its worker had not begun.
    pub fn unload(&mut self, page: usize) {
        self.fate.lock().note(|| format!("page {page} is gone"));
        self.hang_up(page);
        let browser = self.pages[page].browser;
        let state = &mut self.pages[page];
        state.life += 1;
        state.is_open = false;
        state.chat = None;
        state.jobs.clear();
        state.is_working = false;
        let was_kept = state.job.take().filter(|_| self.fate.lock().dice.is_within(50));
        if let Some((Effect::Keep(waiting), _)) = was_kept {
            self.keep(page, waiting);
        }
        if self.browsers[browser].sender == Some(page) {
            self.pass_lock_on(browser);
        }
    }

    fn pass_lock_on(&mut self, browser: usize) {
        let heir = self.browsers[browser].tabs.iter().copied().find(|tab| self.pages[*tab].chat.is_some());
        self.browsers[browser].sender = heir;
        if let Some(page) = heir {
            let life = self.pages[page].life;
            let event = Box::new(Event::Sender(true));
            self.fate.lock().plan(1, Happening::Tells { page, life, event });
        }
    }

    pub fn you(&self, page: usize) -> You {
        let username = self.username(page).clone();
        You { name: username.as_str().to_uppercase(), username }
    }

    /// As `browser/reopen.rs` does: what was last known of each conversation.
    fn reopen(&self, page: usize) -> Chat {
        let kept = &self.browsers[self.pages[page].browser].kept;
        let mut rows: Vec<_> = kept.known.values().filter_map(|known| known.conversation.clone()).collect();
        rows.iter_mut().for_each(|row| row.online = false);
        Chat::new(self.you(page), rows, String::new(), None)
    }
}

fn arrive(fate: &SharedFate, page: usize, life: u64, opening: Option<Opening>) {
    let mut fate = fate.lock();
    // From rendering to a page that lives there is time for much.
    let delay = fate.latency() + if fate.dice.is_within(30) { fate.dice.below(900) } else { 0 };
    if let Some(opening) = opening {
        fate.plan(delay, Happening::Loaded { page, life, opening: Some(Box::new(opening)) });
    }
}

/// What `http/opening.rs` does for a page.
async fn render(house: SharedHouse, you: You, peer: Option<Username>) -> Option<Opening> {
    let context = Context::new(house.clone(), you.username.clone(), None);
    let id = Id::new("opening")?;
    let inbox = command::rows(&context, id.clone(), None).await.ok()?;
    let history = match &peer {
        Some(peer) => command::page(&context, id, peer.as_str(), LogPage::Newest, limits::DEFAULT_PAGE).await.ok(),
        None => None,
    };
    Some(Opening {
        you,
        path: String::new(),
        conversations: inbox.conversations,
        since: inbox.since,
        peer: None,
        history,
        refused: None,
        now: house.now(),
    })
}
