/** Keeps a film playing whose address is signed for a few minutes: asks for a fresh one and goes on where it was. */

const MARGIN = 30;
const TRIES = 3;

export function start(video) {
  const address = video.getAttribute('src');
  let asked = performance.now();
  let renewing = false;
  let playing = false;
  // How often a fresh address was asked for since the film last moved on from there by itself.
  let tries = 0;
  let from = 0;

  const old = () => (performance.now() - asked) / 1000 > Number(video.dataset.lasts) - MARGIN;

  const renew = () => {
    if (tries >= TRIES) return;
    renewing = true;
    tries += 1;
    from = video.currentTime;
    const rate = video.playbackRate;
    asked = performance.now();
    video.addEventListener('loadedmetadata', () => {
      video.currentTime = from;
      video.playbackRate = rate;
      if (playing) video.play().catch(() => {});
    }, { once: true });
    video.addEventListener('seeked', () => { renewing = false; }, { once: true });
    // The number makes it another address: a browser remembers where the first one led.
    video.src = `${address}?again=${Math.round(asked)}`;
  };

  video.addEventListener('loadstart', () => { asked = performance.now(); });
  video.addEventListener('timeupdate', () => { if (video.currentTime > from + 0.5 && !video.seeking) tries = 0; });
  video.addEventListener('pause', () => { if (!renewing) playing = false; });
  // What is played further on or jumped to is fetched by another request, which an old address would not get.
  video.addEventListener('play', () => {
    playing = true;
    if (!renewing && video.currentTime > 0 && old()) renew();
  });
  video.addEventListener('seeking', () => { if (!renewing && old()) renew(); });
  video.addEventListener('error', renew);
}
