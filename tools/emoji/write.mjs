// Writes public/emoji/*.txt, the emoji that the picker shows, one file for each language of the page:
//   cd tools/emoji && npm ci && node write.mjs
// A line with `=` alone begins a group, in the order of `emoji_groups` in src/words/picker.rs. Each other line is an emoji, a
// tab, its name, and where there is more to find it by, a tab and those words. `src/app/emoji.rs` reads them.
import { createRequire } from 'node:module';
import { writeFileSync } from 'node:fs';

const load = createRequire(import.meta.url);
const { version } = load('emojibase-data/package.json');
const english = load('emojibase-data/en/data.json');
// Newer ones are empty boxes on systems of three years ago.
const newest = 15;
// Skin tones and hair, which are no emoji by themselves.
const components = 2;

// Words that tell no emoji from another.
const idle = new Set(['a', 'and', 'at', 'for', 'in', 'of', 'on', 'the', 'to', 'with']);

const note = `# Emoji up to ${newest}.0 from emojibase-data ${version} (c) Miles Johnson, MIT, made of Unicode CLDR (c) Unicode, Inc., Unicode License V3.`;

for (const [file, locale] of [['en', 'en'], ['zh', 'zh']]) {
  const own = new Map(load(`emojibase-data/${locale}/data.json`).map((emoji) => [emoji.hexcode, emoji]));
  const shown = english
    .filter((emoji) => emoji.group !== undefined && emoji.group !== components && emoji.version <= newest)
    .sort((one, other) => one.order - other.order);
  const lines = [note];
  let group;
  for (const emoji of shown) {
    if (emoji.group !== group) lines.push('=');
    group = emoji.group;
    const { label, tags = [] } = own.get(emoji.hexcode);
    const also = locale === 'en' ? tags : [...tags, emoji.label, ...(emoji.tags ?? [])];
    lines.push([qualified(emoji.emoji), label, more(label, also)].filter(Boolean).join('\t'));
  }
  writeFileSync(new URL(`../../public/emoji/${file}.txt`, import.meta.url), `${lines.join('\n')}\n`);
}

/** As Unicode recommends it for interchange: U+FE0F only where the character would be text without it. */
function qualified(sign) {
  const shortest = sign.replace(/(?<=\p{Emoji_Presentation})\uFE0F/gu, '');
  if (!/^\p{RGI_Emoji}$/v.test(shortest)) throw new Error(`${sign} is not recommended for interchange`);
  return shortest;
}

/** What finds it besides its name: in small letters, without accents, and no word that the name or another word begins with. */
function more(label, texts) {
  const words = [...new Set([label.toLowerCase(), ...[label, ...texts].map(plain)].flatMap((text) => text.split(/[\s:,“”"()]+/u)))];
  const named = label.split(' ');
  const isFound = (word) =>
    [...named, ...words].some((other) => other !== word && (isChinese(word) ? other.includes(word) : other.startsWith(word)));
  return words.filter((word) => word && !idle.has(word) && !named.includes(word) && !isFound(word)).join(' ');
}

function plain(text) {
  return text.normalize('NFD').replace(/\p{Mn}/gu, '').normalize('NFC').toLowerCase();
}

/** There are no gaps between its words: one finds them anywhere. */
function isChinese(word) {
  return /\p{Script=Han}/u.test(word);
}
