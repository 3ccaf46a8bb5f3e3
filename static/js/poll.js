/** Fetches a fragment again until it comes without data-poll: progress of long work, which may also be left. */

const EVERY = 2_000;
const SLOWEST = 20_000;

/** The whole page as it is now, where the eye was: what was waited for changes more of it than the fragment. */
async function renewPage(startBehaviours) {
  const answer = await fetch(location.href);
  if (!answer.ok) throw new Error(String(answer.status));
  const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
  const at = scrollY;
  for (const part of ['main', 'aside.dock']) {
    const next = page.querySelector(part);
    document.querySelector(part)?.replaceWith(...(next ? [next] : []));
  }
  startBehaviours(document);
  scrollTo(0, at);
}

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
      if ('whole' in fragment.dataset && !next.dataset.poll) {
        await renewPage(startBehaviours);
        return;
      }
      fragment.replaceWith(next);
      startBehaviours(next);
    } catch {
      wait = Math.min(wait * 1.6, SLOWEST);
      setTimeout(ask, wait);
    }
  }
  setTimeout(ask, wait);
}
