//! Which languages there are, and which one a browser asks for.

use serde::{Deserialize, Serialize};

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Language {
    #[default]
    #[serde(rename = "en")]
    English,
    #[serde(rename = "zh")]
    Chinese,
}

impl Language {
    pub const ALL: [Self; 2] = [Self::English, Self::Chinese];

    /// For `lang` and for `Intl` (BCP 47).
    pub fn tag(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::Chinese => "zh-Hans",
        }
    }

    /// Short, for a cookie or a form.
    pub fn code(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::Chinese => "zh",
        }
    }

    /// What its own speakers call it.
    pub fn name(self) -> &'static str {
        match self {
            Self::English => "English",
            Self::Chinese => "中文",
        }
    }

    /// The language of a tag such as `zh-CN`; `None` for one that is not here.
    pub fn of_tag(tag: &str) -> Option<Self> {
        let primary = tag.split(['-', '_']).next().unwrap_or_default().trim();
        Self::ALL.into_iter().find(|language| language.code().eq_ignore_ascii_case(primary))
    }

    /// The best for an `Accept-Language` (RFC 9110, section 12.5.4): of those that are here the most wanted, the first of equals.
    pub fn of_header(accepted: &str) -> Option<Self> {
        let mut best: Option<(Self, f32)> = None;
        for wanted in accepted.split(',') {
            let mut parts = wanted.split(';').map(str::trim);
            let Some(language) = parts.next().and_then(Self::of_tag) else { continue };
            let quality = parts.find_map(|part| part.strip_prefix("q=")?.parse().ok()).unwrap_or(1.0);
            if quality > best.map_or(0.0, |(_, best)| best) {
                best = Some((language, quality));
            }
        }
        best.map(|(language, _)| language)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_most_wanted_of_those_that_are_here() {
        for (header, expected) in [
            ("zh-CN,zh;q=0.9,en;q=0.8", Some(Language::Chinese)),
            ("de-DE, en;q=0.7, zh;q=0.8", Some(Language::Chinese)),
            ("en-GB,en;q=0.5", Some(Language::English)),
            ("EN", Some(Language::English)),
            ("fr, *;q=0.1", None),
            ("zh;q=0", None),
            ("zh;q=x, en;q=0.2", Some(Language::Chinese)),
            (";;,=,", None),
            ("", None),
        ] {
            assert_eq!(Language::of_header(header), expected, "{header}");
        }
    }
}
