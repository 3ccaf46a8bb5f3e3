/** The uploads of a page: takes the files that are chosen, shows each on its line, lets what has arrived join the page. */

import { renewFragment, renewPage } from '../fragment.js';
import { ask } from '../ask.js';
import { renew } from '../token.js';
import { categoryOf, objection, titleOf } from './admission.js';
import { apiAt } from './api.js';
import { able, dress, undress } from './dress.js';
import { Unreadable } from './errors.js';
import { fingerprint } from './fingerprint.js';
import { Pace } from './pace.js';
import { sendPart } from './part.js';
import { insistently, patiently } from './patience.js';
import { listen } from './picking.js';
import { Row } from './row.js';
import { abreast, Slots } from './slots.js';
import { Summary } from './summary.js';
import { Upload } from './upload.js';
import { UNREADABLE } from './words.js';

const TICK = 1_000;
const OTHERWISE = 'other';

class Desk {
  #uploads = [];
  #rows = new Map();
  #order = 0;
  #wanted = null;
  #life = new AbortController();

  constructor(form, startBehaviours) {
    Object.assign(this, { form, startBehaviours });
    this.place = form.parentElement.querySelector('[data-desk]');
    this.list = this.place.querySelector('ul');
    this.template = this.place.querySelector('template');
    this.input = form.querySelector('input[type="file"]');
    this.summary = new Summary(this.place);
    const pace = new Pace();
    const api = apiAt(form.dataset.uploads, () => {
      renew(form);
      return form.elements.csrfmiddlewaretoken.value;
    });
    const size = () => Math.max(1, ...this.#uploads.map(({ partSize }) => partSize));
    this.house = {
      api, pace, put: sendPart, opening: new Slots(() => 1), sending: new Slots(() => abreast(pace.speed(), size())),
    };
  }

  open() {
    const { form, input } = this;
    this.category = dress(form, input);
    form.querySelector('[data-undress]')?.addEventListener('click', () => this.#plain());
    const chosen = listen({ input, zone: form, take: (...given) => this.#receive(...given), signal: this.#life.signal });
    // A dialog that is opened by another button, or closed without a file, asks for no file in particular.
    const forget = () => { this.#wanted = null; };
    for (const name of ['click', 'cancel']) input.addEventListener(name, forget, { signal: this.#life.signal });
    addEventListener('beforeunload', (event) => {
      if (!form.isConnected || !this.#uploads.some(({ fragile }) => fragile)) return;
      event.preventDefault();
      event.returnValue = true;
    }, { signal: this.#life.signal });
    for (const button of this.summary.buttons) button.addEventListener('click', () => this.#all(button.dataset.press));
    this.clock = setInterval(() => (form.isConnected ? this.#show() : this.#close()), TICK);
    this.#recall();
    // On a slow line a file may be chosen before this module has arrived.
    chosen();
  }

  /** For a browser that cannot read what it lets people choose: the form as it came. */
  #plain() {
    this.#close();
    undress(this.form, this.input);
  }

  #close() {
    this.#life.abort();
    clearInterval(this.clock);
  }

  /** What was begun in an earlier page waits for its file; what failed meanwhile says so. */
  async #recall() {
    const { house } = this;
    const { case: caseId, target, replaces } = this.form.dataset;
    const known = await patiently(() => house.api.list(caseId), { signal: this.#life.signal }).catch(() => []);
    for (const told of known) {
      // The page of all materials tells of their replacements too.
      const mine = told.target === target && (!replaces || String(told.replaces) === replaces);
      // By the key too: one chosen before this answer came may not have heard its id yet.
      if (!mine || this.#uploads.some(({ id, key }) => id === told.id || key === told.key)) continue;
      const upload = Upload.known(told, { order: (this.#order += 1), house, changed: (one) => this.#changed(one) });
      this.#add(upload);
      if (upload.state === 'settling') upload.start();
    }
  }

  async #receive(files, words) {
    this.summary.leave(words);
    const wanted = this.#wanted;
    this.#wanted = null;
    const { accept } = this.input;
    const { limit, what } = this.form.dataset;
    const terms = { accept: accept.split(',').filter(Boolean), limit: Number(limit), what };
    for (const file of files) {
      const upload = this.#fresh(file);
      upload.sentence = objection(file, terms);
      if (upload.sentence) this.#refuse(upload);
      else await this.#admit(upload, wanted);
    }
  }

  #fresh(file) {
    const { case: caseId, target, replaces, title, category } = this.form.dataset;
    const wish = { case: Number(caseId), target, replaces: replaces ? Number(replaces) : null, title, category };
    if (target === 'supporting') {
      wish.title ??= titleOf(file.name);
      wish.category ??= this.category?.value || categoryOf(file.name, OTHERWISE);
    }
    return new Upload({
      file, wish, order: (this.#order += 1), house: this.house, changed: (one) => this.#changed(one),
    });
  }

  #refuse(upload) {
    upload.state = 'refused';
    this.#add(upload);
  }

  /** The same file goes on where it was left; another of its name is told apart. */
  async #admit(upload, wanted) {
    try {
      upload.key = await fingerprint(upload.file);
    } catch (error) {
      if (!(error instanceof Unreadable)) throw error;
      upload.sentence = UNREADABLE;
      this.form.querySelectorAll('[data-unreadable]').forEach((part) => { part.hidden = false; });
      this.#refuse(upload);
      return;
    }
    const twins = this.#uploads.filter(({ key }) => key === upload.key);
    const same = twins.find(({ state }) => !['done', 'cancelling', 'cancelled'].includes(state));
    // Begun at once, the server would take it for the one whose end is on its way.
    upload.after = twins.find(({ state }) => state === 'cancelling')?.over;
    if (same?.state === 'asleep' || (same?.state === 'refused' && same.again)) same.resume(upload.file);
    else if (same?.running || same?.state === 'paused') this.summary.say(`“${upload.name}”已经在列表里了。`);
    else if (wanted) this.#strange(wanted, upload);
    else await this.#begin(upload);
  }

  async #begin(upload) {
    const twin = this.#uploads.find(({ name, state }) => name === upload.name && state === 'asleep');
    // Where there is room for one, the one chosen last is meant.
    if (!('many' in this.form.dataset)) await Promise.all(this.#uploads.map((other) => other.cancel()));
    else if (twin) this.#tell(twin, `刚才选的“${upload.name}”和这个不一样，内容或修改时间变过，已当作新文件上传。不要旧的，就取消这一个。`);
    this.#add(upload);
    upload.start();
  }

  #strange(asleep, upload) {
    const words = upload.name === asleep.name ? `刚才选的“${upload.name}”不是同一个文件，内容或修改时间变过。` : `刚才选的是“${upload.name}”。`;
    this.#tell(asleep, `${words}要接着传，请选原来的“${asleep.name}”；不要了，就取消这一个。`);
  }

  #tell(upload, sentence) {
    upload.sentence = sentence;
    this.#changed(upload);
  }

  #add(upload) {
    const row = new Row(this.template, upload, (name) => this.#act(name, upload));
    this.#uploads.push(upload);
    this.#rows.set(upload, row);
    this.list.append(row.element);
    this.place.hidden = false;
    this.#changed(upload);
  }

  async #act(name, upload) {
    if (name === 'pause') upload.pause();
    else if (name === 'pick') {
      this.input.click();
      this.#wanted = upload;
    } else if (name !== 'cancel') upload.start();
    else if (await this.#sure(upload)) upload.cancel();
  }

  /** What took long to send is not thrown away by one touch. */
  async #sure({ name, sent, size, state }) {
    if (state === 'refused' || sent < size / 10) return true;
    return ask({
      title: `取消上传“${name}”？`, words: '已经传上的部分会清掉，占用的空间会空出来。', agree: '取消上传', refuse: '留着',
    });
  }

  #all(name) {
    for (const upload of this.#uploads) {
      if (name === 'pause') upload.pause();
      else if (upload.state === 'paused') upload.start();
    }
  }

  #changed(upload) {
    const news = this.#rows.get(upload).seen !== upload.state;
    this.#rows.get(upload).seen = upload.state;
    if (news && upload.state === 'done') this.#arrived(upload);
    else if (news && upload.state === 'cancelled') this.#gone(upload);
    // Room was taken or came back: the meter tells.
    if (news && ['sending', 'cancelled', 'refused'].includes(upload.state)) this.#renewList().catch(() => {});
    this.#show();
  }

  #show() {
    const moving = this.#uploads.filter(({ state }) => state === 'sending');
    for (const [upload, row] of this.#rows) row.show(moving.length === 1 && moving[0] === upload ? this.house.pace : null);
    this.summary.show(this.#uploads, this.house.pace);
    this.place.toggleAttribute('data-busy', this.#uploads.some(({ running }) => running));
  }

  async #arrived(upload) {
    const row = this.#rows.get(upload);
    this.summary.say(`“${upload.name}”已收到，正在检查。`);
    const { next } = this.form.dataset;
    if (next && next !== location.pathname) {
      this.#close();
      location.assign(next);
    } else if (next) {
      if (await this.#renewed(upload, () => renewPage(this.startBehaviours))) this.#close();
    } else {
      await row.settled();
      const held = row.element.contains(document.activeElement);
      if (!(await this.#renewed(upload, () => this.#renewList()))) return;
      if (held) document.getElementById(`f${upload.fileId}`)?.focus();
      this.#drop(upload);
    }
  }

  /** Whether the page shows what has arrived; until then its line stays. In the end the page is loaded anew. */
  async #renewed(upload, renew) {
    // It has no line any more when another was chosen in its place: that one renews the page.
    const wanted = async () => { if (this.#rows.has(upload)) await renew(); };
    const reload = () => {
      if (navigator.onLine === false || this.#uploads.some(({ fragile }) => fragile)) return false;
      this.#close();
      location.reload();
      return true;
    };
    return await insistently(wanted, { signal: this.#life.signal, lastly: reload }) && this.#rows.has(upload);
  }

  #gone(upload) {
    const { element } = this.#rows.get(upload);
    if (element.contains(document.activeElement)) {
      (element.nextElementSibling ?? element.previousElementSibling)?.querySelector('button:not([hidden])')?.focus();
      if (element.contains(document.activeElement)) this.input.focus();
    }
    this.#uploads = this.#uploads.filter((one) => one !== upload);
    this.#drop(upload);
  }

  #drop(upload) {
    this.#rows.get(upload).element.remove();
    this.#rows.delete(upload);
    if (this.#rows.size) return;
    this.place.hidden = true;
    this.#uploads = [];
  }

  /** The list of what has arrived, with the meter; once for all who ask before it is fetched. Rejects without it. */
  async #renewList() {
    const { fragment } = this.form.dataset;
    if (!fragment) return;
    this.renewing ??= new Promise((resolve) => { setTimeout(resolve, 150); }).then(async () => {
      this.renewing = null;
      const list = await renewFragment(document.getElementById(fragment), location.pathname, this.startBehaviours);
      if (!list) throw new Error('the list is not to be had');
    });
    await this.renewing;
  }
}

export function start(form, startBehaviours) {
  if (able()) new Desk(form, startBehaviours).open();
}
