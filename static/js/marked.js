/** Says how many boxes are marked and how many places that leaves, while they are being marked.
    form[data-marked="NAME"][data-places]: [data-marked-count], [data-marked-left], [data-marked-show], button[data-marked-act] */

export function start(form) {
  const boxes = [...form.elements].filter(({ name, type }) => type === 'checkbox' && name === form.dataset.marked);
  const tell = () => {
    const count = boxes.filter(({ checked }) => checked).length;
    const left = Number(form.dataset.places) - count;
    form.querySelectorAll('[data-marked-count]').forEach((place) => { place.textContent = count; });
    form.querySelectorAll('[data-marked-left]').forEach((place) => { place.textContent = Math.max(left, 0); });
    form.querySelectorAll('[data-marked-show]').forEach((place) => { place.hidden = !count; });
    form.querySelectorAll('[data-marked-act]').forEach((button) => { button.disabled = !count || left < 0; });
  };
  boxes.forEach((box) => box.addEventListener('change', tell));
  // A page that the browser brings back keeps its marks.
  addEventListener('pageshow', tell);
  tell();
}
