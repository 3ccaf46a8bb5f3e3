/** Moves a row or a list of links that is larger than its box so that the present one can be seen. */

export function start(row) {
  const here = row.querySelector('[aria-current]');
  if (!here) return;
  const [inner, outer] = [here.getBoundingClientRect(), row.getBoundingClientRect()];
  row.scrollLeft += inner.left - outer.left - (row.clientWidth - here.offsetWidth) / 2;
  row.scrollTop += inner.top - outer.top - (row.clientHeight - here.offsetHeight) / 2;
}
