// How soon the reconstruction follows the brush in the window: from the pointer event that hides a patch (the browser's
// own time stamp of it) to the frame after the one in which the new losses stand under the pictures, which are painted
// before them. The built page, the real host, the shipped model in onnxruntime-web in a real Chromium. node
// test/bench/brushInPage.ts [ROUNDS=20]
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import type { Page } from 'playwright-core';
import { openBrowser, openPage } from '../e2e/browser.ts';
import { demoClips } from '../e2e/demoClips.ts';
import { eventually, layout } from '../e2e/studio.ts';
import { startStudioHost } from '../e2e/studioHost.ts';
import { quantile } from './quantile.ts';

const rounds = Number(process.argv[2] ?? 20);
declare global {
  interface Window {
    brush: number[];
  }
}

/** Notes the time of each change of the losses since the last press or move of the pointer. Runs in the page. */
function watch(): void {
  window.brush = [];
  let from = NaN;
  for (const type of ['pointerdown', 'click'])
    addEventListener(
      type,
      ({ timeStamp }) => {
        from = timeStamp;
      },
      { capture: true },
    );
  const losses = (): string =>
    [...document.querySelectorAll('figure.tile .note')]
      .map((one) => one.textContent)
      .filter((text) => text?.startsWith('loss'))
      .join();
  let before = losses();
  const look = (): void => {
    const now = losses();
    if (now !== before && now !== '' && !Number.isNaN(from)) {
      const since = from;
      from = NaN;
      requestAnimationFrame((at) => {
        window.brush.push(at - since);
      });
    }
    before = now;
    requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
}

const rounded = (values: readonly number[], share: number): number => Math.round(quantile(values, share));

async function measure(page: Page, what: string, act: (k: number) => Promise<void>): Promise<void> {
  await page.evaluate(() => {
    window.brush.length = 0;
  });
  for (let k = 0; k < rounds; k++) {
    const seen = await page.evaluate(() => window.brush.length);
    await act(k);
    // A patch that is hidden already changes nothing.
    await page.waitForFunction((count) => window.brush.length > count, seen, { timeout: 3000 }).catch(() => undefined);
    await page.waitForTimeout(150);
  }
  const times = await page.evaluate(() => window.brush);
  const where = (
    await page
      .getByText(/(in this window|in the engine).* ms/)
      .first()
      .textContent()
  )?.trim();
  console.log(
    JSON.stringify({
      what,
      strokes: times.length,
      p50: rounded(times, 0.5),
      p95: rounded(times, 0.95),
      most: rounded(times, 1),
      each: times.map(Math.round),
      where,
      load: Number(os.loadavg()[0]!.toFixed(1)),
    }),
  );
}

const workspace = await mkdtemp(path.join(os.tmpdir(), 'cavmae-bench-'));
const host = await startStudioHost(workspace);
const browser = await openBrowser();
try {
  const { jobId } = await host.api.collection.import({
    paths: (await demoClips()).filter((file) => file.includes('/bell-')).slice(0, 1),
    embed: false,
  });
  await eventually('the import', async () => (await host.api.jobs.get({ jobId })).status === 'done', 300);
  const { page } = await openPage(browser, host.url);
  page.setDefaultTimeout(120_000);
  const bench = page.getByRole('region', { name: 'Reconstruction workbench' });
  await layout(page, 'inspect');
  await page
    .getByRole('option', { name: /^bell-/ })
    .first()
    .click();
  await bench.getByText(/in this window/).waitFor();
  await page.evaluate(watch);
  const masked = bench.locator('figure.tile').filter({ has: page.locator('.title', { hasText: /^Masked$/ }) });
  const stroke =
    (which: number, columns: number, rows: number) =>
    async (k: number): Promise<void> => {
      const box = (await masked.nth(which).locator('canvas').boundingBox())!;
      await page.mouse.click(
        box.x + (box.width * (((k * 7) % columns) + 0.5)) / columns,
        box.y + (box.height * (((k * 3) % rows) + 0.5)) / rows,
      );
    };
  // Three quarters are hidden at random first; the first stroke goes on from there.
  await measure(page, 'sound, three quarters hidden', stroke(0, 64, 8));
  await measure(page, 'picture, three quarters hidden', stroke(1, 14, 14));
  await bench.getByRole('button', { name: 'Show all' }).click();
  await page.waitForTimeout(3000);
  await measure(page, 'sound, nearly all visible', stroke(0, 64, 8));
  await measure(page, 'picture, nearly all visible', stroke(1, 14, 14));
  const whole = ['Picture from sound', 'Sound from picture'];
  if (await bench.getByRole('button', { name: whole[1]! }).count())
    await measure(page, 'a whole modality', async (k) => bench.getByRole('button', { name: whole[k % 2]! }).click());
} finally {
  await browser.close();
  await host.end('SIGTERM');
  await rm(workspace, { recursive: true, force: true });
}
