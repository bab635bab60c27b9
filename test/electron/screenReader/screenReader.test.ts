// TEST CODE. What a screen reader is told of the application by the system (AT-SPI), and the menus by the keyboard alone.
import { spawn, spawnSync, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { createInterface, type Interface } from 'node:readline';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { nativeMenu } from '../../../src/shared/nativeMenu.ts';
import { eventually } from '../../e2e/studio.ts';
import { commandOf, environmentOf, newHome } from '../electronApp.ts';

type Node = [depth: number, role: string, name: string];
const launcher = '/usr/libexec/at-spi-bus-launcher';
const python = '/usr/bin/python3';
const works = (command: string, ...args: string[]): boolean =>
  spawnSync(command, args, { stdio: 'ignore' }).status === 0;

/** Why a screen reader's view cannot be had here; null where it can. */
function obstacle(): string | null {
  if (process.platform !== 'linux') return 'AT-SPI is of Linux';
  if (!existsSync(launcher) || !works('dbus-run-session', '--version'))
    return 'no AT-SPI (Debian: apt-get install at-spi2-core dbus)';
  if (!works(python, '-c', "import gi; gi.require_version('Atspi', '2.0'); from gi.repository import Atspi"))
    return 'no AT-SPI for Python (Debian: apt-get install python3-gi gir1.2-atspi-2.0)';
  return works('xdotool', 'version') ? null : 'no xdotool (Debian: apt-get install xdotool)';
}

const why = obstacle();
if (why) console.log(`Skipped: what a screen reader sees, since there is ${why}.`);

/** Roles of what a person can act on. */
const controls = /^(push button|toggle button|radio button|check box|entry|combo box|slider|menu item|link)$/;

describe.skipIf(why !== null)('a screen reader', () => {
  let home: string;
  let driver: ChildProcessWithoutNullStreams;
  let lines: Interface;
  /** The services of the session write to the same stream: an answer is a line that holds a list. */
  const ask = async <T>(command: string): Promise<T> => {
    driver.stdin.write(`${command}\n`);
    for (;;) {
      const [line] = (await once(lines, 'line')) as [string];
      if (line.startsWith('[')) return JSON.parse(line) as T;
    }
  };
  const tree = (): Promise<Node[]> => ask('tree');
  const shown = async (role: string, name: string): Promise<boolean> =>
    (await tree()).some((node) => node[1] === role && node[2] === name);

  beforeAll(async () => {
    home = await newHome();
    const { executablePath, args } = commandOf({ args: ['--no-demo'] });
    const script = `${launcher} --launch-immediately --a11y=1 --screen-reader=1 & sleep 1; exec "$@"`;
    const driven = [python, path.join(import.meta.dirname, 'driver.py'), executablePath];
    driver = spawn(
      'dbus-run-session',
      ['--', 'sh', '-c', script, 'sh', ...driven, '--force-renderer-accessibility', ...args],
      { env: environmentOf({ home }), stdio: 'pipe' },
    );
    lines = createInterface(driver.stdout);
    await eventually('the window', () => shown('push button', 'Import…'), 60);
  });
  afterAll(async () => {
    const ended = new Promise((resolve) => driver.once('exit', resolve));
    driver.stdin.end();
    await ended;
    await rm(home, { recursive: true, force: true });
  });

  it('is told the name of every control, the landmarks and the headings', async () => {
    const nodes = await tree();
    const acted = nodes.filter(([, role]) => controls.test(role));
    expect(acted.length).toBeGreaterThan(30);
    expect(acted.filter(([, , name]) => name.trim() === '')).toEqual([]);
    expect(nodes.filter(([, role]) => role === 'landmark').map(([, , name]) => name)).toContain(
      'Collection, filters and labels',
    );
    expect(nodes.filter(([, role]) => role === 'heading').length).toBeGreaterThan(3);
    expect(nodes.find(([, role]) => role === 'document web')?.[2]).toContain('CAV-MAE Studio');
  });

  it('hears the menus, which the keyboard alone opens and chooses from', async () => {
    const [file] = nativeMenu(false);
    const words = (name: string): string => name.replaceAll('&', '');
    const wanted = file!.entries.flatMap((entry) => (Array.isArray(entry) ? [words(entry[0] as string)] : []));
    await ask('keys alt+f');
    const heard = async (): Promise<string[]> =>
      (await tree()).filter(([, role]) => role === 'menu item').map(([, , name]) => name);
    await eventually('the menu', async () => (await heard()).length >= wanted.length, 20);
    const names = await heard();
    for (const name of wanted) expect(names.some((one) => one.startsWith(name))).toBe(true);
    await ask('keys Down Return');
    await eventually('the dialog of workspaces', () => shown('dialog', 'Workspaces'), 20);
    await ask('keys Escape');
    await eventually('its end', async () => !(await shown('dialog', 'Workspaces')), 20);
  });
});
