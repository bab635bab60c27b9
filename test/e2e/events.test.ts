// TEST CODE. Events in time, through the window: marked by drag and by key, moved, listed, taken back, and carried out
// and in again.
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { makeMedia } from '../unit/engine/media/mediaFactory.ts';
import { seriousViolations } from './accessibility.ts';
import { openBrowser, openPage } from './browser.ts';
import { eventually, shoot, shots } from './studio.ts';
import { startStudioHost, type StudioHost } from './studioHost.ts';

let host: StudioHost;
let browser: Browser;
let page: Page;
let problems: string[];
let temporary: string;
const lengthS = 40;
const events = async () => (await host.api.events.list({})).rows;
const sound = (): Locator => page.getByRole('img', { name: /Spectrogram and waveform/ });

/** Drags over the spectrogram from one time to another, of the whole recording in view. */
async function drag(fromS: number, toS: number): Promise<void> {
  const box = (await sound().boundingBox())!;
  const x = (s: number) => box.x + (s / lengthS) * box.width;
  await page.mouse.move(x(fromS), box.y + 30);
  await page.mouse.down();
  await page.mouse.move(x((fromS + toS) / 2), box.y + 40, { steps: 3 });
  await page.mouse.move(x(toS), box.y + 60, { steps: 3 });
  await page.mouse.up();
}

beforeAll(async () => {
  temporary = await mkdtemp(path.join(os.tmpdir(), 'cavmae-e2e-events-'));
  await makeMedia(path.join(temporary, 'pond.mkv'), {
    format: 'matroska',
    video: { codec: 'mpeg4' },
    audio: { codec: 'flac', rate: 32_000, sample: (n) => (n % 64_000 < 8000 ? 0.5 * Math.sin(n * 0.8) : 0) },
    durationS: lengthS,
  });
  host = await startStudioHost(path.join(temporary, 'workspace'));
  await host.api.collection.import({ paths: [path.join(temporary, 'pond.mkv')], embed: false });
  await eventually('the import', async () => (await host.api.jobs.list({ active: true })).length === 0, 600);
  browser = await openBrowser();
  ({ page, problems } = await openPage(browser, host.url));
  page.setDefaultTimeout(30_000);
}, 900_000);
afterAll(async () => {
  await browser?.close();
  await host?.end('SIGTERM');
  await rm(temporary, { recursive: true, force: true });
});
afterEach(async ({ task }) => {
  if (task.result?.state === 'fail')
    await page.screenshot({ path: path.join(shots, 'events-failed.png') }).catch(() => undefined);
});

describe('events in time', () => {
  it('begin at the whole recording of the open clip', async () => {
    await page.locator('[role=option]').first().click();
    await page.getByRole('radiogroup', { name: 'Layout' }).getByRole('radio', { name: 'events' }).click();
    await sound().waitFor();
    await page.getByLabel('Name of a new class').fill('frog');
    await page.keyboard.press('Enter');
    await page.getByRole('group', { name: 'Events by class' }).getByText('frog').waitFor();
    expect(await host.api.schemas.list({})).toMatchObject([
      { name: 'Events', classes: [{ name: 'frog', hotkey: '1' }] },
    ]);
  });

  it('are marked by a drag and a key, and shown in list and lane', async () => {
    await page.getByRole('toolbar', { name: 'Timeline of events' }).click({ position: { x: 130, y: 10 } });
    await drag(10, 14);
    await page.keyboard.press('1');
    await eventually('the event', async () => (await events()).length === 1, 60);
    const [event] = await events();
    expect(event!.onsetS).toBeGreaterThan(9);
    expect(event!.onsetS).toBeLessThan(11);
    expect(event!.offsetS).toBeGreaterThan(13);
    expect(event).toMatchObject({ class: 'frog', modality: 'heard', value: 'positive', source: 'person' });
    await page
      .getByRole('grid', { name: /^Events/ })
      .getByText('frog')
      .waitFor();
    await page.getByRole('button', { name: /^frog, heard/ }).waitFor();
  });

  it('change by keys: seen, uncertain, an edge nudged', async () => {
    const before = (await events())[0]!;
    await page.keyboard.press('Alt+v');
    await eventually('seen', async () => (await events())[0]?.modality === 'seen', 60);
    await page.keyboard.press('u');
    await eventually('uncertain', async () => (await events())[0]?.value === 'uncertain', 60);
    await page.keyboard.press('Shift+ArrowRight');
    await eventually('a later end', async () => (await events())[0]!.offsetS! > before.offsetS!, 60);
    expect((await events())[0]!.onsetS).toBe(before.onsetS);
  });

  it('are taken back and done again in the order of the window', async () => {
    for (let i = 0; i < 4; i++) await page.keyboard.press('Control+z');
    await eventually('no event', async () => (await events()).length === 0, 60);
    for (let i = 0; i < 4; i++) await page.keyboard.press('Control+Shift+z');
    await eventually('the event as it was', async () => (await events())[0]?.value === 'uncertain', 60);
  });

  it('go out to Audacity and come in from a table', async () => {
    const target = path.join(temporary, 'pond.txt');
    await page.getByRole('button', { name: 'Export…' }).last().click();
    const dialog = page.getByRole('dialog', { name: 'Export events' });
    await dialog.waitFor();
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'hidden' });
    await host.api.events.export({ path: target, format: 'audacity' });
    expect(await readFile(target, 'utf8')).toContain('\tfrog');
    const table = path.join(temporary, 'more.csv');
    await writeFile(
      table,
      'file,onset_s,offset_s,label,modality\npond.mkv,20,21,toad,heard\nlake.mkv,1,2,toad,heard\n',
    );
    const report = await host.api.events.import({ path: table, format: 'csv' });
    expect(report).toMatchObject({ events: 1, unmatched: [{ path: 'lake.mkv', events: 1 }] });
    await page
      .getByRole('grid', { name: /^Events/ })
      .getByText('toad')
      .waitFor();
    await page.getByRole('group', { name: 'Events by class' }).getByText('toad').waitFor();
  });

  it('look right, and nothing is objected to', async () => {
    await page.getByRole('button', { name: 'Display of the spectrogram' }).click();
    await page.getByText('Frequency scale').waitFor();
    await page.keyboard.press('Escape');
    await shoot({ page }, 'events-1-timeline', { both: true });
    expect(await seriousViolations(page)).toEqual([]);
    expect(problems).toEqual([]);
  });
});
