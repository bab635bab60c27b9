// Builds Electron's main process, the workers, the preload and the page into out/, unless they are already built from
// these sources.
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { inRoot, runTool } from './project.mjs';

const stampFile = inRoot('out', '.built');

/** One number for all that goes into a build. */
function sourceHash() {
  const hash = createHash('sha256');
  const files = ['src', 'resources']
    .flatMap((folder) =>
      fs.existsSync(inRoot(folder)) ? fs.readdirSync(inRoot(folder), { recursive: true, withFileTypes: true }) : [],
    )
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath ?? entry.path, entry.name))
    .sort();
  for (const file of [...files, inRoot('electron.vite.config.ts'), inRoot('package-lock.json')]) {
    const { size } = fs.statSync(file);
    hash.update(file).update(String(size));
    // Large resources (checkpoints) are served as they are: their size is enough.
    if (size < 1 << 20) hash.update(fs.readFileSync(file));
  }
  return hash.digest('hex');
}

/** @returns {Promise<boolean>} whether out/ is now built from the present sources */
export async function build(log, force = false) {
  const hash = sourceHash();
  if (!force && fs.existsSync(stampFile) && fs.readFileSync(stampFile, 'utf8') === hash) {
    log('Build: up to date.');
    return true;
  }
  log('Build: building the page and the application…');
  fs.rmSync(stampFile, { force: true });
  const code = await runTool('electron-vite/bin/electron-vite.js', ['build', '--logLevel', 'warn'], {
    env: { NODE_ENV: 'production' },
    stdio: ['ignore', 2, 2],
  });
  if (code !== 0) return false;
  fs.writeFileSync(stampFile, hash);
  return true;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  process.exitCode = (await build(console.log, process.argv.includes('--force'))) ? 0 : 1;
}
