//! The emoji that one can pick from, as `public/emoji` has them: read line by line where they are needed, and searched by
//! name. `tools/emoji/write.mjs` tells what the lines mean.

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Emoji<'file> {
    pub sign: &'file str,
    pub name: &'file str,
    /// Other words to find it by, in small letters.
    more: &'file str,
}

/// How many are shown that a search finds: more are found by another word, not by looking through them.
const FOUND: usize = 180;

/// All of them, in the order of the file.
pub fn all(file: &str) -> impl Iterator<Item = Emoji<'_>> {
    file.lines().filter_map(|line| {
        let mut fields = line.split('\t');
        Some(Emoji { sign: fields.next()?, name: fields.next()?, more: fields.next().unwrap_or_default() })
    })
}

/// Those of one group.
pub fn group(file: &str, index: usize) -> Vec<Emoji<'_>> {
    file.split("\n=\n").nth(index + 1).into_iter().flat_map(all).collect()
}

/// What has all these words: first where each begins a word of the name, then where each begins any, then where they stand
/// within one, as Chinese needs it.
pub fn find<'file>(file: &'file str, wanted: &str) -> Vec<Emoji<'file>> {
    let wanted = wanted.to_lowercase();
    let mut found = [const { Vec::new() }; 3];
    for emoji in all(file) {
        let distances = wanted.split_whitespace().map(|word| emoji.distance(word));
        // The word that is furthest from being meant decides.
        if let Some(distance) = distances.max()
            && let Some(found) = found.get_mut(distance)
        {
            found.push(emoji);
        }
    }
    found.into_iter().flatten().take(FOUND).collect()
}

impl Emoji<'_> {
    /// How far a word is from naming it: in three steps, and 3 where it has nothing to do with it.
    fn distance(&self, word: &str) -> usize {
        let begins = |words: &str| words.split([' ', '-', ':', '“']).any(|other| other.starts_with(word));
        match () {
            () if begins(self.name) => 0,
            () if begins(self.more) => 1,
            () if self.name.contains(word) || self.more.contains(word) => 2,
            () => 3,
        }
    }
}

#[cfg(test)]
mod tests {
    use unicode_segmentation::UnicodeSegmentation;

    use super::*;
    use crate::{
        app::emoji,
        protocol::limits,
        words::{Language, Words},
    };

    const ENGLISH: &str = include_str!("../../public/emoji/en.txt");
    const CHINESE: &str = include_str!("../../public/emoji/zh.txt");

    fn signs<'file>(file: &'file str, wanted: &str) -> Vec<&'file str> {
        find(file, wanted).into_iter().map(|emoji| emoji.sign).collect()
    }

    #[test]
    fn names_come_before_other_words_and_those_before_what_stands_within() {
        let file =
            "# x\n=\n🎓\tgraduation cap\teducation\n🐈\tcat\tpet\n🦁\tlion\tcat big\n🐱\tgrinning Cat face\tcat\n";
        assert_eq!(signs(file, "cat"), ["🐈", "🦁", "🐱", "🎓"]);
        assert_eq!(signs(file, "BIG cat "), ["🦁"]);
        assert_eq!(signs(file, "dog"), [""; 0]);
        assert_eq!(signs(file, " "), [""; 0]);
    }

    #[test]
    fn what_people_look_for_is_found() {
        for (file, wanted, sign) in [
            (ENGLISH, "sailb", "⛵"),
            (ENGLISH, "thumbs up", "👍"),
            (ENGLISH, "joy", "😂"),
            (ENGLISH, "pinata", "🪅"),
            (ENGLISH, "åland", "🇦🇽"),
            (ENGLISH, "atm", "🏧"),
            (CHINESE, "帆船", "⛵"),
            (CHINESE, "笑", "😂"),
            (CHINESE, "sailboat", "⛵"),
            (CHINESE, "thumb", "👍"),
        ] {
            assert!(signs(file, wanted).contains(&sign), "{wanted}: {:?}", signs(file, wanted));
        }
        assert_eq!(signs(ENGLISH, "red heart")[0], "❤️");
    }

    #[test]
    fn both_files_hold_the_same_emoji_in_groups_that_have_names() {
        let of = |file| all(file).map(|emoji| emoji.sign).collect::<Vec<_>>();
        assert_eq!(of(ENGLISH), of(CHINESE));
        assert!(of(ENGLISH).len() > 1_800);
        for (file, language) in [(ENGLISH, Language::English), (CHINESE, Language::Chinese)] {
            let groups = Words(language).emoji_groups().lines().count();
            let in_groups: Vec<_> = (0..groups).flat_map(|index| group(file, index)).collect();
            assert_eq!(in_groups, all(file).collect::<Vec<_>>());
            assert!((0..groups).all(|index| !group(file, index).is_empty()));
        }
    }

    #[test]
    fn each_is_one_emoji_that_may_be_a_reaction() {
        for Emoji { sign, name, .. } in all(ENGLISH) {
            assert_eq!(emoji::count(sign), Some(1), "{name}");
            assert_eq!(sign.graphemes(true).count(), 1, "{name}");
            assert!(sign.len() <= limits::EMOJI && !name.is_empty(), "{name}");
        }
    }
}
