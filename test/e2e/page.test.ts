// The page in real Chromium over a made-up engine, under the strictest policy: what needs no model, quickly and at a
// size no small collection has.
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
import { violations } from './accessibility.ts';
import { command } from './steps/exploring.ts';

const pageDir = mkdtempSync(path.join(tmpdir(), 'studio-page-'));
let browser: Browser;
beforeAll(async () => {
  await build({
    configFile: false,
    root: 'src/renderer',
    base: './',
    logLevel: 'error',
    plugins: [vue()],
    build: { target: 'esnext', outDir: pageDir, emptyOutDir: true, reportCompressedSize: false, minify: false },
  });
  browser = await openBrowser();
});
afterAll(async () => {
  await browser?.close();
  rmSync(pageDir, { recursive: true, force: true });
});

async function withPage(
  options: Partial<FakeOptions>,
  act: (page: Page, host: FakeHost) => Promise<void>,
): Promise<void> {
  const host = await startFakeHost(pageDir, { clips: 1200, schema: true, classifier: true, ...options });
  const { page, problems } = await openPage(browser, host.url, { width: 1440, height: 900 });
  try {
    await page
      .getByText(`${(options.clips ?? 1200).toLocaleString('en')} clips`)
      .first()
      .waitFor();
    await act(page, host);
    expect(problems).toEqual([]);
  } finally {
    await page.close();
    await host.close();
  }
}
const status = (page: Page) => page.locator('footer.status');
const mapIsDrawn = async (page: Page): Promise<void> => {
  await page.locator('.legend li').first().waitFor();
};

async function lasso(page: Page, at: [number, number], radius: number, keys: string[]): Promise<void> {
  const box = (await page.locator('.map canvas').first().boundingBox())!;
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
async function box(page: Page, from: [number, number], to: [number, number]): Promise<void> {
  const { x, y, width, height } = (await page.locator('.map canvas').first().boundingBox())!;
  await page.mouse.move(x + width * from[0], y + height * from[1]);
  await page.mouse.down();
  for (let share = 0.1; share < 1.05; share += 0.1) {
    await page.mouse.move(
      x + width * (from[0] + share * (to[0] - from[0])),
      y + height * (from[1] + share * (to[1] - from[1])),
    );
    // The plot takes a place at most every 10 ms.
    await page.waitForTimeout(25);
  }
  await page.waitForTimeout(100);
  await page.mouse.up();
}
const selected = async (page: Page): Promise<number> =>
  Number(/([\d,]+) selected/.exec((await status(page).textContent()) ?? '')?.[1]?.replaceAll(',', '') ?? 0);

describe('the page', () => {
  it('labels by key, shows it everywhere, undoes and redoes', () =>
    withPage({}, async (page, host) => {
      const cell = page.locator('#cell-1');
      await cell.click();
      await page.getByRole('heading', { name: host.collection.clips[0]!.name }).waitFor();
      await page.keyboard.press('2');
      await expect.poll(() => cell.getAttribute('aria-description')).toMatch(/^labelled engine/);
      await expect
        .poll(() => host.collection.clips[0]!.labels)
        .toEqual([{ classId: 101, value: 'positive', presence: null }]);
      await page.keyboard.press('u');
      await expect.poll(() => host.collection.clips[0]!.labels[0]?.value).toBe('uncertain');
      await page.keyboard.press('Control+z');
      await expect.poll(() => host.collection.clips[0]!.labels[0]?.value).toBe('positive');
      await page.keyboard.press('Control+z');
      await expect.poll(() => host.collection.clips[0]!.labels.some((label) => label.classId === 101)).toBe(false);
      await page.keyboard.press('Control+Shift+z');
      await expect.poll(() => host.collection.clips[0]!.labels[0]?.classId).toBe(101);
      await page.keyboard.press('Shift+Digit3');
      await expect
        .poll(() => host.collection.clips[0]!.labels.find((label) => label.classId === 102)?.value)
        .toBe('negative');
    }));

  it('keeps a label on the screen, however late the engine tells of the clip as it was before', () =>
    withPage({}, async (page, host) => {
      const held: (() => void)[] = [];
      // The answer is fetched at once and handed on later: it is of before the label.
      await page.route('**/rpc/clips/get', async (route) => {
        const answer = await route.fetch();
        await new Promise<void>((resolve) => {
          held.push(resolve);
        });
        await route.fulfill({ response: answer });
      });
      const cell = page.locator('#cell-1');
      await cell.click();
      await expect.poll(() => held.length).toBeGreaterThan(0);
      await page.keyboard.press('2');
      await expect.poll(() => cell.getAttribute('aria-description')).toMatch(/^labelled engine/);
      await expect.poll(() => host.collection.clips[0]!.labels.length).toBe(1);
      // What the label itself makes the page ask again has been answered.
      await page.waitForTimeout(500);
      const answered = page.waitForResponse('**/rpc/clips/get');
      for (const answer of held.splice(0)) answer();
      await answered;
      await page.waitForTimeout(100);
      expect(await cell.getAttribute('aria-description')).toMatch(/^labelled engine/);
      await page.keyboard.press('u');
      await expect.poll(() => host.collection.clips[0]!.labels[0]?.value).toBe('uncertain');
    }));

  it('sends a label that waits for another to be written when the window is closed', () =>
    withPage({}, async (page, host) => {
      await page.locator('#cell-1').click();
      // The first is not answered; what comes after it waits.
      await page.evaluate(() => {
        const fetchNow = window.fetch;
        let asked = 0;
        window.fetch = (input, init) =>
          input instanceof Request && input.url.endsWith('/annotations/set') && asked++ === 0
            ? new Promise<never>(() => undefined)
            : fetchNow(input, init);
      });
      await page.keyboard.press('2');
      await expect.poll(() => page.locator('#cell-1').getAttribute('aria-description')).toMatch(/^labelled engine/);
      await page.locator('#cell-2').click();
      await page.keyboard.press('3');
      await expect.poll(() => page.locator('#cell-2').getAttribute('aria-description')).toMatch(/^labelled rain/);
      expect(host.collection.clips[1]!.labels.some(({ classId }) => classId === 102)).toBe(false);
      await page.goto('about:blank');
      await expect.poll(() => host.collection.clips[1]!.labels.map(({ classId }) => classId)).toEqual([102]);
    }));

  it('takes files that are dropped before the engine has answered anything', () =>
    withPage({}, async (page) => {
      await page.route('**/rpc/**', (route) =>
        route.request().url().includes('/rpc/clips/') ? undefined : route.continue(),
      );
      await page.reload();
      const transfer = await page.evaluateHandle(() => {
        const data = new DataTransfer();
        data.items.add(new File([Uint8Array.of(1)], 'heron.mp4', { type: 'video/mp4' }));
        return data;
      });
      await page.dispatchEvent('main', 'drop', { dataTransfer: transfer });
      await page
        .getByRole('dialog')
        .filter({ hasText: 'Originals stay where they are' })
        .getByText('heron.mp4')
        .waitFor();
    }));

  it('shows no picture of the clip before beside the name of the next', () =>
    withPage({}, async (page, host) => {
      await page.locator('#cell-1').click();
      const frames = page.getByRole('list', { name: 'Ten frames as the model sees them' }).locator('img');
      const before = await frames.first().elementHandle();
      await page.keyboard.press('j');
      await page.getByRole('heading', { name: host.collection.clips[1]!.name }).waitFor();
      expect(await frames.first().getAttribute('src')).toContain('/media/clips/2/');
      // The same element with another address would go on showing what it showed until that has come.
      expect(await before!.evaluate((element) => element.isConnected)).toBe(false);
    }));

  it('selects with the lasso, adds, subtracts, labels the lot and undoes in one step', () =>
    withPage({}, async (page, host) => {
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
      await expect
        .poll(
          () =>
            host.collection.clips.filter(
              (clip) => clip.labels[0]?.classId === 103 && clip.labels[0].value === 'positive',
            ).length,
        )
        .toBeGreaterThanOrEqual(left);
      expect(host.collection.done).toHaveLength(1);
      await page.keyboard.press('Control+z');
      await expect.poll(() => host.collection.done.length).toBe(0);
      await page.keyboard.press('Control+z');
      await expect.poll(() => selected(page)).toBe(more);
    }));

  it('selects by box, intersects, and keeps selections as views', () =>
    withPage({}, async (page) => {
      await mapIsDrawn(page);
      await page.keyboard.press('Alt+x');
      const how = page.getByRole('toolbar', { name: 'How an outline selects' });
      await how.waitFor();
      await page.waitForTimeout(500);
      await box(page, [0.12, 0.25], [0.6, 0.95]);
      await expect.poll(() => selected(page), { timeout: 60_000 }).toBeGreaterThan(100);
      const left = await selected(page);
      await how.getByRole('button', { name: /^Keep what is in both/ }).click();
      await box(page, [0.35, 0.25], [0.6, 0.95]);
      await expect.poll(() => selected(page), { timeout: 60_000 }).toBeLessThan(left);
      const shared = await selected(page);
      expect(shared).toBeGreaterThan(10);
      await page.getByRole('button', { name: `Save ${shared} selected…` }).click();
      await page.getByRole('dialog').getByRole('textbox', { name: 'Name of the view' }).fill('Between');
      await page.getByRole('dialog').getByRole('button', { name: 'Save', exact: true }).click();
      const view = page.getByRole('list', { name: 'Saved views' }).getByRole('button', { name: /^Between/ });
      await view.waitFor();
      // Nothing is taken back behind an open dialog.
      await page.getByRole('dialog').waitFor({ state: 'detached' });
      await page.keyboard.press('Control+z');
      await expect.poll(() => selected(page), { timeout: 60_000 }).toBe(left);
      await view.click();
      await expect.poll(() => selected(page), { timeout: 60_000 }).toBe(shared);
      await page.getByRole('listbox', { name: 'Between' }).waitFor();
    }));

  it('walks the map by arrow keys and filters by its legend', () =>
    withPage({}, async (page) => {
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

  it('writes no suggested path into one that is being typed, however late the engine answers', () =>
    withPage({}, async (page) => {
      const held: (() => void)[] = [];
      await page.route(/\/rpc\/(system\/browse|classifiers\/list)/, async (route) => {
        await new Promise<void>((resolve) => {
          held.push(resolve);
        });
        await route.continue();
      });
      for (const [title, label] of [
        ['Export the classifier or its predictions…', 'Where to write'],
        ['Export labels…', 'Where to'],
      ] as const) {
        await command(page, title);
        const where = page.getByRole('dialog').getByLabel(label, { exact: true });
        await where.selectText();
        for (const answer of held.splice(0)) answer();
        await page.waitForTimeout(200);
        await page.keyboard.insertText('/mine');
        expect(await where.inputValue()).toBe('/mine');
        await page.keyboard.press('Escape');
        await where.waitFor({ state: 'hidden' });
      }
    }));

  it('leads a newcomer from an empty window to a report of what failed', () =>
    withPage({ clips: 0, schema: false, classifier: false }, async (page) => {
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

  it('makes a panel when it first comes to the front, and keeps it from then on', () =>
    withPage({}, async (page) => {
      await mapIsDrawn(page);
      const behind = page.locator('.dock-panel[aria-label="Search"]');
      const parts = (): Promise<number> => behind.evaluate((panel) => panel.childElementCount);
      expect(await parts()).toBe(0);
      await page.getByRole('tab', { name: 'Search', exact: true }).click();
      await expect.poll(parts).toBe(1);
      await behind.evaluate((panel) => {
        (panel.firstElementChild as HTMLElement).dataset.made = 'before';
      });
      await page.getByRole('tab', { name: 'Clips', exact: true }).click();
      await page.locator('#cell-1').waitFor();
      await page.getByRole('tab', { name: 'Search', exact: true }).click();
      await behind.locator('[data-made="before"]').waitFor();
    }));

  it('keeps its arrangement over a reload', () =>
    withPage({}, async (page) => {
      await page.keyboard.press('F2');
      await page.getByRole('tab', { name: 'Label queue' }).waitFor();
      await page.getByLabel('Light theme').click();
      await page.waitForTimeout(600);
      await page.reload();
      await page.getByRole('tab', { name: 'Label queue' }).waitFor();
      expect(await page.locator('html').getAttribute('data-theme')).toBe('light');
    }));

  it('can be used by everyone: axe finds nothing in either theme', () =>
    withPage({}, async (page) => {
      await mapIsDrawn(page);
      await page.locator('#cell-1').click();
      await page.getByText('Nearest').waitFor();
      await page.waitForTimeout(500);
      expect(await violations(page)).toEqual([]);
      await page.getByLabel('Light theme').click();
      await page.keyboard.press('F2');
      await page.getByRole('tab', { name: 'Label queue' }).waitFor();
      await page.waitForTimeout(900);
      expect(await violations(page)).toEqual([]);
    }));

  it('is used with 100,000 clips: selected, narrowed down, sorted, labelled, undone, looked at closely', () =>
    withPage({ clips: 100_000 }, async (page, host) => {
      page.setDefaultTimeout(120_000);
      const soon = { timeout: 120_000 };
      await mapIsDrawn(page);
      const map = page.getByRole('application');
      expect(await page.locator('[role=option]').count()).toBeLessThan(100);

      // Everything, nothing, and part of it by outline; an outline holds what lies inside it and no more.
      await page.keyboard.press('Control+a');
      await expect.poll(() => selected(page), soon).toBe(100_000);
      await page.keyboard.press('Escape');
      await expect.poll(() => selected(page), soon).toBe(0);
      await lasso(page, [0.5, 0.5], 200, ['Shift']);
      await expect.poll(() => selected(page), soon).toBeGreaterThan(1000);
      const lassoed = await selected(page);
      expect(lassoed).toBeLessThan(100_000);

      // One key labels the lot, one step takes it back.
      await page.keyboard.press('4');
      await expect
        .poll(
          () =>
            host.collection.clips.filter(
              (clip) => clip.labels[0]?.classId === 103 && clip.labels[0].value === 'positive',
            ).length,
          soon,
        )
        .toBeGreaterThanOrEqual(lassoed);
      expect(host.collection.done).toHaveLength(1);
      await page.keyboard.press('Control+z');
      await expect.poll(() => host.collection.done.length, soon).toBe(0);
      await page.keyboard.press('Control+z');
      await expect.poll(() => selected(page), soon).toBe(0);

      // The legend hides points of one colour; a facet narrows everything down, with counts that follow.
      await map.getByRole('group', { name: 'Legend: Label' }).getByRole('checkbox', { name: /^None/ }).click();
      await expect.poll(() => map.getAttribute('aria-label'), soon).toMatch(/Map of 100,000 clips, 1\d,\d{3} shown/);
      await map.getByRole('group', { name: 'Legend: Label' }).getByRole('checkbox', { name: /^None/ }).click();
      await page
        .getByRole('group', { name: 'Badges' })
        .getByRole('checkbox', { name: /^Silent/ })
        .click();
      const silent = host.collection.clips.filter((clip) => clip.badges.includes('silent')).length;
      await status(page)
        .getByText(`${silent.toLocaleString('en')} match the filter`)
        .waitFor();
      await page
        .getByRole('group', { name: 'Kind' })
        .getByText(silent.toLocaleString('en').slice(0, 1))
        .first()
        .waitFor();
      await page.getByRole('button', { name: 'Clear filters' }).first().click();
      await status(page).getByText('match the filter').waitFor({ state: 'hidden' });

      // Sorted by a score, from one end to the other.
      await page.getByRole('toolbar', { name: 'Grid' }).locator('.sort').click();
      await page.locator('.n-base-select-option', { hasText: /^Confidence$/ }).click();
      const worst = [...host.collection.clips].sort(
        (a, b) => a.prediction!.probability - b.prediction!.probability || a.id - b.id,
      );
      await page.locator(`#cell-${worst[0]!.id}`).waitFor();
      await page.locator('[role=listbox]').first().focus();
      await page.keyboard.press('End');
      await page.locator(`#cell-${worst.at(-1)!.id}`).waitFor();

      // From near there are pictures; the list of what is in view is short, the whole one is long.
      await map.focus();
      await expect
        .poll(
          async () => {
            await page.keyboard.press('+');
            return map.locator('.thumbnails .picture').count();
          },
          { ...soon, interval: 400 },
        )
        .toBeGreaterThan(0);
      await map.getByRole('button', { name: 'Points as a list' }).click();
      await map.getByText('100,000 points').waitFor();
      await map.getByText('In view only').click();
      await expect
        .poll(() => map.getByRole('complementary', { name: 'Points of the map' }).locator('b').textContent(), soon)
        .toMatch(/^\d{1,3} points?$/);
      await map.getByRole('button', { name: 'Points as a list' }).click();
      await map.getByRole('button', { name: 'Density' }).click();
      await map.locator('canvas.density').waitFor();

      await page.getByLabel('Search names and labels').fill('bird-099');
      await status(page).getByText('match the filter').waitFor();
      const heap = await page.evaluate(
        () => (performance as unknown as { memory: { usedJSHeapSize: number } }).memory.usedJSHeapSize,
      );
      console.log(`heap of the page with 100,000 clips after all this: ${Math.round(heap / 1024 ** 2)} MiB`);
      expect(heap).toBeLessThan(1e9);
    }));
});
