/** What is said of uploads, in Chinese. */

const MB = 1024 * 1024;

/** Bytes as “63.4 MB”, rounded up, so that what does not fit never reads as if it did. */
export function mb(bytes) {
  const tenths = Math.ceil((bytes / MB) * 10);
  return tenths % 10 ? `${(tenths / 10).toFixed(1)} MB` : `${tenths / 10} MB`;
}

/** Seconds as “，大约还要 40 秒”; nothing while nobody can say. */
export function left(seconds) {
  if (!seconds) return '';
  if (seconds >= 5400) return `，大约还要 ${Math.round(seconds / 3600)} 小时`;
  return seconds >= 90 ? `，大约还要 ${Math.ceil(seconds / 60)} 分钟` : `，大约还要 ${Math.ceil(seconds / 10) * 10} 秒`;
}

/** Bytes a second as “，每秒 1.2 MB”. */
export function speed(bytes) {
  if (!bytes) return '';
  return bytes >= MB / 10 ? `，每秒 ${(bytes / MB).toFixed(1)} MB` : `，每秒 ${Math.max(1, Math.round(bytes / 1024))} KB`;
}

/** How many per cent have gone; 100 only when all have. */
export function percent(sent, size) {
  return size ? Math.floor((sent / size) * 100) : 0;
}

export const UNREADABLE = '读不到这个文件了，可能被移动、改名或改动过，或者还在网盘里没有下载。请确认能打开，再选一次。';
export const TROUBLE = {
  offline: '网络断了。已经传上的都在，连上网会自动接着传。',
  away: '服务器暂时没有回应，正在自动再试。已经传上的都在。',
  login: '登录已过期。已经传上的都在，请另开一页登录，登录后会自动接着传。',
};
/** What the server's code means where it sent no sentence of its own. */
export const REFUSALS = {
  wrong_state: '这个文件已在别的页面取消或过期。需要的话，请再选一次。',
  404: '这个文件的上传记录已经不在了。需要的话，请再选一次。',
  413: '文件超过了服务器能接收的大小。请压缩或拆分后再选。',
};
export const FAILED = '没有传成。请再试一次；多次不成，请换一个网络或浏览器。';

const NAMED = 5;

/** What of a dropped folder was not taken, why, and the next step; empty when all was. */
export function leftOut({ unread, more }) {
  const names = unread.slice(0, NAMED).map((name) => `“${name}”`).join('') + (unread.length > NAMED ? `等 ${unread.length} 项` : '');
  const broken = names && `读不到${names}，没有加入。可能还在网盘里没有下载，或被移动过，请确认能打开，再选一次。`;
  return broken + (more ? `一次最多加入 ${more} 个文件，其余的没有加入。请等这些传完，再选其余的。` : '');
}
