/** How fast bytes go: smoothed over the last seconds, and remembered for the next upload of this tab. */

const WINDOW = 12_000;
const ENOUGH = 1_500;
const KEY = 'upload speed';

export class Pace {
  #moves = [];

  constructor(now = () => Date.now()) {
    this.now = now;
  }

  /** `bytes` have gone since the last call; a part that has to be sent anew takes its bytes back. */
  add(bytes) {
    const at = this.now();
    this.#moves.push([at, bytes]);
    while (this.#moves[0][0] < at - WINDOW) this.#moves.shift();
  }

  /** Bytes a second, or 0 while too little is known. */
  speed() {
    const at = this.now();
    const recent = this.#moves.filter(([moment]) => moment >= at - WINDOW);
    if (!recent.length) return 0;
    const passed = at - recent[0][0];
    // The bytes of the first move went before the time that is measured.
    const gone = recent.slice(1).reduce((sum, [, bytes]) => sum + bytes, 0);
    return passed < ENOUGH || gone <= 0 ? 0 : (gone * 1000) / passed;
  }

  /** Seconds for so many bytes, or 0 while nobody can say. */
  left(bytes) {
    const speed = this.speed();
    return speed ? bytes / speed : 0;
  }

  /** A stop is no speed: what comes after it is measured afresh. */
  rest() {
    this.remember();
    this.#moves = [];
  }

  remember() {
    const speed = Math.round(this.speed());
    try {
      if (speed) sessionStorage.setItem(KEY, speed);
    } catch { /* a browser without storage measures anew on each page */ }
  }

  /** Bytes a second as measured last in this tab, or null. */
  remembered() {
    try {
      return Math.round(this.speed()) || Number(sessionStorage.getItem(KEY)) || null;
    } catch {
      return null;
    }
  }
}
