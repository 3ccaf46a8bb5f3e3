/** Fetches a part of a page anew and puts it in the place of the old one. */

/**
 * The first part of the answer takes the fragment's place, each other that of the part with its id. The new fragment is
 * returned; null where the server says there is none. Throws when nobody answers.
 */
export async function renewFragment(fragment, address, startBehaviours, accept = () => true) {
  const answer = await fetch(address, { headers: { 'X-Fragment': '1' }, redirect: 'error' });
  if (answer.status >= 400 && answer.status < 500) return null;
  if (!answer.ok) throw new Error(String(answer.status));
  const parts = [...new DOMParser().parseFromString(await answer.text(), 'text/html').body.children];
  if (!accept(parts[0])) return parts[0];
  const twins = parts.map((part, i) => (i ? document.getElementById(part.id) : fragment));
  parts.forEach((part, i) => swap(twins[i], part));
  parts.filter((part) => part.isConnected).forEach(startBehaviours);
  return parts[0];
}

/** The focus stays where it was, as far as that still exists. */
function swap(old, next) {
  const held = old?.contains(document.activeElement) ? document.activeElement : null;
  old?.replaceWith(next);
  if (!held) return;
  const { id, name, value } = held;
  const href = held.getAttribute('href');
  const twin = [...next.querySelectorAll(held.localName)].find((one) => (
    id ? one.id === id : href ? one.getAttribute('href') === href : name && one.name === name && one.value === value
  ));
  twin?.focus({ preventScroll: true });
}

/** The whole page as it is now, where the eye was: what was waited for changes more of it than one part. */
export async function renewPage(startBehaviours) {
  const answer = await fetch(location.href);
  if (!answer.ok) throw new Error(String(answer.status));
  const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
  const at = scrollY;
  for (const part of ['main', 'aside.dock']) {
    const next = page.querySelector(part);
    document.querySelector(part)?.replaceWith(...(next ? [next] : []));
  }
  startBehaviours(document);
  scrollTo(0, at);
}
