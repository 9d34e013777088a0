//! A person's initials on a ground whose hue follows from the username.

use leptos::prelude::*;

use crate::protocol::ids::Username;

const HUES: u32 = 12;

#[component]
pub fn Avatar(
    username: Username,
    #[prop(into)] name: Signal<String>,
    #[prop(optional, into)] online: Signal<bool>,
    #[prop(optional)] is_mine: bool,
) -> impl IntoView {
    let hue = (!is_mine).then(|| hue(&username).to_string());
    view! {
        <span
            class="avatar"
            data-hue=hue
            data-by=is_mine.then_some("me")
            data-presence=move || online.get().then_some("online")
            aria-hidden="true"
        >
            {move || initials(&name.get())}
        </span>
    }
}

/// FNV-1a: the same colour for the same person, on every device.
fn hue(username: &Username) -> u32 {
    let hash = username
        .as_str()
        .bytes()
        .fold(0x811c_9dc5_u32, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193));
    hash % HUES
}

/// Two letters: of two words their first ones, of one its first two; of scripts that write words in signs, one sign.
fn initials(name: &str) -> String {
    let mut words =
        name.split([' ', '-', '_', '.']).filter_map(|word| word.chars().find(|character| character.is_alphanumeric()));
    let (first, second) = (words.next(), words.next());
    match (first, second) {
        (Some(first), _) if u32::from(first) >= 0x2E80 => first.to_string(),
        (Some(first), Some(second)) => first.to_uppercase().chain(second.to_uppercase()).collect(),
        _ => {
            name.chars().filter(|character| character.is_alphanumeric()).take(2).flat_map(char::to_uppercase).collect()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn initials_are_one_or_two_signs() {
        for (name, expected) in [
            ("Bob", "BO"),
            ("nightly-backup", "NB"),
            ("陈雨", "陈"),
            ("111", "11"),
            ("ليلى", "لي"),
            ("🦀", ""),
            ("Tomáš", "TO"),
        ] {
            assert_eq!(initials(name), expected, "{name}");
        }
    }
}
