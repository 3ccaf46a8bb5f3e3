/** Opens a PDF in the browser's own viewer, in place of its page pictures, where there is a viewer and room for it. */

export function start(link) {
  if (!navigator.pdfViewerEnabled || !matchMedia('(min-width: 64rem) and (pointer: fine)').matches) return;
  const section = link.closest('section');
  const pages = section.querySelector('[data-pages]');
  const button = document.createElement('button');
  let frame = null;
  const show = (open) => {
    if (open) {
      frame = document.createElement('iframe');
      frame.className = 'pdf-frame';
      frame.title = link.dataset.pdf;
      frame.src = `${link.href}#navpanes=0`;
      link.parentElement.before(frame);
    } else {
      frame?.remove();
      frame = null;
    }
    if (pages) pages.hidden = open;
    section.toggleAttribute('data-wide', open);
    button.textContent = open ? '收起' : '在这里翻阅';
    button.setAttribute('aria-expanded', open);
    if (open) section.scrollIntoView();
  };
  button.type = 'button';
  button.className = 'btn btn-s';
  button.addEventListener('click', () => show(!frame));
  show(false);
  link.before(button);
}
