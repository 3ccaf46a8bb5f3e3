/** The score sheet while it is filled: the band of each score, the words it needs and the total; the server decides. */

const COMMENT_BELOW = 60;
const COMMENT_ABOVE = 95;

function points(input) {
  const typed = input.value.normalize('NFKC').trim();
  return /^\d{1,3}$/.test(typed) && Number(typed) <= 100 ? Number(typed) : null;
}

function total(rows) {
  let sum = 0;
  let weights = 0;
  for (const row of rows) {
    const weight = Number(row.dataset.weight);
    const score = points(row.querySelector('[data-points]'));
    if (weight && score === null) return '—';
    sum += weight * (score ?? 0);
    weights += weight;
  }
  return weights ? (Math.round((sum / weights) * 100) / 100).toFixed(2) : '—';
}

function openWords(row, score) {
  const needed = score !== null && (score < COMMENT_BELOW || score > COMMENT_ABOVE);
  if (needed) row.querySelector('[data-words]').open = true;
  return needed;
}

export function start(form) {
  const rows = [...form.querySelectorAll('li[data-weight]')];
  const output = document.querySelector('[data-total]');
  const reader = document.getElementById('reader');
  // The arrows and the space bar turn the pages of what is being read, until something is asked for elsewhere.
  if (document.activeElement === document.body && !form.querySelector('[aria-invalid]')) reader?.focus({ preventScroll: true });

  form.addEventListener('input', (event) => {
    const row = event.target.closest('li[data-weight]');
    if (!row || !event.target.matches('[data-points]')) return;
    const score = points(event.target);
    const bands = [...row.querySelectorAll('.bands [data-low]')];
    const held = bands.filter((band) => score !== null && Number(band.dataset.low) <= score).pop();
    for (const band of bands) band.toggleAttribute('data-on', band === held);
    const anchor = row.querySelector('[data-anchor]');
    const words = held && row.querySelector(`dd[data-low="${held.dataset.low}"]`);
    anchor.hidden = !words;
    anchor.textContent = words ? `${words.dataset.name}：${words.textContent}` : '';
    // The 7 of a 78 asks for no words yet.
    if (event.target.value.trim().length > 1) openWords(row, score);
    if (output) output.textContent = total(rows);
  });
  // Enter goes on to what is to be filled next; it would otherwise press the first button, which leaves the page.
  form.addEventListener('keydown', (event) => {
    if (event.isComposing || event.ctrlKey || event.metaKey) return;
    const box = event.target;
    if (event.key === 'Escape' && !box.closest('dialog:modal')) reader?.focus({ preventScroll: true });
    if (event.key !== 'Enter' || !box.matches('input:not([type="radio"], [type="checkbox"])')) return;
    event.preventDefault();
    const at = rows.findIndex((row) => row.contains(box));
    const words = rows[at].querySelector('textarea');
    const needed = openWords(rows[at], points(box)) && !words.value.trim();
    const vote = form.querySelector('[name="vote"]:checked') ?? form.querySelector('[name="vote"]');
    (needed ? words : rows[at + 1]?.querySelector('[data-points]') ?? vote).focus();
  });
  form.addEventListener('change', (event) => {
    if (event.target.matches('[data-points]')) openWords(event.target.closest('li'), points(event.target));
  });
  form.addEventListener('focusin', (event) => {
    const on = event.target.closest('li[data-weight]');
    for (const row of rows) row.toggleAttribute('data-on', row === on);
    // What is typed next replaces the score that stands: 80 and a new 9 are not 980.
    if (event.target.matches('[data-points]')) event.target.select();
  });
}
