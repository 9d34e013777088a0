//! Passwords: what makes a good one, and Argon2id at OWASP's least (19 MiB, two passes, one lane) behind a semaphore, so
//! that a thousand sign-ins at once cost memory for a few and never delay a message.

use std::sync::Arc;

use argon2::{
    Argon2,
    password_hash::{PasswordHasher, PasswordVerifier, phc::PasswordHash},
};
use tokio::sync::Semaphore;

use super::refused::Refused;
use crate::{server::metrics, words::Words};

/// In place of a hash where an account has no password: nobody can sign in by one.
pub const NONE: &str = "!";
/// In characters.
pub const SHORTEST: usize = 10;
/// In bytes: a bound for the hash's work, far above any sentence.
pub const LONGEST: usize = 1024;
/// A password that is found within so many guesses is among the commonest.
const COMMONEST: u64 = 100_000;
/// zxcvbn's work grows with the square of the length; what is longer than this is not common.
const JUDGED: usize = 64;
/// How many wait for their turn; one more is told to come back.
const QUEUE: usize = 32;

/// Why a password cannot be chosen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PasswordFault {
    Short,
    Long,
    Common,
}

impl PasswordFault {
    pub fn say(self, words: Words) -> &'static str {
        match self {
            Self::Short => words.password_short(),
            Self::Long => words.password_long(),
            Self::Common => words.password_common(),
        }
    }
}

/// Judges a password before it is chosen. `names` are the person's own, which are no secret.
pub fn judge(password: &str, names: &[&str]) -> Result<(), PasswordFault> {
    if password.chars().count() < SHORTEST {
        return Err(PasswordFault::Short);
    }
    if password.len() > LONGEST {
        return Err(PasswordFault::Long);
    }
    if password.len() <= JUDGED && zxcvbn::zxcvbn(password, names).guesses() < COMMONEST {
        return Err(PasswordFault::Common);
    }
    Ok(())
}

#[derive(Clone)]
pub struct Passwords {
    /// Who may hash now.
    hashing: Arc<Semaphore>,
    /// Who may hash or wait for it.
    waiting: Arc<Semaphore>,
    /// Verified in place of an unknown name's password, so that both take the same time.
    dummy: Arc<str>,
}

impl Passwords {
    pub fn new() -> Self {
        let cores = std::thread::available_parallelism().map_or(2, usize::from);
        let dummy = hash_now("a password that nobody has").expect("Argon2id with fixed parameters works");
        Self {
            hashing: Arc::new(Semaphore::new(cores)),
            waiting: Arc::new(Semaphore::new(cores + QUEUE)),
            dummy: dummy.into(),
        }
    }

    /// The PHC string of a password.
    pub async fn hash(&self, password: String) -> Result<String, Refused> {
        self.work(move || hash_now(&password)).await?
    }

    /// Whether the password is the one of the hash; for an unknown name give `None`, which takes as long and is false.
    pub async fn verify(&self, password: String, hash: Option<String>) -> Result<bool, Refused> {
        // No password is longer, and a longer one would only make work.
        let password = if password.len() > LONGEST { String::new() } else { password };
        let hash = hash.filter(|hash| hash != NONE);
        let is_known = hash.is_some();
        let hash = hash.unwrap_or_else(|| self.dummy.to_string());
        self.work(move || {
            let hash = PasswordHash::new(&hash).map_err(|_| Refused::Internal)?;
            let is_right = Argon2::default().verify_password(password.as_bytes(), &hash).is_ok();
            metrics::password_checked();
            Ok(is_right && is_known)
        })
        .await?
    }

    async fn work<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Result<T, Refused> {
        let _place = self.waiting.clone().try_acquire_owned().map_err(|_| Refused::Busy)?;
        let turn = self.hashing.clone().acquire_owned().await.map_err(|_| Refused::Internal)?;
        let done = tokio::task::spawn_blocking(move || {
            let _turn = turn;
            work()
        });
        done.await.map_err(|_| Refused::Internal)
    }
}

fn hash_now(password: &str) -> Result<String, Refused> {
    let hash = Argon2::default().hash_password(password.as_bytes()).map_err(|_| Refused::Internal)?;
    Ok(hash.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_and_common_passwords_are_refused() {
        for password in ["short", "123456789", "1234567890", "password12", "qwertyuiop", "aaaaaaaaaaaa"] {
            assert!(matches!(judge(password, &[]), Err(PasswordFault::Short | PasswordFault::Common)), "{password}");
        }
        assert_eq!(judge(&"x".repeat(LONGEST + 1), &[]), Err(PasswordFault::Long));
    }

    #[test]
    fn a_sentence_is_accepted() {
        for password in
            ["the boat leaves at five", "correct horse battery", "周六下午有雨，带上雨衣", "🦀 crabs walk sideways"]
        {
            assert_eq!(judge(password, &["ann"]), Ok(()), "{password}");
        }
        assert_eq!(judge(&"many words ".repeat(80), &[]), Ok(()));
    }

    #[tokio::test]
    async fn only_the_right_password_of_a_known_name_is_verified() {
        let passwords = Passwords::new();
        let hash = passwords.hash("the boat leaves at five".into()).await.unwrap();
        assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{hash}");
        assert_eq!(passwords.verify("the boat leaves at five".into(), Some(hash.clone())).await, Ok(true));
        assert_eq!(passwords.verify("the boat leaves at six".into(), Some(hash)).await, Ok(false));
        assert_eq!(passwords.verify("a password that nobody has".into(), None).await, Ok(false));
    }
}
