// Settings: what only staff use. Every page works without it.
'use strict';

// Copying: a button beside what it copies, where the browser lets pages copy.
for (const place of document.querySelectorAll('[data-copy]')) {
  const source = document.getElementById(place.dataset.copy);
  if (!source || !navigator.clipboard) continue;
  const button = document.createElement('button');
  button.type = 'button';
  button.className = 'copy';
  button.textContent = 'Copy';
  button.setAttribute('aria-label', place.dataset.label);
  const said = document.createElement('span');
  said.className = 'unseen';
  said.setAttribute('role', 'status');
  button.addEventListener('click', () => {
    navigator.clipboard.writeText(source.textContent).then(() => {
      button.textContent = 'Copied';
      said.textContent = 'Copied';
      setTimeout(() => { button.textContent = 'Copy'; said.textContent = ''; }, 2000);
    }, () => getSelection().selectAllChildren(source));
  });
  place.append(button, said);
}

// Configuration: the colour as it will look, a logo read from a file, what needs something else, and unsaved changes.
for (const field of document.querySelectorAll('[data-colour]')) {
  const swatches = document.querySelector('[data-swatches]'), told = document.querySelector('[data-colour-told]');
  const linear = (part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4);
  const luminance = (parts) => {
    const [red, green, blue] = parts.map((part) => linear(part / 255));
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  const contrast = (one, other) => {
    const [low, high] = [luminance(one), luminance(other)].sort((a, b) => a - b);
    return (high + 0.05) / (low + 0.05);
  };
  const parts = (colour) => [1, 3, 5].map((at) => parseInt(colour.slice(at, at + 2), 16));
  const hex = (some) => '#' + some.map((part) => part.toString(16).padStart(2, '0')).join('');
  const moved = (colour, towards, against) => {
    let current = parts(colour);
    for (let tries = 0; tries < 40; tries += 1) {
      if (contrast(current, parts(against)) >= 4.6) return current;
      current = current.map((part) => Math.round(part + (towards - part) * 0.06));
    }
    return towards ? [255, 255, 255] : [0, 0, 0];
  };
  const ink = (colour) => (contrast(colour, [255, 255, 255]) >= contrast(colour, [0, 0, 0]) ? '#ffffff' : '#000000');
  const picker = document.createElement('input');
  picker.type = 'color';
  picker.setAttribute('aria-label', 'Pick the colour');
  field.after(picker);
  const show = () => {
    const colour = field.value.trim().toLowerCase();
    if (!/^#[0-9a-f]{6}$/.test(colour)) return;
    picker.value = colour;
    const light = moved(colour, 0, '#ffffff'), dark = moved(colour, 255, '#1b1e23');
    swatches.style.setProperty('--brand', hex(light));
    swatches.style.setProperty('--brand-ink', ink(light));
    swatches.style.setProperty('--brand-dark', hex(dark));
    swatches.style.setProperty('--brand-dark-ink', ink(dark));
    const how = hex(light) === colour ? 'as it is' : `as ${hex(light)}, which is dark enough to read`;
    const white = ink(light) === '#ffffff';
    const ratio = contrast(light, white ? [255, 255, 255] : [0, 0, 0]).toFixed(1);
    told.textContent = `Light pages use it ${how}. ${white ? 'White' : 'Black'} text on it has a contrast of ${ratio} to 1. Dark pages use ${hex(dark)}.`;
  };
  field.addEventListener('input', show);
  picker.addEventListener('input', () => { field.value = picker.value; show(); field.form.dispatchEvent(new Event('input')); });
  show();
}
for (const place of document.querySelectorAll('[data-logo-file]')) {
  const text = document.querySelector('[data-logo]');
  place.hidden = false;
  place.querySelector('input').addEventListener('change', async (event) => {
    const file = event.target.files[0], large = Boolean(file) && file.size > Number(place.dataset.logoFile);
    document.querySelector('[data-logo-large]').hidden = !large;
    if (large) event.target.value = '';
    if (!file || large) return;
    text.value = await file.text();
    text.dispatchEvent(new Event('input', { bubbles: true }));
  });
}
for (const one of document.querySelectorAll('[data-switches]')) {
  const other = document.getElementById(one.dataset.switches);
  const follow = () => { other.disabled = !one.checked && !other.checked ? true : false; if (!one.checked) { other.checked = false; other.disabled = true; } };
  one.addEventListener('change', follow);
  if (!one.disabled || one.checked) follow();
}
for (const form of document.querySelectorAll('[data-guard]')) {
  let changed = 'changed' in form.dataset || Boolean(document.querySelector('[data-faults]')), sent = false;
  const said = form.querySelector('[data-unsaved]');
  const note = () => { if (said) said.hidden = !changed; };
  form.addEventListener('input', () => { changed = true; note(); });
  form.addEventListener('submit', ({ submitter }) => { sent = sent || !submitter?.formTarget; });
  addEventListener('pageshow', () => { sent = false; });
  addEventListener('beforeunload', (event) => { if (changed && !sent) event.preventDefault(); });
  note();
}
for (const choice of document.querySelectorAll('[data-instead]')) {
  const typed = document.getElementById(choice.dataset.instead), plain = typed.placeholder;
  const follow = () => {
    typed.disabled = choice.value !== '';
    typed.placeholder = choice.selectedOptions[0].dataset.says || plain;
  };
  choice.addEventListener('change', follow);
  if (!typed.value || !choice.value) follow();
}
for (const type of document.querySelectorAll('[data-type]')) {
  const choices = document.querySelector('[data-choices]');
  const follow = () => { choices.hidden = type.value !== 'choice'; };
  type.addEventListener('change', follow);
  follow();
}
for (const name of document.querySelectorAll('[data-name]')) {
  const key = document.querySelector('[data-key]');
  if (!key) continue;
  let own = key.value !== '';
  key.addEventListener('input', () => { own = key.value !== ''; });
  name.addEventListener('input', () => {
    if (own) return;
    const plain = name.value.normalize('NFKD').toLowerCase().replace(/[^a-z0-9]+/g, '_').replace(/^[_0-9]+|_+$/g, '');
    key.value = plain.slice(0, Number(key.dataset.key));
  });
}

// Lists that are put in order: by dragging, and by buttons without asking the server.
for (const list of document.querySelectorAll('[data-sortable]')) {
  const said = document.querySelector('[data-moved]');
  const settle = () => {
    const rows = [...list.children];
    rows.forEach((row, place) => {
      row.querySelector('[data-move="-1"]').disabled = place === 0;
      row.querySelector('[data-move="1"]').disabled = place === rows.length - 1;
    });
  };
  const told = (row) => {
    const place = [...list.children].indexOf(row) + 1;
    said.textContent = `${row.querySelector('strong').textContent}: place ${place} of ${list.children.length}`;
    list.closest('form').dispatchEvent(new Event('input'));
    settle();
  };
  list.addEventListener('click', (event) => {
    const button = event.target.closest('[data-move]');
    if (!button) return;
    event.preventDefault();
    const row = button.closest('li');
    if (button.dataset.move === '-1' && row.previousElementSibling) row.previousElementSibling.before(row);
    if (button.dataset.move === '1' && row.nextElementSibling) row.nextElementSibling.after(row);
    told(row);
    (button.disabled ? row.querySelector('[data-move]:not(:disabled)') : button)?.focus();
  });
  for (const grip of list.querySelectorAll('[data-grip]')) {
    const row = grip.closest('li');
    grip.hidden = false;
    grip.addEventListener('pointerdown', (event) => {
      event.preventDefault();
      grip.setPointerCapture(event.pointerId);
      row.classList.add('dragged');
    });
    grip.addEventListener('pointermove', (event) => {
      if (!grip.hasPointerCapture(event.pointerId)) return;
      const before = row.previousElementSibling, after = row.nextElementSibling;
      const middle = (one) => { const box = one.getBoundingClientRect(); return box.top + box.height / 2; };
      // The others move around the row that is held: taken out of the page, it would be let go.
      if (before && event.clientY < middle(before)) row.after(before);
      else if (after && event.clientY > middle(after)) row.before(after);
    });
    grip.addEventListener('lostpointercapture', () => { row.classList.remove('dragged'); told(row); });
  }
}
