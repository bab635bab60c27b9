// TEST CODE. "Where it sounds": heat over the frames and over the spectrogram, against the cosines that the engine
// gives; and files that have none.
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import type { Locator } from 'playwright-core';
import { expect } from 'vitest';
import { violations } from '../accessibility.ts';
import { movingPicture, toneWav } from '../brokenFiles.ts';
import { canvasBytes } from '../pixels.ts';
import { eventually, shoot, type Clip, type Studio } from '../studio.ts';
import { tensorsAt } from '../tensorsAt.ts';
import { dropFile } from './dropFile.ts';
import { heatFollows, opacities, upsideDown } from './heat.ts';

/** As it is while a clip or file is open in it, whatever stands there. */
const panelOf = ({ page }: Studio): Locator =>
  page
    .locator('.zone')
    .filter({ visible: true })
    .filter({ has: page.getByRole('slider', { name: 'Strength of the heat' }) });
const overFrame = (k: number): string => `Heat over frame ${k + 1}`;
const overSound = 'Heat over the spectrogram, 0 to 8 kHz from bottom to top';

/** As the panel words it: of all values the 2nd and the 98th percentile. */
function rangeText(values: readonly number[]): string {
  const sorted = values.toSorted((a, b) => a - b);
  const [low, high] = [0.02, 0.98].map((share) => sorted[Math.round(share * (sorted.length - 1))]!.toFixed(2));
  return `cosine ${low} to ${high}`;
}

/**
 * Frames [10, 14, 14], the spectrogram [8, 64] of which the columns wholly of sound are drawn, low bands at the bottom;
 * the pictures beneath.
 */
export async function heatIsTheEngines(studio: Studio, { id, name }: Clip): Promise<void> {
  const { host } = studio;
  const panel = panelOf(studio);
  await panel.getByText(name, { exact: true }).waitFor();
  const cosines = await tensorsAt(studio, (await host.api.inspect.localise({ clipId: id })).dataUrl);
  const input = await tensorsAt(studio, (await host.api.inspect.input({ clipId: id })).dataUrl);
  const [ofFrames, ofSound] = [cosines.frames!, cosines.audio!].map(({ data }) => [...data].map(Number)) as [
    number[],
    number[],
  ];
  expect([cosines.frames!.shape, cosines.audio!.shape]).toEqual([
    [10, 14, 14],
    [8, 64],
  ]);

  const strip = panel.getByRole('group', { name: 'Frames' });
  const shown: number[] = [];
  for (let k = 0; k < 10; k++)
    shown.push(...(await opacities(strip.getByRole('img', { name: overFrame(k), exact: true }))));
  heatFollows(shown, ofFrames, 'frames');
  const bytesOfFrame = 224 * 224 * 3;
  for (const k of [0, 4, 9]) {
    const under = await canvasBytes(
      strip.getByRole('button', { name: `Frame ${k + 1}`, exact: true }).locator('canvas.under'),
    );
    expect(
      Buffer.from(under.filter((_, i) => i % 4 !== 3)).equals(
        Buffer.from((input.frames!.data as Uint8Array).subarray(k * bytesOfFrame, (k + 1) * bytesOfFrame)),
      ),
      `picture ${k + 1}`,
    ).toBe(true);
  }

  const columns = Math.floor(input.fbank!.shape[0]! / 16);
  const sounding = Array.from({ length: 8 }, (_, band) => ofSound.slice(band * 64, band * 64 + columns)).flat();
  heatFollows(upsideDown(await opacities(panel.getByRole('img', { name: overSound })), columns), sounding, 'sound');
  expect(await panel.getByText(/^cosine /).allTextContents()).toEqual([rangeText(ofFrames), rangeText(sounding)]);
}

/** One frame after the other large: by its button, and by itself. */
export async function stepsThroughFrames(studio: Studio): Promise<void> {
  const panel = panelOf(studio);
  const strip = panel.getByRole('group', { name: 'Frames' });
  const large = panel.locator('.stage > .heat canvas');
  for (const k of [2, 7]) {
    await strip.getByRole('button', { name: `Frame ${k + 1}`, exact: true }).click();
    await panel.getByText(`Frame ${k + 1} of 10`).waitFor();
    expect(await strip.getByRole('button', { pressed: true }).allTextContents()).toHaveLength(1);
    expect(await strip.getByRole('button', { pressed: true }).getAttribute('aria-label')).toBe(`Frame ${k + 1}`);
    expect(await large.nth(1).getAttribute('aria-label')).toBe(overFrame(k));
    const small = strip.getByRole('button', { name: `Frame ${k + 1}`, exact: true }).locator('canvas');
    expect(
      Buffer.from(await canvasBytes(large.nth(0))).equals(Buffer.from(await canvasBytes(small.nth(0)))),
      `picture ${k + 1}`,
    ).toBe(true);
    // Colours of what is half clear are rounded in another way where a canvas is drawn by the graphics adapter.
    expect(await opacities(large.nth(1)), overFrame(k)).toEqual(await opacities(small.nth(1)));
  }
  await panel.getByRole('button', { name: 'Play through the frames' }).click();
  await panel.getByText('Frame 10 of 10').waitFor();
  await panel.getByText('Frame 1 of 10').waitFor();
  await panel.getByRole('button', { name: 'Stop', exact: true }).click();
}

export async function strengthOfHeat({ page }: Studio): Promise<void> {
  const heat = page.getByRole('img', { name: overSound });
  const opacity = (): Promise<number> => heat.evaluate((canvas) => Number(getComputedStyle(canvas).opacity));
  const handle = page.getByRole('slider', { name: 'Strength of the heat' });
  await handle.focus();
  for (let k = 0; k < 14; k++) await page.keyboard.press('ArrowLeft');
  await eventually('no heat', async () => (await opacity()) === 0);
  for (let k = 0; k < 14; k++) await page.keyboard.press('ArrowRight');
  await eventually('the heat again', async () => Math.abs((await opacity()) - 0.7) < 1e-6);
}

/** What lacks sound or picture is told so, and no model is asked about it. */
export async function tellsWhatLacks(studio: Studio): Promise<void> {
  const { page } = studio;
  let asked = 0;
  page.on('request', (request) => {
    asked += Number(request.url().includes('/inspect/localise'));
  });
  const folder = await mkdtemp(path.join(os.tmpdir(), 'cavmae-e2e-lacking-'));
  await movingPicture(path.join(folder, 'mute.mp4'));
  const mute = await readFile(path.join(folder, 'mute.mp4'));
  await rm(folder, { recursive: true });
  const panel = panelOf(studio);
  for (const [name, type, bytes, lack] of [
    ['tone.wav', 'audio/wav', toneWav(4), 'picture'],
    ['mute.mp4', 'video/mp4', mute, 'sound'],
  ] as const) {
    await dropFile(panel, { name, type, bytes });
    await panel.getByText(`${name} has no ${lack}`).waitFor();
    expect(await panel.locator('canvas').count()).toBe(0);
    await shoot(studio, `inspect-9-no-${lack}`);
  }
  expect(await violations(page)).toEqual([]);
  expect(asked).toBe(0);
  await panel.getByRole('button', { name: 'Back to the open clip' }).click();
  await panel.getByRole('img', { name: overSound }).waitFor();
  expect(asked).toBe(1);
}
