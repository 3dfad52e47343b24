// Writing articles: preview while typing, buttons and keys for Markdown, pictures; dragging categories. All of it is
// comfort: the pages work without.
'use strict';

for (const form of document.querySelectorAll('[data-editor]')) {
  const text = form.elements.body, shown = form.querySelector('[data-shown]');
  const said = form.querySelector('[data-said]'), trouble = form.querySelector('[data-trouble]');
  const token = form.elements.csrf.value;
  const headers = { Accept: 'application/json', 'X-CSRF-Token': token };
  const wrong = (sentence) => { trouble.textContent = sentence; trouble.hidden = !sentence; };
  form.querySelector('[data-no-script]').hidden = true;

  // Preview: half a second after the last key; an answer that comes late is dropped.
  let asked = 0, timer = 0;
  const look = async () => {
    const mine = asked += 1;
    const sent = new URLSearchParams({ csrf: token, body: text.value });
    try {
      const answer = await fetch(form.dataset.preview, { method: 'POST', headers, body: sent });
      const said = await answer.json();
      if (mine !== asked) return;
      if (!answer.ok) { wrong(said.error.message); return; }
      wrong('');
      shown.innerHTML = said.html; // made safe by the server, as for readers
    } catch { if (mine === asked) wrong('The preview could not be made just now.'); }
  };
  const soon = () => { clearTimeout(timer); timer = setTimeout(look, 500); };
  text.addEventListener('input', soon);

  // What buttons and keys put around or in front of the selection. The browser's own undo keeps working.
  const put = (from, to, words, selectFrom, selectTo) => {
    text.focus();
    text.setSelectionRange(from, to);
    if (!document.execCommand('insertText', false, words)) text.setRangeText(words, from, to, 'end');
    text.setSelectionRange(selectFrom, selectTo);
    text.dispatchEvent(new Event('input', { bubbles: true }));
  };
  const around = (mark, empty) => {
    const { selectionStart: from, selectionEnd: to, value } = text;
    const words = value.slice(from, to) || empty;
    put(from, to, mark + words + mark, from + mark.length, from + mark.length + words.length);
  };
  const inFront = (mark) => {
    const from = text.value.lastIndexOf('\n', text.selectionStart - 1) + 1, to = text.selectionEnd;
    const lines = text.value.slice(from, to).split('\n').map((line, at) => (typeof mark === 'string' ? mark : mark(at)) + line).join('\n');
    put(from, to, lines, from + lines.length, from + lines.length);
  };
  const block = (words) => {
    const line = text.value.indexOf('\n', text.selectionEnd); // behind the line, never into its marks
    const at = line === -1 ? text.value.length : line, before = text.value.slice(0, at);
    const gap = !before || before.endsWith('\n\n') ? '' : before.endsWith('\n') ? '\n' : '\n\n';
    put(at, at, gap + words + '\n', at + gap.length + words.length, at + gap.length + words.length);
  };
  const marks = {
    heading: () => inFront('## '),
    bold: () => around('**', 'bold'),
    italic: () => around('*', 'italic'),
    list: () => inFront('- '),
    steps: () => inFront((at) => `${at + 1}. `),
    quote: () => inFront('> '),
    code: () => (text.value.slice(text.selectionStart, text.selectionEnd).includes('\n')
      ? around('\n```\n', 'code') : around('`', 'code')),
    table: () => block('| One | Two |\n| --- | --- |\n| … | … |'),
    link: () => {
      const { selectionStart: from, selectionEnd: to, value } = text, words = value.slice(from, to) || 'words';
      const start = from + words.length + 3;
      put(from, to, `[${words}](https://)`, start, start + 8);
    },
    image: () => form.querySelector('[data-image-file]').click(),
  };
  const bar = form.querySelector('[data-toolbar]');
  bar.hidden = false;
  bar.addEventListener('click', (event) => {
    const button = event.target.closest('[data-mark]');
    if (button) marks[button.dataset.mark]();
  });
  const keys = { b: 'bold', i: 'italic', k: 'link' };
  text.addEventListener('keydown', (event) => {
    if (!(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey) return;
    if (keys[event.key]) { event.preventDefault(); marks[keys[event.key]](); }
    if (event.key === 's') { event.preventDefault(); form.querySelector('[value=save]').click(); }
  });

  // Pictures: announced, sent to the bucket, checked by the server, then put where the caret is.
  const json = async (content) => {
    const answer = await fetch(form.dataset.images, {
      method: 'POST', headers: { ...headers, 'Content-Type': 'application/json' }, body: JSON.stringify(content),
    });
    const said = await answer.json();
    if (!answer.ok) throw new Error(said.error.message);
    return said;
  };
  const send = async (file) => {
    said.textContent = `Uploading ${file.name}`;
    wrong('');
    try {
      const begun = await json({ name: file.name, type: file.type, size: file.size });
      const sent = new FormData();
      for (const [name, value] of Object.entries(begun.fields)) sent.append(name, value);
      sent.append('file', file);
      const stored = await fetch(begun.url, { method: 'POST', body: sent });
      if (!stored.ok) throw new Error(`${file.name} was not uploaded completely. Try it again.`);
      block((await json({ upload: begun.id })).markdown);
      said.textContent = `${file.name} is in the text`;
    } catch (error) { wrong(error.message); said.textContent = error.message; }
  };
  const sendAll = async (files) => { for (const file of files) await send(file); };
  form.querySelector('[data-image-file]').addEventListener('change', (event) => {
    sendAll([...event.target.files]).then(() => { event.target.value = ''; });
  });
  text.addEventListener('paste', (event) => {
    const files = [...event.clipboardData.files];
    if (files.length) { event.preventDefault(); sendAll(files); }
  });
  text.addEventListener('dragover', (event) => {
    if ([...event.dataTransfer.types].includes('Files')) { event.preventDefault(); text.classList.add('dropping-image'); }
  });
  text.addEventListener('dragleave', () => text.classList.remove('dropping-image'));
  text.addEventListener('drop', (event) => {
    text.classList.remove('dropping-image');
    if (event.dataTransfer.files.length) { event.preventDefault(); sendAll([...event.dataTransfer.files]); }
  });
}

// Categories: drag one to the place of another beside it; the form of its buttons says so to the server.
for (const tree of document.querySelectorAll('[data-tree]')) {
  let dragged = null, target = null;
  const beside = (row) => row && row !== dragged && row.dataset.parent === dragged.dataset.parent;
  for (const grip of tree.querySelectorAll('[data-drag]')) {
    grip.hidden = false;
    grip.addEventListener('pointerdown', (event) => {
      event.preventDefault();
      dragged = grip.closest('li');
      dragged.classList.add('dragged');
      grip.setPointerCapture(event.pointerId);
    });
    grip.addEventListener('pointermove', (event) => {
      if (!dragged) return;
      const row = document.elementFromPoint(event.clientX, event.clientY)?.closest('[data-tree] > li');
      target?.classList.remove('over');
      target = beside(row) ? row : null;
      target?.classList.add('over');
    });
    grip.addEventListener('lostpointercapture', () => {
      const form = dragged?.querySelector('form');
      dragged?.classList.remove('dragged');
      target?.classList.remove('over');
      if (form && target) {
        const place = document.createElement('input');
        place.type = 'hidden';
        place.name = 'place';
        place.value = target.dataset.place;
        form.append(place);
        form.submit();
      }
      dragged = target = null;
    });
  }
}
