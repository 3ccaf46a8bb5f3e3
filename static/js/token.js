/** Puts into a form the CSRF token that counts now: logging in on another page has given this browser a new one. */

export function renew(form) {
  const field = form.elements.csrfmiddlewaretoken;
  const token = csrfToken();
  if (field && token) field.value = token;
}

/** The token, for requests without a form; "" where this browser has none. */
export function csrfToken() {
  return document.cookie.match(/(?:^|; )(?:__Host-csrf|csrftoken)=([^;]+)/)?.[1] ?? '';
}
