/** Makes small native dialogs: a question with two answers. */

function element(tag, attributes, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...children);
  return made;
}

/** Asks; resolves to true when the person agrees. Escape and the first button say no. */
export function ask({ title, words, agree, refuse = '先不', grave = true }) {
  const no = element('button', { class: 'btn', value: 'no' }, refuse);
  const yes = element('button', { class: grave ? 'btn btn-seal' : 'btn btn-main', value: 'yes' }, agree);
  const dialog = element(
    'dialog', { class: 'ask', 'aria-labelledby': 'ask-title' },
    element('h2', { id: 'ask-title' }, title), element('p', {}, words),
    element('form', { method: 'dialog', class: 'acts' }, no, yes),
  );
  document.body.append(dialog);
  dialog.showModal();
  no.focus();
  return new Promise((resolve) => {
    dialog.addEventListener('close', () => {
      dialog.remove();
      resolve(dialog.returnValue === 'yes');
    });
  });
}
