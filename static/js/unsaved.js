/** A copy on this device of what a form holds and the server has not confirmed. */

const SECRET = new Set(['csrfmiddlewaretoken', 'password']);

function values(form) {
  return [...new FormData(form)].filter(([name, value]) => typeof value === 'string' && !SECRET.has(name));
}

/** keep(), drop() and read() of the form's copy; a browser without storage keeps none and says nothing. */
export function copyOf(form) {
  const key = `unsaved ${form.dataset.autosave}`;
  return {
    keep() {
      try {
        localStorage.setItem(key, JSON.stringify(values(form)));
      } catch { /* private windows and full disks: the server's copy is all there is */ }
    },
    drop() {
      try {
        localStorage.removeItem(key);
      } catch { /* as above */ }
    },
    read() {
      try {
        return JSON.parse(localStorage.getItem(key));
      } catch {
        return null;
      }
    },
  };
}

function fill(form, pairs) {
  const kept = new Map();
  for (const [name, value] of pairs) kept.set(name, [...(kept.get(name) ?? []), value]);
  for (const control of form.elements) {
    if (!control.name || control.type === 'file' || SECRET.has(control.name)) continue;
    const found = kept.get(control.name) ?? [];
    if (control.type === 'checkbox' || control.type === 'radio') control.checked = found.includes(control.value);
    else if (found.length) control.value = found.shift();
  }
  form.querySelectorAll('textarea[data-limit]').forEach((area) => area.dispatchEvent(new Event('input')));
}

/** Offers an unconfirmed copy back; the person decides, since another device may have saved something newer. */
export function offer(form, copy, restored) {
  const pairs = copy.read();
  if (!pairs) return;
  if (JSON.stringify(pairs) === JSON.stringify(values(form))) {
    copy.drop();
    return;
  }
  const note = document.createElement('div');
  note.className = 'note row';
  note.dataset.tone = 'wait';
  note.setAttribute('role', 'status');
  const words = document.createElement('p');
  words.textContent = '这台设备上有一份还没存到服务器的内容。';
  note.append(words);
  const answers = [['用这份内容', () => { fill(form, pairs); restored(); }], ['不用了', () => copy.drop()]];
  for (const [name, act] of answers) {
    const button = document.createElement('button');
    button.type = 'button';
    button.className = 'btn btn-s';
    button.textContent = name;
    button.addEventListener('click', () => {
      note.remove();
      act();
    });
    note.append(button);
  }
  form.prepend(note);
}
