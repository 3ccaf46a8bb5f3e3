/** Saves a form while it is written: after a pause, on leaving a field and on leaving the page; nothing typed is lost. */

import { copyOf, offer } from './unsaved.js';

const PAUSE = 800;
const RETRIES = [2_000, 5_000, 15_000, 30_000];
const KEEPALIVE_LIMIT = 60_000;

export function start(form) {
  const copy = copyOf(form);
  const line = document.querySelector('[data-saved]');
  let timer = 0;
  let failures = 0;
  let running = false;
  let dirty = false;
  let leaving = false;

  function say(words, saved = false) {
    if (!line) return;
    line.toggleAttribute('data-at', saved);
    line.querySelector('span').textContent = words;
  }
  function plan(wait) {
    clearTimeout(timer);
    timer = setTimeout(save, wait);
  }

  async function save() {
    clearTimeout(timer);
    if (running || !dirty || leaving) return;
    running = true;
    dirty = false;
    copy.keep();
    try {
      await settle(await send());
      failures = 0;
    } catch {
      dirty = true;
      say('暂时存不上，内容已留在这台设备上，会自动再试');
      plan(RETRIES[Math.min(failures++, RETRIES.length - 1)]);
    } finally {
      running = false;
    }
    if (dirty && !failures) plan(PAUSE);
  }
  function send(keepalive = false) {
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
    });
  }
  async function settle(answer) {
    if (answer.status >= 500) throw new Error(String(answer.status));
    if (!answer.headers.get('Content-Type')?.includes('json')) {
      say('没有存上：登录可能已过期。请另开一页登录，再回来继续填写');
      return;
    }
    const { saved_at: at, problems = {}, message } = await answer.json();
    showProblems(form, problems);
    if (!answer.ok) {
      say(message ?? '没有存上，请稍后再试');
      return;
    }
    if (!dirty) copy.drop();
    say(`已保存 ${at}`, true);
  }

  form.addEventListener('input', () => {
    dirty = true;
    plan(PAUSE);
  });
  form.addEventListener('focusout', save);
  form.addEventListener('submit', () => {
    leaving = true;
    clearTimeout(timer);
    copy.drop();
  });
  // A submit that something else stops (a question answered with no) leaves the form where it was.
  form.addEventListener('input', () => { leaving = false; }, true);
  addEventListener('online', save);
  document.addEventListener('visibilitychange', () => {
    if (!document.hidden || !dirty || leaving) return;
    copy.keep();
    send(true).then(settle).catch(() => {});
  });
  offer(form, copy, () => {
    dirty = true;
    save();
  });
}

/** Says beside a field what the server would not accept yet, without taking the focus or colouring the form. */
function showProblems(form, problems) {
  form.querySelectorAll('[data-quiet]').forEach((note) => note.remove());
  for (const [name, words] of Object.entries(problems)) {
    const field = form.querySelector(`[name="${CSS.escape(name)}"]`)?.closest('.field');
    if (!field) continue;
    const note = document.createElement('p');
    note.className = 'hint late';
    note.dataset.quiet = '';
    note.textContent = words;
    field.append(note);
  }
}
