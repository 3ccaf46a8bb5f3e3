/** The plain form of a file, and what becomes of it where files can be sent in parts. */

const KEPT = 'upload category';

/** Whether this browser can send a file in parts; where it cannot, the form stays as plain as it came. */
export function able() {
  return Boolean(globalThis.crypto?.subtle && Blob.prototype.arrayBuffer && AbortSignal.timeout
    && AbortSignal.prototype.throwIfAborted);
}

/** The label becomes the button, what only the plain form needs steps back. Returns the list of categories, if any. */
export function dress(form, input) {
  const category = form.elements.category ?? null;
  turn(form, input, true);
  if (!category) return null;
  try {
    category.value = localStorage.getItem(KEPT) ?? '';
    category.addEventListener('change', () => localStorage.setItem(KEPT, category.value));
  } catch { /* a browser without storage begins with the first */ }
  return category;
}

/** The form as it came, with the focus at its beginning. */
export function undress(form, input) {
  turn(form, input, false);
  form.querySelector('select, input:not([type="hidden"])').focus();
}

function turn(form, input, dressed) {
  input.multiple = dressed && 'many' in form.dataset;
  input.classList.toggle('vh', dressed);
  input.nextElementSibling.hidden = !dressed;
  form.querySelectorAll('[data-plain]').forEach((part) => { part.hidden = dressed; });
  form.querySelectorAll('[data-dressed]').forEach((part) => { part.hidden = !dressed; });
  const first = form.elements.category?.options[0];
  if (first) first.textContent = dressed ? '按文件名判断' : '请选择';
}
