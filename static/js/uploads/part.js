/** Sends the bytes of one part. XMLHttpRequest, because fetch does not tell how far the body has got. */

import { Away, passes, Refused, Unreadable } from './errors.js';

const WATCH = 2_000;
export const STALL = 30_000;
/** All bytes are with the system, which may still be putting them on a slow line. */
export const RECEIVING = 120_000;

/**
 * Resolves when the part is there. Rejects with Away (also for a URL that is no longer valid: ask for a fresh one),
 * Refused, Unreadable, or an AbortError once `signal` says stop. `progress(loaded)` tells the bytes gone so far.
 */
export async function sendPart(url, bytes, { signal, progress }) {
  // The stop may have come while the address was asked for; the request would never hear of it.
  signal.throwIfAborted();
  try {
    await put(url, bytes, signal, progress);
  } catch (error) {
    // A file that vanished from the device looks like a broken line: only reading it tells them apart.
    if (error instanceof Away) await readable(bytes);
    throw error;
  }
}

async function readable(bytes) {
  try {
    await bytes.slice(0, 1).arrayBuffer();
  } catch {
    throw new Unreadable();
  }
}

function put(url, bytes, signal, progress) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    let moved = Date.now();
    let patience = STALL;
    // By the wall clock: after a laptop has slept the line of before is dead, however few ticks have passed.
    const watch = setInterval(() => {
      if (Date.now() - moved > patience) request.abort();
    }, WATCH);
    const stop = () => request.abort();
    signal.addEventListener('abort', stop);
    request.open('PUT', url);
    request.upload.addEventListener('progress', ({ loaded, total }) => {
      moved = Date.now();
      patience = loaded < total ? STALL : RECEIVING;
      progress(loaded);
    });
    request.addEventListener('loadend', () => {
      clearInterval(watch);
      signal.removeEventListener('abort', stop);
      if (signal.aborted) reject(signal.reason);
      else if (request.status >= 200 && request.status < 300) resolve();
      else reject(reason(request));
    });
    request.send(bytes);
  });
}

/** A signature out of date (403) and a body cut short on the way (400) are put right by sending again, as a rule. */
function reason({ status, responseText }) {
  if (status === 403 || status === 400) return Object.assign(new Away(status), { turned: true });
  let told = {};
  try {
    told = JSON.parse(responseText);
  } catch { /* an answer of a store, in its own words */ }
  if (passes(status)) return new Away(status, told.detail);
  return new Refused(told.error ?? String(status), told.detail, told);
}
