// The list of themes, its history and upgrades. Every page works without it.
'use strict';

// What a label tells on hover and focus: Escape shuts it until it is pointed at again.
const tipped = document.querySelectorAll('.tipped');
for (const one of tipped) {
  for (const kind of ['focusout', 'pointerleave']) one.addEventListener(kind, () => one.classList.remove('shut'));
}
document.addEventListener('keydown', ({ key }) => {
  if (key !== 'Escape') return;
  for (const one of tipped) if (one.matches(':hover, :focus-within')) one.classList.add('shut');
});

// What is written by hand is shown where that was chosen; writing there chooses it.
for (const place of document.querySelectorAll('[data-by-hand]')) {
  const choice = document.getElementById(place.dataset.byHand);
  const show = () => { place.hidden = !choice.checked; };
  for (const one of document.getElementsByName(choice.name)) one.addEventListener('change', show);
  show();
}

// A zip that is too large is told before it is uploaded.
for (const form of document.querySelectorAll('[data-zip]')) {
  const field = form.querySelector('input[type=file]'), told = form.querySelector('[data-zip-fault]');
  const most = Number(form.dataset.zip);
  form.addEventListener('submit', (event) => {
    const [file] = field.files;
    if (file && file.size > most) {
      event.preventDefault();
      told.textContent = `${file.name} is larger than ${most / 1048576} MB. Use smaller pictures.`;
      field.focus();
    }
  });
  field.addEventListener('change', () => { told.textContent = ''; });
}
