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
