// TEST CODE. The window as a desktop application: theme, help, workspaces, two windows, dragging out, crashes, and what
// everyone can use.
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { topics } from '../../src/renderer/src/features/help/topics.ts';
import { violations } from './accessibility.ts';
import { openBrowser, openPage } from './browser.ts';
import { preparedWorkspace } from './preparedWorkspace.ts';
import { dismissMessages, layout, shoot, shots } from './studio.ts';
import { startStudioHost, type StudioHost } from './studioHost.ts';

const guidePictures = fileURLToPath(new URL('../../src/renderer/public/guide/', import.meta.url));
let workspace: string;
let elsewhere: string;
let host: StudioHost;
let browser: Browser;
let page: Page;
let problems: string[];
let pictured = 0;

beforeAll(async () => {
  workspace = await preparedWorkspace();
  elsewhere = await mkdtemp(path.join(os.tmpdir(), 'cavmae-elsewhere-'));
  host = await startStudioHost(workspace);
  browser = await openBrowser();
  ({ page, problems } = await openPage(browser, host.url));
  page.setDefaultTimeout(60_000);
  await page
    .getByRole('contentinfo')
    .getByText(/\d+ clips/)
    .waitFor();
}, 600_000);
afterAll(async () => {
  await browser?.close();
  await host?.end('SIGTERM');
  for (const folder of [workspace, `${workspace}-data`, elsewhere])
    if (folder) await rm(folder, { recursive: true, force: true });
});
afterEach(async ({ task }) => {
  if (task.result?.state !== 'fail' || !page) return;
  await page.screenshot({ path: path.join(shots, `desktop-failed-${++pictured}.png`) }).catch(() => undefined);
  // The dialog that it left open is not the next test's failure.
  await page.reload();
});

const wait = { timeout: 60_000 };
const theme = (): Promise<string | undefined> => page.evaluate(() => document.documentElement.dataset.theme);
const command = async (words: string): Promise<void> => {
  await page.keyboard.press('Control+k');
  await page.getByRole('dialog', { name: 'Command palette' }).getByRole('combobox').fill(words);
  await page.keyboard.press('Enter');
};

describe('the desktop', () => {
  it('follows the theme of the system until one is chosen', async () => {
    expect(await theme()).toBe('dark');
    await page.emulateMedia({ colorScheme: 'light' });
    await expect.poll(theme, wait).toBe('light');
    await page.getByRole('button', { name: 'Dark theme' }).click();
    await expect.poll(theme, wait).toBe('dark');
    await command('follow the system');
    await expect.poll(theme, wait).toBe('light');
    await page.emulateMedia({ colorScheme: 'dark' });
    await expect.poll(theme, wait).toBe('dark');
  });

  it('stands still for those who ask for it', async () => {
    await page.emulateMedia({ reducedMotion: 'reduce' });
    await page.keyboard.press('Control+j');
    await page.getByRole('region', { name: 'Jobs' }).waitFor();
    const longest = await page.evaluate(() =>
      Math.max(
        0,
        ...[...document.querySelectorAll('*')].flatMap((element) => {
          const { animationDuration, transitionDuration } = getComputedStyle(element);
          return `${animationDuration}, ${transitionDuration}`
            .split(', ')
            .map((duration) => Number.parseFloat(duration) * (duration.endsWith('ms') ? 1 : 1000));
        }),
      ),
    );
    expect(longest).toBeLessThanOrEqual(0.1);
    await page.emulateMedia({ reducedMotion: 'no-preference' });
  });

  it('finds a command by a few of its letters, and shows every key', async () => {
    await page.keyboard.press('Control+k');
    const palette = page.getByRole('dialog', { name: 'Command palette' });
    const everyCommand = await palette.getByRole('option').count();
    expect(everyCommand).toBeGreaterThan(40);
    await palette.getByRole('combobox').fill('hide sidebar');
    await expect.poll(() => palette.getByRole('option').first().textContent(), wait).toContain('sidebar');
    expect(await violations(page)).toEqual([]);
    const sidebar = page.getByRole('complementary', { name: 'Collection, filters and labels' });
    await page.keyboard.press('Enter');
    await sidebar.waitFor({ state: 'detached' });
    await command('hide sidebar');
    await sidebar.waitFor();
    await page.keyboard.press('Control+k');
    await palette.getByRole('combobox').fill('no such command');
    await palette.getByText('No command matches').waitFor();
    await page.keyboard.press('Escape');
    await palette.waitFor({ state: 'detached' });
    await page.keyboard.press('?');
    const sheet = page.getByRole('dialog', { name: 'Keyboard shortcuts' });
    // As many as have a key, the palette's own among them.
    for (const title of ['Undo', 'Select with the lasso', 'Play or pause'])
      await sheet.getByText(title, { exact: false }).first().waitFor();
    expect(await sheet.locator('dt').count()).toBeGreaterThan(30);
    await shoot({ page }, '44-shortcuts', { both: true });
    expect(await violations(page)).toEqual([]);
    // The focus stays inside, and goes back to where it came from.
    for (let i = 0; i < 6; i++) await page.keyboard.press('Tab');
    expect(await page.evaluate(() => document.activeElement?.closest('[role=dialog]') !== null)).toBe(true);
    await page.keyboard.press('Escape');
    await sheet.waitFor({ state: 'detached' });
  });

  it('leads a newcomer from step to step, each ticked off by being done', async () => {
    const steps = page.getByRole('region', { name: 'First steps' });
    const current = (): Promise<string | null> => steps.locator('[aria-current=step]').textContent();
    expect(await steps.getByRole('button', { name: /^Import video or sound ?, done/ }).count()).toBe(1);
    expect(await current()).toContain('Label a few clips');
    await steps.getByRole('button', { name: /Label a few clips/ }).click();
    await page.getByRole('toolbar', { name: 'Queue' }).waitFor();
    const schema = await host.api.schemas.create({ name: 'First', multiLabel: false, classes: ['one', 'two'] });
    const { rows } = await host.api.clips.list({ limit: 12 });
    for (const [k, { id }] of schema.classes.entries())
      await host.api.annotations.set({
        clipIds: rows.filter((_, i) => i % 2 === k).map((clip) => clip.id),
        classId: id,
        value: 'positive',
      });
    await expect.poll(current, wait).toContain('Train a classifier');
    await layout(page, 'inspect');
    await expect
      .poll(() => steps.getByRole('button', { name: /^Inspect a reconstruction ?, done/ }).count(), wait)
      .toBe(1);
    await shoot({ page }, '45-first-steps', { both: true });
    await steps.getByRole('button', { name: 'Hide first steps' }).click();
    await steps.waitFor({ state: 'detached' });
    await page.reload();
    await page
      .getByRole('contentinfo')
      .getByText(/\d+ clips/)
      .waitFor();
    expect(await steps.count()).toBe(0);
    await command('first steps');
    await steps.waitFor();
    for (const _ of schema.classes) await host.api.annotations.undo();
    await expect.poll(current, wait).toContain('Label a few clips');
    await layout(page, 'explore');
  });

  it('shows the jobs in every layout', async () => {
    for (const name of ['explore', 'label', 'train', 'inspect', 'events']) {
      await layout(page, name);
      await page.getByRole('region', { name: 'Jobs' }).getByText('done').first().waitFor();
    }
    await page.keyboard.press('Control+j');
    await layout(page, 'explore');
  });

  it('helps inside, with the picture of every topic that has one', async () => {
    await page.keyboard.press('Shift+F1');
    const help = page.getByRole('dialog', { name: 'Help' });
    const buttons = help.getByRole('navigation', { name: 'Topics' }).getByRole('button');
    expect(await buttons.allTextContents()).toEqual(topics.map(({ title }) => title));
    const pictured = topics.filter(({ id }) => existsSync(path.join(guidePictures, `${id}.webp`)));
    expect(pictured.length).toBeGreaterThan(1);
    for (const { title, picture } of pictured) {
      await help.getByRole('button', { name: title, exact: true }).click();
      await expect
        .poll(
          () =>
            help
              .getByRole('img', { name: picture })
              .evaluate((image: HTMLImageElement) => image.complete && image.naturalWidth > 500),
          wait,
        )
        .toBe(true);
    }
    await buttons.first().click();
    await shoot({ page }, '40-help', { both: true });
    expect(await violations(page)).toEqual([]);
    await page.keyboard.press('Escape');
    await help.waitFor({ state: 'detached' });
  });

  it('gathers a report that names nobody', async () => {
    await command('report a problem');
    const report = page.getByRole('textbox', { name: 'Report' });
    await report.waitFor();
    const text = await report.inputValue();
    for (const part of ['tensors:', 'decoder:', 'End of the log', 'browser:']) expect(text).toContain(part);
    expect(text).not.toContain(path.basename(workspace));
    expect(text).not.toContain('bird-001');
    await shoot({ page }, '41-report', { both: true });
    expect(await violations(page)).toEqual([]);
    await page.keyboard.press('Escape');
  });

  it('lets clips be dragged out', async () => {
    const { url, name, types } = await page
      .locator('[role=option]')
      .first()
      .evaluate((cell) => {
        const transfer = new DataTransfer();
        cell.dispatchEvent(new DragEvent('dragstart', { dataTransfer: transfer, bubbles: true, cancelable: true }));
        return {
          url: transfer.getData('text/uri-list'),
          name: cell.getAttribute('aria-label'),
          types: [...transfer.types],
        };
      });
    expect(types).toEqual(expect.arrayContaining(['text/uri-list', 'text/plain', 'downloadurl']));
    const { status, bytes } = await page.evaluate(async (address) => {
      const response = await fetch(address);
      return { status: response.status, bytes: (await response.arrayBuffer()).byteLength };
    }, url);
    expect({ status, some: bytes > 1000, name: Boolean(name) }).toEqual({ status: 200, some: true, name: true });
  });

  it('keeps two windows on one workspace in step', async () => {
    const other = await page.context().newPage();
    other.setDefaultTimeout(60_000);
    await other.goto(host.origin);
    await other
      .getByRole('contentinfo')
      .getByText(/\d+ clips/)
      .waitFor();
    const schema = await host.api.schemas.create({ name: 'Seen in both', multiLabel: false, classes: ['owl'] });
    const { labelled } = await host.api.collection.summary();
    const clipId = (await host.api.clips.list({ limit: 100 })).rows.at(-1)!.id;
    await host.api.annotations.set({ clipIds: [clipId], classId: schema.classes[0]!.id, value: 'positive' });
    for (const window of [page, other])
      await window
        .getByRole('contentinfo')
        .getByText(`${labelled + 1} labelled`, { exact: true })
        .waitFor();
    await other.close();
  });

  it('changes to a new workspace and back, in every window', async () => {
    const other = await page.context().newPage();
    other.setDefaultTimeout(60_000);
    await other.goto(host.origin);
    await other
      .getByRole('contentinfo')
      .getByText(/\d+ clips/)
      .waitFor();
    await page.keyboard.press('Control+Shift+o');
    const dialog = page.getByRole('dialog', { name: 'Workspaces' });
    await dialog.getByRole('textbox', { name: 'Folder of the workspace' }).fill(path.join(elsewhere, 'nothing here'));
    await dialog.getByRole('button', { name: 'Open', exact: true }).click();
    await dialog.getByRole('alert').getByText('there is no workspace in').waitFor();
    await shoot({ page }, '42-workspaces', { both: true });
    expect(await violations(page)).toEqual([]);
    await dialog.getByRole('textbox', { name: 'Folder of the workspace' }).fill(path.join(elsewhere, 'owls'));
    await dialog.getByRole('button', { name: 'Make a new workspace here' }).click();
    for (const window of [page, other]) {
      await window.getByRole('button', { name: 'Workspace owls: change' }).waitFor();
      await window.getByRole('contentinfo').getByText('0 clips').waitFor();
    }
    await other.close();
    await page.getByRole('button', { name: 'Workspace owls: change' }).click();
    await page
      .getByRole('list', { name: 'Recent workspaces' })
      .getByRole('button', { name: path.basename(workspace) })
      .first()
      .click();
    await page
      .getByRole('contentinfo')
      .getByText(/[1-9]\d* clips/)
      .waitFor();
    // The console tells of the folder that holds no workspace.
    expect(problems.splice(0)).toEqual([expect.stringContaining('/rpc/workspaces/open')]);
  });

  it('offers a way on when a part of the window breaks', async () => {
    await page.evaluate(() => {
      localStorage.setItem('studio.layout', 'train');
      setTimeout(() => {
        throw new Error('made by the test');
      });
    });
    const dialog = page.getByRole('dialog', { name: 'A part of the window stopped working' });
    await dialog.getByText('made by the test').waitFor();
    await shoot({ page }, '43-crash', { both: true });
    expect(await violations(page)).toEqual([]);
    await dialog.getByRole('button', { name: 'Forget the layout and load' }).click();
    await page
      .getByRole('contentinfo')
      .getByText(/[1-9]\d* clips/)
      .waitFor();
    expect(
      await page
        .getByRole('radiogroup', { name: 'Layout' })
        .getByRole('radio', { name: 'explore' })
        .getAttribute('aria-checked'),
    ).toBe('true');
    expect(problems.splice(0)).toEqual([expect.stringContaining('made by the test')]);
  });

  it('takes commands of a native menu, and gives clips to the shell by their ids', async () => {
    const shell = await (await browser.newContext({ viewport: { width: 1440, height: 900 } })).newPage();
    await shell.addInitScript(() => {
      const heard = { listener: (_: string) => {}, dragged: [] as unknown[], theme: '' };
      Object.assign(window, {
        heard,
        studio: {
          onCommand: (listener: (id: string) => void) => {
            heard.listener = listener;
            return () => {};
          },
          dragOut: (clipIds: unknown) => heard.dragged.push(clipIds),
          setTheme: (name: string) => {
            heard.theme = name;
          },
        },
      });
    });
    shell.setDefaultTimeout(60_000);
    await shell.context().addCookies(await page.context().cookies());
    await shell.goto(host.origin);
    await shell.locator('[role=option]').first().waitFor();
    // A place in the list is there before its clip is, and cannot be dragged yet.
    const drag = () =>
      shell.evaluate(() => {
        document
          .querySelector('[role=option]')!
          .dispatchEvent(
            new DragEvent('dragstart', { dataTransfer: new DataTransfer(), bubbles: true, cancelable: true }),
          );
        return (window as unknown as { heard: { dragged: unknown[]; theme: string } }).heard;
      });
    await expect.poll(async () => (await drag()).dragged.length, wait).toBeGreaterThan(0);
    const seen = await drag();
    expect(seen.dragged.at(-1)).toEqual([expect.any(Number)]);
    expect(seen.theme).toBe('system');
    await shell.evaluate(() =>
      (window as unknown as { heard: { listener: (id: string) => void } }).heard.listener('help.shortcuts'),
    );
    await shell.getByRole('dialog', { name: 'Keyboard shortcuts' }).waitFor();
    await shell.context().close();
  });

  it.each(['dark', 'light'] as const)('has nothing that axe objects to in any layout, %s', async (scheme) => {
    await page.emulateMedia({ colorScheme: scheme });
    await page.locator('[role=option]').first().click();
    await dismissMessages(page);
    for (const name of ['explore', 'label', 'train', 'inspect', 'events']) {
      await layout(page, name);
      await expect.poll(() => page.locator('.n-spin').count(), wait).toBe(0);
      expect(await violations(page), name).toEqual([]);
    }
    await layout(page, 'explore');
  });

  it('made no errors of its own', () => expect(problems).toEqual([]));
});
