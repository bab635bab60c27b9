// npm run licences: the licences of everything that is shipped, in one file: what runs at run time and what is bundled
// into the page. npm run licences -- FILE writes elsewhere than out/THIRD-PARTY-LICENCES.txt. Fails for a package whose
// licence is not known.
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { inRoot } from './project.mjs';

const licenceFile = /^(licen[cs]e|copying|notice|ofl)([.-].*)?$/i;
const readJson = (file) => JSON.parse(fs.readFileSync(file, 'utf8'));

/** Packages that the page imports: they are bundled, whatever section of package.json they stand in. */
function importedByPage() {
  const names = new Set();
  const folder = inRoot('src/renderer/src');
  for (const name of fs.readdirSync(folder, { recursive: true }).filter((one) => /\.(ts|vue)$/.test(one))) {
    for (const [, from] of fs
      .readFileSync(path.join(folder, name), 'utf8')
      .matchAll(/(?:from|import)\s*\(?['"]([^'".][^'"]*)['"]/g)) {
      const [scope, rest] = from.split('/');
      names.add(scope.startsWith('@') ? `${scope}/${rest}` : scope);
    }
  }
  return names;
}

/** Folders (as in package-lock.json) of every shipped package. */
export function shippedPackages() {
  const { packages } = readJson(inRoot('package-lock.json'));
  const found = new Set();
  const visit = (from, name) => {
    // Node's own search: from the asking package's node_modules upwards.
    for (let at = from; ; at = at.slice(0, Math.max(0, at.lastIndexOf('node_modules/') - 1))) {
      const place = `${at ? `${at}/` : ''}node_modules/${name}`;
      if (packages[place]) {
        if (found.has(place)) return;
        found.add(place);
        const { dependencies = {}, optionalDependencies = {}, peerDependencies = {} } = packages[place];
        for (const next of Object.keys({ ...dependencies, ...optionalDependencies, ...peerDependencies }))
          visit(place, next);
        return;
      }
      if (!at) return;
    }
  };
  for (const name of [...Object.keys(packages[''].dependencies), ...importedByPage()]) visit('', name);
  // A peer of the page's kit is the compiler at most, which is not shipped; types neither.
  return [...found].filter((place) => !/node_modules\/(@types\/|typescript$)/.test(place)).sort();
}

/** @returns {{ name: string, version: string, licence: string, texts: string[] }[]} `texts`: contents of the licence files; packages for other systems are not installed and left out */
export function collectLicences() {
  return shippedPackages()
    .filter((place) => fs.existsSync(inRoot(place, 'package.json')))
    .map((place) => {
      const { name, version, license, licenses } = readJson(inRoot(place, 'package.json'));
      const told =
        typeof license === 'string'
          ? license
          : (license?.type ?? licenses?.map((one) => one.type ?? one).join(' OR ') ?? '');
      const texts = fs
        .readdirSync(inRoot(place))
        .filter((file) => licenceFile.test(file))
        .sort()
        .map((file) => fs.readFileSync(inRoot(place, file), 'utf8').trim());
      return { name, version, licence: told || (texts.length > 0 ? 'see the text' : ''), texts };
    });
}

const preface = `CAV-MAE Studio is under the BSD 2-Clause licence (LICENSE). It ships these packages, each under its own terms.

node-av's package is MIT; the FFmpeg inside it is built with GPL parts, and its binary is under the GNU GPL, version 2 or later
(https://ffmpeg.org/legal.html). Electron and Chromium carry their own LICENSES.chromium.html beside the executable.
`;

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const file = process.argv[2] ?? inRoot('out', 'THIRD-PARTY-LICENCES.txt');
  const all = collectLicences();
  const unknown = all.filter(({ licence }) => !licence);
  const body = all
    .map(
      ({ name, version, licence, texts }) =>
        `${'='.repeat(100)}\n${name} ${version}: ${licence}\n\n${[...new Set(texts)].join('\n\n') || '(The package holds no text of its licence.)'}\n`,
    )
    .join('\n');
  fs.mkdirSync(path.dirname(file), { recursive: true });
  fs.writeFileSync(file, `${preface}\n${body}`);
  console.log(`${file}: ${all.length} packages, ${(Buffer.byteLength(body) / 1024).toFixed(0)} KiB`);
  for (const { name } of unknown) console.error(`the licence of ${name} is not known`);
  process.exitCode = unknown.length > 0 ? 1 : 0;
}
