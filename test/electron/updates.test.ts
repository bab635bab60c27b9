// TEST CODE. Updates against a server on this machine: looked for when asked, fetched and installed by a yes to each.
import { createHash } from 'node:crypto';
import { chmodSync, copyFileSync, existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { eventually } from '../e2e/studio.ts';
import { chooseMenu, electronBinary, launch, newHome, root, type RunningApp } from './electronApp.ts';

let home: string;
let server: http.Server;
let running: RunningApp | null = null;
const asked: string[] = [];
/** Stands for the new version: it says that it was started. */
let update: Buffer;
let marker: string;

beforeAll(async () => {
  home = await newHome();
  marker = path.join(home, 'started');
  update = Buffer.from(`#!/bin/sh\ntouch "${marker}"\n`);
  const sha512 = createHash('sha512').update(update).digest('base64');
  const name = 'studio-9.0.0.AppImage';
  const manifest = `version: 9.0.0\nfiles:\n  - url: ${name}\n    sha512: ${sha512}\n    size: ${update.length}\npath: ${name}\nsha512: ${sha512}\nreleaseDate: '2026-12-01T00:00:00.000Z'\n`;
  server = http
    .createServer((request, response) => {
      asked.push(new URL(request.url ?? '', 'http://x').pathname);
      response.end(asked.at(-1) === '/latest-linux.yml' ? manifest : update);
    })
    .listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
});
afterAll(async () => {
  await running?.app.close().catch(() => undefined);
  server?.close();
  if (home) rmSync(home, { recursive: true, force: true });
});

it.runIf(process.platform === 'linux')('are had from the place named at packing, by a yes to each', async () => {
  const { port } = server.address() as AddressInfo;
  const place = `provider: generic\nurl: http://127.0.0.1:${port}\nchannel: latest\nupdaterCacheDirName: cav-mae-studio-test\n`;
  // A binary of another name counts as packaged; what a package carries is laid beside it.
  const binary = electronBinary('studio');
  writeFileSync(path.join(path.dirname(binary), 'resources', 'app-update.yml'), place);
  const node = path.join(path.dirname(binary), 'resources', 'node');
  mkdirSync(node, { recursive: true });
  if (!existsSync(path.join(node, 'node')))
    copyFileSync(path.join(root, 'node_modules', '.bin', 'node'), path.join(node, 'node'));
  const old = path.join(home, 'Studio.AppImage');
  writeFileSync(old, '#!/bin/sh\n');
  chmodSync(old, 0o755);
  running = await launch({
    home,
    binary,
    args: ['--no-demo'],
    environment: { APPIMAGE: old, XDG_CACHE_HOME: path.join(home, 'cache') },
  });
  expect(asked).toEqual([]);
  await running.app.evaluate(({ dialog }) => {
    const said = ((globalThis as { said?: string[] }).said = []) as string[];
    dialog.showMessageBox = (async (...given: { message?: string }[]) => {
      said.push(given.at(-1)!.message!);
      return { response: said.length > 2 ? 1 : 0, checkboxChecked: false };
    }) as typeof dialog.showMessageBox;
  });
  const said = (): Promise<string[]> => running!.app.evaluate(() => (globalThis as { said?: string[] }).said ?? []);
  const ended = new Promise((resolve) => running!.app.process().once('exit', resolve));
  await chooseMenu(running, 'Help', 'Check for updates…');
  await eventually('the update to be fetched', async () => (await said().catch(() => ['', ''])).length >= 2, 60);
  expect(asked).toEqual(['/latest-linux.yml', '/studio-9.0.0.AppImage']);
  // Installed: the shell ends in order, and the new version is started.
  await ended;
  await eventually('the new version', async () => existsSync(marker), 30);
});
