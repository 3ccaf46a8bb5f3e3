/** Sends a multipart form with a bar and a way to stop, then shows the page the server answered with. */

const MB = 1024 * 1024;
const words = (bytes) => `${(bytes / MB).toFixed(1)} MB`;

function chosen(form) {
  return [...form.querySelectorAll('input[type="file"]')].flatMap((input) => [...input.files]);
}

/** The label becomes the button; the bare input, which works everywhere, steps back. */
function dress(input, form) {
  const label = input.nextElementSibling;
  if (label?.matches('label[hidden]')) {
    label.hidden = false;
    input.classList.add('vh');
  }
  const names = input.closest('.drop')?.querySelector('[data-names]');
  input.addEventListener('change', () => {
    if (names) names.textContent = [...input.files].map((file) => `${file.name}（${words(file.size)}）`).join('、');
    if ('auto' in form.dataset && input.files.length) form.requestSubmit();
  });
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

export function start(form, startBehaviours) {
  form.querySelectorAll('input[type="file"]').forEach((input) => dress(input, form));
  if ('auto' in form.dataset) form.querySelectorAll('[data-by-hand]').forEach((part) => { part.hidden = true; });

  form.addEventListener('submit', (event) => {
    const files = chosen(form);
    if (event.defaultPrevented || !files.length) return;
    event.preventDefault();
    if (form.querySelector('.run progress')) return;
    form.querySelector('.run')?.remove();
    const { box, line, progress, stop } = bar();
    form.append(box);

    const end = (sentence) => {
      line.textContent = sentence;
      progress.remove();
      stop.remove();
    };
    const total = files.reduce((sum, file) => sum + file.size, 0);
    const room = Number(form.dataset.room ?? Infinity);
    if (total > room) {
      end(`所选文件共 ${words(total)}，还可上传 ${words(room)}。请减少或压缩后再选。`);
      return;
    }
    const data = new FormData(form);
    if (event.submitter?.name) data.append(event.submitter.name, event.submitter.value);
    const request = new XMLHttpRequest();
    request.open('POST', form.action);
    request.upload.addEventListener('progress', ({ loaded, total: all }) => {
      progress.value = Math.floor((loaded / all) * 100);
      line.textContent = loaded < all ? `已传 ${words(loaded)}，共 ${words(all)}` : '已传完，正在接收';
    });
    request.addEventListener('load', () => {
      if (request.status === 413) end('文件超过了服务器能接收的大小。请压缩或拆分后再上传。');
      else if (request.status >= 500) end('服务器没有收下，请过一会儿再试。已填写的内容还在。');
      else turnTo(request, startBehaviours);
    });
    request.addEventListener('error', () => end('上传中断了。请检查网络，再点一次上传。'));
    request.addEventListener('abort', () => end('已取消上传。'));
    stop.addEventListener('click', () => request.abort());
    line.textContent = '正在上传';
    request.send(data);
  });
}
