/** What is said of all uploads of a page together: one bar, one line on what is in the way, and words for the ear. */

import { left, mb, percent, speed, TROUBLE } from './words.js';

const STEP = 10;

export class Summary {
  #step = 0;

  constructor(place) {
    const find = (selector) => place.querySelector(selector);
    [this.box, this.bar, this.line] = ['[data-together]', '[data-together] progress', '[data-together] p'].map(find);
    this.note = find('[data-trouble]');
    // Outside the place, which is hidden when the last line has gone: what is said then is to be heard all the same.
    [this.heard, this.left] = ['[data-told]', '[data-left]'].map((selector) => place.parentElement.querySelector(selector));
    this.buttons = [...place.querySelectorAll('[data-press]')];
  }

  /** `uploads`: all of the page; `pace`: how fast they go together. */
  show(uploads, pace) {
    const moving = uploads.filter(({ running }) => running);
    const counted = uploads.filter(({ running, state }) => running || state === 'paused' || state === 'done');
    const size = counted.reduce((sum, one) => sum + one.size, 0);
    const sent = counted.reduce((sum, one) => sum + one.sent, 0);
    this.box.hidden = counted.filter(({ state }) => state !== 'done').length < 2;
    this.bar.value = percent(sent, size);
    const rate = speed(pace.speed()) + left(pace.left(size - sent));
    this.line.textContent = `共 ${counted.length} 个文件，已传 ${mb(sent)} / ${mb(size)}${moving.length ? rate : ''}`;
    this.#offer(moving.length ? 'pause' : 'start');
    this.#trouble(moving);
    this.#hear(percent(sent, size), counted.length);
  }

  say(words) {
    this.heard.textContent = words;
  }

  /** What was chosen but not taken, for the eye too; '' once something else has been chosen. */
  leave(words) {
    this.left.hidden = !words;
    this.left.querySelector('p').textContent = words;
  }

  /** The focus moves on before the button that has it goes. */
  #offer(name) {
    const shown = this.buttons.find(({ dataset }) => dataset.press === name);
    const gone = this.buttons.find((button) => button !== shown);
    shown.hidden = false;
    if (document.activeElement === gone) shown.focus();
    gone.hidden = true;
  }

  #trouble(moving) {
    const trouble = ['login', 'offline', 'away'].find((name) => moving.some((one) => one.trouble === name));
    const said = moving.find((one) => one.trouble === trouble && one.advice)?.advice ?? TROUBLE[trouble] ?? '';
    this.note.hidden = !trouble;
    const [words, link] = this.note.children;
    link.hidden = trouble !== 'login';
    if (words.textContent !== said) words.textContent = said;
  }

  #hear(done, count) {
    const step = Math.floor(done / STEP);
    if (step > this.#step && done < 100) this.say(count > 1 ? `${count} 个文件已传 ${step * STEP} %` : `已传 ${step * STEP} %`);
    this.#step = step;
  }
}
