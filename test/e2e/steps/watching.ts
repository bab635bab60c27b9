// TEST CODE. The clip panel: the player with its spectrogram in step, ten frames, the nearest clips.
import { expect } from 'vitest';
import type { Page } from 'playwright-core';
import { allClips, eventually, shoot, type Studio } from '../studio.ts';

/** Opens a clip by its thumbnail, after a search for its name. */
export async function openClip({ page }: Pick<Studio, 'page'>, name: string): Promise<void> {
  const search = page.getByRole('searchbox', { name: 'Search names and labels' });
  await search.fill(name);
  await page.getByRole('option', { name, exact: true }).click();
  await page.getByRole('heading', { name, exact: true }).waitFor();
}

export async function clearSearch(page: Page): Promise<void> {
  await page.getByRole('searchbox', { name: 'Search names and labels' }).fill('');
  await page.getByText('All clips').first().waitFor();
}

const loaded = (image: Element): boolean =>
  (image as HTMLImageElement).complete && (image as HTMLImageElement).naturalWidth > 0;

export async function watchClip(studio: Studio, name: string): Promise<void> {
  const { page } = studio;
  await openClip(studio, name);
  const panel = page.getByRole('group', { name: 'Clip', exact: true });
  const playhead = panel.getByRole('slider', { name: 'Position in the clip' });
  const position = async (): Promise<number> => Number(await playhead.getAttribute('aria-valuenow'));
  await panel.getByRole('button', { name: 'Play', exact: true }).click();
  await eventually('the playhead to move', async () => (await position()) > 0.4, 30);
  const video = panel.locator('video[aria-label]');
  const { timeS, width } = await video.evaluate((element) => ({
    timeS: (element as HTMLVideoElement).currentTime,
    width: (element as HTMLVideoElement).videoWidth,
  }));
  expect(timeS).toBeGreaterThan(0.3);
  expect(width).toBeGreaterThan(0);
  await panel.getByRole('button', { name: 'Pause', exact: true }).click();
  await eventually(
    'playhead and player to agree',
    async () =>
      Math.abs((await position()) - (await video.evaluate((element) => (element as HTMLVideoElement).currentTime))) <
      0.11,
    10,
  );
  await playhead.press('Home');
  await eventually('the start', async () => (await position()) === 0, 10);

  const spectrogram = playhead.locator('img');
  await eventually('the spectrogram', () => spectrogram.evaluate(loaded), 30);
  const frames = panel.getByRole('list', { name: 'Ten frames as the model sees them' }).locator('img');
  expect(await frames.count()).toBe(10);
  await frames.first().scrollIntoViewIfNeeded();
  for (const k of [0, 9]) await eventually(`frame ${k}`, () => frames.nth(k).evaluate(loaded), 30);

  const nearest = panel.getByRole('region', { name: 'Nearest clips' }).getByRole('listitem');
  await eventually('nearest clips', async () => (await nearest.count()) >= 10, 30);
  await shoot(studio, '10-clip', { both: true });
  const own = (await allClips(studio)).find((clip) => clip.name === name)!;
  const expected = (await studio.host.api.search.similar({ positives: [own.id], space: 'joint', k: 12 })).filter(
    (row) => row.clipId !== own.id,
  );
  expect(await nearest.count()).toBe(expected.length);
  const first = nearest.first().getByRole('button');
  const label = (await first.getAttribute('aria-label'))!;
  expect(Number(/similarity ([\d.]+)/.exec(label)![1])).toBeCloseTo(expected[0]!.score, 2);
  await first.click();
  await page.getByRole('heading', { name: label.split(', similarity')[0]! }).waitFor();
  await clearSearch(page);
}
