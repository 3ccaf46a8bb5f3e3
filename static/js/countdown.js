/** Keeps the time left and the server's time true, from the server's clock and not the visitor's. */

const loaded = Date.now();
const TICK = 10_000;

function parts(milliseconds) {
  const minutes = Math.max(0, Math.floor(milliseconds / 60_000));
  return { days: Math.floor(minutes / 1440), hours: Math.floor(minutes / 60) % 24, minutes: minutes % 60 };
}

function words(milliseconds) {
  if (milliseconds <= 0) return '0 分';
  if (milliseconds < 60_000) return '不到 1 分';
  const { days, hours, minutes } = parts(milliseconds);
  const all = [[days, '天'], [hours, '小时'], [minutes, '分']];
  return all.slice(all.findIndex(([amount]) => amount)).map(([amount, unit]) => `${amount} ${unit}`).join(' ');
}

function clock(moment) {
  const pieces = new Intl.DateTimeFormat('zh-CN', {
    timeZone: 'Asia/Shanghai', month: 'numeric', day: 'numeric', hour: '2-digit', minute: '2-digit', hourCycle: 'h23',
  }).formatToParts(moment);
  const part = (type) => pieces.find((piece) => piece.type === type).value;
  return `${part('month')}月${part('day')}日 ${part('hour')}:${part('minute')}`;
}

export function start(element) {
  const from = Date.parse(element.dataset.now ?? element.dateTime);
  const now = () => from + Date.now() - loaded;

  function show() {
    if ('clock' in element.dataset) {
      element.textContent = clock(now());
      return;
    }
    const remaining = Date.parse(element.dataset.until) - now();
    const places = element.querySelectorAll('[data-part]');
    const amounts = parts(remaining);
    if (places.length) places.forEach((place) => { place.textContent = amounts[place.dataset.part]; });
    else element.textContent = words(remaining);
  }
  show();
  setInterval(show, TICK);
}
