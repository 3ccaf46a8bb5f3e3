/** Marks every row of a list at once, and says how many are marked. */

export function start(box) {
  const rows = [...box.form.elements].filter((one) => one.name === box.dataset.all && !one.disabled);
  const line = box.form.querySelector('[data-marked]');
  const words = line?.textContent;

  function tell() {
    const marked = rows.filter((row) => row.checked).length;
    box.checked = marked > 0 && marked === rows.length;
    box.indeterminate = marked > 0 && marked < rows.length;
    if (line) line.textContent = marked ? `已勾选 ${marked} 项` : words;
  }
  box.closest('[hidden]')?.removeAttribute('hidden');
  box.addEventListener('change', () => {
    for (const row of rows) row.checked = box.checked;
    tell();
  });
  box.form.addEventListener('change', tell);
  tell();
}
