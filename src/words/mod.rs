//! Every sentence that a person meets, on the page and from the server, in each language: one typed table, a file for each
//! area. A sentence that lacks a language does not compile; one that takes a number says its plural itself.
//!
//! A page has one language for as long as it stands: `Words::here()` in a view, and no signal.

mod away;
mod gate;
mod language;
mod message;
mod page;
mod picker;
mod refused;
mod settings;
mod shortcuts;
mod thread;
mod time;

use leptos::prelude::*;

pub use self::language::Language;

/// The sentences, in one language.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Words(pub Language);

impl Words {
    /// In the language of the page that the view stands in.
    pub fn here() -> Self {
        use_context().unwrap_or(Self(Language::English))
    }
}

/// Sentences as methods of `Words`: `name: English, Chinese;`, and with arguments `name(argument: Type): String, String;`.
macro_rules! words {
    ($($(#[$note:meta])* $name:ident $(($($argument:ident: $type:ty),+))?: $english:expr, $chinese:expr;)+) => {
        impl $crate::words::Words {
            $($crate::words::words!(@ $(#[$note])* $name $(($($argument: $type),+))?, $english, $chinese);)+
        }
    };
    (@ $(#[$note:meta])* $name:ident, $english:expr, $chinese:expr) => {
        $(#[$note])*
        pub fn $name(self) -> &'static str {
            match self.0 {
                $crate::words::Language::English => $english,
                $crate::words::Language::Chinese => $chinese,
            }
        }
    };
    (@ $(#[$note:meta])* $name:ident($($argument:ident: $type:ty),+), $english:expr, $chinese:expr) => {
        $(#[$note])*
        pub fn $name(self, $($argument: $type),+) -> String {
            match self.0 {
                $crate::words::Language::English => $english,
                $crate::words::Language::Chinese => $chinese,
            }
        }
    };
}
use words;
