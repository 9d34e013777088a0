/**
 * From a value to a place on the paper.
 * @typedef {((value: number) => number) & { ticks: number[] }} Scale
 */

/**
 * From zero, always: a bar's length is its value.
 * @param {number} most the largest value that has to fit
 * @param {[number, number]} range where zero is, and where the last tick is
 * @returns {Scale}
 */
export function linear(most, [from, to]) {
  const ticks = niceTicks(most);
  const end = ticks.at(-1) ?? 1;
  return Object.assign((/** @type {number} */ value) => from + (value / end) * (to - from), { ticks });
}

/**
 * Each power of ten is as wide; from a tick that is no more than the least of the values to one that is no less than the most.
 * @param {number[]} values all above zero
 * @param {[number, number]} range
 * @param {number[]} [steps] of each power of ten there is a tick at so many times it
 * @returns {Scale}
 */
export function logarithmic(values, [from, to], steps = [1]) {
  const [least, most] = [Math.min(...values), Math.max(...values)];
  const powers = Array.from({ length: 25 }, (_, power) => power - 12);
  const all = powers.flatMap((power) => steps.map((step) => Number(`${step}e${power}`)));
  const first = all.filter((tick) => tick <= least).length - 1;
  const last = Math.max(first + 1, all.findIndex((tick) => tick >= most));
  const ticks = all.slice(first, last + 1);
  const [low, high] = [Math.log10(ticks[0] ?? 1), Math.log10(ticks.at(-1) ?? 10)];
  return Object.assign((/** @type {number} */ value) => from + ((Math.log10(value) - low) / (high - low)) * (to - from), { ticks });
}

/** From 0 by steps of 1, 2 or 5 times a power of ten to the first one that is no less. @param {number} most */
export function niceTicks(most) {
  if (!(most > 0)) return [0, 1];
  const rough = most / 5;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((times) => times * power).find((step) => rounded(most / step) <= 5) ?? 10 * power;
  return Array.from({ length: Math.ceil(rounded(most / step)) + 1 }, (_, count) => rounded(count * step));
}

/** Without what floating point adds at the end. @param {number} value */
function rounded(value) {
  return Number(value.toPrecision(12));
}
