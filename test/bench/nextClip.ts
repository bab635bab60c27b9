// How soon the next clip is there while labelling one by one: from the key press (the browser's own time stamp of it)
// to the frame after the one in which the next clip's picture stands decoded on the page; and to its first moving
// frame. The built page, the real host and real files in a real Chromium, at two paces. node test/bench/nextClip.ts
// [CLIPS=50]
import { rm } from 'node:fs/promises';
import os from 'node:os';
import type { Page } from 'playwright-core';
import { openBrowser, openPage } from '../e2e/browser.ts';
import { preparedWorkspace } from '../e2e/preparedWorkspace.ts';
import { eventually, layout } from '../e2e/studio.ts';
import { startStudioHost } from '../e2e/studioHost.ts';
import { quantile } from './quantile.ts';

const wanted = Number(process.argv[2] ?? 50);
/** Seconds between two key presses: a person who looks, and one who knows. */
const paces = [1.2, 0.3];

interface Seen {
  picture: number;
  moving: number | null;
}
declare global {
  interface Window {
    nextClip: { seen: Seen[] };
  }
}

/** Watches every press of "1". Runs in the page. */
function watch(): void {
  window.nextClip = { seen: [] };
  const name = (): string => document.querySelector('.single .why .ellipsis')?.textContent?.trim() ?? '…';
  const visible = <T extends HTMLElement>(what: string): T | undefined =>
    [...document.querySelectorAll<T>(`.single .stage ${what}`)].find((one) => one.style.display !== 'none');
  // The page's own listener comes first and has changed the name before this one is asked: what counts is the last
  // frame's.
  let shown = name();
  const follow = (): void => {
    shown = name();
    requestAnimationFrame(follow);
  };
  follow();
  addEventListener(
    'keydown',
    ({ key, timeStamp }) => {
      if (key !== '1') return;
      const before = shown;
      const one: Seen = { picture: NaN, moving: null };
      window.nextClip.seen.push(one);
      const look = (): void => {
        if (!Number.isNaN(one.picture)) return;
        const [image, video] = [visible<HTMLImageElement>('img'), visible<HTMLVideoElement>('video')];
        const there =
          name() !== before &&
          name() !== '…' &&
          ((image?.complete && image.naturalWidth > 0) || (video !== undefined && video.readyState >= 2));
        // What stands on the page when a frame begins is painted when the next one does.
        requestAnimationFrame(
          there
            ? (now) => {
                one.picture = now - timeStamp;
              }
            : look,
        );
        if (there && video)
          video.requestVideoFrameCallback((now) => {
            one.moving = now - timeStamp;
          });
      };
      requestAnimationFrame(look);
    },
    { capture: true },
  );
}

const rounded = (values: readonly number[], share: number): number => Math.round(quantile(values, share));

async function measure(page: Page, paceS: number): Promise<void> {
  await page.evaluate(() => {
    window.nextClip.seen.length = 0;
  });
  for (let n = 0; n < wanted; n++) {
    if (await page.getByText('End of this queue').count()) {
      await page.keyboard.press('Enter');
      await eventually('the next queue', async () => !(await page.getByText('End of this queue').count()), 60);
    }
    const presses = n + 1;
    await page.keyboard.press('1');
    const pressedAt = Date.now();
    // The last clip of a queue has none after it: that press is no measurement.
    await page.waitForFunction(
      (count) =>
        !Number.isNaN(window.nextClip.seen[count - 1]?.picture) ||
        document.body.textContent!.includes('End of this queue'),
      presses,
      { timeout: 60_000 },
    );
    await page.waitForTimeout(Math.max(0, paceS * 1000 - (Date.now() - pressedAt)));
  }
  const seen = (await page.evaluate(() => window.nextClip.seen)).filter(({ picture }) => !Number.isNaN(picture));
  const [pictures, moving] = [seen.map((one) => one.picture), seen.flatMap((one) => one.moving ?? [])];
  console.log(
    JSON.stringify({
      clips: seen.length,
      paceS,
      pictureMs: { p50: rounded(pictures, 0.5), p95: rounded(pictures, 0.95), most: rounded(pictures, 1) },
      movingMs: { seen: moving.length, p50: rounded(moving, 0.5), p95: rounded(moving, 0.95) },
      load: Number(os.loadavg()[0]!.toFixed(1)),
    }),
  );
}

const workspace = await preparedWorkspace();
const host = await startStudioHost(workspace);
const browser = await openBrowser();
try {
  await host.api.schemas.create({ name: 'Bench', classes: ['this', 'that'] });
  const { page } = await openPage(browser, host.url);
  await layout(page, 'label');
  await eventually(
    'the queue',
    async () => (await page.getByRole('group', { name: 'Label queue' }).getByRole('option').count()) > 0,
    120,
  );
  await page.keyboard.press('Alt+s');
  await page.getByRole('group', { name: 'One clip at a time' }).waitFor();
  await page.evaluate(watch);
  for (const pace of paces) await measure(page, pace);
} finally {
  await browser.close();
  await host.end('SIGTERM');
  await rm(workspace, { recursive: true, force: true });
}
