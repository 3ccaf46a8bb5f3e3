/** Sends a multipart form with a bar and a way to stop, then shows the page the server answered with. */

const MB = 1024 * 1024;
const STALL = 30_000;
const RECEIVING = 120_000;
const RETRY = 5_000;
const SLOWEST = 60_000;
const LOG_IN = '/accounts/login/';
const words = (bytes) => `${(Math.ceil(bytes / MB * 10) / 10).toFixed(1)} MB`;

function chosen(form) {
  return [...form.querySelectorAll('input[type="file"]')].flatMap((input) => [...input.files]);
}

/** What this input does not take, in words; empty when all of it may be sent. */
function wrongKind(input) {
  const taken = input.accept.split(',').map((one) => one.trim().toLowerCase()).filter((one) => one.startsWith('.'));
  const wrong = [...input.files].find(({ name }) => !taken.some((end) => name.toLowerCase().endsWith(end)));
  if (!taken.length || !wrong) return '';
  if (taken.join() === '.docx') return `“${wrong.name}”不是 .docx 文档。请在 Word 或 WPS 中“另存为”.docx，再选一次。`;
  return `“${wrong.name}”不是可以上传的格式。可以上传图片、PDF、Word、PPT、Excel 和 mp4 视频。`;
}

/** The label becomes the button; the bare input, which works everywhere, steps back. */
function dress(input, form) {
  const label = input.nextElementSibling;
  if (label?.matches('label[hidden]')) {
    label.hidden = false;
    input.classList.add('vh');
  }
  const names = input.closest('.drop')?.querySelector('[data-names]');
  function chose() {
    if (names) names.textContent = [...input.files].map((file) => `${file.name}（${words(file.size)}）`).join('、');
    if ('auto' in form.dataset && input.files.length) form.requestSubmit();
  }
  input.addEventListener('change', chose);
  // On a slow line a file may be chosen before this module has arrived.
  return chose;
}

function bar() {
  const box = document.createElement('div');
  box.className = 'run';
  box.setAttribute('role', 'status');
  const line = document.createElement('p');
  const progress = document.createElement('progress');
  progress.max = 100;
  progress.setAttribute('aria-label', '上传进度');
  const stop = document.createElement('button');
  stop.type = 'button';
  stop.className = 'btn btn-quiet btn-s';
  stop.textContent = '取消上传';
  box.append(line, progress, stop);
  return { box, line, progress, stop };
}

/** Shows an answered page in place. Asking for it again would lose the messages it carried. */
function turnTo(request, startBehaviours) {
  const page = new DOMParser().parseFromString(request.responseText, 'text/html');
  if (!page.querySelector('main')) {
    location.reload();
    return;
  }
  history.pushState(null, '', request.responseURL);
  document.title = page.title;
  document.body.replaceWith(page.body);
  scrollTo(0, 0);
  startBehaviours(document);
}

/** How much has gone, and about how long the rest takes once the speed is known. */
function gone(loaded, all, since) {
  if (loaded >= all) return '已传完，正在接收';
  const passed = (Date.now() - since) / 1000;
  const left = Math.ceil((all - loaded) * passed / Math.max(loaded, 1));
  const guess = left >= 90 ? `，大约还要 ${Math.ceil(left / 60)} 分钟` : `，大约还要 ${Math.ceil(left / 10) * 10} 秒`;
  return `已传 ${words(loaded)}，共 ${words(all)}${passed > 3 ? guess : ''}`;
}

export function start(form, startBehaviours) {
  const early = [...form.querySelectorAll('input[type="file"]')].map((input) => dress(input, form));
  // What a browser puts back on a page that is returned to was sent before: it is not sent again by itself.
  const returned = chosen(form).length && performance.getEntriesByType('navigation')[0]?.type !== 'navigate';
  if ('auto' in form.dataset && !returned) form.querySelectorAll('[data-by-hand]').forEach((part) => { part.hidden = true; });
  let waiting = 0;
  let failures = 0;

  form.addEventListener('submit', (event) => {
    const files = chosen(form);
    if (event.defaultPrevented || !files.length) return;
    event.preventDefault();
    if (form.querySelector('.run progress')) return;
    clearTimeout(waiting);
    form.querySelector('.run')?.remove();
    const { box, line, progress, stop } = bar();
    form.append(box);

    const end = (sentence, ...acts) => {
      line.textContent = sentence;
      progress.remove();
      stop.remove();
      box.append(...acts);
      box.scrollIntoView({ block: 'nearest' });
    };
    const wrong = [...form.querySelectorAll('input[type="file"]')].map(wrongKind).find(Boolean);
    if (wrong) {
      end(wrong);
      return;
    }
    const total = files.reduce((sum, file) => sum + file.size, 0);
    const room = Number(form.dataset.room ?? Infinity);
    if (total > room) {
      end(`所选文件共 ${words(total)}，还可上传 ${words(room)}。请减少或压缩后再选。`);
      return;
    }
    const again = () => {
      clearTimeout(waiting);
      removeEventListener('online', again);
      if (form.isConnected && box.isConnected) form.requestSubmit(event.submitter?.isConnected ? event.submitter : null);
    };
    const retry = () => {
      const button = document.createElement('button');
      button.type = 'button';
      button.className = 'btn btn-s';
      button.textContent = '再传一次';
      button.addEventListener('click', again);
      return button;
    };
    const data = new FormData(form);
    if (event.submitter?.name) data.append(event.submitter.name, event.submitter.value);
    const request = new XMLHttpRequest();
    const since = Date.now();
    let watch = 0;
    const alive = (wait) => {
      clearTimeout(watch);
      watch = setTimeout(() => {
        broken();
        request.abort();
      }, wait);
    };
    const ask = (leave) => leave.preventDefault();
    const over = () => {
      clearTimeout(watch);
      removeEventListener('beforeunload', ask);
    };
    function broken() {
      over();
      if (!progress.isConnected) return;
      end('网络断了，没有传完。文件和填写的内容都还在，连上网会自动再传。', retry());
      addEventListener('online', again);
      if (navigator.onLine) waiting = setTimeout(again, Math.min(RETRY * 2 ** failures++, SLOWEST));
    }
    request.open('POST', form.action);
    request.upload.addEventListener('progress', ({ loaded, total: all }) => {
      progress.value = Math.floor((loaded / all) * 100);
      line.textContent = gone(loaded, all, since);
      alive(loaded < all ? STALL : RECEIVING);
    });
    request.addEventListener('load', () => {
      over();
      if (request.status === 413) end('文件超过了服务器能接收的大小。请压缩或拆分后再上传。');
      else if (request.status >= 500) end('服务器没有收下，请过一会儿再试。文件和填写的内容都还在。', retry());
      else if (new URL(request.responseURL).pathname.startsWith(LOG_IN)) {
        const link = document.createElement('a');
        Object.assign(link, { href: LOG_IN, target: '_blank', textContent: '另开一页登录' });
        end('登录已过期，文件还没有传上。请登录后回到这一页再传，填写的内容都还在。', link, retry());
      } else turnTo(request, startBehaviours);
    });
    request.addEventListener('error', broken);
    request.addEventListener('abort', () => {
      over();
      if (progress.isConnected) end('已取消上传。');
    });
    stop.addEventListener('click', () => request.abort());
    addEventListener('beforeunload', ask);
    line.textContent = '正在上传';
    alive(STALL);
    request.send(data);
  });
  if (!returned) early.forEach((chose) => chose());
}
