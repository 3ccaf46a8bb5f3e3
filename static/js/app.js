/** Starts the behaviours a page asks for by its attributes: one small module each, fetched only where it is needed. */

const BEHAVIOURS = [
  ['form[data-autosave]', () => import('./autosave.js')],
  ['textarea[data-limit]', () => import('./counter.js')],
  ['form[data-upload]', () => import('./upload.js')],
  ['[data-poll]', () => import('./poll.js')],
  ['[data-confirm]', () => import('./confirm.js')],
  ['a[data-dialog]', () => import('./dialog.js')],
  ['details[data-menu]', () => import('./menu.js')],
  ['[data-key], form[data-submit-key]', () => import('./keys.js')],
  ['[data-sign]', () => import('./signature.js')],
  ['[data-until], [data-clock]', () => import('./countdown.js')],
  ['a[data-picture]', () => import('./pictures.js')],
  ['form[data-rubric]', () => import('./rubric.js')],
  ['[data-reveal]', () => import('./reveal.js')],
  ['[data-focus]', () => import('./focus.js')],
];

const started = new WeakMap();

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

start(document);
