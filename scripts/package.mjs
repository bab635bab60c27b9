// npm run package [-- electron-builder's options]: builds, collects licences and the bill of materials, and packs for this system.
// electron-builder itself is fetched when it is needed: it is large, and nothing else uses it.
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

/**
 * Writes dist/electron-builder.json, electron-builder.json as it is to be packed now: without a place for updates the package has none (nothing is
 * asked for on its own account). It cannot be said on electron-builder's command line, which takes `null` for a word.
 * @returns {string} its path
 */
export function writeConfiguration(updates = process.env.CAVMAE_UPDATES, folder = inRoot('dist')) {
  const configuration = JSON.parse(fs.readFileSync(inRoot('electron-builder.json'), 'utf8'));
  if (!updates) configuration.publish = null;
  fs.mkdirSync(folder, { recursive: true });
  const file = path.join(folder, 'electron-builder.json');
  fs.writeFileSync(file, JSON.stringify(configuration, null, 2));
  return file;
}

async function main() {
  if (!(await build(console.log))) return 1;
  if ((await runProgram(projectNode(), [inRoot('scripts/licences.mjs')])) !== 0) return 1;
  writeBill();
  if (process.argv.includes('--prepare')) return 0;
  return runProgram('npm', [
    'exec',
    '--yes',
    `--package=${builder}`,
    '--',
    'electron-builder',
    '--config',
    writeConfiguration(),
    ...process.argv.slice(2),
  ]);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) process.exitCode = await main();
