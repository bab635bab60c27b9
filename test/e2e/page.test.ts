// The page in real Chromium over a made-up engine, under the strictest policy: what needs no model, quickly and at a size no small collection has.
import vue from '@vitejs/plugin-vue';
import type { Browser, Page } from 'playwright-core';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { build } from 'vite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startFakeHost } from '../page/fakeHost.ts';
import type { FakeHost } from '../page/fakeHost.ts';
import type { FakeOptions } from '../page/fakeCollection.ts';
import { openBrowser, openPage } from '../page/openPage.ts';
import { seriousViolations } from './accessibility.ts';

const pageDir = mkdtempSync(path.join(tmpdir(), 'studio-page-'));
let browser: Browser;
beforeAll(async () => {
  await build({ configFile: false, root: 'src/renderer', base: './', logLevel: 'error', plugins: [vue()], build: { target: 'esnext', outDir: pageDir, emptyOutDir: true, reportCompressedSize: false, minify: false } });
  browser = await openBrowser();
});
afterAll(async () => {
  await browser?.close();
  rmSync(pageDir, { recursive: true, force: true });
});

async function withPage(options: Partial<FakeOptions>, act: (page: Page, host: FakeHost) => Promise<void>): Promise<void> {
  const host = await startFakeHost(pageDir, { clips: 1200, schema: true, classifier: true, ...options });
  const { page, problems } = await openPage(browser, host.url, { width: 1440, height: 900 });
  try {
    await page.getByText(`${(options.clips ?? 1200).toLocaleString('en')} clips`).first().waitFor();
    await act(page, host);
    expect(problems).toEqual([]);
  } finally {
    await page.close();
    await host.close();
  }
}
const status = (page: Page) => page.locator('footer.status');
const mapIsDrawn = async (page: Page): Promise<void> => { await page.locator('.legend li').first().waitFor(); };

async function lasso(page: Page, at: [number, number], radius: number, keys: string[]): Promise<void> {
  const box = (await page.locator('.map canvas').boundingBox())!;
  const [x, y] = [box.x + box.width * at[0], box.y + box.height * at[1]];
  for (const key of keys) await page.keyboard.down(key);
  await page.mouse.move(x, y - radius);
  await page.mouse.down();
  for (let angle = 0.3; angle < 6.2; angle += 0.3) {
    await page.mouse.move(x + radius * Math.sin(angle), y - radius * Math.cos(angle));
    await page.waitForTimeout(25);
  }
  await page.mouse.up();
  for (const key of keys) await page.keyboard.up(key);
}
const selected = async (page: Page): Promise<number> => Number(/([\d,]+) selected/.exec((await status(page).textContent()) ?? '')?.[1]?.replace(',', '') ?? 0);

describe('the page', () => {
  it('labels by key, shows it everywhere, undoes and redoes', () => withPage({}, async (page, host) => {
    const cell = page.locator('#cell-1');
    await cell.click();
    await page.getByRole('heading', { name: host.collection.clips[0]!.name }).waitFor();
    await page.keyboard.press('2');
    await expect.poll(() => cell.getAttribute('aria-description')).toMatch(/^labelled engine/);
    expect(host.collection.clips[0]!.labels).toEqual([{ classId: 101, value: 'positive', presence: null }]);
    await page.keyboard.press('u');
    await expect.poll(() => host.collection.clips[0]!.labels[0]?.value).toBe('uncertain');
    await page.keyboard.press('Control+z');
    await expect.poll(() => host.collection.clips[0]!.labels[0]?.value).toBe('positive');
    await page.keyboard.press('Control+z');
    await expect.poll(() => host.collection.clips[0]!.labels.some((label) => label.classId === 101)).toBe(false);
    await page.keyboard.press('Control+Shift+z');
    await expect.poll(() => host.collection.clips[0]!.labels[0]?.classId).toBe(101);
    await page.keyboard.press('Shift+Digit3');
    await expect.poll(() => host.collection.clips[0]!.labels.find((label) => label.classId === 102)?.value).toBe('negative');
  }));

  it('selects with the lasso, adds, subtracts, labels the lot and undoes in one step', () => withPage({}, async (page, host) => {
    await mapIsDrawn(page);
    await page.waitForTimeout(800);
    await lasso(page, [0.5, 0.5], 150, ['Shift']);
    await expect.poll(() => selected(page)).toBeGreaterThan(10);
    const first = await selected(page);
    await lasso(page, [0.5, 0.5], 210, ['Shift', 'Control']);
    await expect.poll(() => selected(page)).toBeGreaterThan(first);
    const more = await selected(page);
    await lasso(page, [0.5, 0.5], 150, ['Shift', 'Alt']);
    await expect.poll(() => selected(page)).toBeLessThan(more);
    const left = await selected(page);
    await page.keyboard.press('4');
    await expect.poll(() => host.collection.clips.filter((clip) => clip.labels[0]?.classId === 103 && clip.labels[0].value === 'positive').length).toBeGreaterThanOrEqual(left);
    expect(host.collection.done).toHaveLength(1);
    await page.keyboard.press('Control+z');
    await expect.poll(() => host.collection.done.length).toBe(0);
    await page.keyboard.press('Control+z');
    await expect.poll(() => selected(page)).toBe(more);
  }));

  it('walks the map by arrow keys and filters by its legend', () => withPage({}, async (page) => {
    await mapIsDrawn(page);
    const map = page.getByRole('application');
    await map.focus();
    await page.keyboard.press('ArrowRight');
    const name = page.locator('.clip > h2.name');
    await name.waitFor();
    const before = await name.textContent();
    await page.keyboard.press('ArrowLeft');
    await expect.poll(() => name.textContent()).not.toBe(before);
    await page.getByRole('group', { name: 'Legend: Label' }).getByRole('checkbox', { name: /^bell/ }).click();
    await expect.poll(() => map.getAttribute('aria-label')).toMatch(/Map of 1,200 clips, 1,1\d\d shown/);
  }));

  it('leads a newcomer from an empty window to a report of what failed', () => withPage({ clips: 0, schema: false, classifier: false }, async (page) => {
    await page.getByText('Start with something to see and hear').waitFor();
    await page.keyboard.press('Control+i');
    await page.getByRole('button', { name: 'Add field recordings' }).click();
    await page.getByRole('button', { name: 'Import', exact: true }).click();
    const report = page.getByRole('dialog', { name: 'Import report' });
    await report.getByText('The file is empty (0 bytes).').waitFor();
    await report.getByRole('button', { name: 'Close' }).last().click();
    await page.getByText('Label some clips and they take').waitFor();
    await page.getByText('300 clips').first().waitFor();
  }));

  it('keeps its arrangement over a reload', () => withPage({}, async (page) => {
    await page.keyboard.press('F2');
    await page.getByRole('tab', { name: 'Label queue' }).waitFor();
    await page.getByLabel('Light theme').click();
    await page.waitForTimeout(600);
    await page.reload();
    await page.getByRole('tab', { name: 'Label queue' }).waitFor();
    expect(await page.locator('html').getAttribute('data-theme')).toBe('light');
  }));

  it('can be used by everyone: axe finds nothing serious in either theme', () => withPage({}, async (page) => {
    await mapIsDrawn(page);
    await page.locator('#cell-1').click();
    await page.getByText('Nearest').waitFor();
    await page.waitForTimeout(500);
    expect(await seriousViolations(page)).toEqual([]);
    await page.getByLabel('Light theme').click();
    await page.keyboard.press('F2');
    await page.getByRole('tab', { name: 'Label queue' }).waitFor();
    await page.waitForTimeout(900);
    expect(await seriousViolations(page)).toEqual([]);
  }));

  it('stays usable with 100,000 clips', () => withPage({ clips: 100_000 }, async (page) => {
    await mapIsDrawn(page);
    expect(await page.locator('[role=option]').count()).toBeLessThan(100);
    await page.keyboard.press('Control+a');
    await expect.poll(() => selected(page)).toBe(100_000);
    await page.keyboard.press('Escape');
    await expect.poll(() => selected(page)).toBe(0);
    await page.locator('[role=listbox]').focus();
    await page.keyboard.press('End');
    await page.locator('#cell-100000').waitFor();
    await page.getByLabel('Search names and labels').fill('bird-099');
    await status(page).getByText('match the filter').waitFor();
    const heap = await page.evaluate(() => (performance as unknown as { memory: { usedJSHeapSize: number } }).memory.usedJSHeapSize);
    expect(heap).toBeLessThan(1e9);
  }));
});
