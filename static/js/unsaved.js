/** A copy on this device of what a form holds and the server has not confirmed. */

const SECRET = new Set(['csrfmiddlewaretoken', 'password', 'oldpassword', 'password1', 'password2', 'code', 'edition']);

function values(form) {
  return [...new FormData(form)].filter(([name, value]) => typeof value === 'string' && !SECRET.has(name));
}

/** keep(), drop() and read() of the form's copy; a browser without storage keeps none and says nothing. */
export function copyOf(form, name = form.dataset.autosave) {
  const key = `unsaved ${name}`;
  return {
    keep() {
      try {
        const copy = { edition: form.elements.edition?.value, pairs: values(form) };
        localStorage.setItem(key, JSON.stringify(copy));
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

/** Asks for a page with as many authors as the copy holds, once; whether it did. */
function widen(form, pairs) {
  const missing = pairs.map(([name, value]) => (value.trim() && !form.elements[name] ? /^author-(\d)-/.exec(name)?.[1] : 0));
  const wanted = Math.max(0, ...missing.map((number) => Number(number ?? 0)));
  const address = new URL(location.href);
  if (!wanted || address.searchParams.get('authors') === String(wanted)) return false;
  address.searchParams.set('authors', wanted);
  location.replace(address);
  return true;
}

function note(form, words, answers) {
  const box = document.createElement('div');
  box.className = 'note row';
  box.dataset.tone = 'wait';
  box.setAttribute('role', 'status');
  const sentence = document.createElement('p');
  sentence.textContent = words;
  box.append(sentence);
  for (const [name, act] of answers) {
    const button = document.createElement('button');
    button.type = 'button';
    button.className = 'btn btn-s';
    button.textContent = name;
    button.addEventListener('click', () => {
      box.remove();
      act();
    });
    box.append(button);
  }
  form.prepend(box);
}

/** Puts an unconfirmed copy back; where another device has saved something newer meanwhile, the person decides. */
export function offer(form, copy, restored) {
  const { edition, pairs } = copy.read() ?? {};
  if (!Array.isArray(pairs) || JSON.stringify(pairs) === JSON.stringify(values(form))) {
    copy.drop();
    return;
  }
  if (widen(form, pairs)) return;
  const use = () => {
    fill(form, pairs);
    restored();
  };
  if (edition && edition === form.elements.edition?.value) {
    use();
    note(form, '上次没来得及存到服务器的内容已经放回来了。', []);
    return;
  }
  const words = '这台设备上有一份还没存到服务器的内容。';
  note(form, words, [['用这份内容', use], ['不用了', () => copy.drop()]]);
}
