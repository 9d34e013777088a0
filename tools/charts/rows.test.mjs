import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { Results } from '../bench/figures.mjs';
import { duologue, keeps, needsRedis, plan } from '../bench/plan.mjs';
import { tables } from '../bench/tables.mjs';
import { drawings } from './drawings.mjs';

const withRedis = 'nodejs-websocket with Redis';
const measures = plan({ quick: true, mostConnections: 500 });
/** What the papers are made of. */
const results = Results.from(fileURLToPath(new URL('../..', import.meta.url)), 'bench/results/latest.json');

/** The cells of the row that begins so. @param {string} table @param {string} start */
function cells(table, start) {
  const row = table.split('\n').find((line) => line.startsWith(`| ${start}`));
  assert.ok(row, `${start} is not in ${table}`);
  return row.split(' | ').map((cell) => cell.replace(/^\| | \|$/g, ''));
}

test('a server that keeps messages is measured wherever they are counted, and when somebody comes back', () => {
  const where = measures.filter(({ servers }) => withRedis in servers).map(({ name }) => name);
  assert.deepEqual(where, ['window-1', 'window-16', 'rate-1000', 'burst']);
  assert.deepEqual(measures.filter(needsRedis).map(({ name }) => name), where);
});

test('each row says what its server has done with a message before it answers, and whether who was away finds it', () => {
  const comparison = tables.comparison?.(results) ?? '';
  assert.match(cells(comparison, '**Duologue, durable before `sent`**').at(-1) ?? '', / ms/);
  const redis = cells(comparison, `${withRedis}, flushed before \`sent\``);
  assert.deepEqual([redis.at(-2), / ms/.test(redis.at(-1) ?? '')], ['–', true]);
  assert.equal(cells(comparison, 'nodejs-websocket, in memory, nothing kept').at(-1), 'lost');
  assert.deepEqual([duologue, withRedis, 'ws', 'nodejs-websocket, gathered'].map(keeps), [true, true, false, false]);
});

test('the version of Redis is a fact of the machine where it was measured', () => {
  const { redis, libraries } = results.json.machine;
  assert.match(redis, /^\d+\./);
  assert.deepEqual(cells(tables.machine?.(results) ?? '', 'Redis'), ['Redis', `${redis}, by ioredis ${libraries.ioredis}`]);
});

test('a chart says of no server that it keeps nothing if it does', () => {
  const drawn = drawings.throughput?.(results) ?? '';
  assert.match(drawn, /Duologue and nodejs-websocket with Redis answer when the message is on disk; the others/);
  assert.equal(drawn.split(`>${withRedis}<`).length - 1, 4, 'a bar in each panel');
});
