/** Puts into a form the CSRF token that counts now: logging in on another page has given this browser a new one. */

export function renew(form) {
  const field = form.elements.csrfmiddlewaretoken;
  const found = document.cookie.match(/(?:^|; )(?:__Host-csrf|csrftoken)=([^;]+)/);
  if (field && found) field.value = found[1];
}
