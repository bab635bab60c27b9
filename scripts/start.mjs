// npm start: sets up, builds, and opens the application: in Electron where its binary is there or can be had, else in a
// browser.
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import { build } from './build.mjs';
import { endWithParent } from './endWithParent.mjs';
import { inRoot, projectNode, root, runProgram } from './project.mjs';
import { setUp } from './setup.mjs';

const help = `npm start [-- options]
  --browser          use the browser even where Electron is installed
  --workspace DIR    the workspace folder
  --port N           (browser) the port; default: the first free one
  --host ADDRESS     (browser) where to listen; anything but this machine needs CAVMAE_PASSWORD
  --no-open          (browser) print the URL, open nothing
  --no-demo          leave an empty workspace empty`;

const args = process.argv.slice(2);
const log = (line) => console.log(line);
const hasScreen = () => process.platform !== 'linux' || Boolean(process.env.DISPLAY || process.env.WAYLAND_DISPLAY);

/** Electron's binary, fetched on first use; a failed fetch is not tried again for a day. */
function electronBinary() {
  const pathFile = inRoot('node_modules/electron/path.txt');
  const file = () =>
    fs.existsSync(pathFile) ? inRoot('node_modules/electron/dist', fs.readFileSync(pathFile, 'utf8').trim()) : null;
  const present = () => file() !== null && fs.existsSync(file());
  if (present()) return file();
  const failedFile = inRoot('node_modules/.cavmae-electron-failed');
  if (fs.existsSync(failedFile) && Date.now() - fs.statSync(failedFile).mtimeMs < 24 * 3600_000) return null;
  log('Electron: fetching its binary (about 120 MB, once)…');
  spawnSync(projectNode(), [inRoot('node_modules/electron/install.js')], {
    cwd: root,
    stdio: 'ignore',
    timeout: 300_000,
  });
  if (present()) return file();
  fs.writeFileSync(failedFile, '');
  return null;
}

async function main() {
  if (args.includes('--help')) {
    log(help);
    return 0;
  }
  log('CAV-MAE Studio');
  await setUp(log);
  if (!(await build(log))) throw new Error('The build failed; see above.');
  const wantsBrowser = ['--browser', '--port', '--host', '--no-open'].some((option) => args.includes(option));
  const electron = wantsBrowser || process.env.CI || !hasScreen() ? null : electronBinary();
  if (electron) {
    log('Window: Electron.');
    // As root Electron starts only without its sandbox. The engine runs under the project's own Node.
    const switches = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
    return runProgram(electron, [...switches, root, ...args], { env: { CAVMAE_NODE: projectNode() } });
  }
  log(
    `Window: your browser${wantsBrowser ? '' : hasScreen() && !process.env.CI ? " (Electron's binary could not be had)" : ' (no screen for Electron here)'}.`,
  );
  const rest = args.filter((argument) => argument !== '--browser' && argument !== '--no-demo');
  return runProgram(projectNode(), [
    inRoot('src/main/cli/index.ts'),
    'serve',
    ...(args.includes('--no-demo') ? [] : ['--demo']),
    ...rest,
  ]);
}

endWithParent();
main().then(
  (code) => (process.exitCode = code),
  (error) => {
    console.error(error.message);
    process.exitCode = 1;
  },
);
