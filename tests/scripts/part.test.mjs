// The bytes of one part on a line that stalls, sleeps, is refused or stopped.

import assert from 'node:assert/strict';
import { mock, test } from 'node:test';

import { soon } from './page.mjs';
import { Away, Refused, Unreadable } from '../../static/js/uploads/errors.js';
import { RECEIVING, sendPart, STALL } from '../../static/js/uploads/part.js';

let request;

class Request extends EventTarget {
  upload = new EventTarget();
  status = 0;
  responseText = '';

  open(method, url) {
    request = this;
    this.asked = `${method} ${url}`;
  }

  send(bytes) {
    this.bytes = bytes;
  }

  moves(loaded, total) {
    this.upload.dispatchEvent(Object.assign(new Event('progress'), { loaded, total }));
  }

  ends(status, responseText = '') {
    Object.assign(this, { status, responseText });
    this.dispatchEvent(new Event('loadend'));
  }

  abort() {
    this.aborted = true;
    this.ends(0);
  }
}
globalThis.XMLHttpRequest = Request;

/** A part under way, and how it came out in the end. */
function send(bytes = new Blob(['0123456789'])) {
  const stop = new AbortController();
  const gone = [];
  const part = { stop, gone, error: null, over: false };
  sendPart('/part/1', bytes, { signal: stop.signal, progress: (loaded) => gone.push(loaded) })
    .catch((error) => { part.error = error; })
    .finally(() => { part.over = true; });
  return part;
}

test('a part that arrives tells how far it is', async () => {
  const part = send();
  request.moves(4, 10);
  request.moves(10, 10);
  request.ends(200);
  await soon();
  assert.deepEqual([request.asked, part.gone, part.over, part.error], ['PUT /part/1', [4, 10], true, null]);
});

test('a line that stands still is given up by the wall clock, also when it slept', async () => {
  mock.timers.enable({ apis: ['setInterval', 'Date'] });
  const part = send();
  request.moves(4, 10);
  mock.timers.tick(STALL - 1_000);
  assert.ok(!request.aborted);
  mock.timers.setTime(Date.now() + 3_600_000);
  mock.timers.tick(2_000);
  mock.timers.reset();
  await soon();
  assert.ok(request.aborted && part.error instanceof Away);
});

test('bytes that the system still holds have longer', async () => {
  mock.timers.enable({ apis: ['setInterval', 'Date'] });
  const part = send();
  request.moves(10, 10);
  mock.timers.tick(RECEIVING - 2_000);
  assert.ok(!request.aborted);
  mock.timers.tick(6_000);
  mock.timers.reset();
  await soon();
  assert.ok(request.aborted && part.error instanceof Away);
});

test('what passes is asked again, what the server means is said', async () => {
  for (const status of [0, 408, 429, 500, 503]) {
    const part = send();
    request.ends(status);
    await soon();
    assert.ok(part.error instanceof Away && !part.error.turned, status);
  }
  for (const status of [400, 403]) {
    const part = send();
    request.ends(status, '{"error": "expired"}');
    await soon();
    assert.ok(part.error instanceof Away && part.error.turned, status);
  }
  const slow = send();
  request.ends(408, '{"error": "too_slow", "detail": "网络太慢。"}');
  await soon();
  assert.ok(slow.error instanceof Away);
  assert.equal(slow.error.sentence, '网络太慢。');
  const part = send();
  request.ends(409, '{"error": "wrong_state", "detail": "已取消。"}');
  await soon();
  assert.ok(part.error instanceof Refused);
  assert.deepEqual([part.error.code, part.error.sentence], ['wrong_state', '已取消。']);
});

test('a file that vanished is no broken line', async () => {
  const gone = new Blob(['0123456789']);
  gone.slice = () => ({ arrayBuffer: () => Promise.reject(new DOMException('gone', 'NotReadableError')) });
  const part = send(gone);
  request.ends(0);
  await soon();
  assert.ok(part.error instanceof Unreadable);
});

test('a stop by hand ends the request and is no failure of the line', async () => {
  const part = send();
  part.stop.abort(new DOMException('stopped by hand', 'AbortError'));
  await soon();
  assert.ok(request.aborted);
  assert.equal(part.error.name, 'AbortError');
});
