/** Files as they are chosen or dropped on the page: several at once, and what a dropped folder holds. */

import { leftOut } from './words.js';

export const MOST = 200;
const HOUSEKEEPING = /^(\.|~\$|thumbs\.db$|desktop\.ini$)/i;

/**
 * Calls `take(files, words)`, where `words` say what of a dropped folder is not among them; `zone` is marked while files
 * are held over the page. Listens until `signal` ends.
 */
export function listen({ input, zone, take, signal }) {
  const chosen = () => {
    const files = [...input.files];
    // Emptied, so that the same file can be chosen again and a page that is returned to sends nothing twice.
    input.value = '';
    if (files.length) take(files, '');
  };
  input.addEventListener('change', chosen, { signal });
  // Anywhere on the page: beside the zone the browser would leave the page and show the file instead.
  document.addEventListener('dragover', (event) => {
    if (!event.dataTransfer.types.includes('Files')) return;
    event.preventDefault();
    zone.dataset.over = '';
  }, { signal });
  document.addEventListener('dragleave', (event) => {
    if (!event.relatedTarget) delete zone.dataset.over;
  }, { signal });
  document.addEventListener('drop', async (event) => {
    if (!event.dataTransfer.types.includes('Files')) return;
    event.preventDefault();
    delete zone.dataset.over;
    const haul = await dropped(event.dataTransfer);
    const words = leftOut(haul);
    if (haul.files.length || words) take(input.multiple ? haul.files : haul.files.slice(0, 1), words);
  }, { signal });
  return chosen;
}

/** A drop: its `files`, the names that could not be read (`unread`), how many are the most if there were `more`, else 0. */
export async function dropped(transfer) {
  // Asked for at once: after the first await the browser has taken the items away.
  const entries = [...transfer.items].map((item) => item.webkitGetAsEntry?.());
  if (!entries.some((entry) => entry?.isDirectory)) return { files: [...transfer.files], unread: [], more: 0 };
  const haul = { files: [], unread: [], more: 0 };
  for (const entry of entries) if (entry) await gather(entry, haul);
  return haul;
}

async function gather(entry, haul) {
  if (haul.more || HOUSEKEEPING.test(entry.name)) return;
  try {
    if (!entry.isFile) await open(entry, haul);
    else if (haul.files.length >= MOST) haul.more = MOST;
    else haul.files.push(await new Promise((resolve, reject) => { entry.file(resolve, reject); }));
  } catch {
    haul.unread.push(entry.name);
  }
}

async function open(folder, haul) {
  const reader = folder.createReader();
  // A folder is told in portions; an empty one is the last.
  for (;;) {
    const portion = await new Promise((resolve, reject) => { reader.readEntries(resolve, reject); });
    if (!portion.length) return;
    for (const inner of portion) await gather(inner, haul);
  }
}
