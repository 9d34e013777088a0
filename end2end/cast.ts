import { planTheBoatTrip } from './boat-trip.ts';
import { Session, type Program } from './program.mjs';

/** Who else stands in Ann's list, the last one on top: name, username, what was said last (Ann says what begins with ">"). */
const others: [string, string, string[]][] = [
  ['Sam', 'sam', ['See you at the market then']],
  ['Ingrid from the workshop upstairs', 'ingrid', ['>Then Thursday it is, unless the paint needs longer than they said']],
  ['Oleg', 'oleg', ['The second violin is free after all']],
  ['Priya', 'priya', ['Thank you for the plants. All three of them live.']],
  ['nightly-backup', 'nightly-backup', ['Snapshot written, 214 MB in 3 s']],
  ['Tomáš', 'tomas', ['>I’ll ask at the counter and tell you']],
  ['ليلى', 'layla', ['صباح الخير، هل وصلت الطرود؟', 'لا تنسي توقيع الاستلام.']],
  ['Marta', 'marta', ['>The key is under the third pot']],
  ['陈雨', 'chen-yu', ['周六下午有雨', '带上雨衣']],
];
const unread = ['nightly-backup', 'layla', 'chen-yu'];
/** Whose connection stays open. */
const present = ['marta', 'chen-yu'];

export interface Cast {
  ann: Session;
  /** Ann at another device: what she does there is not the page's doing. */
  ann2: Program;
  bob: Program;
}

/** Ann, everybody she talks to, and what they said; the trip with Bob last. */
export async function gather(url: string): Promise<Cast> {
  const ann = await Session.registers(url, { username: 'ann', name: 'Ann' });
  const ann2 = await ann.program();
  for (const [name, username, said] of others) {
    const peer = await arrive(url, username, name);
    for (const text of said) await (text.startsWith('>') ? tells(ann2, peer, text.slice(1)) : hears(ann2, peer, text));
    if (!present.includes(username)) await peer.leaves();
  }
  const bob = await arrive(url, 'bob', 'Bob');
  await planTheBoatTrip(ann2, bob);
  await ann2.settles();
  return { ann, ann2, bob };
}

async function arrive(url: string, username: string, name: string): Promise<Program> {
  return (await Session.registers(url, { username, name })).program();
}

async function tells(ann: Program, peer: Program, text: string): Promise<void> {
  const seq = await ann.says(peer.username, text);
  if (present.includes(peer.username)) peer.hasRead('ann', seq);
  else peer.hasStored('ann', seq);
}

async function hears(ann: Program, peer: Program, text: string): Promise<void> {
  const seq = await peer.says('ann', text);
  if (!unread.includes(peer.username)) ann.hasRead(peer.username, seq);
}
