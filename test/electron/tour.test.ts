// TEST CODE. The five minutes of the README in a real Electron: import by the native dialog, map, label, train, inspect; the engine killed in
// the middle of an import and of labelling; quit and started again.
import { mkdir, rm } from 'node:fs/promises';
import { copyFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, afterEach, describe, expect, it } from 'vitest';
import { demoClips } from '../e2e/demoClips.ts';
import { dismissMessages, eventually, layout } from '../e2e/studio.ts';
import { answerOpenDialog, chooseMenu, launch, newHome, shootWindow, type RunningApp } from './electronApp.ts';

const classes = ['alarm', 'bell', 'bird'];
let home: string;
let folder: string;
let files: string[];
let running: RunningApp;
let failed: string | null = null;

beforeAll(async () => {
  home = await newHome();
  folder = path.join(home, 'media');
  await mkdir(folder);
  files = (await demoClips()).filter((file) => classes.some((name) => path.basename(file).startsWith(name)));
  for (const file of files) copyFileSync(file, path.join(folder, path.basename(file)));
  running = await launch({ home, args: ['--no-demo'] });
});
afterAll(async () => {
  await running?.app.close();
  if (home) await rm(home, { recursive: true, force: true });
});
beforeEach(() => {
  if (failed !== null) throw new Error(`not tried: “${failed}” failed before`);
});
afterEach(async ({ task }) => {
  if (task.result?.state !== 'fail') return;
  if (failed === null) await shootWindow(running, 'tour-failed').catch(() => undefined);
  failed ??= task.name;
});

const killEngine = (): void => void process.kill(running.engine(), 'SIGKILL');
const told = () => running.page.getByRole('log', { name: 'Messages' }).getByText('The engine ended unexpectedly');
const idle = async (): Promise<boolean> => (await running.api.jobs.list({ active: true })).length === 0;
const labels = async (): Promise<string[]> => {
  const { rows } = await running.api.clips.list({ limit: 500 });
  return rows.flatMap((clip) => clip.labels.map(() => clip.name)).sort();
};

describe('the tour in Electron', () => {
  it('imports a folder chosen in the native dialog, through the end of the engine in the middle', async () => {
    const { page, api } = running;
    await page.getByText('Start with something to see and hear').waitFor();
    await answerOpenDialog(running, [folder]);
    await chooseMenu(running, 'File', 'Import…');
    const dialog = page.getByRole('dialog').filter({ hasText: 'Originals stay where they are' });
    await dialog.getByRole('button', { name: 'Choose folders or files…' }).click();
    await dialog.getByText(folder).waitFor();
    await dialog.getByRole('button', { name: 'Import', exact: true }).click();
    await eventually('the beginning of the import', async () => (await api.jobs.list({ active: true })).length > 0, 30);
    await dialog.waitFor({ state: 'hidden' });
    const before = running.engine();
    killEngine();
    await told().waitFor();
    await eventually(
      'every clip imported and embedded',
      async () => {
        const { clips, embedded } = await api.collection.summary().catch(() => ({ clips: 0, embedded: 0 }));
        return clips === files.length && embedded === clips && (await idle());
      },
      150,
    );
    expect(running.engine()).not.toBe(before);
    // The window found the engine again by itself.
    await page.getByRole('contentinfo').getByText(`${files.length} clips`).waitFor();
  });

  it('shows the map, and media by byte ranges', async () => {
    const { page } = running;
    await page.getByRole('application', { name: /^Map of \d+ clips/ }).waitFor();
    await dismissMessages(page);
    await shootWindow(running, 'map');
    const pictures = (): Promise<number> =>
      page.evaluate(() => [...document.images].filter((one) => one.naturalWidth > 0).length);
    await expect.poll(pictures, { timeout: 20_000 }).toBeGreaterThan(0);
    await page
      .getByRole('option', { name: /^bell-/ })
      .first()
      .click();
    const video = page.locator('video').first();
    await expect
      .poll(() => video.evaluate((one: HTMLVideoElement) => one.duration > 0), { timeout: 20_000 })
      .toBe(true);
    // Going to a later second asks for a range.
    await video.evaluate(async (one: HTMLVideoElement) => {
      const there = new Promise((resolve) => one.addEventListener('seeked', resolve, { once: true }));
      one.currentTime = one.duration / 2;
      await there;
    });
    expect(await video.evaluate((one: HTMLVideoElement) => one.currentTime > 0 && one.error === null)).toBe(true);
  });

  it('labels by one key a clip, and loses none when the engine ends between', async () => {
    const { page, api } = running;
    await page.getByRole('button', { name: 'Create classes…' }).first().click();
    const dialog = page.getByRole('dialog').filter({ hasText: 'New classes' });
    await dialog.getByLabel('Classes', { exact: true }).fill(classes.join(','));
    await dialog.getByRole('button', { name: 'Create', exact: true }).click();
    await dialog.waitFor({ state: 'hidden' });
    const names = files.map((file) => path.basename(file)).sort();
    const label = async (name: string): Promise<void> => {
      await page.getByRole('option', { name, exact: true }).click();
      await page.keyboard.press(String(classes.findIndex((one) => name.startsWith(one)) + 1));
    };
    for (const name of names.slice(0, 5)) await label(name);
    await expect.poll(labels, { timeout: 20_000 }).toEqual(names.slice(0, 5));
    killEngine();
    await told().waitFor();
    for (const name of names.slice(5)) await label(name);
    await expect.poll(labels, { timeout: 30_000 }).toEqual(names);
    await page.getByRole('contentinfo').getByText(`${names.length} labelled`).waitFor({ state: 'attached' });
    expect((await api.schemas.list())[0]!.classes.map(({ name }) => name)).toEqual(classes);
    // What could not be shown while the engine was gone is shown now, and no message about it stays.
    const broken = (): Promise<number> =>
      page.evaluate(() => [...document.images].filter((one) => one.complete && one.naturalWidth === 0).length);
    await expect.poll(broken, { timeout: 20_000 }).toBe(0);
    expect(await page.getByRole('log', { name: 'Messages' }).getByText('cannot be reached').count()).toBe(0);
    await dismissMessages(page);
    await shootWindow(running, 'labelled');
  });

  it('trains a classifier', async () => {
    const { page, api } = running;
    await layout(page, 'train');
    const form = page.getByRole('form', { name: 'Train a classifier' });
    await form.getByRole('button', { name: 'Train', exact: true }).click();
    await eventually('a trained classifier', async () => (await api.classifiers.list()).some((one) => one.current), 60);
    await eventually('the end of its predictions', idle, 60);
    await shootWindow(running, 'trained');
  });

  it('inspects a reconstruction', async () => {
    const { page } = running;
    await layout(page, 'inspect');
    const bench = page.getByRole('region', { name: 'Reconstruction workbench' });
    await bench
      .getByRole('img', { name: /^Reconstructed/ })
      .first()
      .waitFor();
    await shootWindow(running, 'inspected');
  });

  it('quits while a job runs and has everything when it starts again', async () => {
    const before = await labels();
    const { jobId } = await running.api.projections.start({});
    await eventually('the job', async () => (await running.api.jobs.get({ jobId })).status !== 'queued', 30);
    const problems = running.problems.filter((one) => !/ERR_FAILED|Failed to fetch/.test(one));
    expect(problems).toEqual([]);
    await running.app.close();
    running = await launch({ home, args: ['--no-demo'] });
    expect(await labels()).toEqual(before);
    expect((await running.api.classifiers.list()).length).toBeGreaterThan(0);
    await eventually('the job done', async () => (await running.api.jobs.get({ jobId })).status === 'done', 60);
    await running.page.getByRole('contentinfo').getByText(`${files.length} clips`).waitFor();
  });
});
