/** The line of one upload in the list: its name to change, its bar, its buttons. */

import { left, mb, percent, speed } from './words.js';

const WAITING = { offline: ['等待网络', '连上网会自动接着传'], away: ['等待网络', '正在自动再试'], login: ['等待登录', '登录后会自动接着传'] };
/** Each state's word, tone and icon, and the buttons it has. */
const FACES = {
  queued: ['排队中', '', 'dot', ['pause', 'cancel']],
  sending: ['上传中', 'act', 'upload', ['pause', 'cancel']],
  paused: ['已暂停', 'wait', 'clock', ['start', 'cancel']],
  asleep: ['没有传完', 'wait', 'clock', ['pick', 'cancel']],
  settling: ['接收中', 'wait', 'clock', []],
  refused: ['没有上传', 'bad', 'alert', ['cancel']],
  cancelling: ['正在取消', 'wait', 'clock', []],
};

export class Row {
  /** `act(name)` is called when a button is pressed: pause, start, again, pick, cancel. */
  constructor(template, upload, act) {
    this.upload = upload;
    this.element = template.content.firstElementChild.cloneNode(true);
    const find = (selector) => this.element.querySelector(selector);
    [this.bar, this.why, this.state] = ['progress', '.file-why', '.state'].map(find);
    [this.said, this.percent] = this.element.querySelectorAll('.file-run span');
    [this.name, this.words, this.title, this.category] = ['.file-name > b', '[data-words]', 'input', 'select'].map(find);
    this.buttons = [...this.element.querySelectorAll('[data-act]')];
    const { replaces, title } = upload.wish;
    // The name of what it replaces is changed where that stands.
    if (replaces && this.words) this.words.hidden = true;
    if (replaces) this.words = null;
    this.name.textContent = replaces ? `${upload.name}（替换“${title}”）` : upload.name;
    find('.file-size').textContent = mb(upload.size);
    this.bar.setAttribute('aria-label', `上传进度：${upload.name}`);
    if (this.words) this.#offerNames();
    for (const button of this.buttons) {
      button.setAttribute('aria-label', `${button.textContent || '取消'}：${upload.name}`);
      button.addEventListener('click', () => act(button.dataset.act));
    }
  }

  /** Shows the upload as it stands. `pace` is given while it is the only one that moves. */
  show(pace) {
    const { state, trouble, sent, size, sentence } = this.upload;
    const [word, tone, icon, buttons] = FACES[state] ?? FACES.settling;
    const done = percent(sent, size);
    this.#mark(trouble ? WAITING[trouble][0] : word, trouble ? 'wait' : tone, trouble ? 'clock' : icon);
    this.#offer(state === 'refused' && this.upload.again ? ['again', ...buttons] : buttons);
    this.bar.hidden = state === 'refused';
    if (state === 'settling') this.bar.removeAttribute('value');
    else this.bar.value = done;
    this.percent.textContent = state === 'sending' || state === 'paused' ? `${done} %` : '';
    this.#write(this.said, trouble ? WAITING[trouble][1] : this.#progress(done, pace));
    if (this.words) this.#showNames(state === 'refused' && !this.upload.again);
    this.why.hidden = !sentence;
    this.#write(this.why.querySelector('b'), sentence);
  }

  #progress(done, pace) {
    const { state, sent, size, name } = this.upload;
    if (state === 'asleep') return `传了 ${done} %，请再选一次“${name}”接着传`;
    if (state === 'settling') return '已传完，正在接收';
    if (state === 'refused' || (state === 'queued' && !sent)) return '';
    const rate = pace ? speed(pace.speed()) + left(pace.left(size - sent)) : '';
    return `已传 ${mb(sent)}${state === 'sending' ? rate : ''}`;
  }

  /** A region that speaks says the same only once. */
  #write(place, words) {
    if (place.textContent !== words) place.textContent = words;
  }

  #mark(word, tone, icon) {
    const { state } = this;
    state.dataset.tone = tone;
    if (tone === 'bad') this.element.dataset.tone = tone;
    else delete this.element.dataset.tone;
    this.#write(state.querySelector('span'), word);
    const use = state.querySelector('use');
    const [file] = use.getAttribute('href').split('#');
    use.setAttribute('href', `${file}#${icon}`);
  }

  /** Shows these buttons; the focus moves on before the one that has it goes. */
  #offer(names) {
    for (const button of this.buttons) if (names.includes(button.dataset.act)) button.hidden = false;
    const gone = this.buttons.filter((button) => !names.includes(button.dataset.act));
    if (gone.includes(document.activeElement)) {
      (this.buttons.find((button) => button.dataset.act === names[0]) ?? this.element).focus();
    }
    for (const button of gone) button.hidden = true;
  }

  /** What will not be taken needs no title. */
  #showNames(over) {
    const { title, category, upload } = this;
    this.words.hidden = over;
    this.name.hidden = !over;
    if (document.activeElement !== title) title.value = upload.wish.title;
    category.value = upload.wish.category;
  }

  #offerNames() {
    const { upload } = this;
    const problem = this.words.querySelector('.error');
    problem.id = `title-problem-${upload.order}`;
    this.words.querySelector('small').textContent = upload.name;
    this.title.setAttribute('aria-label', `材料名称：${upload.name}`);
    this.category.setAttribute('aria-label', `类别：${upload.name}`);
    const rename = () => {
      const words = { title: this.title.value.trim(), category: this.category.value };
      this.renaming = upload.rename(words).then((sentence) => {
        problem.hidden = !sentence;
        problem.textContent = sentence;
        for (const [name, value] of [['aria-invalid', 'true'], ['aria-describedby', problem.id]]) {
          if (sentence) this.title.setAttribute(name, value);
          else this.title.removeAttribute(name);
        }
      });
    };
    this.title.addEventListener('change', rename);
    this.category.addEventListener('change', rename);
  }

  /** Resolves when nobody is in the middle of a title and what was typed is with the server. */
  async settled() {
    const { title, upload } = this;
    if (this.words && document.activeElement === title && title.value.trim() !== upload.wish.title) {
      await new Promise((resolve) => { title.addEventListener('blur', resolve, { once: true }); });
    }
    await this.renaming;
  }
}
