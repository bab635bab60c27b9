// TEST CODE. The linked maps: aligned, joined by a line, coloured by distance, moved together, selected on.
import type { Locator } from 'playwright-core';
import { expect } from 'vitest';
import { canvasContent } from '../pixels.ts';
import { allClips, eventually, shoot, type Studio } from '../studio.ts';
import { command, openInGrid, selectedIn } from './exploring.ts';

/** Three aligned maps; the line joins the open clip's places; the colour tells the distance between them. */
export async function linkedMaps(studio: Studio): Promise<void> {
  const { page, host } = studio;
  const open = (await allClips(studio)).find((clip) => clip.kind === 'video' && !clip.badges.includes('silent'))!;
  await openInGrid(page, open.name);
  await command(page, 'Show Linked maps');
  await page.getByRole('button', { name: 'Draw the maps' }).click();
  await eventually(
    'three aligned maps',
    async () => {
      const maps = await host.api.projections.list();
      return ['audio', 'visual'].every((space) =>
        maps.some((one) => one.space === space && one.settled && one.alignedTo !== null),
      );
    },
    180,
  );
  const maps = page.getByRole('group', { name: /^Maps of sound, of both, and of picture/ });
  await maps.waitFor();
  const cell = (name: string): Locator => maps.getByRole('application', { name: new RegExp(`^${name}: map of`) });
  const [sound, both, picture] = [cell('Sound'), cell('Sound and picture'), cell('Picture')];
  const seen = () => Promise.all([sound, both, picture].map((one) => canvasContent(one.locator('canvas'))));
  await eventually('points of the linked maps', async () => (await seen()).every(({ colours }) => colours >= 2), 60);
  await eventually(
    'a line over three places',
    async () => /marked on 3 of them/.test((await maps.getAttribute('aria-label')) ?? ''),
    30,
  );
  expect(await maps.locator('svg circle').count()).toBe(3);
  expect(await maps.locator('svg polyline').count()).toBe(1);
  const before = await seen();
  await page.getByRole('button', { name: 'Colour by the distance between the places of sound and picture' }).click();
  await eventually(
    'colours by distance',
    async () => (await seen()).every((now, k) => now.sum !== before[k]!.sum && now.colours > 5),
    60,
  );
  const { columns, clipIds } = await host.api.clips.columns({ names: ['avDistance'] });
  expect(columns.avDistance!.filter((value) => typeof value === 'number').length).toBeGreaterThan(clipIds.length / 2);
  await shoot(studio, 'explore-10-linked', { both: true });
  await linkedMapsMoveTogether(studio, maps, { sound, both, picture });
}

/**
 * One view for the three: zoomed and moved over any of them, by wheel, hand and keys; outlines and clicks select as on
 * the main map.
 */
async function linkedMapsMoveTogether(
  studio: Studio,
  maps: Locator,
  { sound, both, picture }: Record<'sound' | 'both' | 'picture', Locator>,
): Promise<void> {
  const { page } = studio;
  const places = (): Promise<number[][]> =>
    maps
      .locator('svg circle')
      .evaluateAll((marks) => marks.map((mark) => [Number(mark.getAttribute('cx')), Number(mark.getAttribute('cy'))]));
  const [before, box] = [await places(), (await picture.boundingBox())!];
  const frame = (await maps.boundingBox())!;
  // The wheel over the open clip's place in the picture map: that place stays, the others move away from their middle
  // by as much.
  const [x, y] = [frame.x + before[2]![0]!, frame.y + before[2]![1]!];
  await page.mouse.move(x, y);
  await page.mouse.wheel(0, -120);
  await eventually(
    'a nearer view',
    async () =>
      Math.hypot((await places())[0]![0]! - before[0]![0]!, (await places())[0]![1]! - before[0]![1]!) > 2 ||
      (await places()).length < 3,
    30,
  );
  const there = (await places()).at(-1)!;
  expect(Math.hypot(there[0]! - before[2]![0]!, there[1]! - before[2]![1]!)).toBeLessThan(2);
  // Dragged by the hand, all three follow.
  const held = (await places()).at(-1)!;
  await page.mouse.move(box.x + box.width / 2, box.y + box.height - 12);
  await page.mouse.down();
  await page.mouse.move(box.x + box.width / 2 - 9, box.y + box.height - 20, { steps: 3 });
  await page.mouse.up();
  const now = (await places()).at(-1)!;
  expect([Math.round(now[0]! - held[0]!), Math.round(now[1]! - held[1]!)]).toEqual([-9, -8]);
  await shoot(studio, 'explore-18-linked-near', { both: true });
  const whole = page.getByRole('button', { name: 'Show all of the linked maps' });
  await whole.click();
  await eventually('the whole maps', async () => JSON.stringify(await places()) === JSON.stringify(before), 30);
  expect(await whole.isDisabled()).toBe(true);
  // Keys: nearer, whole again, and from clip to clip on the map that has the focus.
  await sound.focus();
  await page.keyboard.press('+');
  await eventually('nearer by key', async () => !(await whole.isDisabled()), 30);
  await page.keyboard.press('Control+Shift+f');
  await eventually('whole by key', () => whole.isDisabled(), 30);
  const label = await maps.getAttribute('aria-label');
  await eventually(
    'another clip',
    async () => {
      await page.keyboard.press('ArrowRight');
      await page.keyboard.press('ArrowDown');
      return (await maps.getAttribute('aria-label')) !== label;
    },
    30,
  );
  // A lasso around one map selects every clip on all of them.
  const area = (await both.boundingBox())!;
  await page.keyboard.down('Shift');
  await page.mouse.move(area.x + 3, area.y + 3);
  await page.mouse.down();
  for (const [dx, dy] of [
    [area.width - 3, 3],
    [area.width - 3, area.height - 3],
    [3, area.height - 3],
    [3, 6],
  ] as const)
    await page.mouse.move(area.x + dx, area.y + dy, { steps: 4 });
  await page.mouse.up();
  await page.keyboard.up('Shift');
  await eventually('all selected', async () => (await selectedIn(page)) === (await allClips(studio)).length, 30);
  await page.keyboard.press('Escape');
  await eventually('none selected', async () => (await selectedIn(page)) === 0, 30);
}
