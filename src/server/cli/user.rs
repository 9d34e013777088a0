//! `duologue user`: the host's hand on accounts.

use std::io::{self, BufRead, IsTerminal, Write};

use clap::Subcommand;

use super::{
    common::Common,
    failure::{Failure, Result, WORDS, refused, say},
};
use crate::{
    app::clock,
    protocol::ids::{Millis, Username},
    server::{
        account::{
            name,
            password::{self, Passwords},
        },
        house::now,
        store::{
            self, NewAccount,
            archive::{AccountRecord, Archive, Cursor, Records},
        },
    },
};

/// How many accounts are read at once.
const PAGE: u64 = 500;

#[derive(Subcommand)]
pub enum User {
    /// Make an account
    ///
    /// Its password is asked for on the terminal.
    Add {
        /// What people call them by: 1 to 32 letters, digits or signs
        #[arg(value_name = "NAME")]
        username: String,
        /// The name that is shown [default: the username]
        #[arg(long, value_name = "TEXT")]
        name: Option<String>,
        /// Read the password from stdin, one line, in place of the terminal
        #[arg(long)]
        password_stdin: bool,
    },
    /// Close an account for good: nobody can sign in to it again, nor write to it
    ///
    /// Its sessions and tokens end within a second, and its notes to itself are erased. What it wrote to others stays with
    /// them. There is no way back; to lock somebody out for a while, give them another password.
    Disable {
        /// Whose
        #[arg(value_name = "NAME")]
        username: String,
        /// Do not ask on the terminal
        #[arg(long)]
        yes: bool,
    },
    /// Give an account another password, and sign it out everywhere
    Password {
        /// Whose
        #[arg(value_name = "NAME")]
        username: String,
        /// Read the password from stdin, one line, in place of the terminal
        #[arg(long)]
        password_stdin: bool,
    },
    /// List all accounts, a line each: username, shown name, since when, last seen, open or closed; with tabs between
    List,
}

pub async fn run(common: Common, user: User) -> Result<()> {
    let store = common.open().await?;
    let store = &*store;
    match user {
        User::Add { username, name, password_stdin } => add(store, &username, name.as_deref(), password_stdin).await,
        User::Disable { username, yes } => disable(store, &username, yes).await,
        User::Password { username, password_stdin } => change_password(store, &username, password_stdin).await,
        User::List => list(store).await,
    }
}

async fn add(store: &dyn Archive, typed: &str, shown: Option<&str>, is_piped: bool) -> Result<()> {
    let mut account = newcomer(typed, shown)?;
    let username = account.username.clone();
    account.password = hash(new_password(is_piped)?, &[username.as_str(), &account.name]).await?;
    register(store, account).await?;
    say(format!("{username} can sign in"))
}

/// A new account, without a password as yet.
pub fn newcomer(typed: &str, shown: Option<&str>) -> Result<NewAccount> {
    let named = name::register(typed);
    let (username, skeleton) = named.map_err(|fault| Failure::Refused(format!("{typed}: {}", fault.say(WORDS))))?;
    let name = name::shown(shown, &username);
    Ok(NewAccount { username, skeleton, name, password: password::NONE.to_owned(), at: now(), invite: None })
}

pub async fn register(store: &dyn Archive, account: NewAccount) -> Result<()> {
    let username = account.username.clone();
    match store.register(account).await {
        Err(store::Error::Conflict) => refused(format!("{username}: {}", WORDS.name_taken())),
        registered => Ok(registered?),
    }
}

async fn disable(store: &dyn Archive, typed: &str, is_sure: bool) -> Result<()> {
    let username = somebody(store, typed).await?;
    if !is_sure && io::stdin().is_terminal() {
        let again = ask(&format!("This closes {username} for good. Type the name again: "))?;
        if name::fold(&again).as_ref() != Some(&username) {
            return refused("that is another name; nothing was changed");
        }
    }
    let ended = store.close(&username, now()).await?;
    say(format!("{username} is closed, and signed out of {} sessions", ended.len()))
}

async fn change_password(store: &dyn Archive, typed: &str, is_piped: bool) -> Result<()> {
    let username = somebody(store, typed).await?;
    let password = hash(new_password(is_piped)?, &[username.as_str()]).await?;
    let ended = store.set_password(&username, &password, None).await?;
    say(format!("{username} has a new password, and is signed out of {} sessions", ended.len()))
}

/// The open account of a name.
pub async fn somebody(store: &dyn Archive, typed: &str) -> Result<Username> {
    let nobody = || Failure::Refused(format!("{typed}: there is no account of this name"));
    let username = name::fold(typed).ok_or_else(nobody)?;
    match store.account(&username).await {
        Ok(account) if account.is_closed => refused(format!("{username}: this account is closed")),
        Ok(_) => Ok(username),
        Err(store::Error::NotFound) => Err(nobody()),
        Err(error) => Err(error.into()),
    }
}

async fn list(store: &dyn Archive) -> Result<()> {
    let mut after = Some(Cursor::Accounts(None));
    while let Some(cursor) = after {
        let page = store.read(cursor, PAGE).await?;
        after = page.next();
        if let Records::Accounts(accounts) = page {
            accounts.iter().try_for_each(|account| say(line(account)))?;
        }
    }
    Ok(())
}

fn line(account: &AccountRecord) -> String {
    let state = if account.closed.is_some() { "closed" } else { "open" };
    let seen = account.last_seen.map_or_else(|| "never".to_owned(), time);
    [account.username.as_str(), &account.name, &time(account.created), &seen, state].join("\t")
}

fn time(at: Millis) -> String {
    clock::machine(at)
}

async fn hash(password: String, names: &[&str]) -> Result<String> {
    password::judge(&password, names).map_err(|fault| Failure::Refused(fault.say(WORDS).to_owned()))?;
    let hashed = Passwords::new().hash(password).await;
    hashed.map_err(|refused| Failure::Refused(refused.say(WORDS).message))
}

fn new_password(is_piped: bool) -> Result<String> {
    if is_piped {
        let mut line = String::new();
        io::stdin().lock().read_line(&mut line).map_err(Failure::Typed)?;
        return Ok(line.trim_end_matches(['\r', '\n']).to_owned());
    }
    if !io::stdin().is_terminal() {
        return Err(Failure::WrongUse("there is no terminal to ask for a password: give --password-stdin".to_owned()));
    }
    let password = rpassword::prompt_password("Password: ").map_err(Failure::Typed)?;
    let again = rpassword::prompt_password("The same again: ").map_err(Failure::Typed)?;
    if password == again { Ok(password) } else { refused("the two are not the same; nothing was changed") }
}

fn ask(question: &str) -> Result<String> {
    eprint!("{question}");
    io::stderr().flush().map_err(Failure::Typed)?;
    let mut line = String::new();
    io::stdin().lock().read_line(&mut line).map_err(Failure::Typed)?;
    Ok(line.trim().to_owned())
}
