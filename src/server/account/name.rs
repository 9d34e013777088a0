//! Names. A username is folded after RFC 8265 (UsernameCaseMapped), so that Alice and ALICE are one person, and judged
//! by UTS 39, so that nobody can register a name that looks like another's.

use precis_profiles::{UsernameCaseMapped, precis_core::profile::PrecisFastInvocation};
use unicode_security::{MixedScript, skeleton};

use crate::{protocol::ids::Username, words::Words};

/// In characters, after folding.
pub const LONGEST: usize = 32;
/// In characters.
pub const LONGEST_SHOWN: usize = 64;

/// Names that could be taken for the house's own, or that break paths.
const RESERVED: [&str; 14] = [
    "admin",
    "administrator",
    "root",
    "support",
    "system",
    "security",
    "help",
    "duologue",
    "null",
    "undefined",
    "me",
    "you",
    ".",
    "..",
];

/// Why nobody can have a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NameFault {
    Shape,
    Reserved,
    Slash,
    MixedScript,
}

impl NameFault {
    pub fn say(self, words: Words) -> &'static str {
        match self {
            Self::Shape => words.name_shape(),
            Self::Reserved => words.name_reserved(),
            Self::Slash => words.name_slash(),
            Self::MixedScript => words.name_mixed_script(),
        }
    }
}

/// The canonical form of what somebody typed; `None` where it cannot be anybody's name.
pub fn fold(typed: &str) -> Option<Username> {
    // The fold of such a name is itself, and nearly all names that frames carry are such.
    let is_folded = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    if (1..=LONGEST).contains(&typed.len()) && typed.bytes().all(is_folded) {
        return Some(Username::from_canonical(typed));
    }
    // The longest name is far shorter than this in any form.
    if typed.len() > LONGEST * 16 {
        return None;
    }
    let folded = UsernameCaseMapped::enforce(typed).ok()?;
    // RFC 8264, section 7. Small Cherokee letters, say, are none of a name's: who had one could not be written to.
    let is_stable = UsernameCaseMapped::enforce(folded.as_ref()).is_ok_and(|again| again == folded);
    if !is_stable {
        return None;
    }
    (1..=LONGEST).contains(&folded.chars().count()).then(|| Username::from_canonical(folded.as_ref()))
}

/// A name that may be registered, with its UTS 39 skeleton: names of one skeleton look alike.
pub fn register(typed: &str) -> Result<(Username, String), NameFault> {
    let username = fold(typed).ok_or(NameFault::Shape)?;
    if RESERVED.contains(&username.as_str()) {
        return Err(NameFault::Reserved);
    }
    if username.as_str().contains(['/', '\\']) {
        return Err(NameFault::Slash);
    }
    if !username.as_str().is_single_script() {
        return Err(NameFault::MixedScript);
    }
    let skeleton = skeleton(username.as_str()).collect();
    Ok((username, skeleton))
}

/// The name that is shown: without controls and direction overrides, in its bounds; the username where nothing is left.
pub fn shown(typed: Option<&str>, username: &Username) -> String {
    let is_kept = |character: &char| {
        !character.is_control()
            && !matches!(u32::from(*character), 0x202A..=0x202E | 0x2066..=0x2069 | 0x200B | 0xFEFF | 0x200E | 0x200F)
    };
    let cleaned: String = typed.unwrap_or_default().chars().filter(is_kept).take(LONGEST_SHOWN).collect();
    match cleaned.trim() {
        "" => username.as_str().to_owned(),
        name => name.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn case_and_width_make_no_difference() {
        for typed in ["alice", "Alice", "ALICE", "ａｌｉｃｅ"] {
            assert_eq!(fold(typed).unwrap().as_str(), "alice", "{typed}");
        }
        assert_eq!(fold("111").unwrap().as_str(), "111");
        assert_eq!(fold("陈雨").unwrap().as_str(), "陈雨");
    }

    #[test]
    fn what_cannot_be_a_name_is_refused() {
        for typed in ["", "a b", "alice\u{200D}", "a\0", &"x".repeat(33), &"é".repeat(1_000_000)] {
            assert_eq!(fold(typed), None, "{typed:.20}");
        }
        assert!(fold(&"x".repeat(32)).is_some());
        assert_eq!(fold("\u{13BE}"), None, "its fold is no name itself");
    }

    #[test]
    fn reserved_and_mixed_names_cannot_be_registered() {
        for typed in ["admin", "System", "null", ".", ".."] {
            assert_eq!(register(typed), Err(NameFault::Reserved), "{typed}");
        }
        assert_eq!(register("аlice"), Err(NameFault::MixedScript));
        assert_eq!(register("a/b"), Err(NameFault::Slash));
    }

    #[test]
    fn names_that_look_alike_have_one_skeleton() {
        assert_eq!(register("111").unwrap().1, register("lll").unwrap().1);
        assert_ne!(register("ann").unwrap().1, register("bob").unwrap().1);
    }

    #[test]
    fn a_shown_name_cannot_turn_or_break_the_line() {
        let username = fold("ann").unwrap();
        assert_eq!(shown(Some(" A\u{202E}nn\n "), &username), "Ann");
        assert_eq!(shown(Some("\u{200B}"), &username), "ann");
        assert_eq!(shown(None, &username), "ann");
        assert_eq!(shown(Some(&"x".repeat(100)), &username).len(), LONGEST_SHOWN);
    }
}
