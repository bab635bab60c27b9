// TEST CODE. Attention over sound and picture: of layers, heads and single patches, against the weights that the engine
// gives.
import type { Locator } from 'playwright-core';
import { expect } from 'vitest';
import { canvasContent } from '../pixels.ts';
import { choose, eventually, shoot, type Studio } from '../studio.ts';
import { tensorsAt } from '../tensorsAt.ts';
import { heatFollows, opacities, upsideDown } from './heat.ts';

const sound = ({ page }: Studio): Locator => page.getByRole('img', { name: 'Attention over the sound' });
const sum = async (studio: Studio): Promise<number> => (await canvasContent(sound(studio))).sum;
const select = ({ page }: Studio, label: string): Locator =>
  page.locator('label', { hasText: label }).locator('.n-base-selection').filter({ visible: true });

/** A head of E_j, seen from the patch that is clicked: 64 x 8 patches of the sound, then 14 x 14 of the picture. */
export async function attentionIsTheEngines(studio: Studio, clipId: number): Promise<void> {
  const { page, host } = studio;
  await page.getByRole('tab', { name: 'Attention' }).click();
  const over = page.getByRole('group', { name: /^Attention over the sound/ });
  await over.waitFor();
  const all = await sum(studio);
  const box = (await over.boundingBox())!;
  const [column, row] = [20, 3];
  await over.click({ position: { x: (box.width * (column + 0.5)) / 64, y: (box.height * (row + 0.5)) / 8 } });
  await page.getByText('The patch at 3.20 s, 1.8 to 2.7 kHz, looks').waitFor();
  expect(await sum(studio)).not.toBe(all);
  await shoot(studio, 'inspect-7-attention', { both: true });
  const mean = await sum(studio);
  await choose(page, select(studio, 'Head'), 'head 2');
  await eventually('another head', async () => (await sum(studio)) !== mean);
  const answer = await host.api.inspect.attention({ clipId, frame: 5, stream: 'joint', layer: 0, head: 1 });
  const { weights } = await tensorsAt(studio, answer.dataUrl);
  const [tokens, looking] = [512 + 196, (7 - row) * 64 + column];
  expect([answer.tokensA, answer.tokensV, weights!.shape]).toEqual([512, 196, [tokens, tokens]]);
  const seen = [...weights!.data].slice(looking * tokens, (looking + 1) * tokens).map(Number);
  heatFollows(
    [
      ...upsideDown(await opacities(sound(studio)), 64),
      ...(await opacities(page.getByRole('img', { name: 'Attention over the picture' }))),
    ],
    seen,
    'head 2',
  );
  const toSound = Math.round(100 * seen.slice(0, 512).reduce((total, weight) => total + weight, 0));
  await page
    .getByText(`${toSound} % at sound, ${100 - toSound} % at picture (evenly spread it would be 72 and 28 %)`)
    .waitFor();
}

export async function attentionOfLayers(studio: Studio): Promise<void> {
  const { page } = studio;
  await choose(page, select(studio, 'Encoder'), 'E_a, the sound’s encoder');
  await page.getByText('1 of 4').waitFor();
  await eventually(
    'no picture in E_a',
    async () => (await page.getByRole('group', { name: /^Attention over the picture/ }).count()) === 0,
  );
  const first = await sum(studio);
  await page.getByRole('slider', { name: 'Layer' }).focus();
  await page.keyboard.press('ArrowRight');
  await eventually('another layer', async () => (await sum(studio)) !== first);
}
