//! What may stand in a message. The page refuses by the same rules before it sends, in the same words.

use super::{code::ErrorCode, limits};

/// Trims a body and says why it cannot be a message: `empty`, `too_long`, or `bad_frame` for a NUL.
pub fn check(text: &str) -> Result<&str, ErrorCode> {
    if text.contains('\0') {
        return Err(ErrorCode::BadFrame);
    }
    let body = text.trim();
    if body.chars().all(is_invisible) {
        return Err(ErrorCode::Empty);
    }
    if body.len() > limits::BODY {
        return Err(ErrorCode::TooLong);
    }
    Ok(body)
}

/// White space, format characters (category Cf) and those that are ignored by default and draw nothing.
fn is_invisible(character: char) -> bool {
    character.is_whitespace()
        || matches!(u32::from(character),
            0x00AD | 0x034F | 0x0600..=0x0605 | 0x061C | 0x06DD | 0x070F | 0x0890..=0x0891 | 0x08E2
            | 0x115F..=0x1160 | 0x17B4..=0x17B5 | 0x180B..=0x180F | 0x200B..=0x200F | 0x202A..=0x202E
            | 0x2060..=0x206F | 0x3164 | 0xFE00..=0xFE0F | 0xFEFF | 0xFFA0 | 0xFFF0..=0xFFFB
            | 0x110BD | 0x110CD | 0x13430..=0x1343F | 0x1BCA0..=0x1BCA3 | 0x1D173..=0x1D17A
            | 0xE0000..=0xE0FFF)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_body_is_trimmed_of_unicode_white_space() {
        assert_eq!(check("\u{3000} hi \u{2028}\n"), Ok("hi"));
    }

    #[test]
    fn what_draws_nothing_is_empty() {
        for blank in ["", " \n\t", "\u{200B}\u{200D}", "\u{FEFF} \u{2060}", "\u{202E}\u{2066}"] {
            assert_eq!(check(blank), Err(ErrorCode::Empty), "{blank:?}");
        }
    }

    #[test]
    fn the_limit_counts_bytes_after_trimming() {
        let longest = "é".repeat(limits::BODY / 2);
        assert_eq!(check(&format!("  {longest}  ")), Ok(longest.as_str()));
        assert_eq!(check(&format!("{longest}x")), Err(ErrorCode::TooLong));
    }

    #[test]
    fn a_nul_is_refused_and_other_controls_are_kept() {
        assert_eq!(check("a\0b"), Err(ErrorCode::BadFrame));
        assert_eq!(check("a\u{1b}[1m\rb"), Ok("a\u{1b}[1m\rb"));
    }
}
