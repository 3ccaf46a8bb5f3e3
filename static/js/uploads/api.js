/** The upload requests that carry words; the bytes travel by part.js. */

import { Away, LoggedOut, passes, Refused } from './errors.js';

const PATIENCE = 20_000;

/** The API at `base`; `token()` gives the CSRF token that counts now. */
export function apiAt(base, token) {
  async function ask(method, path = '', content = undefined) {
    let answer;
    try {
      answer = await fetch(`${base}${path}`, {
        method,
        headers: { Accept: 'application/json', 'Content-Type': 'application/json', 'X-CSRFToken': token() },
        body: content && JSON.stringify(content),
        redirect: 'manual',
        signal: AbortSignal.timeout(PATIENCE),
      });
      if (answer.ok) return answer.status === 204 ? null : await answer.json();
    } catch {
      throw new Away('no answer');
    }
    if (answer.status === 401 || answer.type === 'opaqueredirect') throw new LoggedOut();
    const told = await answer.json().catch(() => null);
    // A token that a login elsewhere made void is refused by a page; the next request carries the new one.
    if (passes(answer.status) || told?.error === 'csrf' || (answer.status === 403 && !told)) throw new Away(answer.status);
    throw new Refused(told?.error ?? String(answer.status), told?.detail, told ?? {});
  }

  return {
    create: (wish) => ask('POST', '', wish),
    list: async (caseId) => (await ask('GET', `?case=${caseId}`)).uploads,
    look: (id) => ask('GET', `/${id}`),
    sign: async (id, parts) => (await ask('POST', `/${id}/parts`, { parts })).urls,
    name: (id, words) => ask('PATCH', `/${id}`, words),
    complete: (id) => ask('POST', `/${id}/complete`, {}),
    cancel: (id) => ask('DELETE', `/${id}`),
  };
}
