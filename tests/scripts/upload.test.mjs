// One upload against a server that is away, says no, forgets parts, or restarts.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { happens, soon, until } from './page.mjs';
import { Away, LoggedOut, Refused, Unreadable } from '../../static/js/uploads/errors.js';
import { Pace } from '../../static/js/uploads/pace.js';
import { Slots } from '../../static/js/uploads/slots.js';
import { Upload } from '../../static/js/uploads/upload.js';

const PART = 10;

/** A server as the contract has it, whose answers a test can spoil. */
class Server {
  parts = new Map();
  state = 'open';
  calls = [];
  spoil = {};

  api = Object.fromEntries(['create', 'look', 'sign', 'complete', 'cancel', 'name'].map((name) => [name, async (...given) => {
    this.calls.push(name);
    await soon(1);
    this.spoil[name]?.(...given);
    return this[name](...given);
  }]));

  put = async (url, bytes, { signal, progress }) => {
    this.calls.push('put');
    await soon(1);
    signal.throwIfAborted();
    this.spoil.put?.(url);
    progress(bytes.size);
    this.parts.set(Number(url.split('/')[1]), await bytes.text());
  };

  told() {
    const parts = [...this.parts].map(([n, text]) => ({ n, size: text.length }));
    const { id, wish, state, message = '' } = this;
    return { id, ...wish, state, partSize: PART, partCount: Math.ceil(wish.size / PART), parts, code: '', message, file: 41 };
  }

  create(wish) {
    this.id = 'u1';
    this.wish ??= wish;
    return this.told();
  }

  look() {
    if (this.state === 'assembling') this.state = 'done';
    return this.told();
  }

  sign(id, parts) {
    return parts.map((n) => ({ n, url: `part/${n}/${this.calls.length}` }));
  }

  complete() {
    this.state = 'assembling';
    return this.told();
  }

  cancel() {
    this.state = 'cancelled';
  }

  name(id, words) {
    Object.assign(this.wish, words);
  }

  get whole() {
    return [...this.parts].sort(([a], [b]) => a - b).map(([, text]) => text).join('');
  }
}

const TEXT = 'abcdefghij'.repeat(6) + 'end';

function begin(server, file = new File([TEXT], '教研日.mp4', { lastModified: 1 })) {
  const house = { api: server.api, put: server.put, opening: new Slots(() => 1), sending: new Slots(() => 3), pace: new Pace() };
  const seen = [];
  const changed = ({ state, trouble }) => {
    const word = trouble || state;
    if (seen.at(-1) !== word) seen.push(word);
  };
  const upload = new Upload({ file, wish: { case: 1, target: 'supporting', title: '教研日', category: 'other' }, order: 1, house, changed });
  return { upload, seen, house, changed };
}

test('a file travels whole, in parts', async () => {
  const server = new Server();
  const { upload, seen } = begin(server);
  await upload.start();
  assert.equal(server.whole, TEXT);
  assert.deepEqual(seen, ['queued', 'sending', 'settling', 'done']);
  assert.equal(upload.fileId, 41);
  assert.equal(upload.sent, TEXT.length);
});

test('URLs are signed ahead, and each is used once', async () => {
  const server = new Server();
  const used = [];
  server.spoil.put = (url) => used.push(url);
  await begin(server).upload.start();
  assert.equal(server.calls.filter((name) => name === 'sign').length, 1);
  assert.equal(new Set(used).size, 7);
});

test('a part that fails is sent again by a fresh URL', async () => {
  const server = new Server();
  const tried = [];
  server.spoil.put = (url) => {
    if (!url.startsWith('part/3/')) return;
    tried.push(url);
    if (tried.length === 1) throw new Away('0');
  };
  await begin(server).upload.start();
  assert.equal(server.whole, TEXT);
  assert.equal(new Set(tried).size, 2);
});

test('without a line it waits, says so, and goes on when the line is back', async () => {
  const server = new Server();
  let away = true;
  server.spoil.put = () => { if (away) throw new Away('0'); };
  const { upload, seen } = begin(server);
  const end = upload.start();
  await until(() => upload.trouble === 'away');
  away = false;
  happens('online');
  await end;
  assert.ok(seen.includes('away') && seen.at(-1) === 'done');
  assert.equal(server.whole, TEXT);
});

test('an ended session waits for a login on another page', async () => {
  const server = new Server();
  let out = true;
  server.spoil.complete = () => { if (out) throw new LoggedOut(); };
  const { upload } = begin(server);
  const end = upload.start();
  await until(() => upload.trouble === 'login');
  out = false;
  happens('focus');
  await end;
  assert.equal(upload.state, 'done');
});

test('a pause keeps what has gone, and nothing moves until it goes on', async () => {
  const server = new Server();
  const { upload } = begin(server);
  server.spoil.put = (url) => { if (url.startsWith('part/4/')) upload.pause(); };
  await upload.start();
  assert.equal(upload.state, 'paused');
  await soon();
  const calls = server.calls.length;
  await soon();
  assert.equal(server.calls.length, calls);
  delete server.spoil.put;
  await upload.start();
  assert.equal(server.whole, TEXT);
  assert.equal(server.calls.filter((name) => name === 'create').length, 1);
});

test('the same file picked again in another page sends only what is missing', async () => {
  const server = new Server();
  const first = begin(server);
  server.spoil.put = (url) => { if (Number(url.split('/')[1]) > 4) first.upload.pause(); };
  await first.upload.start();
  await soon();
  const there = server.parts.size;
  server.calls.length = 0;
  delete server.spoil.put;
  const asleep = Upload.known(server.told(), { order: 1, house: first.house, changed: () => {} });
  assert.equal(asleep.state, 'asleep');
  assert.ok(asleep.sent > 0 && asleep.sent < TEXT.length);
  await asleep.resume(first.upload.file);
  assert.equal(server.whole, TEXT);
  assert.equal(server.calls.filter((name) => name === 'put').length, 7 - there);
});

test('a refusal carries its sentence; one for lack of room may be tried again', async () => {
  const server = new Server();
  server.spoil.create = () => { throw new Refused('quota', '空间不够：还可上传 3 MB。', { room: 3 }); };
  const { upload } = begin(server);
  await upload.start();
  assert.deepEqual([upload.state, upload.sentence, upload.again], ['refused', '空间不够：还可上传 3 MB。', true]);
  delete server.spoil.create;
  await upload.start();
  assert.deepEqual([upload.state, upload.sentence], ['done', '']);
});

test('what the server has lost is sent again before it is complete', async () => {
  const server = new Server();
  const { upload } = begin(server);
  server.spoil.complete = () => {
    delete server.spoil.complete;
    server.parts.delete(2);
    throw new Refused('missing_parts', '还差第 2 段。', { parts: [2] });
  };
  await upload.start();
  assert.equal(upload.state, 'done');
  assert.equal(server.whole, TEXT);
});

test('an upload that was cancelled elsewhere stops; one that was finished elsewhere is done', async () => {
  for (const [state, expected] of [['cancelled', 'refused'], ['done', 'done']]) {
    const server = new Server();
    server.spoil.sign = () => {
      server.state = state;
      throw new Refused('wrong_state');
    };
    const { upload } = begin(server);
    await upload.start();
    assert.equal(upload.state, expected);
    assert.equal(Boolean(upload.sentence), expected === 'refused');
  }
});

test('a part that is turned away again and again is given up with a way out', async (t) => {
  t.mock.method(Math, 'random', () => 0);
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const server = new Server();
  server.spoil.put = () => { throw Object.assign(new Away(403), { turned: true }); };
  const { upload } = begin(server);
  const end = upload.start();
  await until(() => upload.state === 'refused', { meanwhile: () => t.mock.timers.tick(8_000) });
  await end;
  assert.deepEqual([upload.state, upload.again], ['refused', true]);
});

test('a file that vanished from the device is asked for again, and what has gone is kept', async () => {
  const server = new Server();
  const { upload } = begin(server);
  server.spoil.put = (url) => { if (url.startsWith('part/5/')) throw new Unreadable(); };
  await upload.start();
  assert.equal(upload.state, 'asleep');
  assert.match(upload.sentence, /读不到这个文件了/);
  delete server.spoil.put;
  await upload.resume(new File([TEXT], '教研日.mp4', { lastModified: 1 }));
  assert.equal(server.whole, TEXT);
});

test('cancelling frees the room, also while the line is away', async () => {
  const server = new Server();
  let away = true;
  server.spoil.put = () => { throw new Away(0); };
  server.spoil.cancel = () => { if (away) throw new Away(0); };
  const { upload } = begin(server);
  const end = upload.start();
  await until(() => server.calls.includes('put'));
  const over = upload.cancel();
  await soon();
  assert.equal(upload.state, 'cancelling');
  away = false;
  happens('online');
  await Promise.all([end, over]);
  assert.deepEqual([upload.state, server.state], ['cancelled', 'cancelled']);
});

test('a title typed while the upload was being opened reaches the server', async () => {
  const server = new Server();
  const { upload } = begin(server);
  server.spoil.create = () => { upload.rename({ title: '教研日现场' }); };
  await upload.start();
  await until(() => server.wish.title === '教研日现场');
});

test('a title that is refused says why, and the upload goes on', async () => {
  const server = new Server();
  const { upload } = begin(server);
  server.spoil.name = () => { throw new Refused('bad_title', '请填写材料名称。'); };
  await upload.start();
  assert.equal(await upload.rename({ title: '' }), '请填写材料名称。');
  assert.equal(upload.state, 'done');
});

test('more than the server takes at once say so and hold up nobody', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const server = new Server();
  const words = '这件案例有 50 个文件正在上传。';
  server.spoil.create = () => { throw new Refused('too_many', words); };
  const { upload, house } = begin(server);
  const end = upload.start();
  await until(() => upload.sentence);
  assert.deepEqual([upload.state, upload.sentence], ['queued', words]);
  const free = await house.opening.take(2, new AbortController().signal);
  free();
  delete server.spoil.create;
  await until(() => upload.state === 'done', { meanwhile: () => t.mock.timers.tick(2_000) });
  await end;
  assert.deepEqual([upload.state, upload.sentence], ['done', '']);
});

test('a part that came too slowly is told in the words of the server', async () => {
  const server = new Server();
  let slow = true;
  server.spoil.put = () => { if (slow) throw new Away(408, '网络太慢，这一片没有在时限内传完。'); };
  const { upload } = begin(server);
  const end = upload.start();
  await until(() => upload.trouble === 'away');
  assert.equal(upload.advice, '网络太慢，这一片没有在时限内传完。');
  slow = false;
  happens('online');
  await end;
  assert.deepEqual([upload.state, upload.trouble, upload.advice], ['done', '', '']);
});

test('what is begun while the one before is being cancelled waits for that', async () => {
  const server = new Server();
  let away = true;
  server.spoil.put = () => { throw new Away(0); };
  server.spoil.cancel = () => { if (away) throw new Away(0); };
  const { upload, house, changed } = begin(server);
  upload.start();
  await until(() => server.calls.includes('put'));
  const over = upload.cancel();
  assert.equal(upload.cancel(), over);
  const again = new Upload({ file: upload.file, wish: upload.wish, order: 2, house, changed, after: over });
  const end = again.start();
  await soon();
  assert.equal(server.calls.filter((name) => name === 'create').length, 1);
  delete server.spoil.put;
  away = false;
  happens('online');
  await over;
  server.state = 'open';
  await end;
  assert.deepEqual([upload.state, again.state], ['cancelled', 'done']);
});
