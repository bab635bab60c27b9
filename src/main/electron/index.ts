// Electron's main process: one studio, one window. Thin on purpose; everything else is under test in a browser.
import { app, BrowserWindow, dialog, ipcMain, nativeTheme, session } from 'electron';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { fileURLToPath } from 'node:url';
import type { Engine } from '../../engine/host/engine.ts';
import { prepareFirstRun } from '../../engine/procedures/importing/firstRun.ts';
import { openStudio, type Studio } from '../../engine/host/studio.ts';
import { themeChannel } from '../../shared/bridgeChannels.ts';
import { EngineError } from '../../shared/engineError.ts';
import { registerScheme, serveScheme } from './appScheme.ts';
import { sayAndQuit, watchProcess, watchWindow } from './crashDialogs.ts';
import { serveDialogs } from './dialogs.ts';
import { serveDragOut } from './dragOut.ts';
import { heardWindow } from './heardWindow.ts';
import { keepAwake } from './keepAwake.ts';
import { lockDown } from './lockDown.ts';
import { installMenu } from './menu.ts';
import { openStudioWindow, type WindowMemory } from './studioWindow.ts';
import { checkForUpdates, hasUpdatePlace } from './updates.ts';
import { spawnUtilityWorker } from './spawnUtilityWorker.ts';
import { workspaceOfArguments, workspaceOfFile } from './workspaceArgument.ts';

const given = process.argv.slice(app.isPackaged ? 1 : 2);
const { values: options } = parseArgs({
  args: given,
  strict: false,
  options: { workspace: { type: 'string' }, 'no-demo': { type: 'boolean' } },
});

let window: BrowserWindow | null = null;
let studio: Studio | null = null;
/** A workspace that was double-clicked before there was a studio. */
let asked = workspaceOfArguments(given);
let letSleep = (): void => {};

const memoryOf = (open: Studio): WindowMemory => ({
  read: () => open.engine.context.workspace.settings.get('window'),
  write: (state) => open.engine.context.workspace.settings.set('window', state),
});

function openWorkspace(folder: string): void {
  if (!studio) return void (asked = folder);
  if (window?.isMinimized()) window.restore();
  window?.focus();
  studio.shelf.open(folder, false).catch((thrown: unknown) => {
    const { message, detail } = EngineError.from(thrown);
    dialog.showErrorBox('This workspace cannot be opened', `${message}${detail.hint ? `\n\n${detail.hint}` : ''}`);
  });
}

/** For every workspace that is opened: the menu's list, and no sleep while its jobs run. */
function onOpen(engine: Engine): void {
  letSleep();
  letSleep = keepAwake(engine);
  installMenu({
    window: () => window,
    openWorkspace,
    recent: (engine.context.workspaces?.recent() ?? [])
      .map((one) => one.path)
      .filter((folder) => folder !== engine.context.workspace.path),
    checkForUpdates: hasUpdatePlace()
      ? () => {
          if (window) void checkForUpdates(window);
        }
      : null,
  });
}

function showWindow(open: Studio): void {
  window = openStudioWindow(memoryOf(open));
  watchWindow(window, (where, error) => open.engine.log(where, error));
  window.on('closed', () => (window = null));
}

async function open(): Promise<void> {
  const here = path.dirname(fileURLToPath(import.meta.url));
  const data = app.getPath('userData');
  const workspaceDir =
    typeof options.workspace === 'string' ? path.resolve(options.workspace) : (asked ?? path.join(data, 'workspace'));
  lockDown(session.defaultSession);
  studio = await openStudio({
    workspaceDir,
    host: 'electron',
    spawn: spawnUtilityWorker,
    pageDir: path.join(here, '..', 'renderer'),
    recentFile: path.join(data, 'recent-workspaces.json'),
    onOpen,
  });
  watchProcess((where, error) => studio?.engine.log(where, error));
  serveScheme(session.defaultSession, studio);
  serveDialogs();
  serveDragOut(() => studio?.engine ?? null, path.join(app.getAppPath(), 'resources', 'icons', '64x64.png'));
  ipcMain.on(themeChannel, (event, theme: unknown) => {
    heardWindow(event);
    if (theme === 'dark' || theme === 'light' || theme === 'system') nativeTheme.themeSource = theme;
  });
  if (!options['no-demo']) await prepareFirstRun(studio.engine);
  showWindow(studio);
}

registerScheme();
app.enableSandbox();
if (!app.requestSingleInstanceLock()) {
  app.quit();
} else {
  app.on('second-instance', (_, args) => {
    if (window?.isMinimized()) window.restore();
    window?.focus();
    const folder = workspaceOfArguments(args.slice(1));
    if (folder) openWorkspace(folder);
  });
  // macOS hands files over by this event, also before the application is ready.
  app.on('open-file', (event, file) => {
    event.preventDefault();
    const folder = workspaceOfFile(file);
    if (folder) openWorkspace(folder);
  });
  app.on('window-all-closed', () => app.quit());
  app.on('activate', () => {
    if (!window && studio) showWindow(studio);
  });
  app.on('before-quit', (event) => {
    const closing = studio;
    if (!closing) return;
    event.preventDefault();
    studio = null;
    letSleep();
    void closing.close().finally(() => app.quit());
  });
  app.whenReady().then(open).catch(sayAndQuit);
}
