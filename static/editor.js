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

  const dead = form.querySelector('[data-dead-links]');
  const tell = (links) => {
    dead.hidden = !links.length;
    dead.querySelector('ul').replaceChildren(...links.map((link) => {
      const [line, words, address, why] = ['li', 'bdi', 'code', 'span'].map((tag) => document.createElement(tag));
      [words.textContent, address.textContent, why.textContent] = [link.words, link.address, link.why];
      address.dir = 'ltr';
      line.append(words, ' ', address, ' ', why);
      return line;
    }));
  };

  // Preview: half a second after the last key; an answer that comes late is dropped.
  let asked = 0, timer = 0;
  const look = async () => {
    const mine = asked += 1;
    const sent = new URLSearchParams({ csrf: token, body: text.value, article: form.dataset.article, lang: form.elements.lang.value });
    try {
      const answer = await fetch(form.dataset.preview, { method: 'POST', headers, body: sent });
      const said = await answer.json();
      if (mine !== asked) return;
      if (!answer.ok) { wrong(said.error.message); return; }
      wrong('');
      shown.innerHTML = said.html; // made safe by the server, as for readers
      tell(said.dead_links);
    } catch { if (mine === asked) wrong('The preview could not be made just now.'); }
  };
  const soon = () => { clearTimeout(timer); timer = setTimeout(look, 500); };
  text.addEventListener('input', soon);
  const side = form.querySelector('.shown-side'); // long texts: what is written and how it looks stay beside each other
  text.addEventListener('scroll', () => {
    const room = text.scrollHeight - text.clientHeight;
    if (room > 0) side.scrollTop = (side.scrollHeight - side.clientHeight) * text.scrollTop / room;
  });

  // What is typed stays in this browser for a day, until it is saved: a session that ends or a closed window loses none
  // of it. It is put back on demand, with the version it began from, so that nobody else's text is replaced unseen.
  const place = `foyer-typed ${form.getAttribute('action')} ${form.elements.lang.value}`;
  const parts = ['title', 'summary', 'body'];
  const plain = (words) => words.replace(/\s+/g, ' ').trim();
  const kept = () => {
    try {
      const found = JSON.parse(localStorage.getItem(place));
      if (found && Date.now() - found.at < 864e5) return found;
      localStorage.removeItem(place);
    } catch { /* no storage, no memory */ }
    return null;
  };
  const keep = () => {
    const typed = { at: Date.now(), version: form.elements.version.value };
    for (const part of parts) typed[part] = form.elements[part].value;
    try { localStorage.setItem(place, JSON.stringify(typed)); } catch { /* full: only the warning on leaving is left */ }
  };
  const forget = () => { try { localStorage.removeItem(place); } catch { /* as above */ } };
  const left = kept(), offer = form.querySelector('[data-kept]');
  if (left && parts.every((part) => plain(left[part]) === plain(form.elements[part].value))) forget();
  else if (left && !('changed' in form.dataset)) {
    offer.hidden = false;
    offer.querySelector('[data-put-back]').addEventListener('click', () => {
      for (const part of parts) form.elements[part].value = left[part];
      form.elements.version.value = left.version;
      offer.hidden = true;
      text.focus();
      text.dispatchEvent(new Event('input', { bubbles: true }));
    });
    offer.querySelector('[data-forget]').addEventListener('click', () => { forget(); offer.hidden = true; text.focus(); });
  }
  let later = 0;
  form.addEventListener('input', () => { clearTimeout(later); later = setTimeout(keep, 400); });
  form.addEventListener('submit', () => { if (later) { clearTimeout(later); keep(); } });

  // Saving a draft comes back to where the caret was.
  const caret = `foyer-caret ${place}`;
  form.addEventListener('submit', (event) => {
    if (event.submitter?.value !== 'save' || document.activeElement !== text) return;
    const { selectionStart, selectionEnd, scrollTop } = text;
    try { sessionStorage.setItem(caret, JSON.stringify([selectionStart, selectionEnd, scrollTop, scrollY])); } catch { /* as above */ }
  });
  try {
    const [from, to, top, page] = JSON.parse(sessionStorage.getItem(caret)) ?? [];
    sessionStorage.removeItem(caret);
    if (from !== undefined) {
      text.focus({ preventScroll: true });
      text.setSelectionRange(from, to);
      text.scrollTop = top;
      scrollTo(0, page);
    }
  } catch { /* as above */ }

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
  const block = (words, selectFrom = words.length, selectTo = words.length) => {
    const line = text.value.indexOf('\n', text.selectionEnd); // behind the line, never into its marks
    const at = line === -1 ? text.value.length : line, before = text.value.slice(0, at);
    const gap = !before || before.endsWith('\n\n') ? '' : before.endsWith('\n') ? '\n' : '\n\n';
    put(at, at, gap + words + '\n', at + gap.length + selectFrom, at + gap.length + selectTo);
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
  });
  form.addEventListener('keydown', (event) => {
    if (!(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey || event.key !== 's') return;
    event.preventDefault();
    form.requestSubmit(form.querySelector('[value=save]'));
  });

  // Pictures: announced, sent to the bucket, checked by the server, then put where the caret is.
  class Refused extends Error {}
  let sending = 0;
  const json = async (content) => {
    const answer = await fetch(form.dataset.images, {
      method: 'POST', headers: { ...headers, 'Content-Type': 'application/json' }, body: JSON.stringify(content),
    });
    const said = await answer.json();
    if (!answer.ok) throw new Refused(said.error.message);
    return said;
  };
  const send = async (file) => {
    said.textContent = `Uploading ${file.name} …`;
    wrong('');
    sending += 1;
    try {
      const begun = await json({ name: file.name, type: file.type, size: file.size });
      const sent = new FormData();
      for (const [name, value] of Object.entries(begun.fields)) sent.append(name, value);
      sent.append('file', file);
      const stored = await fetch(begun.url, { method: 'POST', body: sent });
      if (!stored.ok) throw new Refused(`${file.name} was not uploaded completely. Try it again.`);
      const { markdown } = await json({ upload: begun.id });
      block(markdown, 2, markdown.lastIndexOf('](')); // its words are selected: typing describes the picture
      said.textContent = `${file.name} is in the text. Describe it for those who do not see it: its words are selected.`;
    } catch (error) {
      said.textContent = '';
      wrong(error instanceof Refused ? error.message : `${file.name} could not be uploaded just now. Try it again.`);
    } finally { sending -= 1; }
  };
  form.addEventListener('submit', (event) => {
    if (!sending) return;
    event.preventDefault();
    event.stopImmediatePropagation(); // the page is not being left, whatever else listens
    wrong('A picture is still being uploaded. Try again once it is in the text.');
  }, true);
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
