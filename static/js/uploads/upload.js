/** One file on its way: created, sent part by part, completed, settled. It knows no page. */

import { Refused, Unreadable } from './errors.js';
import { fingerprint } from './fingerprint.js';
import { patiently, sleep } from './patience.js';
import { AT_ONCE } from './slots.js';
import { FAILED, REFUSALS, UNREADABLE } from './words.js';

const SIGNED_AHEAD = 8;
/** Signed URLs hold for 15 minutes; after a pause or a sleep they are asked for anew. */
const FRESH = 10 * 60_000;
const POLLS = [300, 500, 1_000, 2_000];
const LEAST_TOLD = 200;
const COMPLETED = 3;
const CROWDED = 10_000;
/** Refusals after which the same file can be tried again. */
const AGAIN = ['quota', 'bad_title', 'bad_category', 'missing_parts', 'turned_away'];
/** A part turned away so often in a row is turned away for good. */
const TURNED_AWAY = 6;

/**
 * States: queued → sending → settling → done; paused; asleep (begun before, its file is to be picked again);
 * refused (`sentence` says why, `again` whether a new try can help); cancelling → cancelled.
 * `trouble` is '', 'offline', 'away' or 'login' while it waits for the world.
 */
export class Upload {
  state = 'queued';
  trouble = '';
  /** The server's own word on the trouble, if it had one. */
  advice = '';
  sentence = '';
  again = false;
  id = null;
  fileId = null;
  key = '';
  #run = null;
  #partSize = 0;
  #partCount = 0;
  #done = new Set();
  #flying = new Map();
  #urls = new Map();
  #signing = null;
  #signedAt = 0;
  #toldAt = 0;
  #turned = 0;
  #complete = false;
  #over = null;

  /**
   * `wish`: case, target, category, title, replaces. `house`: what all uploads of the page share: api, put (part.js),
   * opening and sending (Slots), pace. `changed(upload)` is called at every change. It begins when `after` has resolved.
   */
  constructor({ file = null, wish, order, house, changed = () => {}, after = null }) {
    Object.assign(this, { file, wish, order, house, changed, after });
    this.name = file?.name ?? '';
    this.size = file?.size ?? 0;
  }

  /** An upload the server knows of, begun in another page. */
  static known(told, { order, house, changed }) {
    const wish = { case: told.case, target: told.target, category: told.category, title: told.title, replaces: told.replaces };
    const upload = new Upload({ wish, order, house, changed });
    upload.#take(told);
    upload.state = told.state === 'open' ? 'asleep' : 'settling';
    if (told.state === 'failed') {
      upload.state = 'refused';
      upload.sentence = told.message;
    }
    return upload;
  }

  get sent() {
    if (this.state === 'settling' || this.state === 'done') return this.size;
    let sum = 0;
    for (const n of this.#done) sum += this.#bytesOf(n);
    for (const loaded of this.#flying.values()) sum += loaded;
    return Math.min(sum, this.size);
  }

  get partSize() {
    return this.#partSize;
  }

  /** Whether bytes may move without anybody's doing. */
  get running() {
    return ['queued', 'sending', 'settling', 'cancelling'].includes(this.state);
  }

  /** Whether leaving the page would stop it; what is complete needs no page any more. */
  get fragile() {
    return this.running && !this.#complete;
  }

  /** Begins, or goes on after a pause or a refusal. Resolves when there is nothing more to do. */
  async start() {
    if (this.#run) return;
    const run = new AbortController();
    this.#run = run;
    this.sentence = '';
    this.#urls.clear();
    this.#to(this.state === 'settling' ? 'settling' : 'queued');
    try {
      if (this.state === 'queued') {
        if (!this.id) await this.#open(run.signal);
        await this.#send(run.signal);
      }
      await this.#settle(run.signal);
      this.#to('done');
    } catch (error) {
      if (run.signal.aborted) return;
      run.abort();
      await this.#fail(error);
    } finally {
      if (this.#run === run) this.#run = null;
    }
  }

  /** The same file, picked again: goes on where the page before was left. */
  resume(file) {
    this.file = file;
    return this.start();
  }

  pause() {
    if (!['queued', 'sending'].includes(this.state)) return;
    this.#halt();
    this.#to('paused');
  }

  /** Gives the room back. Also puts a refused one away. Resolves when the server knows. */
  cancel() {
    if (this.state !== 'cancelling') this.#over = this.#end();
    return this.#over;
  }

  get over() {
    return this.#over;
  }

  async #end() {
    this.#halt();
    if (this.id) {
      this.#to('cancelling');
      const run = new AbortController();
      this.#run = run;
      try {
        await this.#ask(() => this.house.api.cancel(this.id), run.signal);
      } catch (error) {
        if (!(error instanceof Refused)) throw error;
        // Nothing left to cancel, or it has become a file meanwhile: the list tells.
      }
    }
    this.#to('cancelled');
  }

  /** Another title or category; resolves to the sentence that says what is wrong with it, '' when nothing is. */
  async rename(words) {
    Object.assign(this.wish, words);
    if (!this.id) return '';
    try {
      await patiently(() => this.house.api.name(this.id, words), { signal: new AbortController().signal });
      return '';
    } catch (error) {
      if (error instanceof Refused) return error.sentence || REFUSALS[error.code] || FAILED;
      throw error;
    }
  }

  /** More than the server takes at once wait until some of them have arrived, and let others ask meanwhile. */
  async #open(signal) {
    await this.after;
    this.key ||= await fingerprint(this.file);
    while (!(await this.#create(signal))) await sleep(CROWDED, signal);
  }

  /** Whether the server takes it now; if not, it says why. */
  async #create(signal) {
    const free = await this.house.opening.take(this.order, signal);
    try {
      const speed = this.house.pace.remembered();
      const { title, category } = this.wish;
      const wish = { ...this.wish, name: this.name, size: this.size, key: this.key, speed };
      const told = await this.#ask(() => this.house.api.create(wish), signal);
      this.#take(told);
      this.sentence = '';
      // Typed while the request was under way; otherwise the server's word counts, which may be of an earlier page.
      if (this.wish.title !== title || this.wish.category !== category) this.rename({ title: this.wish.title, category: this.wish.category });
      else Object.assign(this.wish, { title: told.title, category: told.category });
      return true;
    } catch (error) {
      if (error.code !== 'too_many') throw error;
      this.sentence = error.sentence;
      this.changed(this);
      return false;
    } finally {
      free();
    }
  }

  /** What the server says of the upload. */
  #take(told) {
    this.id = told.id;
    this.key = told.key;
    this.name = told.name;
    this.size = told.size;
    this.#partSize = told.partSize;
    this.#partCount = told.partCount;
    this.#done = new Set(told.parts.map(({ n }) => n));
  }

  async #send(signal) {
    const todo = Array.from({ length: this.#partCount }, (_, i) => i + 1).filter((n) => !this.#done.has(n));
    const work = async () => {
      for (let n = todo.shift(); n; n = todo.shift()) {
        const free = await this.house.sending.take(this.order, signal);
        try {
          if (this.state === 'queued') this.#to('sending');
          await this.#ask(() => this.#part(n, signal), signal);
        } finally {
          free();
        }
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, work));
  }

  async #part(n, signal) {
    const from = (n - 1) * this.#partSize;
    const { pace, put } = this.house;
    const url = await this.#address(n);
    try {
      const progress = (loaded) => {
        pace.add(loaded - (this.#flying.get(n) ?? 0));
        this.#flying.set(n, loaded);
        this.#tell();
      };
      await put(url, this.file.slice(from, from + this.#bytesOf(n)), { signal, progress });
      this.#done.add(n);
      this.#turned = 0;
      pace.remember();
    } catch (error) {
      pace.add(-(this.#flying.get(n) ?? 0));
      if (error.turned && (this.#turned += 1) >= TURNED_AWAY) throw new Refused('turned_away');
      throw error;
    } finally {
      this.#flying.delete(n);
      this.#tell();
    }
  }

  /** A URL for this part, good for one try. */
  async #address(n) {
    if (Date.now() - this.#signedAt > FRESH) this.#urls.clear();
    while (!this.#urls.has(n)) {
      const ahead = Array.from({ length: SIGNED_AHEAD }, (_, i) => n + i).filter(
        (one) => one <= this.#partCount && !this.#done.has(one) && !this.#flying.has(one),
      );
      this.#signing ??= this.house.api.sign(this.id, ahead).finally(() => { this.#signing = null; });
      const signed = await this.#signing;
      this.#signedAt = Date.now();
      for (const { n: part, url } of signed) this.#urls.set(part, url);
    }
    const url = this.#urls.get(n);
    this.#urls.delete(n);
    return url;
  }

  async #settle(signal) {
    this.#to('settling');
    let told = await this.#finish(signal);
    this.#complete = true;
    for (let polls = 0; told.state === 'open' || told.state === 'assembling'; polls += 1) {
      await sleep(POLLS[Math.min(polls, POLLS.length - 1)], signal);
      told = await this.#ask(() => this.house.api.look(this.id), signal);
    }
    if (told.state !== 'done') throw new Refused(told.code || 'wrong_state', told.message);
    this.fileId = told.file;
  }

  /** What the server says is missing, as after a disk of its own that failed, is sent again. */
  async #finish(signal) {
    for (let tries = 1; ; tries += 1) {
      try {
        return await this.#ask(() => this.house.api.complete(this.id), signal);
      } catch (error) {
        if (error.code !== 'missing_parts' || tries === COMPLETED || !this.file) throw error;
        for (const n of error.facts.parts) this.#done.delete(n);
        this.#to('sending');
        await this.#send(signal);
        this.#to('settling');
      }
    }
  }

  #ask(attempt, signal) {
    return patiently(attempt, {
      signal,
      told: (trouble, advice = '') => {
        if (trouble === this.trouble && advice === this.advice) return;
        Object.assign(this, { trouble, advice });
        if (trouble) this.house.pace.rest();
        this.changed(this);
      },
    });
  }

  /** Says why it stops; what another page has finished meanwhile is finished here too. */
  async #fail(error) {
    this.trouble = this.advice = '';
    if (error instanceof Unreadable) {
      this.file = null;
      this.sentence = UNREADABLE;
      this.#to(this.id ? 'asleep' : 'refused');
      return;
    }
    if (error.code === 'wrong_state') {
      const told = await this.house.api.look(this.id).catch(() => null);
      if (told?.state === 'done') {
        this.fileId = told.file;
        this.#to('done');
        return;
      }
    }
    const known = error instanceof Refused;
    this.again = !known || AGAIN.includes(error.code);
    this.sentence = (known && (error.sentence || REFUSALS[error.code])) || FAILED;
    this.#to('refused');
    if (!known) throw error;
  }

  #halt() {
    this.#run?.abort(new DOMException('stopped by hand', 'AbortError'));
    this.#run = null;
    this.#flying.clear();
    this.trouble = this.advice = '';
    this.house.pace.rest();
  }

  #bytesOf(n) {
    return Math.min(this.#partSize, this.size - (n - 1) * this.#partSize);
  }

  #to(state) {
    this.state = state;
    this.changed(this);
  }

  /** Bytes move all the time; people are told a few times a second. */
  #tell() {
    const at = Date.now();
    if (at - this.#toldAt < LEAST_TOLD) return;
    this.#toldAt = at;
    this.changed(this);
  }
}
