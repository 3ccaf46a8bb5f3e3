/** What is seen of a file before anything is sent: whether it may come, what it is called, where it belongs. */

import { mb } from './words.js';

const LONGEST_TITLE = 60;
const HIDDEN = /[\p{Cc}\p{Cs}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu;
const ENDING = /\.[^.]*$/;
const ARCHIVES = ['zip', 'rar', '7z', 'tar', 'gz'];
const OLD = new Map(Object.entries({ doc: '.docx', wps: '.docx', rtf: '.docx', xls: '.xlsx', et: '.xlsx', dps: '.pptx' }));
/** Words of a name that tell the category (R8), the surer ones first; the signed form must not go to experts by mistake. */
const CATEGORIES = [
  ['signed', /案例信息表|附表\s*[1１一]/],
  ['notice', /通知|函|邀请/],
  ['policy', /制度|办法|方案|规定|章程|规划|细则|计划/],
  ['publicity', /报道|新闻|宣传|简报|美篇|公众号/],
  ['exchange', /研讨|交流|学习|教研|研修|讲座|观摩|发言|课例|直播/],
];

const ending = (name) => (ENDING.exec(name)?.[0] ?? '').toLowerCase();

/** Why this file cannot come, with the next step; empty when it can. `accept`: endings; `limit`: bytes; `what`: of what. */
export function objection(file, { accept, limit, what }) {
  const end = ending(file.name);
  if (accept.length && !accept.includes(end)) return wrongKind(file.name, end.slice(1), accept);
  if (!file.size) return `“${file.name}”是空文件（0 字节）。请在电脑上确认能正常打开，再选一次。`;
  if (file.size > limit) return `“${file.name}”有 ${mb(file.size)}，超过${what} ${mb(limit)} 的上限。请压缩后再选。`;
  return '';
}

function wrongKind(name, end, accept) {
  if (accept.length === 1) return `“${name}”不是 ${accept[0]} 文档。请在 Word 或 WPS 中“另存为”${accept[0]}，再选一次。`;
  if (ARCHIVES.includes(end)) return `“${name}”是压缩包。请先解压，再选里面的文件。`;
  if (OLD.has(end)) return `“${name}”是旧的格式。请用 Office 或 WPS 打开，“另存为”${OLD.get(end)}，再选一次。`;
  return `“${name}”不是可以上传的格式。可以上传图片、PDF、Word、PPT、Excel 和 mp4 视频。`;
}

/** The name of a file as a title to begin with. */
export function titleOf(name) {
  const title = name.replace(ENDING, '').replace(HIDDEN, '').replace(/_+/g, ' ').trim();
  return [...(title || name)].slice(0, LONGEST_TITLE).join('');
}

/** The category that the words of a name speak of, or `otherwise`. */
export function categoryOf(name, otherwise) {
  return CATEGORIES.find(([, words]) => words.test(name))?.[0] ?? otherwise;
}
