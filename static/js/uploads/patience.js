/** Asking again until it works: after a jittered wait, when the line is back, or when somebody has logged in. */

import { Away, LoggedOut } from './errors.js';

const FIRST = 500;
export const LONGEST = 8_000;
const OFFLINE = 30_000;
const INSISTED = 6;

/** Milliseconds before try number `failures` + 1: twice as long each time, at most 8 s, never all clients at once. */
export function pause(failures, dice = Math.random) {
  return Math.min(LONGEST, FIRST * 2 ** failures) * (0.5 + dice() / 2);
}

/** Until `ms` have passed or one of the events comes; rejects when `signal` says stop. */
function wait(ms, events, signal) {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(go, ms);
    function over() {
      clearTimeout(timer);
      events.forEach((name) => removeEventListener(name, go));
      signal.removeEventListener('abort', stop);
    }
    function go() {
      over();
      resolve();
    }
    function stop() {
      over();
      reject(signal.reason);
    }
    events.forEach((name) => addEventListener(name, go));
    signal.addEventListener('abort', stop);
  });
}

export function sleep(ms, signal) {
  return wait(ms, [], signal);
}

/**
 * What `attempt` answers, however often it has to be asked. `told(trouble, words)` hears 'offline', 'away' or 'login',
 * with the server's own sentence if it gave one, and '' when it works again. Every error but Away and LoggedOut is
 * passed on, and so is the end that `signal` puts to it.
 */
export async function patiently(attempt, { signal, told = () => {} }) {
  for (let failures = 0; ; failures += 1) {
    signal.throwIfAborted();
    try {
      const answer = await attempt();
      told('');
      return answer;
    } catch (error) {
      signal.throwIfAborted();
      if (error instanceof LoggedOut) {
        told('login');
        await wait(LONGEST, ['focus', 'online'], signal);
      } else if (error instanceof Away) {
        const offline = globalThis.navigator?.onLine === false;
        // One request that went astray is nobody's trouble, unless the server says what it is.
        if (offline || failures || error.sentence) told(offline ? 'offline' : 'away', error.sentence);
        await wait(offline ? OFFLINE : pause(failures), ['online'], signal);
      } else throw error;
    }
  }
}

/**
 * Tries what the page has to show until it succeeds: true then. After some failures `lastly()` is asked each time to
 * help otherwise; false once it says it did, or once `signal` says that nobody needs it any more.
 */
export async function insistently(attempt, { signal, lastly }) {
  for (let failures = 0; !signal.aborted; failures += 1) {
    try {
      await attempt();
      return true;
    } catch {
      if (failures >= INSISTED && lastly()) return false;
      await wait(pause(failures), ['online'], signal).catch(() => {});
    }
  }
  return false;
}
