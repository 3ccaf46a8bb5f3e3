/** Says how many boxes are marked and how many places that leaves, while they are being marked.
    form[data-marked="NAME"][data-places]: [data-marked-count], [data-marked-left], [data-marked-show], button[data-marked-act]
    [data-kept="KEY"]: the marks outlast the page, for each row is read on a page of its own; [data-marked-none] forgets
    them, and so does sending the form with [data-ends="KEY"]. */

const place = (key) => `marked:${key}`;

function keep(boxes, key) {
  const kept = new Set(JSON.parse(sessionStorage.getItem(place(key)) ?? '[]'));
  boxes.forEach((box) => { box.checked ||= kept.has(box.value); });
  return () => {
    boxes.forEach((box) => kept[box.checked ? 'add' : 'delete'](box.value));
    sessionStorage.setItem(place(key), JSON.stringify([...kept]));
  };
}

export function start(form) {
  const { marked, places, kept, ends } = form.dataset;
  const boxes = [...form.elements].filter(({ name, type }) => type === 'checkbox' && name === marked);
  const save = kept ? keep(boxes, kept) : () => {};
  const tell = () => {
    save();
    const count = boxes.filter(({ checked }) => checked).length;
    const left = Number(places) - count;
    form.querySelectorAll('[data-marked-count]').forEach((one) => { one.textContent = count; });
    form.querySelectorAll('[data-marked-left]').forEach((one) => { one.textContent = Math.max(left, 0); });
    form.querySelectorAll('[data-marked-show]').forEach((one) => { one.hidden = !count; });
    form.querySelectorAll('[data-marked-act]').forEach((button) => { button.disabled = !count || left < 0; });
  };
  boxes.forEach((box) => box.addEventListener('change', tell));
  form.querySelector('[data-marked-none]')?.addEventListener('click', () => sessionStorage.removeItem(place(kept)));
  if (ends) form.addEventListener('submit', () => sessionStorage.removeItem(place(ends)));
  // A page that the browser brings back keeps its marks.
  addEventListener('pageshow', tell);
  tell();
}
