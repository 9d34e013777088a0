// What reaches a person who looks elsewhere: a sound, a notification, the mark on the icon. The page says what happened
// (src/browser/away.rs) and this tells it. A script of its own: there is nothing in it that the server could share.
(() => {
  /** The sound is for a burst of messages, not for each of them. */
  const quietFor = 2000;
  const longestBody = 120;

  /** Notifications that are shown, by whose conversation they are about. */
  const shown = new Map();
  let rang = -quietFor;

  // Another tab may be the one that the person looks at: a tab that has the focus holds this lock, and all may ask who
  // does. A browser gives no locks to a page without TLS; there each tab speaks for itself.
  const focusLock = 'duologue focus';
  let looking = null;

  function look() {
    if (looking || !document.hasFocus()) return;
    looking = new AbortController();
    const { signal } = looking;
    const untilBlur = () => new Promise((end) => { signal.addEventListener('abort', end); });
    navigator.locks?.request(focusLock, { mode: 'shared', signal }, untilBlur).catch(() => {});
  }

  addEventListener('focus', look);
  addEventListener('blur', () => {
    looking?.abort();
    looking = null;
  });
  look();

  async function isLookedAt() {
    if (document.hasFocus()) return true;
    const locks = await navigator.locks?.query();
    return Boolean(locks?.held.some(({ name }) => name === focusLock));
  }

  /** Two soft notes. Closed in any case: one that the browser held back must not sound at the next click. */
  function chime() {
    if (localStorage.sound === 'off' || performance.now() - rang < quietFor) return;
    rang = performance.now();
    const audio = new AudioContext();
    for (const [pitch, after] of [[587.33, 0], [880, 0.13]]) {
      const start = audio.currentTime + after;
      const note = new OscillatorNode(audio, { frequency: pitch });
      const loudness = new GainNode(audio, { gain: 0 });
      loudness.gain.setValueAtTime(0, start).linearRampToValueAtTime(0.07, start + 0.015);
      loudness.gain.exponentialRampToValueAtTime(0.0001, start + 0.5);
      note.connect(loudness).connect(audio.destination);
      note.start(start);
      note.stop(start + 0.5);
    }
    setTimeout(() => audio.close(), 1000);
  }

  function notify(peer, path, name, text) {
    if (localStorage.notify !== 'on' || self.Notification?.permission !== 'granted') return;
    const characters = [...text];
    const body = characters.length > longestBody ? `${characters.slice(0, longestBody - 1).join('')}…` : text;
    // Silent: the sound has a switch of its own.
    const options = { body, tag: `conversation ${peer}`, icon: '/icon-192.png', silent: true };
    const notification = new Notification(name, options);
    notification.addEventListener('click', () => {
      notification.close();
      focus();
      if (location.pathname === path) return;
      history.pushState(null, '', path);
      dispatchEvent(new PopStateEvent('popstate'));
    });
    shown.set(peer, { notification, path });
  }

  function close(isOver) {
    for (const [peer, { notification, path }] of shown) {
      if (!isOver(peer, path)) continue;
      notification.close();
      shown.delete(peer);
    }
  }

  addEventListener('focus', () => close((_, path) => path === location.pathname));

  self.away = {
    /** The page lives: this browser knows who is at home here, and keeps what opens without a network. */
    begin(username, name) {
      localStorage.you = JSON.stringify({ username, name });
      // Without one (no TLS, a private window) the page needs its server to open, and nothing else.
      navigator.serviceWorker?.register('/service-worker.js').catch(() => {});
    },

    /** Somebody said something just now. */
    async ring(peer, path, name, text) {
      if (await isLookedAt()) return;
      try {
        notify(peer, path, name, text);
        chime();
      } catch {
        // A phone's browser lets no page notify, some let none sound: the title still counts.
      }
    },

    /** How many messages are unread, and whose. */
    unread(total, peers) {
      document.querySelector('link[rel=icon]').href = total ? '/favicon-unread.svg' : '/favicon.svg';
      navigator.setAppBadge?.(total).catch(() => {});
      close((peer) => !peers.includes(peer));
    },
  };
})();
