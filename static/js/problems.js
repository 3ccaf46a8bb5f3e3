/** Keeps the sentences beside the fields of a form true while it is saved as it is written. */

/** Says what the server would not accept yet, without taking the focus; what has been put right is no longer said. */
export function showProblems(form, problems) {
  form.querySelectorAll('[data-quiet]').forEach((note) => note.remove());
  for (const field of form.querySelectorAll('.field[data-bad]')) {
    const control = field.querySelector('[name]');
    const still = control?.name in problems || !new FormData(form).get(control?.name);
    if (!still) forget(field);
  }
  if (!form.querySelector('[data-bad]')) document.querySelector('main > .errors')?.remove();
  for (const [name, words] of Object.entries(problems)) {
    const field = form.querySelector(`[name="${CSS.escape(name)}"]`)?.closest('.field');
    if (!field || field.matches('[data-bad]')) continue;
    const note = document.createElement('p');
    note.className = 'hint late';
    note.dataset.quiet = '';
    note.textContent = words;
    field.append(note);
  }
}

function forget(field) {
  delete field.dataset.bad;
  field.querySelectorAll('.error').forEach((sentence) => sentence.remove());
  field.querySelectorAll('[aria-invalid]').forEach((control) => control.removeAttribute('aria-invalid'));
}
