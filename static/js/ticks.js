/** One check that stands for many: `data-ticks="NAME"` sets every box of that name in its form, and follows them. */

export function start(one) {
  const boxes = [...one.form.querySelectorAll(`input[type="checkbox"][name="${CSS.escape(one.dataset.ticks)}"]`)];
  one.addEventListener('change', () => boxes.forEach((box) => { box.checked = one.checked; }));
  boxes.forEach((box) => box.addEventListener('change', () => { one.checked = boxes.every(({ checked }) => checked); }));
}
