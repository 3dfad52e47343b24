// The editor of themes: the preview follows the form, colours are judged as they are typed, pictures are uploaded.
'use strict';

for (const form of document.querySelectorAll('[data-theme-form]')) {
  const one = (selector) => form.querySelector(selector);
  const frame = one('.frame'), refresh = one('[data-refresh]'), open = one('[data-open]');
  const page = one('[data-preview-page]'), state = one('[data-preview-state]'), language = one('[data-preview-language]');
  const csrf = document.querySelector('meta[name=csrf-token]').content;
  let waiting = 0, judged = 0;

  const shown = () => page.selectedOptions[0];
  const later = (run, ms) => (...given) => { clearTimeout(waiting); waiting = setTimeout(run, ms, ...given); };

  // The button that sends the form into the frame works without a script; with one it is pressed by itself.
  const show = () => {
    refresh.formAction = shown().dataset.url;
    form.requestSubmit(refresh);
    const asked = new URLSearchParams();
    if (state.value) asked.set('state', state.value);
    if (language.value) asked.set('language', language.value);
    open.href = `${shown().dataset.url}?${asked}`;
  };

  const states = () => {
    const all = shown().dataset.states.split(';').filter(Boolean).map((text) => text.split('='));
    state.replaceChildren(...all.map(([value, label]) => new Option(label, value)));
    state.hidden = all.length < 2;
  };

  const judge = async () => {
    const asked = ++judged;
    const answer = await fetch(form.dataset.judge, {
      method: 'POST', body: new URLSearchParams(new FormData(form)), headers: { 'X-CSRF-Token': csrf, Accept: 'application/json' },
    });
    if (!answer.ok || asked !== judged) return;
    const told = await answer.json();
    for (const list of form.querySelectorAll('[data-verdicts]')) {
      list.replaceChildren(...(told[list.closest('[data-key]').dataset.key] || []).map((verdict) => {
        const line = document.createElement('li');
        line.className = verdict.fine ? 'fine' : 'poor';
        line.textContent = verdict.sentence;
        if (verdict.near) {
          const use = document.createElement('button');
          Object.assign(use, { type: 'button', className: 'plain', textContent: `Use ${verdict.near}` });
          Object.assign(use.dataset, { near: verdict.near, nearKey: verdict.near_key });
          line.append(' ', use);
        }
        return line;
      }));
    }
  };

  const follow = later(() => { show(); judge().catch(() => {}); }, 500);

  form.addEventListener('input', (event) => {
    const field = event.target;
    if (field.dataset.picker) document.getElementById(field.dataset.picker).value = field.value;
    if (field.type === 'text' && field.parentElement.className === 'colour-of' && /^#[0-9a-f]{6}$/i.test(field.value)) {
      field.parentElement.querySelector('[data-picker]').value = field.value;
    }
    if (field.name.startsWith('settings.')) follow();
  });
  form.addEventListener('change', (event) => {
    if (event.target === page) { states(); show(); }
    if (event.target === state || event.target === language) show();
    if (event.target.dataset.picture) upload(event.target).catch(() => say(event.target, 'The picture could not be uploaded. Please try again.'));
  });
  form.addEventListener('click', ({ target }) => {
    if (target.dataset.near) {
      const field = document.getElementById(`theme-${target.dataset.nearKey}`);
      field.value = target.dataset.near;
      field.dispatchEvent(new Event('input', { bubbles: true }));
      field.focus();
    }
    if ('width' in target.dataset) {
      frame.classList.toggle('phone', target.dataset.width === 'phone');
      press(target);
    }
    if (target.dataset.show) {
      form.dataset.shown = target.dataset.show;
      press(target);
    }
  });
  const press = (button) => {
    for (const other of button.parentElement.children) other.setAttribute('aria-pressed', String(other === button));
  };

  const say = (field, text) => { field.closest('.field').querySelector('[data-uploaded]').textContent = text; };

  async function upload(field) {
    const [file] = field.files;
    if (!file) return;
    say(field, 'Uploading …');
    const ends = file.name.toLowerCase().replace(/\.jpeg$/, '.jpg').match(/\.(png|jpg|gif|webp|svg)$/);
    if (!ends) { say(field, 'Choose a PNG, JPG, GIF, WebP or SVG.'); return; }
    const title = file.name.toLowerCase().replace(/\.[a-z0-9]+$/, '').replace(/[^a-z0-9]+/g, '-').replace(/^-+|-+$/g, '').slice(0, 50) || 'picture';
    const bytes = new Uint8Array(await file.arrayBuffer());
    let text = '';
    for (let at = 0; at < bytes.length; at += 0x8000) text += String.fromCharCode(...bytes.subarray(at, at + 0x8000));
    const seen = one('[name=seen]');
    const answer = await fetch(form.dataset.pictures, {
      method: 'POST',
      headers: { 'X-CSRF-Token': csrf, 'Content-Type': 'application/json', Accept: 'application/json' },
      body: JSON.stringify({ name: `assets/${title}${ends[0]}`, data: btoa(text), seen: Number(seen.value) }),
    });
    const told = await answer.json();
    if (!answer.ok) { say(field, told.error.message); return; }
    seen.value = told.seen;
    const choice = document.getElementById(field.dataset.picture);
    if (![...choice.options].some((option) => option.value === told.name)) choice.add(new Option(told.name, told.name));
    choice.value = told.name;
    say(field, 'Uploaded. It is kept with your draft.');
    show();
  }

  for (const hidden of form.querySelectorAll('[data-view], [data-widths], [data-picker], [data-upload]')) hidden.hidden = false;
  form.dataset.shown = 'fields';
  refresh.hidden = true;
  states();
  judge().catch(() => {}); // which tells others, too, that somebody has this theme open
  setInterval(() => { if (!document.hidden) judge().catch(() => {}); }, 60_000);
}

// A file: line numbers beside the plain text area, links of problems to their lines, and saving by keyboard.
for (const box of document.querySelectorAll('[data-code]')) {
  const area = box.querySelector('textarea'), lines = box.querySelector('[data-lines]');
  const wrong = new Set([...document.querySelectorAll('[data-line]')].map((link) => Number(link.dataset.line)));
  const number = () => {
    const count = area.value.split('\n').length;
    if (lines.children.length === count) return;
    lines.replaceChildren(...Array.from({ length: count }, (_, at) => {
      const line = document.createElement('li');
      line.textContent = at + 1;
      if (wrong.has(at + 1)) line.className = 'stops';
      return line;
    }));
  };
  const goTo = (line, column) => {
    const start = area.value.split('\n').slice(0, line - 1).reduce((sum, text) => sum + text.length + 1, 0);
    area.focus();
    area.setSelectionRange(start + Math.max(column - 1, 0), start + Math.max(column - 1, 0));
    area.scrollTop = Math.max(0, (line - 6) * parseFloat(getComputedStyle(area).lineHeight));
  };
  area.addEventListener('input', number);
  area.addEventListener('scroll', () => { lines.scrollTop = area.scrollTop; });
  document.addEventListener('click', (event) => {
    const link = event.target.closest('[data-line]');
    if (!link || area.hidden) return;
    event.preventDefault();
    goTo(Number(link.dataset.line), Number(link.dataset.column));
  });
  area.form.addEventListener('keydown', (event) => {
    if (event.key !== 's' || !(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey) return;
    event.preventDefault();
    area.form.requestSubmit(area.form.querySelector('.main'));
  });
  number();
  const asked = Number(new URLSearchParams(location.search).get('line'));
  if (asked) goTo(asked, 1);
}
for (const state of document.querySelectorAll('[data-state]')) {
  const form = state.form, typed = form.querySelector('[data-typed]'), open = form.querySelector('[data-open]');
  state.addEventListener('change', () => {
    open.href = `${state.dataset.state}?${new URLSearchParams({ state: state.value })}`;
    if (typed) form.requestSubmit(typed); else frames.preview.location = open.href;
  });
}
