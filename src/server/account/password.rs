//! Passwords: what makes a good one, and Argon2id at OWASP's least (19 MiB, two passes, one lane) behind a semaphore, so
//! that a thousand sign-ins at once cost memory for a few and never delay a message.

use std::sync::Arc;

use argon2::{
    Argon2,
    password_hash::{self, PasswordHasher, PasswordVerifier, phc::PasswordHash},
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
/// Verified in place of an unknown name's password, so that both take the same time. A constant: to hash one at each start
/// would take memory that a small machine may not have then.
const NOBODYS: &str =
    "$argon2id$v=19$m=19456,t=2,p=1$wadfHp5CQLn1M5sLQ5uwAA$eyOxyXTblJN1k/pcEx4U33VhtdBe0MI5t8s+GS/pVHE";
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

pub struct Passwords {
    /// Who may hash now.
    hashing: Arc<Semaphore>,
    /// Who may hash or wait for it.
    waiting: Arc<Semaphore>,
}

impl Passwords {
    pub fn new() -> Self {
        let cores = std::thread::available_parallelism().map_or(2, usize::from);
        Self { hashing: Arc::new(Semaphore::new(cores)), waiting: Arc::new(Semaphore::new(cores + QUEUE)) }
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
        let hash = hash.unwrap_or_else(|| NOBODYS.to_owned());
        self.work(move || {
            let is_right = verify_now(&password, &hash)?;
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
    let hash = Argon2::default().hash_password(password.as_bytes()).map_err(refuse)?;
    Ok(hash.to_string())
}

fn verify_now(password: &str, hash: &str) -> Result<bool, Refused> {
    let hash = PasswordHash::new(hash).map_err(|_| Refused::Internal)?;
    match Argon2::default().verify_password(password.as_bytes(), &hash) {
        Ok(()) => Ok(true),
        Err(password_hash::Error::PasswordInvalid) => Ok(false),
        Err(error) => Err(refuse(error)),
    }
}

/// Why a password was neither hashed nor judged. Where there is no memory for it now, there may be a moment later; to call
/// it wrong would be no true answer, and count as a guess.
fn refuse(error: password_hash::Error) -> Refused {
    match error {
        password_hash::Error::OutOfMemory => Refused::Busy,
        other => {
            tracing::error!(error = %other, "a password can be neither hashed nor judged");
            Refused::Internal
        }
    }
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
        assert_eq!(passwords.verify("the boat leaves at five".into(), None).await, Ok(false), "of nobody's hash it is");
    }

    #[test]
    fn the_hash_of_nobody_is_as_much_work_as_any() {
        let own = hash_now("the boat leaves at five").unwrap();
        let work = |hash: &str| hash.split('$').take(4).map(str::to_owned).collect::<Vec<_>>();
        let length = |hash: &str| hash.split('$').map(str::len).collect::<Vec<_>>();
        assert_eq!((work(NOBODYS), length(NOBODYS)), (work(&own), length(&own)), "{own}");
        assert_eq!(verify_now("the boat leaves at five", NOBODYS), Ok(true));
    }

    #[test]
    fn a_hash_that_cannot_be_read_is_no_wrong_password() {
        for broken in ["", "!", "$argon2id$v=19$m=19456,t=2,p=1$c2FsdA$"] {
            assert_eq!(verify_now("the boat leaves at five", broken), Err(Refused::Internal), "{broken}");
        }
        assert_eq!(refuse(password_hash::Error::OutOfMemory), Refused::Busy, "nor is one for which there is no memory");
    }
}
