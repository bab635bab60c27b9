// TEST CODE. The application as a citizen of the desktop: first start, menus, a second start, files opened with it,
// dragging out, and what a page may not do.
import { spawn } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, readFileSync, readdirSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { demoClips } from '../e2e/demoClips.ts';
import { eventually } from '../e2e/studio.ts';
import { nativeMenu } from '../../src/shared/nativeMenu.ts';
import { commandOf, chooseMenu, environmentOf, launch, newHome, shootWindow, type RunningApp } from './electronApp.ts';

let home: string;
let clip: string;
let running: RunningApp;
const data = (): string => path.join(home, 'cav-mae-studio');

beforeAll(async () => {
  home = await newHome();
  const [first] = await demoClips();
  clip = path.join(home, 'own clip.mp4');
  copyFileSync(first!, clip);
  running = await launch({ home });
});
afterAll(async () => {
  await running?.app.close();
  if (home) await rm(home, { recursive: true, force: true });
});

/** Starts the application a second time and waits for it to hand over and end. */
const startAgain = (args: string[], cwd: string): Promise<number | null> => {
  const { executablePath, args: all } = commandOf({ args });
  const child = spawn(executablePath, all, { cwd, env: environmentOf({ home }), stdio: 'ignore' });
  return new Promise((resolve) => child.once('exit', resolve));
};
const inMain = <T>(ask: Parameters<RunningApp['app']['evaluate']>[0]): Promise<T> =>
  running.app.evaluate(ask) as Promise<T>;

describe('the first start', () => {
  it('makes the demo collection, and the task bar shows how far it is', async () => {
    await eventually(
      'the demo job',
      async () => (await running.api.jobs.list({ active: true })).some(({ kind }) => kind === 'demo'),
      30,
    );
    await running.page
      .getByRole('contentinfo')
      .getByText(/Make the demo collection/)
      .waitFor();
    await shootWindow(running, 'first-start');
    // What was asked of the system since; the bar itself cannot be read back.
    await running.app.evaluate(({ BrowserWindow }) => {
      const window = BrowserWindow.getAllWindows()[0]!;
      const shown = ((globalThis as { shown?: number[] }).shown = []) as number[];
      window.setProgressBar = (share: number) => void shown.push(share);
    });
    const shown = (): Promise<number[]> => inMain(() => (globalThis as { shown?: number[] }).shown ?? []);
    await eventually('progress', async () => (await shown()).some((share) => share > 0), 60);
    for (const { id } of await running.api.jobs.list({ active: true })) await running.api.jobs.cancel({ jobId: id });
    await eventually('no more progress', async () => (await shown()).at(-1) === -1, 60);
  });
});

describe('menus', () => {
  it('name commands that the page knows, and have keys for the keyboard alone', async () => {
    const entries = nativeMenu(false).flatMap(({ entries: all }) => all.filter((one) => Array.isArray(one)));
    const source = readdirSync(path.join(import.meta.dirname, '../../src/renderer/src'), { recursive: true })
      .map(String)
      .filter((name) => name.endsWith('.ts'))
      .map((name) => readFileSync(path.join(import.meta.dirname, '../../src/renderer/src', name), 'utf8'))
      .join('\n');
    const unknown = entries
      .map((entry) => (entry as string[])[1]!)
      .filter((id) => {
        return !source.includes(`'${id}'`) && !(id.startsWith('layout.') && source.includes('`layout.$'));
      });
    expect(unknown).toEqual([]);
    const mnemonics = await running.app.evaluate(({ Menu }) =>
      Menu.getApplicationMenu()!.items.map(({ label }) => label),
    );
    expect(mnemonics).toEqual(['&File', '&Edit', '&View', '&Window', '&Help']);
  });

  it('do what they say in the page', async () => {
    const { page } = running;
    await chooseMenu(running, 'View', 'Command palette…');
    await page.getByRole('dialog', { name: /command/i }).waitFor();
    await page.keyboard.press('Escape');
    await chooseMenu(running, 'Help', 'Keyboard shortcuts');
    await page.getByRole('dialog', { name: /shortcuts/i }).waitFor();
    await page.keyboard.press('Escape');
    await chooseMenu(running, 'View', 'Label');
    await expect
      .poll(() => page.getByRole('radiogroup', { name: 'Layout' }).getByRole('radio', { name: 'label' }).isChecked())
      .toBe(true);
    await chooseMenu(running, 'View', 'Explore');
  });

  it('open the folder of logs', async () => {
    await inMain(({ shell }) => {
      shell.openPath = async (folder) => {
        (globalThis as { opened?: string }).opened = folder;
        return '';
      };
    });
    await chooseMenu(running, 'Help', 'Log folder');
    const opened = await inMain<string>(() => (globalThis as { opened?: string }).opened ?? '');
    expect(opened).toBe(path.join(data(), 'workspace', 'logs'));
    expect(existsSync(opened)).toBe(true);
  });
});

describe('files opened with the application', () => {
  it('are offered for import, by a second start that ends by itself', async () => {
    const { page } = running;
    // A path relative to where the second process was started.
    expect(await startAgain([path.basename(clip)], home)).toBe(0);
    const dialog = page.getByRole('dialog').filter({ hasText: 'Originals stay where they are' });
    await dialog.getByText(clip).waitFor();
    await dialog.getByRole('button', { name: 'Import', exact: true }).click();
    await eventually(
      'the clip',
      async () => (await running.api.clips.list({ filter: { text: 'own clip' } })).rows.length === 1,
      60,
    );
    await eventually(
      'the end of its jobs',
      async () => (await running.api.jobs.list({ active: true })).length === 0,
      60,
    );
  });

  it('are workspaces too: a double click on one in a second start changes to it', async () => {
    const other = path.join(home, 'birds');
    mkdirSync(other);
    const first = (await running.api.system.capabilities()).workspace.path;
    await running.api.workspaces.open({ path: other, create: true });
    const current = async (): Promise<string> => (await running.api.system.capabilities()).workspace.path;
    await expect.poll(current, { timeout: 30_000 }).toBe(other);
    expect(await startAgain([path.join('workspace', 'Open in CAV-MAE Studio.cavmae')], data())).toBe(0);
    await expect.poll(current, { timeout: 30_000 }).toBe(first);
    await expect.poll(() => running.page.title()).toMatch(/^workspace/);
    await expect
      .poll(() =>
        running.app.evaluate(({ Menu }) => {
          const file = Menu.getApplicationMenu()!.items[0]!.submenu!.items;
          const recent = file.find(({ label }) => label === 'Open &recent')!.submenu!.items;
          return recent.map(({ label }) => label.split(' — ')[0]);
        }),
      )
      .toEqual(['birds']);
  });
});

describe('clips dragged out', () => {
  it('leave as their media files, named by the engine', async () => {
    await running.page
      .getByRole('contentinfo')
      .getByText(/\d+ clips/)
      .waitFor();
    await inMain(({ BrowserWindow }) => {
      BrowserWindow.getAllWindows()[0]!.webContents.startDrag = (item) => {
        (globalThis as { dragged?: unknown }).dragged = item.files;
      };
    });
    const own = (await running.api.clips.list({ filter: { text: 'own clip' } })).rows[0]!;
    await running.page.evaluate((id) => window.studio!.dragOut!([id, 999_999]), own.id);
    await expect.poll(() => inMain(() => (globalThis as { dragged?: unknown }).dragged)).toEqual([clip]);
  });
});

describe('what a page may not do', () => {
  it('has no Node, and the bridge only', async () => {
    const seen = await running.page.evaluate(() => ({
      node: [typeof require, typeof process, typeof (globalThis as { module?: unknown }).module],
      bridge: Object.values(window.studio ?? {}).every((one) => typeof one === 'function'),
      isolated: crossOriginIsolated,
    }));
    expect(seen).toEqual({ node: ['undefined', 'undefined', 'undefined'], bridge: true, isolated: true });
  });

  it('goes nowhere, opens no window, and is granted no device', async () => {
    const { app, page } = running;
    await inMain(({ shell }) => {
      shell.openExternal = async (url) => void ((globalThis as { outside?: string }).outside = url);
    });
    await page.evaluate(() => {
      location.href = 'https://example.org/away';
    });
    await expect
      .poll(() => inMain(() => (globalThis as { outside?: string }).outside))
      .toBe('https://example.org/away');
    expect(page.url()).toBe('app://studio/');
    expect(await page.evaluate(() => window.open('app://studio/') === null)).toBe(true);
    await page.evaluate(() => {
      location.href = 'file:///etc/passwd';
    });
    await page.waitForTimeout(200);
    expect(page.url()).toBe('app://studio/');
    expect(app.windows().length).toBe(1);
    const position = await page.evaluate(
      () =>
        new Promise((resolve) =>
          navigator.geolocation.getCurrentPosition(
            () => resolve('given'),
            ({ code }) => resolve(code),
          ),
        ),
    );
    expect(position).toBe(1);
    const notifications = await page.evaluate(() => Notification.requestPermission());
    expect(notifications).toBe('granted');
  });

  it('reaches no file by its address', async () => {
    const answers = await running.page.evaluate(async () => {
      const tried = [
        '/../../package.json',
        '/%2e%2e/%2e%2e/package.json',
        '/..%2f..%2fpackage.json',
        '/assets/..%5c..%5cpackage.json',
      ];
      return Promise.all(tried.map(async (at) => (await fetch(at)).text()));
    });
    for (const text of answers) expect(text).not.toContain('"cav-mae-studio"');
    const elsewhere = await running.page.evaluate(() =>
      fetch('app://elsewhere/rpc').then(
        () => 'reached',
        () => 'refused',
      ),
    );
    expect(elsewhere).toBe('refused');
  });

  it('of another site is not heard by the bridge', async () => {
    const server = http.createServer((_, response) => response.end('<title>stranger</title>')).listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    const { port } = server.address() as AddressInfo;
    const answer = await running.app.evaluate(
      async ({ BrowserWindow }, { url, preload }) => {
        const stranger = new BrowserWindow({ show: false, webPreferences: { preload, sandbox: true } });
        await stranger.loadURL(url);
        const heard = (await stranger.webContents.executeJavaScript('window.studio.chooseFolders()')) as unknown;
        stranger.destroy();
        return heard;
      },
      { url: `http://127.0.0.1:${port}/`, preload: path.join(import.meta.dirname, '../../out/shell/preload.cjs') },
    );
    server.close();
    // No dialog was opened, or the test would wait for it.
    expect(answer).toEqual([]);
  });
});

describe('the system', () => {
  it('decides on dark or light, and on motion', async () => {
    const { page } = running;
    await chooseMenu(running, 'View', 'Theme of the system');
    const theme = (): Promise<string | undefined> => page.evaluate(() => document.documentElement.dataset.theme);
    await expect.poll(() => inMain(({ nativeTheme }) => nativeTheme.themeSource)).toBe('system');
    for (const scheme of ['dark', 'light'] as const) {
      await page.emulateMedia({ colorScheme: scheme, reducedMotion: 'reduce' });
      await expect.poll(theme).toBe(scheme);
    }
    const moving = await page.evaluate(() =>
      [...document.querySelectorAll('*')]
        .filter((one) => parseFloat(getComputedStyle(one).transitionDuration) > 0.01)
        .map((one) => one.className),
    );
    expect(moving).toEqual([]);
  });

  it('has the window back where it was', async () => {
    await running.app.evaluate(({ BrowserWindow }) =>
      BrowserWindow.getAllWindows()[0]!.setBounds({ x: 60, y: 40, width: 1100, height: 760 }),
    );
    await running.app.close();
    running = await launch({ home });
    const bounds = await running.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]!.getBounds());
    expect(bounds).toMatchObject({ width: 1100, height: 760 });
    // The demo was offered once.
    expect((await running.api.jobs.list({ active: true })).some(({ kind }) => kind === 'demo')).toBe(false);
  });
});
