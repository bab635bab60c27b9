// TEST CODE. The built application in a real Electron, driven by Playwright: started on folders of its own, asked past the window, killed.
import { createORPCClient } from '@orpc/client';
import { RPCLink } from '@orpc/client/fetch';
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { _electron, type ElectronApplication, type Page } from 'playwright-core';
import { shots } from '../e2e/studio.ts';
import type { EngineClient } from '../e2e/studioHost.ts';

export const root = fileURLToPath(new URL('../../', import.meta.url));

/**
 * Electron runs what lies in its `resources/app`. This loader runs the folder named on the command line, as Electron's default
 * application does, and before Electron is ready: privileges of a scheme can be settled only then.
 */
const loader = `
const { app } = require('electron');
const fs = require('node:fs');
const path = require('node:path');
const folder = path.resolve(process.argv.find((one, i) => i > 0 && !one.startsWith('-')));
const about = JSON.parse(fs.readFileSync(path.join(folder, 'package.json'), 'utf8'));
app.setName(about.name);
app.setVersion(about.version);
app.setPath('userData', path.join(app.getPath('appData'), about.name));
app.setAppPath(folder);
require(path.join(folder, about.main));
`;

/** A copy of the Electron that CAVMAE_ELECTRON names (files linked where the disk allows), with that loader. Returns its binary. */
export function electronBinary(name = 'electron'): string {
  const given = process.env.CAVMAE_ELECTRON;
  if (!given || !existsSync(given)) throw new Error('CAVMAE_ELECTRON names no Electron binary');
  const key = createHash('sha256')
    .update(JSON.stringify([given, loader, name]))
    .digest('hex')
    .slice(0, 12);
  const folder = path.join(path.dirname(path.dirname(given)), `.cavmae-test-${key}`);
  const binary = path.join(folder, name);
  if (existsSync(binary)) return binary;
  rmSync(folder, { recursive: true, force: true });
  try {
    execFileSync('cp', ['-al', path.dirname(given), folder], { stdio: 'ignore' });
  } catch {
    rmSync(folder, { recursive: true, force: true });
    cpSync(path.dirname(given), folder, { recursive: true });
  }
  const app = path.join(folder, 'resources', 'app');
  rmSync(app, { recursive: true, force: true });
  mkdirSync(app);
  writeFileSync(path.join(app, 'package.json'), '{"name":"loader","main":"main.cjs"}');
  writeFileSync(path.join(app, 'main.cjs'), loader);
  if (name !== path.basename(given)) {
    cpSync(path.join(folder, path.basename(given)), `${binary}.part`);
    execFileSync('mv', [`${binary}.part`, binary]);
  }
  return binary;
}

const flags = [...(process.getuid?.() === 0 ? ['--no-sandbox'] : []), '--use-gl=angle', '--use-angle=swiftshader'];
const node = [path.join(root, 'node_modules', '.bin', 'node'), process.execPath].find((file) => existsSync(file))!;

export interface RunningApp {
  readonly app: ElectronApplication;
  readonly page: Page;
  /** The engine asked through the window's own way. */
  readonly api: EngineClient;
  /** Errors of the page. */
  readonly problems: string[];
  /** Process ids of the engine and its workers. */
  engine(): number;
}

export interface LaunchOptions {
  /** Stands for the person's home: settings and the default workspace lie in it. */
  home: string;
  args?: readonly string[];
  environment?: Record<string, string>;
  binary?: string;
}

export const environmentOf = ({ home, environment = {} }: LaunchOptions): Record<string, string> => ({
  ...(process.env as Record<string, string>),
  XDG_CONFIG_HOME: home,
  CAVMAE_NODE: node,
  ...environment,
});
export const commandOf = ({ binary = electronBinary(), args = [] }: Pick<LaunchOptions, 'binary' | 'args'>) => ({
  executablePath: binary,
  args: [...flags, root, ...args],
});

/** The typed client, whose requests are made by the page itself. */
function clientOf(page: Page): EngineClient {
  const link = new RPCLink({
    url: 'http://studio/rpc',
    async fetch(request) {
      const body = request.method === 'GET' ? null : await request.text();
      const asked = { at: new URL(request.url).pathname, body, type: request.headers.get('content-type') ?? '' };
      const answer = await page.evaluate(async ({ at, body: text, type }) => {
        const given = await fetch(
          at,
          text === null ? {} : { method: 'POST', body: text, headers: { 'content-type': type } },
        );
        return { status: given.status, text: await given.text(), type: given.headers.get('content-type') ?? '' };
      }, asked);
      return new Response(answer.text, { status: answer.status, headers: { 'content-type': answer.type } });
    },
  });
  return createORPCClient(link);
}

const commandLine = (pid: string): string => {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  } catch {
    return '';
  }
};
const parentOf = (pid: string): number => {
  try {
    return Number(readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)!.split(' ')[1]);
  } catch {
    return -1;
  }
};

export async function launch(options: LaunchOptions): Promise<RunningApp> {
  const app = await _electron.launch({ ...commandOf(options), env: environmentOf(options), timeout: 60_000 });
  const page = await app.firstWindow({ timeout: 60_000 });
  page.setDefaultTimeout(60_000);
  const problems: string[] = [];
  page.on('pageerror', (error) => problems.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error') problems.push(`${message.text()} (${message.location().url})`);
  });
  await page
    .getByRole('contentinfo')
    .getByText(/\d+ clips/)
    .waitFor();
  return {
    app,
    page,
    problems,
    api: clientOf(page),
    engine() {
      const own = app.process().pid!;
      const found = readdirSync('/proc').find((pid) => parentOf(pid) === own && commandLine(pid).includes('engine.js'));
      if (!found) throw new Error('there is no engine process');
      return Number(found);
    },
  };
}

export const newHome = (): Promise<string> => mkdtemp(path.join(os.tmpdir(), 'cavmae-home-'));

/** What the window shows, at both sizes that are looked at. */
export async function shootWindow({ app, page }: RunningApp, name: string): Promise<void> {
  mkdirSync(shots, { recursive: true });
  for (const [width, height] of [
    [1440, 900],
    [1024, 700],
  ] as const) {
    await app.evaluate(({ BrowserWindow }, size) => BrowserWindow.getAllWindows()[0]!.setContentSize(...size), [
      width,
      height,
    ] as [number, number]);
    await page.waitForFunction((wide) => Math.abs(innerWidth - wide) < 3, width);
    await page.waitForTimeout(400);
    await page.screenshot({ path: path.join(shots, `electron-${name}-${width}x${height}.png`) });
  }
}

/** Stubs the one thing that no test can click: the system's dialog. */
export const answerOpenDialog = ({ app }: RunningApp, paths: string[]): Promise<void> =>
  app.evaluate(({ dialog }, filePaths) => {
    dialog.showOpenDialog = async () => ({ canceled: filePaths.length === 0, filePaths });
  }, paths);

/** Chooses an entry of the native menu by its words, as `File`, `Import…`. */
export const chooseMenu = ({ app }: RunningApp, menu: string, entry: string): Promise<void> =>
  app.evaluate(
    ({ Menu, BrowserWindow }, [top, name]) => {
      const plain = (label: string): string => label.replaceAll('&', '');
      const items = Menu.getApplicationMenu()!.items.find(({ label }) => plain(label) === top)!.submenu!.items;
      const item = items.find(({ label }) => plain(label) === name);
      if (!item) throw new Error(`${top} has no ${name}, only ${items.map(({ label }) => label).join(', ')}`);
      item.click(undefined, BrowserWindow.getAllWindows()[0], undefined);
    },
    [menu, entry] as [string, string],
  );
