// Bundles the editor of code into static/code-editor.js, with the licences of what is in it at its top, and copies axe-core,
// whose licence is at its top, into static/axe.js.
import { build } from 'esbuild';
import { copyFileSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const here = (name) => fileURLToPath(new URL(name, import.meta.url));
const outfile = here('../../static/code-editor.js');
const options = {
  entryPoints: [here('code-editor.js')], bundle: true, minify: true, format: 'iife', target: 'es2020', charset: 'ascii', legalComments: 'none',
};
const { metafile } = await build({ ...options, write: false, metafile: true });
const packages = [...new Set(Object.keys(metafile.inputs)
  .map((path) => path.match(/node_modules\/((?:@[^/]+\/)?[^/]+)/)?.[1]).filter(Boolean))].sort();
const notices = new Map();
for (const name of packages) {
  const text = readFileSync(here(`node_modules/${name}/LICENSE`), 'utf8').trim();
  notices.set(text, [...(notices.get(text) || []), name]);
}
const said = [...notices].map(([text, names]) => `${names.join(', ')}\n\n${text}`).join('\n\n');
await build({ ...options, outfile, banner: { js: `/*! Bundled into this file:\n\n${said}\n*/` } });
copyFileSync(here('node_modules/axe-core/axe.min.js'), here('../../static/axe.js'));
