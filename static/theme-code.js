// A file of a theme: line numbers and problems follow what is typed, and code is coloured where the script for it was built.
'use strict';

for (const form of document.querySelectorAll('[data-go]')) {
  form.querySelector('[data-go-button]').hidden = true;
  form.addEventListener('change', () => form.requestSubmit());
}

for (const place of document.querySelectorAll('[data-code]')) {
  const form = place.closest('form'), text = place.querySelector('textarea'), gutter = place.querySelector('[data-gutter]');
  const list = form.querySelector('[data-problems]'), told = form.querySelector('[data-told]');
  const editor = globalThis.codeEditor?.attach(place, text, {
    kind: place.dataset.code,
    label: document.querySelector('label[for=theme-text]').textContent,
    names: [...form.querySelectorAll('[data-offered]')].map((one) => ({ path: one.textContent, type: one.dataset.offered })),
  });
  if (editor) for (const source of list.querySelectorAll('code')) source.remove(); // each problem is under its line
  let wrong = [...gutter.querySelectorAll('.at-fault')].map((one) => Number(one.textContent));

  const count = () => {
    const lines = text.value.split('\n').length;
    text.rows = lines;
    while (gutter.children.length > lines) gutter.lastElementChild.remove();
    while (gutter.children.length < lines) {
      const number = document.createElement('span');
      number.textContent = gutter.children.length + 1;
      number.id = `line-${number.textContent}`;
      gutter.append(number);
    }
    [...gutter.children].forEach((one, at) => one.classList.toggle('at-fault', wrong.includes(at + 1)));
  };

  const goTo = (line, column) => {
    if (editor) { editor.goTo(line, column); return; }
    const lines = text.value.split('\n');
    const start = lines.slice(0, line - 1).reduce((sum, one) => sum + one.length + 1, 0);
    text.focus({ preventScroll: true });
    text.setSelectionRange(start + Math.max(0, column - 1), start + (lines[line - 1] || '').length);
    document.getElementById(`line-${line}`)?.scrollIntoView({ block: 'center' });
  };

  const shown = ({ line, column, sentence, error }) => {
    const item = document.createElement('li');
    item.className = error ? 'error' : 'warning';
    if (line) {
      const link = document.createElement('a');
      link.href = `#line-${line}`;
      Object.assign(link.dataset, { line, column });
      link.textContent = column ? `Line ${line}, column ${column}` : `Line ${line}`;
      item.append(link, ': ');
    }
    const said = document.createElement('span');
    said.dir = 'auto';
    said.textContent = sentence;
    item.append(said);
    const source = line && text.value.split('\n')[line - 1]?.trim();
    if (source && !editor) {
      const code = document.createElement('code');
      code.dir = 'ltr';
      code.textContent = source.slice(0, 160);
      item.append(' ', code);
    }
    return item;
  };

  form.addEventListener('judged', ({ detail: { problems, elsewhere } }) => {
    const errors = problems.filter((one) => one.error).length;
    list.replaceChildren(...problems.map(shown));
    wrong = problems.filter((one) => one.error).map((one) => one.line);
    text.setAttribute('aria-invalid', String(errors > 0));
    const more = elsewhere.length ? ` ${elsewhere[0].file}: ${elsewhere[0].sentence}` : '';
    told.textContent = errors ? `${errors === 1 ? '1 error' : `${errors} errors`}: this cannot be published.${more}` : more;
    editor?.show(problems);
    count();
  });
  list.addEventListener('click', (event) => {
    const link = event.target.closest('[data-line]');
    if (!link) return;
    event.preventDefault();
    goTo(Number(link.dataset.line), Number(link.dataset.column));
  });
  text.addEventListener('input', count);
  form.addEventListener('keydown', (event) => {
    if ((event.ctrlKey || event.metaKey) && event.key === 's') {
      event.preventDefault();
      form.requestSubmit(form.querySelector('button[value=save]'));
    }
  });
  const line = /^#line-(\d+)$/.exec(location.hash);
  if (line && editor) editor.goTo(Number(line[1]), 1);
}
