/** Saves a form while it is written: after a pause, on leaving a field and on leaving the page; nothing typed is lost. */

import { replace } from './inplace.js';
import { showProblems } from './problems.js';
import { renew } from './token.js';
import { copyOf, offer } from './unsaved.js';

const PAUSE = 800;
const RETRIES = [2_000, 5_000, 15_000, 30_000];
const TIMEOUT = 20_000;
const KEEPALIVE_LIMIT = 60_000;
const LOG_IN = '/accounts/login/';

/** The server cannot be reached; it may answer when asked again. */
class Away extends Error {}

function element(tag, words, properties = {}) {
  return Object.assign(document.createElement(tag), { textContent: words, ...properties });
}

export function start(form, startBehaviours) {
  const copy = copyOf(form);
  const line = document.querySelector('[data-saved]');
  let timer = 0;
  let failures = 0;
  let running = null;
  let dirty = false;
  let leaving = false;
  let refused = false;
  let final = false;

  function say(words, { saved = false, acts = [] } = {}) {
    if (!line) return;
    line.toggleAttribute('data-at', saved);
    if (saved) delete line.dataset.tone;
    else line.dataset.tone = 'wait';
    line.querySelector('span').replaceChildren(words, ...acts);
  }
  function plan(wait) {
    clearTimeout(timer);
    timer = setTimeout(save, wait);
  }

  function save() {
    clearTimeout(timer);
    if (running || !dirty || leaving) return running;
    dirty = refused = final = false;
    copy.keep();
    running = attempt().finally(() => {
      running = null;
      if (dirty && !failures && !refused) plan(PAUSE);
    });
    return running;
  }
  async function attempt() {
    try {
      await settle(await send());
      failures = 0;
    } catch {
      dirty = true;
      say('暂时存不上，内容已留在这台设备上，会自动再试');
      plan(RETRIES[Math.min(failures++, RETRIES.length - 1)]);
    }
  }
  function send(keepalive = false) {
    renew(form);
    const data = new FormData(form);
    // Files travel by their own form; a page full of them must not be sent at every pause.
    for (const [name, value] of [...data]) if (value instanceof File) data.delete(name);
    const body = new URLSearchParams(data);
    return fetch(form.dataset.autosave, {
      method: 'POST',
      headers: { 'X-Autosave': '1', Accept: 'application/json' },
      body,
      redirect: 'manual',
      keepalive: keepalive && String(body).length < KEEPALIVE_LIMIT,
      signal: keepalive ? undefined : AbortSignal.timeout(TIMEOUT),
    });
  }
  async function settle(answer) {
    if (answer.status >= 500 || answer.status === 429) throw new Away(String(answer.status));
    if (!answer.headers.get('Content-Type')?.includes('json')) {
      dirty = refused = true;
      if (answer.status === 404) say('没有存上：这份内容已经不在了。写的还留在这台设备上，请复制保存');
      else say('登录已过期，内容已留在这台设备上。', { acts: [element('a', '另开一页登录', { href: LOG_IN, target: '_blank' })] });
      return;
    }
    const { saved_at: at, problems = {}, message, edition } = await answer.json();
    if (answer.ok) {
      showProblems(form, problems);
      if (edition) form.elements.edition.value = edition;
      if (!dirty) copy.drop();
      say(`已保存 ${at}`, { saved: true });
      return;
    }
    dirty = refused = true;
    final = !edition;
    say(message ?? '没有存上，请稍后再试', { acts: edition ? choose(edition) : [] });
  }
  /** Two windows wrote the same form: the person says which of them counts. */
  function choose(edition) {
    const mine = element('button', '以这里的为准', { type: 'button', className: 'btn btn-s' });
    mine.addEventListener('click', () => {
      form.elements.edition.value = edition;
      save();
    });
    const theirs = element('button', '改用那一份', { type: 'button', className: 'btn btn-s' });
    theirs.addEventListener('click', () => {
      leaving = true;
      copy.drop();
      location.reload();
    });
    return [mine, theirs];
  }

  form.addEventListener('input', () => {
    dirty = true;
    leaving = refused = false;
    plan(PAUSE);
  });
  form.addEventListener('focusout', () => { if (!refused) save(); });
  // What is typed is saved before the page is left: a form sent into a dead line or a closed session would be gone.
  form.addEventListener('submit', async (event) => {
    if (event.defaultPrevented || leaving) return;
    const button = event.submitter;
    const place = button?.closest('[data-in-place]');
    if (!dirty && !running && !place && navigator.onLine) {
      leaving = true;
      return;
    }
    event.preventDefault();
    await running;
    await save();
    if (dirty && !final) {
      line?.querySelector('a, button')?.focus();
    } else if (!navigator.onLine) {
      say('现在没有网络，内容都已保存。连上以后再点一次');
    } else if (place && !dirty) {
      if (await replace(place, form, button, startBehaviours)) return;
      dirty = true;
      save();
    } else {
      // A final no is told in full by the page that answers; what was typed comes back on it.
      leaving = true;
      form.requestSubmit(button);
    }
  });
  const again = () => { if (dirty) save(); };
  addEventListener('online', again);
  addEventListener('focus', again);
  document.addEventListener('visibilitychange', () => {
    if (!document.hidden) {
      again();
      return;
    }
    if (!dirty || leaving) return;
    copy.keep();
    send(true).then(settle).catch(() => {});
  });
  offer(form, copy, () => {
    dirty = true;
    save();
  });
}
