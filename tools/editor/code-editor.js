// The editor of code for the page of a theme's files: CodeMirror in place of the text area, which stays the form's field.
// It lives in a shadow root, where CodeMirror adopts its styles; in the page they would be inline, which the policy refuses.
import { css } from '@codemirror/lang-css';
import { html } from '@codemirror/lang-html';
import { json } from '@codemirror/lang-json';
import { HighlightStyle, syntaxHighlighting } from '@codemirror/language';
import { lintGutter, setDiagnostics } from '@codemirror/lint';
import { EditorState } from '@codemirror/state';
import { tags } from '@lezer/highlight';
import { EditorView, basicSetup } from 'codemirror';

const colours = HighlightStyle.define([
  { tag: [tags.tagName, tags.keyword, tags.definitionKeyword], color: 'var(--code-tag)' },
  { tag: [tags.attributeName, tags.propertyName], color: 'var(--code-name)' },
  { tag: [tags.string, tags.attributeValue, tags.color], color: 'var(--code-text)' },
  { tag: [tags.number, tags.unit, tags.bool], color: 'var(--code-number)' },
  { tag: tags.comment, color: 'var(--soft)', fontStyle: 'italic' },
]);
const look = EditorView.theme({
  '&': { color: 'var(--ink)', backgroundColor: 'var(--card)', height: '100%', fontSize: '.8125rem' },
  '.cm-scroller': { fontFamily: 'ui-monospace, "SF Mono", Menlo, Consolas, monospace', lineHeight: '1.5' },
  '.cm-content': { caretColor: 'var(--ink)' },
  '.cm-cursor': { borderLeftColor: 'var(--ink)' },
  '.cm-gutters': { backgroundColor: 'var(--bg)', color: 'var(--soft)', borderRight: '1px solid var(--line)' },
  '.cm-activeLine, .cm-activeLineGutter': { backgroundColor: 'var(--hover)' },
  '&.cm-focused': { outline: '2px solid var(--ink)', outlineOffset: '-2px' },
  '&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground': {
    backgroundColor: 'color-mix(in oklab, var(--fill) 30%, var(--card))',
  },
  '.cm-panels, .cm-tooltip': { backgroundColor: 'var(--card)', color: 'var(--ink)', borderColor: 'var(--line)' },
  '.cm-textfield, .cm-button': { backgroundColor: 'var(--bg)', backgroundImage: 'none', color: 'var(--ink)', borderColor: 'var(--edge)', fontSize: '.8125rem' },
});

for (const box of document.querySelectorAll('[data-code]')) {
  const area = box.querySelector('textarea'), form = area.form;
  const name = form.querySelector('[name=file]').value;
  const language = name.endsWith('.css') ? css() : name.endsWith('.json') ? json() : html();
  const host = document.createElement('div');
  host.className = 'code-host';
  const root = host.attachShadow({ mode: 'open' });
  box.append(host);
  const view = new EditorView({
    root,
    parent: root,
    state: EditorState.create({
      doc: area.value,
      extensions: [
        basicSetup, language, syntaxHighlighting(colours), look, lintGutter(),
        EditorView.contentAttributes.of({ 'aria-label': name, 'aria-multiline': 'true', spellcheck: 'false' }),
        EditorView.updateListener.of((update) => {
          if (!update.docChanged) return;
          area.value = update.state.doc.toString();
          area.dispatchEvent(new Event('input', { bubbles: true }));
        }),
      ],
    }),
  });
  area.hidden = true;
  box.querySelector('[data-lines]').hidden = true;

  const at = (line) => view.state.doc.line(Math.min(Math.max(line, 1), view.state.doc.lines));
  const found = [...document.querySelectorAll('.problems [data-line]')].map((link) => {
    const line = at(Number(link.dataset.line)), problem = link.closest('li');
    return {
      from: line.from, to: line.to, message: problem.querySelector('p').textContent,
      severity: problem.classList.contains('stops') ? 'error' : 'warning',
    };
  });
  view.dispatch(setDiagnostics(view.state, found.sort((one, other) => one.from - other.from)));
  const show = (number) => {
    view.dispatch({ selection: { anchor: at(number).from }, effects: EditorView.scrollIntoView(at(number).from, { y: 'center' }) });
    view.focus();
  };
  document.addEventListener('click', (event) => {
    const link = event.target.closest('[data-line]');
    if (!link) return;
    event.preventDefault();
    show(Number(link.dataset.line));
  });
  const asked = Number(new URLSearchParams(location.search).get('line'));
  if (asked) show(asked);
}
