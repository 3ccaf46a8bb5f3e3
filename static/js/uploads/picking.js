/** Files as they are chosen or dropped on the page: several at once, and what a dropped folder holds. */

const MOST = 200;
const HOUSEKEEPING = /^(\.|~\$|thumbs\.db$|desktop\.ini$)/i;

/** Calls `take(files)`; `zone` is marked while files are held over the page. Listens until `signal` ends. */
export function listen({ input, zone, take, signal }) {
  const chosen = () => {
    const files = [...input.files];
    // Emptied, so that the same file can be chosen again and a page that is returned to sends nothing twice.
    input.value = '';
    if (files.length) take(files);
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
    const files = await dropped(event.dataTransfer);
    if (files.length) take(input.multiple ? files : files.slice(0, 1));
  }, { signal });
  return chosen;
}

async function dropped(transfer) {
  // Asked for at once: after the first await the browser has taken the items away.
  const entries = [...transfer.items].map((item) => item.webkitGetAsEntry?.());
  if (!entries.some((entry) => entry?.isDirectory)) return [...transfer.files];
  const files = [];
  for (const entry of entries) if (entry) await gather(entry, files);
  return files;
}

async function gather(entry, files) {
  if (files.length >= MOST || HOUSEKEEPING.test(entry.name)) return;
  if (entry.isFile) {
    files.push(await new Promise((resolve, reject) => { entry.file(resolve, reject); }));
    return;
  }
  const reader = entry.createReader();
  // A folder is told in portions; an empty one is the last.
  for (;;) {
    const portion = await new Promise((resolve, reject) => { reader.readEntries(resolve, reject); });
    if (!portion.length) return;
    for (const inner of portion) await gather(inner, files);
  }
}
