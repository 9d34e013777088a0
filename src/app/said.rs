//! What somebody said, as it is shown: text and nothing else, for no markup is ever made from what people write. `markup`
//! tells what in it is code and what is an address; only the addresses that it names are followed.

use leptos::prelude::*;

use super::{
    emoji,
    markup::{Block, Part, blocks, parts},
};
use crate::words::Words;

/// How many emoji alone are shown large.
const LARGE: usize = 6;

/// The blocks of a text. Each paragraph finds its own direction, so that it does not turn what stands around it.
#[component]
pub fn Said(text: String) -> impl IntoView {
    let words = Words::here();
    // HTML makes one end of a line of these two, and what the server rendered must be what the page expects.
    let text = text.replace("\r\n", "\n");
    let block = |block| match block {
        Block::Paragraph(paragraph) => {
            view! { <p dir="auto">{parts(paragraph).into_iter().map(part).collect_view()}</p> }.into_any()
        }
        // It scrolls, so it must be reachable by the keyboard. HTML drops an end of line that follows `pre` itself.
        Block::Code(code) => view! {
            <pre dir="ltr" tabindex="0" role="group" aria-label=words.code()>
                <code>{code.to_owned()}</code>
            </pre>
        }
        .into_any(),
    };
    blocks(&text).into_iter().map(block).collect_view()
}

fn part(part: Part) -> AnyView {
    match part {
        Part::Words(words) => words.to_owned().into_any(),
        Part::Code(code) => view! { <code dir="ltr">{code.to_owned()}</code> }.into_any(),
        // An address reads from left to right in any sentence.
        Part::Link(address) => view! {
            <a href=address.to_owned() dir="ltr" target="_blank" rel="noopener noreferrer nofollow">
                {address.to_owned()}
            </a>
        }
        .into_any(),
    }
}

/// Whether a text is one emoji or a few, and nothing else but spaces.
pub fn is_emoji_only(text: &str) -> bool {
    emoji::count(text).is_some_and(|count| (1..=LARGE).contains(&count))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn html(text: &str) -> String {
        Owner::new().with(|| view! { <Said text=text.to_owned()/> }.to_html())
    }

    /// The tags and the text, without what the page finds its places by.
    fn shown(text: &str) -> String {
        html(text).replace("<!>", "")
    }

    #[test]
    fn markup_in_what_people_write_is_text() {
        assert_eq!(shown("<b onclick=x>&amp;</b>"), r#"<p dir="auto">&lt;b onclick=x&gt;&amp;amp;&lt;/b&gt;</p>"#);
    }

    #[test]
    fn an_address_cannot_leave_its_attribute() {
        let html = shown("https://a.example/'onclick='x' https://b.example/\"onclick=\"x https://c.example/?a&lt;b");
        let opened: Vec<_> = html.split("<a ").skip(1).filter_map(|rest| rest.split(" dir=").next()).collect();
        assert_eq!(
            opened,
            [
                r#"href="https://a.example/'onclick='x""#,
                r#"href="https://b.example/""#,
                r#"href="https://c.example/?a&amp;lt;b""#
            ]
        );
    }

    #[test]
    fn a_link_shows_where_it_leads_and_tells_nobody_whence() {
        let html = shown("https://a.example");
        for expected in [
            r#"href="https://a.example""#,
            r#"rel="noopener noreferrer nofollow""#,
            r#"target="_blank""#,
            ">https://a.example</a>",
        ] {
            assert!(html.contains(expected), "{html}");
        }
    }

    /// The page looks for its places in what HTML's parser made, and that drops an end of line after `<pre>`.
    #[test]
    fn code_keeps_its_first_line_when_it_is_empty() {
        assert!(shown("```\n\na\n```").contains("><code>\na</code></pre>"));
        assert_eq!(html("a\r\nb"), html("a\nb"));
    }

    #[test]
    fn a_few_emoji_alone_are_large() {
        assert!(is_emoji_only("⛵️"));
        assert!(is_emoji_only("😀😀😀😀😀😀"));
        for other in ["😀😀😀😀😀😀😀", "", " ", "1", "😀!", "`😀`"] {
            assert!(!is_emoji_only(other), "{other:?}");
        }
    }
}
