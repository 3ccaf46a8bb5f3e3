/** Shows the pictures of a page one after the other in a dialog; without it each link opens its picture. */

let viewer = null;

function makeViewer() {
  const dialog = document.createElement('dialog');
  dialog.className = 'viewer';
  dialog.setAttribute('aria-label', '图片');
  const image = document.createElement('img');
  const words = document.createElement('p');
  const place = document.createElement('small');
  place.className = 'quiet keep';
  const bar = document.createElement('div');
  bar.className = 'acts';
  dialog.append(image, words, bar);
  const show = (links, index) => {
    const at = (index + links.length) % links.length;
    const link = links[at];
    image.src = link.href;
    image.alt = link.dataset.picture || link.textContent.trim();
    place.textContent = `第 ${at + 1} 张，共 ${links.length} 张`;
    words.replaceChildren(image.alt, ' ', place);
    bar.querySelectorAll('[data-step]').forEach((button) => { button.hidden = links.length < 2; });
    dialog.move = (step) => show(links, at + step);
  };
  for (const [name, step] of [['上一张', -1], ['下一张', 1], ['关闭', 0]]) {
    const button = document.createElement('button');
    button.type = 'button';
    button.className = 'btn btn-s';
    button.textContent = name;
    if (step) button.dataset.step = step;
    button.addEventListener('click', () => (step ? dialog.move(step) : dialog.close()));
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
