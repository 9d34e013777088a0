/**
 * One thing that is measured, at each of its servers.
 * @typedef {object} Measure
 * @property {string} name
 * @property {string} [program] what measures, where that is not Duologue's own `duologue bench`; it needs no server
 * @property {string[]} bench what `duologue bench` is told, or that program
 * @property {number} accounts how many take part, which servers that are not of the bench's own must know
 * @property {number} runs how often, at each server
 * @property {number} limitSeconds after which a run is given up
 * @property {Record<string, string[] | null>} servers by name: how bench/server.mjs is started, or null for Duologue itself;
 * behind `--redis`, which comes last, the runner puts the address of a Redis of its own. Of a program of its own: what is
 * compared, and what the program is told besides
 */

export const duologue = 'duologue';
const withRedis = 'nodejs-websocket with Redis';
/** By what the papers call them; bench/README.md says how those differ that are not Duologue. */
const rivals = { [duologue]: null, 'nodejs-websocket': ['--library', 'nodejs-websocket'] };
/** What one would otherwise take where no message may be lost. */
const durable = { [withRedis]: ['--library', 'nodejs-websocket', '--redis'] };
const others = {
  ws: ['--library', 'ws'],
  'nodejs-websocket, gathered': ['--library', 'nodejs-websocket', '--gather'],
};
const pairs = 50;
/** How the log could lie, each unlike the server's own in what its name says: what bench/layout is told. */
const layouts = {
  'as it is': [],
  'clustered on (conversation, seq)': ['--table', 'clustered'],
  'unique (author, id), the author in front': ['--leads', 'author'],
  'clustered, and the author in front': ['--table', 'clustered', '--leads', 'author'],
  'ids by chance (UUIDv4)': ['--ids', 'chance'],
  'pages of 8 KiB': ['--page', '8192'],
  'pages of 16 KiB': ['--page', '16384'],
  'copied back every 1,000 pages': ['--checkpoint', '1000'],
  'copied back every 16,000 pages': ['--checkpoint', '16000'],
};
/** Built by `make bench` from bench/layout. */
const layoutProgram = 'target/layout/release/duologue-layout';

/** What has become of a message before `sent`, at those that keep it at all. @type {Record<string, string>} */
const keeping = { [duologue]: 'durable before `sent`', [withRedis]: 'flushed before `sent`' };

/** What the papers say of it behind a server's name. @param {string} server */
export const promise = (server) => keeping[server] ?? 'in memory, nothing kept';
/** Whether who was away finds the messages. @param {string} server */
export const keeps = (server) => server in keeping;
/**
 * Whether messages went from one to another in it.
 * @param {{ name: string, program?: string }} measure
 */
export const isOfMessages = ({ name, program }) => name !== 'history' && !program;
/** @param {Measure} measure */
export const needsRedis = ({ servers }) => Object.values(servers).some((told) => told?.includes('--redis'));

/**
 * @param {{ quick: boolean, mostConnections: number }} how
 * @returns {Measure[]}
 */
export function plan({ quick, mostConnections }) {
  const runs = quick ? 1 : 3;
  const seconds = quick ? 2 : 10;
  // Half of it beside the others, which is long enough for Duologue to ask each whether it lives, as it does twice a minute.
  const idleSeconds = quick ? 4 : 80;
  const connections = Math.min(quick ? 500 : 10_000, mostConnections);
  const lengths = quick ? [1_000, 10_000] : [1_000, 10_000, 100_000, 1_000_000];
  /** @type {(name: string, ...more: string[]) => Measure} */
  const chat = (name, ...more) => ({
    name,
    bench: ['chat', '--pairs', `${pairs}`, '--seconds', `${seconds}`, ...more],
    accounts: pairs * 2,
    runs,
    limitSeconds: seconds + 60,
    servers: { ...rivals, ...others, ...durable },
  });
  return [
    chat('window-1', '--window', '1'),
    chat('window-16', '--window', '16'),
    chat('rate-1000', '--rate', '1000'),
    {
      name: 'idle',
      // The pair talks for half of the time before the others come, and for half of it beside them.
      bench: ['idle', '--conns', `${connections}`, '--seconds', `${idleSeconds}`],
      accounts: 2 + Math.ceil(connections / 10),
      runs,
      limitSeconds: idleSeconds + 120,
      servers: rivals,
    },
    {
      name: 'burst',
      bench: ['burst', '--pairs', quick ? '5' : `${pairs}`, '--messages', '1000'],
      accounts: pairs * 2,
      runs,
      limitSeconds: 120,
      servers: { ...rivals, ...durable },
    },
    {
      name: 'history',
      bench: ['history', '--lengths', lengths.join(','), '--seconds', `${seconds * 3}`],
      accounts: 2,
      runs,
      limitSeconds: seconds * 3 + 180,
      servers: { [duologue]: null },
    },
    {
      name: 'layout',
      program: layoutProgram,
      bench: ['--entries', quick ? '20000' : '500000'],
      accounts: 0,
      runs,
      limitSeconds: 120,
      servers: layouts,
    },
  ];
}
