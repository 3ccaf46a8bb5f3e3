// Asking again for what the page has to show.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { soon } from './page.mjs';
import { insistently } from '../../static/js/uploads/patience.js';

/** Lets `turns` waits of eight seconds pass. */
async function pass(t, turns) {
  for (let turn = 0; turn < turns; turn += 1) {
    await soon();
    t.mock.timers.tick(8_000);
  }
  await soon();
}

test('a renewal that failed is tried again until it succeeds', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  let tries = 0;
  const renew = async () => { if ((tries += 1) < 4) throw new Error('503'); };
  const done = insistently(renew, { signal: new AbortController().signal, lastly: () => false });
  await pass(t, 6);
  assert.deepEqual([await done, tries], [true, 4]);
});

test('a renewal that fails time and again ends in the last resort, or goes on where that cannot be yet', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  let tries = 0;
  let resorts = 0;
  const renew = async () => { tries += 1; throw new Error('503'); };
  const done = insistently(renew, { signal: new AbortController().signal, lastly: () => (resorts += 1) === 2 });
  await pass(t, 12);
  assert.equal(await done, false);
  assert.ok(resorts === 2 && tries >= 6, tries);
});

test('a renewal nobody needs any more is left', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const stop = new AbortController();
  const done = insistently(async () => { throw new Error('503'); }, { signal: stop.signal, lastly: () => false });
  await soon();
  stop.abort();
  assert.equal(await done, false);
});
