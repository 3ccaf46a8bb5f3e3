/** Copies what pages and checks use out of node_modules, at the versions of package-lock.json: `npm ci --ignore-scripts && npm run vendor`. */

import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const FILES = {
  'static/vendor/photoswipe': [
    ['photoswipe', 'dist/photoswipe.esm.min.js', 'photoswipe.js'],
    ['photoswipe', 'dist/photoswipe.css', 'photoswipe.css'],
    ['photoswipe', 'LICENSE', 'LICENSE'],
  ],
  'tests/vendor': [
    ['axe-core', 'axe.min.js', 'axe.min.js'],
    ['axe-core', 'LICENSE', 'axe-core.LICENSE'],
  ],
};

const lock = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')).packages;
for (const [folder, files] of Object.entries(FILES)) {
  const target = join(root, folder);
  mkdirSync(target, { recursive: true });
  const lines = [];
  for (const [name, from, to] of files) {
    const home = join(root, 'node_modules', name);
    const { version } = JSON.parse(readFileSync(join(home, 'package.json'), 'utf8'));
    if (version !== lock[`node_modules/${name}`].version) throw new Error(`${name}: run npm ci first`);
    const bytes = readFileSync(join(home, from));
    writeFileSync(join(target, to), bytes);
    lines.push(`${createHash('sha256').update(bytes).digest('hex')}  ${to}  (${name} ${version})`);
  }
  writeFileSync(join(target, 'SHA256SUMS'), `${lines.join('\n')}\n`);
}
