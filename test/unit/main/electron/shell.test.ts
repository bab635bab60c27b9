// The shell against a mocked Electron: what it asks of it, and what it refuses.
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
    windows: [] as { options: { webPreferences: Record<string, unknown> }; loaded: string[]; shown: boolean; maximised: boolean }[],
    fork: vi.fn(),
    send: vi.fn(),
  };
});

vi.mock('electron', () => ({
  app: { name: 'CAV-MAE Studio', on: (event: string, handler: Handler) => electron.handlers.set(`app:${event}`, handler) },
  protocol: { registerSchemesAsPrivileged: electron.registerSchemesAsPrivileged },
  shell: { openExternal: electron.openExternal },
  dialog: { showMessageBox: electron.showMessageBox, showOpenDialog: electron.showOpenDialog, showSaveDialog: vi.fn() },
  ipcMain: { handle: (channel: string, handler: Handler) => electron.handlers.set(channel, handler) },
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
    loadURL(url: string): void { this.loaded.push(url); }
    once(_: string, listener: () => void): void { listener(); }
    on(event: string, listener: Handler): void { electron.handlers.set(`window:${event}`, listener); }
    show(): void { this.shown = true; }
    maximize(): void { this.maximised = true; }
    getNormalBounds() { return { x: 1, y: 2, width: 3, height: 4 }; }
    isMaximized() { return false; }
  },
}));

const { origin, registerScheme, serveScheme } = await import('../../../../src/main/electron/appScheme.ts');
const { serveDialogs } = await import('../../../../src/main/electron/dialogs.ts');
const { lockDownContents, lockDownSession } = await import('../../../../src/main/electron/lockDown.ts');
const { buildMenu } = await import('../../../../src/main/electron/menu.ts');
const { spawnUtilityWorker } = await import('../../../../src/main/electron/spawnUtilityWorker.ts');
const { openStudioWindow } = await import('../../../../src/main/electron/studioWindow.ts');
const { chooseFoldersChannel, commandChannel } = await import('../../../../src/shared/bridgeChannels.ts');

beforeEach(() => {
  electron.handlers.clear();
  electron.windows.length = 0;
  vi.clearAllMocks();
});

describe('scheme', () => {
  it('is standard and secure, so that threads and relative addresses work', () => {
    registerScheme();
    expect(electron.registerSchemesAsPrivileged.mock.calls[0]?.[0]).toMatchObject([{ scheme: 'app', privileges: { standard: true, secure: true, supportFetchAPI: true, stream: true } }]);
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
    lockDownContents({ setWindowOpenHandler: (given: Handler) => (open = given), on: (event: string, listener: Handler) => listeners.set(event, listener) } as never);
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
    expect(['https://evil.example', 'file:///etc/passwd', 'app://studio.evil/', 'app://studiox/'].map(go)).toEqual([true, true, true, true]);
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
    lockDownSession({ setPermissionRequestHandler: (given: Handler) => (request = given), setPermissionCheckHandler: (given: Handler) => (check = given), setDevicePermissionHandler: (given: Handler) => (device = given) } as never);
    const ask = (url: string, permission: string) => new Promise((resolve) => request({ getURL: () => url }, permission, resolve));
    for (const permission of ['geolocation', 'notifications', 'midi', 'openExternal', 'display-capture', 'idle-detection']) expect(await ask(`${origin}/`, permission)).toBe(false);
    expect(await ask(`${origin}/`, 'fullscreen')).toBe(true);
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
    openStudioWindow({ read: () => ({ bounds: { x: 10, y: 10, width: 800, height: 600 }, maximised: true }), write: (state) => written.push(state) });
    const [window] = electron.windows;
    expect(window?.options.webPreferences).toMatchObject({ contextIsolation: true, sandbox: true, nodeIntegration: false, webSecurity: true, webviewTag: false });
    expect(window?.options).toMatchObject({ x: 10, width: 800 });
    expect(window?.loaded).toEqual([`${origin}/`]);
    expect(window?.maximised).toBe(true);
    electron.handlers.get('window:close')?.();
    expect(written).toEqual([{ bounds: { x: 1, y: 2, width: 3, height: 4 }, maximised: false }]);
  });

  it('is not opened where no screen is any more', () => {
    openStudioWindow({ read: () => ({ bounds: { x: 9000, y: 10, width: 800, height: 600 }, maximised: false }), write: () => {} });
    expect(electron.windows[0]?.options).not.toHaveProperty('x');
  });
});

describe('dialogs', () => {
  it('hear our own page only', async () => {
    serveDialogs();
    const choose = electron.handlers.get(chooseFoldersChannel);
    electron.showOpenDialog.mockResolvedValueOnce({ canceled: false, filePaths: ['/media/birds'] }).mockResolvedValueOnce({ canceled: true, filePaths: [] });
    const from = (url: string) => ({ sender: {}, senderFrame: { url } });
    expect(await choose?.(from(`${origin}/`))).toEqual(['/media/birds']);
    expect(await choose?.(from(`${origin}/`))).toEqual([]);
    await expect(async () => choose?.(from('https://evil.example/'))).rejects.toThrow(/may not ask/);
  });
});

describe('menu', () => {
  it('sends its own entries to the page as commands', () => {
    const menu = buildMenu(() => ({ webContents: { send: electron.send } }) as never);
    const entries = menu.flatMap(({ submenu }) => (Array.isArray(submenu) ? submenu : []));
    const importEntry = entries.find(({ label }) => label === 'Import…');
    importEntry?.click?.(null as never, undefined, null as never);
    expect(electron.send).toHaveBeenCalledWith(commandChannel, 'import.open');
  });
});

describe('utility worker', () => {
  it('is the same transport as the Node worker', () => {
    const listeners = new Map<string, Handler>();
    const child = { postMessage: vi.fn(), on: (event: string, listener: Handler) => listeners.set(event, listener), once: (event: string, listener: Handler) => listeners.set(event, listener), kill: vi.fn(), stderr: null };
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
