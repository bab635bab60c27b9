// TEST CODE. The error of reconstruction as a signal over the collection: scored by a job, colouring the map, sorting
// the grid, queueing anomalies.
import { expect } from 'vitest';
import { canvasContent } from '../pixels.ts';
import { command } from './exploring.ts';
import { choose, dismissMessages, eventually, layout, shoot, type Studio } from '../studio.ts';

/** Clips by falling error, as the engine stored it. */
async function hardestFirst({ host }: Studio): Promise<number[]> {
  const { clipIds, columns } = await host.api.clips.columns({ names: ['error'] });
  return clipIds
    .map((clipId, k) => ({ clipId, error: columns.error![k] as number | null }))
    .filter((one): one is { clipId: number; error: number } => typeof one.error === 'number')
    .toSorted((a, b) => b.error - a.error)
    .map(({ clipId }) => clipId);
}

export async function errorsAsASignal(studio: Studio): Promise<void> {
  const { page, host } = studio;
  const { jobId } = await host.api.inspect.errorScores({ masks: 1 });
  await eventually('the scores', async () => (await host.api.jobs.get({ jobId })).status === 'done', 240);
  const hardest = await hardestFirst(studio);
  expect(hardest.length).toBeGreaterThan(20);
  await dismissMessages(page);

  const map = page.getByRole('application', { name: /^Map of/ });
  await choose(page, page.getByRole('toolbar', { name: 'Map' }).locator('.colour'), 'Reconstruction error');
  await map.getByRole('group', { name: 'Legend: Reconstruction error' }).waitFor();
  await eventually(
    'points of many colours',
    async () => (await canvasContent(map.locator('canvas').first())).colours > 20,
    30,
  );
  await shoot(studio, 'explore-12-error-colours', { both: true });

  await command(page, 'Show Clips');
  const grid = page.getByRole('toolbar', { name: 'Grid' });
  await choose(page, grid.locator('.sort'), 'Reconstruction error');
  if (await grid.getByRole('button', { name: /^Ascending/ }).count())
    await grid.getByRole('button', { name: /^Ascending/ }).click();
  await grid.getByRole('button', { name: /^Descending/ }).waitFor();
  await page.getByRole('listbox', { name: 'All clips' }).focus();
  await page.keyboard.press('Home');
  await eventually(
    'the hardest first',
    async () =>
      (await page
        .locator(`#cell-${hardest[0]}`)
        .getAttribute('aria-posinset', { timeout: 1000 })
        .catch(() => null)) === '1',
    30,
  );
  await choose(page, grid.locator('.sort'), 'Import order');

  await host.api.schemas.create({ name: 'Sounds', classes: ['this', 'that'] });
  await layout(page, 'label');
  await choose(page, page.getByRole('toolbar', { name: 'Queue' }).locator('.kind'), 'Hard to reconstruct.*');
  const unlabelled = new Set(
    (await host.api.clips.list({ limit: 500 })).rows.filter((clip) => clip.labels.length === 0).map(({ id }) => id),
  );
  const queue = page.getByRole('group', { name: 'Label queue' });
  const first = hardest.find((id) => unlabelled.has(id))!;
  await eventually(
    'the queue of anomalies',
    async () => (await queue.getByRole('option').first().getAttribute('id'))?.endsWith(`-${first}`),
    60,
  );
  await shoot(studio, 'explore-13-anomalies');
  await layout(page, 'explore');
  await choose(page, page.getByRole('toolbar', { name: 'Map' }).locator('.colour'), 'Cluster');
}
