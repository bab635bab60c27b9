// The shell against a mocked Electron: what it asks of it, and what it refuses.
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeEach, describe, expect, it, vi } from 'vitest';

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
    fork: vi.fn(),
    send: vi.fn(),
    openWorkspace: vi.fn(),
    startDrag: vi.fn(),
    themeSource: 'system',
    blockers: new Set<number>(),
    relaunch: vi.fn(),
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
  utilityProcess: { fork: electron.fork },
  screen: { getDisplayMatching: () => ({ workArea: { x: 0, y: 0, width: 1920, height: 1080 } }) },
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
    loadURL(url: string): void {
      this.loaded.push(url);
    }
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

const { origin, registerScheme, serveScheme } = await import('../../../../src/main/electron/appScheme.ts');
const { serveDialogs } = await import('../../../../src/main/electron/dialogs.ts');
const { lockDownContents, lockDownSession } = await import('../../../../src/main/electron/lockDown.ts');
const { buildMenu } = await import('../../../../src/main/electron/menu.ts');
const { spawnUtilityWorker } = await import('../../../../src/main/electron/spawnUtilityWorker.ts');
const { openStudioWindow } = await import('../../../../src/main/electron/studioWindow.ts');
const { serveDragOut } = await import('../../../../src/main/electron/dragOut.ts');
const { keepAwake } = await import('../../../../src/main/electron/keepAwake.ts');
const { watchWindow } = await import('../../../../src/main/electron/crashDialogs.ts');
const { checkForUpdates, hasUpdatePlace } = await import('../../../../src/main/electron/updates.ts');
const { workspaceOfArguments } = await import('../../../../src/main/electron/workspaceArgument.ts');
const { chooseFoldersChannel, commandChannel, dragOutChannel } =
  await import('../../../../src/shared/bridgeChannels.ts');

beforeEach(() => {
  electron.handlers.clear();
  electron.windows.length = 0;
  vi.clearAllMocks();
});

describe('scheme', () => {
  it('is standard and secure, so that threads and relative addresses work', () => {
    registerScheme();
    expect(electron.registerSchemesAsPrivileged.mock.calls[0]?.[0]).toMatchObject([
      { scheme: 'app', privileges: { standard: true, secure: true, supportFetchAPI: true, stream: true } },
    ]);
  });

  it('is answered by the Fetch application, for our one host only', async () => {
    let handle: (request: Request) => Promise<Response> = async () => new Response();
    const session = { protocol: { handle: (_: string, given: typeof handle) => (handle = given) } };
    const fetch = vi.fn(async () => new Response('ours'));
    serveScheme(session as never, { fetch });
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

  it.each(['will-navigate', 'will-redirect', 'will-frame-navigate'])('stops %s away from our page', (event) => {
    const { listeners } = contents();
    const go = (url: string) => {
      const preventDefault = vi.fn();
      listeners.get(event)?.({ url, preventDefault });
      return preventDefault.mock.calls.length === 1;
    };
    expect(go(`${origin}/x`)).toBe(false);
    expect(['https://evil.example', 'file:///etc/passwd', 'app://studio.evil/', 'app://studiox/'].map(go)).toEqual([
      true,
      true,
      true,
      true,
    ]);
  });

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
      new Promise((resolve) => request({ getURL: () => url }, permission, resolve));
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
    expect(device()).toBe(false);
  });
});

describe('window', () => {
  it('is sandboxed and isolated, shows our page, and comes back where it was', () => {
    const written: unknown[] = [];
    openStudioWindow({
      read: () => ({ bounds: { x: 10, y: 10, width: 800, height: 600 }, maximised: true }),
      write: (state) => written.push(state),
    });
    const [window] = electron.windows;
    expect(window?.options.webPreferences).toMatchObject({
      contextIsolation: true,
      sandbox: true,
      nodeIntegration: false,
      webSecurity: true,
      webviewTag: false,
    });
    expect(window?.options).toMatchObject({ x: 10, width: 800 });
    expect(window?.loaded).toEqual([`${origin}/`]);
    expect(window?.maximised).toBe(true);
    electron.handlers.get('window:close')?.();
    expect(written).toEqual([{ bounds: { x: 1, y: 2, width: 3, height: 4 }, maximised: false }]);
  });

  it('is not opened where no screen is any more', () => {
    openStudioWindow({
      read: () => ({ bounds: { x: 9000, y: 10, width: 800, height: 600 }, maximised: false }),
      write: () => {},
    });
    expect(electron.windows[0]?.options).not.toHaveProperty('x');
  });
});

describe('dialogs', () => {
  it('hear our own page only', async () => {
    serveDialogs();
    const choose = electron.handlers.get(chooseFoldersChannel);
    electron.showOpenDialog
      .mockResolvedValueOnce({ canceled: false, filePaths: ['/media/birds'] })
      .mockResolvedValueOnce({ canceled: true, filePaths: [] });
    const from = (url: string) => ({ sender: {}, senderFrame: { url } });
    expect(await choose?.(from(`${origin}/`))).toEqual(['/media/birds']);
    expect(await choose?.(from(`${origin}/`))).toEqual([]);
    await expect(async () => choose?.(from('https://evil.example/'))).rejects.toThrow(/may not ask/);
  });
});

describe('menu', () => {
  it('sends its own entries to the page as commands', () => {
    const menu = buildMenu({
      window: () => ({ webContents: { send: electron.send } }) as never,
      recent: ['/data/birds'],
      openWorkspace: electron.openWorkspace,
      checkForUpdates: null,
    });
    const entries = menu.flatMap(({ submenu }) => (Array.isArray(submenu) ? submenu : []));
    const importEntry = entries.find(({ label }) => label === 'Import…');
    importEntry?.click?.(null as never, undefined, null as never);
    expect(electron.send).toHaveBeenCalledWith(commandChannel, 'import.open');
    expect(entries.some(({ label }) => label === 'Check for updates…')).toBe(false);
    const recent = entries.find(({ label }) => label === 'Open recent')?.submenu as { label: string; click: Handler }[];
    expect(recent.map(({ label }) => label)).toEqual(['birds — /data/birds']);
    recent[0]?.click();
    expect(electron.openWorkspace).toHaveBeenCalledWith('/data/birds');
    expect(entries.flatMap(({ role }) => role ?? [])).toEqual(
      expect.arrayContaining(['zoomIn', 'zoomOut', 'resetZoom', 'togglefullscreen', 'copy', 'paste']),
    );
  });
});

describe('utility worker', () => {
  it('is the same transport as the Node worker', () => {
    const listeners = new Map<string, Handler>();
    const child = {
      postMessage: vi.fn(),
      on: (event: string, listener: Handler) => listeners.set(event, listener),
      once: (event: string, listener: Handler) => listeners.set(event, listener),
      kill: vi.fn(),
      stderr: null,
    };
    electron.fork.mockReturnValue(child);
    const transport = spawnUtilityWorker('media', { A: '1' });
    expect(electron.fork.mock.calls[0]?.[0]).toMatch(/workers\/media\.ts$/);
    expect(electron.fork.mock.calls[0]?.[2]).toMatchObject({ serviceName: 'cavmae-media', env: { A: '1' } });
    const heard: unknown[] = [];
    const ends: string[] = [];
    transport.listen((message) => heard.push(message));
    transport.onClose((reason) => ends.push(reason));
    listeners.get('message')?.({ kind: 'ready' });
    listeners.get('exit')?.(7);
    transport.post({ kind: 'cancel', call: 1 });
    transport.kill();
    expect(heard).toEqual([{ kind: 'ready' }]);
    expect(ends[0]).toMatch(/exit code 7/);
    expect(child.postMessage).toHaveBeenCalledWith({ kind: 'cancel', call: 1 });
    expect(child.kill).toHaveBeenCalledOnce();
  });
});

describe('drag out', () => {
  const from = (url: string) => ({ sender: { startDrag: electron.startDrag }, senderFrame: { url } });
  const file = fileURLToPath(import.meta.url);
  const many = vi.fn((ids: number[]) =>
    ids.filter((id) => id < 3).map((id) => ({ absolutePath: id === 2 ? '/gone/away.mp4' : file })),
  );

  it('hands over the media files of clips that are there, by their ids only', () => {
    serveDragOut(() => ({ context: { workspace: { clips: { many } } } }) as never, 'icon.png');
    const drag = electron.handlers.get(dragOutChannel);
    drag?.(from(`${origin}/`), [1, 2, '/etc/passwd', 1.5, 99]);
    expect(many).toHaveBeenCalledWith([1, 2, 99]);
    expect(electron.startDrag.mock.calls).toEqual([[{ file, files: [file], icon: 'icon.png' }]]);
    drag?.(from(`${origin}/`), [2]);
    drag?.(from(`${origin}/`), '/etc/passwd');
    expect(electron.startDrag).toHaveBeenCalledOnce();
    expect(() => drag?.(from('https://evil.example/'), [1])).toThrow(/may not ask/);
  });
});

describe('sleep', () => {
  it('is held off while a job runs, in this workspace only', () => {
    let hear: Handler = () => null;
    let running = false;
    const forget = vi.fn();
    const end = keepAwake({
      context: {
        events: { subscribe: (given: Handler) => ((hear = given), forget) },
        jobs: { list: () => (running ? [{ status: 'running' }] : []) },
      },
    } as never);
    hear({ type: 'jobChanged', job: { status: 'running' } });
    hear({ type: 'jobChanged', job: { status: 'running' } });
    expect(electron.blockers.size).toBe(1);
    running = true;
    hear({ type: 'jobChanged', job: { status: 'done' } });
    expect(electron.blockers.size).toBe(1);
    running = false;
    hear({ type: 'jobChanged', job: { status: 'done' } });
    expect(electron.blockers.size).toBe(0);
    hear({ type: 'jobChanged', job: { status: 'running' } });
    end();
    expect(electron.blockers.size).toBe(0);
    expect(forget).toHaveBeenCalledOnce();
  });
});

describe('crashes', () => {
  function watched() {
    const listeners = new Map<string, Handler>();
    const on = (event: string, listener: Handler) => listeners.set(event, listener);
    const window = { on, reload: vi.fn(), webContents: { on, forcefullyCrashRenderer: vi.fn() } };
    const log = vi.fn();
    watchWindow(window as never, log);
    return { listeners, window, log };
  }

  it.each([
    ['Load it again', 0],
    ['Quit', 1],
  ])('of the page are logged and told, with the choice: %s', async (_, choice) => {
    const { listeners, window, log } = watched();
    electron.showMessageBox.mockResolvedValueOnce({ response: choice });
    listeners.get('render-process-gone')?.(null, { reason: 'oom', exitCode: 5 });
    await vi.waitFor(() => expect(window.reload.mock.calls.length + electron.quit.mock.calls.length).toBe(1));
    expect(window.reload.mock.calls.length).toBe(choice === 0 ? 1 : 0);
    expect(log.mock.calls[0]?.[1]).toMatchObject({ code: 'OUT_OF_MEMORY' });
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

describe('a double-clicked workspace', () => {
  it('is the folder around its file, and nothing else counts as one', () => {
    expect(
      workspaceOfArguments(['--flag', 'https://x/', path.join('/data', 'birds', 'Open in CAV-MAE Studio.cavmae')]),
    ).toBe(path.resolve('/data/birds'));
    expect(workspaceOfArguments(['--x.cavmae', '/data/clip.mp4'])).toBeNull();
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
