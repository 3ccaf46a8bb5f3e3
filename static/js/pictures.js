/** Shows pictures and pages large, one after the other: PhotoSwipe in a modal dialog; without it each link opens its picture. */

const WORDS = {
  closeTitle: '关闭',
  zoomTitle: '放大或缩小',
  arrowPrevTitle: '上一张',
  arrowNextTitle: '下一张',
  errorMsg: '图片没能打开。请检查网络后再试。',
};
let viewer = null;

/** The viewer and its stylesheet, fetched when the first picture is opened. */
function fetched() {
  viewer ??= Promise.all([
    import('../vendor/photoswipe/photoswipe.js'),
    new Promise((resolve, reject) => {
      const link = document.createElement('link');
      Object.assign(link, { rel: 'stylesheet', onload: resolve, onerror: reject });
      link.href = new URL('../vendor/photoswipe/photoswipe.css', import.meta.url);
      document.head.append(link);
    }),
  ]).then(([module]) => module.default).catch((error) => {
    viewer = null;
    throw error;
  });
  return viewer;
}

/** One slide; a picture that does not say its size has the shape of its thumbnail. */
function slide(link) {
  const thumb = link.querySelector('img');
  const [width, height] = (link.dataset.size ?? '').split(' ').map(Number);
  const scale = 2000 / Math.max(thumb?.naturalWidth || 4, thumb?.naturalHeight || 3);
  return {
    src: link.href,
    alt: link.dataset.picture,
    width: width || (thumb?.naturalWidth || 4) * scale,
    height: height || (thumb?.naturalHeight || 3) * scale,
    msrc: thumb?.currentSrc,
  };
}

/** A modal dialog keeps the page behind it still, and gives the focus back when it closes. */
function frame() {
  const dialog = document.createElement('dialog');
  dialog.className = 'viewer';
  dialog.autofocus = true;
  dialog.setAttribute('aria-label', '图片');
  document.body.append(dialog);
  return dialog;
}

function caption(pswp) {
  pswp.ui.registerElement({
    name: 'caption',
    appendTo: 'root',
    onInit: (element) => {
      element.setAttribute('role', 'status');
      pswp.on('change', () => { element.textContent = pswp.currSlide.data.alt; });
    },
  });
}

async function open(link) {
  const links = [...document.querySelectorAll(`a[data-picture][data-group="${CSS.escape(link.dataset.group)}"]`)];
  const PhotoSwipe = await fetched();
  const dialog = frame();
  const pswp = new PhotoSwipe({
    ...WORDS,
    dataSource: links.map(slide),
    index: links.indexOf(link),
    appendToEl: dialog,
    // The dialog does these.
    trapFocus: false,
    returnFocus: false,
    escKey: false,
    loop: false,
    wheelToZoom: true,
    bgOpacity: 1,
    showHideAnimationType: 'fade',
    padding: { top: 56, bottom: 72, left: 8, right: 8 },
  });
  pswp.on('uiRegister', () => caption(pswp));
  pswp.on('destroy', () => {
    dialog.close();
    dialog.remove();
  });
  // Until it stands open PhotoSwipe hears no wish to close; a second Escape closes a dialog whatever we say.
  const leave = () => (pswp.opener.isOpen ? pswp.close() : pswp.on('openingAnimationEnd', () => pswp.close()));
  dialog.addEventListener('cancel', (event) => {
    event.preventDefault();
    leave();
  });
  dialog.addEventListener('close', () => { if (!pswp.isDestroying) leave(); });
  dialog.showModal();
  pswp.init();
  pswp.element.removeAttribute('role'); // the dialog around it is the dialog
}

export function start(link) {
  link.addEventListener('click', (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    open(link).catch(() => { location.href = link.href; });
  });
}
