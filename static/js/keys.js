/** The keys of a desk: j/k and digits press what carries their data-key, Ctrl+Enter sends, ? shows the list. */

const OFF = 'keys off';
const help = () => document.getElementById('keys-help');

function typing(target) {
  return target.closest('textarea, select, [contenteditable], input:not([type="radio"], [type="checkbox"])');
}

function press(element) {
  if (element.matches('input[type="radio"], input[type="checkbox"]')) {
    element.focus();
    if (element.type === 'radio' && element.checked) return;
  }
  element.click();
}

document.addEventListener('keydown', (event) => {
  if (event.defaultPrevented || event.isComposing) return;
  const form = document.querySelector('form[data-submit-key]');
  if (event.key === 'Enter' && (event.ctrlKey || event.metaKey) && form) {
    event.preventDefault();
    const button = form.querySelector('button.btn-main') ?? document.querySelector(`button.btn-main[form="${CSS.escape(form.id)}"]`);
    form.requestSubmit(button ?? undefined);
    return;
  }
  if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target) || help()?.open) return;
  if (event.target.closest?.('dialog.viewer')) return;
  if (event.key === '?' && help()) {
    help().showModal();
    return;
  }
  if (localStorage.getItem(OFF)) return;
  const element = document.querySelector(`[data-key="${CSS.escape(event.key.toLowerCase())}"]`);
  if (!element || element.disabled) return;
  event.preventDefault();
  press(element);
});

// Single keys can be switched off (WCAG 2.1.4): dictation software would press them by accident.
const box = help()?.querySelector('[data-keys-off]');
if (box) {
  box.checked = Boolean(localStorage.getItem(OFF));
  box.addEventListener('change', () => (box.checked ? localStorage.setItem(OFF, '1') : localStorage.removeItem(OFF)));
}

/** The listener above serves every key of the page. */
export function start() {}
