// Electron's main process: a shell around the engine's process and one window. Everything else runs elsewhere.
import { app, ipcMain, nativeTheme, session, shell, type BrowserWindow } from 'electron';
import fs from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { noticeChannel, openFilesChannel, readyChannel, themeChannel } from '../../shared/bridgeChannels.ts';
import type { ShellNotice } from '../../shared/bridgeChannels.ts';
import type { EngineMessage } from '../../shared/shellMessages.ts';
import { origin, prepareElectron, serveScheme } from './appScheme.ts';
import { askAfterCrashes, sayRefused, watchProcess, watchWindow } from './crashDialogs.ts';
import { writeCrashReport, type Crash } from '../engineLink/crashReport.ts';
import { showWork } from './desktop.ts';
import { serveDialogs } from './dialogs.ts';
import { serveDragOut } from './dragOut.ts';
import { EngineProcess } from '../engineLink/engineProcess.ts';
import { forwardTo } from '../engineLink/forward.ts';
import { heardWindow } from './heardWindow.ts';
import { lockDown } from './lockDown.ts';
import { installMenu } from './menu.ts';
import { openedFiles, type Opened } from '../engineLink/openedFiles.ts';
import { openStudioWindow } from './studioWindow.ts';
import { checkForUpdates, hasUpdatePlace } from './updates.ts';

/** Without the application's own folder, where Electron was started with it. */
const given = process.argv.slice(1).filter((one) => path.resolve(one) !== app.getAppPath());
const flags = { workspace: { type: 'string' }, 'no-demo': { type: 'boolean' } } as const;
/** Options and files of a process that was started with these arguments in the folder `cwd`. */
function parse(args: string[], cwd: string): Opened & { demo: boolean } {
  const { values, positionals } = parseArgs({ args, strict: false, allowPositionals: true, options: flags });
  const { workspace: marked, files: media } = openedFiles(positionals, cwd);
  const named = typeof values.workspace === 'string' ? path.resolve(cwd, values.workspace) : null;
  return { workspace: named ?? marked, files: media, demo: !values['no-demo'] };
}
const asked = parse(given, process.cwd());
const data = app.getPath('userData');
/** Files of the engine lie beside the archive, since plain Node does not read from it. */
const files = app.getAppPath().replace(/\.asar$/, '.asar.unpacked');
const binary = process.platform === 'win32' ? 'node.exe' : 'node';
const node = app.isPackaged
  ? path.join(process.resourcesPath, 'node', binary)
  : (process.env.CAVMAE_NODE ?? path.join(files, 'node_modules', '.bin', binary));

let window: BrowserWindow | null = null;
let engine: EngineProcess | null = null;
let workspace = '';
/** Files to be shown once the page listens. */
let [waiting, listening] = [asked.files, false];

const crashReports = path.join(data, 'crash-reports');
const report = (crash: Crash): void => {
  writeCrashReport(crashReports, crash, { version: app.getVersion(), electron: process.versions.electron ?? '' });
};
const tell = (notice: ShellNotice): void => window?.webContents.send(noticeChannel, notice);
const forward = forwardTo({ ready: () => engine?.ready() ?? Promise.reject(new Error('there is no engine yet')) });

function showWindow(): void {
  window = openStudioWindow(path.join(app.getAppPath(), 'out', 'shell', 'preload.cjs'));
  watchWindow(window, report);
  window.webContents.on('did-start-loading', () => (listening = false));
  window.on('closed', () => ([window, listening] = [null, false]));
}

/** The engine exchanges the workspace; every page then loads itself anew. */
async function openWorkspace(folder: string): Promise<void> {
  const body = JSON.stringify({ path: folder, create: false });
  const headers = { 'content-type': 'application/json' };
  const answer = await forward(new Request(`${origin}/api/workspaces/open`, { method: 'POST', headers, body }));
  if (answer.ok) return;
  const error = (await answer.json().catch(() => ({}))) as { message?: string; data?: { hint?: string } };
  tell({ level: 'error', message: error.message ?? 'The workspace cannot be opened.', hint: error.data?.hint ?? null });
}

function showFiles(): void {
  if (!listening || waiting.length === 0) return;
  window?.webContents.send(openFilesChannel, waiting);
  waiting = [];
}

function open(opened: Opened): void {
  if (window?.isMinimized()) window.restore();
  window?.focus();
  if (opened.workspace) void openWorkspace(opened.workspace);
  waiting.push(...opened.files);
  showFiles();
}

function onWorkspace({ path: folder, file, recent }: Extract<EngineMessage, { type: 'workspace' }>): void {
  workspace = folder;
  // The list of recent documents of macOS and Windows; the menu has its own.
  app.addRecentDocument(file);
  installMenu({
    window: () => window,
    openWorkspace: (other) => void openWorkspace(other),
    recent: recent.filter((one) => one !== folder),
    showLogs: () => void shell.openPath(path.join(workspace, 'logs')),
    showCrashReports: () => void shell.openPath(crashReports),
    checkForUpdates: hasUpdatePlace() ? () => void (window && checkForUpdates(window)) : null,
  });
}

function startEngine(folder: string): EngineProcess {
  workspace = folder;
  return new EngineProcess({
    node,
    entry: path.join(files, 'out', 'main', 'engine.js'),
    // After a crash the one that was open last.
    workspace: () => workspace,
    environment: {
      CAVMAE_RECENT: path.join(data, 'recent-workspaces.json'),
      CAVMAE_DEMO: asked.demo ? '1' : '',
    },
    async onMessage(message) {
      await app.whenReady();
      if (message.type === 'work') showWork(window, message);
      if (message.type === 'workspace') onWorkspace(message);
    },
    onCrash({ reason, output, again }) {
      report({ what: 'the engine', reason, output });
      showWork(window, { type: 'work', running: 0, progress: null });
      if (!again) return void askAfterCrashes(window, () => engine?.startAgain());
      tell({
        level: 'warning',
        message: 'The engine ended unexpectedly and starts again.',
        hint: 'Labels and finished work are stored, and jobs go on. Help › Crash reports holds the reason.',
      });
    },
    async onRefused(refusal) {
      await app.whenReady();
      sayRefused(refusal);
      await engine?.stop();
      app.exit(1);
    },
  });
}

function serve(): void {
  // Notifications and jump lists of Windows need the id of the installed shortcut.
  app.setAppUserModelId('org.cavmae.studio');
  lockDown(session.defaultSession);
  fs.mkdirSync(crashReports, { recursive: true });
  watchProcess(report);
  serveScheme(session.defaultSession, forward);
  serveDialogs();
  serveDragOut(forward, path.join(files, 'resources', 'icons', '64x64.png'));
  ipcMain.on(readyChannel, (event) => {
    listening = heardWindow(event) !== null;
    showFiles();
  });
  ipcMain.on(themeChannel, (event, theme: unknown) => {
    if (heardWindow(event) && (theme === 'dark' || theme === 'light' || theme === 'system'))
      nativeTheme.themeSource = theme;
  });
  showWindow();
}

prepareElectron();
if (!app.requestSingleInstanceLock({ args: given, cwd: process.cwd() })) {
  app.quit();
} else {
  // Starts while Electron itself does.
  engine = startEngine(asked.workspace ?? process.env.CAVMAE_WORKSPACE ?? path.join(data, 'workspace'));
  app.on('second-instance', (_, args, cwd, from) => {
    const other = (from ?? { args: args.slice(1), cwd }) as { args: string[]; cwd: string };
    open(parse(other.args, other.cwd));
  });
  // macOS hands files over by this event, also before the application is ready.
  app.on('open-file', (event, file) => {
    event.preventDefault();
    open(openedFiles([file], '/'));
  });
  app.on('window-all-closed', () => process.platform === 'darwin' || app.quit());
  app.on('activate', () => window ?? (app.isReady() && showWindow()));
  app.on('before-quit', (event) => {
    if (!engine) return;
    event.preventDefault();
    void engine.stop().finally(() => {
      engine = null;
      app.quit();
    });
  });
  void app.whenReady().then(serve);
}
