/** Says how many 字 a textarea holds, by the same count as the server. */

import { count } from './characters.js';

export function start(area) {
  const line = document.querySelector(`[data-count-of="${CSS.escape(area.id)}"]`);
  if (!line) return;
  const limit = Number(area.dataset.limit);
  const number = document.createElement('b');
  line.replaceChildren(number, ` / ${limit} 字`);

  function show() {
    const used = count(area.value);
    const over = used > limit;
    number.textContent = used;
    line.classList.toggle('late', over);
    // Heard only when the limit is passed: a number at every key would drown the writing.
    if (over) line.setAttribute('role', 'status');
    else line.removeAttribute('role');
  }
  area.addEventListener('input', show);
  show();
}
