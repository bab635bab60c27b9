// TEST CODE. The map's tools, its list, clusters, live parameters and history, each checked against the engine.
import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import { canvasContent } from '../pixels.ts';
import { allClips, dismissMessages, eventually, shoot, type Studio } from '../studio.ts';
import { mapOf } from './mapping.ts';

/** Runs a command by its whole title. */
export async function command(page: Page, title: string): Promise<void> {
  await dismissMessages(page);
  await page.keyboard.press('Control+k');
  const palette = page.getByRole('dialog', { name: 'Command palette' });
  const box = palette.getByRole('combobox', { name: 'Command' });
  await box.fill(title);
  await palette.getByRole('option', { name: title }).first().click();
  await palette.waitFor({ state: 'hidden' });
}

/** How many the window says are selected; 0 when it says nothing. */
export async function selectedIn(page: Page): Promise<number> {
  const told = page.getByRole('contentinfo').getByText(/[\d,]+ selected/);
  return (await told.count()) ? Number.parseInt((await told.first().textContent())!.replaceAll(',', ''), 10) : 0;
}

/** Drags over a part of the map, given in shares of it. */
async function drag(page: Page, from: [number, number], to: [number, number], keys: string[] = []): Promise<void> {
  const { x, y, width, height } = (await mapOf(page).boundingBox())!;
  for (const key of keys) await page.keyboard.down(key);
  await page.mouse.move(x + width * from[0], y + height * from[1]);
  await page.mouse.down();
  await page.mouse.move(x + (width * (from[0] + to[0])) / 2, y + (height * (from[1] + to[1])) / 2, { steps: 5 });
  await page.mouse.move(x + width * to[0], y + height * to[1], { steps: 5 });
  // The outline follows the pointer a frame later.
  await page.evaluate(
    () =>
      new Promise((resolve) => {
        setTimeout(() => requestAnimationFrame(() => requestAnimationFrame(resolve)), 50);
      }),
  );
  await page.mouse.up();
  for (const key of keys) await page.keyboard.up(key);
}

export async function toolsOfTheMap(studio: Studio): Promise<void> {
  const { page } = studio;
  const total = (await allClips(studio)).length;
  const map = mapOf(page);
  await command(page, 'Fit the map');
  const tools = map.getByRole('toolbar', { name: 'Map tools' });
  await tools.getByRole('button', { name: 'Box' }).click();
  await map.getByRole('toolbar', { name: 'How an outline selects' }).waitFor();
  // Left half and upper part, clear of tools and legend: what each holds alone, and their combinations, must add up as
  // sets do.
  const left: [[number, number], [number, number]] = [
    [0.06, 0.14],
    [0.5, 0.98],
  ];
  const upper: [[number, number], [number, number]] = [
    [0.06, 0.14],
    [0.74, 0.55],
  ];
  const boxed = async (box: typeof left, keys: string[] = []): Promise<number> => {
    const before = await selectedIn(page);
    await drag(page, ...box, keys);
    let now = before;
    await eventually('the box to select', async () => (now = await selectedIn(page)) !== before || keys.length > 0, 30);
    return now;
  };
  const inUpper = await boxed(upper);
  await page.keyboard.press('Escape');
  await eventually('nothing selected', async () => (await selectedIn(page)) === 0);
  const inLeft = await boxed(left);
  expect(inLeft).toBeGreaterThan(0);
  expect(inUpper).toBeGreaterThan(0);
  await shoot(studio, 'explore-01-box');
  await drag(page, ...upper, ['Control']);
  let both = 0;
  await eventually('the two together', async () => (both = await selectedIn(page)) >= Math.max(inLeft, inUpper), 30);
  expect(both).toBeLessThanOrEqual(total);
  // Keep what is in both of: (left or upper), upper.
  await map
    .getByRole('toolbar', { name: 'How an outline selects' })
    .getByRole('button', { name: /^Keep what is in both/ })
    .click();
  await drag(page, ...upper);
  await eventually('the upper half alone', async () => (await selectedIn(page)) === inUpper, 30);
  await drag(page, ...left);
  const shared = inLeft + inUpper - both;
  await eventually('what both halves share', async () => (await selectedIn(page)) === shared, 30);
  await page.keyboard.press('Control+z');
  await eventually('the selection before', async () => (await selectedIn(page)) === inUpper, 30);
  await map
    .getByRole('toolbar', { name: 'How an outline selects' })
    .getByRole('button', { name: /^Take from the selection/ })
    .click();
  await drag(page, ...left);
  await eventually('the upper half without the left', async () => (await selectedIn(page)) === inUpper - shared, 30);
  await map
    .getByRole('toolbar', { name: 'How an outline selects' })
    .getByRole('button', { name: 'New selection' })
    .click();
  await tools.getByRole('button', { name: 'Move the map' }).click();

  // Density, and pictures when near.
  await tools.getByRole('button', { name: 'Density' }).click();
  await eventually('the density', async () => (await canvasContent(map.locator('canvas.density'))).colours > 50, 30);
  await shoot(studio, 'explore-02-density', { both: true });
  await tools.getByRole('button', { name: 'Density' }).click();
  expect(await map.locator('.thumbnails .picture').count()).toBe(0);
  // Where a clip lies: a map may be empty in its middle.
  await page.keyboard.press('Escape');
  await eventually('nothing selected', async () => (await selectedIn(page)) === 0);
  await page
    .getByRole('listbox', { name: 'All clips' })
    .getByRole('option')
    .first()
    .click({ modifiers: ['Control'] });
  await command(page, 'Zoom to the selection');
  await map.focus();
  for (let i = 0; i < 5; i++) await page.keyboard.press('+');
  const pictures = map.locator('.thumbnails .picture img');
  await eventually(
    'pictures on the map',
    async () =>
      (await pictures.count()) > 0 &&
      (await pictures.first().evaluate((image) => (image as HTMLImageElement).naturalWidth > 0)),
    60,
  );
  await shoot(studio, 'explore-03-near', { both: true });
  await command(page, 'Fit the map');
  await eventually('no pictures from afar', async () => (await pictures.count()) === 0, 30);
}

/** Every point is in the list, which follows the legend and opens and selects by keys. */
export async function listOfPoints(studio: Studio): Promise<void> {
  const { page } = studio;
  const clips = await allClips(studio);
  const map = mapOf(page);
  await map.getByRole('button', { name: 'Points as a list' }).click();
  const list = map.getByRole('listbox', { name: 'Points of the map by colour' });
  await map.getByText(`${clips.length} points`).waitFor();
  await list.focus();
  await page.keyboard.press('Home');
  const names = new Set<string>();
  for (let i = 0; i < 4; i++) {
    const active = await list.getAttribute('aria-activedescendant');
    const text = (await list.locator(`#${active} .name`).textContent())!.trim();
    names.add(text);
    await page.getByRole('heading', { name: text, exact: true }).waitFor();
    await page.keyboard.press('ArrowDown');
  }
  expect(names.size).toBe(4);
  await page.keyboard.press('Control+Space');
  await eventually('one selected', async () => (await selectedIn(page)) === 1);
  await shoot(studio, 'explore-04-list', { both: true });
  await map.getByRole('button', { name: 'Points as a list' }).click();
  await list.waitFor({ state: 'detached' });
}

export async function clustersAreFound(studio: Studio): Promise<void> {
  const { page, host } = studio;
  await command(page, 'Clusters of similar clips');
  const bar = page.getByRole('toolbar', { name: 'Clusters' });
  await bar.getByRole('textbox', { name: 'Fewest clips in a cluster' }).fill('3');
  await bar.getByRole('textbox', { name: 'Fewest clips in a cluster' }).press('Enter');
  await bar.getByRole('button', { name: 'Find clusters' }).click();
  const found = await eventually(
    'clusters',
    async () => {
      const all = await host.api.projections.clusters();
      return all.length > 1 && all;
    },
    120,
  );
  const first = [...found].sort((a, b) => b.count - a.count || a.cluster - b.cluster)[0]!;
  const row = page
    .getByRole('list', { name: 'Clusters' })
    .getByRole('button', { name: new RegExp(`${first.count} · \\d+ % of clips; select them`) })
    .first();
  await row.click();
  await eventually('the cluster selected', async () => (await selectedIn(page)) === first.count, 30);
  await eventually(
    'representatives',
    async () => (await row.locator('img').count()) >= Math.min(3, first.representatives.length),
    30,
  );
  await shoot(studio, 'explore-05-clusters', { both: true });
}

/** Brings a panel that is there to the front. */
export const showPanel = async (page: Page, title: string): Promise<void> => {
  await page.getByRole('tab', { name: title, exact: true }).first().click();
};

/** Opens a clip by its cell in the grid of all clips. */
export async function openInGrid(page: Page, name: string): Promise<void> {
  await command(page, 'Show Clips');
  const showAll = page.getByRole('toolbar', { name: 'Grid' }).getByRole('button', { name: 'Show all' });
  if (await showAll.count()) await showAll.click();
  const search = page.getByRole('searchbox', { name: 'Search names and labels' });
  await search.fill(name);
  await page.getByRole('option', { name, exact: true }).click();
  await page.getByRole('heading', { name, exact: true }).first().waitFor();
  await search.fill('');
  await page.getByText('All clips').first().waitFor();
}

/** With "at every change" on, a moved slider draws a map by itself, and only the last one stays. */
export async function liveParameters(studio: Studio): Promise<void> {
  const { page, host } = studio;
  await showPanel(page, 'Map');
  const before = await host.api.projections.list();
  await page.getByRole('button', { name: 'Map parameters' }).click();
  const form = page.getByRole('form', { name: 'Map parameters' });
  await form.getByRole('checkbox', { name: 'Draw again at every change' }).click();
  const slider = form.getByRole('slider', { name: 'Neighbours' });
  await slider.focus();
  for (let i = 0; i < 3; i++) await page.keyboard.press('ArrowRight');
  const wanted = Number(await slider.getAttribute('aria-valuenow'));
  const newest = async () => (await host.api.projections.list()).sort((a, b) => b.id - a.id)[0]!;
  await eventually(
    'a map of the new parameters',
    async () => {
      const one = await newest();
      return one.neighbors === wanted && one.settled;
    },
    120,
  );
  for (let i = 0; i < 4; i++) await page.keyboard.press('ArrowRight');
  const last = Number(await slider.getAttribute('aria-valuenow'));
  await eventually(
    'a map of the last parameters',
    async () => {
      const one = await newest();
      return one.neighbors === last && one.settled;
    },
    120,
  );
  await eventually(
    'only the last of them',
    async () => (await host.api.projections.list()).length === before.length + 1,
    30,
  );
  await shoot(studio, 'explore-11-parameters');
  await page.mouse.click(700, 893);
  await form.waitFor({ state: 'hidden' });
}

export async function historyOfMaps(studio: Studio): Promise<void> {
  const { page, host } = studio;
  const maps = await host.api.projections.list();
  expect(maps.length).toBeGreaterThan(1);
  await page.getByRole('button', { name: 'Maps drawn so far' }).click();
  const list = page.getByRole('list', { name: 'Maps drawn so far' });
  await list.waitFor();
  expect(await list.getByRole('listitem').count()).toBe(maps.length);
  await shoot(studio, 'explore-12-history', { both: true });
  const oldest = list.getByRole('listitem').last();
  await oldest.getByRole('button').first().click();
  await eventually(
    'the oldest map shown',
    async () => (await oldest.getByRole('button').first().getAttribute('aria-current')) === 'true',
    30,
  );
  await list
    .getByRole('listitem')
    .first()
    .getByRole('button', { name: /^Remove the map/ })
    .click();
  await eventually(
    'one map fewer',
    async () =>
      (await host.api.projections.list()).length === maps.length - 1 &&
      (await list.getByRole('listitem').count()) === maps.length - 1,
    30,
  );
  await page.mouse.click(700, 893);
  await list.waitFor({ state: 'hidden' });
}
