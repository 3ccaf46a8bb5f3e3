/** What can stand in the way of an upload. */

/** Nobody answered, or not usefully: asking again helps. `sentence` is the server's own word on it, if it had one. */
export class Away extends Error {
  constructor(reason, sentence = '') {
    super(reason);
    this.sentence = sentence;
  }
}

/** The session is over: asking again helps once somebody has logged in on another page. */
export class LoggedOut extends Error {}

/** The bytes cannot be read from the device: the file was moved, changed or never came from the cloud. */
export class Unreadable extends Error {}

/** The server's no: a code, a sentence for people, and the facts of its answer. */
export class Refused extends Error {
  constructor(code, sentence = '', facts = {}) {
    super(code);
    this.code = code;
    this.sentence = sentence;
    this.facts = facts;
  }
}

/** Whether a request that ended with this status is worth asking again. */
export function passes(status) {
  return status === 0 || status === 408 || status === 429 || status >= 500;
}
