/**
 * In the page: how long it takes from a beginning until something stands on the screen. `begin` is told by whoever knows
 * (the socket, a click); the end is the first frame after the text stood in an element of that selector, painted: the
 * task after that frame's callbacks runs once it was handed on.
 */
export function watchPaint() {
  let sought, begun, done, result;
  const finish = () => {
    const took = performance.now() - begun;
    sought = undefined;
    done(took);
  };
  const { port1, port2 } = new MessageChannel();
  port1.onmessage = finish;
  const look = () => {
    if (!sought || sought.isFound || begun === undefined) return;
    const elements = [...document.querySelectorAll(sought.selector)];
    if (!elements.some((element) => element.textContent.includes(sought.text))) return;
    sought.isFound = true;
    requestAnimationFrame(() => port2.postMessage(undefined));
  };
  const observer = new MutationObserver(look);
  observer.observe(document, { subtree: true, childList: true, characterData: true, attributes: true });
  globalThis.bench = {
    awaits(selector, text) {
      begun = undefined;
      sought = { selector, text, isFound: false };
      result = new Promise((painted) => (done = painted));
    },
    begin(at) {
      begun ??= at;
    },
    took: () => result,
  };
}
