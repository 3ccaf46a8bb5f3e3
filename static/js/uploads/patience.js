/** Asking again until it works: after a jittered wait, when the line is back, or when somebody has logged in. */

import { Away, LoggedOut } from './errors.js';

const FIRST = 500;
export const LONGEST = 8_000;
const OFFLINE = 30_000;

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
 * What `attempt` answers, however often it has to be asked. `told(trouble)` hears 'offline', 'away' or 'login', and ''
 * when it works again. Every error but Away and LoggedOut is passed on, and so is the end that `signal` puts to it.
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
        // One request that went astray is nobody's trouble.
        if (offline || failures) told(offline ? 'offline' : 'away');
        await wait(offline ? OFFLINE : pause(failures), ['online'], signal);
      } else throw error;
    }
  }
}
