// The editor of code for the page of a theme's files: CodeMirror in place of the text area, which stays the form's field.
// It lives in a shadow root, where CodeMirror adopts its styles; in the page they would be inline, which the policy refuses.
import { css } from '@codemirror/lang-css';
import { html } from '@codemirror/lang-html';
import { json } from '@codemirror/lang-json';
import { HighlightStyle, syntaxHighlighting } from '@codemirror/language';
import { lintGutter, setDiagnostics } from '@codemirror/lint';
import { EditorState } from '@codemirror/state';
import { tags } from '@lezer/highlight';
import { Decoration, MatchDecorator, ViewPlugin } from '@codemirror/view';
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
  '.cm-panel.cm-search': { fontSize: '.8125rem', padding: '8px 34px 8px 8px' },
  '.cm-panel.cm-search [name=close]': { minInlineSize: '28px', minBlockSize: '28px', fontSize: '1.125rem', cursor: 'pointer' },
  '.cm-panel.cm-search label': { display: 'inline-flex', alignItems: 'center', minBlockSize: '24px' },
  '.cm-panel.cm-search input[type=checkbox]': { inlineSize: '18px', blockSize: '18px' },
  '.cm-panels, .cm-tooltip': { backgroundColor: 'var(--card)', color: 'var(--ink)', borderColor: 'var(--line)' },
  '.cm-textfield, .cm-button': { backgroundColor: 'var(--bg)', backgroundImage: 'none', color: 'var(--ink)', borderColor: 'var(--edge)', fontSize: '.8125rem' },
});

// What the language of themes adds to HTML: tags, values and comments in braces.
const braces = new MatchDecorator({
  regexp: /\{(?:%[^%]*%|\{[^}]*\}|#[^#]*#)\}/g,
  decoration: ([text]) => Decoration.mark({ class: text[1] === '#' ? 'cm-theme-note' : 'cm-theme-tag' }),
});
const themeTags = ViewPlugin.fromClass(class {
  constructor(view) { this.decorations = braces.createDeco(view); }
  update(update) { this.decorations = braces.updateDeco(update, this.decorations); }
}, { decorations: (plugin) => plugin.decorations });
// Marks of problems without CodeMirror's pictures, which are data: addresses that the policy refuses.
const plainMarks = EditorView.theme({
  '.cm-lintRange': { backgroundImage: 'none', paddingBottom: '0' },
  '.cm-lintRange-error': { textDecoration: 'underline wavy var(--bad)', textUnderlineOffset: '3px' },
  '.cm-lintRange-warning': { textDecoration: 'underline wavy var(--wait)', textUnderlineOffset: '3px' },
  '.cm-lint-marker': { inlineSize: '.6em', blockSize: '.6em', margin: '.45em .2em', borderRadius: '50%' },
  '.cm-lint-marker-error': { content: '""', backgroundColor: 'var(--bad)' },
  '.cm-lint-marker-warning': { content: '""', backgroundColor: 'var(--wait)', borderRadius: '1px' },
  '.cm-diagnostic-error': { borderInlineStartColor: 'var(--bad)' },
  '.cm-diagnostic-warning': { borderInlineStartColor: 'var(--wait)' },
  '.cm-theme-tag, .cm-theme-tag *': { color: 'var(--code-theme)' },
  '.cm-theme-note, .cm-theme-note *': { color: 'var(--soft)', fontStyle: 'italic' },
});

// What is typed over a selection is put in here: Chromium's own editing would join the lines and keep their looks as inline
// styles, which the policy refuses and reports.
const typedOver = EditorView.domEventHandlers({
  beforeinput(event, view) {
    const { from, to, empty } = view.state.selection.main;
    if (event.inputType !== 'insertText' || !event.data || empty || view.composing) return false;
    event.preventDefault();
    const insert = () => view.state.update(view.state.replaceSelection(event.data), { userEvent: 'input.type', scrollIntoView: true });
    if (!view.state.facet(EditorView.inputHandler).some((taken) => taken(view, from, to, event.data, insert))) view.dispatch(insert());
    return true;
  },
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
        basicSetup, language, syntaxHighlighting(colours), look, plainMarks, typedOver, lintGutter(), ...(name.endsWith('.html') ? [themeTags] : []),
        EditorView.contentAttributes.of({ 'aria-label': name, tabindex: '0', spellcheck: 'false' }),
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
  const place = (line, column) => Math.min(at(line).from + Math.max(column - 1, 0), at(line).to);
  const found = [...document.querySelectorAll('.problems [data-line]')].map((link) => {
    const line = Number(link.dataset.line), column = Number(link.dataset.column), problem = link.closest('li');
    const from = column ? place(line, column) : at(line).from, word = problem.querySelector('mark')?.textContent.length;
    return {
      from, to: column && word ? Math.min(from + word, at(line).to) : at(line).to,
      message: problem.querySelector('[data-said]').textContent,
      severity: problem.classList.contains('stops') ? 'error' : 'warning',
    };
  });
  view.dispatch(setDiagnostics(view.state, found.sort((one, other) => one.from - other.from)));
  const show = (line, column) => {
    const anchor = place(line, column);
    view.dispatch({ selection: { anchor }, effects: EditorView.scrollIntoView(anchor, { y: 'center' }) });
    view.focus();
  };
  document.addEventListener('click', (event) => {
    const link = event.target.closest('[data-line]');
    if (!link) return;
    event.preventDefault();
    show(Number(link.dataset.line), Number(link.dataset.column));
  });
  const asked = Number(new URLSearchParams(location.search).get('line'));
  if (asked) show(asked, 1);
  for (const label of area.labels) label.addEventListener('click', () => view.focus());
}
