//! What stands in a message: paragraphs, code, and addresses that can be followed. Pure, and borrowed from the text; what
//! is made of it stands in `said.rs`.
//!
//! Of Markdown this is all that messages have: `` `code` `` within a line, and lines of code between two fences of three
//! backticks. What is not closed is text. Nothing is searched again and again to its end, so that sixteen kilobytes of one
//! sign cost no more than sixteen kilobytes of words.

use super::address;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Block<'text> {
    Paragraph(&'text str),
    /// Lines between fences, without the language that the first fence may name.
    Code(&'text str),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part<'text> {
    Words(&'text str),
    Code(&'text str),
    /// An address as it was written, which is also where it leads.
    Link(&'text str),
}

impl<'text> Part<'text> {
    fn shown(self) -> &'text str {
        match self {
            Self::Words(text) | Self::Code(text) | Self::Link(text) => text,
        }
    }
}

/// How many characters of a message stand in one line about it.
const LINE: usize = 200;

/// A fence that is open: where its line begins, where its backticks end, and where the line ends.
struct Fence {
    at: usize,
    ticks: usize,
    end: usize,
}

/// A text in blocks. An empty line parts paragraphs; empty lines beyond that one stay in the paragraph below.
pub fn blocks(text: &str) -> Vec<Block<'_>> {
    let mut blocks = Vec::new();
    let mut open: Option<Fence> = None;
    // Up to where the text stands in blocks, and where the line begins.
    let (mut done, mut at) = (0, 0);
    for line in text.split('\n') {
        let end = at + line.len();
        if let Some(fence) = &open {
            if line.trim_end().ends_with("```") {
                let code = code_between(text, fence, at, line);
                if !code.trim().is_empty() {
                    paragraphs(&text[done..fence.at], &mut blocks);
                    blocks.push(Block::Code(code));
                    done = end;
                }
                open = None;
            }
        } else if line.starts_with("```") {
            let ticks = line.len() - line.trim_start_matches('`').len();
            // With backticks further on it is code within the line.
            open = (!line[ticks..].contains('`')).then_some(Fence { at, ticks: at + ticks, end });
        }
        at = end + 1;
    }
    paragraphs(&text[done..], &mut blocks);
    blocks
}

/// What stands between an open fence and the line that closes it. A name on the first line is a language, unless the last
/// line says something, too: then the fences were put around what was there.
fn code_between<'text>(text: &'text str, fence: &Fence, last: usize, line: &str) -> &'text str {
    let close = last + line.trim_end().trim_end_matches('`').len();
    let first = text[fence.ticks..fence.end].trim();
    let is_language = close == last && names_language(first);
    let from = if is_language || first.is_empty() { fence.end + 1 } else { fence.ticks };
    let code = &text[from..close];
    code.strip_suffix('\n').unwrap_or(code)
}

/// `rust`, `c++`, `asp.net`. An address or a word of another script is what somebody says, and is shown.
fn names_language(word: &str) -> bool {
    word.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'#' | b'-' | b'_' | b'.'))
}

fn paragraphs<'text>(text: &'text str, blocks: &mut Vec<Block<'text>>) {
    let mut rest = text.trim_matches('\n');
    while !rest.is_empty() {
        let first_word = rest.len() - rest.trim_start_matches('\n').len();
        let end = rest[first_word..].find("\n\n").map_or(rest.len(), |end| first_word + end);
        blocks.push(Block::Paragraph(&rest[..end]));
        rest = rest[end..].strip_prefix("\n\n").unwrap_or_default();
    }
}

/// A paragraph in parts.
pub fn parts(paragraph: &str) -> Vec<Part<'_>> {
    let mut parts = Vec::new();
    let (mut done, mut at) = (0, 0);
    while let Some(open) = paragraph[at..].find('`').map(|tick| at + tick) {
        let ticks = run(&paragraph[open..]);
        at = open + ticks;
        if let Some(close) = closing(&paragraph[at..], ticks) {
            links(&paragraph[done..open], &mut parts);
            parts.push(Part::Code(&paragraph[at..at + close]));
            at += close + ticks;
            done = at;
        }
    }
    links(&paragraph[done..], &mut parts);
    parts
}

/// The first of the words, without the signs: for a place that shows what was said in one line.
pub fn line(text: &str) -> String {
    let mut line = String::new();
    for block in blocks(text) {
        if !line.is_empty() {
            line.push('\n');
        }
        match block {
            Block::Code(code) => line.push_str(code),
            Block::Paragraph(paragraph) => line.extend(parts(paragraph).into_iter().map(Part::shown)),
        }
    }
    line.chars().take(LINE).collect()
}

/// How many backticks a text begins with.
fn run(text: &str) -> usize {
    text.len() - text.trim_start_matches('`').len()
}

/// Where as many backticks stand again on this line, no more and no fewer. A search in vain is the last one for that
/// number on the line, and a line has not many runs of different lengths.
fn closing(text: &str, ticks: usize) -> Option<usize> {
    let line = text.split('\n').next()?;
    let mut at = 0;
    while let Some(found) = line[at..].find('`').map(|tick| at + tick) {
        let found_ticks = run(&line[found..]);
        if found_ticks == ticks {
            return Some(found);
        }
        at = found + found_ticks;
    }
    None
}

/// Parts the words from the addresses among them.
fn links<'text>(words: &'text str, parts: &mut Vec<Part<'text>>) {
    let mut done = 0;
    for address in address::find(words) {
        push_words(&words[done..address.start], parts);
        done = address.end;
        parts.push(Part::Link(&words[address]));
    }
    push_words(&words[done..], parts);
}

fn push_words<'text>(words: &'text str, parts: &mut Vec<Part<'text>>) {
    if !words.is_empty() {
        parts.push(Part::Words(words));
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::protocol::limits;

    #[test]
    fn an_empty_line_parts_paragraphs_and_others_stay() {
        assert_eq!(
            blocks("a\nb\n\nc\n\n\n\nd"),
            [Block::Paragraph("a\nb"), Block::Paragraph("c"), Block::Paragraph("\n\nd"),]
        );
        assert_eq!(blocks(""), []);
    }

    #[test]
    fn lines_between_fences_are_code() {
        for (text, expected) in [
            ("```\na\n\n  b\n```", vec![Block::Code("a\n\n  b")]),
            ("```rust\nlet a;\n```", vec![Block::Code("let a;")]),
            ("x\n```\na\n```\n\ny", vec![Block::Paragraph("x"), Block::Code("a"), Block::Paragraph("y")]),
            ("```\n\na\n```", vec![Block::Code("\na")]),
            ("``` c++ \nint a;\n```", vec![Block::Code("int a;")]),
            ("```one two\nthree\n```", vec![Block::Code("one two\nthree")]),
            ("```https://a.example\nthree\n```", vec![Block::Code("https://a.example\nthree")]),
            ("``` 看\nthree\n```", vec![Block::Code(" 看\nthree")]),
            ("```one\ntwo```", vec![Block::Code("one\ntwo")]),
            ("```\ntwo``` ", vec![Block::Code("two")]),
            ("````\na\n````", vec![Block::Code("a")]),
            ("```\na\n```\n```\nb\n```", vec![Block::Code("a"), Block::Code("b")]),
        ] {
            assert_eq!(blocks(text), expected, "{text:?}");
        }
    }

    #[test]
    fn what_is_no_pair_of_fences_is_text() {
        for text in ["```", "```\n```", "```\na", "a ```\nb\n```", "```a```"] {
            assert_eq!(blocks(text), [Block::Paragraph(text)], "{text:?}");
        }
    }

    #[test]
    fn code_within_a_line() {
        use Part::{Code, Words};
        for (text, expected) in [
            ("`a`", vec![Code("a")]),
            ("say `a b` twice", vec![Words("say "), Code("a b"), Words(" twice")]),
            ("``a`b``", vec![Code("a`b")]),
            ("```a```", vec![Code("a")]),
            ("`a", vec![Words("`a")]),
            ("`a\nb`", vec![Words("`a\nb`")]),
            ("``a`", vec![Words("``a`")]),
            ("``a` b`", vec![Words("``a"), Code(" b")]),
            ("`https://a.example`", vec![Code("https://a.example")]),
        ] {
            assert_eq!(parts(text), expected, "{text:?}");
        }
    }

    #[test]
    fn a_line_about_a_message_has_its_words_without_the_signs() {
        for (text, expected) in [
            ("see `code` at https://a.example.", "see code at https://a.example."),
            ("look:\n```rust\nlet a;\n```\n\nyes", "look:\nlet a;\nyes"),
            ("```\nnot closed", "```\nnot closed"),
        ] {
            assert_eq!(line(text), expected);
        }
        assert_eq!(line(&"é".repeat(limits::BODY / 2)), "é".repeat(LINE));
    }

    /// A search that began again at each sign would not come to an end here.
    #[test]
    fn many_times_the_longest_message_is_no_trouble() {
        for sign in
            ["`", "``` ", "```\n", "```a\n", "\n", "` `` ", "http://", "http:", ":", "http://@", "http://a)", ")("]
        {
            let text = sign.repeat(10 * limits::BODY / sign.len());
            shown(&text);
        }
        let rising: String = (1..500).map(|ticks| format!("{}a", "`".repeat(ticks))).collect();
        shown(&rising);
    }

    /// All that is shown, in order.
    fn shown(text: &str) -> Vec<&str> {
        let mut shown = Vec::new();
        for block in blocks(text) {
            match block {
                Block::Code(code) => shown.push(code),
                Block::Paragraph(paragraph) => shown.extend(parts(paragraph).into_iter().map(Part::shown)),
            }
        }
        shown
    }

    /// What is left out between what is shown: backticks, ends of lines, and a language after a fence.
    fn is_markup(left_out: &str) -> bool {
        let is_sign = |sign: char| sign == '`' || sign.is_whitespace();
        let word = left_out.trim_matches(is_sign);
        let before = left_out.trim_start_matches(is_sign);
        let fence = left_out[..left_out.len() - before.len()]
            .trim_end_matches(|sign: char| sign.is_whitespace() && sign != '\n');
        word.is_empty() || (fence.ends_with("```") && names_language(word))
    }

    proptest! {
        #[test]
        fn nothing_is_lost_but_the_signs(text in prop_oneof![
            ".{0,80}",
            "[`\n a:/@.)(]{0,60}",
            "(`|``|```|\n|http://|https://|mailto:|a|@|\\.|\\)| |é|见|。|```rust\n|\n```\n){0,40}",
        ]) {
            let mut at = 0;
            for part in shown(&text) {
                let start = part.as_ptr() as usize - text.as_ptr() as usize;
                prop_assert!(start >= at && is_markup(&text[at..start]), "{:?}", &text[at..start]);
                at = start + part.len();
            }
            prop_assert!(is_markup(&text[at..]));
        }
    }
}
