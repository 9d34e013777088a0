//! `duologue serve`: opens the store, listens, and ends in order.
//!
//! At SIGTERM or SIGINT every socket is closed with 1001, so that its client comes back at once, requests under way are
//! finished, and after `DRAIN` whatever is left is cut.

use std::{future::Future, io::Write, net::SocketAddr, sync::Arc, time::Duration};

use tokio::net::TcpListener;
use tokio_util::{
    sync::CancellationToken,
    task::{TaskTracker, task_tracker::TaskTrackerToken},
};

use crate::{
    protocol::code::CloseCode,
    server::{
        account::invite,
        address::Room,
        bus::{
            SharedBus,
            local::Local,
            redis::{self, Redis},
        },
        config::{BusKind, Config, ConfigError, Registration, Settings, Switch},
        fault, files,
        house::{self, House},
        http,
        hub::Hub,
        metrics, recheck,
        store::{
            self, Inviter,
            archive::{Archive, Cursor},
            place::{self, OpenError},
        },
    },
};

/// How long the last requests and farewells may take. `cargo leptos watch` kills after ten seconds.
const DRAIN: Duration = Duration::from_secs(5);

#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    #[error(transparent)]
    Config(#[from] ConfigError),
    #[error(transparent)]
    Store(#[from] OpenError),
    #[error(transparent)]
    Redis(#[from] redis::OpenError),
    #[error("the store cannot be read: {0}")]
    Unread(store::Error),
    #[error("cannot listen on {address}: {cause}")]
    Listen { address: SocketAddr, cause: std::io::Error },
    #[error("the metrics cannot be started: {0}")]
    Metrics(metrics_exporter_prometheus::BuildError),
    #[error("cannot hear the signals that end it: {0}")]
    Signals(std::io::Error),
}

/// The server's life, shared by all that must end with it.
#[derive(Clone)]
pub struct Life {
    token: CancellationToken,
    tasks: TaskTracker,
}

impl Life {
    pub fn new() -> Self {
        Self { token: CancellationToken::new(), tasks: TaskTracker::new() }
    }

    pub async fn ended(&self) {
        self.token.cancelled().await;
    }

    /// A task that is dropped when the server's life ends.
    fn spawn_until_end(&self, task: impl Future<Output = ()> + Send + 'static) {
        let token = self.token.clone();
        self.tasks.spawn(async move {
            token.run_until_cancelled(task).await;
        });
    }

    pub fn spawn(&self, task: impl Future<Output = ()> + Send + 'static) {
        self.tasks.spawn(task);
    }

    /// While this is held the process does not end, until the drain's time is over.
    pub fn hold(&self) -> TaskTrackerToken {
        self.tasks.token()
    }
}

/// Serves until it is told to end.
pub async fn serve(settings: Settings) -> Result<(), ServeError> {
    let settings = settings.judge()?;
    files::raise_limit();
    let address = settings.leptos.site_addr;
    // Before the database is made: a busy port should leave nothing behind.
    let listener = listen(address).await?;
    let figures = match settings.config.metrics_address()? {
        Some(address) => Some((listen(address).await?, metrics::start().map_err(ServeError::Metrics)?)),
        None => None,
    };
    let store = place::whole(settings.config.store_place()?.open().await?).await?;
    let is_limited = settings.config.limits == Switch::On;
    let most = if is_limited { settings.config.connections_per_account } else { usize::MAX };
    let hub = Arc::new(Hub::new(most, settings.config.connections));
    let local = listener.local_addr().map_err(|cause| ServeError::Listen { address, cause })?;
    let bus = open_bus(&settings.config, &hub)?;
    let first_link = first_link(&*store, &settings, local).await?;
    let doors = settings.config.doors(&settings.config.proxies()?);
    let room = Room::new(files::for_connections());
    let house = Arc::new(House::new(settings.config, local.port(), store, bus, hub.clone()));
    let life = Life::new();
    if let Some((listener, handle)) = figures {
        metrics::serve(listener, handle, &life);
    }
    life.spawn_until_end(recheck::run(house.clone()));
    let router = http::router(house, settings.leptos);
    // Before it is said that it listens: whoever read that may end it at once, and it is to end in order.
    let end = end_signal().map_err(ServeError::Signals)?;
    // Whoever started it may have gone away.
    let _ = writeln!(std::io::stdout(), "listening on http://{local}");
    if let Some(link) = first_link {
        eprintln!("Nobody has an account here yet. Make the first one, your own, with this link:\n{link}");
    }
    tracing::info!(%local, "listening");

    tokio::select! {
        () = http::accept::run(listener, router, doors, room, life.clone()) => {}
        () = end => tracing::info!("ending"),
    }
    if fault::is_mutant("no-drain") {
        std::process::exit(0);
    }
    life.token.cancel();
    hub.close_all(CloseCode::GoingAway);
    life.tasks.close();
    if tokio::time::timeout(DRAIN, life.tasks.wait()).await.is_err() {
        tracing::warn!(left = life.tasks.len(), "some connections did not end in time");
    }
    Ok(())
}

/// Where not everybody may register and nobody has yet: the link that makes the first account.
async fn first_link(store: &dyn Archive, settings: &Settings, local: SocketAddr) -> Result<Option<String>, ServeError> {
    let accounts = store.read(Cursor::Accounts(None), 1).await.map_err(ServeError::Unread)?;
    if settings.config.registration == Some(Registration::Open) || accounts.next().is_some() {
        return Ok(None);
    }
    let origin = settings.origin(local);
    let made = invite::make(store, &origin, Inviter::Setup, usize::MAX, house::now()).await;
    made.map(Some).map_err(ServeError::Unread)
}

async fn listen(address: SocketAddr) -> Result<TcpListener, ServeError> {
    TcpListener::bind(address).await.map_err(|cause| ServeError::Listen { address, cause })
}

fn open_bus(config: &Config, hub: &Arc<Hub>) -> Result<SharedBus, ServeError> {
    Ok(match config.bus_kind()? {
        BusKind::Local => Arc::new(Local::new(Arc::clone(hub))),
        BusKind::Redis(url) => Arc::new(Redis::open(&url, Arc::clone(hub))?),
    })
}

fn end_signal() -> std::io::Result<impl Future<Output = ()>> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    Ok(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
    })
}
