//! `duologue token`: tokens for programs.

use std::io::{self, BufRead};

use clap::Args;

use super::{
    common::Common,
    failure::{Failure, Result, say},
    user,
};
use crate::{
    protocol::ids::Username,
    server::{
        account::{name, session},
        house::now,
        store::{self, SessionKind, archive::Archive},
    },
};

#[derive(Args)]
pub struct Token {
    /// Whose; - reads the names from stdin, one a line
    #[arg(required = true, value_name = "NAME")]
    names: Vec<String>,
    /// Make the accounts that are missing; nobody can sign in to them by a password until they are given one
    #[arg(long)]
    create: bool,
    /// What each token is for, as the settings of its account list it
    #[arg(long, value_name = "TEXT", default_value = "The command line")]
    label: String,
}

pub async fn run(common: Common, token: Token) -> Result<()> {
    let store = common.open().await?;
    for name in names(&token.names)? {
        let username = owner(&*store, &name, token.create).await?;
        let secret = mint(&*store, &username, &token.label).await?;
        say(format!("{username} {secret}"))?;
    }
    Ok(())
}

fn names(typed: &[String]) -> Result<Vec<String>> {
    let mut names = Vec::new();
    for name in typed {
        if name != "-" {
            names.push(name.clone());
            continue;
        }
        for line in io::stdin().lock().lines() {
            let line = line.map_err(Failure::Typed)?;
            names.extend(Some(line.trim().to_owned()).filter(|name| !name.is_empty()));
        }
    }
    Ok(names)
}

async fn owner(store: &dyn Archive, typed: &str, may_create: bool) -> Result<Username> {
    let is_missing = match name::fold(typed) {
        Some(username) => store.account(&username).await == Err(store::Error::NotFound),
        None => true,
    };
    if is_missing && may_create {
        return create(store, typed).await;
    }
    user::somebody(store, typed).await
}

/// Makes an account without a password.
pub async fn create(store: &dyn Archive, typed: &str) -> Result<Username> {
    let account = user::newcomer(typed, None)?;
    let username = account.username.clone();
    user::register(store, account).await?;
    Ok(username)
}

pub async fn mint(store: &dyn Archive, username: &Username, label: &str) -> Result<String> {
    let label = name::shown(Some(label), username);
    let (secret, _) = session::open(store, username, SessionKind::Program, label, now()).await?;
    Ok(secret.as_str().to_owned())
}
