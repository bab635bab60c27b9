// Electron's main process: one engine, one Fetch application, one window. Thin on purpose; everything else is under test in a browser.
import { app, BrowserWindow, dialog, session } from 'electron';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { fileURLToPath } from 'node:url';
import { createEngine, type Engine } from '../../engine/procedures/engine.ts';
import { createFetchApp } from '../../engine/procedures/fetchApp.ts';
import { prepareFirstRun } from '../../engine/procedures/firstRun.ts';
import { EngineError } from '../../shared/engineError.ts';
import { registerScheme, serveScheme } from './appScheme.ts';
import { serveDialogs } from './dialogs.ts';
import { lockDown } from './lockDown.ts';
import { installMenu } from './menu.ts';
import { openStudioWindow, type WindowMemory } from './studioWindow.ts';
import { spawnUtilityWorker } from './spawnUtilityWorker.ts';

const { values: options } = parseArgs({ args: process.argv.slice(app.isPackaged ? 1 : 2), strict: false, options: { workspace: { type: 'string' }, 'no-demo': { type: 'boolean' } } });

let window: BrowserWindow | null = null;
let engine: Engine | null = null;

const memoryOf = ({ context: { workspace } }: Engine): WindowMemory => ({
  read: () => workspace.settings.get('window'),
  write: (state) => workspace.settings.set('window', state),
});

async function open(): Promise<void> {
  const workspaceDir = typeof options.workspace === 'string' ? path.resolve(options.workspace) : path.join(app.getPath('userData'), 'workspace');
  engine = await createEngine({ workspaceDir, host: 'electron', spawn: spawnUtilityWorker });
  const here = path.dirname(fileURLToPath(import.meta.url));
  lockDown(session.defaultSession);
  serveScheme(session.defaultSession, createFetchApp(engine, { pageDir: path.join(here, '..', 'renderer') }));
  serveDialogs();
  installMenu(() => window);
  if (!options['no-demo']) await prepareFirstRun(engine);
  window = openStudioWindow(memoryOf(engine));
  window.on('closed', () => (window = null));
}

/** What cannot be opened is said in a dialogue with the next step, never as a silent end. */
function sayAndQuit(thrown: unknown): void {
  const { message, detail } = EngineError.from(thrown);
  dialog.showErrorBox('CAV-MAE Studio cannot open this workspace', `${message}${detail.hint ? `\n\n${detail.hint}` : ''}`);
  app.exit(1);
}

registerScheme();
app.enableSandbox();
if (!app.requestSingleInstanceLock()) {
  app.quit();
} else {
  app.on('second-instance', () => {
    if (window?.isMinimized()) window.restore();
    window?.focus();
  });
  app.on('window-all-closed', () => app.quit());
  app.on('activate', () => {
    if (!window && engine) window = openStudioWindow(memoryOf(engine));
  });
  app.on('before-quit', (event) => {
    const closing = engine;
    if (!closing) return;
    event.preventDefault();
    engine = null;
    void closing.close().finally(() => app.quit());
  });
  app.whenReady().then(open).catch(sayAndQuit);
}
