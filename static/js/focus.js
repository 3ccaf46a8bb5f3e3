/** Puts the focus on what must be heard first: the error summary of a refused form. */

export function start(element) {
  element.focus();
}
