// The hand of the plain pages, the gate and the settings. Without script they work as well, but for the two switches.

const root = document.documentElement;
const find = (selector) => document.querySelector(selector);
const findAll = (selector) => document.querySelectorAll(selector);

// What came of a form is said once: a reload must not say it again. And whoever uses a keyboard goes on from there.
const address = new URL(location);
for (const name of ['done', '__path', '__err']) address.searchParams.delete(name);
history.replaceState(history.state, '', address);
const invalid = [...findAll('[aria-invalid="true"]')].at(-1);
const said = find('main [role="status"]:not(:empty), main [role="alert"]:not([hidden])');
if (said) said.tabIndex = -1;
const told = invalid ?? said;
// A fragment in the address takes the focus as well, on its way: then not before the page is whole.
if (location.hash) window.addEventListener('load', () => told?.focus());
// The settings scroll within the page, where keys reach them only once they have the focus.
else (told ?? find('main.settings'))?.focus();

// A person can see the password that they type.
for (const button of findAll('.with > button[aria-pressed]')) {
  const field = button.previousElementSibling;
  button.hidden = false;
  button.addEventListener('click', () => {
    const shows = field.type === 'password';
    field.type = shows ? 'text' : 'password';
    button.setAttribute('aria-pressed', String(shows));
  });
}

// A link or a token goes to where it is needed. By this old command, for the newer one wants TLS.
for (const button of findAll('.with > button[data-done]')) {
  const field = button.previousElementSibling;
  const status = button.closest('.field').querySelector('[role="status"]');
  button.hidden = false;
  button.addEventListener('click', () => {
    field.select();
    if (document.execCommand('copy')) status.textContent = button.dataset.done;
    button.focus();
  });
}

// Times, in the language of the page as its reader writes it, and in the reader's zone.
const primary = (tag) => tag.split('-')[0];
const language = navigator.languages.find((tag) => primary(tag) === primary(root.lang)) ?? root.lang;
const day = (date) => Math.floor((date - date.getTimezoneOffset() * 60_000) / 86_400_000);
for (const time of findAll('time[datetime]')) {
  const at = new Date(time.dateTime);
  const past = day(new Date()) - day(at);
  const named = new Intl.RelativeTimeFormat(language, { numeric: 'auto' }).format(-past, 'day');
  const clock = at.toLocaleTimeString(language, { hour: '2-digit', minute: '2-digit' });
  time.textContent = past < 2 ? `${named} ${clock}` : at.toLocaleDateString(language, { dateStyle: 'long' });
}

// A choice of looks and of language holds at once, also one that was made before this script came.
const holds = (form, keep) => {
  form?.addEventListener('change', keep);
  const isOther = (one) => one.selected !== one.defaultSelected || one.checked !== one.defaultChecked;
  if (form && [...form.querySelectorAll('option, [type="radio"]')].some(isOther)) keep();
};
const theme = find('form[action^="/api/set_theme"]');
holds(theme, () => {
  const body = new URLSearchParams(new FormData(theme));
  const chosen = body.get('theme');
  if (chosen === 'system') delete root.dataset.theme;
  else root.dataset.theme = chosen;
  find('meta[name="color-scheme"]').content = chosen === 'system' ? 'light dark' : chosen;
  // What cannot be kept is posted plainly: then the page says why.
  const post = fetch(theme.action, { method: 'POST', body, headers: { Accept: 'application/json' } });
  post.then((answer) => answer.ok || theme.submit()).catch(() => theme.submit());
});
const tongue = find('form[action^="/api/set_language#"]');
holds(tongue, () => tongue.submit());

// The switches of this browser; the page that people live in reads them.
const sound = find('#sound');
if (sound) {
  sound.disabled = false;
  sound.checked = localStorage.getItem('sound') !== 'off';
  sound.addEventListener('change', () => {
    if (sound.checked) localStorage.removeItem('sound');
    else localStorage.setItem('sound', 'off');
  });
}
const notify = find('#notify');
if (notify) {
  const mayNotify = () => 'Notification' in window && Notification.permission === 'granted';
  notify.disabled = false;
  notify.checked = mayNotify() && localStorage.getItem('notify') === 'on';
  notify.addEventListener('change', async () => {
    const wished = notify.checked;
    if (wished && 'Notification' in window) await Notification.requestPermission();
    notify.checked = wished && mayNotify();
    find('#notify-refused').hidden = !wished || notify.checked;
    if (notify.checked) localStorage.setItem('notify', 'on');
    else localStorage.removeItem('notify');
  });
}

// Who leaves takes along what this browser knows of them: of who signs out all but what they wrote and did not send, of
// who closes the account everything. It is noted here and done at the gate, for the server may still refuse.
if (find('.settings')) sessionStorage.removeItem('leaves');
for (const form of findAll('form[action="/api/logout"], form[action="/api/close_account"]')) {
  const { username } = find('.account').dataset;
  const forGood = !form.action.endsWith('/logout');
  form.addEventListener('submit', () => sessionStorage.setItem('leaves', JSON.stringify({ username, forGood })));
}
// Whoever stands at the gate is not signed in: without the server this browser opens nobody's page any more.
if (find('.gate')) localStorage.removeItem('you');
const leaves = JSON.parse(find('.gate') ? sessionStorage.getItem('leaves') : null);
if (leaves) {
  const database = `duologue ${leaves.username}`;
  const forgotten = () => sessionStorage.removeItem('leaves');
  if (leaves.forGood) {
    for (const key of Object.keys(localStorage)) {
      if (key.startsWith(`draft ${leaves.username} `)) localStorage.removeItem(key);
    }
    indexedDB.deleteDatabase(database).onsuccess = forgotten;
  } else {
    const opening = indexedDB.open(database);
    // It was never made: then it is not made now.
    opening.onupgradeneeded = () => opening.transaction.abort();
    opening.onerror = forgotten;
    opening.onsuccess = () => {
      const transaction = opening.result.transaction('known', 'readwrite');
      transaction.objectStore('known').clear();
      transaction.oncomplete = forgotten;
      opening.result.close();
    };
  }
}

// The settings are closed to where they were opened from.
const close = find('.people > header > a.button');
if (close) {
  const came = document.referrer && new URL(document.referrer);
  if (came && came.origin === location.origin && !came.pathname.startsWith('/settings')) {
    sessionStorage.setItem('came', came.pathname);
  }
  close.href = sessionStorage.getItem('came') ?? close.href;
}

// The list of sections shows which one is read: the one that was gone to while it is in sight, else the one at a line
// that goes down the page as one reads on, so that the last has its turn too.
const settings = find('.settings');
const links = [...findAll('.sections a[href^="#"]')];
function markSection() {
  const whole = settings.getBoundingClientRect();
  const line = whole.top + whole.height * (settings.scrollTop / Math.max(1, settings.scrollHeight - whole.height));
  const isAt = (section, top, bottom) => top >= section.top - 1 && bottom <= section.bottom + 1;
  const place = (link) => find(link.hash).getBoundingClientRect();
  const asked = links.find((link) => link.hash === location.hash);
  const isSeen = asked && isAt(whole, place(asked).top, place(asked).bottom);
  const current = isSeen ? asked : (links.findLast((link) => place(link).top <= line + 1) ?? links[0]);
  for (const link of links) link.removeAttribute('aria-current');
  current.setAttribute('aria-current', 'true');
}
if (links.length > 0) {
  settings.addEventListener('scroll', markSection, { passive: true });
  window.addEventListener('hashchange', markSection);
  markSection();
}
