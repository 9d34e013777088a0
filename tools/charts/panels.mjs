import { short } from '../bench/figures.mjs';
import { linear, logarithmic } from './scale.mjs';
import { at, element, line, marks, path, text, width } from './svg.mjs';

/** @typedef {import('../bench/figures.mjs').Spread} Spread */
/** @typedef {import('./svg.mjs').Panel} Panel */

const left = 236;
const right = width - 118;
const row = 27;
const head = 34;
const foot = 52;

/**
 * A bar a row, from zero: its length is the middle of the runs, the line across its end goes from the least to the most.
 * @param {{ title: string, unit: string, rows: { name: string, isOurs: boolean, value: Spread }[], goal?: { value: number, name: string } }} panel
 * @returns {Panel}
 */
export function bars({ title, unit, rows, goal }) {
  const draw = (/** @type {number} */ top) => {
    const x = linear(Math.max(...rows.map(({ value }) => value.most), goal?.value ?? 0), [left, right]);
    const bottom = top + head + rows.length * row;
    // A number is not struck through by the line of the goal.
    const besideGoal = (/** @type {number} */ start) => (goal && x(goal.value) > start - 6 && x(goal.value) < start + 50 ? x(goal.value) + 8 : start);
    const parts = [text(20, top + 22, title, { class: 'head' }), ...grid(x, top + head, bottom), text((left + right) / 2, bottom + 38, unit, middle)];
    rows.forEach(({ name, isOurs, value }, number) => {
      const y = top + head + number * row;
      const height = 17;
      parts.push(text(left - 10, y + 18, name, { 'text-anchor': 'end' }));
      parts.push(element('rect', { class: isOurs ? 'ours' : 'theirs', x: left, y: y + 5, width: x(value.middle) - left, height }));
      parts.push(...spreadLine(x(value.least), x(value.most), y + 5 + height / 2));
      parts.push(text(besideGoal(x(value.most) + 9), y + 18, short(value.middle), isOurs ? { class: 'head' } : {}));
    });
    parts.push(line('axis', left, top + head, left, bottom));
    if (goal) parts.push(...goalLine(x(goal.value), top + head, bottom, goal.name));
    return parts;
  };
  return { height: head + rows.length * row + foot, draw };
}

/** @param {import('./scale.mjs').Scale} x @param {number} top @param {number} bottom */
function grid(x, top, bottom) {
  return x.ticks.flatMap((tick) => [line('grid', x(tick), top, x(tick), bottom), text(x(tick), bottom + 19, short(tick), middle)]);
}

const middle = { class: 'quiet', 'text-anchor': 'middle' };

/** @param {number} from @param {number} to @param {number} y */
function spreadLine(from, to, y) {
  return [line('spread', from, y, to, y), line('spread', from, y - 4, from, y + 4), line('spread', to, y - 4, to, y + 4)];
}

/** @param {number} x @param {number} top @param {number} bottom @param {string} name */
function goalLine(x, top, bottom, name) {
  return [line('goal', x, top - 4, x, bottom), text(x, top - 9, name, { class: 'goal', 'text-anchor': 'middle', 'font-size': 12 })];
}

/**
 * Several marks a row, on an axis where each power of ten is as wide: for what differs by more than a bar can show.
 * @param {{ title: string, unit: string, columns: string, kinds: { mark: string, name: string }[], rows: { name: string, values: Spread[] }[] }} panel
 * @returns {Panel}
 */
export function dots({ title, unit, columns, kinds, rows }) {
  const [legendTop, end] = [44, width - 190];
  const draw = (/** @type {number} */ top) => {
    const all = rows.flatMap(({ values }) => values.flatMap(({ least, most }) => [least, most]));
    const x = logarithmic(all, [left, end], [1, 2, 5]);
    const first = top + head + legendTop;
    const bottom = first + rows.length * row;
    const parts = [text(20, top + 22, title, { class: 'head' }), ...legend(kinds, top + head + 8), ...grid(x, first, bottom)];
    parts.push(text((left + end) / 2, bottom + 38, unit, middle), text(width - 20, first - 6, columns, { class: 'quiet', 'text-anchor': 'end' }));
    rows.forEach(({ name, values }, number) => {
      const y = first + number * row + row / 2;
      parts.push(text(left - 10, y + 5, name, { 'text-anchor': 'end' }));
      values.forEach((value, kind) => {
        parts.push(...spreadLine(x(value.least), x(value.most), y), marks[kinds[kind]?.mark ?? 'a']?.(x(value.middle), y) ?? '');
      });
      parts.push(text(width - 20, y + 5, values.map((value) => short(value.middle)).join(' / '), { 'text-anchor': 'end', class: 'quiet' }));
    });
    return parts;
  };
  return { height: head + legendTop + rows.length * row + foot, draw };
}

/** @param {{ mark: string, name: string }[]} kinds @param {number} y */
function legend(kinds, y) {
  let x = left;
  return kinds.flatMap(({ mark, name }) => {
    const parts = [marks[mark]?.(x + 6, y) ?? '', text(x + 18, y + 5, name, { class: 'quiet' })];
    x += 18 + name.length * 7 + 20;
    return parts;
  });
}

/**
 * Lines over lengths, each power of ten as wide; upwards from zero.
 * @param {{ title: string, unit: string, across: string, series: { mark: string, name: string, points: { at: number, value: Spread }[] }[] }} panel
 * @returns {Panel}
 */
export function lines({ title, unit, across, series }) {
  const [start, end, height, legendTop] = [76, width - 60, 170, 26];
  const draw = (/** @type {number} */ top) => {
    const points = series.flatMap(({ points }) => points);
    const first = top + head + legendTop;
    const bottom = first + height;
    const x = logarithmic(points.map(({ at }) => at), [start + 30, end]);
    const y = linear(Math.max(...points.map(({ value }) => value.most)), [bottom, first]);
    const parts = [text(20, top + 22, title, { class: 'head' }), text(20, first - 8, unit, { class: 'quiet' })];
    if (series.length > 1) parts.push(...legend(series, top + head + 8));
    for (const tick of y.ticks) parts.push(line('grid', start, y(tick), end, y(tick)), text(start - 8, y(tick) + 4, short(tick), { class: 'quiet', 'text-anchor': 'end' }));
    for (const tick of x.ticks) parts.push(line('axis', x(tick), bottom, x(tick), bottom + 5), text(x(tick), bottom + 20, short(tick), middle));
    parts.push(line('axis', start, bottom, end, bottom), text((start + end) / 2, bottom + 39, across, middle));
    for (const { mark, points } of series) {
      parts.push(path(`line ${mark}`, points.map(({ at: length, value }, number) => `${number ? 'L' : 'M'}${at(x(length), y(value.middle))}`).join('')));
      for (const { at: length, value } of points) {
        parts.push(line('spread', x(length), y(value.least), x(length), y(value.most)), marks[mark]?.(x(length), y(value.middle)) ?? '');
      }
    }
    return parts;
  };
  return { height: head + legendTop + height + foot, draw };
}
