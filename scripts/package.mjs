// npm run package [-- electron-builder's options]: builds, collects licences and the bill of materials, and packs for this system.
// electron-builder itself is fetched when it is needed: it is large, and nothing else uses it.
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import { build } from './build.mjs';
import { inRoot, projectNode, runProgram } from './project.mjs';

export const builder = 'electron-builder@26.17.0';

/** Writes out/sbom.cdx.json: CycloneDX, of the packages that are installed to run. */
function writeBill() {
  const bill = execFileSync('npm', ['sbom', '--sbom-format', 'cyclonedx', '--sbom-type', 'application', '--omit', 'dev', '--package-lock-only'], { cwd: inRoot(), encoding: 'utf8', maxBuffer: 1 << 26, shell: process.platform === 'win32' });
  fs.writeFileSync(inRoot('out', 'sbom.cdx.json'), bill);
  console.log(`out/sbom.cdx.json: ${JSON.parse(bill).components.length} components`);
}

async function main() {
  if (!(await build(console.log))) return 1;
  if ((await runProgram(projectNode(), [inRoot('scripts/licences.mjs')])) !== 0) return 1;
  writeBill();
  if (process.argv.includes('--prepare')) return 0;
  // Without a place for updates the package has none: nothing is asked for on its own account.
  const updates = process.env.CAVMAE_UPDATES ? [] : ['--config.publish=null'];
  return runProgram('npm', ['exec', '--yes', `--package=${builder}`, '--', 'electron-builder', ...updates, ...process.argv.slice(2)]);
}

process.exitCode = await main();
