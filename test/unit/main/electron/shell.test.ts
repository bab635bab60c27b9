// The shell against a mocked Electron: what it asks of it, and what it refuses.
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

type Handler = (...args: unknown[]) => unknown;
const electron = vi.hoisted(() => {
  const handlers = new Map<string, Handler>();
  return {
    handlers,
    openExternal: vi.fn(),
    showMessageBox: vi.fn(),
    showOpenDialog: vi.fn(),
    registerSchemesAsPrivileged: vi.fn(),
    windows: [] as {
      options: { webPreferences: Record<string, unknown> };
      loaded: string[];
      shown: boolean;
      maximised: boolean;
    }[],
    send: vi.fn(),
    openWorkspace: vi.fn(),
    showLogs: vi.fn(),
    startDrag: vi.fn(),
    themeSource: 'system',
    blockers: new Set<number>(),
    relaunch: vi.fn(),
    enableSandbox: vi.fn(),
    userData: '',
    displays: [{ bounds: { x: 0, y: 0, width: 1920, height: 1080 } }],
    exit: vi.fn(),
    quit: vi.fn(),
    showMessageBoxSync: vi.fn(),
  };
});

vi.mock('electron', () => ({
  nativeTheme: { shouldUseDarkColors: true },
  powerSaveBlocker: {
    start: () => {
      const id = electron.blockers.size + 1;
      electron.blockers.add(id);
      return id;
    },
    stop: (id: number) => electron.blockers.delete(id),
  },
  app: {
    name: 'CAV-MAE Studio',
    isPackaged: true,
    getVersion: () => '1.0.0',
    quit: electron.quit,
    exit: electron.exit,
    relaunch: electron.relaunch,
    enableSandbox: electron.enableSandbox,
    commandLine: { hasSwitch: () => false },
    getPath: () => electron.userData,
    on: (event: string, handler: Handler) => electron.handlers.set(`app:${event}`, handler),
  },
  protocol: { registerSchemesAsPrivileged: electron.registerSchemesAsPrivileged },
  shell: { openExternal: electron.openExternal },
  dialog: {
    showMessageBox: electron.showMessageBox,
    showOpenDialog: electron.showOpenDialog,
    showMessageBoxSync: electron.showMessageBoxSync,
    showErrorBox: vi.fn(),
  },
  ipcMain: {
    on: (channel: string, handler: Handler) => electron.handlers.set(channel, handler),
    handle: (channel: string, handler: Handler) => electron.handlers.set(channel, handler),
  },
  screen: {
    getAllDisplays: () => electron.displays,
    getPrimaryDisplay: () => ({ workAreaSize: { width: 1280, height: 1000 } }),
  },
  Menu: { buildFromTemplate: (template: unknown) => template, setApplicationMenu: vi.fn() },
  BrowserWindow: class {
    static fromWebContents = () => ({});
    loaded: string[] = [];
    shown = false;
    maximised = false;
    options: { webPreferences: Record<string, unknown> };
    constructor(options: { webPreferences: Record<string, unknown> }) {
      this.options = options;
      electron.windows.push(this);
    }
    async loadURL(url: string): Promise<void> {
      this.loaded.push(url);
    }
    isDestroyed = () => false;
    isVisible = () => this.shown;
    once(_: string, listener: () => void): void {
      listener();
    }
    on(event: string, listener: Handler): void {
      electron.handlers.set(`window:${event}`, listener);
    }
    show(): void {
      this.shown = true;
    }
    maximize(): void {
      this.maximised = true;
    }
    getNormalBounds() {
      return { x: 1, y: 2, width: 3, height: 4 };
    }
    isMaximized() {
      return false;
    }
  },
}));

const { origin, prepareElectron, serveScheme } = await import('../../../../src/main/electron/appScheme.ts');
const { serveDialogs } = await import('../../../../src/main/electron/dialogs.ts');
const { lockDownContents, lockDownSession } = await import('../../../../src/main/electron/lockDown.ts');
const { buildMenu } = await import('../../../../src/main/electron/menu.ts');
const { openStudioWindow } = await import('../../../../src/main/electron/studioWindow.ts');
const { serveDragOut } = await import('../../../../src/main/electron/dragOut.ts');
const { showWork } = await import('../../../../src/main/electron/desktop.ts');
const { watchWindow } = await import('../../../../src/main/electron/crashDialogs.ts');
const { checkForUpdates, hasUpdatePlace } = await import('../../../../src/main/electron/updates.ts');
const { chooseChannel, chooseSaveChannel, commandChannel, dragOutChannel } =
  await import('../../../../src/shared/bridgeChannels.ts');

beforeEach(() => {
  electron.handlers.clear();
  electron.windows.length = 0;
  vi.clearAllMocks();
});

describe('the shell', () => {
  it('stays small: what need not know Electron lives elsewhere', () => {
    const folder = fileURLToPath(new URL('../../../../src/main/electron/', import.meta.url));
    const lines = readdirSync(folder).map(
      (name) => readFileSync(path.join(folder, name), 'utf8').split('\n').length - 1,
    );
    expect(lines.reduce((sum, count) => sum + count, 0)).toBeLessThan(600);
  });
});

describe('scheme', () => {
  it('is standard and secure, so that threads and relative addresses work', () => {
    prepareElectron();
    expect(electron.enableSandbox).toHaveBeenCalledOnce();
    expect(electron.registerSchemesAsPrivileged.mock.calls[0]?.[0]).toMatchObject([
      { scheme: 'app', privileges: { standard: true, secure: true, supportFetchAPI: true, stream: true } },
    ]);
  });

  it('is answered by the engine, for our one host only', async () => {
    let handle: (request: Request) => Promise<Response> = async () => new Response();
    const session = { protocol: { handle: (_: string, given: typeof handle) => (handle = given) } };
    const fetch = vi.fn(async () => new Response('ours'));
    serveScheme(session as never, fetch);
    expect(await (await handle(new Request(`${origin}/rpc/x`))).text()).toBe('ours');
    expect((await handle(new Request('app://elsewhere/rpc/x'))).status).toBe(404);
    expect((await handle(new Request('app://studio.evil/x'))).status).toBe(404);
    expect(fetch).toHaveBeenCalledOnce();
  });
});

describe('lock-down', () => {
  const contents = () => {
    const listeners = new Map<string, Handler>();
    let open: Handler = () => null;
    lockDownContents({
      setWindowOpenHandler: (given: Handler) => (open = given),
      on: (event: string, listener: Handler) => listeners.set(event, listener),
    } as never);
    return { listeners, open: (url: string) => open({ url }) };
  };

  it('denies new windows; web links go to the browser, anything else nowhere', () => {
    const { open } = contents();
    expect(open('https://arxiv.org/abs/2210.07839')).toEqual({ action: 'deny' });
    expect(open('file:///etc/passwd')).toEqual({ action: 'deny' });
    expect(open('javascript:alert(1)')).toEqual({ action: 'deny' });
    expect(electron.openExternal.mock.calls).toEqual([['https://arxiv.org/abs/2210.07839']]);
  });

  it.each(['will-redirect', 'will-frame-navigate'])(
    'stops %s away from our page; a link goes to the browser once',
    (event) => {
      const { listeners } = contents();
      const go = (url: string) => {
        const preventDefault = vi.fn();
        listeners.get(event)?.({ url, preventDefault, isMainFrame: url.includes('evil.example') });
        return preventDefault.mock.calls.length === 1;
      };
      expect(go(`${origin}/x`)).toBe(false);
      expect(['https://evil.example', 'file:///etc/passwd', 'app://studio.evil/', 'app://studiox/'].map(go)).toEqual([
        true,
        true,
        true,
        true,
      ]);
      expect(electron.openExternal.mock.calls).toEqual([['https://evil.example']]);
    },
  );

  it('embeds nothing', () => {
    const preventDefault = vi.fn();
    contents().listeners.get('will-attach-webview')?.({ preventDefault });
    expect(preventDefault).toHaveBeenCalledOnce();
  });

  it('denies permissions, except what our own page may have', async () => {
    let request: Handler = () => null;
    let check: Handler = () => null;
    let device: Handler = () => null;
    lockDownSession({
      setPermissionRequestHandler: (given: Handler) => (request = given),
      setPermissionCheckHandler: (given: Handler) => (check = given),
      setDevicePermissionHandler: (given: Handler) => (device = given),
    } as never);
    const ask = (url: string, permission: string) =>
      new Promise((resolve) =>
        // The frame that asks counts, whatever page it is embedded in.
        request({ getURL: () => `${origin}/` }, permission, resolve, { requestingUrl: url }),
      );
    for (const permission of ['geolocation', 'midi', 'openExternal', 'display-capture', 'idle-detection'])
      expect(await ask(`${origin}/`, permission)).toBe(false);
    expect(await ask(`${origin}/`, 'fullscreen')).toBe(true);
    expect(await ask(`${origin}/`, 'notifications')).toBe(true);
    expect(await ask('https://evil.example/', 'notifications')).toBe(false);
    expect(await ask('https://evil.example/', 'fullscreen')).toBe(false);
    electron.showMessageBox.mockResolvedValueOnce({ response: 1 }).mockResolvedValueOnce({ response: 0 });
    expect(await ask(`${origin}/`, 'media')).toBe(false);
    expect(await ask(`${origin}/`, 'media')).toBe(true);
    expect(check(null, 'geolocation', origin)).toBe(false);
    expect(check(null, 'fullscreen', `${origin}/`)).toBe(true);
    expect(check(null, 'fullscreen', 'https://evil.example')).toBe(false);
    expect(device()).toBe(false);
  });
});

describe('window', () => {
  beforeEach(() => {
    electron.userData = mkdtempSync(path.join(os.tmpdir(), 'cavmae-shell-'));
  });
  afterEach(() => rmSync(electron.userData, { recursive: true }));

  it('is sandboxed and isolated, shows our page, and fits the screen the first time', () => {
    openStudioWindow('/app/preload.cjs');
    const [window] = electron.windows;
    expect(window?.options.webPreferences).toMatchObject({
      preload: '/app/preload.cjs',
      contextIsolation: true,
      sandbox: true,
      nodeIntegration: false,
      webSecurity: true,
      webviewTag: false,
    });
    expect(window?.options).toMatchObject({ width: 1280, height: 900 });
    expect(window?.loaded).toEqual([`${origin}/`]);
    expect(window?.shown).toBe(true);
  });

  it('comes back where it was left, for each arrangement of displays', () => {
    const laptop = electron.displays;
    openStudioWindow('p');
    electron.handlers.get('window:close')?.();
    openStudioWindow('p');
    expect(electron.windows[1]?.options).toMatchObject({ x: 1, y: 2, width: 3, height: 4 });
    // At the desk, with a second screen, nothing is remembered yet, and what is remembered there changes nothing here.
    electron.displays = [...laptop, { bounds: { x: 1920, y: 0, width: 2560, height: 1440 } }];
    openStudioWindow('p');
    expect(electron.windows[2]?.options).not.toHaveProperty('x');
    electron.displays = laptop;
    openStudioWindow('p');
    expect(electron.windows[3]?.options).toMatchObject({ x: 1, y: 2 });
  });
});

describe('dialogs', () => {
  const from = (url: string | null) => ({ sender: {}, senderFrame: url === null ? null : { url } });
  it('hear our own page only', async () => {
    serveDialogs();
    const choose = electron.handlers.get(chooseChannel);
    electron.showOpenDialog
      .mockResolvedValueOnce({ canceled: false, filePaths: ['/media/birds'] })
      .mockResolvedValueOnce({ canceled: true, filePaths: [] });
    expect(await choose?.(from(`${origin}/`), 'media')).toEqual(['/media/birds']);
    expect(await choose?.(from(`${origin}/`), 'workspace')).toEqual([]);
    expect(await choose?.(from(`${origin}/`), 'constructor')).toEqual([]);
    expect(await choose?.(from('https://evil.example/'), 'media')).toEqual([]);
    expect(electron.showOpenDialog).toHaveBeenCalledTimes(2);
  });
  it('take the late message of a page that is gone for nothing', async () => {
    serveDialogs();
    expect(await electron.handlers.get(chooseChannel)?.(from(null), 'media')).toEqual([]);
    expect(await electron.handlers.get(chooseSaveChannel)?.(from(null), 'x.csv')).toBeNull();
  });
});

describe('menu', () => {
  it('sends its own entries to the page as commands', () => {
    const menu = buildMenu({
      window: () => ({ webContents: { send: electron.send } }) as never,
      recent: ['/data/birds'],
      openWorkspace: electron.openWorkspace,
      showLogs: electron.showLogs,
      showCrashReports: vi.fn(),
      checkForUpdates: null,
    });
    const entries = menu.flatMap(({ submenu }) => (Array.isArray(submenu) ? submenu : []));
    const importEntry = entries.find(({ label }) => label === '&Import…');
    importEntry?.click?.(null as never, undefined, null as never);
    expect(electron.send).toHaveBeenCalledWith(commandChannel, 'import.open');
    expect(entries.some(({ label }) => label === 'Check for &updates…')).toBe(false);
    const recent = entries.find(({ label }) => label === 'Open &recent')?.submenu as {
      label: string;
      click: Handler;
    }[];
    expect(recent.map(({ label }) => label)).toEqual(['birds — /data/birds']);
    recent[0]?.click();
    expect(electron.openWorkspace).toHaveBeenCalledWith('/data/birds');
    entries.find(({ label }) => label === '&Log folder')?.click?.(null as never, undefined, null as never);
    expect(electron.showLogs).toHaveBeenCalledOnce();
    expect(entries.flatMap(({ role }) => role ?? [])).toEqual(
      expect.arrayContaining(['zoomIn', 'zoomOut', 'resetZoom', 'togglefullscreen', 'copy', 'paste']),
    );
  });
});

describe('drag out', () => {
  const frame = (url: string | null) => ({
    sender: { startDrag: electron.startDrag, isDestroyed: () => false },
    senderFrame: url === null ? null : { url },
  });
  const file = fileURLToPath(import.meta.url);

  it('hands over the media files of clips that are there, by their ids only', async () => {
    const ask = vi.fn(async ({ url }: Request) =>
      Response.json(url.includes('1,') ? [file, '/gone/away.mp4'] : ['/gone/away.mp4']),
    );
    serveDragOut(ask, 'icon.png');
    const drag = electron.handlers.get(dragOutChannel);
    await drag?.(frame(`${origin}/`), [1, 2, '/etc/passwd', 1.5, 99]);
    expect(ask.mock.calls[0]?.[0].url).toBe(`${origin}/shell/clip-files?clips=1,2,99`);
    expect(electron.startDrag.mock.calls).toEqual([[{ file, files: [file], icon: 'icon.png' }]]);
    await drag?.(frame(`${origin}/`), [2]);
    await drag?.(frame(`${origin}/`), '/etc/passwd');
    await drag?.(frame('https://evil.example/'), [1]);
    // The frame of a page that is gone is null: nothing is thrown, which would end the shell.
    await expect(drag?.(frame(null), [1])).resolves.toBeUndefined();
    expect(electron.startDrag).toHaveBeenCalledOnce();
    expect(ask).toHaveBeenCalledTimes(2);
  });
});

describe('work under way', () => {
  it('holds off sleep and shows on the task bar how far it is', () => {
    const setProgressBar = vi.fn();
    const window = { isDestroyed: () => false, setProgressBar } as never;
    showWork(window, { type: 'work', running: 1, progress: 0.25 });
    showWork(window, { type: 'work', running: 2, progress: null });
    expect(electron.blockers.size).toBe(1);
    showWork(null, { type: 'work', running: 1, progress: 0.5 });
    showWork(window, { type: 'work', running: 0, progress: null });
    expect(electron.blockers.size).toBe(0);
    expect(setProgressBar.mock.calls).toEqual([[0.25], [2], [-1]]);
  });
});

describe('crashes', () => {
  function watched() {
    const listeners = new Map<string, Handler>();
    const on = (event: string, listener: Handler) => listeners.set(event, listener);
    const window = { on, reload: vi.fn(), webContents: { on, forcefullyCrashRenderer: vi.fn() } };
    const report = vi.fn();
    watchWindow(window as never, report);
    return { listeners, window, report };
  }

  it.each([
    ['Load it again', 0],
    ['Quit', 1],
  ])('of the page are reported and told, with the choice: %s', async (_, choice) => {
    const { listeners, window, report } = watched();
    electron.showMessageBox.mockResolvedValueOnce({ response: choice });
    listeners.get('render-process-gone')?.(null, { reason: 'oom', exitCode: 5 });
    await vi.waitFor(() => expect(window.reload.mock.calls.length + electron.quit.mock.calls.length).toBe(1));
    expect(window.reload.mock.calls.length).toBe(choice === 0 ? 1 : 0);
    expect(report).toHaveBeenCalledWith({ what: 'the window', reason: 'oom, code 5' });
    expect(electron.showMessageBox.mock.calls[0]?.[1]).toMatchObject({
      detail: expect.stringContaining('stored') as string,
    });
  });

  it('of a closed page are no crash, and a hanging one is asked about once', async () => {
    const { listeners, window } = watched();
    listeners.get('render-process-gone')?.(null, { reason: 'clean-exit', exitCode: 0 });
    expect(electron.showMessageBox).not.toHaveBeenCalled();
    electron.showMessageBox.mockResolvedValueOnce({ response: 1 });
    listeners.get('unresponsive')?.();
    listeners.get('unresponsive')?.();
    await vi.waitFor(() => expect(window.reload).toHaveBeenCalledOnce());
    expect(electron.showMessageBox).toHaveBeenCalledOnce();
    expect(window.webContents.forcefullyCrashRenderer).toHaveBeenCalledOnce();
  });
});

describe('updates', () => {
  function updater(found: unknown) {
    const given = {
      autoDownload: true,
      autoInstallOnAppQuit: true,
      checkForUpdates: vi.fn(async () => found),
      downloadUpdate: vi.fn(async () => []),
      quitAndInstall: vi.fn(),
    };
    return { given, load: async () => given as never };
  }
  const newer = { isUpdateAvailable: true, updateInfo: { version: '1.1.0' } };
  const answer = (...responses: number[]) => {
    for (const response of responses) electron.showMessageBox.mockResolvedValueOnce({ response });
  };

  it('are known of only where the packager named a place', () => expect(hasUpdatePlace('/nowhere')).toBe(false));

  it('are fetched and installed only by a yes to each', async () => {
    for (const [responses, downloads, installs] of [
      [[1], 0, 0],
      [[0, 1], 1, 0],
      [[0, 0], 1, 1],
    ] as const) {
      const { given, load } = updater(newer);
      answer(...responses);
      await checkForUpdates({} as never, load);
      expect([
        given.autoDownload,
        given.autoInstallOnAppQuit,
        given.downloadUpdate.mock.calls.length,
        given.quitAndInstall.mock.calls.length,
      ]).toEqual([false, false, downloads, installs]);
    }
  });

  it('that are not there, or cannot be reached, are said so', async () => {
    answer(0, 0);
    await checkForUpdates({} as never, updater({ isUpdateAvailable: false, updateInfo: { version: '1.0.0' } }).load);
    await checkForUpdates({} as never, async () => {
      throw new Error('getaddrinfo ENOTFOUND');
    });
    expect(electron.showMessageBox.mock.calls.map(([, { message }]) => message as string)).toEqual([
      'There is no newer version.',
      'No update could be had.',
    ]);
  });
});
