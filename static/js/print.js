/** Shows a button that prints the page, where there is a script to press it. */

export function start(button) {
  button.hidden = false;
  button.addEventListener('click', () => print());
}
