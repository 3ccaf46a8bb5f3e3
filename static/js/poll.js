/** Fetches a fragment again until it comes without data-poll: progress of long work, which may also be left. */

const EVERY = 2_000;
const SLOWEST = 20_000;

export function start(fragment, startBehaviours) {
  let wait = EVERY;

  async function ask() {
    if (!fragment.isConnected) return;
    if (document.hidden) {
      document.addEventListener('visibilitychange', ask, { once: true });
      return;
    }
    try {
      const answer = await fetch(fragment.dataset.poll, { headers: { 'X-Fragment': '1' }, redirect: 'error' });
      if (answer.status >= 400 && answer.status < 500) return;
      if (!answer.ok) throw new Error(String(answer.status));
      const next = new DOMParser().parseFromString(await answer.text(), 'text/html').body.firstElementChild;
      fragment.replaceWith(next);
      startBehaviours(next);
    } catch {
      wait = Math.min(wait * 1.6, SLOWEST);
      setTimeout(ask, wait);
    }
  }
  setTimeout(ask, wait);
}
