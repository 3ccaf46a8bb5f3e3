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

/** Waits until something holds; fails when it never does. */
export async function until(holds, what = holds.toString()) {
  for (let turn = 0; turn < 400; turn += 1) {
    if (holds()) return;
    await new Promise((resolve) => { setTimeout(resolve, 5); });
  }
  throw new Error(`never: ${what}`);
}
