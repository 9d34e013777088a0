//! Which addresses stand among words, and where each of them ends. What leads nowhere, or reads as what it is not, is words.

use std::ops::Range;

/// The places of the addresses that can be followed, in order.
pub fn find(words: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let (mut done, mut at) = (0, 0);
    while let Some(colon) = words[at..].find(':').map(|colon| at + colon) {
        at = colon + 1;
        let Some(start) = scheme(&words[done..colon]).map(|start| done + start) else { continue };
        let end = words[at..].find(ends_address).map_or(words.len(), |end| at + end);
        let address = without_tail(&words[start..end]);
        if leads(address) {
            done = start + address.len();
            found.push(start..done);
        }
        // What leads nowhere is not searched once more from within.
        at = end;
    }
    found
}

/// Where the scheme begins that this text ends with, if it is one that is followed. All others, `javascript:` first of
/// all, are words.
fn scheme(text: &str) -> Option<usize> {
    ["https", "http", "mailto"].into_iter().find_map(|scheme| {
        let start = text.len().checked_sub(scheme.len())?;
        let is_it = text.as_bytes()[start..].eq_ignore_ascii_case(scheme.as_bytes());
        // The end of a longer word is no scheme.
        let before = start.checked_sub(1).map(|before| text.as_bytes()[before]);
        let is_whole =
            !before.is_some_and(|before| before.is_ascii_alphanumeric() || matches!(before, b'+' | b'-' | b'.'));
        (is_it && is_whole).then_some(start)
    })
}

/// White space, quotes and brackets that no address holds, and signs that draw nothing or turn what comes after them: one
/// must see where an address leads. Chinese puts no space after an address, but its own punctuation.
fn ends_address(character: char) -> bool {
    character.is_whitespace()
        || character.is_control()
        || matches!(character,
            '<' | '>' | '"' | '`' | '\\' | '«' | '»' | '\u{AD}' | '\u{61C}' | '\u{180E}' | '\u{200B}'..='\u{200F}'
            | '\u{2018}'..='\u{201F}' | '\u{2026}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{206F}'
            | '\u{3001}'..='\u{3003}' | '\u{3008}'..='\u{3011}' | '\u{3014}'..='\u{301F}' | '\u{FEFF}'
            | '\u{FF01}'..='\u{FF0F}' | '\u{FF1A}'..='\u{FF20}' | '\u{FF3B}'..='\u{FF40}' | '\u{FF5B}'..='\u{FF65}')
}

/// Without the punctuation of the sentence around it, and without a bracket that was opened before it.
fn without_tail(address: &str) -> &str {
    let surplus =
        |close: char, open: char| address.matches(close).count().saturating_sub(address.matches(open).count());
    let mut surplus = [(')', surplus(')', '(')), (']', surplus(']', '[')), ('}', surplus('}', '{'))];
    let mut address = address;
    while let Some(last) = address.chars().next_back() {
        let bracket = surplus.iter_mut().find(|(close, surplus)| *close == last && *surplus > 0);
        match bracket {
            Some((_, surplus)) => *surplus -= 1,
            None if matches!(last, '.' | ',' | ':' | ';' | '!' | '?' | '\'' | '*') => {}
            None => break,
        }
        address = &address[..address.len() - last.len_utf8()];
    }
    address
}

/// Whether there is somewhere to go. `https://bank.example@elsewhere.example` reads as what it is not, and stays words.
fn leads(address: &str) -> bool {
    let Some((scheme, rest)) = address.split_once(':') else { return false };
    let is_name = |name: &str| name.starts_with(|first: char| first.is_alphanumeric() || first == '[');
    if scheme.eq_ignore_ascii_case("mailto") {
        let person = rest.split('?').next().unwrap_or_default();
        return person.split_once('@').is_some_and(|(name, host)| !name.is_empty() && is_name(host));
    }
    let Some(rest) = rest.strip_prefix("//") else { return false };
    let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
    is_name(host) && !host.contains('@')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::markup::{Block, Part, blocks, parts};

    fn links_of(text: &str) -> Vec<&str> {
        let links = parts(text).into_iter().filter_map(|part| match part {
            Part::Link(link) => Some(link),
            _ => None,
        });
        links.collect()
    }

    #[test]
    fn addresses_become_links_without_the_sentence_around_them() {
        let long = format!("https://a.example/{}", "x".repeat(15_000));
        for (text, link) in [
            ("see https://a.example.", "https://a.example"),
            ("(https://a.example/b_(c))", "https://a.example/b_(c)"),
            ("[http://a.example/]),", "http://a.example/"),
            ("HTTP://A.example/?q=1&r=2#s!", "HTTP://A.example/?q=1&r=2#s"),
            ("看https://a.example/路。然后", "https://a.example/路"),
            ("（https://例子.测试）", "https://例子.测试"),
            ("<https://a.example>", "https://a.example"),
            ("mailto:ann@a.example?subject=x", "mailto:ann@a.example?subject=x"),
            ("http://[::1]:3000/", "http://[::1]:3000/"),
            ("http://localhost:3000", "http://localhost:3000"),
            ("https://a.example/@ann", "https://a.example/@ann"),
            ("https://a.example\u{202E}gpj.exe", "https://a.example"),
            ("https://a.example\\@b.example", "https://a.example"),
            ("at: https://a.example", "https://a.example"),
            (&long, &long),
        ] {
            assert_eq!(links_of(text), [link], "{text:?}");
        }
    }

    #[test]
    fn other_schemes_and_what_leads_nowhere_are_words() {
        for text in [
            "javascript:alert(1)",
            "JavaScript://a.example/%0aalert(1)",
            "data:text/html,x",
            "vbscript:x",
            "ftp://a.example",
            "file:///etc/passwd",
            "xhttp://a.example",
            "view+http://a.example",
            "http:\n//a.example",
            "http: //a.example",
            "http:/a.example",
            "http://",
            "http:///a.example",
            "https://.",
            "https://a@b.example",
            "https://bank.example:x@b.example/",
            "mailto:",
            "mailto:ann",
            "mailto:@a.example",
            "a:b:c::",
            "ann@a.example",
        ] {
            assert_eq!(parts(text), [Part::Words(text)], "{text:?}");
        }
    }

    #[test]
    fn several_addresses_in_one_line() {
        let text = "http://a.b, http://c.d/;mailto:e@f http://g";
        assert_eq!(links_of(text), ["http://a.b", "http://c.d/;mailto:e@f", "http://g"]);
    }

    proptest! {
        #[test]
        fn a_link_leads_by_one_of_three_schemes(text in "[htps:/@.a`JavScrip\n\t -]{0,60}") {
            for block in blocks(&text) {
                let Block::Paragraph(paragraph) = block else { continue };
                for link in links_of(paragraph) {
                    let link = link.to_ascii_lowercase();
                    prop_assert!(["http://", "https://", "mailto:"].iter().any(|scheme| link.starts_with(scheme)));
                    prop_assert!(!link.contains(char::is_whitespace));
                }
            }
        }
    }
}
