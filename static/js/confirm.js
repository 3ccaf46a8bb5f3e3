/** Asks before a form with data-confirm, on itself or on its button, is sent. */

import { ask } from './ask.js';

let agreed = null;

// On the way down, so that it comes before uploads and other listeners of the form itself.
document.addEventListener('submit', async (event) => {
  const form = event.target;
  const source = event.submitter?.dataset.confirm ? event.submitter : form;
  if (!source.dataset.confirm) return;
  if (agreed === form) {
    agreed = null;
    return;
  }
  event.preventDefault();
  event.stopImmediatePropagation();
  const yes = await ask({
    title: source.dataset.confirmTitle ?? '请再确认一下',
    words: source.dataset.confirm,
    agree: source.dataset.confirmAct ?? event.submitter?.textContent.trim() ?? '确认',
  });
  if (!yes) return;
  agreed = form;
  form.requestSubmit(event.submitter);
}, true);

/** The listener above serves every form of the page. */
export function start() {}
