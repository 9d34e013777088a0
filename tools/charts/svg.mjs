// A little SVG: elements as text, and the sheet that all charts are drawn on. No numbers are formatted anywhere else, so
// that the same results give the same bytes.

export const width = 760;

/**
 * Light paper or dark, as whoever looks at it has chosen. The ground is painted, because the page around a picture need not
 * have made the same choice.
 */
const style = `
text { font: 13px system-ui, sans-serif; fill: #1f1e1c }
.title { font-size: 17px; font-weight: 600 } .head { font-weight: 600 }
.quiet { fill: #5c5b57; font-size: 12px }
.ground { fill: #fcfcfb }
.grid { stroke: #e1e0dc } .axis { stroke: #5c5b57 } .goal { stroke: #b4461f; stroke-dasharray: 5 4 } text.goal { fill: #b4461f; stroke: none }
.spread { stroke: #1f1e1c; stroke-width: 1.5 }
.ours, .a { fill: #2a6fc9 } .theirs { fill: #a3a29d } .b { fill: #b4461f } .c { fill: #0f8a5f } .d { fill: #7d4bc0 }
path.line { fill: none; stroke-width: 2 } .line.a { stroke: #2a6fc9 } .line.b { stroke: #b4461f } .line.c { stroke: #0f8a5f } .line.d { stroke: #7d4bc0 }
@media (prefers-color-scheme: dark) {
text { fill: #f1f0ed } .quiet { fill: #b7b6b1 }
.ground { fill: #1a1a19 }
.grid { stroke: #383835 } .axis { stroke: #b7b6b1 } .goal { stroke: #f08a5d } text.goal { fill: #f08a5d }
.spread { stroke: #f1f0ed }
.ours, .a { fill: #5d9ff0 } .theirs { fill: #75746f } .b { fill: #f08a5d } .c { fill: #3fc493 } .d { fill: #b892f0 }
.line.a { stroke: #5d9ff0 } .line.b { stroke: #f08a5d } .line.c { stroke: #3fc493 } .line.d { stroke: #b892f0 }
}`;

/** @param {string} text */
const escaped = (text) => text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/"/g, '&quot;');
/** @param {string | number} value */
const attribute = (value) => (typeof value === 'number' ? String(Number(value.toFixed(1))) : escaped(value));

/**
 * @param {string} name
 * @param {Record<string, string | number>} attributes
 * @param {string} [inside] text that is already SVG
 */
export function element(name, attributes, inside) {
  const told = Object.entries(attributes).map(([name, value]) => ` ${name}="${attribute(value)}"`).join('');
  return inside === undefined ? `<${name}${told}/>` : `<${name}${told}>${inside}</${name}>`;
}

/** @param {number} x @param {number} y @param {string} said @param {Record<string, string | number>} [attributes] */
export function text(x, y, said, attributes = {}) {
  return element('text', { x, y, ...attributes }, escaped(said));
}

/** @param {string} kind @param {number} x1 @param {number} y1 @param {number} x2 @param {number} y2 */
export function line(kind, x1, y1, x2, y2) {
  return element('line', { class: kind, x1, y1, x2, y2 });
}

/**
 * Marks that are told apart by their shape too.
 * @type {Record<string, (x: number, y: number) => string>}
 */
export const marks = {
  a: (x, y) => element('circle', { class: 'a', cx: x, cy: y, r: 5 }),
  b: (x, y) => element('rect', { class: 'b', x: x - 4.5, y: y - 4.5, width: 9, height: 9 }),
  c: (x, y) => path('c', `M${at(x, y - 6)}L${at(x + 6, y + 5)}L${at(x - 6, y + 5)}Z`),
  d: (x, y) => path('d', `M${at(x, y - 6.5)}L${at(x + 6.5, y)}L${at(x, y + 6.5)}L${at(x - 6.5, y)}Z`),
};

/** @param {string} kind @param {string} d */
export function path(kind, d) {
  return element('path', { class: kind, d });
}

/** @param {number} x @param {number} y */
export function at(x, y) {
  return `${attribute(x)} ${attribute(y)}`;
}

/**
 * What a panel draws from its upper edge down, and how high it is.
 * @typedef {{ height: number, draw: (top: number) => string[] }} Panel
 */

/**
 * Panels below one another, beneath a title.
 * @param {{ title: string, says: string[], panels: Panel[] }} sheet
 */
export function sheet({ title, says, panels }) {
  const parts = [text(20, 32, title, { class: 'title' }), ...says.map((line, number) => text(20, 54 + number * 18, line, { class: 'quiet' }))];
  let top = 54 + says.length * 18;
  for (const panel of panels) {
    parts.push(...panel.draw(top));
    top += panel.height;
  }
  const height = top + 8;
  const ground = element('rect', { class: 'ground', width, height });
  const words = [element('title', {}, escaped(title)), element('desc', {}, escaped(says.join(' ')))];
  const head = { xmlns: 'http://www.w3.org/2000/svg', viewBox: `0 0 ${width} ${height}`, width, height, role: 'img' };
  return `${element('svg', head, `\n${[...words, element('style', {}, style), ground, ...parts].join('\n')}\n`)}\n`;
}
