// CodeMirror for the files of a theme: colours, search, names that a page offers, and each problem under its line.
//
// It is put into a shadow root: there it keeps its styles in a sheet of its own, which our policy allows, and adds no
// <style> to the page. What is typed goes into the form's text area, which everything else on the page reads.

import { autocompletion } from '@codemirror/autocomplete';
import { css, cssCompletionSource } from '@codemirror/lang-css';
import { jinja } from '@codemirror/lang-jinja';
import { json } from '@codemirror/lang-json';
import { HighlightStyle, indentUnit, syntaxHighlighting } from '@codemirror/language';
import { search } from '@codemirror/search';
import { EditorState, RangeSetBuilder, StateEffect, StateField } from '@codemirror/state';
import { Decoration, EditorView, GutterMarker, WidgetType, gutterLineClass } from '@codemirror/view';
import { tags } from '@lezer/highlight';
import { basicSetup } from 'codemirror';

const LANGUAGES = { html: jinja, css, json };

const colours = HighlightStyle.define([
  { tag: [tags.tagName, tags.angleBracket, tags.keyword, tags.operatorKeyword, tags.definitionKeyword, tags.atom], color: 'var(--code-word)' },
  { tag: [tags.attributeName, tags.propertyName, tags.variableName, tags.className], color: 'var(--code-name)' },
  { tag: [tags.string, tags.attributeValue, tags.number, tags.color, tags.unit, tags.bool], color: 'var(--code-value)' },
  { tag: [tags.comment, tags.meta], color: 'var(--soft)' },
  { tag: [tags.heading, tags.definition(tags.propertyName)], fontWeight: '600' },
]);

const look = EditorView.theme({
  '&': { color: 'var(--ink)', backgroundColor: 'var(--card)', fontSize: '.8125rem', maxHeight: '74vh', borderRadius: '8px' },
  '&.cm-focused': { outline: '2px solid var(--ink)', outlineOffset: '1px' },
  '.cm-scroller': { fontFamily: 'ui-monospace, "SF Mono", Menlo, Consolas, "Noto Sans Mono", monospace', lineHeight: '1.55', minHeight: '20em' },
  '.cm-gutters': { backgroundColor: 'var(--bg)', color: 'var(--soft)', borderInlineEnd: '1px solid var(--line)' },
  '.cm-activeLine': { backgroundColor: 'color-mix(in srgb, var(--hover) 60%, transparent)' },
  '.cm-activeLineGutter': { backgroundColor: 'var(--hover)', color: 'var(--ink)' },
  '.cm-cursor': { borderLeftColor: 'var(--ink)' },
  '.cm-content': { caretColor: 'var(--ink)' },
  '&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground': {
    backgroundColor: 'color-mix(in oklab, var(--fill) 28%, var(--card))',
  },
  '.cm-foldPlaceholder': { backgroundColor: 'var(--hover)', borderColor: 'var(--line)', color: 'var(--soft)' },
  '.cm-searchMatch': { backgroundColor: 'var(--note)', outline: '1px solid var(--note-line)' },
  '.cm-searchMatch-selected': { backgroundColor: 'var(--note-line)' },
  '.cm-panels': { backgroundColor: 'var(--bg)', color: 'var(--ink)' },
  '.cm-panels.cm-panels-top': { borderBottom: '1px solid var(--line)' },
  '.cm-panel.cm-search': { padding: '8px 28px 8px 10px' },
  '.cm-panel.cm-search input[type=checkbox]': { width: '20px', height: '20px', verticalAlign: 'middle' },
  '.cm-panel.cm-search label': { fontSize: '.8125rem', display: 'inline-block', minHeight: '24px' },
  '.cm-panel.cm-search [name=close]': { color: 'var(--ink)', width: '24px', height: '24px' },
  '.cm-textfield': { backgroundColor: 'var(--card)', color: 'var(--ink)', border: '1px solid var(--edge)', borderRadius: '6px', minHeight: '28px', fontSize: '.8125rem' },
  '.cm-button': { backgroundImage: 'none', backgroundColor: 'var(--card)', color: 'var(--ink)', border: '1px solid var(--edge)', borderRadius: '6px', minHeight: '28px', fontSize: '.8125rem' },
  '.cm-tooltip': { backgroundColor: 'var(--card)', color: 'var(--ink)', border: '1px solid var(--line)', borderRadius: '8px' },
  '.cm-tooltip-autocomplete ul li[aria-selected]': { backgroundColor: 'var(--fill)', color: 'var(--fill-ink)' },
  '.cm-completionDetail': { color: 'inherit', opacity: '.85' },
  '.problem-line': { backgroundColor: 'var(--bad-bg)' },
  '.problem-line.only-warned': { backgroundColor: 'var(--wait-bg)' },
  '.problem': { backgroundColor: 'var(--bad-bg)', color: 'var(--bad)', fontWeight: '600', fontFamily: 'var(--font)', padding: '2px 8px 5px', whiteSpace: 'normal' },
  '.problem.only-warned': { backgroundColor: 'var(--wait-bg)', color: 'var(--wait)' },
  '.cm-gutterElement.at-fault': { color: 'var(--bad)', fontWeight: '700', backgroundColor: 'var(--bad-bg)' },
});

// Problems

const setProblems = StateEffect.define();

class Sentence extends WidgetType {
  constructor(problem) {
    super();
    this.problem = problem;
  }

  eq(other) {
    return other.problem.sentence === this.problem.sentence && other.problem.error === this.problem.error;
  }

  toDOM() {
    const line = document.createElement('div');
    line.className = this.problem.error ? 'problem' : 'problem only-warned';
    line.dir = 'auto';
    line.textContent = this.problem.sentence;
    return line;
  }
}

const atFault = new (class extends GutterMarker {
  elementClass = 'at-fault';
})();

const decorated = (state, problems) => {
  const builder = new RangeSetBuilder(), gutter = new RangeSetBuilder();
  const placed = problems.filter((one) => one.line > 0 && one.line <= state.doc.lines).sort((one, other) => one.line - other.line);
  for (const line of new Set(placed.map((one) => one.line))) {
    const here = placed.filter((one) => one.line === line), { from, to } = state.doc.line(line), bad = here.some((one) => one.error);
    builder.add(from, from, Decoration.line({ class: bad ? 'problem-line' : 'problem-line only-warned' }));
    for (const one of here) builder.add(to, to, Decoration.widget({ widget: new Sentence(one), block: true, side: 1 }));
    if (bad) gutter.add(from, from, atFault);
  }
  return { lines: builder.finish(), gutter: gutter.finish() };
};

const problems = StateField.define({
  create: () => ({ lines: Decoration.none, gutter: new RangeSetBuilder().finish() }),
  update(shown, transaction) {
    for (const effect of transaction.effects) if (effect.is(setProblems)) return decorated(transaction.state, effect.value);
    return transaction.docChanged ? { lines: shown.lines.map(transaction.changes), gutter: shown.gutter.map(transaction.changes) } : shown;
  },
  provide: (field) => [
    EditorView.decorations.from(field, (shown) => shown.lines),
    gutterLineClass.from(field, (shown) => shown.gutter),
  ],
});

// Names

const meant = (path, before, depth = 0) => {
  const [first, ...rest] = path.split('.');
  const found = [...before.matchAll(/\{%-?\s*(?:for\s+(\w+)\s+in|(?:set|with)\s+(\w+)\s*=)\s*([a-z_][\w.]*)/g)]
    .filter((one) => first === (one[1] || one[2])).pop();
  if (!found || depth > 8) return path;
  return [meant(found[3], before, depth + 1) + (found[1] ? '[]' : ''), ...rest].join('.');
};

const offered = (names) => (context) => {
  const inside = context.matchBefore(/\{[{%][^{}%]*/);
  const css = context.matchBefore(/--[\w-]*/);
  const options = (some, detail) => some.map((label) => ({ label, detail: detail?.(label), type: 'property' }));
  const typeOf = (path) => names.find((one) => one.path === path)?.type;
  if (css) return { from: css.from, options: options(names.filter((one) => one.path.startsWith('--')).map((one) => one.path)) };
  if (!inside) return null;
  const filter = context.matchBefore(/\|\s*\w*/);
  if (filter) {
    const all = names.filter((one) => one.type === 'filter').map((one) => one.path.slice(1));
    return { from: filter.from + filter.text.search(/\w|$/), options: options(all) };
  }
  const tag = context.matchBefore(/\{%-?\s*\w*/);
  if (tag) {
    const all = names.filter((one) => one.type === 'tag').map((one) => one.path.replace(/[{%} ]/g, ''));
    return { from: tag.from + tag.text.search(/\w*$/), options: options(all) };
  }
  const word = context.matchBefore(/[a-z_][\w.]*/);
  if (!word && !context.explicit) return null;
  const typed = word?.text || '', parent = typed.split('.').slice(0, -1).join('.');
  const start = parent ? `${meant(parent, context.state.sliceDoc(0, word.from))}.` : '';
  const next = new Set(
    names.filter((one) => /^[a-z]/.test(one.path) && one.path.startsWith(start)).map((one) => one.path.slice(start.length).split('.')[0].replace('[]', '')),
  );
  const from = word ? word.to - (typed.length - (parent ? parent.length + 1 : 0)) : context.pos;
  return { from, options: options([...next].filter(Boolean), (label) => typeOf(start + label)), validFor: /^\w*$/ };
};

globalThis.codeEditor = {
  attach(place, text, { kind, label, names }) {
    const host = document.createElement('div');
    host.className = 'code-host';
    const root = host.attachShadow({ mode: 'open' });
    const state = EditorState.create({
      doc: text.value,
      extensions: [
        basicSetup,
        LANGUAGES[kind](),
        syntaxHighlighting(colours),
        look,
        indentUnit.of('  '),
        EditorState.tabSize.of(2),
        EditorView.lineWrapping,
        search({ top: true }),
        autocompletion({ icons: false, override: kind === 'css' ? [offered(names), cssCompletionSource] : [offered(names)] }),
        EditorView.contentAttributes.of({ 'aria-label': label, dir: 'ltr', spellcheck: 'false', autocapitalize: 'none' }),
        problems,
        EditorView.updateListener.of((update) => {
          if (!update.docChanged) return;
          text.value = update.state.doc.toString();
          text.dispatchEvent(new Event('input', { bubbles: true }));
        }),
      ],
    });
    place.after(host);
    const view = new EditorView({ state, parent: root, root });
    place.hidden = true;
    document.querySelector(`label[for="${text.id}"]`)?.addEventListener('click', () => view.focus());
    return {
      show: (found) => view.dispatch({ effects: setProblems.of(found) }),
      goTo(line, column) {
        const found = view.state.doc.line(Math.min(Math.max(1, line), view.state.doc.lines));
        const at = Math.min(found.to, found.from + Math.max(0, column - 1));
        view.dispatch({ selection: { anchor: at }, effects: EditorView.scrollIntoView(at, { y: 'center' }) });
        view.focus();
        host.scrollIntoView({ block: 'nearest' });
      },
    };
  },
};
