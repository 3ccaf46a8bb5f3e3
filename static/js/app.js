/** Starts the behaviours a page asks for by its attributes: one small module each, fetched only where it is needed. */

import { renew } from './token.js';

const BEHAVIOURS = [
  ['form[data-autosave]', () => import('./autosave.js')],
  ['textarea[data-limit]', () => import('./counter.js')],
  ['form[data-uploads]', () => import('./uploads/desk.js')],
  ['[data-poll]', () => import('./poll.js')],
  ['[data-confirm]', () => import('./confirm.js')],
  ['a[data-dialog]', () => import('./dialog.js')],
  ['details[data-menu]', () => import('./menu.js')],
  ['[data-key], form[data-submit-key]', () => import('./keys.js')],
  ['[data-sign]', () => import('./signature.js')],
  ['[data-until], [data-clock]', () => import('./countdown.js')],
  ['a[data-picture]', () => import('./pictures.js')],
  ['a[data-pdf]', () => import('./pdf.js')],
  ['video[data-lasts]', () => import('./film.js')],
  ['form[data-rubric]', () => import('./rubric.js')],
  ['[data-reveal]', () => import('./reveal.js')],
  ['[data-print]', () => import('./print.js')],
  ['form[data-marked]', () => import('./marked.js')],
  ['[data-ticks]', () => import('./ticks.js')],
  ['select[data-fills]', () => import('./fills.js')],
  ['input[data-offers]', () => import('./offers.js')],
  ['[data-focus]', () => import('./focus.js')],
  ['nav.toc', () => import('./contents.js')],
  ['[data-all]', () => import('./marks.js')],
  ['body[data-session]', () => import('./session.js')],
];

const started = new WeakMap();
let asking = false;

/** Starts what stands in `root` and has not been started: the whole page, or a fragment that has just arrived. */
export function start(root) {
  for (const [selector, load] of BEHAVIOURS) {
    const found = [...root.querySelectorAll(selector)];
    if (root.matches?.(selector)) found.unshift(root);
    const fresh = found.filter((element) => !started.get(element)?.has(selector));
    if (!fresh.length) continue;
    for (const element of fresh) started.set(element, new Set(started.get(element)).add(selector));
    load().then((behaviour) => fresh.forEach((element) => behaviour.start(element, start)));
  }
}

// On the way down, before anything else reads the form.
document.addEventListener('submit', async (event) => {
  renew(event.target);
  if (asking || !(event.submitter?.dataset.confirm || event.target.dataset.confirm)) return;
  // On a slow line a finger is quicker than the module that asks: nothing is deleted unasked.
  event.preventDefault();
  event.stopImmediatePropagation();
  await import('./confirm.js');
  asking = true;
  event.target.requestSubmit(event.submitter);
}, true);
start(document);
