/** Shows the pictures of a page one after the other in a dialog; without it each link opens its picture. */

let viewer = null;

function makeViewer() {
  const dialog = document.createElement('dialog');
  dialog.className = 'viewer';
  dialog.setAttribute('aria-label', '图片');
  const image = document.createElement('img');
  const words = document.createElement('p');
  const bar = document.createElement('div');
  bar.className = 'acts';
  dialog.append(image, words, bar);
  const show = (links, index) => {
    const at = (index + links.length) % links.length;
    const link = links[at];
    image.src = link.href;
    image.alt = link.dataset.picture || link.textContent.trim();
    words.textContent = `${image.alt}　${at + 1} / ${links.length}`;
    dialog.move = (step) => show(links, at + step);
  };
  for (const [name, act] of [['上一张', () => dialog.move(-1)], ['下一张', () => dialog.move(1)], ['关闭', () => dialog.close()]]) {
    const button = document.createElement('button');
    button.type = 'button';
    button.className = 'btn btn-s';
    button.textContent = name;
    button.addEventListener('click', act);
    bar.append(button);
  }
  dialog.addEventListener('keydown', (event) => {
    if (event.key === 'ArrowLeft') dialog.move(-1);
    if (event.key === 'ArrowRight') dialog.move(1);
  });
  dialog.addEventListener('click', (event) => event.target === dialog && dialog.close());
  document.body.append(dialog);
  return { dialog, show };
}

export function start(link) {
  link.addEventListener('click', (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    if (!viewer?.dialog.isConnected) viewer = makeViewer();
    const links = [...document.querySelectorAll('a[data-picture]')];
    viewer.show(links, links.indexOf(link));
    viewer.dialog.showModal();
  });
}
