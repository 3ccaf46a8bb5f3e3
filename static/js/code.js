/** The four boxes of an activation code: a whole code pasted into one fills them all, and a full box leads on. */

export function start(group) {
  const boxes = [...group.querySelectorAll('input')];
  const size = boxes[0].maxLength;
  boxes.forEach((box, index) => {
    box.addEventListener('paste', (event) => {
      const code = event.clipboardData.getData('text').replace(/[^0-9a-z]/gi, '').toUpperCase();
      if (code.length <= size) return;
      event.preventDefault();
      boxes.forEach((other, i) => { other.value = code.slice(i * size, (i + 1) * size); });
      boxes[Math.min(boxes.length - 1, Math.floor((code.length - 1) / size))].focus();
    });
    box.addEventListener('input', () => {
      if (box.value.length === size && document.activeElement === box) boxes[index + 1]?.focus();
    });
  });
}
