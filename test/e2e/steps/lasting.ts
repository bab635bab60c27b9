// TEST CODE. What outlives the host: killed without warning, started again on the same workspace.
import { expect } from 'vitest';
import { openPage } from '../browser.ts';
import { allClips, eventually, layout, shoot, type Studio } from '../studio.ts';
import { startStudioHost } from '../studioHost.ts';

/** Everything the person has made, as the engine tells it. */
async function made({ host }: Pick<Studio, 'host'>): Promise<unknown> {
  const clips = await allClips({ host });
  return {
    clips: clips.map((clip) => [clip.id, clip.name, clip.embedded, clip.labels, clip.prediction]),
    schemas: await host.api.schemas.list(),
    undo: await host.api.annotations.undoState(),
    classifiers: (await host.api.classifiers.list()).map((one) => [one.id, one.name, one.current, one.metrics]),
    maps: (await host.api.projections.list()).filter((one) => one.settled),
  };
}

/** Kills the host while the window is open; the window says so, and a new host on the same port knows everything. */
export async function killAndStartAgain(studio: Studio, shot: string): Promise<void> {
  const before = await made(studio);
  const { port } = studio.host;
  await studio.host.end('SIGKILL');
  await studio.page.getByText('Reconnecting to the engine').waitFor();
  await shoot(studio, shot, { both: true });
  await studio.page.close();
  studio.host = await startStudioHost(studio.workspace, port);
  expect(await made(studio)).toEqual(before);
  const opened = await openPage(studio.browser, studio.host.url);
  studio.page = opened.page;
  studio.problems = opened.problems;
  await studio.page
    .getByRole('contentinfo')
    .getByText(/\d+ clips/)
    .waitFor();
}

/** Layout, theme and panel sizes are as they were left, over a reload. */
export async function layoutIsRemembered(studio: Studio): Promise<void> {
  const { page } = studio;
  await layout(page, 'label');
  await page.getByRole('button', { name: 'Light theme' }).click();
  const sash = page.getByRole('separator', { name: 'Width of the sidebar' });
  await sash.focus();
  for (let k = 0; k < 3; k++) await page.keyboard.press('ArrowRight');
  const width = await sash.getAttribute('aria-valuenow');
  // What the dock changes by itself after a layout was chosen is not kept (`fillMs` in DockArea), a person's choice is.
  const tab = page.getByRole('tab', { name: 'History' });
  await page.waitForTimeout(700);
  await tab.click();
  await eventually(
    'the dock to be kept',
    () => page.evaluate(() => Boolean(JSON.parse(localStorage.getItem('studio.docks') ?? '{}').label)),
    10,
  );
  await page.reload();
  await page.getByRole('toolbar', { name: 'Queue' }).waitFor();
  expect(
    await page
      .getByRole('radiogroup', { name: 'Layout' })
      .getByRole('radio', { name: 'label' })
      .getAttribute('aria-checked'),
  ).toBe('true');
  expect(await sash.getAttribute('aria-valuenow')).toBe(width);
  expect(await tab.getAttribute('aria-selected')).toBe('true');
  await page.getByRole('tab', { name: 'Map' }).click();
  expect(await page.evaluate(() => document.documentElement.dataset.theme)).toBe('light');
  await layout(page, 'explore');
  await shoot(studio, '21-light', { both: true });
  await page.getByRole('button', { name: 'Dark theme' }).click();
}
