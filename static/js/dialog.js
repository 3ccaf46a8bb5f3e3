/** Opens the dialog a link leads to as a modal one, and closes it by its links to “#”. */

export function start(link) {
  const dialog = document.querySelector(link.hash);
  if (!dialog?.showModal) return;
  link.addEventListener('click', (event) => {
    event.preventDefault();
    if (!dialog.open) dialog.showModal();
  });
  dialog.addEventListener('click', (event) => {
    const closes = event.target === dialog || event.target.closest('a[href="#"]');
    if (!closes || !dialog.open) return;
    event.preventDefault();
    dialog.close();
  });
}
