//! What is an emoji, without Unicode's large tables: enough to tell a message of a few emoji from one of words. The file
//! of all of them, with their names, is fetched when somebody wants to pick one; `palette.rs` reads it.

use std::{iter::Peekable, str::Chars};

const JOINER: char = '\u{200D}';
const AS_EMOJI: char = '\u{FE0F}';
const KEYCAP: char = '\u{20E3}';
const END_OF_TAG: char = '\u{E007F}';

/// How many emoji a text is; `None` where anything else but spaces stands in it.
pub fn count(text: &str) -> Option<usize> {
    let mut characters = text.chars().peekable();
    let mut count = 0;
    while let Some(first) = characters.next() {
        if first != ' ' {
            sequence(first, &mut characters)?;
            count += 1;
        }
    }
    Some(count)
}

/// The rest of one emoji after its first character (UTS 51, section 1.4.9).
fn sequence(first: char, rest: &mut Peekable<Chars>) -> Option<()> {
    match first {
        '0'..='9' | '#' | '*' => {
            rest.next_if_eq(&AS_EMOJI);
            rest.next_if_eq(&KEYCAP).map(|_| ())
        }
        _ if is_flag_letter(first) => rest.next_if(|second| is_flag_letter(*second)).map(|_| ()),
        _ => joined(first, rest),
    }
}

/// Emoji that are one by joiners, such as a family; most are just one. A symbol counts where its emoji form is asked for.
fn joined(first: char, rest: &mut Peekable<Chars>) -> Option<()> {
    let (mut element, mut is_part) = (first, false);
    loop {
        let is_asked_for = rest.next_if(|next| *next == AS_EMOJI || is_skin_tone(*next)).is_some();
        if rest.next_if(|next| is_tag(*next)).is_some() {
            while rest.next_if(|next| is_tag(*next)).is_some() {}
            rest.next_if_eq(&END_OF_TAG)?;
        }
        let goes_on = rest.next_if_eq(&JOINER).is_some();
        // Within a joined emoji some leave out to ask.
        let is_one = is_emoji(element) || (is_symbol(element) && (is_asked_for || is_part || goes_on));
        if !is_one || !goes_on {
            return is_one.then_some(());
        }
        (element, is_part) = (rest.next()?, true);
    }
}

/// Regional indicators: two of them are a flag.
fn is_flag_letter(character: char) -> bool {
    ('\u{1F1E6}'..='\u{1F1FF}').contains(&character)
}

fn is_skin_tone(character: char) -> bool {
    ('\u{1F3FB}'..='\u{1F3FF}').contains(&character)
}

fn is_tag(character: char) -> bool {
    ('\u{E0020}'..='\u{E007E}').contains(&character)
}

/// Characters that have an emoji form besides their own, and some beside them that have none.
fn is_symbol(character: char) -> bool {
    matches!(character,
        '©' | '®' | '\u{203C}'..='\u{27BF}' | '\u{2934}'..='\u{2B55}' | '\u{3030}' | '\u{303D}' | '\u{3297}' | '\u{3299}')
}

/// Characters that are drawn as emoji unless they are told not to be (Unicode 18), with those above U+1F000 that fonts draw so.
fn is_emoji(character: char) -> bool {
    matches!(character,
            '\u{231A}'..='\u{231B}' | '\u{23E9}'..='\u{23EC}' | '\u{23F0}' | '\u{23F3}' | '\u{25FD}'..='\u{25FE}'
            | '\u{2614}'..='\u{2615}' | '\u{2648}'..='\u{2653}' | '\u{267F}' | '\u{2693}' | '\u{26A1}'
            | '\u{26AA}'..='\u{26AB}' | '\u{26BD}'..='\u{26BE}' | '\u{26C4}'..='\u{26C5}' | '\u{26CE}' | '\u{26D4}'
            | '\u{26EA}' | '\u{26F2}'..='\u{26F3}' | '\u{26F5}' | '\u{26FA}' | '\u{26FD}' | '\u{2705}'
            | '\u{270A}'..='\u{270B}' | '\u{2728}' | '\u{274C}' | '\u{274E}' | '\u{2753}'..='\u{2755}' | '\u{2757}'
            | '\u{2795}'..='\u{2797}' | '\u{27B0}' | '\u{27BF}' | '\u{2B1B}'..='\u{2B1C}' | '\u{2B50}' | '\u{2B55}'
            | '\u{1F004}' | '\u{1F0CF}' | '\u{1F170}'..='\u{1F171}' | '\u{1F17E}'..='\u{1F17F}' | '\u{1F18E}'
            | '\u{1F191}'..='\u{1F19A}' | '\u{1F1E6}'..='\u{1F1FF}' | '\u{1F201}'..='\u{1F202}' | '\u{1F21A}'
            | '\u{1F22F}' | '\u{1F232}'..='\u{1F23A}' | '\u{1F250}'..='\u{1F251}' | '\u{1F300}'..='\u{1F321}'
            | '\u{1F324}'..='\u{1F393}' | '\u{1F396}'..='\u{1F397}' | '\u{1F399}'..='\u{1F39B}'
            | '\u{1F39E}'..='\u{1F3F0}' | '\u{1F3F3}'..='\u{1F3F5}' | '\u{1F3F7}'..='\u{1F4FD}'
            | '\u{1F4FF}'..='\u{1F53D}' | '\u{1F549}'..='\u{1F54E}' | '\u{1F550}'..='\u{1F567}'
            | '\u{1F56F}'..='\u{1F570}' | '\u{1F573}'..='\u{1F57A}' | '\u{1F587}' | '\u{1F58A}'..='\u{1F58D}'
            | '\u{1F590}' | '\u{1F595}'..='\u{1F596}' | '\u{1F5A4}'..='\u{1F5A5}' | '\u{1F5A8}'
            | '\u{1F5B1}'..='\u{1F5B2}' | '\u{1F5BC}' | '\u{1F5C2}'..='\u{1F5C4}' | '\u{1F5D1}'..='\u{1F5D3}'
            | '\u{1F5DC}'..='\u{1F5DE}' | '\u{1F5E1}' | '\u{1F5E3}' | '\u{1F5E8}' | '\u{1F5EF}' | '\u{1F5F3}'
            | '\u{1F5FA}'..='\u{1F64F}' | '\u{1F680}'..='\u{1F6C5}' | '\u{1F6CB}'..='\u{1F6D2}'
            | '\u{1F6D5}'..='\u{1F6D9}' | '\u{1F6DC}'..='\u{1F6E5}' | '\u{1F6E9}' | '\u{1F6EB}'..='\u{1F6EC}'
            | '\u{1F6F0}' | '\u{1F6F3}'..='\u{1F6FC}' | '\u{1F7E0}'..='\u{1F7EB}' | '\u{1F7F0}'
            | '\u{1F90C}'..='\u{1F93A}' | '\u{1F93C}'..='\u{1F945}' | '\u{1F947}'..='\u{1F9FF}'
            | '\u{1FA70}'..='\u{1FA7C}' | '\u{1FA80}'..='\u{1FAC6}' | '\u{1FAC8}' | '\u{1FACC}'..='\u{1FADD}'
            | '\u{1FADF}'..='\u{1FAEB}' | '\u{1FAEF}'..='\u{1FAFA}')
}

#[cfg(test)]
mod tests {
    use unicode_properties::{EmojiStatus, UnicodeEmoji};

    use super::*;

    #[test]
    fn emoji_are_counted_as_one_sees_them() {
        for (text, expected) in [
            ("😀", 1),
            ("⛵️☀️👩‍👩‍👧", 3),
            ("👍🏽 👍", 2),
            ("🇫🇷🇨🇳", 2),
            ("1️⃣#⃣", 2),
            ("🏳️‍🌈", 1),
            ("🏴󠁧󠁢󠁳󠁣󠁴󠁿", 1),
            ("🧑🏿‍❤️‍🧑🏻", 1),
            ("👩‍⚕", 1),
            ("☝🏽", 1),
            ("❤️", 1),
            ("", 0),
        ] {
            assert_eq!(count(text), Some(expected), "{text}");
        }
    }

    #[test]
    fn anything_else_is_no_emoji() {
        for text in [
            "1",
            "2024",
            "#",
            "a😀",
            "😀a",
            "❤",
            "©",
            "™",
            "🇫",
            "😀\u{200D}",
            "😀\n😀",
            "你好",
            "\u{FE0F}",
            "a\u{FE0F}",
        ] {
            assert_eq!(count(text), None, "{text:?}");
        }
    }

    #[test]
    fn each_character_is_what_unicode_says() {
        for character in '\u{80}'..='\u{1FFFF}' {
            use EmojiStatus::{
                EmojiModifierBase, EmojiOther, EmojiOtherAndEmojiComponent, EmojiPresentation,
                EmojiPresentationAndEmojiComponent, EmojiPresentationAndModifierAndEmojiComponent,
                EmojiPresentationAndModifierBase,
            };
            let (is_drawn, is_possible) = match character.emoji_status() {
                EmojiPresentation
                | EmojiPresentationAndModifierBase
                | EmojiPresentationAndEmojiComponent
                | EmojiPresentationAndModifierAndEmojiComponent => (true, true),
                EmojiModifierBase | EmojiOther | EmojiOtherAndEmojiComponent => (character >= '\u{1F000}', true),
                _ => (false, false),
            };
            assert_eq!(is_emoji(character), is_drawn, "{character:?}");
            assert!(!is_possible || is_emoji(character) || is_symbol(character), "{character:?}");
        }
    }
}
