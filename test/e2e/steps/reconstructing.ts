// TEST CODE. The reconstruction workbench: pictures, and what ratio, seed and brush change.
import { expect } from 'vitest';
import type { Locator } from 'playwright-core';
import { canvasContent } from '../pixels.ts';
import { eventually, layout, shoot, type Studio } from '../studio.ts';

const titles = ['Original', 'Masked', 'Reconstructed', 'Error'];

/**
 * The losses as shown beside the reconstructions: sound, picture. Empty until every modality with something hidden has
 * one.
 */
async function losses(bench: Locator): Promise<string> {
  const notes = (title: RegExp): Promise<string[]> =>
    bench.locator('figure', { hasText: title }).locator('.note').allTextContents();
  const [shown, hidden] = [await notes(/^Reconstructed/), await notes(/^Masked/)];
  return shown.length === 2 && shown.every((text, k) => /loss \d/.test(text) || hidden[k]!.startsWith('0 of'))
    ? shown.join(' ')
    : '';
}
const changed = (bench: Locator, from: string, why: string): Promise<string> =>
  eventually(
    `losses changed by ${why}`,
    async () => {
      const now = await losses(bench);
      return now !== from && now;
    },
    60,
  );

export async function reconstruct(studio: Studio): Promise<void> {
  const { page } = studio;
  await layout(page, 'inspect');
  const bench = page.getByRole('region', { name: 'Reconstruction workbench' });
  await bench
    .getByRole('img', { name: /^Reconstructed/ })
    .first()
    .waitFor({ timeout: 60_000 });
  for (const title of titles) {
    const canvases = bench.getByRole('img', { name: new RegExp(`^${title}`) });
    expect(await canvases.count(), title).toBe(2);
    for (const canvas of await canvases.all()) expect((await canvasContent(canvas)).colours, title).toBeGreaterThan(30);
  }
  const first = await eventually('losses', () => losses(bench));
  // The small model opens in the page's own worker, paints what the engine painted, and takes over.
  await bench.getByText(/in this window, (wasm|WebGPU)/).waitFor({ timeout: 60_000 });
  await shoot(studio, '11-reconstruct', { both: true });

  const ratio = bench.getByRole('slider', { name: 'Share of sound patches hidden' });
  await ratio.focus();
  for (let k = 0; k < 5; k++) await page.keyboard.press('ArrowLeft');
  await bench.getByText('256 of 512 hidden').waitFor();
  const afterRatio = await changed(bench, first, 'the mask ratio');

  await bench.getByRole('button', { name: 'Another mask' }).click();
  const afterSeed = await changed(bench, afterRatio, 'the seed');

  await bench.getByRole('button', { name: 'Painted' }).click();
  await bench.getByRole('button', { name: 'Show all' }).click();
  await bench.getByText('0 of 512 hidden').waitFor();
  await eventually('no losses where nothing is hidden', async () => !(await bench.getByText(/^loss \d/).count()));
  const canvas = bench.getByRole('img', { name: /^Masked/ }).first();
  const box = (await canvas.boundingBox())!;
  await page.mouse.move(box.x + box.width * 0.05, box.y + box.height * 0.5);
  await page.mouse.down();
  await page.mouse.move(box.x + box.width * 0.3, box.y + box.height * 0.5, { steps: 10 });
  await page.mouse.up();
  const painted = await eventually('painted patches', async () => {
    const n = Number.parseInt(
      (await bench
        .locator('figure', { hasText: /^Masked/ })
        .first()
        .locator('.note')
        .textContent())!,
      10,
    );
    return n > 0 && n;
  });
  expect(painted).toBeLessThan(120);
  await changed(bench, afterSeed, 'painting');
  await shoot(studio, '12-painted', { both: true });
}

/** The engine gives the same losses for the same mask, and others for another seed. */
export async function reconstructionIsRepeatable(studio: Studio, clipId: number): Promise<void> {
  const ask = async (seed: number): Promise<(number | null)[]> => {
    const { lossA, lossV } = await studio.host.api.inspect.reconstruct({
      clipId,
      mask: { mode: 'unstructured', ratioA: 0.75, ratioV: 0.75, seed },
    });
    return [lossA, lossV];
  };
  const [one, again, other] = [await ask(3), await ask(3), await ask(4)];
  expect(one.every((loss) => loss !== null && Number.isFinite(loss) && loss > 0)).toBe(true);
  expect(again).toEqual(one);
  expect(other).not.toEqual(one);
}
