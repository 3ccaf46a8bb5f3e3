/** Marks in a table of contents the part of the page that is being read. */

const LINE = 0.3; // of the window's height: what has risen above it is being read

export function start(contents) {
  const links = [...contents.querySelectorAll('a[href^="#"]')];
  const parts = links.map((link) => document.getElementById(decodeURIComponent(link.hash.slice(1))));
  let planned = 0;

  function mark() {
    planned = 0;
    const line = innerHeight * LINE;
    let at = 0;
    parts.forEach((part, place) => { if (part && part.getBoundingClientRect().top < line) at = place; });
    links.forEach((link, place) => (place === at ? link.setAttribute('aria-current', 'true') : link.removeAttribute('aria-current')));
  }
  addEventListener('scroll', () => { planned ||= requestAnimationFrame(mark); }, { passive: true });
  mark();
}
