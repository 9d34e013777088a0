//! `react`: one emoji to a message, or none any more.

use unicode_properties::{EmojiStatus, UnicodeEmoji};
use unicode_segmentation::UnicodeSegmentation;

use super::{Context, Outcome, Refuse, append::append};
use crate::protocol::{client::React, code::ErrorCode, entry::Kind};

/// Asks for the emoji form of a character that is text by itself (UTS 51, section 1.4.3).
const EMOJI_PRESENTATION: char = '\u{FE0F}';

pub async fn apply(context: &Context, react: React) -> Outcome {
    let React { id, peer, of, emoji } = react;
    if emoji.as_deref().is_some_and(|emoji| !is_emoji(emoji)) {
        return Outcome::answer(
            Refuse::new(ErrorCode::BadFrame, "an emoji is one character with emoji presentation").into_frame(Some(id)),
        );
    }
    append(context, id, &peer, Kind::Reaction { of, emoji }).await
}

/// One grapheme cluster (UAX 29) with emoji presentation (UTS 51).
fn is_emoji(text: &str) -> bool {
    let mut characters = text.chars();
    let Some(first) = characters.next() else { return false };
    let presents = match first.emoji_status() {
        EmojiStatus::EmojiPresentation
        | EmojiStatus::EmojiPresentationAndModifierBase
        | EmojiStatus::EmojiPresentationAndEmojiComponent
        | EmojiStatus::EmojiPresentationAndModifierAndEmojiComponent => true,
        EmojiStatus::EmojiModifierBase => {
            characters.next().is_some_and(|second| second == EMOJI_PRESENTATION || is_skin_tone(second))
        }
        EmojiStatus::EmojiOther | EmojiStatus::EmojiOtherAndEmojiComponent => {
            characters.next() == Some(EMOJI_PRESENTATION)
        }
        _ => false,
    };
    presents && text.graphemes(true).count() == 1
}

fn is_skin_tone(character: char) -> bool {
    ('\u{1F3FB}'..='\u{1F3FF}').contains(&character)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_emoji_is_an_emoji() {
        for emoji in ["👍", "👍🏽", "❤️", "👨‍👩‍👧", "🇫🇷", "1️⃣", "☝🏽", "🏳️‍🌈", "☀️"]
        {
            assert!(is_emoji(emoji), "{emoji}");
        }
    }

    #[test]
    fn text_and_two_emoji_are_not() {
        for text in ["", "a", "ab", "1", "❤", "👍👍", "👍a", "\u{200D}", "\u{FE0F}"] {
            assert!(!is_emoji(text), "{text:?}");
        }
    }
}
