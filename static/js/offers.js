/** Offers names while one is typed: `data-offers="URL"` is asked, its options become those of the field's list. */

const PAUSE = 250;

export function start(field) {
  const province = document.getElementById(field.dataset.of);
  let waiting = 0;
  let asked = '';

  async function ask() {
    const query = new URLSearchParams({ province: province.value, q: field.value.trim() }).toString();
    if (!province.value || field.value.trim().length < 2 || query === asked) return;
    asked = query;
    try {
      const answer = await fetch(`${field.dataset.offers}?${query}`);
      if (!answer.ok || query !== asked) return;
      const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
      field.list.replaceChildren(...page.querySelectorAll('option'));
    } catch {
      asked = ''; // without a line the field takes what is typed; the next letter asks again
    }
  }

  field.addEventListener('input', () => {
    clearTimeout(waiting);
    waiting = setTimeout(ask, PAUSE);
  });
  province.addEventListener('change', ask);
}
