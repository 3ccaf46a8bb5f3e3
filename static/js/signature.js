/** Draws a signature by pen, finger or mouse and keeps it as a PNG in a hidden field; the typed twin works without it. */

const PEN = 5;

export function start(pad) {
  const field = document.getElementById(pad.dataset.sign);
  const canvas = pad.querySelector('canvas');
  const pen = canvas.getContext('2d');
  if (!field || !pen) return;
  pad.hidden = false;
  pen.lineWidth = PEN;
  pen.lineCap = pen.lineJoin = 'round';
  pen.strokeStyle = getComputedStyle(canvas).color;
  let last = null;

  function keep(value) {
    field.value = value;
    field.dispatchEvent(new Event('input', { bubbles: true }));
  }
  function place(event) {
    const box = canvas.getBoundingClientRect();
    const x = (event.clientX - box.left) * canvas.width / box.width;
    return { x, y: (event.clientY - box.top) * canvas.height / box.height };
  }
  function line(to) {
    pen.beginPath();
    pen.moveTo(last.x, last.y);
    pen.lineTo(to.x, to.y);
    pen.stroke();
    last = to;
  }
  function lift() {
    if (!last) return;
    last = null;
    keep(canvas.toDataURL('image/png'));
  }
  canvas.addEventListener('pointerdown', (event) => {
    canvas.setPointerCapture(event.pointerId);
    last = place(event);
    line(last);
  });
  canvas.addEventListener('pointermove', (event) => {
    if (!last) return;
    // Every point between two frames: a quick stroke stays round.
    for (const step of event.getCoalescedEvents?.() ?? []) line(place(step));
    line(place(event));
  });
  canvas.addEventListener('pointerup', lift);
  canvas.addEventListener('pointercancel', lift);
  pad.querySelector('[data-clear]').addEventListener('click', () => {
    pen.clearRect(0, 0, canvas.width, canvas.height);
    keep('');
  });
  if (field.value.startsWith('data:image/png')) {
    const kept = new Image();
    kept.addEventListener('load', () => pen.drawImage(kept, 0, 0));
    kept.src = field.value;
  }
}
