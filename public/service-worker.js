// Opens the page where the server cannot be reached. It keeps the shell, a page with nobody's words in it, and the files
// that the shell names. What a person said is never here: the page keeps that itself, in IndexedDB.

/** Raised when what is kept is kept in another way; a release needs no other number. */
const kept = 'shell 1';
/** What the page loads by itself, from its parts. */
const parts = ['/icons.svg', '/favicon-unread.svg'];

self.addEventListener('install', (event) => {
  self.skipWaiting();
  event.waitUntil(refresh());
});

self.addEventListener('activate', (event) => event.waitUntil(takeOver()));

self.addEventListener('fetch', (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (request.method !== 'GET' || origin !== location.origin) return;
  if (request.mode === 'navigate') return event.respondWith(open(event));
  if (isFile(pathname)) event.respondWith(file(request, pathname));
});

async function takeOver() {
  for (const name of await caches.keys()) if (name !== kept) await caches.delete(name);
  await self.registration.navigationPreload?.enable();
  await self.clients.claim();
}

/** A page comes from the server; where there is none, the shell opens in its place. */
async function open(event) {
  try {
    const answer = (await event.preloadResponse) ?? (await fetch(event.request));
    // What stands in front of a server that is gone answers so.
    if (![502, 504].includes(answer.status)) {
      event.waitUntil(refresh().catch(() => {}));
      return answer;
    }
  } catch {
    // No network.
  }
  return (await find('/shell')) ?? Response.error();
}

/** Files under /pkg/ never change. The others come from the server as long as there is one. */
async function file(request, path) {
  if (path.startsWith('/pkg/')) return (await find(path)) ?? fetch(request);
  try {
    return await fetch(request);
  } catch {
    return (await find(path)) ?? Response.error();
  }
}

async function find(path) {
  const cache = await caches.open(kept);
  return cache.match(path, { ignoreVary: true });
}

/** Keeps the shell of the present release: its files first, so that what is kept can always be opened. */
async function refresh() {
  const cache = await caches.open(kept);
  const shell = await load('/shell');
  const files = [...parts, ...named(await shell.clone().text())];
  const missing = [];
  for (const path of files) if (!(await cache.match(path, { ignoreVary: true }))) missing.push(path);
  // A name that is new comes with a new release, and then the others may have another content too.
  const wanted = missing.length > 0 ? files : [];
  await Promise.all(wanted.map(async (path) => cache.put(path, await load(path))));
  await cache.put('/shell', shell);
  for (const { url } of await cache.keys()) {
    const { pathname } = new URL(url);
    if (pathname !== '/shell' && !files.includes(pathname)) await cache.delete(url);
  }
}

async function load(path) {
  // Without looking at what the browser holds of it, but for names that hold a hash.
  const answer = await fetch(path, { cache: path.startsWith('/pkg/') ? 'default' : 'no-cache', redirect: 'error' });
  if (!answer.ok) throw new Error(`${path}: ${answer.status}`);
  return answer;
}

/** The files that a document of ours names. */
function named(html) {
  const paths = [...html.matchAll(/(?:href|src)="(\/[^"]+)"/g)].map(([, path]) => path);
  return [...new Set(paths.filter(isFile))];
}

function isFile(path) {
  return /^\/(pkg\/)?[^/]+\.[^/]+$/.test(path);
}
