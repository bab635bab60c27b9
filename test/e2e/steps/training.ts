// TEST CODE. A classifier from the Train page: the live curve, the confusion matrix, predictions on the map.
import { expect } from 'vitest';
import { canvasContent } from '../pixels.ts';
import { allClips, dismissMessages, eventually, layout, shoot, type Studio } from '../studio.ts';

/** The automatic classifier of the learning loop has runs of its own; the person's is the one the page shows. */
async function newestRun({ host, page }: Studio) {
  const title = (await page.getByRole('region', { name: 'Training run' }).locator('.which').textContent())!.trim();
  return (await host.api.runs.list())
    .filter((run) => run.kind === 'finetune' && run.title === title)
    .sort((a, b) => b.id - a.id)[0];
}

export async function train(studio: Studio): Promise<void> {
  const { page } = studio;
  await layout(page, 'train');
  const form = page.getByRole('form', { name: 'Train a classifier' });
  await form.getByText('Labels', { exact: true }).waitFor();
  await shoot(studio, '17-train-before', { both: true });
  const start = form.getByRole('button', { name: 'Train', exact: true });
  await eventually('enough labels to train', async () => start.isEnabled(), 20);
  await start.click();
  const run = page.getByRole('region', { name: 'Training run' });
  await run.waitFor();
  await eventually(
    'a curve',
    async () => {
      const chart = run.locator('canvas').first();
      return (await chart.count()) > 0 && (await canvasContent(chart)).colours > 3;
    },
    120,
  );
  await run.getByText('done', { exact: true }).waitFor({ timeout: 120_000 });
  const made = await newestRun(studio);
  expect(made!.status).toBe('done');
  expect(made!.curve.length).toBeGreaterThan(3);
  const losses = made!.curve.flatMap((point) => point.loss ?? []);
  expect(losses.at(-1)!).toBeLessThan(losses[0]!);
}

/** The matrix on screen is the classifier's, and every clip has its prediction. */
export async function readResult(studio: Studio): Promise<void> {
  const { page, host } = studio;
  const { classifierId } = (await newestRun(studio))!;
  const classifier = (await host.api.classifiers.list()).find((one) => one.id === classifierId);
  await page.getByRole('heading', { name: classifier!.name }).waitFor();
  const { confusion, testCount, accuracy } = classifier!.metrics;
  expect(testCount).toBeGreaterThan(0);
  expect(accuracy).not.toBeNull();
  const matrix = page.getByRole('table', { name: /^Confusion matrix/ });
  await matrix.waitFor();
  const cells = (await matrix.getByRole('cell').allTextContents()).map((text) => Number(text.replace('·', '0')));
  expect(cells).toEqual(confusion.flat());
  expect(confusion.flat().reduce((sum, n) => sum + n, 0)).toBe(testCount);
  await eventually(
    'a prediction of every clip',
    async () => (await allClips(studio)).every((clip) => clip.prediction !== null),
    60,
  );
  await dismissMessages(page);
  await shoot(studio, '18-trained', { both: true });
  const cell = matrix.getByRole('button').first();
  const opened = Number(await cell.textContent());
  await cell.click();
  await eventually(
    'the clips behind the cell',
    async () =>
      (await page
        .getByRole('listbox', { name: /taken for|, recognised$/ })
        .getByRole('option')
        .count()) === opened,
    20,
  );
}

/** Colours of the classes that are predicted, above their threshold, of at least one clip in twenty. */
export async function predictedColours({ host }: Studio): Promise<string[]> {
  const clips = await allClips({ host });
  const [schema] = await host.api.schemas.list();
  const count = (classId: number): number =>
    clips.filter((clip) => clip.prediction?.classId === classId && !clip.prediction.abstained).length;
  return schema!.classes.filter((one) => count(one.id) >= clips.length / 20).map((one) => one.colour);
}
