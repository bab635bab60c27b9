// TEST CODE. The reconstruction workbench in the window, and what it paints against what the engine paints.
import { readFile } from 'node:fs/promises';
import type { Locator } from 'playwright-core';
import { unzipSync } from 'fflate';
import { expect } from 'vitest';
import { decodeNpy } from '../../../src/shared/wire/npy.ts';
import type { Studio } from '../studio.ts';
import type { EngineClient } from '../studioHost.ts';
import { tensorsAt } from '../tensorsAt.ts';

export const workbench = ({ page }: Pick<Studio, 'page'>): Locator =>
  page.getByRole('region', { name: 'Reconstruction workbench' });

/** The figures of one title, sound before picture. */
export const figures = (studio: Pick<Studio, 'page'>, title: string): Locator =>
  workbench(studio)
    .locator('figure.tile')
    .filter({ has: studio.page.locator('.title', { hasText: new RegExp(`^${title}$`) }) });
export const notesOf = (studio: Pick<Studio, 'page'>, title: string): Promise<string[]> =>
  figures(studio, title).locator('.note').allTextContents();

/** What the export menu saves. */
export async function download(studio: Pick<Studio, 'page'>, option: string): Promise<{ name: string; bytes: Buffer }> {
  const [file] = await Promise.all([
    studio.page.waitForEvent('download', { timeout: 180_000 }),
    (async () => {
      await workbench(studio).getByRole('button', { name: 'Export' }).click();
      await studio.page.locator('.n-dropdown-option', { hasText: option }).click();
    })(),
  ]);
  return { name: file.suggestedFilename(), bytes: await readFile(await file.path()) };
}

/** Inputs to 1e-5, masks exactly, predictions (true values, spread about 1) to 5e-3 in every value, losses as shown. */
export async function paintsAsTheEngine(
  studio: Studio,
  asked: Parameters<EngineClient['inspect']['reconstruct']>[0],
): Promise<void> {
  const { host } = studio;
  const arrays = unzipSync((await download(studio, 'Arrays, NumPy')).bytes);
  const answer = await host.api.inspect.reconstruct(asked);
  const tensors = await tensorsAt(studio, answer.dataUrl);
  for (const [file, name, most] of [
    ['audio-original', 'originalA', 1e-5],
    ['audio-reconstruction', 'predA', 5e-3],
    ['audio-mask', 'maskA', 0],
    ['frame-original', 'originalV', 1e-5],
    ['frame-reconstruction', 'predV', 5e-3],
    ['frame-mask', 'maskV', 0],
  ] as const) {
    const [here, there] = [decodeNpy(arrays[`${file}.npy`]!).data, tensors[name]!.data];
    expect(here.length, file).toBe(there.length);
    expect(
      here.reduce((worst: number, value, i) => Math.max(worst, Math.abs(value - Number(there[i]))), 0),
      file,
    ).toBeLessThanOrEqual(most);
  }
  expect(await notesOf(studio, 'Reconstructed')).toEqual(
    [answer.lossA, answer.lossV].map((loss) => (loss === null ? '' : `loss ${loss.toFixed(3)}`)),
  );
}
