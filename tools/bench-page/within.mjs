/**
 * Nothing here may hang: a measure that does not end ends the tool, with a sentence.
 * @template T
 * @param {number} milliseconds
 * @param {string} what
 * @param {Promise<T>} measure
 * @returns {Promise<T>}
 */
export async function within(milliseconds, what, measure) {
  const started = performance.now();
  let timer;
  const tooLong = new Promise((_, failed) => {
    timer = setTimeout(() => failed(new Error(`${what} took longer than ${milliseconds / 60_000} minutes`)), milliseconds);
  });
  try {
    return await Promise.race([measure, tooLong]);
  } finally {
    clearTimeout(timer);
    console.error(`${what}: ${((performance.now() - started) / 1000).toFixed(0)} s`);
  }
}
