//! What all commands take, and what they begin with.

use std::{net::SocketAddr, path::PathBuf, sync::Arc};

use clap::Args;

use super::failure::Result;
use crate::server::{
    config::{self, ConfigError, Settings},
    store::{archive::Archive, place},
};

#[derive(Args, Clone)]
#[command(next_help_heading = "Everywhere")]
pub struct Common {
    /// The configuration [default: Leptos.toml here, or beside the program]
    #[arg(long, global = true, value_name = "FILE", env = "DUOLOGUE_CONFIG")]
    config: Option<PathBuf>,
    /// The folder of the database [default: data]
    #[arg(long, global = true, value_name = "DIR")]
    data: Option<PathBuf>,
    /// What keeps accounts and messages: sqlite, or mongodb://HOST/DATABASE [default: sqlite]
    #[arg(long, global = true, value_name = "URL")]
    store: Option<String>,
    /// What carries news between nodes: local, or redis://HOST/NUMBER [default: local]
    #[arg(long, global = true, value_name = "URL")]
    bus: Option<String>,
    /// Where the server listens; port 0 takes a free one [default: 127.0.0.1:3000]
    #[arg(long, global = true, value_name = "ADDRESS", env = "DUOLOGUE_LISTEN")]
    listen: Option<SocketAddr>,
    /// The folder of the page's files [default: as the configuration says, or beside the program]
    #[arg(long, global = true, value_name = "DIR", env = "DUOLOGUE_SITE")]
    site: Option<PathBuf>,
}

impl Common {
    /// The configuration, overruled by variables, overruled by flags.
    pub fn settings(&self) -> std::result::Result<Settings, ConfigError> {
        let variables =
            std::env::vars_os().filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)));
        let (mut settings, unknown) = config::load(self.config.as_deref(), variables)?;
        for variable in unknown {
            eprintln!("duologue: warning: there is no setting {variable}; it is ignored");
        }
        let config = &mut settings.config;
        config.data = self.data.clone().unwrap_or_else(|| config.data.clone());
        config.store = self.store.clone().unwrap_or_else(|| config.store.clone());
        config.bus = self.bus.clone().unwrap_or_else(|| config.bus.clone());
        if let Some(listen) = self.listen {
            settings.leptos.site_addr = listen;
        }
        if let Some(site) = &self.site {
            settings.leptos.site_root = site.display().to_string().into();
        }
        Ok(settings)
    }

    /// The store, beside a server that may be running on it; makes what is missing.
    pub async fn open(&self) -> Result<Arc<dyn Archive>> {
        Ok(place::whole(self.settings()?.config.store_place()?.open_beside().await?).await?)
    }
}
