// What the modules expect of a browser and node lacks: events of the window, a place to remember things for the tab.

const windowEvents = new EventTarget();
globalThis.addEventListener = windowEvents.addEventListener.bind(windowEvents);
globalThis.removeEventListener = windowEvents.removeEventListener.bind(windowEvents);

export function happens(name) {
  windowEvents.dispatchEvent(new Event(name));
}

const kept = new Map();
globalThis.sessionStorage = { getItem: (key) => kept.get(key) ?? null, setItem: (key, value) => kept.set(key, String(value)) };

/** Lets everything run that is ready to. */
export async function soon(turns = 20) {
  for (let turn = 0; turn < turns; turn += 1) await new Promise((resolve) => { setImmediate(resolve); });
}

/** Waits until something holds; fails when it never does. It needs no timer, so that a test may set those by hand. */
export async function until(holds, { meanwhile = () => {} } = {}) {
  const end = performance.now() + 20_000;
  while (!holds()) {
    if (performance.now() > end) throw new Error(`never: ${holds}`);
    meanwhile();
    await soon(1);
  }
}
