// Bundles the editor of code into static/code-editor.js, with the licences of all that is in it at its top.

import { readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const here = dirname(fileURLToPath(import.meta.url)), target = join(here, '../../static/code-editor.js');
const made = await build({
  absWorkingDir: here,
  entryPoints: ['code-editor.js'],
  bundle: true,
  minify: true,
  format: 'iife',
  target: 'es2022',
  charset: 'utf8',
  write: false,
  metafile: true,
});
const packages = new Set(
  Object.keys(made.metafile.inputs).flatMap((path) => path.match(/^node_modules\/((?:@[^/]+\/)?[^/]+)\//)?.[1] ?? []),
);
const notices = new Map();
for (const name of [...packages].sort()) {
  const folder = join(here, 'node_modules', name);
  const licence = (await readFile(join(folder, 'LICENSE'), 'utf8')).trim();
  const { version } = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8'));
  notices.set(licence, [...(notices.get(licence) ?? []), `${name} ${version}`]);
}
const said = [...notices].map(([licence, names]) => `${names.join(', ')}\n\n${licence}`).join('\n\n\n');
await writeFile(target, `/*!\n${said}\n*/\n${made.outputFiles[0].text}`);
