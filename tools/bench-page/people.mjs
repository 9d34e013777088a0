import { Session } from '../../end2end/program.mjs';

/** How much the long conversation holds. */
export const long = 10_000;
/** How much the two others hold: more than a page of history. */
const usual = 300;
/** Writes on their way at once: as many as the server takes of one connection. */
const inFlight = 64;

/**
 * Ann, whose page is measured, and three who have written to her. Each of them goes on through `program`. She has read it
 * all elsewhere: a conversation opens at the first unread, and these are to open at the newest.
 * @param {string} url
 */
export async function people(url) {
  const ann = await Session.registers(url, { username: 'ann', name: 'Ann' });
  const elsewhere = await ann.program('the bench');
  const peer = async (/** @type {string} */ name, /** @type {number} */ count) => {
    const username = name.toLowerCase();
    const session = await Session.registers(url, { username, name });
    const program = await session.program('the bench');
    await writes(program, count);
    elsewhere.hasRead(username, count);
    await elsewhere.settles();
    return { name, username, program, path: `/with/${username}` };
  };
  const [bob, carol, dave] = [await peer('Bob', usual), await peer('Carol', usual), await peer('Dave', long)];
  await elsewhere.leaves();
  return { url, ann, bob, carol, dave };
}

/** @param {import('../../end2end/program.mjs').Program} program @param {number} count */
async function writes(program, count) {
  let next = 1;
  const writer = async () => {
    while (next <= count) await program.says('ann', line(next++, count));
  };
  await Promise.all(Array.from({ length: inFlight }, writer));
}

/** Rows of unlike heights, as people write them. @param {number} number @param {number} count */
function line(number, count) {
  const more = [
    '',
    ' High water is at 06:48, so we have to be off the slip by seven.',
    ' ⛵️',
    ' 周六下午有雨，带上雨衣，别忘了热水瓶。',
    ' If the little server at home is to look after itself while we are gone, something has to take a snapshot of it, and somebody has to look whether it did.',
  ];
  return `Entry ${number} of ${count}.${more[number % more.length]}`;
}
