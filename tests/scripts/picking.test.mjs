// What a dropped folder holds, also where some of it cannot be read.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { dropped, MOST } from '../../static/js/uploads/picking.js';
import { leftOut } from '../../static/js/uploads/words.js';

const file = (name) => ({ name, isFile: true, file: (resolve) => resolve({ name }) });
const broken = (name) => ({ name, isFile: true, file: (_, reject) => reject(new DOMException('gone', 'NotFoundError')) });

/** A folder that tells what it holds in portions of two. */
function folder(name, ...entries) {
  const createReader = () => {
    const rest = [...entries];
    return { readEntries: (resolve) => resolve(rest.splice(0, 2)) };
  };
  return { name, isDirectory: true, createReader };
}

const closed = (name) => ({
  name, isDirectory: true, createReader: () => ({ readEntries: (_, reject) => reject(new DOMException('no', 'NotReadableError')) }),
});
const held = (...entries) => ({ items: entries.map((entry) => ({ webkitGetAsEntry: () => entry })), files: [] });

test('a folder gives all that is in it, but no housekeeping', async () => {
  const got = await dropped(held(folder('材料', file('a.pdf'), file('.DS_Store'), folder('照片', file('b.jpg'))), file('c.mp4')));
  assert.deepEqual(got.files.map(({ name }) => name), ['a.pdf', 'b.jpg', 'c.mp4']);
  assert.equal(leftOut(got), '');
});

test('what cannot be read is named, and the rest comes', async () => {
  const got = await dropped(held(folder('材料', broken('云端.mp4'), file('a.pdf'), closed('锁住的')), file('b.pdf')));
  assert.deepEqual(got.files.map(({ name }) => name), ['a.pdf', 'b.pdf']);
  assert.match(leftOut(got), /读不到“云端.mp4”“锁住的”，没有加入/);
});

test('more than are taken at once are not left out silently', async () => {
  const many = Array.from({ length: MOST }, (_, i) => file(`${i}.jpg`));
  const all = await dropped(held(folder('照片', ...many, file('.DS_Store'))));
  assert.deepEqual([all.files.length, leftOut(all)], [MOST, '']);
  const got = await dropped(held(folder('照片', ...many, file('多.jpg'))));
  assert.equal(got.files.length, MOST);
  assert.match(leftOut(got), /一次最多加入 200 个文件，其余的没有加入/);
});
