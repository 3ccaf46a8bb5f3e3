/** Sends a form for one of its parts and puts the answered part in its place: the page stays where it is. */

/** Whether the part that `place` names by its id came back; the focus goes to what is new in it. */
export async function replace(place, form, button, startBehaviours) {
  const data = new FormData(form);
  data.append(button.name, button.value);
  const before = new Set([...place.querySelectorAll('[id]')].map(({ id }) => id));
  try {
    const answer = await fetch(form.action, { method: 'POST', body: new URLSearchParams(data) });
    const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
    const next = page.getElementById(place.id);
    if (!answer.ok || !next) return false;
    place.replaceWith(next);
    const edition = page.querySelector('[name="edition"]');
    if (edition && form.elements.edition) form.elements.edition.value = edition.value;
    startBehaviours(next);
    const twin = next.querySelector(`[name="${button.name}"][value="${button.value}"]:not(:disabled)`);
    const fresh = [...next.querySelectorAll('input')].find(({ id }) => !before.has(id));
    (fresh ?? twin ?? next.querySelector('button'))?.focus();
    return true;
  } catch {
    return false;
  }
}
