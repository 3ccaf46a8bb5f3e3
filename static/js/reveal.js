/** Moves a row of links that is wider than the screen so that the present one can be seen. */

export function start(row) {
  const here = row.querySelector('[aria-current]');
  if (here) row.scrollLeft += here.getBoundingClientRect().left - row.getBoundingClientRect().left - (row.clientWidth - here.offsetWidth) / 2;
}
