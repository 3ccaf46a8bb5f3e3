/** A few places shared by all uploads of a page; who comes first in the list goes first. */

export const AT_ONCE = 3;
const LONGEST_PART = 20;

/** How many parts of this size may travel together so that none takes over 20 s; one while the speed is unknown. */
export function abreast(speed, size) {
  return Math.max(1, Math.min(AT_ONCE, Math.floor((speed * LONGEST_PART) / size)));
}

export class Slots {
  #taken = 0;
  #waiting = [];

  /** `width()`: how many places there are now. */
  constructor(width) {
    this.width = width;
  }

  /** A place, as the function that gives it back. Rejects when `signal` says stop. */
  take(order, signal) {
    return new Promise((resolve, reject) => {
      const one = { order, resolve, signal };
      one.stop = () => {
        this.#waiting = this.#waiting.filter((other) => other !== one);
        reject(signal.reason);
      };
      if (signal.aborted) {
        reject(signal.reason);
        return;
      }
      signal.addEventListener('abort', one.stop);
      this.#waiting.push(one);
      this.#waiting.sort((a, b) => a.order - b.order);
      this.#serve();
    });
  }

  #serve() {
    while (this.#waiting.length && this.#taken < this.width()) {
      const { resolve, signal, stop } = this.#waiting.shift();
      signal.removeEventListener('abort', stop);
      this.#taken += 1;
      let held = true;
      resolve(() => {
        if (!held) return;
        held = false;
        this.#taken -= 1;
        this.#serve();
      });
    }
  }
}
