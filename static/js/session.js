/** A session of staff: kept while there is a hand on the page, with a warning before it ends; what was typed is kept. */

import { csrfToken } from './token.js';
import { copyOf, offer } from './unsaved.js';

const PING = 4 * 60_000;
const SOON = { idle: 2 * 60_000, longest: 10 * 60_000 };
const TICK = 5_000;
const HANDS = ['pointerdown', 'keydown', 'wheel', 'touchmove'];

function element(tag, attributes, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...children);
  return made;
}

/** The forms whose words no autosave looks after, each with its copy on this device. */
function watchForms() {
  const written = new Set();
  const copies = new Map();
  document.querySelectorAll('form[method=post]:not([data-autosave])').forEach((form, index) => {
    if (!form.querySelector('textarea, input:not([type]), input[type=text], input[type=radio]')) return;
    const copy = copyOf(form, `${location.pathname} ${index}`);
    copies.set(form, copy);
    offer(form, copy, () => written.add(form));
    form.addEventListener('input', () => written.add(form));
    form.addEventListener('submit', () => {
      written.delete(form);
      copy.drop();
    });
  });
  return () => written.forEach((form) => copies.get(form).keep());
}

export function start(body) {
  const ends = { idle: 0, longest: 0 };
  const others = new BroadcastChannel('session');
  const keepForms = watchForms();
  let told = '';
  let dialog = null;
  let heard = Date.now();

  function close() {
    dialog?.remove();
    dialog = null;
    told = '';
  }
  function show(what, title, words, ...acts) {
    if (told === what) return;
    close();
    told = what;
    dialog = element('dialog', { class: 'ask', 'aria-labelledby': 'session-title' },
      element('h2', { id: 'session-title' }, title), element('p', {}, words), element('div', { class: 'acts' }, ...acts));
    // Escape is a hand on the page too; what is over stays said.
    dialog.addEventListener('cancel', (event) => (what === 'over' ? event.preventDefault() : stay()));
    document.body.append(dialog);
    dialog.showModal();
  }
  function button(words, act) {
    const made = element('button', { type: 'button', class: 'btn btn-main' }, words);
    made.addEventListener('click', act);
    return made;
  }
  function learn({ idle, longest }) {
    if (idle > ends.idle && told === 'over') close();
    ends.idle = Math.max(ends.idle, idle);
    ends.longest = longest;
    look();
  }
  function tell(idle, longest) {
    learn({ idle: Date.now() + idle * 1000, longest: Date.now() + longest * 1000 });
    others.postMessage(ends);
  }
  async function ping() {
    heard = Date.now();
    const headers = { 'X-CSRFToken': csrfToken(), Accept: 'application/json' };
    try {
      const answer = await fetch('/accounts/here/', { method: 'POST', headers });
      if (answer.ok) {
        const { idle, longest } = await answer.json();
        tell(idle, longest);
      } else if (answer.status === 401) {
        ends.idle = 0;
        look();
      }
    } catch { heard = 0; /* no line: the next hand on the page asks again */ }
  }
  function stay() {
    if (told === 'idle') ping();
    close();
    told = 'answered';
  }
  function look() {
    const idle = ends.idle - Date.now();
    const longest = ends.longest - Date.now();
    if (Math.min(idle, longest) <= 0) {
      if (told !== 'over') keepForms();
      const login = `/accounts/login/?next=${encodeURIComponent(location.pathname + location.search)}`;
      show('over', '登录已经结束', '为了保护案例资料，请重新登录。没存上的内容已留在这台设备上，回到这一页时可以放回来。',
        element('a', { class: 'btn btn-main', href: login }, '重新登录'));
    } else if (idle <= SOON.idle) {
      keepForms();
      if (told !== 'answered') show('idle', '还在吗？', '您有一会儿没有操作了，两分钟内将自动退出登录。', button('继续工作', stay));
    } else if (longest <= SOON.longest) {
      if (told !== 'answered') show('longest', '登录快满 8 小时', '十分钟内将自动退出登录，请把正在写的内容存好，再重新登录。', button('知道了', stay));
    } else if (told) close();
  }

  others.addEventListener('message', ({ data }) => learn(data));
  for (const hand of HANDS) {
    addEventListener(hand, () => {
      if (told !== 'over' && told !== 'idle' && Date.now() - heard > PING) ping();
    }, { passive: true, capture: true });
  }
  document.addEventListener('visibilitychange', look);
  setInterval(look, TICK);
  tell(Number(body.dataset.session), Number(body.dataset.longest));
}
