/** Fetches a fragment again until it comes without data-poll: progress of long work, which may also be left. */

import { renewFragment, renewPage } from './fragment.js';

const EVERY = 2_000;
const SLOWEST = 20_000;

export function start(fragment, startBehaviours) {
  const whole = 'whole' in fragment.dataset;
  let wait = EVERY;

  async function ask() {
    if (!fragment.isConnected) return;
    if (document.hidden) {
      document.addEventListener('visibilitychange', ask, { once: true });
      return;
    }
    try {
      // Where the end changes the whole page, an upload that is under way on it comes first.
      const ended = (next) => whole && !next.dataset.poll;
      const next = await renewFragment(fragment, fragment.dataset.poll, startBehaviours, (one) => !ended(one));
      if (!next || !ended(next)) return;
      if (document.querySelector('[data-busy]')) setTimeout(ask, wait);
      else await renewPage(startBehaviours);
    } catch {
      wait = Math.min(wait * 1.6, SLOWEST);
      setTimeout(ask, wait);
    }
  }
  setTimeout(ask, wait);
}
