// TEST CODE. Metadata through the window: found by themselves, edited, imported from a table, asked for by a query, a builder and histograms.
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Browser, Page } from 'playwright-core';
import { makeMedia } from '../unit/engine/media/mediaFactory.ts';
import { seriousViolations } from './accessibility.ts';
import { openBrowser, openPage } from './browser.ts';
import { command } from './steps/exploring.ts';
import { eventually, shoot, shots } from './studio.ts';
import { startStudioHost, type StudioHost } from './studioHost.ts';

let host: StudioHost;
let browser: Browser;
let page: Page;
let problems: string[];
let temporary: string;
const names = ['NORTH_20231005_053000', 'NORTH_20231005_183000', 'SOUTH_20231006_063000'];
const idle = () =>
  eventually('the end of the jobs', async () => (await host.api.jobs.list({ active: true })).length === 0, 600);
const values = async (): Promise<Record<string, string>[]> =>
  (await host.api.metadata.rows({})).rows.map((row) =>
    Object.fromEntries(Object.entries(row.values).map(([key, { text }]) => [key, text])),
  );
const found = (clips: number) =>
  page
    .getByText(`${clips} clip${clips === 1 ? '' : 's'}`, { exact: true })
    .first()
    .waitFor();

beforeAll(async () => {
  temporary = await mkdtemp(path.join(os.tmpdir(), 'cavmae-e2e-metadata-'));
  const media = path.join(temporary, 'media');
  await mkdir(media);
  for (const [k, name] of names.entries())
    await makeMedia(path.join(media, `${name}.mkv`), {
      format: 'matroska',
      video: { codec: 'mpeg4', level: (x, y) => 40 + 50 * k + ((x + y) % 20) },
      audio: { codec: 'flac', sample: (n) => 0.4 * Math.sin(n * (0.1 + 0.1 * k)) },
      durationS: 1,
    });
  await writeFile(
    path.join(temporary, 'sites.csv'),
    'site,lat,lon,depth\nNORTH,52.5,13.4,1.5\nSOUTH,48.1,11.6,20\nWEST,50,7,3\n',
  );
  host = await startStudioHost(path.join(temporary, 'workspace'));
  await host.api.collection.import({ paths: [media], embed: false });
  await idle();
  browser = await openBrowser();
  ({ page, problems } = await openPage(browser, host.url));
  page.setDefaultTimeout(60_000);
}, 900_000);

afterAll(async () => {
  await browser?.close();
  await host?.end('SIGTERM');
  await rm(temporary, { recursive: true, force: true });
});
afterEach(async ({ task }) => {
  if (task.result?.state === 'fail')
    await page.screenshot({ path: path.join(shots, 'metadata-failed.png') }).catch(() => undefined);
});

describe('metadata', () => {
  it('are there after an import, edited alone and together, and taken back', async () => {
    await command(page, 'Show metadata of recordings');
    const grid = page.getByRole('grid', { name: 'Metadata of recordings' });
    await grid.getByText('2023-10-05T05:30:00').waitFor();
    await grid.getByTitle('Set individual').first().click();
    await page.getByLabel(`Individual of ${names[0]}.mkv`).fill('bear 7');
    await page.keyboard.press('Enter');
    await grid.getByText('bear 7').waitFor();
    expect((await values())[0]).toMatchObject({ site: 'NORTH', individual: 'bear 7' });
    await page.getByLabel(`Choose ${names[0]}.mkv`).click();
    await page.getByLabel(`Choose ${names[1]}.mkv`).click();
    await page.getByLabel('Value for the chosen recordings').fill('pond');
    await page.getByRole('button', { name: 'Set on 2' }).click();
    await eventually('both sites', async () => (await values()).filter(({ site }) => site === 'pond').length === 2);
    await command(page, 'Undo');
    await eventually('the sites as they were', async () => (await values())[0]!.site === 'NORTH');
    await shoot({ page }, 'metadata-1-table', { both: true });
    expect(await seriousViolations(page)).toEqual([]);
  }, 240_000);

  it('come from a table, after a look at what would change', async () => {
    await command(page, 'Import metadata from a table (CSV)…');
    const dialog = page.getByRole('dialog', { name: 'Import metadata from a table' });
    await dialog.getByLabel('Table to upload').setInputFiles(path.join(temporary, 'sites.csv'));
    await dialog.getByText('9 values').first().waitFor();
    await dialog.getByText('no recording has site WEST').waitFor();
    expect((await values())[0]).not.toHaveProperty('depth');
    await shoot({ page }, 'metadata-2-import', { both: true });
    expect(await seriousViolations(page)).toEqual([]);
    await dialog.getByRole('button', { name: 'Import 9 values' }).click();
    await eventually('the table', async () => (await values())[2]!.depth === '20');
  }, 240_000);

  it('are asked for by a typed query that shows its mistakes, by a builder, and by histograms', async () => {
    const query = page.getByLabel('Query', { exact: true }).and(page.locator('textarea'));
    await query.fill('site = NORTH and dept < 5');
    await page.getByText('dept is not known, at character 18').waitFor();
    await query.fill('site = NORTH and hour < 12');
    await query.press('Enter');
    await found(1);
    await page.getByRole('button', { name: 'Build…' }).click();
    const builder = page.getByRole('dialog', { name: 'Build a query' });
    await builder.getByText('site = NORTH and hour < 12').waitFor();
    await shoot({ page }, 'metadata-3-builder', { both: true });
    expect(await seriousViolations(page)).toEqual([]);
    await builder.getByRole('button', { name: 'Remove the test' }).last().click();
    await builder.getByRole('button', { name: 'Find' }).click();
    await found(2);
    expect(await query.inputValue()).toBe('site = NORTH');
    await page.getByRole('button', { name: 'Clear the query' }).click();
    await command(page, 'Find by time, place and numbers');
    await page.getByRole('group', { name: 'Map of sites' }).waitFor();
    const chart = page.getByRole('img', { name: /^Depth: 3 clips/ });
    const box = (await chart.boundingBox())!;
    await page.mouse.move(box.x + box.width * 0.5, box.y + 20);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width * 0.8, box.y + 20);
    await page.mouse.move(box.x + box.width, box.y + 20);
    await page.mouse.up();
    await found(1);
    expect(await query.inputValue()).toMatch(/^depth between 10\.\d+ and 20$/);
    await page
      .getByRole('group', { name: 'Map of sites' })
      .getByRole('button', { name: /^52.5° 13.4°: 2 clips, 0 found/ })
      .waitFor();
    await shoot({ page }, 'metadata-4-when-and-where', { both: true });
    expect(await seriousViolations(page)).toEqual([]);
    await page.getByRole('button', { name: 'All of Depth' }).click();
    await page
      .getByRole('group', { name: 'Map of sites' })
      .getByRole('button', { name: /^48.1°/ })
      .click();
    await found(1);
    expect(problems).toEqual([]);
  }, 240_000);
});
