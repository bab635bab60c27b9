// npm run package [-- electron-builder's options]: builds, collects licences and the bill of materials, and packs for
// this system. electron-builder itself is fetched when it is needed: it is large, and nothing else uses it.
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from './build.mjs';
import { inRoot, projectNode, runProgram } from './project.mjs';

export const builder = 'electron-builder@26.17.0';

/** Writes out/sbom.cdx.json: CycloneDX, of the packages that are installed to run. */
function writeBill() {
  const bill = execFileSync(
    'npm',
    ['sbom', '--sbom-format', 'cyclonedx', '--sbom-type', 'application', '--omit', 'dev', '--package-lock-only'],
    { cwd: inRoot(), encoding: 'utf8', maxBuffer: 1 << 26, shell: process.platform === 'win32' },
  );
  fs.writeFileSync(inRoot('out', 'sbom.cdx.json'), bill);
  console.log(`out/sbom.cdx.json: ${JSON.parse(bill).components.length} components`);
}

/** Where packages keep native code of several systems side by side. */
const manySystems = [
  'node_modules/better-sqlite3/prebuilds',
  'node_modules/usearch/prebuilds',
  ...['napi-v3', 'napi-v6'].map((napi) => `node_modules/onnxruntime-node/bin/${napi}`),
];
const systems = /(?:^|[^a-z])(darwin|linuxmusl|linux|win32)/;

/** @returns {string[]} patterns that leave out native code of other systems and processors, and what only a compiler needs */
export function foreignCode(platform = process.platform, arch = process.arch, base = inRoot()) {
  const names = (folder) => {
    const place = path.join(base, folder);
    return fs.statSync(place, { throwIfNoEntry: false })?.isDirectory() ? fs.readdirSync(place) : [];
  };
  const isForeign = (name) => {
    const [, system] = systems.exec(name) ?? [];
    return (system && system !== platform) || (/arm64|x64/.test(name) && !name.includes(arch));
  };
  const foreign = manySystems.flatMap((folder) =>
    names(folder).flatMap((name) =>
      isForeign(name)
        ? [`${folder}/${name}`]
        : names(`${folder}/${name}`)
            .filter(isForeign)
            .map((inner) => `${folder}/${name}/${inner}`),
    ),
  );
  const sources = ['better-sqlite3/deps', 'better-sqlite3/src', 'usearch/{c,cpp,include,numkong}'];
  return [
    ...foreign.map((place) => `!${place}${place.endsWith('.node') ? '' : '/**'}`),
    ...sources.map((place) => `!node_modules/${place}/**`),
  ];
}

/** @throws for an address that would let others on the way exchange an update */
function assertSafe(updates) {
  if (!/^https:\/\//i.test(updates))
    throw new Error(`CAVMAE_UPDATES is ${updates}: updates have to come from an https: address.`);
}

/**
 * The folder of an Electron that was had otherwise (CAVMAE_ELECTRON names its binary), without an application of its
 * own.
 * @returns {{ electronDist: string, electronVersion: string } | null}
 */
function givenElectron(folder, binary = process.env.CAVMAE_ELECTRON) {
  if (!binary) return null;
  const electronDist = path.join(folder, 'electron');
  fs.rmSync(electronDist, { recursive: true, force: true });
  fs.cpSync(path.dirname(binary), electronDist, { recursive: true, verbatimSymlinks: true });
  fs.rmSync(path.join(electronDist, 'resources', 'app'), { recursive: true, force: true });
  const version = path.join(electronDist, 'version');
  const known = fs.existsSync(version) ? fs.readFileSync(version, 'utf8').trim() : /\d+\.\d+\.\d+/.exec(binary)?.[0];
  if (!known) throw new Error(`The version of ${binary} is not known: it has no file "version" beside it.`);
  return { electronDist, electronVersion: known.replace(/^v/, '') };
}

/**
 * Writes dist/electron-builder.json, electron-builder.json as it is to be packed now: without native code of other
 * systems, and without a place for updates where none is given (electron-builder's command line takes `null` for a
 * word).
 * @returns {string} its path
 */
export function writeConfiguration(updates = process.env.CAVMAE_UPDATES, folder = inRoot('dist'), electron = null) {
  const configuration = JSON.parse(fs.readFileSync(inRoot('electron-builder.json'), 'utf8'));
  if (updates) assertSafe(updates);
  else configuration.publish = null;
  configuration.files.push(...foreignCode());
  if (electron) {
    Object.assign(configuration, electron);
    // Fuses of another version than the one in package.json are not known.
    delete configuration.electronFuses;
  }
  fs.mkdirSync(folder, { recursive: true });
  const file = path.join(folder, 'electron-builder.json');
  fs.writeFileSync(file, JSON.stringify(configuration, null, 2));
  return file;
}

async function main() {
  if (process.env.CAVMAE_UPDATES) assertSafe(process.env.CAVMAE_UPDATES);
  if (!(await build(console.log))) return 1;
  if ((await runProgram(projectNode(), [inRoot('scripts/licences.mjs')])) !== 0) return 1;
  writeBill();
  if (process.argv.includes('--prepare')) return 0;
  const configuration = writeConfiguration(undefined, undefined, givenElectron(inRoot('dist')));
  const run = ['exec', '--yes', `--package=${builder}`, '--', 'electron-builder', '--config', configuration];
  return runProgram('npm', [...run, ...process.argv.slice(2)]);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) process.exitCode = await main();
