// Sums up a run of the tests: node tools/counts.mjs LOGS [FAILED STAGE]…
// The last line is the counts and nothing else. Fails where a test failed, a stage failed, or a stage ran nothing.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const [logs, ...failedStages] = process.argv.slice(2);
const read = (name) => {
  try {
    return readFileSync(join(logs, name), 'utf8');
  } catch {
    return '';
  }
};

/** Each of cargo's test programs ends with a line of its own. What was left out for want of a server was skipped. */
function cargo(log) {
  const line = /^test result: \w+\. (\d+) passed; (\d+) failed; (\d+) ignored; \d+ measured; (\d+) filtered out/gm;
  const plain = read(log).replace(/\x1b\[[0-9;]*m/g, '');
  const counts = { passed: 0, failed: 0, skipped: 0 };
  for (const [, passed, failed, ignored, leftOut] of plain.matchAll(line)) {
    counts.passed += Number(passed);
    counts.failed += Number(failed);
    counts.skipped += Number(ignored) + Number(leftOut);
  }
  return counts;
}

/** A flaky test is one that failed. */
function playwright() {
  const stats = JSON.parse(read('playwright.json') || '{}').stats ?? {};
  const { expected = 0, unexpected = 0, flaky = 0, skipped = 0 } = stats;
  return { passed: expected, failed: unexpected + flaky, skipped };
}

const complaints = failedStages.map((stage) => `${stage} failed`);
const total = { passed: 0, failed: 0, skipped: 0 };
const stages = {
  'cargo test': cargo('cargo.log'),
  'on two nodes': cargo('nodes.log'),
  Playwright: playwright(),
};
for (const [stage, counts] of Object.entries(stages)) {
  console.log(`${stage}: ${sentence(counts)}`);
  const isOptional = stage === 'on two nodes' && counts.skipped > 0;
  if (counts.passed + counts.failed === 0 && !isOptional) complaints.push(`${stage} ran no tests`);
  for (const kind of Object.keys(total)) total[kind] += counts[kind];
}
for (const complaint of complaints) console.log(complaint);
console.log(sentence(total));
process.exitCode = total.failed > 0 || complaints.length > 0 ? 1 : 0;

function sentence({ passed, failed, skipped }) {
  return `${passed} passed, ${failed} failed, ${skipped} skipped`;
}
