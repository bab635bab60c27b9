// TEST CODE. The map: drawn, hovered, clicked, lassoed, coloured.
import { expect } from 'vitest';
import { blobsIn, pixelsOf, type Blob } from '../pixels.ts';
import { allClips, choose, dismissMessages, eventually, shoot, type Studio } from '../studio.ts';
import type { Locator, Page } from 'playwright-core';
import { decodeSafetensors } from '../../../src/shared/wire/safetensors.ts';

export const mapOf = (page: Page): Locator => page.getByRole('application', { name: /^Map of/ });

/** The map's points as drawn, away from its legend and tools. */
export async function pointsOf(page: Page): Promise<Blob[]> {
  const map = mapOf(page);
  const area = await map.boundingBox();
  const over = await Promise.all([
    map.getByRole('group', { name: /^Legend/ }).boundingBox(),
    map.getByRole('toolbar', { name: 'Map tools' }).boundingBox(),
  ]);
  const boxes = area
    ? over.flatMap((box) =>
        box ? [{ x: box.x - area.x, y: box.y - area.y, width: box.width, height: box.height }] : [],
      )
    : [];
  return (await blobsIn(map, boxes)).filter((blob) => blob.area < 1200);
}

/** As many points as clips come from the engine, and they are there to be seen. */
export async function mapIsDrawn(studio: Studio, clips: number): Promise<void> {
  const { page, host } = studio;
  const newest = (await host.api.projections.list()).sort((a, b) => b.id - a.id)[0]!;
  const answer = await fetch(`${host.origin}/data/projections/${newest.id}.safetensors`, {
    headers: { authorization: `Bearer ${host.bearer}` },
  });
  const tensors = decodeSafetensors(new Uint8Array(await answer.arrayBuffer())).tensors;
  expect(tensors.clipIds!.shape).toEqual([clips]);
  expect([...(tensors.xy!.data as Float32Array)].every(Number.isFinite)).toBe(true);
  await page.getByRole('application', { name: `Map of ${clips} clips` }).waitFor();
  // Points that touch are one blob.
  await eventually('points on the map', async () => (await pointsOf(page)).length > clips / 4, 30);
  await shoot(studio, '07-map', { both: true });
}

/** The map that settled before one's eyes is the one that is there when the page is opened anew. */
export async function reloadedMapIsTheSame(studio: Studio): Promise<void> {
  const { page } = studio;
  await page.mouse.move(5, 5);
  const seen = async (): Promise<string[]> =>
    (await pointsOf(page)).map((blob) => `${Math.round(blob.x / 4)} ${Math.round(blob.y / 4)}`);
  const before = await seen();
  await page.reload();
  await mapOf(page).waitFor();
  await eventually(
    'the same points',
    async () => {
      const after = new Set(await seen());
      return before.filter((point) => after.has(point)).length >= before.length * 0.8;
    },
    30,
  );
}

const onMap = async (page: Page, at: { x: number; y: number }): Promise<[number, number]> => {
  const area = (await mapOf(page).boundingBox())!;
  return [area.x + at.x, area.y + at.y];
};

/** Hovering shows a card that names the clip; a click opens that clip. */
export async function hoverAndClick(studio: Studio): Promise<void> {
  const { page } = studio;
  const alone = (await pointsOf(page)).filter((blob) => blob.area < 160).at(0)!;
  const [x, y] = await onMap(page, alone);
  await page.mouse.move(x - 30, y);
  await page.mouse.move(x, y, { steps: 4 });
  const card = mapOf(page).locator('.card');
  await card.waitFor();
  const name = await eventually('the name on the card', async () => {
    const text = await card.locator('.name').textContent();
    return text !== 'Loading…' && text;
  });
  // The collection holds one clip that only sounds; which point stands alone depends on the map.
  const { kind } = (await allClips(studio)).find((clip) => clip.name === name.trim())!;
  await card.locator(kind === 'video' ? 'video' : '.thumbnail img').waitFor({ state: 'attached' });
  await shoot(studio, '08-hover');
  await page.mouse.click(x, y);
  await page.getByRole('heading', { name: name.trim() }).waitFor();
  await page.mouse.move(x - 200, y - 60);
}

/** A lasso around all points selects clips; Escape lets them go. @returns how many were selected. */
export async function lasso(studio: Studio, share = 1): Promise<number> {
  const { page } = studio;
  const points = await pointsOf(page);
  const { width, height } = (await mapOf(page).boundingBox())!;
  const [xs, ys] = [points.map((p) => p.x), points.map((p) => p.y)];
  const [left, right] = [Math.max(3, Math.min(...xs) - 14), Math.min(width - 3, Math.max(...xs) + 14)];
  const [top, bottom] = [Math.max(3, Math.min(...ys) - 14), Math.min(height - 3, Math.max(...ys) + 14)];
  const edge = left + (right - left) * share;
  const path = [
    [left, top],
    [edge, top],
    [edge, bottom],
    [left, bottom],
    [left, top + 6],
  ] as const;
  await page.keyboard.down('Shift');
  await page.mouse.move(...(await onMap(page, { x: left, y: top })));
  await page.mouse.down();
  for (const [x, y] of path) await page.mouse.move(...(await onMap(page, { x, y })), { steps: 8 });
  await page.mouse.up();
  await page.keyboard.up('Shift');
  const told = page.getByRole('contentinfo').getByText(/\d+ selected/);
  await told.waitFor();
  return Number.parseInt((await told.textContent())!, 10);
}

export async function lassoSelects(studio: Studio, clips: number): Promise<void> {
  const { page } = studio;
  const letGo = async (): Promise<void> => {
    await page.keyboard.press('Escape');
    await page
      .getByRole('contentinfo')
      .getByText(/selected/)
      .waitFor({ state: 'hidden' });
  };
  const some = await lasso(studio, 0.5);
  expect(some).toBeGreaterThan(0);
  expect(some).toBeLessThan(clips);
  await shoot(studio, '09-lasso');
  await letGo();
  expect(await lasso(studio, 1)).toBe(clips);
  await letGo();
}

/** The chosen colours are in the legend and on the points. */
export async function colourBy(studio: Studio, what: string, colours: readonly string[], shot: string): Promise<void> {
  const { page } = studio;
  await dismissMessages(page);
  const select = page.getByRole('toolbar', { name: 'Map' }).locator('.colour');
  if (!(await select.textContent())?.startsWith(what)) await choose(page, select, what);
  const map = mapOf(page);
  await map.getByRole('group', { name: `Legend: ${what}` }).waitFor();
  await page.mouse.move(5, 5);
  await eventually(
    `points coloured by ${what.toLowerCase()}`,
    async () => {
      for (const colour of colours) if ((await pixelsOf(map, colour)) < 20) return false;
      return true;
    },
    30,
  );
  await shoot(studio, shot, { both: true });
}
