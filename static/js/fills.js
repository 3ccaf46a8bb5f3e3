/** A list of words used before: what is chosen goes into the field that `data-fills="ID"` names, to be changed there. */

export function start(list) {
  const field = document.getElementById(list.dataset.fills);
  list.addEventListener('change', () => {
    if (!list.value) return;
    field.value = list.value;
    field.dispatchEvent(new Event('input', { bubbles: true }));
    list.value = '';
    field.focus();
  });
}
