import assert from 'node:assert/strict';
import { test } from 'node:test';
import { grouped, middle, short, spread } from '../bench/figures.mjs';
import { linear, logarithmic, niceTicks } from './scale.mjs';

test('ticks begin at zero and end no lower than the largest value', () => {
  assert.deepEqual(niceTicks(92), [0, 20, 40, 60, 80, 100]);
  assert.deepEqual(niceTicks(0.3), [0, 0.1, 0.2, 0.3]);
  assert.deepEqual(niceTicks(5), [0, 1, 2, 3, 4, 5]);
  assert.deepEqual(niceTicks(0), [0, 1]);
  for (let most = 0.001; most < 1e7; most *= 1.37) {
    const ticks = niceTicks(most);
    assert.ok(ticks[0] === 0 && (ticks.at(-1) ?? 0) >= most && ticks.length <= 6, `${most}: ${ticks}`);
  }
});

test('half of the last tick is half of the way', () => {
  const scale = linear(100, [50, 250]);
  assert.deepEqual([0, 50, 100].map(scale), [50, 150, 250]);
});

test('each power of ten is as far from the next', () => {
  const scale = logarithmic([0.2, 8], [0, 200]);
  assert.deepEqual(scale.ticks, [0.1, 1, 10]);
  assert.deepEqual([0.1, 1, 10].map(scale).map(Math.round), [0, 100, 200]);
  assert.deepEqual(logarithmic([0.18, 4.4], [0, 1], [1, 2, 5]).ticks, [0.1, 0.2, 0.5, 1, 2, 5]);
  assert.deepEqual(logarithmic([1, 1], [0, 1]).ticks, [1, 10]);
  assert.deepEqual(logarithmic([1_000, 1_000_000], [0, 1]).ticks, [1_000, 10_000, 100_000, 1_000_000]);
});

test('least, middle and most are values that were measured', () => {
  assert.deepEqual(spread([3, 1, 2]), { least: 1, middle: 2, most: 3 });
  assert.equal(middle([4, 1, 3, 2]), 3);
});

test('numbers have three digits that mean something', () => {
  assert.deepEqual([73_456, 1_234.5, 999.7, 123.456, 11.44, 1.234, 0.1849, 0].map(short), ['73,500', '1,230', '1,000', '123', '11.4', '1.23', '0.185', '0']);
  assert.equal(grouped(1_000_000), '1,000,000');
});
