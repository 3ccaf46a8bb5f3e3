// What is seen of a file before it is sent, and what is said of it on its way.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import './page.mjs';
import { categoryOf, objection, titleOf } from '../../static/js/uploads/admission.js';
import { fingerprint } from '../../static/js/uploads/fingerprint.js';
import { Pace } from '../../static/js/uploads/pace.js';
import { pause } from '../../static/js/uploads/patience.js';
import { abreast, Slots } from '../../static/js/uploads/slots.js';
import { left, mb, percent, speed } from '../../static/js/uploads/words.js';

const MIB = 1024 * 1024;
const SUPPORTING = { accept: ['.pdf', '.mp4', '.docx'], limit: 100 * MIB, what: '支撑材料合计' };
const DOCUMENT = { accept: ['.docx'], limit: 20 * MIB, what: '案例文档' };
const file = (name, size = 10) => ({ name, size });

test('a file that fits meets no objection, whatever the case of its ending', () => {
  assert.equal(objection(file('通知.PDF'), SUPPORTING), '');
  assert.equal(objection(file('视频.mp4', 100 * MIB), SUPPORTING), '');
});

test('each objection names the file and the next step', () => {
  assert.match(objection(file('a.zip'), SUPPORTING), /“a.zip”是压缩包。请先解压/);
  assert.match(objection(file('a.doc'), SUPPORTING), /“另存为”.docx/);
  assert.match(objection(file('a.wps'), DOCUMENT), /不是 .docx 文档。请在 Word 或 WPS 中“另存为”.docx/);
  assert.match(objection(file('a.exe'), SUPPORTING), /不是可以上传的格式。可以上传图片/);
  assert.match(objection(file('无后缀'), SUPPORTING), /不是可以上传的格式/);
  assert.match(objection(file('constructor.constructor'), SUPPORTING), /不是可以上传的格式/);
  assert.match(objection(file('a.pdf', 0), SUPPORTING), /空文件（0 字节）/);
  assert.match(objection(file('a.mp4', 100 * MIB + 1), SUPPORTING), /有 100.1 MB，超过支撑材料合计 100 MB 的上限/);
});

test('a title begins as the name without its ending, clean and short', () => {
  assert.equal(titleOf('2024_校本研修__计划.docx'), '2024 校本研修 计划');
  assert.equal(titleOf('v1.2 定稿.pdf'), 'v1.2 定稿');
  assert.equal(titleOf('a\u202egpj.exe.pdf'), 'agpj.exe');
  assert.equal(titleOf('.pdf'), '.pdf');
  assert.equal([...titleOf(`${'𠮷'.repeat(80)}.pdf`)].length, 60);
});

test('a category is guessed from the words of a name, or is the one given', () => {
  assert.equal(categoryOf('关于开展校本研修的通知.pdf', 'other'), 'notice');
  assert.equal(categoryOf('考核办法.docx', 'other'), 'policy');
  assert.equal(categoryOf('案例信息表（签字）.jpg', 'other'), 'signed');
  assert.equal(categoryOf('附表1 研修活动.pdf', 'other'), 'signed');
  assert.equal(categoryOf('教育报报道.jpg', 'other'), 'publicity');
  assert.equal(categoryOf('教研日现场.jpg', 'other'), 'exchange');
  assert.equal(categoryOf('IMG_2031.jpg', 'other'), 'other');
});

test('a fingerprint is of name, size, time and both ends, and of nothing between', async () => {
  const bytes = new Uint8Array(3 * MIB);
  const made = (change, name = 'a.mp4', lastModified = 7) => {
    const copy = bytes.slice();
    if (change !== undefined) copy[change] = 1;
    return new File([copy], name, { lastModified });
  };
  const first = await fingerprint(made());
  assert.match(first, /^[0-9a-f]{64}$/);
  assert.equal(await fingerprint(made()), first);
  assert.equal(await fingerprint(made(MIB + 10)), first);
  for (const other of [made(0), made(3 * MIB - 1), made(undefined, 'b.mp4'), made(undefined, 'a.mp4', 8)]) {
    assert.notEqual(await fingerprint(other), first);
  }
});

test('waits grow, differ and stay within eight seconds', () => {
  for (let failures = 0; failures < 40; failures += 1) {
    assert.ok(pause(failures) <= 8000 && pause(failures) > 0);
    assert.ok(pause(failures, () => 0) < pause(failures, () => 0.99));
  }
  assert.ok(pause(0, () => 1) < pause(3, () => 0));
  assert.ok(pause(10, () => 0) >= 4000);
});

test('a speed is that of the last seconds, and nothing is said too early', () => {
  let now = 0;
  const pace = new Pace(() => now);
  assert.equal(pace.speed(), 0);
  pace.add(MIB);
  assert.equal(pace.speed(), 0);
  for (let second = 1; second <= 30; second += 1) {
    now = second * 1000;
    pace.add(second < 15 ? 10 * MIB : MIB);
  }
  assert.equal(pace.speed(), MIB);
  assert.equal(pace.left(40 * MIB), 40);
  pace.rest();
  assert.equal(pace.speed(), 0);
  assert.equal(pace.remembered(), MIB);
});

test('bytes that must be sent anew are no speed', () => {
  let now = 0;
  const pace = new Pace(() => now);
  for (; now <= 2000; now += 1000) pace.add(MIB);
  pace.add(-3 * MIB);
  assert.equal(pace.speed(), 0);
});

test('as many parts travel abreast as take twenty seconds together', () => {
  assert.equal(abreast(0, MIB), 1);
  assert.equal(abreast(30 * 1024, MIB), 1);
  assert.equal(abreast(MIB / 10, MIB), 2);
  assert.equal(abreast(50 * MIB, 8 * MIB), 3);
});

test('places go to the first of the list, and who is stopped leaves the queue', async () => {
  const slots = new Slots(() => 1);
  const free = await slots.take(5, new AbortController().signal);
  const got = [];
  const stopped = new AbortController();
  const stop = slots.take(1, stopped.signal).catch(() => got.push('stopped'));
  for (const order of [9, 3, 6]) {
    slots.take(order, new AbortController().signal).then((release) => {
      got.push(order);
      release();
    });
  }
  stopped.abort();
  await stop;
  free();
  free();
  await new Promise((resolve) => { setTimeout(resolve, 5); });
  assert.deepEqual(got, ['stopped', 3, 6, 9]);
});

test('sizes, times and shares read as people say them', () => {
  assert.equal(mb(1), '0.1 MB');
  assert.equal(mb(100 * MIB), '100 MB');
  assert.equal(mb(63.35 * MIB), '63.4 MB');
  assert.deepEqual([0, 3, 41, 95, 7000].map(left), [
    '', '，大约还要 10 秒', '，大约还要 50 秒', '，大约还要 2 分钟', '，大约还要 2 小时',
  ]);
  assert.equal(speed(1.25 * MIB), '，每秒 1.3 MB');
  assert.equal(speed(20 * 1024), '，每秒 20 KB');
  assert.equal(percent(999, 1000), 99);
  assert.equal(percent(1000, 1000), 100);
});
